#include "history/detail.h"

#include "arrow/builder.h"
#include "base/buffer.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX

/* A column as it was and as it is; NONE where it is missing. */
typedef struct pair {
    size_t before, after;
    bool same_type;
} pair;

typedef struct comparison {
    tarn_version *before, *after; /* NULL: no rows there */
    pair *pairs;
    size_t pair_count;
    size_t limit;
    tarn_task *task;
    tarn_audit_detail *out;
    size_t row_capacity, note_capacity;
} comparison;

/* ---- columns ---- */

static tarn_status note(comparison *c, char *text, tarn_error *error) {
    if (text == NULL)
        return tarn_fail_memory(error);
    tarn_status status =
        tarn_grow(&c->out->notes, &c->note_capacity, c->out->note_count + 1, sizeof *c->out->notes, error);
    if (status == TARN_OK)
        c->out->notes[c->out->note_count++] = text;
    else
        free(text);
    return status;
}

static tarn_status note_type(comparison *c, const tarn_column *was, const tarn_column *is, tarn_error *error) {
    char *old = tarn_schema_type_name(was->type), *new = tarn_schema_type_name(is->type);
    tarn_status status = old == NULL || new == NULL
                             ? tarn_fail_memory(error)
                             : note(c, tarn_format("column %s: type %s became %s", is->name, old, new), error);
    free(old);
    free(new);
    return status;
}

static size_t find_field(const tarn_version *version, uint32_t field) {
    for (size_t i = 0; i < tarn_version_column_count(version); i++) {
        if (tarn_version_column(version, i)->field == field)
            return i;
    }
    return NONE;
}

static tarn_status add_pair(comparison *c, size_t before, size_t after, tarn_error *error) {
    const tarn_column *was = before != NONE ? tarn_version_column(c->before, before) : NULL;
    const tarn_column *is = after != NONE ? tarn_version_column(c->after, after) : NULL;
    pair *added = &c->pairs[c->pair_count++];
    *added = (pair){before, after, was != NULL && is != NULL && tarn_schema_same_type(was->type, is->type)};
    if (c->before == NULL || c->after == NULL)
        return TARN_OK;
    if (was == NULL)
        return note(c, tarn_format("column %s was added", is->name), error);
    if (is == NULL)
        return note(c, tarn_format("column %s was dropped", was->name), error);
    if (strcmp(was->name, is->name) != 0)
        TARN_TRY(note(c, tarn_format("column %s became %s", was->name, is->name), error));
    return added->same_type ? TARN_OK : note_type(c, was, is, error);
}

static size_t count_columns(const tarn_version *version) {
    return version != NULL ? tarn_version_column_count(version) : 0;
}

static tarn_status pair_columns(comparison *c, tarn_error *error) {
    size_t befores = count_columns(c->before), afters = count_columns(c->after);
    c->pairs = calloc(befores + afters + 1, sizeof *c->pairs);
    if (c->pairs == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < afters; i++) {
        uint32_t field = tarn_version_column(c->after, i)->field;
        TARN_TRY(add_pair(c, c->before != NULL ? find_field(c->before, field) : NONE, i, error));
    }
    for (size_t i = 0; i < befores; i++) {
        if (c->after == NULL || find_field(c->after, tarn_version_column(c->before, i)->field) == NONE)
            TARN_TRY(add_pair(c, i, NONE, error));
    }
    if (c->before != NULL && c->after != NULL && !tarn_version_same_order(c->before, c->after))
        return note(c, tarn_strdup("the order of the rows changed"), error);
    return TARN_OK;
}

/* ---- rows ---- */

/* One version's place on the walk along row numbers. */
typedef struct side {
    const tarn_version *version;
    size_t chunk;
    tarn_chunk place; /* of the chunk, when `there` */
    bool there;       /* a chunk is left */
    bool inside;      /* the present stretch lies in it */
    const uint8_t *live;
} side;

static void next_chunk(side *s, int64_t from) {
    size_t count = s->version != NULL ? tarn_version_chunk_count(s->version) : 0;
    for (; s->chunk < count; s->chunk++) {
        s->place = tarn_version_chunk(s->version, s->chunk);
        if (s->place.first_row + s->place.rows > from)
            break;
    }
    s->there = s->chunk < count;
}

