/* What the values of a column of dates have in common. What 1/2/2026 means is found out over the whole column, or asked
   for; it is never guessed. */
#include "command/date_column.h"

#include "arrow/cast.h"
#include "base/text.h"

#include <string.h>

const char *const tarn_date_order_names[] = {"dmy", "mdy", "ymd", NULL};

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

bool tarn_date_text_at(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i, const char **text,
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

tarn_status tarn_date_column_texts(const tarn_date_column *column, size_t chunk, int64_t from, int64_t to,
                                   struct ArrowSchema *type, struct ArrowArray *out, tarn_error *error) {
    tarn_batch *batch = NULL;
    TARN_TRY(tarn_schema_make(type, "u", "text", error));
    tarn_status status = tarn_version_read(column->run->base, column->column, chunk, &batch, error);
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

static void note_zone(tarn_date_column *column, const tarn_date_reading *reading, int64_t row) {
    if (reading->is_counted || !reading->has_zone) { /* seconds since 1970 go with both */
        column->without_zone += !reading->is_counted;
        if (!reading->is_counted && column->first_without_zone < 0)
            column->first_without_zone = row;
        return;
    }
    column->with_zone++;
}

static tarn_status weigh_chunk(tarn_date_column *column, size_t chunk, evidence *e, tarn_error *error) {
    tarn_chunk where = tarn_version_chunk(column->run->base, chunk);
    struct ArrowSchema type;
    struct ArrowArray texts;
    const uint8_t *live;
    TARN_TRY(tarn_task_check(column->run->task, error));
    TARN_TRY(tarn_version_live(column->run->base, chunk, &live, error));
    TARN_TRY(tarn_date_column_texts(column, chunk, 0, where.rows, &type, &texts, error));
    for (int64_t i = 0; i < where.rows; i++) {
        const char *text;
        size_t size;
        tarn_date_reading reading;
        if ((live != NULL && !tarn_bit_get(live, i)) || !tarn_date_text_at(&type, &texts, i, &text, &size) ||
            !tarn_date_read(text, size, &column->options, &reading))
            continue;
        weigh(e, &reading, where.first_row + i, text, size);
        note_zone(column, &reading, where.first_row + i);
    }
    tarn_array_release(&texts);
    tarn_schema_release(&type);
    return TARN_OK;
}

static tarn_status refuse_order(const tarn_date_column *column, const evidence *e, tarn_error *error) {
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
            TARN_CHECK(tarn_buffer_printf(&list, error, "%s%s", between, tarn_date_order_names[order]));
            between = " or ";
        }
    }
    status = tarn_fail(error, TARN_E_INVALID,
                       "%s: %s of \"%s\" %s (%.*s): say which it is with order=dmy, order=mdy or order=ymd",
                       column->run->command->name, e->possible == 0 ? "the values" : "no value",
                       tarn_version_column(column->run->base, column->column)->name,
                       e->possible == 0 ? "have no one order of day, month and year in common"
                                        : "tells which number is the day, the month or the year",
                       (int)list.size, (const char *)list.data);
cleanup:
    tarn_buffer_free(&list);
    return status;
}

tarn_status tarn_date_column_look(tarn_date_column *column, bool zones, tarn_error *error) {
    evidence e = {.possible = (1u << TARN_DATE_ORDERS) - 1};
    bool is_said = false;
    column->first_without_zone = -1;
    for (int i = 0; i < TARN_DATE_ORDERS; i++) {
        if (tarn_run_is(column->run, "order", tarn_date_order_names[i])) {
            column->order = (tarn_date_order)i;
            is_said = true;
        }
    }
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(column->run->base) && (zones || !is_said); chunk++)
        TARN_TRY(weigh_chunk(column, chunk, &e, error));
    if (is_said)
        return TARN_OK;
    if (!is_decided(&e))
        return refuse_order(column, &e, error);
    column->order = (tarn_date_order)__builtin_ctz(e.possible);
    column->is_concluded = e.count > 0;
    return TARN_OK;
}
