/* Two tables of digests, both sorted by their keys, side by side. */
#include "diff/blind.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct tarn_blind {
    tarn_diff_info info;
    tarn_blind_row *rows;
    size_t row_count, row_capacity;
};

void tarn_blind_close(tarn_blind *blind) {
    if (blind == NULL)
        return;
    for (size_t i = 0; i < blind->info.column_count; i++) {
        free(blind->info.columns[i].before);
        free(blind->info.columns[i].after);
    }
    for (size_t i = 0; i < blind->row_count; i++)
        free(blind->rows[i].columns);
    free(blind->info.columns);
    free(blind->info.before.table);
    free(blind->info.after.table);
    free(blind->rows);
    free(blind);
}

const tarn_diff_info *tarn_blind_info(const tarn_blind *blind) {
    return &blind->info;
}

bool tarn_blind_differs(const tarn_blind *blind) {
    const tarn_diff_info *info = tarn_blind_info(blind);
    bool found = info->added + info->removed + info->modified + info->unmatched > 0;
    for (size_t i = 0; i < info->column_count; i++)
        found = found || info->columns[i].before == NULL || info->columns[i].after == NULL;
    return found;
}

const tarn_blind_row *tarn_blind_rows_of(const tarn_blind *blind, size_t *count) {
    *count = blind->row_count;
    return blind->rows;
}

/* One side's place on the walk, and the key that it is at. */
typedef struct side {
    tarn_blind_source *source;
    tarn_blind_rows rows;
    int64_t at;
    bool ended;
    /* of the first row with the present key */
    uint8_t key[TARN_BLIND_KEY_BYTES];
    uint8_t *cells;
    int64_t number, count; /* count: rows with that key */
} side;

typedef struct matching {
    tarn_blind *blind;
    side sides[2];
    size_t *columns[2]; /* per column of the info: its place on that side; SIZE_MAX: none */
    uint8_t *differs;   /* bits, of one row */
    size_t most;
    tarn_task *task;
} matching;

/* ---- columns ---- */

static tarn_status check_sides(const tarn_blind_about *a, const tarn_blind_about *b, tarn_error *error) {
    if (strcmp(a->check, b->check) != 0)
        return tarn_fail(error, TARN_E_INVALID,
                         "%s and %s were not made with the same secret: both sides need the same one", a->name,
                         b->name);
    if (a->key_count != b->key_count)
        return tarn_fail(error, TARN_E_INVALID, "the key of %s has %zu columns, that of %s has %zu", a->name,
                         a->key_count, b->name, b->key_count);
    if (a->ignore_case != b->ignore_case || a->ignore_space != b->ignore_space)
        return tarn_fail(
            error, TARN_E_INVALID,
            "%s and %s were made with different rules: give --ignore-case and --ignore-space on both sides "
            "or on none",
            a->name, b->name);
    return TARN_OK;
}

static size_t find_column(const tarn_blind_about *about, const char *name) {
    for (size_t i = 0; i < about->column_count; i++) {
        if (tarn_name_equal(about->columns[i], name))
            return i;
    }
    return SIZE_MAX;
}

static tarn_status add_column(matching *m, const char *before, const char *after, bool is_key, const size_t places[2],
                              tarn_error *error) {
    tarn_diff_info *info = &m->blind->info;
    tarn_diff_column *column = &info->columns[info->column_count];
    m->columns[0][info->column_count] = places[0];
    m->columns[1][info->column_count++] = places[1];
    column->is_key = is_key;
    column->mapped = is_key && !tarn_name_equal(before, after);
    column->before = before != NULL ? tarn_strdup(before) : NULL;
    column->after = after != NULL ? tarn_strdup(after) : NULL;
    return (before != NULL && column->before == NULL) || (after != NULL && column->after == NULL)
               ? tarn_fail_memory(error)
               : TARN_OK;
}

