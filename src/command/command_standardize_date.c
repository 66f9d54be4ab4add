/* `standardize-date`: text as people write dates becomes dates. What 1/2/2026 means is found out over the whole column,
   or asked for; it is never guessed. */
#include "arrow/builder.h"
#include "arrow/cast.h"
#include "base/text.h"
#include "command/date_text.h"
#include "command/families.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const order_names[] = {"dmy", "mdy", "ymd", NULL};

typedef enum bad_values { BAD_FAIL, BAD_NULL, BAD_KEEP } bad_values;

typedef struct standardizing {
    tarn_run *run;
    size_t column;
    int pivot;
    tarn_date_order order;
    bool is_concluded; /* from other values, and some would mean another day by another order */
    bad_values bad;
    atomic_int_least64_t unread;
} standardizing;

/* What the values that depend on the order say about it. Examples are cut texts, for the message. */
enum { EXAMPLES = 3, EXAMPLE_SIZE = 40 };
typedef struct example {
    int64_t row;
    unsigned orders;
    char text[EXAMPLE_SIZE];
} example;
typedef struct evidence {
    unsigned possible;                                /* orders by which all of them are dates, as bits */
    bool differs[TARN_DATE_ORDERS][TARN_DATE_ORDERS]; /* whether some mean different days by two orders */
    example examples[EXAMPLES]; /* each of them leaves fewer orders possible, or is one of the first */
    size_t count;
} evidence;

/* The text of element i of a plain text column without the spaces around it; false when there is none. */
static bool text_at(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i, const char **text,
                    size_t *size) {
    if (tarn_array_is_null(type, array, i))
        return false;
    const int32_t *ends = (const int32_t *)array->buffers[1] + array->offset;
    *text = (const char *)array->buffers[2] + ends[i];
    *size = (size_t)(ends[i + 1] - ends[i]);
    while (*size > 0 && memchr(" \t\r\n", (*text)[*size - 1], 4) != NULL)
        (*size)--;
    return *size > 0;
}

/* Rows of a chunk as plain text; released by the caller. */
static tarn_status read_texts(const standardizing *s, size_t chunk, int64_t from, int64_t to, struct ArrowSchema *type,
                              struct ArrowArray *out, tarn_error *error) {
    tarn_batch *batch = NULL;
    TARN_TRY(tarn_schema_make(type, "u", "text", error));
    tarn_status status = tarn_version_read(s->run->base, s->column, chunk, &batch, error);
    if (status == TARN_OK) {
        struct ArrowArray window = tarn_array_window(tarn_batch_array(batch), from, to - from);
        status = tarn_array_cast(tarn_batch_schema(batch), &window, type, out, NULL, error);
        tarn_batch_release(batch);
    }
    if (status != TARN_OK)
        tarn_schema_release(type);
    return status;
}

/* ---- the order --------------------------------------------------------------------------------------------------- */

/* Whether it means different days by orders that are possible; noted in `differs`. */
static bool compare_orders(const tarn_date_reading *reading, bool differs[TARN_DATE_ORDERS][TARN_DATE_ORDERS]) {
    bool any = false;
    for (int i = 0; i < TARN_DATE_ORDERS; i++) {
        for (int k = 0; k < i; k++) {
            bool is_other = reading->days[i] != reading->days[k];
            differs[i][k] = differs[i][k] || is_other;
            any = any || (is_other && reading->days[i] != TARN_NO_DATE && reading->days[k] != TARN_NO_DATE);
        }
    }
    return any;
}

static void weigh(evidence *e, const tarn_date_reading *reading, int64_t row, const char *text, size_t size) {
    unsigned orders = tarn_date_reading_orders(reading);
    bool narrows = (e->possible & orders) != e->possible, differs = compare_orders(reading, e->differs);
    e->possible &= orders;
    if (!(narrows || differs) || (e->count == EXAMPLES && !narrows))
        return;
    example *x = &e->examples[e->count < EXAMPLES ? e->count++ : EXAMPLES - 1];
    *x = (example){.row = row, .orders = orders};
    memcpy(x->text, text, size < EXAMPLE_SIZE ? size : EXAMPLE_SIZE - 1);
}

/* Whether one of the possible orders is as good as another. */
static bool is_decided(const evidence *e) {
    for (int i = 0; i < TARN_DATE_ORDERS; i++) {
        for (int k = 0; k < i; k++) {
            if (e->differs[i][k] && (e->possible >> i & 1) && (e->possible >> k & 1))
                return false;
        }
    }
    return e->possible != 0;
}

