// One scan of a version by DuckDB's threads.
#include "engine/scan_read.h"

#include "engine/scribble.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR_ROWS 2048

#define COLUMN_ID SIZE_MAX         /* the row number */
#define COLUMN_NONE (SIZE_MAX - 1) /* nothing that we have: only the number of rows matters */

struct tarn_scan {
    const tarn_duckdb *duckdb;
    tarn_session *session;
    const tarn_scan_table *table;
    const tarn_bound *bound;
    const tarn_unit *units;
    size_t unit_count;
    _Atomic size_t next_unit;
    bool scribble;
    size_t output_count;
    size_t columns[]; /* per output column: index in the version, COLUMN_ID or COLUMN_NONE */
};

/* A chunk whose batches a reader holds. */
typedef struct open_chunk {
    size_t number;
    tarn_chunk about;
    uint32_t group_head;   /* while a list is read: the first of its rows in the vector, as index + 1 */
    tarn_batch *batches[]; /* per output column; NULL until wanted */
} open_chunk;

struct tarn_reader {
    tarn_scan *scan; /* NULL before the first call */
    const tarn_unit *unit;
    size_t span;            /* inside the unit */
    int64_t offset;         /* inside the span */
    open_chunk **by_number; /* per chunk of the version */
    size_t *open;           /* numbers of the open ones */
    size_t open_count;
    tarn_scribble scribble; /* used only when the scan says so */
    uint32_t source[VECTOR_ROWS], target[VECTOR_ROWS];
    uint32_t row_offset[VECTOR_ROWS], row_next[VECTOR_ROWS];
};

/* ---- life ----------------------------------------------------------------------------------------------------------
 */

tarn_status tarn_scan_new(const tarn_duckdb *duckdb, tarn_session *session, const tarn_scan_table *table,
                          size_t column_count, bool scribble, tarn_scan **out, tarn_error *error) {
    tarn_scan *scan = calloc(1, sizeof *scan + column_count * sizeof *scan->columns);
    if (!scan)
        return tarn_fail_memory(error);
    scan->duckdb = duckdb;
    scan->session = session;
    scan->table = table;
    scan->bound = table->bound;
    scan->units = table->bound->units;
    scan->unit_count = table->bound->unit_count;
    if (session->unit) {
        scan->bound = session->bound;
        scan->units = session->unit;
        scan->unit_count = 1;
    }
    scan->output_count = column_count;
    scan->scribble = scribble;
    *out = scan;
    return TARN_OK;
}

void tarn_scan_free(tarn_scan *scan) {
    free(scan);
}

void tarn_scan_set_column(tarn_scan *scan, size_t output, idx_t index) {
    const tarn_scan_table *table = scan->table;
    if (table->has_id && index == 0)
        scan->columns[output] = COLUMN_ID;
    else if (index - table->has_id < table->column_count)
        scan->columns[output] = (size_t)index - table->has_id;
    else
        scan->columns[output] = COLUMN_NONE;
}

idx_t tarn_scan_most_threads(const tarn_scan *scan) {
    return scan->unit_count ? scan->unit_count : 1;
}

uint64_t tarn_scan_read_columns(const tarn_scan *scan) {
    uint64_t columns = 0;
    for (size_t i = 0; i < scan->output_count; i++)
        if (scan->columns[i] < 64)
            columns |= UINT64_C(1) << scan->columns[i];
    return columns;
}

tarn_session *tarn_scan_session_of(const tarn_scan *scan) {
    return scan->session;
}

tarn_reader *tarn_reader_new(void) {
    return calloc(1, sizeof(tarn_reader));
}

static void close_chunk(tarn_reader *reader, size_t number) {
    open_chunk *chunk = reader->by_number[number];
    for (size_t i = 0; i < reader->scan->output_count; i++)
        tarn_batch_release(chunk->batches[i]);
    free(chunk);
    reader->by_number[number] = NULL;
}

void tarn_reader_free(tarn_reader *reader) {
    for (size_t i = 0; i < reader->open_count; i++)
        close_chunk(reader, reader->open[i]);
    tarn_scribble_free(&reader->scribble);
    free(reader->by_number);
    free(reader->open);
    free(reader);
}

static tarn_status begin(tarn_reader *reader, tarn_scan *scan, tarn_error *error) {
    size_t count = tarn_version_chunk_count(scan->bound->version);
    reader->by_number = calloc(count ? count : 1, sizeof *reader->by_number);
    reader->open = calloc(count ? count : 1, sizeof *reader->open);
    if (!reader->by_number || !reader->open)
        return tarn_fail_memory(error);
    reader->scan = scan;
    return TARN_OK;
}

/* ---- chunks --------------------------------------------------------------------------------------------------------
 */

