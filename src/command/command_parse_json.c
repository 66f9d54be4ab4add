/* `parse-json`: text that is JSON into lists, structs and values of one type. */
#include "base/text.h"
#include "command/families.h"
#include "command/sqltext.h"
#include "command/text_kernel.h"
#include "io/json_build.h"

#include <stdlib.h>
#include <string.h>

typedef struct parsing {
    const tarn_version *base;
    tarn_task *task;
    tarn_json_shape *shape;
} parsing;

/* One text behind which the reader of JSON may look. */
typedef struct padded {
    tarn_buffer memory;
} padded;

static tarn_status pad(padded *p, const tarn_texts *texts, int64_t i, tarn_json_text *out, tarn_error *error) {
    size_t size = (size_t)(texts->ends[i + 1] - texts->ends[i]);
    p->memory.size = 0;
    TARN_TRY(tarn_buffer_append(&p->memory, texts->data + texts->ends[i], size, error));
    TARN_TRY(tarn_buffer_resize(&p->memory, size + TARN_JSON_PADDING, error));
    *out = (tarn_json_text){.at = p->memory.data, .begin = p->memory.data, .end = p->memory.data + size, .open = true};
    tarn_json_skip_space(out);
    return TARN_OK;
}

/* Behind the value. */
static tarn_status check_end(tarn_json_text *text) {
    tarn_json_skip_space(text);
    return text->at == text->end || tarn_json_unexpected(text, "the end of the value") ? TARN_OK : TARN_E_FORMAT;
}

static tarn_status fail_row(const parsing *p, size_t column, size_t chunk, int64_t i, const tarn_json_text *text,
                            tarn_error *error) {
    return tarn_fail(error, TARN_E_INVALID, "row id %lld of \"%s\" is no JSON: %s (at byte %lld)",
                     (long long)(tarn_version_chunk(p->base, chunk).first_row + i),
                     tarn_version_column(p->base, column)->name, text->fault, (long long)(text->at - text->begin) + 1);
}

/* ---- the first pass: what is there ------------------------------------------------------------------------------- */

typedef struct first_pass {
    parsing *p;
    tarn_json_learner learner;
    padded text;
} first_pass;

static tarn_status learn_text(first_pass *f, const tarn_texts *texts, int64_t i, tarn_error *error) {
    TARN_TRY(pad(&f->text, texts, i, &f->learner.text, error));
    if (f->learner.text.at == f->learner.text.end)
        return TARN_OK;
    TARN_TRY(tarn_json_learn(&f->learner, f->p->shape, error));
    f->learner.base += (uint64_t)(f->learner.text.end - f->learner.text.begin); /* as if one text followed the other */
    return check_end(&f->learner.text);
}

static tarn_status learn_chunk(first_pass *f, size_t column, size_t chunk, tarn_error *error) {
    const uint8_t *live;
    tarn_text_piece piece;
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_version_live(f->p->base, chunk, &live, error));
    TARN_CHECK(
        tarn_text_piece_open(f->p->base, column, chunk, 0, tarn_version_chunk(f->p->base, chunk).rows, &piece, error));
    for (int64_t i = 0; i < piece.texts.count && status == TARN_OK; i++) {
        if ((live != NULL && !tarn_bit_get(live, i)) || tarn_text_is_null(&piece, i))
            continue;
        status = learn_text(f, &piece.texts, i, error);
        if (status == TARN_E_FORMAT)
            status = fail_row(f->p, column, chunk, i, &f->learner.text, error);
    }
cleanup:
    tarn_text_piece_close(&piece);
    return status;
}

static tarn_status learn_all(parsing *p, size_t column, tarn_error *error) {
    first_pass f = {.p = p, .learner.task = p->task};
    tarn_status status = TARN_OK;
    p->shape = tarn_json_shape_new(1);
    if (p->shape == NULL)
        return tarn_fail_memory(error);
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(p->base) && status == TARN_OK; chunk++) {
        status = tarn_task_check(p->task, error);
        if (status == TARN_OK)
            status = learn_chunk(&f, column, chunk, error);
    }
    if (status == TARN_OK)
        status = tarn_json_shape_decide(p->shape, error);
    const tarn_json_shape *twice = status == TARN_OK ? tarn_json_shape_twice(p->shape) : NULL;
    if (twice != NULL)
        status = tarn_fail(error, TARN_E_INVALID, "an object in \"%s\" has the key \"%.80s\" twice",
                           tarn_version_column(p->base, column)->name, twice->twice_name);
    tarn_json_learner_free(&f.learner);
    tarn_buffer_free(&f.text.memory);
    return status;
}

