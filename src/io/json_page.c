/* Blocks of records in memory, and where in the file something is. */
#include "io/json_reader.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW ((size_t)1 << 20)

/* ---- loading ----------------------------------------------------------------------------------------------------- */

static tarn_status convert(const tarn_json_reader *reader, tarn_json_page *page, tarn_error *error) {
    uint8_t *text = malloc(tarn_text_utf8_bound(page->size) + TARN_JSON_PADDING);
    if (text == NULL)
        return tarn_fail_memory(error);
    page->size = tarn_text_to_utf8(reader->view.encoding, page->data, page->size, (char *)text);
    free(page->data);
    page->data = text;
    return TARN_OK;
}

tarn_status tarn_json_page_load(const tarn_json_reader *reader, size_t block, tarn_json_page *out,
                                tarn_json_wrong *wrong, tarn_error *error) {
    const tarn_json_block *b = &reader->located.blocks.list[block];
    const tarn_text_encoding *encoding = reader->view.encoding;
    tarn_json_page page = {.data = malloc(b->size + TARN_JSON_PADDING), .size = b->size};
    tarn_status status = page.data == NULL ? tarn_fail_memory(error)
                                           : tarn_text_view_read(&reader->view, b->offset, page.data, b->size, error);
    if (status == TARN_OK && encoding != NULL && encoding->kind == TARN_TEXT_SINGLE_BYTE)
        status = convert(reader, &page, error);
    if (status != TARN_OK) {
        free(page.data);
        return status;
    }
    memset(page.data + page.size, 0, TARN_JSON_PADDING);
    size_t valid = tarn_utf8_valid_prefix(page.data, page.size);
    if (valid < page.size) {
        *wrong = (tarn_json_wrong){.block = block, .place = b->offset + valid};
        snprintf(wrong->what, sizeof wrong->what,
                 "the byte 0x%02X is not valid UTF-8: give the encoding, if it is another (JSON should be UTF-8)",
                 page.data[valid]);
        /* What comes before it may be wrong too, and is then told first. */
        page.size = valid;
        page.cut = true;
        memset(page.data + page.size, 0, TARN_JSON_PADDING);
    }
    *out = page;
    return TARN_OK;
}

tarn_json_text tarn_json_page_text(const tarn_json_reader *reader, size_t block, const tarn_json_page *page) {
    return (tarn_json_text){.at = page->data,
                            .begin = page->data,
                            .end = page->data + page->size,
                            .open = page->cut || reader->located.blocks.list[block].open};
}

uint64_t tarn_json_place(const tarn_json_reader *reader, size_t block, const tarn_json_text *text) {
    const tarn_text_encoding *encoding = reader->view.encoding;
    uint64_t place = reader->located.blocks.list[block].offset;
    if (encoding == NULL || encoding->kind != TARN_TEXT_SINGLE_BYTE)
        return place + (uint64_t)(text->at - text->begin);
    for (const uint8_t *at = text->begin; at < text->at; at++)
        place += (*at & 0xC0) != 0x80; /* each character was one byte */
    return place;
}

/* ---- between records --------------------------------------------------------------------------------------------- */

/* At the end of a block, which may be where the file is cut off. */
static bool check_end(const tarn_json_reader *reader, const tarn_json_block *b, tarn_json_text *text) {
    if (!b->open || b->offset + b->size < reader->view.size)
        return true;
    return !b->commas || tarn_json_fault(text, text->end, "cut off here: a ] is missing at its end");
}

/* Whether the block goes on with an array, behind a comma. */
static bool follows_comma(const tarn_json_reader *reader, size_t block) {
    const tarn_json_block *b = &reader->located.blocks.list[block];
    return block > 0 && b[-1].commas && !b[-1].last;
}

bool tarn_json_next_record(const tarn_json_reader *reader, size_t block, tarn_json_text *text, uint64_t count,
                           bool *more) {
    const tarn_json_block *b = &reader->located.blocks.list[block];
    tarn_json_skip_space(text);
    *more = text->at < text->end;
    if (!b->commas || (count == 0 && (*more || !follows_comma(reader, block))))
        return *more || check_end(reader, b, text);
    if (count == 0)
        return check_end(reader, b, text) && tarn_json_fault(text, text->at, "a comma without a value before it");
    if (!*more) /* no comma; those between blocks stand at the end of the one before */
        return check_end(reader, b, text) && (b->last || tarn_json_unexpected(text, "a comma"));
    if (*text->at != ',')
        return tarn_json_unexpected(text, "a comma or ]");
    text->at++;
    tarn_json_skip_space(text);
    *more = text->at < text->end;
    if (*more || !b->last)
        return true;
    return check_end(reader, b, text) && tarn_json_fault(text, text->at, "a comma without a value before it");
}

/* ---- places ------------------------------------------------------------------------------------------------------ */

uint64_t tarn_json_record_number(const tarn_json_reader *reader, size_t block, uint64_t record) {
    for (size_t i = 0; i < block; i++)
        record += reader->rows[i];
    return record + 1;
}

/* Line ends are LF, CRLF and CR. */
typedef struct position {
    uint64_t line, column;
    bool after_cr;
    bool single_byte; /* every byte is a character */
} position;

static void advance(position *p, const uint8_t *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        bool ends = data[i] == '\r' || (data[i] == '\n' && !p->after_cr);
        p->line += ends;
        if (ends)
            p->column = 1;
        else if (data[i] != '\n')
            p->column += p->single_byte || (data[i] & 0xC0) != 0x80;
        p->after_cr = data[i] == '\r';
    }
}

static tarn_status find_position(const tarn_json_reader *reader, uint64_t place, position *out, tarn_error *error) {
    uint8_t *window = malloc(WINDOW);
    tarn_status status = window == NULL ? tarn_fail_memory(error) : TARN_OK;
    const tarn_text_encoding *encoding = reader->view.encoding;
    *out = (position){.line = 1, .column = 1};
    out->single_byte = encoding != NULL && encoding->kind == TARN_TEXT_SINGLE_BYTE;
    for (uint64_t at = 0; at < place && status == TARN_OK;) {
        size_t size = place - at < WINDOW ? (size_t)(place - at) : WINDOW;
        status = tarn_text_view_read(&reader->view, at, window, size, error);
        if (status == TARN_OK)
            status = tarn_task_check(reader->task, error);
        if (status == TARN_OK)
            advance(out, window, size);
        at += size;
    }
    free(window);
    return status;
}

tarn_status tarn_json_fail(const tarn_json_reader *reader, const tarn_json_wrong *wrong, tarn_error *error) {
    position p;
    TARN_TRY(find_position(reader, wrong->place, &p, error));
    return tarn_fail(error, TARN_E_FORMAT, "%s: line %llu, column %llu: %s", reader->name, (unsigned long long)p.line,
                     (unsigned long long)p.column, wrong->what);
}