static tarn_status pair_columns(matching *m, tarn_error *error) {
    const tarn_blind_about *a = &m->sides[0].source->about, *b = &m->sides[1].source->about;
    size_t most = a->key_count + a->column_count + b->column_count + 1, none[2] = {SIZE_MAX, SIZE_MAX};
    m->blind->info.columns = calloc(most, sizeof *m->blind->info.columns);
    m->columns[0] = calloc(most, sizeof *m->columns[0]);
    m->columns[1] = calloc(most, sizeof *m->columns[1]);
    m->differs = calloc(most / 8 + 1, 1);
    if (m->blind->info.columns == NULL || m->columns[0] == NULL || m->columns[1] == NULL || m->differs == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < a->key_count; i++)
        TARN_TRY(add_column(m, a->keys[i], b->keys[i], true, none, error));
    for (size_t i = 0; i < b->column_count; i++) {
        size_t places[2] = {find_column(a, b->columns[i]), i};
        TARN_TRY(
            add_column(m, places[0] != SIZE_MAX ? a->columns[places[0]] : NULL, b->columns[i], false, places, error));
    }
    for (size_t i = 0; i < a->column_count; i++) {
        size_t places[2] = {i, SIZE_MAX};
        if (find_column(b, a->columns[i]) == SIZE_MAX)
            TARN_TRY(add_column(m, a->columns[i], NULL, false, places, error));
    }
    return TARN_OK;
}

/* ---- keys ---- */

static tarn_status load_rows(side *s, tarn_error *error) {
    if (s->ended || s->at < s->rows.count)
        return TARN_OK;
    s->at = 0;
    TARN_TRY(s->source->next(s->source, &s->rows, error));
    s->ended = s->rows.count == 0;
    return TARN_OK;
}

/* Take in all rows with the next key; count 0: there is none. */
static tarn_status next_key(side *s, tarn_error *error) {
    s->count = 0;
    TARN_TRY(load_rows(s, error));
    if (s->ended)
        return TARN_OK;
    memcpy(s->key, s->rows.keys + s->at * TARN_BLIND_KEY_BYTES, sizeof s->key);
    s->number = s->rows.numbers != NULL ? s->rows.numbers[s->at] : -1;
    for (size_t i = 0; i < s->source->about.column_count; i++)
        memcpy(s->cells + i * TARN_BLIND_CELL_BYTES, s->rows.cells[i] + s->at * TARN_BLIND_CELL_BYTES,
               TARN_BLIND_CELL_BYTES);
    while (!s->ended && memcmp(s->key, s->rows.keys + s->at * TARN_BLIND_KEY_BYTES, sizeof s->key) == 0) {
        s->count++;
        s->at++;
        TARN_TRY(load_rows(s, error));
    }
    return TARN_OK;
}

/* ---- changes ---- */

static tarn_status add_row(matching *m, tarn_diff_kind kind, bool before, bool after, tarn_error *error) {
    tarn_blind *blind = m->blind;
    if (blind->row_count == m->most)
        return TARN_OK;
    TARN_TRY(tarn_grow(&blind->rows, &blind->row_capacity, blind->row_count + 1, sizeof *blind->rows, error));
    tarn_blind_row *row = &blind->rows[blind->row_count];
    *row = (tarn_blind_row){kind, before ? m->sides[0].number : -1, after ? m->sides[1].number : -1, NULL};
    if (kind == TARN_DIFF_MODIFIED) {
        size_t bytes = blind->info.column_count / 8 + 1;
        row->columns = malloc(bytes);
        if (row->columns == NULL)
            return tarn_fail_memory(error);
        memcpy(row->columns, m->differs, bytes);
    }
    blind->row_count++;
    return TARN_OK;
}

