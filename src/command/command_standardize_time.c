/* `standardize-time`: times of day as people write them become values of the type for these. */
#include "arrow/builder.h"
#include "base/text.h"
#include "command/date_column.h"
#include "command/families.h"

#include <stdatomic.h>
#include <stdlib.h>

typedef enum bad_values { BAD_FAIL, BAD_NULL, BAD_KEEP } bad_values;

typedef struct timing {
    tarn_run *run;
    tarn_date_column column;
    bad_values bad;
    atomic_int_least64_t unread, rounded;
} timing;

static tarn_status add_time(const timing *t, tarn_builder *builder, int64_t micros, tarn_error *error) {
    enum { DATE = sizeof "1970-01-01 " - 1 };
    char text[TARN_TIMESTAMP_TEXT_SIZE];
    if (t->bad != BAD_KEEP)
        return tarn_builder_int(builder, micros, error);
    return tarn_builder_bytes(builder, text + DATE, tarn_timestamp_print(micros, text) - DATE, error);
}

/* A text that is no time, as it was, or nothing. */
static tarn_status add_other(const timing *t, tarn_builder *builder, const struct ArrowSchema *type,
                             const struct ArrowArray *texts, int64_t i, tarn_error *error) {
    if (t->bad != BAD_KEEP || tarn_array_is_null(type, texts, i))
        return tarn_builder_null(builder, error);
    const int32_t *ends = (const int32_t *)texts->buffers[1] + texts->offset;
    return tarn_builder_bytes(builder, (const char *)texts->buffers[2] + ends[i], (size_t)(ends[i + 1] - ends[i]),
                              error);
}

static tarn_status add_value(timing *t, tarn_builder *builder, const struct ArrowSchema *type,
                             const struct ArrowArray *texts, int64_t i, int64_t row, tarn_error *error) {
    const char *text;
    size_t size;
    int64_t micros;
    bool is_rounded;
    if (!tarn_date_text_at(type, texts, i, &text, &size))
        return add_other(t, builder, type, texts, i, error);
    if (tarn_clock_read(text, size, &micros, &is_rounded)) {
        atomic_fetch_add(&t->rounded, is_rounded ? 1 : 0);
        return add_time(t, builder, micros, error);
    }
    if (t->bad == BAD_FAIL)
        return tarn_fail(
            error, TARN_E_INVALID,
            "standardize-time: row id %lld, column \"%s\": \"%.*s\" is no time of day that can be read: mend "
            "it, or choose policy=null or policy=text",
            (long long)row, tarn_version_column(t->run->base, t->column.column)->name, (int)size, text);
    atomic_fetch_add(&t->unread, 1);
    return add_other(t, builder, type, texts, i, error);
}

static tarn_status time_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                             tarn_error *error) {
    timing *t = cells->state;
    struct ArrowSchema type;
    struct ArrowArray texts;
    tarn_builder *builder = NULL;
    const uint8_t *live;
    int64_t first = tarn_version_chunk(t->run->base, chunk).first_row + from;
    TARN_TRY(tarn_version_live(t->run->base, chunk, &live, error));
    TARN_TRY(tarn_date_column_texts(&t->column, chunk, from, to, &type, &texts, error));
    tarn_status status = tarn_builder_new(&cells->type, &builder, error);
    for (int64_t i = 0; i < to - from && status == TARN_OK; i++)
        status = live != NULL && !tarn_bit_get(live, from + i)
                     ? tarn_builder_null(builder, error)
                     : add_value(t, builder, &type, &texts, i, first + i, error);
    if (status == TARN_OK)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    tarn_array_release(&texts);
    tarn_schema_release(&type);
    return status;
}

static void tell(const timing *t, int64_t count, const char *what) {
    char *values = count > 0 ? tarn_say_count(count, "value", "values") : NULL;
    if (values != NULL)
        tarn_run_note(t->run, tarn_format("%s of \"%s\": %s", values,
                                          tarn_version_column(t->run->base, t->column.column)->name, what));
    free(values);
}

static void close_timing(tarn_cells *cells) {
    timing *t = cells->state;
    tell(t, atomic_load(&t->unread), t->bad == BAD_NULL ? "no time of day, became null" : "no time of day, stayed");
    tell(t, atomic_load(&t->rounded), "rounded to microseconds");
    free(t);
}

static tarn_status open_time(tarn_run *run, tarn_cells *out, tarn_error *error) {
    timing *t = calloc(1, sizeof *t);
    if (t == NULL)
        return tarn_fail_memory(error);
    t->run = run;
    t->column = (tarn_date_column){.run = run, .column = out->column};
    t->bad = tarn_run_is(run, "policy", "null") ? BAD_NULL : tarn_run_is(run, "policy", "text") ? BAD_KEEP : BAD_FAIL;
    tarn_status status = tarn_schema_make(&out->type, t->bad == BAD_KEEP ? "u" : "ttu",
                                          tarn_version_column(run->base, out->column)->name, error);
    if (status != TARN_OK) {
        free(t);
        return status;
    }
    out->state = t;
    out->rows = time_rows;
    out->close = close_timing;
    return TARN_OK;
}

static const char *const bad_names[] = {"fail", "null", "text", NULL};
static const tarn_parameter_spec time_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "policy",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "fail",
     .choices = bad_names,
     .description =
         "when values cannot be read: fail and name one, make them null, or keep the column as text with the "
         "times as 23:59:59"},
};
const tarn_command tarn_command_standardize_time = {
    .name = "standardize-time",
    .title = "Standardize times of day",
    .description =
        "Reads times of day such as 23:59, 11:59:30 PM, 5 pm, 23.59 Uhr and 23h59, and makes the column one of "
        "times. Empty text becomes null; what has a date is for standardize-datetime.",
    .family = "date",
    TARN_PARAMETERS(time_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = open_time,
};
