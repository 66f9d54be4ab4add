/* What stands below the table: lines that are to be left out, notes, and rows of totals. */
#include "io/csv_reader.h"

#include "base/text.h"
#include "io/grid_end.h"

#include <stdlib.h>
#include <string.h>

#define TAIL_BYTES ((uint64_t)64 << 10)
#define TAIL_MOST ((uint64_t)64 << 20)

/* Where a record near the end stands in the tail; `end` is behind its line end. */
typedef struct tail_place {
    size_t begin, end;
} tail_place;

typedef struct tail {
    const uint8_t *head; /* the whole view, when it is at hand; not owned */
    uint8_t *data;       /* owned */
    size_t size;
    uint64_t offset; /* in the view */
    size_t begin;    /* of the first line that is whole */
    tail_place *places;
    tarn_grid_end_row *records;
    size_t count, place_capacity, capacity;
} tail;

static tarn_status load_tail(const tarn_csv_reader *reader, uint64_t data_start, uint64_t bytes, tail *t,
                             tarn_error *error) {
    uint64_t all = reader->view.size - data_start;
    t->size = (size_t)(all < bytes ? all : bytes);
    t->offset = reader->view.size - t->size;
    free(t->data);
    t->data = malloc(t->size + 1);
    if (t->data == NULL)
        return tarn_fail_memory(error);
    if (t->head != NULL)
        memcpy(t->data, t->head + t->offset, t->size);
    else
        TARN_TRY(tarn_text_view_read(&reader->view, t->offset, t->data, t->size, error));
    t->begin = t->offset == data_start ? 0 : tarn_csv_next_line(t->data, t->size, 0);
    return TARN_OK;
}

static bool is_blank_line(const tail *t, size_t begin, size_t end) {
    for (size_t i = begin; i < end; i++)
        if (t->data[i] != '\n' && t->data[i] != '\r' && t->data[i] != ' ' && t->data[i] != '\t')
            return false;
    return true;
}

/* End the view before the last `count` lines that are not blank. `*enough`: the tail holds them. */
static void cut_lines(tarn_csv_reader *reader, const tail *t, uint64_t data_start, uint64_t count, bool *enough) {
    uint64_t lines = 0, skip;
    for (size_t at = t->begin; at < t->size; at = tarn_csv_next_line(t->data, t->size, at))
        lines += !is_blank_line(t, at, tarn_csv_next_line(t->data, t->size, at));
    *enough = lines >= count || t->offset == data_start;
    skip = lines > count ? lines - count : 0;
    for (size_t at = t->begin; *enough && at < t->size; at = tarn_csv_next_line(t->data, t->size, at)) {
        if (is_blank_line(t, at, tarn_csv_next_line(t->data, t->size, at)))
            continue;
        if (skip-- > 0)
            continue;
        reader->view.size = t->offset + at;
        reader->footers = lines < count ? lines : count;
        return;
    }
}

static tarn_status cut_asked(tarn_csv_reader *reader, uint64_t data_start, tail *t, tarn_error *error) {
    bool enough = false;
    for (uint64_t bytes = TAIL_BYTES; !enough; bytes *= 4) {
        if (bytes > TAIL_MOST)
            return tarn_fail(error, TARN_E_INVALID, "the last %llu lines are longer than %llu MB: too many to skip",
                             (unsigned long long)reader->options.skip_footer, (unsigned long long)TAIL_MOST >> 20);
        TARN_TRY(load_tail(reader, data_start, bytes, t, error));
        cut_lines(reader, t, data_start, (uint64_t)reader->options.skip_footer, &enough);
    }
    return TARN_OK;
}

/* ---- notes --------------------------------------------------------------------------------------------------------
 */

static void look_at_record(const tail *t, const tarn_csv_batch *batch, tarn_grid_end_row *out) {
    for (size_t column = 0; column < batch->width; column++) {
        tarn_csv_field field = batch->fields[column];
        const uint8_t *text = t->data + field.start;
        size_t size = (field.size_and_flags & TARN_CSV_MISSING) != 0 ? 0 : tarn_csv_field_size(field);
        tarn_csv_trim(&text, &size);
        out->filled += size > 0;
        if (column > 0)
            continue;
        out->first = (const char *)text;
        out->first_size = size;
        out->first_kind = size > 0 ? (unsigned)tarn_csv_kind_of(text, size) : 0;
    }
}

static tarn_status read_records(const tarn_csv_reader *reader, tail *t, tarn_error *error) {
    tarn_csv_batch batch;
    tarn_csv_cursor cursor = {.data = t->data, .size = t->size, .last = true, .position = t->begin};
    tarn_csv_stop stop = TARN_CSV_STOP_FULL;
    tarn_status status = tarn_csv_batch_init(&batch, reader->width, 1, error);
    while (status == TARN_OK && stop == TARN_CSV_STOP_FULL) {
        size_t begin = cursor.position;
        status = tarn_csv_scan(&reader->dialect, &cursor, SIZE_MAX, &batch, NULL, &stop, error);
        if (status != TARN_OK || batch.rows == 0)
            continue;
        tarn_grid_end_row record = {0};
        for (; begin < t->size && (t->data[begin] == '\n' || t->data[begin] == '\r'); begin++)
            record.blank_before = true;
        look_at_record(t, &batch, &record);
        status = tarn_grow(&t->records, &t->capacity, t->count + 1, sizeof *t->records, error);
        if (status == TARN_OK)
            status = tarn_grow(&t->places, &t->place_capacity, t->count + 1, sizeof *t->places, error);
        if (status == TARN_OK) {
            t->places[t->count] = (tail_place){begin, cursor.position};
            t->records[t->count++] = record;
        }
    }
    tarn_csv_batch_free(&batch);
    return status;
}

static void cut_notes(tarn_csv_reader *reader, tail *t) {
    size_t first = tarn_grid_notes_begin(t->records, t->count);
    if (first == t->count)
        return;
    size_t begin = t->places[first].begin, end = t->places[t->count - 1].end;
    reader->view.size = t->offset + begin;
    reader->footers = tarn_csv_count_lines(t->data + begin, end - begin);
    reader->footers += t->data[end - 1] != '\n' && t->data[end - 1] != '\r';
    reader->footer_found = true;
    t->count = first;
    t->size = begin;
}

static void look_for_totals(tarn_csv_reader *reader, const tail *t) {
    size_t size = tarn_grid_total_word(t->records, t->count);
    if (size == 0)
        return;
    const tail_place *last = &t->places[t->count - 1];
    memcpy(reader->total_word, t->records[t->count - 1].first, size);
    reader->total_word[size] = '\0';
    reader->total_line = tarn_csv_count_lines(t->data + last->begin, t->size - last->begin);
}

tarn_status tarn_csv_cut_footer(tarn_csv_reader *reader, uint64_t data_start, const uint8_t *all, tarn_error *error) {
    tail t = {.head = all};
    tarn_status status = TARN_OK;
    if (data_start >= reader->view.size)
        return TARN_OK;
    if (reader->options.skip_footer > 0) {
        status = cut_asked(reader, data_start, &t, error);
    } else if (reader->width >= 2 && reader->width <= 4096) {
        TARN_CHECK(load_tail(reader, data_start, TAIL_BYTES, &t, error));
        TARN_CHECK(read_records(reader, &t, error));
        if (reader->options.skip_footer == 0)
            cut_notes(reader, &t);
        look_for_totals(reader, &t);
    }
cleanup:
    free(t.data);
    free(t.places);
    free(t.records);
    return status;
}