static tarn_status compare_row(matching *m, tarn_error *error) {
    tarn_diff_info *info = &m->blind->info;
    int64_t cells = 0;
    memset(m->differs, 0, info->column_count / 8 + 1);
    for (size_t i = 0; i < info->column_count; i++) {
        if (m->columns[0][i] == SIZE_MAX || m->columns[1][i] == SIZE_MAX ||
            memcmp(m->sides[0].cells + m->columns[0][i] * TARN_BLIND_CELL_BYTES,
                   m->sides[1].cells + m->columns[1][i] * TARN_BLIND_CELL_BYTES, TARN_BLIND_CELL_BYTES) == 0)
            continue;
        m->differs[i / 8] |= (uint8_t)(1u << (i % 8));
        info->columns[i].modified++;
        cells++;
    }
    if (cells == 0)
        return TARN_OK;
    info->cells += cells;
    info->modified++;
    return add_row(m, TARN_DIFF_MODIFIED, true, true, error);
}

/* `before`, `after`: which sides have the present key. */
static tarn_status settle(matching *m, bool before, bool after, tarn_error *error) {
    tarn_diff_info *info = &m->blind->info;
    int64_t befores = before ? m->sides[0].count : 0, afters = after ? m->sides[1].count : 0;
    if (befores > 1 || afters > 1) {
        info->before.duplicate_keys += befores;
        info->after.duplicate_keys += afters;
        info->unmatched += befores + afters;
        return TARN_OK;
    }
    if (before && after)
        return compare_row(m, error);
    info->added += after;
    info->removed += before;
    return add_row(m, after ? TARN_DIFF_ADDED : TARN_DIFF_REMOVED, before, after, error);
}

static tarn_status walk(matching *m, tarn_error *error) {
    side *a = &m->sides[0], *b = &m->sides[1];
    TARN_TRY(next_key(a, error));
    TARN_TRY(next_key(b, error));
    for (int64_t step = 0; a->count > 0 || b->count > 0; step++) {
        int order = a->count == 0 ? 1 : b->count == 0 ? -1 : memcmp(a->key, b->key, sizeof a->key);
        if (step % 4096 == 0)
            TARN_TRY(tarn_task_check(m->task, error));
        TARN_TRY(settle(m, order <= 0, order >= 0, error));
        if (order <= 0)
            TARN_TRY(next_key(a, error));
        if (order >= 0)
            TARN_TRY(next_key(b, error));
    }
    return TARN_OK;
}

static tarn_status fill_side(const tarn_blind_about *about, tarn_diff_side *out, tarn_error *error) {
    *out = (tarn_diff_side){.table = tarn_strdup(about->name),
                            .version = about->version,
                            .rows = about->rows,
                            .null_keys = about->null_keys};
    return out->table == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status begin(matching *m, tarn_error *error) {
    const tarn_blind_about *a = &m->sides[0].source->about, *b = &m->sides[1].source->about;
    tarn_diff_info *info = &m->blind->info;
    TARN_TRY(check_sides(a, b, error));
    TARN_TRY(fill_side(a, &info->before, error));
    TARN_TRY(fill_side(b, &info->after, error));
    info->by_key = true;
    info->unmatched = a->null_keys + b->null_keys;
    for (int i = 0; i < 2; i++) {
        m->sides[i].cells = calloc(m->sides[i].source->about.column_count + 1, TARN_BLIND_CELL_BYTES);
        if (m->sides[i].cells == NULL)
            return tarn_fail_memory(error);
    }
    return pair_columns(m, error);
}

tarn_status tarn_blind_match(tarn_blind_source *before, tarn_blind_source *after, size_t most, tarn_task *task,
                             tarn_blind **out, tarn_error *error) {
    matching m = {.blind = calloc(1, sizeof(tarn_blind)),
                  .sides = {{.source = before}, {.source = after}},
                  .most = most,
                  .task = task};
    tarn_status status = m.blind == NULL ? tarn_fail_memory(error) : begin(&m, error);
    if (status == TARN_OK)
        status = walk(&m, error);
    for (int i = 0; i < 2; i++) {
        free(m.sides[i].cells);
        free(m.columns[i]);
    }
    free(m.differs);
    if (status == TARN_OK)
        *out = m.blind;
    else
        tarn_blind_close(m.blind);
    return status;
}
