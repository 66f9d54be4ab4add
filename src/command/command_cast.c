/* `cast`: another type, and a policy for values that do not fit it. */
#include "base/text.h"
#include "command/families.h"
#include "command/sqltext.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_NAMED = 10 };

typedef struct casting {
    tarn_run *run;
    tarn_eval *eval;  /* the new values; whether each does not fit */
    const char *name; /* of the column */
    char *type;       /* as SQL */
    tarn_buffer value, misfit;
    bool fail;
    atomic_int_least64_t misfits;
} casting;

static void casting_free(casting *c) {
    tarn_eval_close(c->eval);
    free(c->type);
    tarn_buffer_free(&c->value);
    tarn_buffer_free(&c->misfit);
    free(c);
}

/* Which values do not fit, in the message. */
static tarn_status refuse(const casting *c, tarn_error *error) {
    tarn_buffer sql = {0}, list = {0};
    char **texts = NULL;
    size_t count = 0;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_sql_write(&sql, error,
                              "SELECT _tarn_id, CAST(%i AS VARCHAR), count(*) OVER () FROM tarn_rows('tarn_table') "
                              "WHERE %s ORDER BY _tarn_id LIMIT %d",
                              c->name, (const char *)c->misfit.data, VALUES_NAMED));
    TARN_CHECK(tarn_query_texts(c->run, (const char *)sql.data, &texts, &count, error));
    for (size_t i = 0; i + 2 < count; i += 3)
        TARN_CHECK(tarn_sql_write(&list, error, "%srow id %s: \"%s\"", i == 0 ? "" : ", ", texts[i], texts[i + 1]));
    long long total = count >= 3 ? strtoll(texts[2], NULL, 10) : 0;
    status = tarn_fail(error, TARN_E_INVALID,
                       "%lld values of \"%s\" do not fit %s (%s%s): mend them, or choose policy=null or policy=text",
                       total, c->name, c->type, list.data == NULL ? "" : (const char *)list.data,
                       total > VALUES_NAMED ? ", …" : "");
cleanup:
    tarn_texts_free(texts, count);
    tarn_buffer_free(&sql);
    tarn_buffer_free(&list);
    return status;
}

static int64_t count_true(const struct ArrowSchema *type, const struct ArrowArray *values) {
    int64_t count = 0;
    for (int64_t i = 0; i < values->length; i++)
        count += !tarn_array_is_null(type, values, i) && tarn_bit_get(values->buffers[1], values->offset + i);
    return count;
}

static tarn_status cast_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                             tarn_error *error) {
    casting *c = cells->state;
    struct ArrowArray result = {0};
    TARN_TRY(tarn_eval_stretch(c->eval, chunk, from, to, &result, error));
    int64_t misfits = count_true(tarn_eval_schema(c->eval)->children[1], result.children[1]);
    tarn_status status = c->fail && misfits > 0 ? refuse(c, error) : TARN_OK;
    atomic_fetch_add(&c->misfits, misfits);
    if (status == TARN_OK) {
        *out = *result.children[0];
        result.children[0]->release = NULL; /* moved */
    }
    tarn_array_release(&result);
    return status;
}

/* What the numbers of changed cells do not tell. */
static void close_casting(tarn_cells *cells) {
    casting *c = cells->state;
    int64_t misfits = atomic_load(&c->misfits);
    char *values = misfits > 0 && !c->fail ? tarn_say_count(misfits, "value", "values") : NULL;
    if (values != NULL)
        tarn_run_note(c->run, tarn_format("%s of \"%s\" that %s not fit %s %s", values, c->name,
                                          misfits == 1 ? "does" : "do", c->type,
                                          tarn_run_is(c->run, "policy", "null") ? "became null"
                                          : misfits == 1                        ? "stayed as it was"
                                                                                : "stayed as they were"));
    free(values);
    casting_free(c);
}

/* What is cast: text without the spaces around it, where none is no value; a number that an integer would round does
   not fit it. */