/* Rows `from` … `to` - 1, all inside or outside of one chunk on either side. False at the end. */
static bool next_stretch(side *a, side *b, int64_t *from, int64_t *to) {
    int64_t begin = *to;
    next_chunk(a, begin);
    next_chunk(b, begin);
    if (!a->there && !b->there)
        return false;
    int64_t first = INT64_MAX, end = INT64_MAX;
    for (int i = 0; i < 2; i++) {
        const side *s = i == 0 ? a : b;
        if (s->there && s->place.first_row < first)
            first = s->place.first_row;
    }
    if (first > begin)
        begin = first;
    for (int i = 0; i < 2; i++) {
        side *s = i == 0 ? a : b;
        s->inside = s->there && s->place.first_row <= begin;
        int64_t border = !s->there ? INT64_MAX : s->inside ? s->place.first_row + s->place.rows : s->place.first_row;
        end = border < end ? border : end;
    }
    *from = begin;
    *to = end;
    return true;
}

static bool is_live(const side *s, int64_t row) {
    return s->inside && (s->live == NULL || tarn_bit_get(s->live, row - s->place.first_row));
}

/* A column pair's values in the present stretch, when they may differ. */
typedef struct values {
    tarn_batch *before, *after;
} values;

static bool same_reference(const comparison *c, const pair *p, const side *a, const side *b) {
    if (!p->same_type || a->place.first_row != b->place.first_row || a->place.rows != b->place.rows)
        return false;
    tarn_batch_reference x = tarn_version_reference(c->before, p->before, a->chunk);
    tarn_batch_reference y = tarn_version_reference(c->after, p->after, b->chunk);
    return tarn_hash128_equal(x.base, y.base) && x.patch_count == y.patch_count &&
           (x.patch_count == 0 || memcmp(x.patches, y.patches, x.patch_count * sizeof *x.patches) == 0);
}

static tarn_status load_values(const comparison *c, const side *a, const side *b, values *out, bool *any,
                               tarn_error *error) {
    for (size_t i = 0; i < c->pair_count; i++) {
        const pair *p = &c->pairs[i];
        if (p->before != NONE && p->after != NONE && same_reference(c, p, a, b))
            continue;
        if (p->before != NONE)
            TARN_TRY(tarn_version_read(c->before, p->before, a->chunk, &out[i].before, error));
        if (p->after != NONE)
            TARN_TRY(tarn_version_read(c->after, p->after, b->chunk, &out[i].after, error));
        *any = true;
    }
    return TARN_OK;
}

static bool is_null_at(const tarn_batch *batch, int64_t i) {
    return batch == NULL || tarn_array_is_null(tarn_batch_schema(batch), tarn_batch_array(batch), i);
}

static bool differs(const pair *p, const values *v, int64_t before, int64_t after) {
    if (v->before == NULL && v->after == NULL)
        return false;
    if (p->same_type)
        return !tarn_array_element_equal(tarn_batch_schema(v->before), tarn_batch_array(v->before), before,
                                         tarn_batch_array(v->after), after);
    return !(is_null_at(v->before, before) && is_null_at(v->after, after));
}

static bool row_differs(const comparison *c, const values *v, const side *a, const side *b, int64_t row) {
    for (size_t i = 0; i < c->pair_count; i++) {
        if (differs(&c->pairs[i], &v[i], row - a->place.first_row, row - b->place.first_row))
            return true;
    }
    return false;
}

static tarn_status add_row(comparison *c, int64_t row, tarn_detail_kind kind, tarn_error *error) {
    tarn_audit_detail *out = c->out;
    if (out->row_count == c->limit) {
        out->complete = false;
        return TARN_OK;
    }
    TARN_TRY(tarn_grow(&out->rows, &c->row_capacity, out->row_count + 1, sizeof *out->rows, error));
    out->rows[out->row_count++] = (tarn_detail_row){.row = row, .kind = kind};
    return TARN_OK;
}

