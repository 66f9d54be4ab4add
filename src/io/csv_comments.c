// Finding out which lines of delimited text are comments: what begins with # may be a value, too.
#include "io/csv_dialect.h"

#include <string.h>

/* Lines that begin with #. */
typedef struct hashes {
    size_t lines;
    size_t ragged, fitting; /* fitting: with as many cells as a regular record */
} hashes;

/* What was found among the lines. */
typedef struct lines_found {
    hashes above, later;  /* before the first other line, and behind it */
    size_t others_begin;  /* where the first other line begins */
    size_t last_above;    /* where the last one above begins; SIZE_MAX: nowhere */
    bool last_fits;       /* it has the width of a record, and the first other line is next */
    size_t others, typed; /* the others: how many, and those whose first cells are numbers, dates and so on */
    bool first_is_typed;
    bool holds_value; /* behind a # stands a number, a date and so on, and nothing else */
} lines_found;

/* The first cell of a line and the number of its cells. */
static tarn_status read_line(const tarn_csv_reader *reader, const tarn_csv_head *head, size_t begin, size_t end,
                             tarn_csv_batch *batch, tarn_error *error) {
    tarn_csv_cursor cursor = {.data = head->data, .size = end, .last = true, .position = begin};
    tarn_csv_dialect dialect = reader->dialect;
    tarn_csv_stop stop;
    dialect.comment_size = 0;
    return tarn_csv_scan(&dialect, &cursor, SIZE_MAX, batch, NULL, &stop, error);
}

static bool is_typed(const tarn_csv_head *head, tarn_csv_field field, size_t from) {
    const uint8_t *text = head->data + field.start + from;
    if ((field.size_and_flags & TARN_CSV_MISSING) != 0)
        return false;
    size_t size = tarn_csv_field_size(field) - from;
    tarn_csv_trim(&text, &size);
    return size > 0 && tarn_csv_kind_of(text, size) != TARN_CSV_TEXT;
}

static void note_line(lines_found *found, const tarn_csv_head *head, const tarn_csv_batch *batch, size_t begin,
                      uint32_t regular) {
    bool fits = batch->counts[0] == regular;
    if (head->data[begin] == '#') {
        hashes *here = found->others == 0 ? &found->above : &found->later;
        here->lines++;
        here->fitting += fits;
        here->ragged += !fits;
        if (found->others == 0) {
            found->last_above = begin;
            found->last_fits = fits;
        }
        found->holds_value |= is_typed(head, batch->fields[0], 1);
        return;
    }
    bool typed = is_typed(head, batch->fields[0], 0);
    if (found->others++ == 0) {
        found->others_begin = begin;
        found->first_is_typed = typed;
    }
    found->typed += typed;
}

static tarn_status look_at_lines(const tarn_csv_reader *reader, const tarn_csv_head *head, uint32_t regular,
                                 lines_found *found, tarn_error *error) {
    enum { MOST_LINES = 5000 };
    tarn_csv_batch batch;
    *found = (lines_found){.last_above = SIZE_MAX, .others_begin = head->size};
    tarn_status status = tarn_csv_batch_init(&batch, 1, 1, error);
    size_t lines = 0;
    for (size_t at = head->begin; status == TARN_OK && at < head->size && lines < MOST_LINES; lines++) {
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

/* The first column has values of a type; one of the lines may have the names. */
static bool is_column_typed(const lines_found *found) {
    return found->others >= 2 && found->typed + 1 >= found->others;
}

/* Has the last hashed line above the others the names of the columns? Nobody else has them then. */
static bool has_names(const lines_found *found) {
    bool names_follow = is_column_typed(found) && !found->first_is_typed && found->others >= 3;
    return found->last_fits && (found->typed == found->others || (found->above.fitting == 1 && !names_follow));
}

/* In one column every line has the width of a record: only words among values of a type are comments. */
static bool decide_single(tarn_csv_reader *reader, const lines_found *found) {
    bool names = found->above.lines > 0 && found->typed == found->others;
    if (!is_column_typed(found) || (found->holds_value && found->later.lines > 0))
        return false;
    reader->hash_names = names ? found->last_above : SIZE_MAX;
    reader->hash_end = found->others_begin;
    return found->above.lines + found->later.lines > (names ? 1 : 0);
}

static bool decide(tarn_csv_reader *reader, const lines_found *found) {
    bool names = has_names(found), typed = is_column_typed(found);
    bool are_above = found->above.lines > 0 && (found->above.fitting == 0 || names || typed);
    bool are_later = found->later.ragged > 0 && (found->later.fitting == 0 || typed);
    reader->dialect.keep_regular = true;
    if (are_above) {
        reader->hash_names = names ? found->last_above : SIZE_MAX;
        reader->hash_end = found->others_begin;
    }
    return (are_above && found->above.lines > (names ? 1 : 0)) || are_later;
}

tarn_status tarn_csv_find_comments(tarn_csv_reader *reader, const tarn_csv_head *head, uint32_t regular, bool *found,
                                   tarn_error *error) {
    lines_found lines;
    TARN_TRY(look_at_lines(reader, head, regular, &lines, error));
    *found = lines.others > 0 && (regular < 2 ? decide_single(reader, &lines) : decide(reader, &lines));
    if (!*found) {
        reader->hash_names = SIZE_MAX;
        reader->hash_end = 0;
    }
    return TARN_OK;
}

bool tarn_csv_has_hashed_line(const tarn_csv_head *head) {
    return head->begin < head->size &&
           (head->data[head->begin] == '#' || tarn_csv_has_pair(head, '\n', '#') || tarn_csv_has_pair(head, '\r', '#'));
}

/* ---- while reading --------------------------------------------------------------------------------------------------
 */

bool tarn_csv_is_comment(const tarn_csv_dialect *dialect, const uint8_t *data, size_t size, size_t position) {
    size_t length = dialect->comment_size;
    return length > 0 && size - position >= length && memcmp(data + position, dialect->comment, length) == 0;
}

bool tarn_csv_is_kept(const tarn_csv_dialect *dialect, const tarn_csv_cursor *cursor, bool *unsure) {
    tarn_csv_batch one;
    tarn_csv_cursor at = *cursor;
    tarn_csv_dialect plain = *dialect;
    tarn_csv_stop stop = TARN_CSV_STOP_FULL;
    *unsure = false;
    if (!dialect->keep_regular || dialect->regular == 0)
        return false;
    plain.comment_size = 0;
    plain.regular = 0;
    bool is_read = tarn_csv_batch_init(&one, dialect->regular, 1, NULL) == TARN_OK &&
                   tarn_csv_scan(&plain, &at, SIZE_MAX, &one, NULL, &stop, NULL) == TARN_OK;
    *unsure = is_read && stop == TARN_CSV_STOP_MORE && one.rows == 0;
    bool is_kept = is_read && one.rows == 1 && one.counts[0] == dialect->regular;
    tarn_csv_batch_free(&one);
    return is_kept;
}
