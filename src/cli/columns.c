// Columns as the command line names them: lists and patterns, looked up in a table's schema.
#include "columns.h"

#include "names.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/** Case-folded heap text; a copy where that cannot be done. */
static char *fold(const char *text) {
    utf8proc_uint8_t *folded = NULL;
    if (utf8proc_map((const utf8proc_uint8_t *)text, 0, &folded,
                     UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD) < 0)
        return cli_copy(text);
    return (char *)folded;
}

/** Bytes of the character at `text`, which does not end here. */
static size_t character_size(const char *text) {
    size_t size = 1;
    while (((unsigned char)text[size] & 0xC0) == 0x80)
        size++;
    return size;
}

/** Whether `name` fits a pattern with * and ?; both folded. Goes back to the last * only, so it ends soon. */
static bool fits(const char *pattern, const char *name) {
    const char *star = NULL, *again = NULL;
    while (*name) {
        if (*pattern == '*') {
            star = ++pattern;
            again = name;
        } else if (*pattern == '?') {
            pattern++;
            name += character_size(name);
        } else if (*pattern == *name) {
            pattern++;
            name++;
        } else if (star) {
            pattern = star;
            again += character_size(again);
            name = again;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == 0;
}

/** The column's own spelling; NULL when there is none of that name. */
static const char *find(const struct ArrowSchema *schema, const char *name) {
    const char *found = NULL;
    char *wanted = fold(name);
    for (int64_t c = 0; schema && c < schema->n_children && !found; c++) {
        char *key = fold(schema->children[c]->name);
        if (strcmp(key, wanted) == 0)
            found = schema->children[c]->name;
        free(key);
    }
    free(wanted);
    return found;
}

static bool is_pattern(const char *text) {
    return strpbrk(text, "*?") != NULL;
}

/** "text", "number", "date", or "" for other types. */
static const char *group_of(const struct ArrowSchema *column) {
    static const char *const numbers = "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT "
                                       "UHUGEINT FLOAT DOUBLE DECIMAL";
    tarn_error error;
    char *type = NULL;
    if (tarn_type_sql(column, &type, &error) != TARN_OK)
        return "";
    char *word = cli_copy_part(type, strcspn(type, "( "));
    const char *group = strcmp(word, "VARCHAR") == 0 || strcmp(word, "ENUM") == 0         ? "text"
                        : strcmp(word, "DATE") == 0 || strncmp(word, "TIMESTAMP", 9) == 0 ? "date"
                        : cli_is_listed(numbers, word)                                    ? "number"
                                                                                          : "";
    free(word);
    tarn_free(type);
    return group;
}

static bool is_accepted(const struct ArrowSchema *column, const json_t *types) {
    if (!json_is_array(types))
        return true;
    const char *group = group_of(column);
    size_t i;
    const json_t *type;
    json_array_foreach(types, i, type) if (strcmp(json_string_value(type), group) == 0) return true;
    return false;
}

static void append(cli_columns *out, const char *name) {
    out->names = cli_resize(out->names, out->count + 1, sizeof(*out->names));
    out->names[out->count++] = cli_copy(name);
}

static bool is_in(const cli_columns *columns, const char *name) {
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->names[i], name) == 0)
            return true;
    return false;
}

/** The column whose name is nearest to a misspelt one; NULL when none is near. */
static const char *nearest(const struct ArrowSchema *schema, const char *name) {
    const char *found = NULL;
    size_t distance, least = SIZE_MAX;
    for (int64_t c = 0; !is_pattern(name) && c < schema->n_children; c++) {
        if (cli_is_near(name, schema->children[c]->name, &distance) && distance < least) {
            found = schema->children[c]->name;
            least = distance;
        }
    }
    return found;
}

static void say_none_fits(cli *cli, const struct ArrowSchema *schema, const char *pattern) {
    const char *near = nearest(schema, pattern);
    if (near)
        cli_usage(cli, "no column fits '%s'; did you mean '%s'?", pattern, near);
    else
        cli_usage(cli, "no column fits '%s'; 'tarn schema' lists the columns", pattern);
}

/** All columns that a pattern fits and that are not there yet; false after a message when it fits none. */
static bool add_matching(cli *cli, const struct ArrowSchema *schema, const json_t *types, const char *pattern,
                         cli_columns *out) {
    char *folded = fold(pattern);
    bool fits_one = false, fits_type = false;
    for (int64_t c = 0; c < schema->n_children; c++) {
        const char *name = schema->children[c]->name;
        char *key = fold(name);
        bool fitting = fits(folded, key);
        free(key);
        fits_one |= fitting;
        if (!fitting || !is_accepted(schema->children[c], types))
            continue;
        fits_type = true;
        if (!is_in(out, name))
            append(out, name);
    }
    free(folded);
    if (!fits_one)
        say_none_fits(cli, schema, pattern);
    else if (!fits_type)
        cli_usage(cli, "no column that fits '%s' has a type that this works on; 'tarn schema' lists the types",
                  pattern);
    return fits_type;
}

bool cli_columns_add(cli *cli, const struct ArrowSchema *schema, const json_t *types, const char *text,
                     cli_columns *out) {
    const char *whole = find(schema, text);
    if (whole) {
        append(out, whole);
        return true;
    }
    char **names = NULL;
    size_t count = 0;
    cli_names_split(text, &names, &count);
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        const char *own = find(schema, names[i]);
        if (schema && !own && is_pattern(names[i]))
            good = add_matching(cli, schema, types, names[i], out);
        else
            append(out, own ? own : names[i]);
    }
    cli_names_free(names, count);
    return good;
}

bool cli_columns_has(const struct ArrowSchema *schema, const char *text) {
    if (!schema)
        return false;
    if (find(schema, text))
        return true;
    char **names = NULL;
    size_t count = 0;
    cli_names_split(text, &names, &count);
    bool all = true;
    for (size_t i = 0; i < count && all; i++) {
        bool there = find(schema, names[i]) != NULL;
        char *folded = fold(names[i]);
        for (int64_t c = 0; is_pattern(names[i]) && c < schema->n_children && !there; c++) {
            char *key = fold(schema->children[c]->name);
            there = fits(folded, key);
            free(key);
        }
        free(folded);
        all = there;
    }
    cli_names_free(names, count);
    return all;
}

bool cli_columns_of_option(cli *cli, const char *option, const char *version, cli_columns *out) {
    struct ArrowSchema schema = {0};
    tarn_error error;
    bool good = true;
    if (!cli_has(cli, option))
        return true;
    bool known = tarn_schema(cli->workspace, version, &schema, &error) == TARN_OK;
    for (size_t i = 0; i < cli_count(cli, option) && good; i++)
        good = cli_columns_add(cli, known ? &schema : NULL, NULL, cli_value_at(cli, option, i), out);
    if (known)
        schema.release(&schema);
    return good;
}

void cli_columns_free(cli_columns *columns) {
    cli_names_free(columns->names, columns->count);
    *columns = (cli_columns){0};
}
