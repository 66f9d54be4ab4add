// Finding the delimiter and the quotes of delimited text.
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

/* Is the delimiter written twice wherever it stands, as in a||b||c? */
static bool are_all_double(const tarn_csv_head *head, uint8_t c) {
    const uint8_t *p = head->data + head->begin, *end = head->data + head->size;
    size_t found = 0;
    while ((p = memchr(p, c, (size_t)(end - p))) != NULL) {
        size_t run = 0;
        for (; p < end && *p == c; p++)
            run++;
        if (run % 2 != 0)
            return false;
        found++;
    }
    return found > 0;
}

static tarn_status choose_delimiter(tarn_csv_reader *reader, const tarn_csv_head *head, reading *out,
                                    tarn_error *error) {
    static const struct {
        uint8_t character;
        double favour;
    } candidates[] = {{',', 0}, {';', 0.05}, {'\t', 0.05}, {'|', 0.04}};
    double best = SINGLE_COLUMN_SCORE;
    uint8_t chosen = ',';
    reader->dialect.tail_size = 0;
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
    if (chosen == '|' && are_all_double(head, chosen)) {
        reader->dialect.tail[0] = chosen;
        reader->dialect.tail_size = 1;
    }
    return read_sample(&reader->dialect, head, head->begin, out, error);
}

/* Apostrophes are commoner than quotes of that shape: only where they enclose cells and nothing else does. */
static tarn_status try_apostrophe(tarn_csv_reader *reader, const tarn_csv_head *head, reading *now, tarn_error *error) {
    if (now->quoted > 0 || memchr(head->data, '\'', head->size) == NULL)
        return TARN_OK;
    tarn_csv_dialect before = reader->dialect;
    reading with;
    reader->dialect.quote = '\'';
    if (reader->options.delimiter == 0 && reader->options.long_delimiter == NULL && !reader->sep_line)
        TARN_TRY(choose_delimiter(reader, head, &with, error));
    else
        TARN_TRY(read_sample(&reader->dialect, head, head->begin, &with, error));
    if (with.quoted > 1 && with.untidy == 0 && with.share >= now->share)
        *now = with;
    else
        reader->dialect = before;
    return TARN_OK;
}

static double irregular(const reading *r) {
    return (double)r->untidy + (1 - r->share) * (double)r->records;
}

static bool has_pair(const tarn_csv_head *head, uint8_t first, uint8_t second) {
    const uint8_t *p = head->data + head->begin, *end = head->data + head->size;
    while ((p = memchr(p, first, (size_t)(end - p))) != NULL && ++p < end)
        if (*p == second)
            return true;
    return false;
}

/* A backslash before quotes in quotes; before delimiters outside of them. Either only where more lines read well so. */
static tarn_status try_backslash(tarn_csv_reader *reader, const tarn_csv_head *head, reading *now, tarn_error *error) {
    reading with;
    if (memchr(head->data, '\\', head->size) == NULL)
        return TARN_OK;
    for (int plain = now->quoted > 0 ? 0 : 1; plain < 2; plain++) {
        if (plain == 1 && !has_pair(head, '\\', reader->dialect.delimiter))
            break;
        tarn_csv_dialect before = reader->dialect;
        reader->dialect.escape = '\\';
        reader->dialect.escapes_plain = plain == 1;
        TARN_TRY(read_sample(&reader->dialect, head, head->begin, &with, error));
        if (irregular(&with) < irregular(now))
            *now = with;
        else
            reader->dialect = before;
    }
    return TARN_OK;
}

/* Spaces between a delimiter and a quote, which is the beginning of a quoted cell all the same. */
static tarn_status try_spaced_quotes(tarn_csv_reader *reader, const tarn_csv_head *head, reading *now,
                                     tarn_error *error) {
    reading with;
    if (!has_pair(head, ' ', reader->dialect.quote) && !has_pair(head, reader->dialect.quote, ' '))
        return TARN_OK;
    reader->dialect.spaced_quotes = true;
    TARN_TRY(read_sample(&reader->dialect, head, head->begin, &with, error));
    uint64_t more = with.quoted > now->quoted ? with.quoted - now->quoted : 0, least = with.records / 10;
    if (with.untidy <= now->untidy && more > 0 &&
        (irregular(&with) < irregular(now) || (more >= least && irregular(&with) <= irregular(now))))
        *now = with;
    else
        reader->dialect.spaced_quotes = false;
    return TARN_OK;
}

/* ---- comments -----------------------------------------------------------------------------------------------------
 */

/* Lines that begin with #, and the others. */
typedef struct hashes {
    size_t lines, hashed, fitting; /* fitting: hashed ones with as many cells as a regular record */
    size_t last_fitting;           /* where the last of those begins; SIZE_MAX: nowhere */
    size_t other_typed, others;    /* the others by their first cells: numbers, dates and so on, or not */
    bool leading;                  /* all hashed lines come before all others */
    bool last_is_next;             /* the last fitting one is right before the first other line */
} hashes;

