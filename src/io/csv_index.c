// First pass over delimited text: where chunks begin, and what each column's values are.
#include "io/csv_observe.h"
#include "io/csv_window.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_CELLS 16384
#define BATCH_ROWS 1024
#define BATCH_BYTES ((size_t)1 << 20)
#define GUESSES 8 /* lines tried as the beginning of a record */

/* What was found in the records that begin in a block. */
typedef struct block_result {
    uint64_t start, end; /* of its records, in the view */
    uint64_t rows, lines;
    uint64_t nul_bytes;
    size_t widest; /* cells up to the last one that is not empty */
    unsigned *kinds;
    tarn_csv_tally *tallies;
    size_t n_kinds;
    tarn_csv_odd *odd; /* lines from 0 */
    size_t n_odd, odd_capacity;
    tarn_csv_point *points; /* rows and lines from 0 */
    size_t n_points, points_capacity;
    tarn_csv_log log;
    tarn_text_census census;
    bool guessed; /* false: nothing was found that could be the beginning of a record */
} block_result;

/* What a worker needs for a block, kept for the next one. */
typedef struct scratch {
    tarn_csv_window window;
    tarn_csv_batch batch;
    struct scratch *next;
} scratch;

typedef struct indexer {
    tarn_csv_reader *reader;
    tarn_task *task;
    uint64_t block_bytes;
    size_t n_blocks;
    pthread_mutex_t mutex; /* guards what follows */
    block_result **results;
    size_t next;       /* block to be joined to those before it */
    bool joining;      /* somebody is at it */
    uint64_t expected; /* where the next record begins */
    scratch *idle;
} indexer;

static void result_free(block_result *result) {
    if (result == NULL)
        return;
    free(result->kinds);
    free(result->tallies);
    free(result->odd);
    free(result->points);
    tarn_csv_log_free(&result->log);
    free(result);
}

/* Empty, with room for the kinds of all columns that can come to be. */
static tarn_status result_new(const tarn_csv_reader *reader, block_result **out, tarn_error *error) {
    block_result *result = calloc(1, sizeof *result);
    *out = result;
    if (result == NULL)
        return tarn_fail_memory(error);
    result->n_kinds = reader->width + reader->options.max_extra_columns;
    result->kinds = calloc(result->n_kinds, sizeof *result->kinds);
    result->tallies = calloc(result->n_kinds, sizeof *result->tallies);
    result->log.limit = reader->options.max_reports;
    return result->kinds != NULL && result->tallies != NULL ? TARN_OK : tarn_fail_memory(error);
}

/* ---- one block --------------------------------------------------------------------------------------------------- */

/* Records as they lie in the block: `from` and `line` are where they begin. */
typedef struct stretch {
    const uint8_t *data;
    size_t from;
    uint64_t line;
} stretch;

static void keep_odd(block_result *result, size_t column, const stretch *in, tarn_csv_field field) {
    size_t size = tarn_csv_field_size(field);
    /* Without memory for one more example the counts are still right. */
    if (tarn_grow(&result->odd, &result->odd_capacity, result->n_odd + 1, sizeof *result->odd, NULL) != TARN_OK)
        return;
    tarn_csv_odd *odd = &result->odd[result->n_odd++];
    *odd = (tarn_csv_odd){.column = column,
                          .line = in->line + tarn_csv_count_lines(in->data + in->from, field.start - in->from),
                          .size = (uint8_t)(size <= sizeof odd->text ? size : 255)};
    memcpy(odd->text, in->data + field.start, size <= sizeof odd->text ? size : sizeof odd->text);
}

static void observe_column(const tarn_csv_reader *reader, const stretch *in, size_t column, tarn_csv_field *fields,
                           size_t stride, size_t rows, block_result *result) {
    tarn_csv_odd_rows odd;
    result->kinds[column] = tarn_csv_observe(result->kinds[column], &reader->dialect, &reader->nulls, in->data, fields,
                                             stride, rows, &result->tallies[column], &odd);
    for (size_t i = 0; i < odd.count; i++)
        keep_odd(result, column, in, fields[odd.row[i] * stride]);
}

