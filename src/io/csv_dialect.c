// Finding the delimiter and the quotes of delimited text.
#include "io/csv_dialect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool has_ending(const char *name, const char *ending) {
    size_t size = name != NULL ? strlen(name) : 0, length = strlen(ending);
    return size > length && strcasecmp(name + size - length, ending) == 0;
}

/* A single column is what remains when no delimiter does better than this. */
#define SINGLE_COLUMN_SCORE 0.5

/*
 * Consistency first; among delimiters that are about as consistent the one with more cells, and slightly the rarer
 * characters, since commas also stand in numbers and sentences. One that parts the first line as it parts the others is
 * much likelier than one that does not, and one that tells of all lines likelier than one that needs titles and notes.
 */
static double score(const tarn_csv_reading *r, double favour) {
    if (r->share == 0)
        return 0;
    double untidy = (double)r->untidy / (double)r->records, aside = (double)r->aside;
    return r->share * (1 + 0.05 * log2(r->regular)) * (1 - 0.3 * aside / (aside + (double)r->records)) +
           (r->share >= 0.5 ? favour : 0) -
           (r->first_fits  ? 0
            : r->aside > 0 ? 0.25
                           : 0.2) -
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

static tarn_status choose_delimiter(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_csv_reading *out,
                                    tarn_error *error) {
    static const struct {
        uint8_t character;
        double favour;
    } candidates[] = {{',', 0}, {';', 0.05}, {'\t', 0.05}, {'|', 0.04}, {0x01, 0.05}, {0x1F, 0.05}};
    double best = SINGLE_COLUMN_SCORE;
    uint8_t chosen = ',';
    reader->dialect.tail_size = 0;
    for (size_t i = 0; i < sizeof candidates / sizeof candidates[0]; i++) {
        tarn_csv_reading here;
        uint8_t c = candidates[i].character;
        if (memchr(head->data + head->begin, c, head->size - head->begin) == NULL)
            continue;
        reader->dialect.delimiter = c;
        TARN_TRY(tarn_csv_read_sample(&reader->dialect, head, &here, error));
        bool named = c == '\t' && (has_ending(reader->name, ".tsv") || has_ending(reader->name, ".tab"));
        double points = score(&here, candidates[i].favour + (named ? 0.3 : 0));
        if (points > best && !(c == ',' && tarn_csv_commas_are_inside(head))) {
            best = points;
            chosen = c;
        }
    }
    if (best == SINGLE_COLUMN_SCORE && tarn_csv_commas_are_inside(head))
        chosen = TARN_CSV_NO_DELIMITER;
    if (best == SINGLE_COLUMN_SCORE && (has_ending(reader->name, ".tsv") || has_ending(reader->name, ".tab")))
        chosen = '\t';
    reader->dialect.delimiter = chosen;
    if (chosen == '|' && are_all_double(head, chosen)) {
        reader->dialect.tail[0] = chosen;
        reader->dialect.tail_size = 1;
    }
    return tarn_csv_read_sample(&reader->dialect, head, out, error);
}

/* Apostrophes are commoner than quotes of that shape: only where they enclose cells and nothing else does. */
static tarn_status try_apostrophe(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_csv_reading *now,
                                  tarn_error *error) {
    if (now->quoted > 0 || memchr(head->data, '\'', head->size) == NULL)
        return TARN_OK;
    tarn_csv_dialect before = reader->dialect;
    tarn_csv_reading with;
    reader->dialect.quote = '\'';
    if (reader->options.delimiter == 0 && reader->options.long_delimiter == NULL && !reader->sep_line)
        TARN_TRY(choose_delimiter(reader, head, &with, error));
    else
        TARN_TRY(tarn_csv_read_sample(&reader->dialect, head, &with, error));
    if (with.quoted > 1 && with.untidy == 0 && with.share >= now->share)
        *now = with;
    else
        reader->dialect = before;
    return TARN_OK;
}

static double irregular(const tarn_csv_reading *r) {
    return (double)r->untidy + (1 - r->share) * (double)r->records;
}

bool tarn_csv_has_pair(const tarn_csv_head *head, uint8_t first, uint8_t second) {
    const uint8_t *p = head->data + head->begin, *end = head->data + head->size;
    while ((p = memchr(p, first, (size_t)(end - p))) != NULL && ++p < end)
        if (*p == second)
            return true;
    return false;
}

/* A backslash before quotes in quotes; before delimiters outside of them. Either only where more lines read well so. */
static tarn_status try_backslash(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_csv_reading *now,
                                 tarn_error *error) {
    tarn_csv_reading with;
    if (memchr(head->data, '\\', head->size) == NULL)
        return TARN_OK;
    for (int plain = now->quoted > 0 ? 0 : 1; plain < 2; plain++) {
        if (plain == 1 && !tarn_csv_has_pair(head, '\\', reader->dialect.delimiter))
            break;
        tarn_csv_dialect before = reader->dialect;
        reader->dialect.escape = '\\';
        reader->dialect.escapes_plain = plain == 1;
        TARN_TRY(tarn_csv_read_sample(&reader->dialect, head, &with, error));
        if (irregular(&with) < irregular(now))
            *now = with;
        else
            reader->dialect = before;
    }
    return TARN_OK;
}

/* Spaces between a delimiter and a quote, which is the beginning of a quoted cell all the same. */
static tarn_status try_spaced_quotes(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_csv_reading *now,
                                     tarn_error *error) {
    tarn_csv_reading with;
    if (!tarn_csv_has_pair(head, ' ', reader->dialect.quote) && !tarn_csv_has_pair(head, reader->dialect.quote, ' '))
        return TARN_OK;
    reader->dialect.spaced_quotes = true;
    TARN_TRY(tarn_csv_read_sample(&reader->dialect, head, &with, error));
    uint64_t more = with.quoted > now->quoted ? with.quoted - now->quoted : 0, least = with.records / 10;
    if (with.untidy <= now->untidy && more > 0 &&
        (irregular(&with) < irregular(now) || (more >= least && irregular(&with) <= irregular(now))))
        *now = with;
    else
        reader->dialect.spaced_quotes = false;
    return TARN_OK;
}

static tarn_status choose(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_csv_reading *found,
                          tarn_error *error) {
    const tarn_csv_options *options = &reader->options;
    bool given = options->delimiter != 0 || options->long_delimiter != NULL || reader->sep_line;
    if (!given)
        TARN_TRY(choose_delimiter(reader, head, found, error));
    else
        TARN_TRY(tarn_csv_read_sample(&reader->dialect, head, found, error));
    if (options->quote == 0)
        TARN_TRY(try_apostrophe(reader, head, found, error));
    if (reader->dialect.has_quote && options->escape == 0)
        TARN_TRY(try_backslash(reader, head, found, error));
    if (options->quote == 0)
        TARN_TRY(try_spaced_quotes(reader, head, found, error));
    return TARN_OK;
}

static tarn_status try_comments(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_csv_reading *now,
                                tarn_error *error) {
    tarn_csv_dialect before = reader->dialect;
    tarn_csv_reading with;
    bool found;
    if (reader->options.comment != NULL || !tarn_csv_has_hashed_line(head))
        return TARN_OK;
    reader->dialect.comment[0] = '#';
    reader->dialect.comment_size = 1;
    TARN_TRY(choose(reader, head, &with, error));
    uint32_t regular = with.share >= 0.5 ? with.regular : 1;
    TARN_TRY(tarn_csv_find_comments(reader, head, regular, &found, error));
    if (found)
        *now = with;
    else
        reader->dialect = before;
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
    reader->hash_end = 0;
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
    tarn_csv_reading found;
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
    return reader->width == 1 && !given ? tarn_csv_guess_widths(reader, head, error) : TARN_OK;
}
