// Writing the SQL of commands.
#include "command/sqltext.h"

#include "arrow/builder.h"
#include "base/asker.h"
#include "base/text.h"
#include "engine/types.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static tarn_status write_item(tarn_buffer *out, char kind, va_list *arguments, tarn_error *error) {
    switch (kind) {
    case 'i':
        return tarn_sql_identifier(out, va_arg(*arguments, const char *), error);
    case 'l':
        return tarn_sql_literal(out, va_arg(*arguments, const char *), error);
    case 's': {
        const char *text = va_arg(*arguments, const char *);
        return tarn_buffer_append(out, text, strlen(text), error);
    }
    case 'd':
        return tarn_buffer_printf(out, error, "%d", va_arg(*arguments, int));
    default:
        return tarn_buffer_append(out, &kind, 1, error);
    }
}

tarn_status tarn_sql_write(tarn_buffer *out, tarn_error *error, const char *format, ...) {
    va_list arguments;
    tarn_status status = TARN_OK;
    va_start(arguments, format);
    while (*format != '\0' && status == TARN_OK) {
        size_t plain = strcspn(format, "%");
        status = tarn_buffer_append(out, format, plain, error);
        format += plain;
        if (*format == '%' && status == TARN_OK) {
            status = write_item(out, format[1], &arguments, error);
            format += 2;
        }
    }
    va_end(arguments);
    if (status == TARN_OK)
        status = tarn_buffer_append(out, "", 1, error);
    if (status == TARN_OK)
        out->size--;
    return status;
}

/* A name, perhaps with numbers in parentheses and brackets behind it: nothing that could be more than a type. */
static bool looks_like_type(const char *type) {
    if (!isalpha((unsigned char)type[0]))
        return false;
    for (; *type != '\0'; type++) {
        if (!isalnum((unsigned char)*type) && strchr(" _(),[]\"", *type) == NULL)
            return false;
    }
    return true;
}

