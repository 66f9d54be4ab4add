/* `cast`: another type, and a policy for values that do not fit it. */
#include "base/text.h"
#include "command/cast_plain.h"
#include "command/cast_rules.h"
#include "command/families.h"
#include "command/nested_text.h"
#include "command/sqltext.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_NAMED = 10 };

/* The columns of `eval`. */
enum { NEW_VALUE, MISFIT, REMARK, EVALUATED };

typedef struct casting {
    tarn_run *run;
    size_t column;
    tarn_eval *eval;  /* the new values; whether each does not fit; whether there is something to say of it */
    tarn_eval *plain; /* the new values of texts that plainly lose nothing; NULL: nothing is told of texts */
    struct ArrowSchema to;
    const char *name; /* of the column */
    char *type;       /* as SQL */
    tarn_buffer value, misfit, remark, zoned;
    tarn_buffer present, code; /* the value is there; it may be meant as a code */
    bool fail, rounds;
    bool tells;   /* a new value is null where the old one does not fit, and nowhere else if that is there */
    bool is_date; /* text is to become dates or timestamps */
    atomic_int_least64_t misfits, remarks;
} casting;

static void casting_free(casting *c) {
    tarn_eval_close(c->eval);
    tarn_eval_close(c->plain);
    tarn_schema_release(&c->to);
    free(c->type);
    tarn_buffer_free(&c->value);
    tarn_buffer_free(&c->misfit);
    tarn_buffer_free(&c->remark);
    tarn_buffer_free(&c->zoned);
    tarn_buffer_free(&c->present);
    tarn_buffer_free(&c->code);
    free(c);
}

/* Which values do not fit, in the message. */
static tarn_status refuse(const casting *c, tarn_error *error) {
    tarn_buffer sql = {0}, list = {0};
    char **texts = NULL;
    size_t count = 0;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_sql_write(&sql, error,
                              "SELECT _tarn_id, CAST(%i AS VARCHAR), count(*) OVER (), CAST(bool_or(%s) OVER () AS "
                              "VARCHAR) FROM tarn_rows('tarn_table') WHERE %s ORDER BY _tarn_id LIMIT %d",
                              c->name, (const char *)c->zoned.data, (const char *)c->misfit.data, VALUES_NAMED));
    TARN_CHECK(tarn_query_texts(c->run, (const char *)sql.data, &texts, &count, error));
    for (size_t i = 0; i + 3 < count; i += 4)
        TARN_CHECK(tarn_sql_write(&list, error, "%srow id %s: \"%s\"", i == 0 ? "" : ", ", texts[i], texts[i + 1]));
    long long total = count >= 4 ? strtoll(texts[2], NULL, 10) : 0;
    bool has_zones = count >= 4 && texts[3] != NULL && strcmp(texts[3], "true") == 0;
    status = tarn_fail(error, TARN_E_INVALID,
                       "%lld %s of \"%s\" %s not fit %s (%s%s): %s, or choose policy=null, policy=text or "
                       "policy=round%s",
                       total, total == 1 ? "value" : "values", c->name, total == 1 ? "does" : "do", c->type,
                       list.data == NULL ? "" : (const char *)list.data, total > VALUES_NAMED ? ", …" : "",
                       has_zones    ? "values with a time zone need type=timestamptz; cast to that"
                       : c->is_date ? "standardize-date and standardize-datetime read other forms; mend the rest"
                       : total == 1 ? "mend it"
                                    : "mend them",
                       c->rounds ? "" : ", which rounds and cuts where it must");
cleanup:
    tarn_texts_free(texts, count);
    tarn_buffer_free(&sql);
    tarn_buffer_free(&list);
    return status;
}

/* Rows for which a condition is true; where the new values tell, only those with a null (`of_nulls`), or without. */
static int64_t count_true(const casting *c, const struct ArrowArray *result, int child, bool of_nulls) {
    const struct ArrowSchema *schema = tarn_eval_schema(c->eval);
    const struct ArrowArray *values = result->children[child], *made = result->children[NEW_VALUE];
    int64_t count = 0;
    if (c->tells && of_nulls && made->null_count == 0)
        return 0;
    for (int64_t i = 0; i < values->length; i++)
        count += !tarn_array_is_null(schema->children[child], values, i) &&
                 tarn_bit_get(values->buffers[1], values->offset + i) &&
                 (!c->tells || tarn_array_is_null(schema->children[NEW_VALUE], made, i) == of_nulls);
    return count;
}