/* ---- the second pass --------------------------------------------------------------------------------------------- */

#define MOST_BYTES ((uint64_t)512 << 20) /* that one stretch of rows may unfold to */

static tarn_status build_texts(tarn_json_builder *builder, const tarn_text_piece *piece, const uint8_t *live,
                               int64_t first, tarn_error *error) {
    padded text = {0};
    tarn_status status = TARN_OK;
    for (int64_t i = 0; i < piece->texts.count && status == TARN_OK; i++) {
        builder->rows = (size_t)i; /* rows that are passed over are null */
        if ((live != NULL && !tarn_bit_get(live, first + i)) || tarn_text_is_null(piece, i))
            continue;
        status = pad(&text, &piece->texts, i, &builder->text, error);
        if (status == TARN_OK && builder->text.at < builder->text.end)
            status = tarn_json_build(builder, error);
    }
    builder->rows = (size_t)piece->texts.count;
    tarn_buffer_free(&text.memory);
    return status;
}

static tarn_status parse_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                              tarn_error *error) {
    const parsing *p = cells->state;
    const uint8_t *live;
    tarn_text_piece piece = {0};
    tarn_json_builder builder = {0};
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_version_live(p->base, chunk, &live, error));
    TARN_CHECK(tarn_text_piece_open(p->base, cells->column, chunk, from, to, &piece, error));
    TARN_CHECK(tarn_json_builder_init(&builder, p->shape, error));
    builder.column = cells->type.name;
    builder.task = p->task;
    builder.most = MOST_BYTES;
    builder.most_text = (size_t)MOST_BYTES;
    status = build_texts(&builder, &piece, live, from, error);
    if (status == TARN_E_FORMAT)
        status = tarn_fail(error, TARN_E_INVALID, "%s", builder.text.fault);
    if (status == TARN_OK)
        status = tarn_json_builder_finish_column(&builder, out, error);
cleanup:
    tarn_json_builder_free(&builder);
    tarn_text_piece_close(&piece);
    return status;
}

static void close_parsing(tarn_cells *cells) {
    parsing *p = cells->state;
    tarn_json_shape_free(p->shape);
    free(p);
}

static tarn_status note_names(tarn_run *run, const tarn_notes *notes) {
    if (notes->count > 0)
        tarn_run_note(
            run, tarn_format("names of fields were changed: %s%s", notes->lines[0], notes->count > 1 ? ", …" : ""));
    return TARN_OK;
}

static tarn_status open_parsing(tarn_run *run, tarn_cells *out, tarn_error *error) {
    tarn_notes notes = {0};
    parsing *p = calloc(1, sizeof *p);
    if (p == NULL)
        return tarn_fail_memory(error);
    p->base = run->base;
    p->task = run->task;
    tarn_status status = learn_all(p, out->column, error);
    if (status == TARN_OK)
        status = tarn_json_shape_schema(p->shape, tarn_version_column(run->base, out->column)->name, &out->type, &notes,
                                        error);
    if (status == TARN_OK)
        status = note_names(run, &notes);
    tarn_notes_clear(&notes);
    if (status != TARN_OK) {
        tarn_json_shape_free(p->shape);
        free(p);
        return status;
    }
    out->state = p;
    out->rows = parse_rows;
    out->close = close_parsing;
    return TARN_OK;
}

static const tarn_parameter_spec parse_parameters[] = {TARN_COLUMNS_OF(TARN_COLUMNS_ANY)};
const tarn_command tarn_command_parse_json = {
    .name = "parse-json",
    .title = "Parse JSON",
    .description = "Reads text that is JSON: objects become structs, arrays lists, and values get the narrowest type "
                   "that keeps all of them, as when a JSON file is imported. Empty text becomes null. What was parsed "
                   "can be taken apart by unnest.",
    .family = "structure",
    TARN_PARAMETERS(parse_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = open_parsing,
};
