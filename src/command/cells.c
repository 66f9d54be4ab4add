// Running a cell command.
#include "command/cells.h"

#include "arrow/cast.h"
#include "command/expression.h"
#include "store/zones.h"

#include <stdlib.h>
#include <string.h>

/* Rows of the first piece that a preview looks at; each one after it is twice as large. */
enum { FIRST_PIECE = 1024 };

/* One column on its way from the old values to the new. */
typedef struct change {
    tarn_cells cells;
    bool same_type;
    tarn_batch_id *ids; /* per chunk; valid where `differs` */
    bool *differs;
} change;

typedef struct work {
    tarn_run *run;
    change *changes; /* one per column */
    size_t count, chunks;
    int64_t *cells, *rows; /* changed, per chunk */
} work;

/* ---- comparing --------------------------------------------------------------------------------------------------- */

/* When the type changes every value is a new one, except that nothing stays nothing. */
static int64_t differ_by_type(const struct ArrowSchema *old_type, const struct ArrowArray *old,
                              const struct ArrowSchema *new_type, const struct ArrowArray *new, const uint8_t *live,
                              uint8_t *changed) {
    int64_t count = 0;
    for (int64_t i = 0; i < new->length; i++) {
        if (changed != NULL)
            tarn_bit_clear(changed, i);
        if ((live != NULL && !tarn_bit_get(live, i)) ||
            (tarn_array_is_null(old_type, old, i) && tarn_array_is_null(new_type, new, i)))
            continue;
        if (changed != NULL)
            tarn_bit_set(changed, i);
        count++;
    }
    return count;
}

/* An ENUM's value that becomes text is still the same text. */
static bool is_text_of_enum(const struct ArrowSchema *old_type, const struct ArrowSchema *new_type) {
    return old_type->dictionary != NULL && tarn_schema_same_type(old_type->dictionary, new_type);
}

/* How many cells change; `changed` NULL, or a bitmap of them to be filled. */
static tarn_status count_changed(const change *c, const struct ArrowSchema *old_type, const struct ArrowArray *old,
                                 const struct ArrowArray *new, const uint8_t *live, uint8_t *changed, int64_t *count,
                                 tarn_error *error) {
    if (c->same_type) {
        *count = tarn_array_differ(old_type, old, new, live, changed);
    } else if (is_text_of_enum(old_type, &c->cells.type)) {
        struct ArrowArray text;
        TARN_TRY(tarn_array_cast(old_type, old, &c->cells.type, &text, NULL, error));
        *count = tarn_array_differ(&c->cells.type, &text, new, live, changed);
        tarn_array_release(&text);
    } else {
        *count = differ_by_type(old_type, old, &c->cells.type, new, live, changed);
    }
    return TARN_OK;
}

static void join_bits(uint8_t *into, const uint8_t *bits, int64_t count) {
    for (int64_t i = 0; i < (count + 7) / 8; i++)
        into[i] |= bits[i];
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static tarn_status open_change(tarn_run *run, size_t column, change *out, tarn_error *error) {
    const tarn_command *command = run->command;
    const char *template = command->expression;
    out->cells.column = column;
    if (command->choose_expression != NULL)
        TARN_TRY(command->choose_expression(run, column, &template, error));
    if (template != NULL)
        TARN_TRY(tarn_template_open(run, template, &out->cells, error));
    else
        TARN_TRY(command->open_cells(run, &out->cells, error));
    out->same_type = tarn_schema_same_type(tarn_version_column(run->base, column)->type, &out->cells.type);
    return TARN_OK;
}

static void work_close(work *w) {
    for (size_t i = 0; w->changes != NULL && i < w->count; i++) {
        change *c = &w->changes[i];
        if (c->cells.close != NULL)
            c->cells.close(&c->cells);
        tarn_schema_release(&c->cells.type);
        free(c->ids);
        free(c->differs);
    }
    free(w->changes);
    free(w->cells);
    free(w->rows);
}

/* A column that was named twice changes once. */
static tarn_status work_open(tarn_run *run, work *w, tarn_error *error) {
    size_t *columns = NULL;
    size_t count;
    TARN_TRY(tarn_run_columns(run, "column", &columns, &count, error));
    *w = (work){.run = run, .chunks = tarn_version_chunk_count(run->base)};
    w->changes = calloc(count + 1, sizeof *w->changes);
    w->cells = calloc(w->chunks + 1, sizeof *w->cells);
    w->rows = calloc(w->chunks + 1, sizeof *w->rows);
    tarn_status status = w->changes == NULL || w->cells == NULL || w->rows == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        bool is_known = false;
        for (size_t k = 0; k < w->count; k++)
            is_known = is_known || w->changes[k].cells.column == columns[i];
        if (is_known)
            continue;
        change *c = &w->changes[w->count++];
        status = open_change(run, columns[i], c, error);
        c->ids = calloc(w->chunks + 1, sizeof *c->ids);
        c->differs = calloc(w->chunks + 1, sizeof *c->differs);
        if (status == TARN_OK && (c->ids == NULL || c->differs == NULL))
            status = tarn_fail_memory(error);
    }
    free(columns);
    if (status != TARN_OK)
        work_close(w);
    return status;
}

