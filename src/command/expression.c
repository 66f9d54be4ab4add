// Cells from an SQL expression over the row, evaluated chunk by chunk.
#include "command/expression.h"

#include "base/text.h"
#include "engine/sql_type.h"

#include <stdlib.h>
#include <string.h>

static tarn_status expression_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to,
                                   struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray result = {0};
    TARN_TRY(tarn_eval_stretch(cells->state, chunk, from, to, &result, error));
    *out = *result.children[0];
    result.children[0]->release = NULL; /* moved */
    tarn_array_release(&result);
    return TARN_OK;
}

static void expression_close(tarn_cells *cells) {
    tarn_eval_close(cells->state);
}

tarn_status tarn_expression_open(tarn_run *run, const char *expression, const char *name, tarn_cells *out,
                                 tarn_error *error) {
    tarn_eval *eval;
    tarn_eval_options options = {.task = run->task, .names = &name};
    TARN_TRY(tarn_eval_open(run->engine, run->base, &expression, 1, &options, &eval, error));
    tarn_status status = tarn_schema_copy(tarn_eval_schema(eval)->children[0], name, &out->type, error);
    if (status != TARN_OK) {
        tarn_eval_close(eval);
        return status;
    }
    out->state = eval;
    out->rows = expression_rows;
    out->close = expression_close;
    return TARN_OK;
}

/* ---- templates --------------------------------------------------------------------------------------------------- */

static const tarn_parameter_spec *find_spec(const tarn_command *command, const char *name) {
    for (size_t i = 0; i < command->parameter_count; i++) {
        if (strcmp(command->parameters[i].name, name) == 0)
            return &command->parameters[i];
    }
    return NULL;
}

/* Numbers were checked to be digits, points and exponents and nothing else, so that they stand for themselves. */
static tarn_status write_parameter(const tarn_run *run, const char *name, tarn_buffer *sql, tarn_error *error) {
    const tarn_parameter_spec *spec = find_spec(run->command, name);
    const char *value = tarn_run_text(run, name);
    if (spec == NULL)
        return tarn_fail(error, TARN_E_INTERNAL, "%s: the template names {%s}, which is no parameter",
                         run->command->name, name);
    if (value == NULL)
        return tarn_buffer_printf(sql, error, "NULL");
    switch (spec->type) {
    case TARN_PARAMETER_INTEGER:
    case TARN_PARAMETER_NUMBER:
    case TARN_PARAMETER_ROW:
    case TARN_PARAMETER_BOOLEAN:
        return tarn_buffer_printf(sql, error, "(%s)", value);
    case TARN_PARAMETER_SQL:
        return tarn_buffer_printf(sql, error, "(%s\n)", value);
    case TARN_PARAMETER_COLUMN:
        return tarn_sql_identifier(sql, value, error);
    default:
        return tarn_sql_literal(sql, value, error);
    }
}

static tarn_status write_placeholder(const tarn_run *run, size_t column, const char *name, tarn_buffer *sql,
                                     tarn_error *error) {
    const tarn_column *what = tarn_version_column(run->base, column);
    if (strcmp(name, "column") == 0)
        return tarn_sql_identifier(sql, what->name, error);
    if (strcmp(name, "type") == 0)
        return tarn_sql_type(what->type, sql, error);
    return write_parameter(run, name, sql, error);
}

static tarn_status write_template(const tarn_run *run, size_t column, const char *template, tarn_buffer *sql,
                                  tarn_error *error) {
    while (*template != '\0') {
        size_t plain = strcspn(template, "{");
        TARN_TRY(tarn_buffer_append(sql, template, plain, error));
        template += plain;
        if (*template == '\0')
            break;
        if (template[1] == '{') {
            TARN_TRY(tarn_buffer_append(sql, template, 1, error));
            template += 2;
            continue;
        }
        size_t size = strcspn(template, "}");
        char *name = tarn_strndup(template + 1, size - 1);
        if (name == NULL)
            return tarn_fail_memory(error);
        tarn_status status = write_placeholder(run, column, name, sql, error);
        free(name);
        TARN_TRY(status);
        template += size + 1;
    }
    return tarn_buffer_append(sql, "", 1, error);
}

tarn_status tarn_template_open(tarn_run *run, const char *template, tarn_cells *out, tarn_error *error) {
    tarn_buffer sql = {0};
    tarn_status status = write_template(run, out->column, template, &sql, error);
    if (status == TARN_OK)
        status = tarn_expression_open(run, (const char *)sql.data, tarn_version_column(run->base, out->column)->name,
                                      out, error);
    tarn_buffer_free(&sql);
    return status;
}
