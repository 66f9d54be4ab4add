#include "io/csv_reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* How a sample reads in a dialect. */
typedef struct reading {
    size_t records;
    uint32_t regular;   /* the commonest number of cells, 2 or more where `share` is above 0 */
    double share;       /* of the records that have it */
    bool first_fits;    /* the first record has it too */
    uint64_t quoted;    /* quoted cells */
    uint64_t untidy;    /* text after quotes, quotes that do not close */
    uint32_t commonest; /* the commonest number of cells, 1 included */
} reading;

#define COUNTED 65536 /* records with more cells are counted as having so many */

typedef struct tally {
    uint32_t of[COUNTED + 1];
} tally;

static void count_batch(const tarn_csv_batch *batch, tally *counts, reading *out) {
    for (size_t row = 0; row < batch->rows; row++) {
        uint32_t count = batch->counts[row];
        counts->of[count < COUNTED ? count : COUNTED]++;
        size_t here = count < batch->width ? count : batch->width;
        for (size_t column = 0; column < here; column++)
            out->quoted += (batch->fields[row * batch->width + column].size_and_flags & TARN_CSV_QUOTED) != 0;
    }
    out->records += batch->rows;
}

static void summarise(const tally *counts, uint32_t first, uint32_t widest, reading *out) {
    uint32_t most = 0, most_of_all = 0;
    for (uint32_t count = 1; count <= COUNTED; count++) {
        if (counts->of[count] > most_of_all) {
            most_of_all = counts->of[count];
            out->commonest = count;
        }
        if (count >= 2 && counts->of[count] > most) {
            most = counts->of[count];
            out->regular = count;
        }
    }
    if (out->regular == COUNTED)
        out->regular = widest;
    if (out->commonest == COUNTED)
        out->commonest = widest;
    if (out->records > 0)
        out->share = (double)most / (double)out->records;
    out->first_fits = first == out->regular;
}

static tarn_status read_sample(const tarn_csv_dialect *dialect, const tarn_csv_head *head, size_t from, reading *out,
                               tarn_error *error) {
    enum { WIDTH = 64, ROWS = 256 };
    *out = (reading){0};
    tarn_csv_batch batch;
    tarn_csv_log log = {0};
    tarn_csv_cursor cursor = {.data = head->data, .size = head->size, .last = head->last, .position = from};
    tarn_csv_stop stop = TARN_CSV_STOP_FULL;
    uint32_t first = 0;
    tally *counts = calloc(1, sizeof *counts);
    tarn_status status = tarn_csv_batch_init(&batch, WIDTH, ROWS, error);
    if (counts == NULL)
        status = tarn_fail_memory(error);
    while (status == TARN_OK && stop == TARN_CSV_STOP_FULL) {
        status = tarn_csv_scan(dialect, &cursor, head->size, &batch, &log, &stop, error);
        if (status == TARN_E_FORMAT) { /* a cell that is too large here may be none in another dialect */
            status = TARN_OK;
            break;
        }
        if (cursor.position >= head->size && stop == TARN_CSV_STOP_FULL)
            stop = TARN_CSV_STOP_MORE;
        if (status == TARN_OK) {
            if (out->records == 0 && batch.rows > 0)
                first = batch.counts[0];
            count_batch(&batch, counts, out);
        }
    }
    if (status == TARN_OK) {
        summarise(counts, first, batch.widest, out);
        out->untidy = log.kinds[TARN_CSV_AFTER_QUOTE].total + log.kinds[TARN_CSV_STRAY_QUOTE].total;
    }
    free(counts);
    tarn_csv_batch_free(&batch);
    tarn_csv_log_free(&log);
    return status;
}

static bool has_ending(const char *name, const char *ending) {
    size_t size = name != NULL ? strlen(name) : 0, length = strlen(ending);
    return size > length && strcasecmp(name + size - length, ending) == 0;
}

/* A single column is what remains when no delimiter does better than this. */
#define SINGLE_COLUMN_SCORE 0.5

/*
 * Consistency first; among delimiters that are about as consistent the one with more cells, and slightly the rarer
 * characters, since commas also stand in numbers and sentences.
 */