/* ---- what is left as it is ----------------------------------------------------------------------------------------
 */

/* Whether what is known of a chunk's values is enough to see that none of them changes. */
static tarn_status is_left(const tarn_run *run, const change *c, size_t chunk, bool *left, tarn_error *error) {
    const tarn_zone_map *zones = NULL;
    *left = false;
    if (run->command->leaves == NULL || !c->same_type)
        return TARN_OK;
    TARN_TRY(tarn_version_zones(run->base, c->cells.column, chunk, TARN_ZONE_KNOWN, &zones, error));
    *left = zones != NULL && run->command->leaves(run, zones);
    tarn_zone_map_release(zones);
    return TARN_OK;
}

static tarn_status are_all_left(const work *w, size_t chunk, bool *left, tarn_error *error) {
    *left = true;
    for (size_t i = 0; i < w->count && *left; i++)
        TARN_TRY(is_left(w->run, &w->changes[i], chunk, left, error));
    return TARN_OK;
}

/* ---- applying ---------------------------------------------------------------------------------------------------- */

/* One column of one chunk; `changed` NULL, or a bitmap to be filled. */
static tarn_status apply_column(work *w, change *c, size_t chunk, uint8_t *changed, tarn_error *error) {
    const tarn_version *base = w->run->base;
    struct ArrowArray values = {0};
    tarn_batch *old = NULL;
    const uint8_t *live;
    int64_t count, rows = tarn_version_chunk(base, chunk).rows;
    bool left;
    tarn_status status = TARN_OK;
    TARN_TRY(is_left(w->run, c, chunk, &left, error));
    if (left) {
        if (changed != NULL)
            memset(changed, 0, (size_t)(rows + 7) / 8);
        return TARN_OK;
    }
    TARN_CHECK(tarn_version_live(base, chunk, &live, error));
    TARN_CHECK(c->cells.rows(&c->cells, chunk, 0, rows, &values, error));
    TARN_CHECK(tarn_version_read(base, c->cells.column, chunk, &old, error));
    TARN_CHECK(count_changed(c, tarn_batch_schema(old), tarn_batch_array(old), &values, live, changed, &count, error));
    w->cells[chunk] += count;
    c->differs[chunk] = count > 0 || !c->same_type;
    if (c->differs[chunk])
        TARN_CHECK(tarn_transaction_put(w->run->transaction, &c->cells.type, &values, &c->ids[chunk], error));
cleanup:
    tarn_batch_release(old);
    tarn_array_release(&values);
    return status;
}

/* A row with several changed cells counts once. */
static tarn_status apply_columns(work *w, size_t chunk, tarn_error *error) {
    int64_t rows = tarn_version_chunk(w->run->base, chunk).rows;
    size_t bytes = (size_t)(rows + 7) / 8;
    uint8_t *changed = malloc(bytes + 1), *any = calloc(1, bytes + 1);
    tarn_status status = changed == NULL || any == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; i < w->count && status == TARN_OK; i++) {
        status = apply_column(w, &w->changes[i], chunk, changed, error);
        if (status == TARN_OK)
            join_bits(any, changed, rows);
    }
    if (status == TARN_OK)
        w->rows[chunk] = tarn_bits_count(any, 0, rows);
    free(changed);
    free(any);
    return status;
}

static tarn_status apply_chunk(void *context, size_t chunk, tarn_error *error) {
    work *w = context;
    if (w->count == 1) {
        TARN_TRY(apply_column(w, &w->changes[0], chunk, NULL, error));
        w->rows[chunk] = w->cells[chunk];
    } else {
        TARN_TRY(apply_columns(w, chunk, error));
    }
    tarn_task_advance(w->run->task, (uint64_t)tarn_version_chunk(w->run->base, chunk).rows);
    return TARN_OK;
}

static tarn_status lay_down(work *w, const change *c, tarn_error *error) {
    tarn_draft *draft = w->run->draft;
    if (!c->same_type)
        return tarn_draft_replace_column(draft, c->cells.column, &c->cells.type, c->ids, error);
    for (size_t chunk = 0; chunk < w->chunks; chunk++) {
        if (c->differs[chunk])
            TARN_TRY(tarn_draft_replace_batch(draft, c->cells.column, chunk, c->ids[chunk], error));
    }
    return TARN_OK;
}