static void observe_surplus(const tarn_csv_reader *reader, const stretch *in, tarn_csv_batch *batch,
                            block_result *result) {
    for (size_t i = 0; i < batch->n_surplus; i++) {
        tarn_csv_surplus *surplus = &batch->surplus[i];
        if (tarn_csv_field_size(surplus->field) == 0)
            continue;
        if (surplus->column + 1 > result->widest)
            result->widest = surplus->column + 1;
        if (surplus->column < result->n_kinds)
            observe_column(reader, in, surplus->column, &surplus->field, 1, 1, result);
    }
}

static void observe_batch(const tarn_csv_reader *reader, const stretch *in, tarn_csv_batch *batch,
                          block_result *result) {
    for (size_t column = 0; column < batch->width; column++)
        observe_column(reader, in, column, batch->fields + column, batch->width, batch->rows, result);
    if (batch->n_surplus > 0)
        observe_surplus(reader, in, batch, result);
}

typedef struct invalid_finder {
    const uint8_t *data;
    size_t seen; /* lines are counted up to here */
    uint64_t line;
    tarn_csv_log *log;
} invalid_finder;

static void note_invalid(void *context, size_t offset) {
    invalid_finder *finder = context;
    const tarn_csv_places *places = &finder->log->kinds[TARN_CSV_INVALID];
    if (places->count < finder->log->limit) {
        finder->line += tarn_csv_count_lines(finder->data + finder->seen, offset - finder->seen);
        finder->seen = offset;
    }
    /* Without memory for one more line number the total is still right. */
    (void)tarn_csv_log_add(finder->log, TARN_CSV_INVALID, finder->line, 0, NULL);
}

static bool has_high_byte(const uint8_t *data, size_t size) {
    uint64_t all = 0;
    size_t i = 0;
    for (; i + 64 <= size; i += 64) {
        uint64_t words[8];
        memcpy(words, data + i, sizeof words);
        all |= words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7];
    }
    for (; i < size; i++)
        all |= data[i];
    return (all & UINT64_C(0x8080808080808080)) != 0;
}

/* Encoding and NUL bytes of a stretch of whole records, which begins `lines` line ends into the block. */
static void look_at_bytes(const uint8_t *data, size_t size, uint64_t lines, block_result *result) {
    for (const uint8_t *p = data; size > 0 && (p = memchr(p, 0, size - (size_t)(p - data))) != NULL; p++)
        result->nul_bytes++;
    if (has_high_byte(data, size)) {
        invalid_finder finder = {data, 0, lines, &result->log};
        tarn_text_census_take(&result->census, data, size, note_invalid, &finder);
    }
}

static tarn_status add_point(block_result *result, uint64_t offset, uint64_t line, tarn_error *error) {
    TARN_TRY(tarn_grow(&result->points, &result->points_capacity, result->n_points + 1, sizeof *result->points, error));
    result->points[result->n_points++] = (tarn_csv_point){offset, result->rows, line};
    return TARN_OK;
}

/* Parse the records that begin at `start` or later and before `end`. `first_line`: lines of the file before, for
 * messages. */