static tarn_status open(tarn_reader *reader, size_t number, open_chunk **out, tarn_error *error) {
    *out = reader->by_number[number];
    if (*out)
        return TARN_OK;
    open_chunk *chunk = calloc(1, sizeof *chunk + reader->scan->output_count * sizeof *chunk->batches);
    if (!chunk)
        return tarn_fail_memory(error);
    chunk->number = number;
    chunk->about = tarn_version_chunk(reader->scan->bound->version, number);
    reader->by_number[number] = chunk;
    reader->open[reader->open_count++] = number;
    *out = chunk;
    return TARN_OK;
}

/* What the last vectors pointed to may go now, except the chunk that comes next. A list of rows jumps between chunks,
 * so that all of them stay until it is through. */
static void close_stale(tarn_reader *reader) {
    size_t keep = SIZE_MAX;
    if (reader->unit && reader->span < reader->unit->span_count) {
        const tarn_span *span = &reader->scan->bound->spans[reader->unit->first_span + reader->span];
        if (span->row_numbers)
            return;
        keep = span->chunk;
    }
    size_t kept = 0;
    for (size_t i = 0; i < reader->open_count; i++) {
        if (reader->open[i] == keep)
            reader->open[kept++] = keep;
        else
            close_chunk(reader, reader->open[i]);
    }
    reader->open_count = kept;
}

/* Rows of one chunk into all output vectors. */
static tarn_status fill_chunk(tarn_reader *reader, open_chunk *chunk, const tarn_rows *rows, duckdb_data_chunk output,
                              tarn_error *error) {
    const tarn_scan *scan = reader->scan;
    for (size_t i = 0; i < scan->output_count; i++) {
        size_t column = scan->columns[i];
        if (column == COLUMN_NONE)
            continue;
        duckdb_vector vector = scan->duckdb->data_chunk_get_vector(output, i);
        if (column == COLUMN_ID) {
            int64_t *ids = scan->duckdb->vector_get_data(vector);
            for (idx_t k = 0; k < rows->count; k++)
                ids[rows->target ? rows->target[k] : rows->at + k] =
                    chunk->about.first_row + (rows->source ? (int64_t)rows->source[k] : rows->start + (int64_t)k);
            continue;
        }
        if (!chunk->batches[i])
            TARN_TRY(tarn_version_read(scan->bound->version, column, chunk->number, &chunk->batches[i], error));
        TARN_TRY(tarn_fill(scan->table->fillers[column], tarn_batch_array(chunk->batches[i]), rows, vector, error));
    }
    return TARN_OK;
}

/* ---- stretches -----------------------------------------------------------------------------------------------------
 */

/* Up to `room` live rows from `*from` on into reader->source; moves *from behind them. */
static idx_t gather_live(tarn_reader *reader, const uint8_t *bits, int64_t *from, int64_t to, idx_t room) {
    idx_t count = 0;
    int64_t row = *from;
    while (row < to && count < room) {
        if ((row & 7) == 0 && bits[row >> 3] == 0) {
            row += 8;
            continue;
        }
        if (tarn_bit_get(bits, row))
            reader->source[count++] = (uint32_t)row;
        row++;
    }
    *from = row < to ? row : to;
    return count;
}

static tarn_status read_stretch(tarn_reader *reader, const tarn_span *span, idx_t at, duckdb_data_chunk output,
                                idx_t *count, tarn_error *error) {
    const uint8_t *bits;
    open_chunk *chunk;
    TARN_TRY(tarn_version_live(reader->scan->bound->version, span->chunk, &bits, error));
    TARN_TRY(open(reader, span->chunk, &chunk, error));
    tarn_rows rows = {.at = at, .start = span->from + reader->offset};
    int64_t next = rows.start;
    if (bits) {
        rows.count = gather_live(reader, bits, &next, span->to, VECTOR_ROWS - at);
        rows.source = reader->source;
        if (rows.count && reader->source[rows.count - 1] - reader->source[0] == rows.count - 1) {
            rows.start = reader->source[0]; /* no gap: as if all were live */
            rows.source = NULL;
        }
    } else {
        int64_t left = span->to - next;
        rows.count = left < (int64_t)(VECTOR_ROWS - at) ? (idx_t)left : VECTOR_ROWS - at;
        next += (int64_t)rows.count;
    }
    reader->offset = next - span->from;
    *count = rows.count;
    return fill_chunk(reader, chunk, &rows, output, error);
}

/* ---- lists of row numbers ------------------------------------------------------------------------------------------
 */

