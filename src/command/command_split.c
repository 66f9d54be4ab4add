/* `split-column`: one column's text into several columns, or into several rows. */
#include "base/text.h"
#include "command/families.h"
#include "command/sqltext.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 500 };

/* [substring(x, 1, 3), substring(x, 4, 4), substring(x, 8)]; a piece behind the text's end is no piece. */
static tarn_status write_positions(const char *column, const char *positions, tarn_buffer *sql, tarn_error *error) {
    long last = 0;
    const char *at = positions;
    TARN_TRY(tarn_sql_write(sql, error, "["));
    for (;;) {
        char *end;
        long next = strtol(at, &end, 10);
        end += strspn(end, " ");
        if (end == at || next <= last || next > 1000000000 || (*end != ',' && *end != '\0'))
            return tarn_fail(error, TARN_E_INVALID,
                             "positions must be rising numbers of characters such as 3,7, not \"%s\"", positions);
        TARN_TRY(tarn_sql_write(sql, error, "nullif(substring(CAST(%i AS VARCHAR), %d, %d), ''), ", column,
                                (int)last + 1, (int)(next - last)));
        last = next;
        if (*end == '\0')
            break;
        at = end + 1;
    }
    return tarn_sql_write(sql, error, "nullif(substring(CAST(%i AS VARCHAR), %d), '')]", column, (int)last + 1);
}

/* Pieces of so many characters, those with combining marks whole; an empty text is one piece. */
static tarn_status write_every(const char *column, int size, tarn_buffer *sql, tarn_error *error) {
    return tarn_sql_write(sql, error,
                          "list_transform(range(0, greatest(length_grapheme(CAST(%i AS VARCHAR)), 1), %d), "
                          "lambda i: substring_grapheme(CAST(%i AS VARCHAR), i + 1, %d))",
                          column, size, column, size);
}

/* Pieces of so many words, with single spaces between them. */
static tarn_status write_words(const char *column, int size, tarn_buffer *sql, tarn_error *error) {
#define WORDS                                                                                                          \
    "string_split_regex(regexp_replace(CAST(%i AS VARCHAR), '^[\\s\\pZ]+|[\\s\\pZ]+$', '', 'g'), '[\\s\\pZ]+')"
    return tarn_sql_write(sql, error,
                          "list_transform(range(1, len(" WORDS ") + 1, %d), "
                          "lambda i: array_to_string(list_slice(" WORDS ", i, i + %d), ' '))",
                          column, size, column, size - 1);
}

/* The list of a text's parts. */
static tarn_status write_parts(tarn_run *run, const char *column, tarn_buffer *sql, tarn_error *error) {
    const char *delimiter = tarn_run_text(run, "delimiter"), *pattern = tarn_run_text(run, "pattern");
    const char *positions = tarn_run_text(run, "positions");
    bool by_characters = tarn_run_has(run, "every"), by_words = tarn_run_has(run, "words");
    if ((delimiter != NULL) + (pattern != NULL) + (positions != NULL) + by_characters + by_words != 1)
        return tarn_fail(error, TARN_E_INVALID,
                         "split-column needs one of delimiter, pattern, positions, every and words");
    if (by_characters)
        return write_every(column, (int)tarn_run_integer(run, "every"), sql, error);
    if (by_words)
        return write_words(column, (int)tarn_run_integer(run, "words"), sql, error);
    if (positions != NULL)
        return write_positions(column, positions, sql, error);
    const char *by = delimiter != NULL ? delimiter : pattern;
    if (by[0] == '\0')
        return tarn_fail(error, TARN_E_INVALID, "%s is empty: give what separates the parts",
                         delimiter != NULL ? "delimiter" : "pattern");
    if (pattern != NULL)
        TARN_TRY(tarn_check_pattern(run, "pattern", NULL, error));
    return tarn_sql_write(sql, error, "%s(CAST(%i AS VARCHAR), %l)",
                          delimiter != NULL ? "string_split" : "string_split_regex", column, by);
}