static int64_t all_rows(const tarn_version *version) {
    int64_t rows = 0;
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(version); chunk++)
        rows += tarn_version_chunk(version, chunk).rows;
    return rows;
}

tarn_status tarn_cells_apply(tarn_run *run, tarn_error *error) {
    work w;
    TARN_TRY(work_open(run, &w, error));
    tarn_status status = TARN_OK;
    tarn_task_begin(run->task, run->command->name, "rows", (uint64_t)all_rows(run->base));
    TARN_CHECK(tarn_parallel_for(run->pool, TARN_PRIORITY_USER_VISIBLE, run->task, w.chunks, apply_chunk, &w, error));
    for (size_t i = 0; i < w.count; i++)
        TARN_CHECK(lay_down(&w, &w.changes[i], error));
    for (size_t chunk = 0; chunk < w.chunks; chunk++) {
        run->cells += w.cells[chunk];
        run->rows += w.rows[chunk];
    }
cleanup:
    work_close(&w);
    return status;
}

/* ---- previewing -------------------------------------------------------------------------------------------------- */

/* A stretch of one column, before and after. */
typedef struct piece {
    tarn_batch *batch;
    struct ArrowArray old; /* a window on the batch */
    struct ArrowArray new;
    uint8_t *changed;
} piece;

static void piece_clear(piece *p) {
    tarn_batch_release(p->batch);
    tarn_array_release(&p->new);
    free(p->changed);
}

/* `from` is a multiple of 8, so that the bits of the live rows can be used from there on. */
static tarn_status piece_make(const work *w, const change *c, size_t chunk, int64_t from, int64_t to, piece *out,
                              tarn_error *error) {
    const uint8_t *live;
    int64_t count;
    TARN_TRY(tarn_version_live(w->run->base, chunk, &live, error));
    TARN_TRY(c->cells.rows(&c->cells, chunk, from, to, &out->new, error));
    TARN_TRY(tarn_version_read(w->run->base, c->cells.column, chunk, &out->batch, error));
    out->old = tarn_array_window(tarn_batch_array(out->batch), from, to - from);
    out->changed = malloc((size_t)(to - from + 7) / 8 + 1);
    if (out->changed == NULL)
        return tarn_fail_memory(error);
    return count_changed(c, tarn_batch_schema(out->batch), &out->old, &out->new, live == NULL ? NULL : live + from / 8,
                         out->changed, &count, error);
}

static bool visit_row(const work *w, const piece *pieces, int64_t i, int64_t row, tarn_cell_visitor visit,
                      void *context) {
    for (size_t k = 0; k < w->count; k++) {
        const change *c = &w->changes[k];
        if (tarn_bit_get(pieces[k].changed, i) &&
            !visit(context, row, tarn_version_column(w->run->base, c->cells.column)->name,
                   tarn_batch_schema(pieces[k].batch), &pieces[k].old, &c->cells.type, &pieces[k].new, i))
            return false;
    }
    return true;
}

static tarn_status preview_stretch(const work *w, size_t chunk, int64_t from, int64_t to, tarn_cell_visitor visit,
                                   void *context, bool *go_on, tarn_error *error) {
    piece *pieces = calloc(w->count + 1, sizeof *pieces);
    if (pieces == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_task_check(w->run->task, error);
    for (size_t k = 0; k < w->count && status == TARN_OK; k++)
        status = piece_make(w, &w->changes[k], chunk, from, to, &pieces[k], error);
    int64_t first = tarn_version_chunk(w->run->base, chunk).first_row + from;
    for (int64_t i = 0; i < to - from && *go_on && status == TARN_OK; i++)
        *go_on = visit_row(w, pieces, i, first + i, visit, context);
    for (size_t k = 0; k < w->count; k++)
        piece_clear(&pieces[k]);
    free(pieces);
    return status;
}

tarn_status tarn_cells_preview(tarn_run *run, tarn_cell_visitor visit, void *context, tarn_error *error) {
    work w;
    TARN_TRY(work_open(run, &w, error));
    tarn_status status = TARN_OK;
    bool go_on = true;
    int64_t length = FIRST_PIECE;
    for (size_t chunk = 0; chunk < w.chunks && go_on; chunk++) {
        int64_t rows = tarn_version_chunk(run->base, chunk).rows;
        bool left;
        TARN_CHECK(are_all_left(&w, chunk, &left, error));
        if (left)
            continue;
        for (int64_t from = 0, to; from < rows && go_on; from = to) {
            to = from + length < rows ? from + length : rows;
            TARN_CHECK(preview_stretch(&w, chunk, from, to, visit, context, &go_on, error));
            length = length < TARN_CHUNK_ROWS ? 2 * length : length;
        }
    }
cleanup:
    work_close(&w);
    return status;
}