static tarn_status take_values(struct ArrowArray *result, struct ArrowArray *out) {
    *out = *result->children[NEW_VALUE];
    result->children[NEW_VALUE]->release = NULL; /* moved */
    return TARN_OK;
}

/* Texts of a stretch that became null although something is there. */
static int64_t count_lost(const casting *c, const struct ArrowArray *texts, int64_t from, const uint8_t *live,
                          const struct ArrowArray *values) {
    const uint8_t *validity = texts->buffers[0];
    const int32_t *ends = (const int32_t *)texts->buffers[1] + texts->offset;
    int64_t count = 0;
    for (int64_t i = 0; values->null_count != 0 && i < values->length; i++)
        count += (live == NULL || tarn_bit_get(live, from + i)) && tarn_array_is_null(&c->to, values, i) &&
                 (validity == NULL || tarn_bit_get(validity, texts->offset + from + i)) &&
                 ends[from + i + 1] > ends[from + i];
    return count;
}

/* A run of rows whose texts plainly lose nothing by the cast. */
static tarn_status cast_plainly(casting *c, size_t chunk, const struct ArrowArray *texts, int64_t from, int64_t to,
                                struct ArrowArray *out, tarn_error *error) {
    const uint8_t *live;
    struct ArrowArray result = {0};
    TARN_TRY(tarn_version_live(c->run->base, chunk, &live, error));
    TARN_TRY(tarn_eval_stretch(c->plain, chunk, from, to, &result, error));
    int64_t misfits = count_lost(c, texts, from, live, result.children[NEW_VALUE]);
    atomic_fetch_add(&c->misfits, misfits);
    tarn_status status = c->fail && misfits > 0 ? refuse(c, error) : take_values(&result, out);
    tarn_array_release(&result);
    return status;
}

/* A run of rows of which some may lose something. */
static tarn_status cast_carefully(casting *c, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                                  tarn_error *error) {
    struct ArrowArray result = {0};
    TARN_TRY(tarn_eval_stretch(c->eval, chunk, from, to, &result, error));
    int64_t misfits = count_true(c, &result, MISFIT, true);
    tarn_status status = c->fail && misfits > 0 ? refuse(c, error) : TARN_OK;
    atomic_fetch_add(&c->misfits, misfits);
    atomic_fetch_add(&c->remarks, count_true(c, &result, REMARK, false));
    if (status == TARN_OK)
        status = take_values(&result, out);
    tarn_array_release(&result);
    return status;
}

static tarn_status join_runs(const casting *c, struct ArrowArray *runs, const struct ArrowArray **each, size_t count,
                             struct ArrowArray *out, tarn_error *error) {
    if (count == 1) {
        *out = *runs;
        runs->release = NULL; /* moved */
        return TARN_OK;
    }
    for (size_t i = 0; i < count; i++)
        each[i] = &runs[i];
    return tarn_array_concat(tarn_eval_schema(c->eval)->children[NEW_VALUE], each, count, out, error);
}

static tarn_status cast_runs(casting *c, size_t chunk, tarn_batch *batch, int64_t from, int64_t to,
                             struct ArrowArray *out, tarn_error *error) {
    size_t most = (size_t)((to - from) / TARN_CAST_RUN) + 1, count = 0;
    struct ArrowArray *runs = calloc(most, sizeof *runs);
    const struct ArrowArray **each = malloc(most * sizeof *each), *texts = tarn_batch_array(batch);
    const uint8_t *live;
    tarn_status status = runs == NULL || each == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_version_live(c->run->base, chunk, &live, error);
    for (int64_t at = from, end; at < to && status == TARN_OK; at = end) {
        bool is_plain;
        end = tarn_cast_plain_run(&c->to, tarn_batch_schema(batch), texts, at, to, live, &is_plain);
        status = is_plain ? cast_plainly(c, chunk, texts, at, end, &runs[count++], error)
                          : cast_carefully(c, chunk, at, end, &runs[count++], error);
    }
    if (status == TARN_OK)
        status = join_runs(c, runs, each, count, out, error);
    for (size_t i = 0; i < count; i++)
        tarn_array_release(&runs[i]);
    free(each);
    free(runs);
    return status;
}