tarn_status tarn_sql_type_check(tarn_run *run, const char *type, char **out, struct ArrowSchema *schema_out,
                                tarn_error *error) {
    const char *name = strcasecmp(type, "number") == 0 ? "DOUBLE" : type;
    struct ArrowSchema schema = {0};
    tarn_buffer sql = {0};
    tarn_error refusal = {0};
    tarn_status status = TARN_E_SQL;
    if (looks_like_type(name)) {
        status = tarn_sql_write(&sql, error, "SELECT CAST(NULL AS %s)", name);
        if (status == TARN_OK)
            status = tarn_engine_describe(run->engine, NULL, (const char *)sql.data, sql.size, NULL, &schema, &refusal);
    }
    tarn_buffer_free(&sql);
    if (status == TARN_OK && schema_out != NULL)
        status = tarn_schema_copy(schema.children[0], NULL, schema_out, &refusal);
    tarn_schema_release(&schema);
    if (status == TARN_E_SQL || status == TARN_E_INVALID || status == TARN_E_FORBIDDEN)
        return tarn_fail(error, TARN_E_INVALID,
                         "there is no type \"%s\": give one such as text, integer, number, decimal(10,2), date, "
                         "timestamp, boolean",
                         type);
    if (status != TARN_OK && error != NULL && refusal.code != TARN_OK)
        *error = refusal;
    if (status != TARN_OK)
        return status;
    *out = tarn_strdup(name);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

void tarn_texts_free(char **texts, size_t count) {
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

typedef struct text_list {
    char **texts;
    size_t count, capacity;
} text_list;

static tarn_status add_value(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i,
                             text_list *list, tarn_error *error) {
    tarn_buffer text = {0};
    bool null = false;
    TARN_TRY(tarn_grow(&list->texts, &list->capacity, list->count + 1, sizeof *list->texts, error));
    tarn_status status = tarn_array_print(type, values, i, &text, &null, error);
    if (status == TARN_OK) {
        list->texts[list->count] = null ? NULL : tarn_strndup(text.data == NULL ? "" : (char *)text.data, text.size);
        if (!null && list->texts[list->count] == NULL)
            status = tarn_fail_memory(error);
        list->count++;
    }
    tarn_buffer_free(&text);
    return status;
}

static tarn_status add_batch(const struct ArrowSchema *schema, const struct ArrowArray *batch, text_list *list,
                             tarn_error *error) {
    for (int64_t i = 0; i < batch->length; i++) {
        for (int64_t column = 0; column < batch->n_children; column++)
            TARN_TRY(add_value(schema->children[column], batch->children[column], batch->offset + i, list, error));
    }
    return TARN_OK;
}

tarn_status tarn_query_texts(tarn_run *run, const char *sql, char ***out, size_t *count, tarn_error *error) {
    tarn_query_table table = {.name = "tarn_table", .version = run->base};
    tarn_query_options options = {.tables = &table, .table_count = 1, .task = run->task};
    struct ArrowArrayStream stream = {0};
    struct ArrowSchema schema = {0};
    text_list list = {0};
    tarn_status status = TARN_OK;
    bool more = true;
    TARN_CHECK(tarn_engine_query(run->engine, NULL, sql, SIZE_MAX, &options, &stream, error));
    TARN_CHECK(tarn_stream_schema(&stream, &schema, error));
    while (more && status == TARN_OK) {
        struct ArrowArray batch = {0};
        TARN_CHECK(tarn_stream_next(&stream, &batch, error));
        more = batch.release != NULL;
        if (more)
            status = add_batch(&schema, &batch, &list, error);
        tarn_array_release(&batch);
    }
cleanup:
    tarn_schema_release(&schema);
    tarn_stream_release(&stream);
    if (status != TARN_OK) {
        tarn_texts_free(list.texts, list.count);
        return status;
    }
    *out = list.texts;
    *count = list.count;
    return TARN_OK;
}

/* The engine leaves texts as they are when the replacement names parentheses that are not there: tried on a pattern
 * that always matches. */
tarn_status tarn_check_pattern(tarn_run *run, const char *name, const char *replacement, tarn_error *error) {
    tarn_buffer sql = {0};
    tarn_error why = {0};
    char **texts = NULL;
    size_t count = 0;
    const char *pattern = tarn_run_text(run, name);
    tarn_status status = tarn_sql_write(&sql, error,
                                        "SELECT CASE WHEN regexp_matches('', %l) IS NULL THEN '' ELSE "
                                        "regexp_replace('', '(?:' || %l || ')|', '+' || %l) END",
                                        pattern, pattern, replacement != NULL ? replacement : "");
    if (status == TARN_OK) {
        status = tarn_query_texts(run, (const char *)sql.data, &texts, &count, &why);
        if (status == TARN_E_SQL)
            status = tarn_fail(error, TARN_E_INVALID, "%s: %s \"%s\" is no regular expression that can be used: %s",
                               run->command->name, name, pattern, why.message);
        else if (status != TARN_OK && error != NULL)
            *error = why;
        else if (status == TARN_OK && count == 1 && texts[0] != NULL && texts[0][0] == '\0')
            status = tarn_fail(error, TARN_E_INVALID, "%s: %s \"%s\" has no such parentheses as \"%s\" asks for",
                               run->command->name, name, pattern, replacement != NULL ? replacement : "");
        tarn_texts_free(texts, count);
    }
    tarn_buffer_free(&sql);
    return status;
}

static bool has_format(const struct ArrowSchema *type, const char *formats) {
    return type->dictionary == NULL && type->format[1] == '\0' && strchr(formats, type->format[0]) != NULL;
}

static bool is_big_integer(const struct ArrowSchema *type) {
    const char *value;
    size_t size;
    return type->format[0] == 'd' && tarn_schema_metadata_get(type, TARN_EXTENSION_KEY, &value, &size);
}

bool tarn_type_is_integer(const struct ArrowSchema *type) {
    return has_format(type, "cCsSiIlL") || is_big_integer(type);
}

bool tarn_type_is_number(const struct ArrowSchema *type) {
    return has_format(type, "cCsSiIlLfg") || type->format[0] == 'd';
}

bool tarn_type_is_text(const struct ArrowSchema *type) {
    const char *value;
    size_t size;
    return (has_format(type, "u") && !tarn_schema_metadata_get(type, TARN_EXTENSION_KEY, &value, &size)) ||
           (type->dictionary != NULL && strcmp(type->dictionary->format, "u") == 0);
}

/* ---- rows by number ---------------------------------------------------------------------------------------------- */

typedef struct row_list {
    int64_t *rows;
    size_t count, capacity;
} row_list;

static tarn_status add_row(const tarn_version *version, int64_t row, bool needed, row_list *list, tarn_error *error) {
    size_t chunk;
    int64_t offset;
    bool live = false;
    tarn_error missing;
    tarn_status status = tarn_version_find_row(version, row, &chunk, &offset, &live, &missing);
    if (status != TARN_OK && status != TARN_E_NOT_FOUND) {
        if (error != NULL)
            *error = missing;
        return status;
    }
    if (!live)
        return !needed ? TARN_OK
                       : tarn_fail(error, TARN_E_NOT_FOUND,
                                   "the table has no row with id %lld " TARN_ASKER(
                                       "(tarn show --ids prints ids)", "(page() with ids: true gives them)"),
                                   (long long)row);
    TARN_TRY(tarn_grow(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows, error));
    list->rows[list->count++] = row;
    return TARN_OK;
}

/* A range is cut to the row numbers that there are. */
static tarn_status add_range(const tarn_version *version, int64_t from, int64_t to, row_list *list, tarn_error *error) {
    for (size_t i = 0; i < tarn_version_chunk_count(version); i++) {
        tarn_chunk chunk = tarn_version_chunk(version, i);
        int64_t first = from > chunk.first_row ? from : chunk.first_row;
        int64_t last = to < chunk.first_row + chunk.rows - 1 ? to : chunk.first_row + chunk.rows - 1;
        for (int64_t row = first; row <= last; row++)
            TARN_TRY(add_row(version, row, false, list, error));
    }
    return TARN_OK;
}

static bool read_number(const char **text, int64_t *out) {
    char *end;
    *text += strspn(*text, " ");
    if (!isdigit((unsigned char)**text))
        return false;
    *out = strtoll(*text, &end, 10);
    *text = end + strspn(end, " ");
    return true;
}

static int compare_rows(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static tarn_status read_rows(const tarn_run *run, const char *name, const char *text, row_list *list,
                             tarn_error *error) {
    const char *all = text;
    for (;;) {
        int64_t from, to;
        bool good = read_number(&text, &from), range = good && *text == '-';
        if (range) {
            text++;
            good = read_number(&text, &to) && to >= from;
        }
        if (!good || (*text != ',' && *text != '\0'))
            return tarn_fail(error, TARN_E_INVALID, "%s: %s must be row ids and ranges such as 4,7,10-20, not \"%s\"",
                             run->command->name, name, all);
        TARN_TRY(range ? add_range(run->base, from, to, list, error) : add_row(run->base, from, true, list, error));
        if (*text == '\0')
            return TARN_OK;
        text++;
    }
}

tarn_status tarn_run_rows(const tarn_run *run, const char *name, int64_t **out, int64_t *count, tarn_error *error) {
    row_list list = {0};
    tarn_status status = tarn_grow(&list.rows, &list.capacity, 1, sizeof *list.rows, error);
    if (status == TARN_OK)
        status = read_rows(run, name, tarn_run_text(run, name), &list, error);
    if (status != TARN_OK) {
        free(list.rows);
        return status;
    }
    qsort(list.rows, list.count, sizeof *list.rows, compare_rows);
    int64_t kept = 0;
    for (size_t i = 0; i < list.count; i++) {
        if (i == 0 || list.rows[i] != list.rows[i - 1])
            list.rows[kept++] = list.rows[i];
    }
    *out = list.rows;
    *count = kept;
    return TARN_OK;
}

/* ---- rows by condition ------------------------------------------------------------------------------------------- */

typedef struct condition {
    tarn_run *run;
    tarn_eval *eval;
    uint8_t **live;
} condition;

static tarn_status condition_chunk(void *context, size_t chunk, tarn_error *error) {
    condition *c = context;
    int64_t rows = tarn_version_chunk(c->run->base, chunk).rows, count;
    memset(c->live[chunk], 0, (size_t)(rows + 7) / 8);
    TARN_TRY(tarn_eval_filter(c->eval, 0, chunk, c->live[chunk], &count, error));
    tarn_task_advance(c->run->task, (uint64_t)rows);
    return TARN_OK;
}

tarn_status tarn_run_where(tarn_run *run, const char *where, uint8_t **live, tarn_error *error) {
    const char *name = "where";
    tarn_eval_options options = {.task = run->task, .names = &name};
    condition c = {.run = run, .live = live};
    tarn_type type;
    TARN_TRY(tarn_eval_open(run->engine, run->base, &where, 1, &options, &c.eval, error));
    tarn_status status = tarn_type_of(tarn_eval_schema(c.eval)->children[0]->format, &type, error);
    if (status == TARN_OK && type != TARN_TYPE_BOOL && type != TARN_TYPE_NULL)
        status = tarn_fail(error, TARN_E_INVALID,
                           "%s: where must be a condition that is true or false, such as \"price > 10\"; \"%s\" is not",
                           run->command->name, where);
    if (status == TARN_OK) {
        tarn_task_begin(run->task, run->command->name, "rows", (uint64_t)tarn_version_rows(run->base));
        status = tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task,
                                   tarn_version_chunk_count(run->base), condition_chunk, &c, error);
    }
    tarn_eval_close(c.eval);
    return status;
}
