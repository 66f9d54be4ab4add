// Cells of text made by own code over Arrow arrays, text by text.
#include "command/text_kernel.h"

#include "arrow/cast.h"
#include "command/unicode.h"

#include <stdlib.h>
#include <string.h>

/* Texts that are done together while they keep their sizes. */
enum { BLOCK = 512 };

/* Texts that are done one by one before it is looked whether they are still wanted. */
enum { CHECKED = 4096 };

typedef struct opened {
    const tarn_version *base;
    const tarn_text_kernel *kernel;
    void *state;
    const tarn_task *task;
} opened;

/* What is made of a stretch of texts. */
typedef struct maker {
    const tarn_text_kernel *kernel;
    const void *state;
    const tarn_task *task;
    tarn_texts texts;
    int32_t *ends; /* of the new texts: count + 1 */
    tarn_buffer data;
} maker;

static tarn_status reserve(maker *m, size_t extra, tarn_error *error) {
    if (m->data.size + extra > INT32_MAX)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "the texts would be longer than 2 GB in one chunk of rows: make them shorter");
    return tarn_buffer_reserve(&m->data, extra, error);
}

static size_t size_of(const maker *m, int64_t from, int64_t to) {
    return (size_t)(m->texts.ends[to] - m->texts.ends[from]);
}

static const char *text_at(const maker *m, int64_t i) {
    return m->texts.data + m->texts.ends[i];
}

/* The texts from … to have been written behind the others, each with its old size. */
static void keep_sizes(maker *m, int64_t from, int64_t to) {
    int32_t shift = (int32_t)m->data.size - m->texts.ends[from];
    for (int64_t i = from; i < to; i++)
        m->ends[i + 1] = m->texts.ends[i + 1] + shift;
    m->data.size += size_of(m, from, to);
}

static tarn_status copy(maker *m, int64_t from, int64_t to, tarn_error *error) {
    size_t size = size_of(m, from, to);
    TARN_TRY(reserve(m, size, error));
    if (size > 0)
        memcpy(m->data.data + m->data.size, text_at(m, from), size);
    keep_sizes(m, from, to);
    return TARN_OK;
}

static tarn_status map_each(maker *m, int64_t from, int64_t to, tarn_error *error) {
    for (int64_t i = from; i < to; i++) {
        size_t size = size_of(m, i, i + 1);
        if (i % CHECKED == 0)
            TARN_TRY(tarn_task_check(m->task, error));
        TARN_TRY(reserve(m, m->kernel->bound(m->state, size), error));
        if (size > 0)
            m->data.size += m->kernel->map(m->state, text_at(m, i), size, (char *)m->data.data + m->data.size);
        m->ends[i + 1] = (int32_t)m->data.size;
    }
    return TARN_OK;
}

/* From one text that may change to the next; what lies between is copied. */
static tarn_status map_found(maker *m, int64_t from, int64_t to, tarn_error *error) {
    tarn_texts texts = m->texts;
    texts.count = to;
    for (int64_t i = from; i < to;) {
        int64_t next = m->kernel->next(m->state, &texts, i);
        TARN_TRY(copy(m, i, next, error));
        if (next < to)
            TARN_TRY(map_each(m, next, next + 1, error));
        i = next + 1;
    }
    return TARN_OK;
}

/* As many whole texts as keep their sizes; `*done` is where they end. */
static tarn_status map_evenly(maker *m, int64_t from, int64_t to, int64_t *done, tarn_error *error) {
    size_t size = size_of(m, from, to);
    TARN_TRY(reserve(m, size, error));
    size_t even = m->kernel->map_evenly(m->state, text_at(m, from), size, (char *)m->data.data + m->data.size);
    int64_t low = from, high = to; /* up to `low` they are whole */
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        if (size_of(m, from, middle) <= even)
            low = middle;
        else
            high = middle - 1;
    }
    keep_sizes(m, from, low);
    *done = low;
    return TARN_OK;
}