static tarn_status cast_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                             tarn_error *error) {
    casting *c = cells->state;
    tarn_batch *batch;
    if (c->plain == NULL || from == to)
        return cast_carefully(c, chunk, from, to, out, error);
    TARN_TRY(tarn_version_read(c->run->base, c->column, chunk, &batch, error));
    tarn_status status = cast_runs(c, chunk, batch, from, to, out, error);
    tarn_batch_release(batch);
    return status;
}

/* What the numbers of changed cells do not tell. */
static void close_casting(tarn_cells *cells) {
    casting *c = cells->state;
    int64_t misfits = atomic_load(&c->misfits), remarks = atomic_load(&c->remarks);
    char *values = misfits > 0 && !c->fail ? tarn_say_count(misfits, "value", "values") : NULL;
    char *remarked = remarks > 0 && misfits * c->fail == 0 ? tarn_say_count(remarks, "value", "values") : NULL;
    if (values != NULL)
        tarn_run_note(c->run, tarn_format("%s of \"%s\" that %s not fit %s %s", values, c->name,
                                          misfits == 1 ? "does" : "do", c->type,
                                          tarn_run_is(c->run, "policy", "null") ? "became null"
                                          : misfits == 1                        ? "stayed as it was"
                                                                                : "stayed as they were"));
    if (remarked != NULL && c->rounds)
        tarn_run_note(c->run, tarn_format("%s of \"%s\" %s rounded or cut to fit %s", remarked, c->name,
                                          remarks == 1 ? "was" : "were", c->type));
    else if (remarked != NULL)
        tarn_run_note(c->run, tarn_format("%s of \"%s\" %s written like 007 or 1E5 and became %s: if codes were meant, "
                                          "undo this",
                                          remarked, c->name, remarks == 1 ? "was" : "were",
                                          remarks == 1 ? "a number" : "numbers"));
    free(values);
    free(remarked);
    casting_free(c);
}

/* The SQL that the others are made of. */
typedef struct pieces {
    tarn_buffer given, value, exact;
    tarn_buffer fitting; /* the new value, null where it does not fit, which is where something would be lost unless
                            losing was asked for */
} pieces;

static const char *text_of(const tarn_buffer *buffer) {
    return (const char *)buffer->data;
}

static tarn_status write_pieces(casting *c, const struct ArrowSchema *from, const struct ArrowSchema *to, pieces *p,
                                tarn_error *error) {
    bool trims = tarn_type_is_text(from) && !tarn_type_is_text(to);
    TARN_TRY(tarn_sql_write(&p->given, error, trims ? "nullif(trim(CAST(%i AS VARCHAR)), '')" : "%i", c->name));
    tarn_cast_pair pair = {.from = from, .to = to, .given = text_of(&p->given), .type = c->type};
    TARN_TRY(tarn_cast_write_exact(&pair, &p->exact, error));
    TARN_TRY(tarn_cast_write_codelike(&pair, &c->code, error));
    TARN_TRY(tarn_cast_write_zoned(&pair, &c->zoned, error));
    if (c->rounds) {
        TARN_TRY(tarn_cast_write_value(&pair, &p->value, error));
        return tarn_sql_write(&p->fitting, error, "%s", text_of(&p->value));
    }
    /* What is exact has no time zone that would be lost. */
    TARN_TRY(tarn_sql_write(&p->value, error, "TRY_CAST(%s AS %s)", pair.given, c->type));
    return tarn_sql_write(&p->fitting, error, "CASE WHEN %s THEN %s END", text_of(&p->exact), text_of(&p->value));
}

static tarn_status write_columns(casting *c, const pieces *p, tarn_error *error) {
    const char *fitting = text_of(&p->fitting);
    TARN_TRY(tarn_sql_write(&c->misfit, error, "((%s) IS NOT NULL AND (%s) IS NULL)", text_of(&p->given), fitting));
    TARN_TRY(c->rounds ? tarn_sql_write(&c->remark, error, "((%s) IS NOT NULL AND NOT coalesce(%s, false))", fitting,
                                        text_of(&p->exact))
                       : tarn_sql_write(&c->remark, error, "(%s AND (%s) IS NOT NULL)", text_of(&c->code), fitting));
    TARN_TRY(tarn_sql_write(&c->present, error, "(%s) IS NOT NULL", text_of(&p->given)));
    return tarn_run_is(c->run, "policy", "text")
               ? tarn_sql_write(&c->value, error, "coalesce(CAST((%s) AS VARCHAR), CAST(%i AS VARCHAR))", fitting,
                                c->name)
               : tarn_sql_write(&c->value, error, "%s", fitting);
}