static tarn_status parse_block(const tarn_csv_reader *reader, scratch *work, uint64_t start, uint64_t end,
                               uint64_t first_line, block_result *result, tarn_error *error) {
    tarn_csv_window *window = &work->window;
    tarn_csv_batch *batch = &work->batch;
    tarn_csv_cursor cursor = {window->data, window->size, window->last, (size_t)(start - window->offset), 0,
                              first_line};
    tarn_csv_stop stop = TARN_CSV_STOP_FULL;
    result->start = start;
    while (stop != TARN_CSV_STOP_END && window->offset + cursor.position < end) {
        size_t from = cursor.position, limit = (size_t)(end - window->offset);
        uint64_t line = cursor.line;
        if (limit - from > BATCH_BYTES)
            limit = from + BATCH_BYTES;
        TARN_TRY(tarn_csv_scan(&reader->dialect, &cursor, limit, batch, &result->log, &stop, error));
        look_at_bytes(cursor.data + from, cursor.position - from, line, result);
        if (batch->rows > 0) {
            TARN_TRY(add_point(result, window->offset + from, line, error));
            observe_batch(reader, &(stretch){cursor.data, from, line}, batch, result);
            result->rows += batch->rows;
        }
        if (stop == TARN_CSV_STOP_MORE) {
            TARN_TRY(tarn_csv_window_advance(window, cursor.position, first_line + cursor.line + 1, error));
            cursor = (tarn_csv_cursor){window->data, window->size, window->last, 0, cursor.line, first_line};
        }
    }
    result->end = window->offset + cursor.position;
    result->lines = cursor.line;
    return TARN_OK;
}

/* Do the records from `position` on look regular? */
static bool reads_well(const tarn_csv_reader *reader, const tarn_csv_window *window, size_t position,
                       tarn_csv_batch *batch) {
    tarn_csv_cursor cursor = {window->data, window->size, window->last, position, 0, 0};
    tarn_csv_stop stop;
    tarn_csv_log log = {0};
    size_t capacity = batch->capacity;
    batch->capacity = capacity < 4 ? capacity : 4;
    tarn_status status = tarn_csv_scan(&reader->dialect, &cursor, window->size, batch, &log, &stop, NULL);
    batch->capacity = capacity;
    bool well = status == TARN_OK && batch->rows > 0;
    for (int kind = 0; kind < TARN_CSV_EVENTS; kind++)
        well &= kind == TARN_CSV_COMMENT || log.kinds[kind].total == 0;
    tarn_csv_log_free(&log);
    return well;
}

/*
 * Where a record probably begins in a block: after the first line end, as long as that is not within quotes. A wrong
 * guess costs time only, since join_block parses such a block again.
 */
static bool guess_start(const tarn_csv_reader *reader, scratch *work, uint64_t begin, uint64_t end, uint64_t *start) {
    const tarn_csv_window *window = &work->window;
    size_t first = 0, position = (size_t)(begin - window->offset), limit = (size_t)(end - window->offset);
    if (begin == reader->data_start) {
        *start = begin;
        return true;
    }
    position--;
    for (int i = 0; i < GUESSES; i++) {
        position = tarn_csv_next_line(window->data, window->size, position);
        if (position >= limit)
            break;
        if (first == 0)
            first = position;
        if (!reader->dialect.has_quote || reader->width == 1 || reads_well(reader, window, position, &work->batch)) {
            first = position;
            break;
        }
    }
    *start = window->offset + first;
    return first != 0;
}

/* ---- joining -------------------------------------------------------------------------------------------------------
 */

static uint64_t block_begin(const indexer *index, size_t block) {
    return index->reader->data_start + block * index->block_bytes;
}

static uint64_t block_end(const indexer *index, size_t block) {
    return block + 1 == index->n_blocks ? index->reader->view.size : block_begin(index, block + 1);
}

static tarn_status append_odd(tarn_csv_reader *reader, const block_result *result, tarn_error *error) {
    for (size_t i = 0; i < result->n_odd; i++) {
        tarn_csv_odd odd = result->odd[i];
        tarn_csv_tally *tally = &reader->tallies[odd.column];
        if (tally->shown >= TARN_CSV_ODD_SHOWN || tally->is_text)
            continue;
        TARN_TRY(tarn_grow(&reader->odd, &reader->odd_capacity, reader->n_odd + 1, sizeof *reader->odd, error));
        odd.line += reader->report.lines;
        reader->odd[reader->n_odd++] = odd;
        tally->shown++;
    }
    for (size_t i = 0; i < result->n_kinds; i++) {
        reader->tallies[i].values += result->tallies[i].values;
        reader->tallies[i].odd += result->tallies[i].odd;
        reader->tallies[i].is_text |= result->tallies[i].is_text;
    }
    return TARN_OK;
}