static tarn_status map_blocks(maker *m, int64_t from, int64_t to, tarn_error *error) {
    while (from < to) {
        int64_t end = to - from < BLOCK ? to : from + BLOCK;
        TARN_TRY(map_evenly(m, from, end, &from, error));
        if (from < end) {
            TARN_TRY(map_each(m, from, from + 1, error));
            from++;
        }
    }
    return TARN_OK;
}

static tarn_status map_stretch(maker *m, int64_t from, int64_t to, tarn_error *error) {
    return m->kernel->next != NULL         ? map_found(m, from, to, error)
           : m->kernel->map_evenly != NULL ? map_blocks(m, from, to, error)
                                           : map_each(m, from, to, error);
}

/* Dead rows are not looked at. `live` NULL: there are none. */
static tarn_status map_live(maker *m, const uint8_t *live, int64_t first, tarn_error *error) {
    int64_t count = m->texts.count, to;
    if (live == NULL)
        return map_stretch(m, 0, count, error);
    for (int64_t from = 0; from < count; from = to) {
        bool is_live = tarn_bit_get(live, first + from);
        for (to = from + 1; to < count && tarn_bit_get(live, first + to) == is_live;)
            to++;
        TARN_TRY(is_live ? map_stretch(m, from, to, error) : copy(m, from, to, error));
    }
    return TARN_OK;
}

/* ---- pieces ------------------------------------------------------------------------------------------------------ */

static void keep_schema(struct ArrowSchema *schema) {
    (void)schema;
}

/* The one type that texts are made of here; it has nothing to release, and says by its function that it was not. */
static const struct ArrowSchema plain_text = {.format = "u", .flags = ARROW_FLAG_NULLABLE, .release = keep_schema};

tarn_status tarn_text_piece_open(const tarn_version *version, size_t column, size_t chunk, int64_t from, int64_t to,
                                 tarn_text_piece *out, tarn_error *error) {
    static const int32_t nothing = 0;
    *out = (tarn_text_piece){0};
    TARN_TRY(tarn_version_read(version, column, chunk, &out->batch, error));
    const struct ArrowSchema *type = tarn_batch_schema(out->batch);
    out->window = tarn_array_window(tarn_batch_array(out->batch), from, to - from);
    out->array = &out->window;
    if (!tarn_schema_same_type(type, &plain_text)) { /* an ENUM, or texts with wide offsets */
        TARN_TRY(tarn_array_cast(type, &out->window, &plain_text, &out->cast, NULL, error));
        out->array = &out->cast;
    }
    const struct ArrowArray *array = out->array;
    out->texts = (tarn_texts){.data = array->buffers[2] != NULL ? array->buffers[2] : "",
                              .ends = array->length > 0 ? (const int32_t *)array->buffers[1] + array->offset : &nothing,
                              .count = array->length};
    return TARN_OK;
}

void tarn_text_piece_close(tarn_text_piece *piece) {
    tarn_array_release(&piece->cast);
    tarn_batch_release(piece->batch);
}

bool tarn_text_is_null(const tarn_text_piece *piece, int64_t i) {
    return tarn_array_is_null(&plain_text, piece->array, i);
}

/* ---- cells ------------------------------------------------------------------------------------------------------- */

/* The validity of a stretch from bit 0 on; NULL when all are valid. */
static tarn_status copy_validity(const tarn_text_piece *piece, void **out, tarn_error *error) {
    int64_t count = piece->texts.count;
    *out = NULL;
    if (piece->array->buffers[0] == NULL || piece->array->null_count == 0)
        return TARN_OK;
    uint8_t *bits = tarn_aligned_alloc((size_t)(count + 7) / 8 + 1);
    if (bits == NULL)
        return tarn_fail_memory(error);
    memset(bits, 0, (size_t)(count + 7) / 8 + 1);
    for (int64_t i = 0; i < count; i++) {
        if (!tarn_text_is_null(piece, i))
            tarn_bit_set(bits, i);
    }
    *out = bits;
    return TARN_OK;
}