static tarn_status weigh_chunk(const standardizing *s, size_t chunk, evidence *e, tarn_error *error) {
    tarn_chunk where = tarn_version_chunk(s->run->base, chunk);
    struct ArrowSchema type;
    struct ArrowArray texts;
    const uint8_t *live;
    TARN_TRY(tarn_task_check(s->run->task, error));
    TARN_TRY(tarn_version_live(s->run->base, chunk, &live, error));
    TARN_TRY(read_texts(s, chunk, 0, where.rows, &type, &texts, error));
    for (int64_t i = 0; i < where.rows; i++) {
        const char *text;
        size_t size;
        tarn_date_reading reading;
        if ((live == NULL || tarn_bit_get(live, i)) && text_at(&type, &texts, i, &text, &size) &&
            tarn_date_read(text, size, s->pivot, &reading))
            weigh(e, &reading, where.first_row + i, text, size);
    }
    tarn_array_release(&texts);
    tarn_schema_release(&type);
    return TARN_OK;
}

static tarn_status refuse_order(const standardizing *s, const evidence *e, tarn_error *error) {
    tarn_buffer list = {0};
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < e->count; i++) {
        const example *x = &e->examples[i];
        int valid = (int)tarn_utf8_valid_prefix(x->text, strlen(x->text));
        TARN_CHECK(tarn_buffer_printf(&list, error, "%srow id %lld: \"%.*s\" can be", i == 0 ? "" : "; ",
                                      (long long)x->row, valid, x->text));
        const char *between = " ";
        for (int order = 0; order < TARN_DATE_ORDERS; order++) {
            if (!(x->orders >> order & 1))
                continue;
            TARN_CHECK(tarn_buffer_printf(&list, error, "%s%s", between, order_names[order]));
            between = " or ";
        }
    }
    status =
        tarn_fail(error, TARN_E_INVALID,
                  "standardize-date: %s of \"%s\" %s (%.*s): say which it is with order=dmy, order=mdy or order=ymd",
                  e->possible == 0 ? "the values" : "no value", tarn_version_column(s->run->base, s->column)->name,
                  e->possible == 0 ? "have no one order of day, month and year in common"
                                   : "tells which number is the day, the month or the year",
                  (int)list.size, (const char *)list.data);
cleanup:
    tarn_buffer_free(&list);
    return status;
}

static tarn_status find_order(standardizing *s, tarn_error *error) {
    evidence e = {.possible = (1u << TARN_DATE_ORDERS) - 1};
    for (int i = 0; i < TARN_DATE_ORDERS; i++) {
        if (tarn_run_is(s->run, "order", order_names[i])) {
            s->order = (tarn_date_order)i;
            return TARN_OK;
        }
    }
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(s->run->base); chunk++)
        TARN_TRY(weigh_chunk(s, chunk, &e, error));
    if (!is_decided(&e))
        return refuse_order(s, &e, error);
    s->order = (tarn_date_order)__builtin_ctz(e.possible);
    s->is_concluded = e.count > 0;
    return TARN_OK;
}

/* ---- the values -------------------------------------------------------------------------------------------------- */

static tarn_status refuse_value(const standardizing *s, int64_t row, const char *text, size_t size, tarn_error *error) {
    return tarn_fail(
        error, TARN_E_INVALID,
        "standardize-date: row id %lld, column \"%s\": \"%.*s\" is no date that can be read%s: mend it, or "
        "choose policy=null or policy=text",
        (long long)row, tarn_version_column(s->run->base, s->column)->name, (int)size, text,
        tarn_run_has(s->run, "order") ? " in this order" : "");
}

static tarn_status add_date(tarn_builder *builder, bad_values bad, int32_t days, tarn_error *error) {
    char text[TARN_DATE_TEXT_SIZE];
    if (bad != BAD_KEEP)
        return tarn_builder_int(builder, days, error);
    return tarn_builder_bytes(builder, text, tarn_date_print(days, text), error);
}

static tarn_status add_value(standardizing *s, tarn_builder *builder, const struct ArrowSchema *type,
                             const struct ArrowArray *texts, int64_t i, int64_t row, tarn_error *error) {
    const char *text;
    size_t size;
    tarn_date_reading reading;
    bool is_text = text_at(type, texts, i, &text, &size);
    if (is_text && tarn_date_read(text, size, s->pivot, &reading) && reading.days[s->order] != TARN_NO_DATE)
        return add_date(builder, s->bad, reading.days[s->order], error);
    if (is_text && s->bad == BAD_FAIL)
        return refuse_value(s, row, text, size, error);
    if (is_text)
        atomic_fetch_add(&s->unread, 1);
    if (s->bad != BAD_KEEP || tarn_array_is_null(type, texts, i))
        return tarn_builder_null(builder, error);
    const int32_t *ends = (const int32_t *)texts->buffers[1] + texts->offset;
    return tarn_builder_bytes(builder, (const char *)texts->buffers[2] + ends[i], (size_t)(ends[i + 1] - ends[i]),
                              error);
}