/* ---- to rows ----------------------------------------------------------------------------------------------------- */

static tarn_status split_to_rows(tarn_run *run, tarn_plan *plan, size_t column, const char *parts, tarn_error *error) {
    tarn_buffer sql = {0};
    tarn_status status = tarn_sql_write(&sql, error, "SELECT ");
    for (size_t i = 0; i < tarn_version_column_count(run->base) && status == TARN_OK; i++) {
        const char *name = tarn_version_column(run->base, i)->name, *comma = i == 0 ? "" : ", ";
        status = i != column
                     ? tarn_sql_write(&sql, error, "%s%i", comma, name)
                     : tarn_sql_write(&sql, error, "%sunnest(CASE WHEN %i IS NULL THEN [NULL] ELSE %s END) AS %i",
                                      comma, name, parts, name);
    }
    if (status == TARN_OK)
        status = tarn_sql_write(&sql, error, " FROM tarn_table");
    if (status == TARN_OK)
        status = tarn_plan_query(run, plan, (const char *)sql.data, NULL, 0, error);
    tarn_buffer_free(&sql);
    return status;
}

/* ---- to columns -------------------------------------------------------------------------------------------------- */

static tarn_status most_parts(tarn_run *run, const char *parts, size_t *out, tarn_error *error) {
    tarn_buffer sql = {0};
    char **texts = NULL;
    size_t count = 0;
    tarn_status status = tarn_sql_write(&sql, error, "SELECT coalesce(max(len(%s)), 0) FROM tarn_table", parts);
    if (status == TARN_OK)
        status = tarn_query_texts(run, (const char *)sql.data, &texts, &count, error);
    if (status == TARN_OK)
        *out = (size_t)strtoull(texts[0], NULL, 10);
    tarn_texts_free(texts, count);
    tarn_buffer_free(&sql);
    if (status == TARN_OK && *out > MOST_COLUMNS)
        status =
            tarn_fail(error, TARN_E_INVALID,
                      "a row has %zu parts, which is too many for columns: split to rows (to=rows), or give names, "
                      "the last of which takes what is left",
                      *out);
    return status;
}

static const char *given_name(const tarn_run *run, size_t wanted) {
    for (size_t i = 0; i < run->argument_count; i++) {
        if (strcmp(run->arguments[i].name, "name") == 0 && wanted-- == 0)
            return run->arguments[i].value;
    }
    return NULL;
}

/* The last of named columns takes all that is left. */
static tarn_status write_part(const tarn_run *run, const char *parts, size_t part, bool rest, tarn_buffer *sql,
                              tarn_error *error) {
    const char *delimiter = tarn_run_text(run, "delimiter");
    sql->size = 0;
    if (!rest || part == 0 || delimiter == NULL)
        return tarn_sql_write(sql, error, "(%s)[%d]", parts, (int)part + 1);
    return tarn_sql_write(sql, error,
                          "CASE WHEN len(%s) > %d THEN array_to_string(list_slice(%s, %d, len(%s)), %l) END", parts,
                          (int)part, parts, (int)part + 1, parts, delimiter);
}

static tarn_status put_part(const tarn_run *run, tarn_plan *plan, size_t position, size_t column, size_t part,
                            const char *expression, tarn_error *error) {
    const char *given = given_name(run, part);
    char *name = NULL, *numbered = NULL;
    if (given != NULL) {
        TARN_TRY(tarn_plan_check_name(plan, given, error));
        return tarn_plan_put_column(plan, position, given, SIZE_MAX, expression, error);
    }
    numbered = tarn_format("%s %zu", tarn_version_column(run->base, column)->name, part + 1);
    name = numbered == NULL ? NULL : tarn_plan_free_name(plan, numbered);
    tarn_status status = name == NULL ? tarn_fail_memory(error)
                                      : tarn_plan_put_column(plan, position, name, SIZE_MAX, expression, error);
    free(name);
    free(numbered);
    return status;
}