static tarn_status write_casting(casting *c, const struct ArrowSchema *from, const struct ArrowSchema *to,
                                 tarn_error *error) {
    pieces p = {0};
    tarn_status status = write_pieces(c, from, to, &p, error);
    if (status == TARN_OK)
        status = write_columns(c, &p, error);
    tarn_buffer_free(&p.given);
    tarn_buffer_free(&p.value);
    tarn_buffer_free(&p.exact);
    tarn_buffer_free(&p.fitting);
    return status;
}

static tarn_status open_eval(casting *c, tarn_cells *out, tarn_error *error) {
    const char *expressions[EVALUATED] = {text_of(&c->value), text_of(c->tells ? &c->present : &c->misfit),
                                          text_of(c->tells ? &c->code : &c->remark)};
    const char *names[EVALUATED] = {c->name, "misfit", "remark"};
    tarn_eval_options options = {.task = c->run->task, .names = names};
    TARN_TRY(tarn_eval_open(c->run->engine, c->run->base, expressions, EVALUATED, &options, &c->eval, error));
    return tarn_schema_copy(tarn_eval_schema(c->eval)->children[NEW_VALUE], c->name, &out->type, error);
}

/* Texts that plainly lose nothing need no more than the cast; policy=text makes other values of them. */
static tarn_status open_plain(casting *c, tarn_error *error) {
    tarn_buffer sql = {0};
    bool is_text = tarn_type_is_text(tarn_version_column(c->run->base, c->column)->type);
    if (!is_text || tarn_run_is(c->run, "policy", "text"))
        return TARN_OK;
    tarn_status status = tarn_sql_write(&sql, error, "TRY_CAST(%i AS %s)", c->name, c->type);
    const char *expression = (const char *)sql.data;
    tarn_eval_options options = {.task = c->run->task, .names = &c->name};
    if (status == TARN_OK)
        status = tarn_eval_open(c->run->engine, c->run->base, &expression, 1, &options, &c->plain, error);
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status open_cast(tarn_run *run, tarn_cells *out, tarn_error *error) {
    casting *c = calloc(1, sizeof *c);
    tarn_status status = TARN_OK;
    if (c == NULL)
        return tarn_fail_memory(error);
    c->run = run;
    c->column = out->column;
    c->rounds = tarn_run_is(run, "policy", "round");
    c->tells = !c->rounds && !tarn_run_is(run, "policy", "text");
    c->fail = c->rounds || tarn_run_is(run, "policy", "fail");
    c->name = tarn_version_column(run->base, out->column)->name;
    TARN_CHECK(tarn_sql_type_check(run, tarn_run_text(run, "type"), &c->type, &c->to, error));
    if (tarn_type_is_text(&c->to) && tarn_type_is_nested(tarn_version_column(run->base, out->column)->type)) {
        status = tarn_nested_text_open(run, out, error);
        goto cleanup; /* JSON, which DuckDB would write with fewer digits */
    }
    c->is_date = strncmp(c->to.format, "td", 2) == 0 || strncmp(c->to.format, "ts", 2) == 0;
    c->is_date = c->is_date && tarn_type_is_text(tarn_version_column(run->base, out->column)->type);
    TARN_CHECK(write_casting(c, tarn_version_column(run->base, out->column)->type, &c->to, error));
    TARN_CHECK(open_eval(c, out, error));
    TARN_CHECK(open_plain(c, error));
    out->state = c;
    out->rows = cast_rows;
    out->close = close_casting;
    c = NULL;
cleanup:
    if (c != NULL)
        casting_free(c);
    return status;
}

static const char *const policies[] = {"fail", "null", "text", "round", NULL};
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
     .description = "when values do not fit without loss: fail and name them, make them null, keep the whole column as "
                    "text with those that fit in the type's form, or round and cut them where that is possible"},
};
const tarn_command tarn_command_cast = {
    .name = "cast",
    .title = "Change type",
    .description = "Gives a column another type. A value fits when nothing of it is lost: no decimals, no digits, no "
                   "time of day, no "
                   "time zone. Spaces around values do not matter, and empty text becomes null.",
    .family = "structure",
    TARN_PARAMETERS(cast_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .open_cells = open_cast,
};