/* The first cell of a line and the number of its cells. */
static tarn_status read_line(const tarn_csv_reader *reader, const tarn_csv_head *head, size_t begin, size_t end,
                             tarn_csv_batch *batch, tarn_error *error) {
    tarn_csv_cursor cursor = {.data = head->data, .size = end, .last = true, .position = begin};
    tarn_csv_dialect dialect = reader->dialect;
    tarn_csv_stop stop;
    dialect.comment_size = 0;
    return tarn_csv_scan(&dialect, &cursor, SIZE_MAX, batch, NULL, &stop, error);
}

static void note_line(hashes *found, const tarn_csv_head *head, const tarn_csv_batch *batch, size_t begin,
                      uint32_t regular) {
    if (head->data[begin] == '#') {
        found->leading = found->leading && found->others == 0;
        found->hashed++;
        if (batch->counts[0] == regular) {
            found->fitting++;
            found->last_fitting = begin;
        }
        found->last_is_next = batch->counts[0] == regular && found->others == 0;
        return;
    }
    const uint8_t *text = head->data + batch->fields[0].start;
    size_t size = (batch->fields[0].size_and_flags & TARN_CSV_MISSING) != 0 ? 0 : tarn_csv_field_size(batch->fields[0]);
    tarn_csv_trim(&text, &size);
    found->others++;
    found->other_typed += size > 0 && tarn_csv_kind_of(text, size) != TARN_CSV_TEXT;
}

static tarn_status count_hashes(const tarn_csv_reader *reader, const tarn_csv_head *head, uint32_t regular,
                                hashes *found, tarn_error *error) {
    enum { MOST_LINES = 5000 };
    tarn_csv_batch batch;
    *found = (hashes){.last_fitting = SIZE_MAX, .leading = true};
    tarn_status status = tarn_csv_batch_init(&batch, 1, 1, error);
    for (size_t at = head->begin; status == TARN_OK && at < head->size && found->lines < MOST_LINES; found->lines++) {
        size_t next = tarn_csv_next_line(head->data, head->size, at);
        bool blank = head->data[at] == '\n' || head->data[at] == '\r';
        if (!blank)
            status = read_line(reader, head, at, next, &batch, error);
        if (!blank && status == TARN_OK && batch.rows == 1)
            note_line(found, head, &batch, at, regular);
        at = next;
    }
    tarn_csv_batch_free(&batch);
    return status;
}

/* Are the lines that begin with # no records? They have another number of cells, or nothing that could be a value of
 * the first column. The last one above the table may have its names. */
static bool are_comments(const hashes *found, uint32_t regular, size_t *names) {
    *names = SIZE_MAX;
    if (found->hashed == 0 || found->others == 0)
        return false;
    bool typed = found->others >= 2 && found->other_typed + 1 >= found->others; /* one of the others may be the names */
    if (regular < 2)
        return found->leading ? found->others >= 2 && typed : typed;
    if (found->fitting == 0)
        return true;
    if (found->last_is_next && (found->other_typed == found->others || found->fitting == 1)) {
        *names = found->last_fitting;
        return found->hashed > 1;
    }
    return typed;
}

static bool has_hashed_line(const tarn_csv_head *head) {
    return head->begin < head->size &&
           (head->data[head->begin] == '#' || has_pair(head, '\n', '#') || has_pair(head, '\r', '#'));
}

static tarn_status choose(tarn_csv_reader *reader, const tarn_csv_head *head, reading *found, tarn_error *error) {
    const tarn_csv_options *options = &reader->options;
    bool given = options->delimiter != 0 || options->long_delimiter != NULL || reader->sep_line;
    if (!given)
        TARN_TRY(choose_delimiter(reader, head, found, error));
    else
        TARN_TRY(read_sample(&reader->dialect, head, head->begin, found, error));
    if (options->quote == 0)
        TARN_TRY(try_apostrophe(reader, head, found, error));
    if (reader->dialect.has_quote && options->escape == 0)
        TARN_TRY(try_backslash(reader, head, found, error));
    if (options->quote == 0)
        TARN_TRY(try_spaced_quotes(reader, head, found, error));
    return TARN_OK;
}

static tarn_status try_comments(tarn_csv_reader *reader, const tarn_csv_head *head, reading *now, tarn_error *error) {
    tarn_csv_dialect before = reader->dialect;
    hashes found;
    reading with;
    if (reader->options.comment != NULL || !has_hashed_line(head))
        return TARN_OK;
    reader->dialect.comment[0] = '#';
    reader->dialect.comment_size = 1;
    TARN_TRY(choose(reader, head, &with, error));
    uint32_t regular = with.share >= 0.5 ? with.regular : 1;
    TARN_TRY(count_hashes(reader, head, regular, &found, error));
    if (are_comments(&found, regular, &reader->hash_names))
        *now = with;
    else
        reader->dialect = before;
    return TARN_OK;
}