static tarn_status write_value(casting *c, const struct ArrowSchema *from, const struct ArrowSchema *to,
                               tarn_buffer *given, tarn_error *error) {
    bool trims = tarn_type_is_text(from) && !tarn_type_is_text(to);
    TARN_TRY(tarn_sql_write(given, error, trims ? "nullif(trim(CAST(%i AS VARCHAR)), '')" : "%i", c->name));
    const char *x = (const char *)given->data;
    bool exact = tarn_type_is_integer(to) && (tarn_type_is_text(from) || tarn_type_is_number(from)) &&
                 !tarn_type_is_integer(from);
    if (!exact)
        return tarn_sql_write(&c->value, error, "TRY_CAST(%s AS %s)", x, c->type);
    return tarn_sql_write(&c->value, error,
                          "CASE WHEN TRY_CAST(%s AS DOUBLE) <> CAST(TRY_CAST(%s AS %s) AS DOUBLE) THEN NULL "
                          "ELSE TRY_CAST(%s AS %s) END",
                          x, x, c->type, x, c->type);
}

static tarn_status write_casting(casting *c, const struct ArrowSchema *from, const struct ArrowSchema *to,
                                 tarn_error *error) {
    tarn_buffer given = {0}, kept = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(write_value(c, from, to, &given, error));
    TARN_CHECK(tarn_sql_write(&c->misfit, error, "(%s) IS NOT NULL AND (%s) IS NULL", (const char *)given.data,
                              (const char *)c->value.data));
    if (tarn_run_is(c->run, "policy", "text")) {
        TARN_CHECK(tarn_sql_write(&kept, error, "coalesce(CAST((%s) AS VARCHAR), CAST(%i AS VARCHAR))",
                                  (const char *)c->value.data, c->name));
        tarn_buffer_free(&c->value);
        c->value = kept;
        kept = (tarn_buffer){0};
    }
cleanup:
    tarn_buffer_free(&given);
    tarn_buffer_free(&kept);
    return status;
}

static tarn_status open_eval(casting *c, tarn_cells *out, tarn_error *error) {
    const char *expressions[] = {(const char *)c->value.data, (const char *)c->misfit.data};
    const char *names[] = {c->name, "misfit"};
    tarn_eval_options options = {.task = c->run->task, .names = names};
    TARN_TRY(tarn_eval_open(c->run->engine, c->run->base, expressions, 2, &options, &c->eval, error));
    return tarn_schema_copy(tarn_eval_schema(c->eval)->children[0], c->name, &out->type, error);
}

static tarn_status open_cast(tarn_run *run, tarn_cells *out, tarn_error *error) {
    struct ArrowSchema to = {0};
    casting *c = calloc(1, sizeof *c);
    tarn_status status = TARN_OK;
    if (c == NULL)
        return tarn_fail_memory(error);
    c->run = run;
    c->fail = tarn_run_is(run, "policy", "fail");
    c->name = tarn_version_column(run->base, out->column)->name;
    TARN_CHECK(tarn_sql_type_check(run, tarn_run_text(run, "type"), &c->type, &to, error));
    TARN_CHECK(write_casting(c, tarn_version_column(run->base, out->column)->type, &to, error));
    TARN_CHECK(open_eval(c, out, error));
    out->state = c;
    out->rows = cast_rows;
    out->close = close_casting;
    c = NULL;
cleanup:
    tarn_schema_release(&to);
    if (c != NULL)
        casting_free(c);
    return status;
}

static const char *const policies[] = {"fail", "null", "text", NULL};
static const tarn_parameter_spec cast_parameters[] = {
    TARN_COLUMNS_OF(TARN_COLUMNS_ANY),
    {.name = "type",
     .type = TARN_PARAMETER_TEXT,
     .required = true,
     .description = "its new type, such as text, integer, number, decimal(10,2), date, timestamp, boolean"},
    {.name = "policy",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "fail",
     .choices = policies,
     .description = "when values do not fit: fail and name them, make them null, or keep the whole column as text with "
                    "those that fit in the type's form"},
};
const tarn_command tarn_command_cast = {
    .name = "cast",
    .title = "Change type",
    .description = "Gives a column another type. Spaces around values do not matter, and empty text becomes null.",
    .family = "structure",
    TARN_PARAMETERS(cast_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .open_cells = open_cast,
};