/* `live` has the bits of the chunk, in which the piece begins at `first`. */
static tarn_status make_texts(const opened *o, const tarn_text_piece *piece, const uint8_t *live, int64_t first,
                              struct ArrowArray *out, tarn_error *error) {
    void *buffers[3] = {0};
    int64_t count = piece->texts.count;
    tarn_status status = TARN_OK;
    maker m = {.kernel = o->kernel, .state = o->state, .task = o->task, .texts = piece->texts};
    TARN_CHECK(copy_validity(piece, &buffers[0], error));
    m.ends = buffers[1] = tarn_aligned_alloc(((size_t)count + 1) * sizeof *m.ends);
    if (m.ends == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    m.ends[0] = 0;
    TARN_CHECK(reserve(&m, size_of(&m, 0, count) + 1, error));
    TARN_CHECK(map_live(&m, live, first, error));
    buffers[2] = m.data.data;
    m.data = (tarn_buffer){0};
    status = tarn_array_make(out, count, buffers[0] == NULL ? 0 : -1, buffers, 3, NULL, 0, error);
    memset(buffers, 0, sizeof buffers); /* taken over */
cleanup:
    for (size_t i = 0; i < 3; i++)
        free(buffers[i]);
    tarn_buffer_free(&m.data);
    return status;
}

/* ---- nothing to do ----------------------------------------------------------------------------------------------- */

/* Bytes that are tried at once, to see whether a mapping changes them. */
enum { TRIED = 4096 };

static bool stays_evenly(const opened *o, const char *text, size_t size) {
    char mapped[TRIED];
    for (size_t from = 0, to; from < size; from = to) {
        to = size - from < TRIED ? size : from + TRIED;
        while (to < size && ((uint8_t)text[to] & 0xC0) == 0x80) /* no character is cut in two */
            to--;
        if (o->kernel->map_evenly(o->state, text + from, to - from, mapped) < to - from ||
            memcmp(mapped, text + from, to - from) != 0)
            return false;
    }
    return true;
}

/* Whether the kernel leaves all texts as they are, as far as can be seen at once: the first that it may change ends it.
 */
static bool stays(const opened *o, const tarn_texts *texts) {
    if (o->kernel->next != NULL)
        return o->kernel->next(o->state, texts, 0) == texts->count;
    return o->kernel->map_evenly != NULL &&
           stays_evenly(o, texts->data + texts->ends[0], (size_t)(texts->ends[texts->count] - texts->ends[0]));
}

static void release_lent(struct ArrowArray *array) {
    tarn_batch_release(array->private_data);
    array->release = NULL;
}

/* The old values for the new ones, in the same memory. */
static void lend(const tarn_text_piece *piece, struct ArrowArray *out) {
    tarn_batch_retain(piece->batch);
    *out = piece->window;
    out->private_data = piece->batch;
    out->release = release_lent;
}

static tarn_status kernel_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to, struct ArrowArray *out,
                               tarn_error *error) {
    const opened *o = cells->state;
    const uint8_t *live;
    tarn_text_piece piece;
    TARN_TRY(tarn_version_live(o->base, chunk, &live, error));
    tarn_status status = tarn_text_piece_open(o->base, cells->column, chunk, from, to, &piece, error);
    if (status == TARN_OK && piece.array == &piece.window && stays(o, &piece.texts))
        lend(&piece, out);
    else if (status == TARN_OK)
        status = make_texts(o, &piece, live, from, out, error);
    tarn_text_piece_close(&piece);
    return status;
}

static void kernel_close(tarn_cells *cells) {
    opened *o = cells->state;
    free(o->state);
    free(o);
}

tarn_status tarn_text_kernel_open(tarn_run *run, const tarn_text_kernel *kernel, void *state, tarn_cells *out,
                                  tarn_error *error) {
    opened *o = calloc(1, sizeof *o);
    tarn_status status = o == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK)
        status = tarn_schema_make(&out->type, "u", tarn_version_column(run->base, out->column)->name, error);
    if (status != TARN_OK) {
        free(o);
        free(state);
        return status;
    }
    *o = (opened){.base = run->base, .kernel = kernel, .state = state, .task = run->task};
    out->state = o;
    out->rows = kernel_rows;
    out->close = kernel_close;
    return TARN_OK;
}