/* ---- fixed widths -------------------------------------------------------------------------------------------------
 */

/* Lines of one cell in which the same places are blank everywhere seem to have columns of fixed width. */
static tarn_status guess_widths(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_error *error) {
    enum { MOST_LENGTH = 1024, MOST_LINES = 200, LEAST_LINES = 3 };
    bool filled[MOST_LENGTH] = {false};
    size_t lines = 0, longest = 0, columns = 0, start = 0;
    bool wide_gap = false, begun = false;
    for (size_t at = head->begin; at < head->size && lines < MOST_LINES;) {
        size_t next = tarn_csv_next_line(head->data, head->size, at), length = next - at;
        while (length > 0 && (head->data[at + length - 1] == '\n' || head->data[at + length - 1] == '\r'))
            length--;
        if (length >= MOST_LENGTH || memchr(head->data + at, '\t', length) != NULL)
            return TARN_OK;
        for (size_t i = 0; i < length; i++) {
            filled[i] |= head->data[at + i] != ' ';
            wide_gap |=
                i > 1 && head->data[at + i] != ' ' && head->data[at + i - 1] == ' ' && head->data[at + i - 2] == ' ';
        }
        longest = length > longest ? length : longest;
        lines += length > 0;
        at = next;
    }
    if (lines < LEAST_LINES || !wide_gap)
        return TARN_OK;
    tarn_buffer *out = &reader->guess_widths;
    for (size_t i = 1; i <= longest; i++) {
        begun |= filled[i - 1];
        if (i < longest && !(begun && filled[i] && !filled[i - 1]))
            continue;
        TARN_TRY(tarn_buffer_printf(out, error, "%s%zu", columns++ > 0 ? "," : "", i - start));
        start = i;
    }
    if (columns < 2)
        out->size = 0;
    return TARN_OK;
}

/* ---- what was asked for -------------------------------------------------------------------------------------------
 */

static void take_options(tarn_csv_reader *reader) {
    const tarn_csv_options *options = &reader->options;
    bool no_quote = options->quote == TARN_CSV_NO_QUOTE || options->n_widths > 0;
    tarn_csv_dialect dialect = {
        .delimiter = options->delimiter != 0 ? (uint8_t)options->delimiter : reader->sep_delimiter,
        .quote = options->quote != 0 && !no_quote ? (uint8_t)options->quote : '"',
        .has_quote = !no_quote,
        .escape = (uint8_t)options->escape,
        .escapes_plain = options->escape != 0,
        .decimal = options->decimal,
        .max_cell = (uint32_t)options->max_cell,
        .widths = reader->widths,
        .n_widths = options->n_widths,
    };
    if (options->long_delimiter != NULL) {
        dialect.delimiter = (uint8_t)options->long_delimiter[0];
        dialect.tail_size = (uint8_t)(strlen(options->long_delimiter) - 1);
        memcpy(dialect.tail, options->long_delimiter + 1, dialect.tail_size);
    }
    if (options->comment != NULL) {
        dialect.comment_size = (uint8_t)strlen(options->comment);
        memcpy(dialect.comment, options->comment, dialect.comment_size);
    }
    reader->dialect = dialect;
    reader->hash_names = SIZE_MAX;
}

size_t tarn_csv_sep_line(const uint8_t *data, size_t size, size_t begin, uint8_t *delimiter) {
    size_t at = begin;
    bool quoted = at < size && data[at] == '"';
    at += quoted;
    if (size - at < 5 || strncasecmp((const char *)data + at, "sep=", 4) != 0)
        return 0;
    *delimiter = data[at + 4];
    at += 5;
    if (*delimiter == '\n' || *delimiter == '\r' || *delimiter == '"' || *delimiter == 0)
        return 0;
    if (quoted && (at == size || data[at++] != '"'))
        return 0;
    size_t next = tarn_csv_next_line(data, size, at);
    return at < size && (data[at] == '\n' || data[at] == '\r') ? next - begin : 0;
}

tarn_status tarn_csv_detect_dialect(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_error *error) {
    const tarn_csv_options *options = &reader->options;
    reading found;
    bool given = options->delimiter != 0 || options->long_delimiter != NULL || reader->sep_line;
    take_options(reader);
    if (options->n_widths > 0) {
        reader->width = options->n_widths;
        return TARN_OK;
    }
    TARN_TRY(choose(reader, head, &found, error));
    TARN_TRY(try_comments(reader, head, &found, error));
    /* Where the sample is torn between one cell and several, the delimiter was chosen because several is the rule. */
    reader->width = found.share >= 0.5 || (given && found.share > 0.3) ? found.regular
                                                                       : (found.commonest > 0 ? found.commonest : 1);
    reader->guess_widths.size = 0;
    return reader->width == 1 && !given ? guess_widths(reader, head, error) : TARN_OK;
}