static double score(const reading *r, double favour) {
    if (r->share == 0)
        return 0;
    double untidy = r->records > 0 ? (double)r->untidy / (double)r->records : 0;
    return r->share * (1 + 0.05 * log2(r->regular)) + (r->share >= 0.5 ? favour : 0) - (r->first_fits ? 0 : 0.12) -
           0.2 * (untidy > 1 ? 1 : untidy);
}

static tarn_status choose_delimiter(tarn_csv_reader *reader, const tarn_csv_head *head, reading *out,
                                    tarn_error *error) {
    static const struct {
        uint8_t character;
        double favour;
    } candidates[] = {{',', 0}, {';', 0.05}, {'\t', 0.05}, {'|', 0.04}};
    double best = SINGLE_COLUMN_SCORE;
    uint8_t chosen = ',';
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
        reading here;
        uint8_t c = candidates[i].character;
        reader->dialect.delimiter = c;
        TARN_TRY(read_sample(&reader->dialect, head, head->begin, &here, error));
        bool named = c == '\t' && (has_ending(reader->name, ".tsv") || has_ending(reader->name, ".tab"));
        double points = score(&here, candidates[i].favour + (named ? 0.3 : 0));
        if (points > best) {
            best = points;
            chosen = c;
        }
    }
    if (best == SINGLE_COLUMN_SCORE && (has_ending(reader->name, ".tsv") || has_ending(reader->name, ".tab")))
        chosen = '\t';
    reader->dialect.delimiter = chosen;
    return read_sample(&reader->dialect, head, head->begin, out, error);
}

/* Apostrophes are commoner than quotes of that shape: only where they enclose cells and nothing else does. */
static tarn_status try_apostrophe(tarn_csv_reader *reader, const tarn_csv_head *head, reading *now, tarn_error *error) {
    if (now->quoted > 0 || memchr(head->data, '\'', head->size) == NULL)
        return TARN_OK;
    tarn_csv_dialect before = reader->dialect;
    reading with;
    reader->dialect.quote = '\'';
    if (reader->options.delimiter == 0)
        TARN_TRY(choose_delimiter(reader, head, &with, error));
    else
        TARN_TRY(read_sample(&reader->dialect, head, head->begin, &with, error));
    if (with.quoted > 1 && with.untidy == 0 && with.share >= now->share)
        *now = with;
    else
        reader->dialect = before;
    return TARN_OK;
}

static tarn_status try_backslash(tarn_csv_reader *reader, const tarn_csv_head *head, reading *now, tarn_error *error) {
    if (now->quoted == 0 || memchr(head->data, '\\', head->size) == NULL)
        return TARN_OK;
    reading with;
    reader->dialect.backslash = true;
    TARN_TRY(read_sample(&reader->dialect, head, head->begin, &with, error));
    double irregular = (double)now->untidy + (1 - now->share) * (double)now->records;
    double irregular_with = (double)with.untidy + (1 - with.share) * (double)with.records;
    if (irregular_with < irregular)
        *now = with;
    else
        reader->dialect.backslash = false;
    return TARN_OK;
}

tarn_status tarn_csv_detect_dialect(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_error *error) {
    const tarn_csv_options *options = &reader->options;
    bool no_quote = options->quote == TARN_CSV_NO_QUOTE;
    reader->dialect = (tarn_csv_dialect){
        .delimiter = (uint8_t)options->delimiter,
        .quote = options->quote != 0 && !no_quote ? (uint8_t)options->quote : '"',
        .has_quote = !no_quote,
        .max_cell = (uint32_t)options->max_cell,
    };
    reading found;
    if (options->delimiter == 0)
        TARN_TRY(choose_delimiter(reader, head, &found, error));
    else
        TARN_TRY(read_sample(&reader->dialect, head, head->begin, &found, error));
    if (options->quote == 0)
        TARN_TRY(try_apostrophe(reader, head, &found, error));
    if (!no_quote)
        TARN_TRY(try_backslash(reader, head, &found, error));
    /* Where the sample is torn between one cell and several, the delimiter was chosen because several is the rule. */
    reader->width = found.share >= 0.5 || (options->delimiter != 0 && found.share > 0.3)
                        ? found.regular
                        : (found.commonest > 0 ? found.commonest : 1);
    return TARN_OK;
}