/* Append a result whose beginning is known to be right. */
static tarn_status append_result(indexer *index, const block_result *result, tarn_error *error) {
    tarn_csv_reader *reader = index->reader;
    tarn_csv_report *report = &reader->report;
    for (size_t i = 0; i < result->n_points; i++) {
        TARN_TRY(
            tarn_grow(&reader->points, &reader->points_capacity, reader->n_points + 1, sizeof *reader->points, error));
        tarn_csv_point point = result->points[i];
        point.row += report->rows;
        point.line += report->lines;
        reader->points[reader->n_points++] = point;
    }
    TARN_TRY(append_odd(reader, result, error));
    for (size_t i = 0; i < result->n_kinds; i++)
        reader->kinds[i] |= result->kinds[i];
    TARN_TRY(tarn_csv_log_append(&reader->log, &result->log, report->lines, error));
    tarn_text_census_merge(&reader->census, &result->census);
    reader->nul_bytes += result->nul_bytes;
    if (result->widest > reader->widest)
        reader->widest = result->widest;
    report->rows += result->rows;
    report->lines += result->lines;
    index->expected = result->end;
    return TARN_OK;
}

static tarn_status take_scratch(indexer *index, scratch **out, tarn_error *error) {
    pthread_mutex_lock(&index->mutex);
    scratch *found = index->idle;
    if (found != NULL)
        index->idle = found->next;
    pthread_mutex_unlock(&index->mutex);
    *out = found;
    if (found != NULL)
        return TARN_OK;
    found = calloc(1, sizeof *found);
    if (found == NULL)
        return tarn_fail_memory(error);
    size_t rows = BATCH_CELLS / index->reader->width;
    rows = rows > BATCH_ROWS ? BATCH_ROWS : rows < 8 ? 8 : rows;
    if (rows > index->reader->options.chunk_rows)
        rows = (size_t)index->reader->options.chunk_rows;
    tarn_status status = tarn_csv_batch_init(&found->batch, index->reader->width, rows, error);
    if (status != TARN_OK) {
        tarn_csv_batch_free(&found->batch);
        free(found);
        return status;
    }
    *out = found;
    return TARN_OK;
}

static void give_back_scratch(indexer *index, scratch *work) {
    pthread_mutex_lock(&index->mutex);
    work->next = index->idle;
    index->idle = work;
    pthread_mutex_unlock(&index->mutex);
}

/* Parse a block again from where its first record really begins. */
static tarn_status parse_again(indexer *index, size_t block, block_result **out, tarn_error *error) {
    tarn_csv_reader *reader = index->reader;
    scratch *work = NULL;
    uint64_t end = block_end(index, block);
    tarn_status status = result_new(reader, out, error);
    if (status == TARN_OK)
        status = take_scratch(index, &work, error);
    if (status == TARN_OK)
        status =
            tarn_csv_window_load(&work->window, &reader->view, index->expected, end - index->expected + 4096, error);
    if (status == TARN_OK)
        status = parse_block(reader, work, index->expected, end, reader->report.lines, *out, error);
    if (work != NULL)
        give_back_scratch(index, work);
    return status;
}

static tarn_status join_block(indexer *index, size_t block, const block_result *result, tarn_error *error) {
    TARN_TRY(tarn_task_check(index->task, error));
    if (index->expected >= block_end(index, block)) /* all of it belongs to a record that began earlier */
        return TARN_OK;
    if (result->guessed && result->start == index->expected)
        return append_result(index, result, error);
    block_result *again = NULL;
    tarn_status status = parse_again(index, block, &again, error);
    if (status == TARN_OK)
        status = append_result(index, again, error);
    result_free(again);
    return status;
}

