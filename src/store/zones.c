// The zones of a version's columns: of batches as they were stored or are made, with patches laid over them.
#include "store/fold.h"
#include "store/zone_file.h"

#include <stdlib.h>

/* ---- batches ----------------------------------------------------------------------------------------------------- */

static bool is_small(const tarn_batch_entry *entry) {
    return !tarn_zones_are_stored(tarn_batch_codec(entry), entry->length);
}

static bool fits(const tarn_zone_map *map, const struct ArrowSchema *type, int64_t rows) {
    return map->whole.rows == rows && map->kind == tarn_zone_kind_of(type);
}

/* Those that are stored with a batch, if they can be its own. */
static tarn_status load_zones(tarn_store *store, const tarn_batch_entry *entry, const struct ArrowSchema *type,
                              int64_t rows, const tarn_zone_map **out, tarn_error *error) {
    TARN_TRY(tarn_zones_load(store, entry, out, error));
    if (*out != NULL && fits(*out, type, rows)) {
        tarn_zone_cache_keep(&store->zones, entry->id, *out);
    } else {
        tarn_zone_map_release(*out);
        *out = NULL;
    }
    return TARN_OK;
}

static tarn_status make_zones(tarn_store *store, tarn_batch_id id, const tarn_zone_map **out, tarn_error *error) {
    tarn_batch *batch;
    TARN_TRY(tarn_store_read_batch(store, id, &batch, error));
    if (batch == NULL)
        return TARN_OK; /* set aside meanwhile */
    tarn_status status = tarn_zone_map_of(&batch->schema, &batch->array, out, error);
    tarn_batch_release(batch);
    if (status == TARN_OK)
        tarn_zone_cache_keep(&store->zones, id, *out);
    return status;
}

static tarn_status make_nulls(const struct ArrowSchema *type, int64_t rows, const tarn_zone_map **out,
                              tarn_error *error) {
    tarn_zone_box *box;
    TARN_TRY(tarn_zone_box_new(tarn_zone_kind_of(type), rows, &box, error));
    for (size_t i = 0; i < box->map.part_count; i++) {
        box->parts[i].nulls = box->parts[i].least_nulls = box->parts[i].rows;
        box->parts[i].flags = TARN_ZONE_EXACT_NAN;
    }
    tarn_zone_sum_up(box);
    box->map.distinct = 0;
    box->map.sketch = box->sketch;
    box->map.is_ascii = box->map.kind == TARN_ZONE_BYTES;
    *out = &box->map;
    return TARN_OK;
}

/* What a batch of a column in a chunk holds; NULL when that is not known. */
static tarn_status batch_zones(tarn_store *store, tarn_batch_id id, const struct ArrowSchema *type, int64_t rows,
                               tarn_zone_effort effort, const tarn_zone_map **out, tarn_error *error) {
    tarn_batch_entry entry = {0};
    *out = NULL;
    bool found = !tarn_is_no_batch(id) && tarn_store_find_batch(store, id, &entry);
    if (tarn_is_no_batch(id) || (found && entry.segment == 0))
        return make_nulls(type, rows, out, error);
    *out = tarn_zone_cache_look(&store->zones, id);
    if (*out == NULL && found)
        TARN_TRY(load_zones(store, &entry, type, rows, out, error));
    if (*out == NULL && (effort == TARN_ZONE_MADE || (found && is_small(&entry))))
        TARN_TRY(make_zones(store, id, out, error));
    if (*out == NULL || fits(*out, type, rows))
        return TARN_OK;
    tarn_zone_map_release(*out);
    *out = NULL;
    return tarn_fail(error, TARN_E_CORRUPT, "its batch has another type or length");
}

/* ---- patches ----------------------------------------------------------------------------------------------------- */

/* Some cells of a part have other values now. Which values are gone is not known. */
static void widen_part(tarn_zone_kind kind, tarn_zone *part, const tarn_zone *cells) {
    tarn_zone_merge(kind, part, cells, false);
    part->flags &= (uint8_t) ~(TARN_ZONE_EXACT_LEAST | TARN_ZONE_EXACT_GREATEST);
    if (part->flags & TARN_ZONE_HAS_NAN)
        part->flags &= (uint8_t)~TARN_ZONE_EXACT_NAN;
    part->nulls = part->nulls + cells->nulls < part->rows ? part->nulls + cells->nulls : part->rows;
    part->least_nulls = part->least_nulls > cells->rows ? part->least_nulls - cells->rows : 0;
}

static void widen_map(tarn_zone_map *map, uint8_t *sketch, const tarn_zone_map *cells) {
    map->longest = map->longest < cells->longest ? cells->longest : map->longest;
    map->is_ascii = map->is_ascii && cells->is_ascii;
    map->dictionary = -1;
    map->sampled += cells->sampled;
    if (map->sketch == NULL || cells->sketch == NULL)
        map->sketch = NULL;
    for (size_t i = 0; map->sketch != NULL && i < TARN_ZONE_REGISTERS; i++)
        sketch[i] = sketch[i] < cells->sketch[i] ? cells->sketch[i] : sketch[i];
}

