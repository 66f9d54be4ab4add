// Reading a sample of delimited text in some dialect, to see how well it fits.
#include "io/csv_dialect.h"

#include "io/grid.h"

#include <stdlib.h>

#define COUNTED 65536 /* records with more cells are counted as having so many */
#define MOST_BELOW 40 /* notes, at most */

/* A record of the sample. */
typedef struct sampled {
    uint32_t cells;
    uint32_t start;
} sampled;

typedef struct sampling {
    const tarn_csv_head *head;
    sampled *records;
    size_t count, capacity;
    uint32_t *tally; /* COUNTED + 1 */
    bool is_spaced;  /* a space follows every delimiter, as commas in sentences have it */
} sampling;

static tarn_status take_batch(sampling *s, const tarn_csv_batch *batch, tarn_csv_reading *out, tarn_error *error) {
    TARN_TRY(tarn_grow(&s->records, &s->capacity, s->count + batch->rows, sizeof *s->records, error));
    for (size_t row = 0; row < batch->rows; row++) {
        const tarn_csv_field *fields = batch->fields + row * batch->width;
        size_t here = batch->counts[row] < batch->width ? batch->counts[row] : batch->width;
        s->records[s->count++] = (sampled){batch->counts[row], fields[0].start};
        for (size_t column = 0; column < here; column++) {
            out->quoted += (fields[column].size_and_flags & TARN_CSV_QUOTED) != 0;
            s->is_spaced &= column == 0 || s->head->data[fields[column].start] == ' ';
        }
    }
    return TARN_OK;
}

/* The commonest numbers of cells of some records: of those with several, and of all. Returns how many have the first.
 */
static uint32_t tally_up(sampling *s, size_t from, size_t end, uint32_t widest, tarn_csv_reading *out) {
    uint32_t most = 0, most_of_all = 0;
    for (size_t i = from; i < end; i++)
        s->tally[s->records[i].cells < COUNTED ? s->records[i].cells : COUNTED]++;
    for (uint32_t cells = 1; cells <= COUNTED && cells <= widest; cells++) {
        if (s->tally[cells] > most_of_all) {
            most_of_all = s->tally[cells];
            out->commonest = cells < COUNTED ? cells : widest;
        }
        if (cells >= 2 && s->tally[cells] > most) {
            most = s->tally[cells];
            out->regular = cells < COUNTED ? cells : widest;
        }
    }
    for (size_t i = from; i < end; i++)
        s->tally[s->records[i].cells < COUNTED ? s->records[i].cells : COUNTED] = 0;
    return most;
}

static bool is_line_end(uint8_t c) {
    return c == '\n' || c == '\r';
}

static bool is_after_blank(const sampling *s, size_t record) {
    const uint8_t *data = s->head->data;
    size_t at = s->records[record].start, begin = s->head->begin;
    while (at > begin && !is_line_end(data[at - 1])) /* an opening quote */
        at--;
    if (at == begin)
        return false;
    at -= at - begin >= 2 && data[at - 1] == '\n' && data[at - 2] == '\r' ? 2 : 1;
    return at == begin || is_line_end(data[at - 1]);
}

/*
 * Titles above the records of the regular width, and notes below them. Where commas part the cells both must stand
 * apart, by a blank line, since a sentence has commas too.
 */
static void set_aside(const sampling *s, uint8_t delimiter, uint32_t regular, size_t *from, size_t *end) {
    size_t first = 0, last = s->count;
    *from = 0;
    *end = s->count;
    while (first < s->count && s->records[first].cells != regular)
        first++;
    while (last > first && s->records[last - 1].cells != regular)
        last--;
    size_t above = first, below = s->count - last;
    bool is_prose = delimiter == ',' && s->is_spaced;
    if (last - first < 2 || above + below > 2 * (last - first) || is_prose)
        return;
    if (above <= TARN_GRID_MOST_ABOVE && (delimiter != ',' || is_after_blank(s, first)))
        *from = first;
    if (below > 0 && below <= MOST_BELOW && s->head->last && (delimiter != ',' || is_after_blank(s, last)))
        *end = last;
}

static void summarise(sampling *s, uint8_t delimiter, uint32_t widest, tarn_csv_reading *out) {
    size_t from, end;
    tally_up(s, 0, s->count, widest, out);
    uint32_t first = s->count > 0 ? s->records[0].cells : 0;
    out->first_fits = first == out->regular;
    set_aside(s, delimiter, out->regular, &from, &end);
    out->records = end - from;
    out->aside = s->count - out->records;
    uint32_t most = tally_up(s, from, end, widest, out);
    if (out->records > 0)
        out->share = (double)most / (double)out->records;
}

static tarn_status scan_all(sampling *s, const tarn_csv_dialect *dialect, tarn_csv_batch *batch, tarn_csv_log *log,
                            tarn_csv_reading *out, tarn_error *error) {
    const tarn_csv_head *head = s->head;
    tarn_csv_cursor cursor = {.data = head->data, .size = head->size, .last = head->last, .position = head->begin};
    tarn_csv_stop stop = TARN_CSV_STOP_FULL;
    while (stop == TARN_CSV_STOP_FULL) {
        tarn_status status = tarn_csv_scan(dialect, &cursor, head->size, batch, log, &stop, error);
        if (status == TARN_E_FORMAT)
            return TARN_OK; /* a cell that is too large here may be none in another dialect */
        if (status != TARN_OK)
            return status;
        if (cursor.position >= head->size && stop == TARN_CSV_STOP_FULL)
            stop = TARN_CSV_STOP_MORE;
        TARN_TRY(take_batch(s, batch, out, error));
    }
    return TARN_OK;
}

tarn_status tarn_csv_read_sample(const tarn_csv_dialect *dialect, const tarn_csv_head *head, tarn_csv_reading *out,
                                 tarn_error *error) {
    enum { WIDTH = 64, ROWS = 256 };
    tarn_csv_batch batch;
    tarn_csv_log log = {0};
    sampling s = {.head = head, .tally = calloc(COUNTED + 1, sizeof *s.tally), .is_spaced = true};
    *out = (tarn_csv_reading){0};
    tarn_status status = tarn_csv_batch_init(&batch, WIDTH, ROWS, error);
    if (s.tally == NULL)
        status = tarn_fail_memory(error);
    if (status == TARN_OK)
        status = scan_all(&s, dialect, &batch, &log, out, error);
    if (status == TARN_OK) {
        summarise(&s, dialect->delimiter, batch.widest, out);
        out->untidy = log.kinds[TARN_CSV_AFTER_QUOTE].total + log.kinds[TARN_CSV_STRAY_QUOTE].total;
    }
    free(s.tally);
    free(s.records);
    tarn_csv_batch_free(&batch);
    tarn_csv_log_free(&log);
    return status;
}