/* Hand in a result, and join all that follow without a gap, unless another thread is doing so. */
static tarn_status deliver(indexer *index, size_t block, block_result *result, tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&index->mutex);
    index->results[block] = result;
    bool mine = !index->joining;
    while (mine && status == TARN_OK && index->next < index->n_blocks && index->results[index->next] != NULL) {
        size_t now = index->next;
        block_result *joined = index->results[now];
        index->results[now] = NULL;
        index->joining = true;
        pthread_mutex_unlock(&index->mutex);
        status = join_block(index, now, joined, error);
        result_free(joined);
        pthread_mutex_lock(&index->mutex);
        index->next++;
        index->joining = status != TARN_OK; /* after a failure nobody goes on */
    }
    pthread_mutex_unlock(&index->mutex);
    return status;
}

static tarn_status index_block(void *context, size_t block, tarn_error *error) {
    indexer *index = context;
    const tarn_csv_reader *reader = index->reader;
    uint64_t begin = block_begin(index, block), end = block_end(index, block), start = 0;
    scratch *work = NULL;
    block_result *result = NULL;
    tarn_status status = result_new(reader, &result, error);
    if (status == TARN_OK)
        status = take_scratch(index, &work, error);
    if (status == TARN_OK)
        status =
            tarn_csv_window_load(&work->window, &reader->view, begin - (block > 0 ? 1 : 0), end - begin + 4096, error);
    if (status == TARN_OK && guess_start(reader, work, begin, end, &start)) {
        tarn_error ignored;
        status = parse_block(reader, work, start, end, reader->data_line, result, block == 0 ? error : &ignored);
        result->guessed = status == TARN_OK;
        /* What looks wrong from a wrong beginning may be right from the right one: join_block will see. */
        if (status == TARN_E_FORMAT && block > 0)
            status = TARN_OK;
        else if (status != TARN_OK && block > 0 && error != NULL)
            *error = ignored;
    }
    if (work != NULL)
        give_back_scratch(index, work);
    if (status != TARN_OK) {
        result_free(result);
        return status;
    }
    tarn_task_advance(index->task, end - begin);
    return deliver(index, block, result, error);
}

static void indexer_free(indexer *index) {
    for (size_t i = 0; index->results != NULL && i < index->n_blocks; i++)
        result_free(index->results[i]);
    free(index->results);
    while (index->idle != NULL) {
        scratch *work = index->idle;
        index->idle = work->next;
        tarn_csv_window_free(&work->window);
        tarn_csv_batch_free(&work->batch);
        free(work);
    }
    pthread_mutex_destroy(&index->mutex);
}

tarn_status tarn_csv_index(tarn_csv_reader *reader, tarn_pool *pool, tarn_task *task, tarn_error *error) {
    uint64_t bytes = reader->view.size - reader->data_start;
    indexer index = {.reader = reader, .task = task, .block_bytes = reader->options.block_bytes};
    index.n_blocks = (size_t)((bytes + index.block_bytes - 1) / index.block_bytes);
    index.expected = reader->data_start;
    index.results = calloc(index.n_blocks + 1, sizeof *index.results);
    reader->n_kinds = reader->width + reader->options.max_extra_columns;
    reader->kinds = calloc(reader->n_kinds, sizeof *reader->kinds);
    reader->tallies = calloc(reader->n_kinds, sizeof *reader->tallies);
    reader->log.limit = reader->options.max_reports;
    reader->report.lines = reader->data_line;
    pthread_mutex_init(&index.mutex, NULL);
    tarn_status status =
        index.results == NULL || reader->kinds == NULL || reader->tallies == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK) {
        tarn_task_begin(task, "reading", "bytes", bytes);
        status = tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, index.n_blocks, index_block, &index, error);
    }
    if (status == TARN_OK)
        status =
            tarn_grow(&reader->points, &reader->points_capacity, reader->n_points + 1, sizeof *reader->points, error);
    if (status == TARN_OK)
        reader->points[reader->n_points++] =
            (tarn_csv_point){index.expected, reader->report.rows, reader->report.lines};
    indexer_free(&index);
    return status;
}
