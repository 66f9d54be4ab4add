/* Which encoding delimited text is in, when it is not UTF-8 and nobody said: from a sample of the lines that decide. */
#include "io/csv_reader.h"

#include "base/text.h"
#include "io/text_transcode.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLE ((size_t)64 << 10) /* of each kind of line */
#define PIECE ((size_t)1 << 20)
#define READS_WELL 1.0                 /* the least that other lines must score, or their bytes are damaged */
#define LONGEST_LINE ((size_t)8 << 10) /* more of a line is not looked at */

/* Lines with bytes above 0x7F. */
typedef struct sample {
    tarn_buffer valid, invalid; /* as UTF-8 */
} sample;

static bool is_ascii(const uint8_t *data, size_t size) {
    uint8_t all = 0;
    for (size_t i = 0; i < size; i++)
        all |= data[i];
    return all < 0x80;
}

static tarn_status sample_line(sample *s, const uint8_t *line, size_t size, tarn_error *error) {
    if (is_ascii(line, size))
        return TARN_OK;
    tarn_buffer *to = tarn_utf8_is_valid(line, size) ? &s->valid : &s->invalid;
    if (size > LONGEST_LINE) {
        for (size = LONGEST_LINE; size > 0 && line[size - 1] >= 0x40;) /* between two characters in every encoding */
            size--;
    }
    return to->size + size <= SAMPLE ? tarn_buffer_append(to, line, size, error) : TARN_OK;
}

static tarn_status take_sample(const tarn_text_view *view, tarn_task *task, sample *s, tarn_error *error) {
    uint8_t *piece = malloc(PIECE);
    tarn_status status = piece == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (uint64_t offset = 0; status == TARN_OK && offset < view->size && s->invalid.size + LONGEST_LINE <= SAMPLE;) {
        size_t size = view->size - offset < PIECE ? (size_t)(view->size - offset) : PIECE;
        status = tarn_task_check(task, error);
        if (status == TARN_OK)
            status = tarn_text_view_read(view, offset, piece, size, error);
        size_t at = 0;
        while (status == TARN_OK && at < size) {
            size_t end = tarn_csv_next_line(piece, size, at);
            if (end == size && at > 0 && offset + size < view->size)
                break; /* it goes on in the next piece */
            status = sample_line(s, piece + at, end - at, error);
            at = end;
        }
        offset += at;
    }
    free(piece);
    return status;
}

/* Invalid lines are in the guessed encoding, or damaged; valid ones are UTF-8, or look so by chance. */
static tarn_status weigh(tarn_csv_reader *reader, const sample *s, tarn_error *error) {
    const tarn_text_encoding *utf8 = tarn_text_encoding_find("UTF-8");
    double as_utf8 = 0, as_guess = 0;
    TARN_TRY(tarn_text_guess_encoding(s->invalid.data, s->invalid.size, &reader->guess, error));
    TARN_TRY(tarn_text_score_sample(utf8, s->valid.data, s->valid.size, &as_utf8, error));
    TARN_TRY(tarn_text_score_sample(reader->guess.encoding, s->valid.data, s->valid.size, &as_guess, error));
    reader->is_mixed = s->valid.size > 0 && as_utf8 >= as_guess;
    TARN_TRY(tarn_text_score_sample(utf8, s->invalid.data, s->invalid.size, &as_utf8, error));
    bool is_usual = strcmp(reader->guess.encoding->name, "windows-1252") == 0;
    bool damaged = (reader->guess.characters == 1 && !is_usual) || as_utf8 >= reader->guess.score ||
                   reader->guess.score < READS_WELL;
    if (damaged && (reader->is_mixed || reader->census.valid > reader->census.invalid)) {
        reader->is_mixed = true;
        reader->guess = (tarn_text_guess){0};
    }
    return TARN_OK;
}

static tarn_status guess(tarn_csv_reader *reader, tarn_task *task, tarn_error *error) {
    sample s = {{0}, {0}};
    tarn_status status = take_sample(&reader->view, task, &s, error);
    if (status == TARN_OK)
        status = weigh(reader, &s, error);
    tarn_buffer_free(&s.valid);
    tarn_buffer_free(&s.invalid);
    return status;
}

static void report_invalid(tarn_csv_reader *reader) {
    tarn_csv_report *report = &reader->report;
    report->invalid_bytes = reader->log.kinds[TARN_CSV_INVALID];
    report->invalid_bytes.total = reader->census.invalid;
    reader->log.kinds[TARN_CSV_INVALID] = (tarn_csv_places){0};
}

static void settle_wide(tarn_csv_reader *reader) {
    reader->encoding = tarn_text_encoding_find("UTF-8"); /* what comes out of the view */
    reader->report.encoding = reader->view.encoding->name;
    reader->report.invalid_bytes.total = reader->view.invalid;
}

static void settle(tarn_csv_reader *reader, const tarn_text_encoding *given) {
    const tarn_text_encoding *utf8 = tarn_text_encoding_find("UTF-8");
    const tarn_text_encoding *guessed = reader->guess.encoding;
    reader->encoding = given != NULL ? given : guessed != NULL && !reader->is_mixed ? guessed : utf8;
    reader->report.encoding = reader->encoding->name;
    reader->repair = reader->encoding->kind == TARN_TEXT_UTF8 && reader->census.invalid > 0;
    if (!reader->repair)
        return;
    reader->fallback = given == NULL ? guessed : NULL;
    reader->report.fallback = reader->fallback != NULL ? reader->fallback->name : NULL;
    report_invalid(reader);
}