static tarn_status standardize_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to,
                                    struct ArrowArray *out, tarn_error *error) {
    standardizing *s = cells->state;
    struct ArrowSchema type;
    struct ArrowArray texts;
    tarn_builder *builder = NULL;
    const uint8_t *live;
    int64_t first = tarn_version_chunk(s->run->base, chunk).first_row + from;
    TARN_TRY(tarn_version_live(s->run->base, chunk, &live, error));
    TARN_TRY(read_texts(s, chunk, from, to, &type, &texts, error));
    tarn_status status = tarn_builder_new(&cells->type, &builder, error);
    for (int64_t i = 0; i < to - from && status == TARN_OK; i++)
        status = live != NULL && !tarn_bit_get(live, from + i)
                     ? tarn_builder_null(builder, error)
                     : add_value(s, builder, &type, &texts, i, first + i, error);
    if (status == TARN_OK)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    tarn_array_release(&texts);
    tarn_schema_release(&type);
    return status;
}

/* What was concluded, and what could not be read. */
static void close_standardizing(tarn_cells *cells) {
    static const char *const meanings[] = {"day, month, year", "month, day, year", "year, month, day"};
    standardizing *s = cells->state;
    int64_t unread = atomic_load(&s->unread);
    const char *name = tarn_version_column(s->run->base, s->column)->name;
    char *values = unread > 0 ? tarn_say_count(unread, "value", "values") : NULL;
    if (s->is_concluded)
        tarn_run_note(s->run, tarn_format("\"%s\" was read as %s, as its values tell", name, meanings[s->order]));
    if (values != NULL)
        tarn_run_note(s->run, tarn_format("%s of \"%s\" that %s no %s %s", values, name, unread == 1 ? "is" : "are",
                                          unread == 1 ? "date" : "dates",
                                          s->bad == BAD_NULL ? "became null"
                                          : unread == 1      ? "stayed as it was"
                                                             : "stayed as they were"));
    free(values);
    free(s);
}

static tarn_status open_standardize(tarn_run *run, tarn_cells *out, tarn_error *error) {
    standardizing *s = calloc(1, sizeof *s);
    if (s == NULL)
        return tarn_fail_memory(error);
    *s = (standardizing){.run = run, .column = out->column, .pivot = (int)tarn_run_integer(run, "pivot")};
    s->bad = tarn_run_is(run, "policy", "null") ? BAD_NULL : tarn_run_is(run, "policy", "text") ? BAD_KEEP : BAD_FAIL;
    tarn_status status = find_order(s, error);
    if (status == TARN_OK)
        status = tarn_schema_make(&out->type, s->bad == BAD_KEEP ? "u" : "tdD",
                                  tarn_version_column(run->base, out->column)->name, error);
    if (status != TARN_OK) {
        free(s);
        return status;
    }
    out->state = s;
    out->rows = standardize_rows;
    out->close = close_standardizing;
    return TARN_OK;
}

static const char *const bad_names[] = {"fail", "null", "text", NULL};
static const tarn_parameter_spec standardize_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "order",
     .type = TARN_PARAMETER_CHOICE,
     .choices = order_names,
     .description = "what 1/2/2026 and 1/2/26 mean; without it the column's other values must tell"},
    {.name = "pivot",
     .type = TARN_PARAMETER_INTEGER,
     .default_value = "69",
     .least = 0,
     .most = 100,
     .description = "years of two digits below it are 20yy, the others 19yy"},
    {.name = "policy",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "fail",
     .choices = bad_names,
     .description =
         "when values cannot be read: fail and name one, make them null, or keep the column as text with the "
         "dates in ISO form"},
};
const tarn_command tarn_command_standardize_date = {
    .name = "standardize-date",
    .title = "Standardize dates",
    .description =
        "Reads dates in a dozen forms, such as 2026-02-01, 1/2/2026, 1.2.26, 1-Feb-2026 and February 1, "
        "2026, and makes the column one of dates. Times of day are dropped, empty text becomes null. Whether "
        "1/2/2026 is in January or February is decided by the column's other values or by you, never "
        "guessed.",
    .family = "date",
    TARN_PARAMETERS(standardize_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = open_standardize,
};