static tarn_status find_chunk(tarn_reader *reader, int64_t row, open_chunk **chunk, uint32_t *offset,
                              tarn_error *error) {
    if (*chunk && row >= (*chunk)->about.first_row && row < (*chunk)->about.first_row + (*chunk)->about.rows) {
        *offset = (uint32_t)(row - (*chunk)->about.first_row);
        return TARN_OK;
    }
    size_t number;
    int64_t place;
    TARN_TRY(tarn_version_find_row(reader->scan->bound->version, row, &number, &place, NULL, error));
    *offset = (uint32_t)place;
    return open(reader, number, chunk, error);
}

/* Sort the rows by chunk, so that each chunk is filled from once. */
static tarn_status group_rows(tarn_reader *reader, const int64_t *row_numbers, idx_t count, tarn_error *error) {
    open_chunk *chunk = NULL;
    for (idx_t i = count; i-- > 0;) { /* backwards, since each goes to the head of its group */
        TARN_TRY(find_chunk(reader, row_numbers[i], &chunk, &reader->row_offset[i], error));
        reader->row_next[i] = chunk->group_head;
        chunk->group_head = (uint32_t)i + 1;
    }
    return TARN_OK;
}

static tarn_status read_list(tarn_reader *reader, const tarn_span *span, idx_t at, duckdb_data_chunk output,
                             idx_t *count, tarn_error *error) {
    int64_t left = span->to - reader->offset;
    *count = left < (int64_t)(VECTOR_ROWS - at) ? (idx_t)left : VECTOR_ROWS - at;
    TARN_TRY(group_rows(reader, span->row_numbers + reader->offset, *count, error));
    reader->offset += (int64_t)*count;
    for (size_t i = 0; i < reader->open_count; i++) {
        open_chunk *chunk = reader->by_number[reader->open[i]];
        tarn_rows rows = {.source = reader->source, .target = reader->target};
        for (uint32_t row = chunk->group_head; row; row = reader->row_next[row - 1]) {
            reader->source[rows.count] = reader->row_offset[row - 1];
            reader->target[rows.count++] = (uint32_t)at + row - 1;
        }
        chunk->group_head = 0;
        if (rows.count)
            TARN_TRY(fill_chunk(reader, chunk, &rows, output, error));
    }
    return TARN_OK;
}

/* ---- units ---------------------------------------------------------------------------------------------------------
 */

/* The span to read from; NULL at the end of the scan. A unit is begun only when `fresh`, so that vectors end with it.
 */
static const tarn_span *current_span(tarn_reader *reader, bool fresh) {
    tarn_scan *scan = reader->scan;
    for (;;) {
        if (reader->unit && reader->span < reader->unit->span_count) {
            const tarn_span *span = &scan->bound->spans[reader->unit->first_span + reader->span];
            if (reader->offset < span->to - span->from)
                return span;
            if (!scan->session->is_silent)
                tarn_task_advance(scan->session->task, (uint64_t)(span->to - span->from));
            reader->span++;
            reader->offset = 0;
            continue;
        }
        if (!fresh || atomic_load_explicit(&scan->next_unit, memory_order_relaxed) >= scan->unit_count)
            return NULL;
        size_t next = atomic_fetch_add_explicit(&scan->next_unit, 1, memory_order_relaxed);
        if (next >= scan->unit_count)
            return NULL;
        reader->unit = &scan->units[next];
        reader->span = 0;
        reader->offset = 0;
    }
}

static tarn_status copy_texts(tarn_reader *reader, duckdb_data_chunk output, idx_t rows, tarn_error *error) {
    const tarn_scan *scan = reader->scan;
    for (size_t i = 0; i < scan->output_count; i++)
        if (scan->columns[i] < COLUMN_NONE && tarn_filler_is_text(scan->table->fillers[scan->columns[i]]))
            TARN_TRY(tarn_scribble_copy(&reader->scribble, scan->duckdb, scan->duckdb->data_chunk_get_vector(output, i),
                                        rows, error));
    return TARN_OK;
}

tarn_status tarn_scan_fill(tarn_scan *scan, tarn_reader *reader, duckdb_data_chunk output, tarn_error *error) {
    if (!reader->scan)
        TARN_TRY(begin(reader, scan, error));
    TARN_TRY(tarn_task_check(scan->session->task, error));
    close_stale(reader);
    tarn_scribble_over(&reader->scribble);
    idx_t at = 0;
    const tarn_span *span;
    while (at < VECTOR_ROWS && (span = current_span(reader, at == 0)) != NULL) {
        idx_t count;
        if (span->row_numbers)
            TARN_TRY(read_list(reader, span, at, output, &count, error));
        else
            TARN_TRY(read_stretch(reader, span, at, output, &count, error));
        at += count;
    }
    if (scan->scribble)
        TARN_TRY(copy_texts(reader, output, at, error));
    scan->duckdb->data_chunk_set_size(output, at);
    return TARN_OK;
}