static tarn_status split_to_columns(tarn_run *run, tarn_plan *plan, size_t column, const char *parts,
                                    tarn_error *error) {
    size_t wanted = 0, needed = 0;
    tarn_buffer sql = {0};
    while (given_name(run, wanted) != NULL)
        wanted++;
    bool named = wanted > 0;
    if (!named || tarn_run_text(run, "delimiter") == NULL)
        TARN_TRY(most_parts(run, parts, &needed, error));
    if (named && needed > wanted)
        return tarn_fail(error, TARN_E_INVALID, "there are %zu names, but a row has %zu parts: give as many names",
                         wanted, needed);
    wanted = named ? wanted : needed;
    if (wanted == 0)
        return TARN_OK; /* nothing to split */
    TARN_TRY(tarn_plan_columns(run, plan, true, error));
    size_t position = column + 1;
    if (!tarn_run_is(run, "keep", "true"))
        tarn_plan_remove_column(plan, --position);
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < wanted && status == TARN_OK; i++) {
        status = write_part(run, parts, i, named && i + 1 == wanted, &sql, error);
        if (status == TARN_OK)
            status = put_part(run, plan, position + i, column, i, (const char *)sql.data, error);
    }
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status split_column(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    size_t column;
    tarn_buffer parts = {0};
    TARN_TRY(tarn_run_column(run, "column", &column, error));
    tarn_status status = write_parts(run, tarn_version_column(run->base, column)->name, &parts, error);
    if (status == TARN_OK)
        status = tarn_run_is(run, "to", "rows") ? split_to_rows(run, plan, column, (const char *)parts.data, error)
                                                : split_to_columns(run, plan, column, (const char *)parts.data, error);
    tarn_buffer_free(&parts);
    return status;
}

static char *say_split(const tarn_run *run) {
    if (tarn_run_is(run, "to", "rows"))
        return tarn_plan_say(run, TARN_PLAN_REPLACE, false);
    return tarn_format("split column %s", tarn_run_text(run, "column"));
}

static const char *const directions[] = {"columns", "rows", NULL};
static const tarn_parameter_spec split_parameters[] = {
    {.name = "column", .type = TARN_PARAMETER_COLUMN, .required = true, .description = "the column to split"},
    {.name = "delimiter", .type = TARN_PARAMETER_TEXT, .description = "the text between parts"},
    {.name = "pattern", .type = TARN_PARAMETER_TEXT, .description = "a regular expression for what is between parts"},
    {.name = "positions",
     .type = TARN_PARAMETER_TEXT,
     .description = "after how many characters to cut, such as 3,7: parts of 3 and 4, and the rest"},
    {.name = "every",
     .type = TARN_PARAMETER_INTEGER,
     .least = 1,
     .most = 1000000,
     .description = "how many characters a part has; the last may have fewer"},
    {.name = "words",
     .type = TARN_PARAMETER_INTEGER,
     .least = 1,
     .most = 1000000,
     .description = "how many words a part has; the last may have fewer"},
    {.name = "to",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "columns",
     .choices = directions,
     .description = "columns beside each other, or a row for each part with the other columns repeated"},
    {.name = "name",
     .type = TARN_PARAMETER_NAME,
     .repeated = true,
     .description = "names of the new columns, the last of which takes what is left (default: the column's, numbered)"},
    {.name = "keep",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "false",
     .description = "whether the column stays beside the new ones"},
};
const tarn_command tarn_command_split_column = {
    .name = "split-column",
    .title = "Split column",
    .description = "Cuts the text of a column into parts, by a delimiter, a pattern, at positions, or after every so "
                   "many characters or "
                   "words. Rows with fewer parts "
                   "than others get nulls.",
    .family = "structure",
    TARN_PARAMETERS(split_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .plan = split_column,
    .columns_from_values = true,
    .say = say_split,
};