static tarn_status compare_rows(comparison *c, const side *a, const side *b, int64_t from, int64_t to, const values *v,
                                bool any, tarn_error *error) {
    for (int64_t row = from; row < to && c->out->complete; row++) {
        bool was = is_live(a, row), is = is_live(b, row);
        if (was && !is)
            TARN_TRY(add_row(c, row, TARN_DETAIL_REMOVED, error));
        else if (!was && is)
            TARN_TRY(add_row(c, row, TARN_DETAIL_ADDED, error));
        else if (was && is && any && row_differs(c, v, a, b, row))
            TARN_TRY(add_row(c, row, TARN_DETAIL_CHANGED, error));
    }
    return TARN_OK;
}

static tarn_status read_live(side *s, tarn_error *error) {
    s->live = NULL;
    return s->inside ? tarn_version_live(s->version, s->chunk, &s->live, error) : TARN_OK;
}

static tarn_status compare_stretch(comparison *c, side *a, side *b, int64_t from, int64_t to, tarn_error *error) {
    bool any = false;
    values *v = calloc(c->pair_count + 1, sizeof *v);
    tarn_status status = v == NULL ? tarn_fail_memory(error) : TARN_OK;
    if (status == TARN_OK && a->inside && b->inside)
        status = load_values(c, a, b, v, &any, error);
    bool whole = a->inside && b->inside && a->place.first_row == b->place.first_row && a->place.rows == b->place.rows;
    if (whole && !any && tarn_version_same_live(a->version, a->chunk, b->version, b->chunk))
        goto cleanup;
    if (status == TARN_OK)
        status = read_live(a, error);
    if (status == TARN_OK)
        status = read_live(b, error);
    if (status == TARN_OK)
        status = compare_rows(c, a, b, from, to, v, any, error);
cleanup:
    for (size_t i = 0; v != NULL && i < c->pair_count; i++) {
        tarn_batch_release(v[i].before);
        tarn_batch_release(v[i].after);
    }
    free(v);
    return status;
}

static tarn_status find_rows(comparison *c, const tarn_version *before, const tarn_version *after, tarn_error *error) {
    side a = {.version = before}, b = {.version = after};
    int64_t from, to = 0;
    while (c->out->complete && next_stretch(&a, &b, &from, &to)) {
        TARN_TRY(tarn_task_check(c->task, error));
        TARN_TRY(compare_stretch(c, &a, &b, from, to, error));
    }
    return TARN_OK;
}

/* ---- cells of the rows that were found ---- */