/* The cells of a patch from `from` on that lie in one part; how many those are. */
static tarn_status widen_by_cells(tarn_zone_box *box, const struct ArrowSchema *type, tarn_stretch extent,
                                  const tarn_patch_cells *patch, int64_t from, int64_t *count, tarn_error *error) {
    const tarn_zone_map *cells;
    size_t part = (size_t)((patch->rows[from] - extent.first_row) / TARN_ZONE_ROWS);
    int64_t end = extent.first_row + (int64_t)(part + 1) * TARN_ZONE_ROWS, to = from + 1;
    while (to < patch->count && patch->rows[to] < end)
        to++;
    *count = to - from;
    if (patch->rows[from] < extent.first_row || part >= box->map.part_count)
        return tarn_fail(error, TARN_E_CORRUPT, "a patch lies outside of its chunk");
    struct ArrowArray window = tarn_array_window(patch->values, from, to - from);
    TARN_TRY(tarn_zone_map_of(type, &window, &cells, error));
    widen_part(box->map.kind, &box->parts[part], &cells->whole);
    widen_map(&box->map, box->sketch, cells);
    tarn_zone_map_release(cells);
    return TARN_OK;
}

static tarn_status widen_by_patch(tarn_store *store, tarn_zone_box *box, const struct ArrowSchema *type,
                                  tarn_stretch extent, tarn_batch_id id, tarn_error *error) {
    tarn_patch_cells patch;
    TARN_TRY(tarn_store_open_patch(store, id, type, &patch, error));
    tarn_status status = TARN_OK;
    for (int64_t from = 0, count; patch.batch != NULL && status == TARN_OK && from < patch.count; from += count)
        status = widen_by_cells(box, type, extent, &patch, from, &count, error);
    tarn_batch_release(patch.batch);
    return status;
}

static void finish_widened(tarn_zone_box *box) {
    tarn_zone_map *map = &box->map;
    tarn_zone_sum_up(box);
    tarn_zone_keep_texts(box, NULL, 0, NULL, 0);
    map->distinct = -1;
    tarn_zone_count_distinct(map);
}

static tarn_status patched_zones(tarn_store *store, const tarn_state *state, size_t column, size_t chunk,
                                 tarn_zone_effort effort, const tarn_zone_map **out, tarn_error *error) {
    const struct ArrowSchema *type = &state->heads[column]->schema;
    const tarn_patch_list *list = tarn_state_patches(state, column, chunk);
    tarn_stretch extent = state->chunks->extents[chunk];
    tarn_hash128 key;
    tarn_batch_id base = state->data[column]->ids[chunk];
    const tarn_zone_map *under;
    tarn_zone_box *box;
    size_t laid = tarn_fold_find(store, state, column, chunk, &key);
    TARN_TRY(batch_zones(store, laid > 0 ? key : base, type, extent.rows, effort, &under, error));
    if (under == NULL || laid == list->count) {
        *out = under;
        return TARN_OK;
    }
    tarn_status status = tarn_zone_box_copy(under, &box, error);
    tarn_zone_map_release(under);
    TARN_TRY(status);
    for (size_t i = laid; i < list->count && status == TARN_OK; i++)
        status = widen_by_patch(store, box, type, extent, list->ids[i], error);
    if (status == TARN_OK)
        finish_widened(box);
    if (status == TARN_OK)
        *out = &box->map;
    else
        tarn_zone_map_release(&box->map);
    return status;
}

static tarn_status kept_patched_zones(tarn_store *store, const tarn_state *state, size_t column, size_t chunk,
                                      tarn_zone_effort effort, const tarn_zone_map **out, tarn_error *error) {
    tarn_hash128 key;
    tarn_batch_entry base;
    /* What was known of a base that was damaged, and set aside since, is of no use any more. */
    if (tarn_store_find_batch(store, state->data[column]->ids[chunk], &base) && base.segment == 0)
        return patched_zones(store, state, column, chunk, effort, out, error);
    TARN_TRY(tarn_state_patched_key(state, column, chunk, &key, error));
    *out = tarn_zone_cache_look(&store->zones, key);
    if (*out != NULL)
        return TARN_OK;
    TARN_TRY(patched_zones(store, state, column, chunk, effort, out, error));
    if (*out != NULL)
        tarn_zone_cache_keep(&store->zones, key, *out);
    return TARN_OK;
}

/* ---- versions ---------------------------------------------------------------------------------------------------- */

tarn_status tarn_version_zones(const tarn_version *version, size_t column, size_t chunk, tarn_zone_effort effort,
                               const tarn_zone_map **out, tarn_error *error) {
    const tarn_state *state = &version->state;
    tarn_status status;
    tarn_error ignored;
    *out = NULL;
    if (tarn_state_patches(state, column, chunk) != NULL)
        status = kept_patched_zones(version->store, state, column, chunk, effort, out, &ignored);
    else
        status = batch_zones(version->store, state->data[column]->ids[chunk], &state->heads[column]->schema,
                             state->chunks->extents[chunk].rows, effort, out, &ignored);
    if (status == TARN_OK || (effort == TARN_ZONE_KNOWN && status != TARN_E_MEMORY))
        return TARN_OK;
    if (error != NULL)
        *error = ignored;
    return tarn_state_name_place(state, column, chunk, status, error);
}