tarn_status tarn_csv_decide_encoding(tarn_csv_reader *reader, tarn_task *task, const tarn_text_encoding **whole,
                                     tarn_error *error) {
    const tarn_text_encoding *given = reader->view.encoding;
    bool wide = given != NULL && given->kind != TARN_TEXT_UTF8 && given->kind != TARN_TEXT_SINGLE_BYTE;
    reader->report.byte_order_mark = reader->view.start > 0;
    if (wide) {
        settle_wide(reader);
        return TARN_OK;
    }
    for (size_t i = 0; i < reader->header.n_names; i++)
        tarn_text_census_take(&reader->census, reader->header.names[i].data, reader->header.names[i].size, NULL, NULL);
    /* A mark is the file's own word and no guess is wanted against the user's, but a line that breaks the mark's word
     * may be in another encoding. */
    if (reader->options.encoding == NULL && reader->census.invalid > 0)
        TARN_TRY(guess(reader, task, error));
    else if (given == NULL && reader->has_escapes)
        reader->guess =
            (tarn_text_guess){.encoding = tarn_text_encoding_find("ISO-2022-JP"), .sureness = TARN_TEXT_ALMOST_CERTAIN};
    if (reader->guess.encoding != NULL && reader->view.start > 0)
        reader->is_mixed = true;
    if (reader->guess.encoding != NULL && reader->guess.encoding->kind == TARN_TEXT_MULTI_BYTE) {
        *whole = reader->guess.encoding;
        return TARN_OK;
    }
    settle(reader, given);
    return TARN_OK;
}

size_t tarn_csv_decode(const tarn_csv_reader *reader, const uint8_t *data, size_t size, char *out) {
    bool other = reader->fallback != NULL && !tarn_utf8_is_valid(data, size);
    return tarn_text_to_utf8(other ? reader->fallback : reader->encoding, data, size, out);
}

/* ---- multi-byte encodings ------------------------------------------------------------------------------------------
 */

static tarn_status write_memory(void *context, const void *data, size_t size, tarn_error *error) {
    return tarn_buffer_append(context, data, size, error);
}

static tarn_status open_memory(void *context, tarn_text_source *out, tarn_error *error) {
    const tarn_buffer *buffer = context;
    (void)error;
    *out = tarn_text_source_memory(buffer->data, buffer->size, NULL);
    return TARN_OK;
}

/* Tell what happened in the conversion as if the text had been read where it lay. */
static tarn_status describe(tarn_csv_reader *reader, const tarn_transcoding *run, const tarn_csv_reader *found,
                            tarn_error *error) {
    tarn_csv_report *report = &reader->report;
    report->encoding = run->keep_utf8 ? "UTF-8" : run->encoding->name;
    report->fallback = run->keep_utf8 ? run->encoding->name : NULL;
    report->invalid_bytes.total = run->invalid;
    report->invalid_bytes.first = calloc(run->n_invalid_lines + 1, sizeof *report->invalid_bytes.first);
    if (report->invalid_bytes.first == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < run->n_invalid_lines; i++)
        report->invalid_bytes.first[report->invalid_bytes.count++].line = run->invalid_lines[i];
    if (found->guess.encoding != NULL)
        TARN_TRY(tarn_csv_warn_guess(report, &found->guess, run->keep_utf8, error));
    report->fallback = NULL; /* what is invalid now is so in both */
    TARN_TRY(tarn_csv_warn_invalid(report, error));
    report->fallback = run->keep_utf8 ? run->encoding->name : NULL;
    return TARN_OK;
}

tarn_status tarn_csv_open_transcoded(const tarn_text_source *source, const tarn_csv_options *options,
                                     const tarn_text_encoding *encoding, const tarn_csv_reader *found, tarn_pool *pool,
                                     tarn_task *task, tarn_csv_reader **out, tarn_error *error) {
    tarn_buffer memory = {0};
    tarn_csv_scratch in_memory = {write_memory, open_memory, &memory};
    tarn_csv_options narrowed = options != NULL ? *options : (tarn_csv_options){0};
    const tarn_csv_scratch *scratch = narrowed.scratch != NULL ? narrowed.scratch : &in_memory;
    tarn_transcoding run = {.encoding = encoding,
                            .keep_utf8 = found->is_mixed,
                            .write = scratch->write,
                            .context = scratch->context,
                            .task = task};
    tarn_text_source converted = {0};
    tarn_csv_reader *reader = NULL;
    tarn_status status = tarn_text_transcode(source, &run, error);
    if (status == TARN_OK)
        status = scratch->open(scratch->context, &converted, error);
    converted.name = source->name;
    narrowed.encoding = "UTF-8";
    if (status == TARN_OK)
        status = tarn_csv_open(&converted, &narrowed, pool, task, &reader, error);
    if (status == TARN_OK) {
        reader->transcoded = memory;
        memory = (tarn_buffer){0};
        status = describe(reader, &run, found, error);
    }
    tarn_buffer_free(&memory);
    if (status != TARN_OK)
        tarn_csv_free(reader);
    else
        *out = reader;
    return status;
}