static tarn_status print_cell(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i, char **out,
                              tarn_error *error) {
    tarn_buffer text = {0};
    bool is_null;
    tarn_status status = tarn_array_print(type, array, i, &text, &is_null, error);
    if (status == TARN_OK && !is_null) {
        *out = tarn_strndup((const char *)text.data, text.size);
        status = *out == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    tarn_buffer_free(&text);
    return status;
}

/* The values of one column in the rows found that are live in `version`: their places go to `places`, -1 for others. */
static tarn_status take_column(const comparison *c, const tarn_version *version, size_t column, tarn_detail_kind absent,
                               int64_t *places, struct ArrowArray *out, tarn_error *error) {
    int64_t *rows = calloc(c->out->row_count + 1, sizeof *rows), count = 0;
    if (rows == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < c->out->row_count; i++) {
        bool there = version != NULL && column != NONE && c->out->rows[i].kind != absent;
        places[i] = there ? count : -1;
        if (there)
            rows[count++] = c->out->rows[i].row;
    }
    tarn_status status = count > 0 ? tarn_version_take(version, column, rows, count, out, error) : TARN_OK;
    free(rows);
    return status;
}

static tarn_status add_cell(tarn_detail_row *row, const pair *p, const tarn_column *was, const tarn_column *is,
                            const struct ArrowArray *old, int64_t before, const struct ArrowArray *new, int64_t after,
                            tarn_error *error) {
    bool equal = row->kind == TARN_DETAIL_CHANGED &&
                 (p->same_type ? tarn_array_element_equal(was->type, old, before, new, after)
                               : (before < 0 || tarn_array_is_null(was->type, old, before)) &&
                                     (after < 0 || tarn_array_is_null(is->type, new, after)));
    if (equal || (before < 0 && after < 0))
        return TARN_OK;
    tarn_detail_cell *cell = &row->cells[row->cell_count++];
    *cell = (tarn_detail_cell){.column = tarn_strdup(is != NULL ? is->name : was->name)};
    if (cell->column == NULL)
        return tarn_fail_memory(error);
    if (before >= 0)
        TARN_TRY(print_cell(was->type, old, before, &cell->before, error));
    return after >= 0 ? print_cell(is->type, new, after, &cell->after, error) : TARN_OK;
}

static tarn_status add_column(comparison *c, const pair *p, int64_t *places, tarn_error *error) {
    struct ArrowArray old = {0}, new = {0};
    tarn_audit_detail *out = c->out;
    int64_t *befores = places, *afters = places + out->row_count;
    const tarn_column *was = p->before != NONE ? tarn_version_column(c->before, p->before) : NULL;
    const tarn_column *is = p->after != NONE ? tarn_version_column(c->after, p->after) : NULL;
    tarn_status status;
    TARN_CHECK(take_column(c, c->before, p->before, TARN_DETAIL_ADDED, befores, &old, error));
    TARN_CHECK(take_column(c, c->after, p->after, TARN_DETAIL_REMOVED, afters, &new, error));
    for (size_t i = 0; i < out->row_count; i++)
        TARN_CHECK(add_cell(&out->rows[i], p, was, is, &old, befores[i], &new, afters[i], error));
cleanup:
    tarn_array_release(&old);
    tarn_array_release(&new);
    return status;
}

static tarn_status fill_cells(comparison *c, tarn_error *error) {
    tarn_audit_detail *out = c->out;
    int64_t *places = calloc(2 * out->row_count + 1, sizeof *places);
    tarn_status status = places == NULL ? tarn_fail_memory(error) : TARN_OK;
    for (size_t i = 0; status == TARN_OK && i < out->row_count; i++) {
        out->rows[i].cells = calloc(c->pair_count + 1, sizeof *out->rows[i].cells);
        if (out->rows[i].cells == NULL)
            status = tarn_fail_memory(error);
    }
    for (size_t i = 0; status == TARN_OK && i < c->pair_count; i++)
        status = add_column(c, &c->pairs[i], places, error);
    free(places);
    return status;
}

tarn_status tarn_detail_compare(tarn_version *before, tarn_version *after, size_t limit, tarn_task *task,
                                tarn_audit_detail *out, tarn_error *error) {
    comparison c = {.before = before, .after = after, .limit = limit, .task = task, .out = out};
    bool related = before == NULL || after == NULL || tarn_version_row_space(before) == tarn_version_row_space(after);
    tarn_status status;
    out->complete = true;
    TARN_CHECK(pair_columns(&c, error));
    if (related) {
        TARN_CHECK(find_rows(&c, before, after, error));
    } else {
        TARN_CHECK(note(&c,
                        tarn_format("all rows were replaced: %lld before, %lld after, and none of them is the same row",
                                    (long long)tarn_version_rows(before), (long long)tarn_version_rows(after)),
                        error));
        TARN_CHECK(find_rows(&c, before, NULL, error));
        TARN_CHECK(find_rows(&c, NULL, after, error));
    }
    status = fill_cells(&c, error);
cleanup:
    free(c.pairs);
    return status;
}

void tarn_detail_clear(tarn_audit_detail *detail) {
    for (size_t i = 0; i < detail->row_count; i++) {
        for (size_t k = 0; k < detail->rows[i].cell_count; k++) {
            free(detail->rows[i].cells[k].column);
            free(detail->rows[i].cells[k].before);
            free(detail->rows[i].cells[k].after);
        }
        free(detail->rows[i].cells);
    }
    for (size_t i = 0; i < detail->note_count; i++)
        free(detail->notes[i]);
    free(detail->rows);
    free(detail->notes);
    free(detail->table);
    free(detail->gone);
    *detail = (tarn_audit_detail){0};
}
