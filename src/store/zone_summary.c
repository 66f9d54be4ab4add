// The zones of all chunks of a version's column together.
#include "store/zone.h"

#include <stdlib.h>

/* A column's zones in one chunk that has live rows. */
typedef struct piece {
    const tarn_zone_map *map;
    int64_t rows, live;
} piece;

typedef struct pieces {
    piece *items;
    size_t count;
} pieces;

static void clear_pieces(pieces *pieces) {
    for (size_t i = 0; i < pieces->count; i++)
        tarn_zone_map_release(pieces->items[i].map);
    free(pieces->items);
}

static tarn_status gather(const tarn_version *version, size_t column, tarn_zone_effort effort, pieces *out,
                          size_t *unknown, tarn_error *error) {
    size_t chunks = tarn_version_chunk_count(version);
    out->items = calloc(chunks + 1, sizeof *out->items);
    if (out->items == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < chunks; i++) {
        tarn_chunk chunk = tarn_version_chunk(version, i);
        piece *piece = &out->items[out->count];
        if (chunk.live == 0)
            continue;
        TARN_TRY(tarn_version_zones(version, column, i, effort, &piece->map, error));
        piece->rows = chunk.rows;
        piece->live = chunk.live;
        out->count += piece->map != NULL;
        *unknown += piece->map == NULL;
    }
    return TARN_OK;
}

/* A piece's zone as one of its live rows only, of which some bounds and nulls may be those of dead rows. */
static tarn_zone zone_of_live(const piece *piece) {
    tarn_zone zone = piece->map->whole;
    int64_t dead = piece->rows - piece->live;
    if (dead == 0)
        return zone;
    zone.rows = (uint32_t)piece->live;
    zone.nulls = zone.nulls < zone.rows ? zone.nulls : zone.rows;
    zone.least_nulls = zone.least_nulls > dead ? zone.least_nulls - (uint32_t)dead : 0;
    zone.flags &= (uint8_t) ~(TARN_ZONE_EXACT_LEAST | TARN_ZONE_EXACT_GREATEST);
    if (zone.flags & TARN_ZONE_HAS_NAN)
        zone.flags &= (uint8_t)~TARN_ZONE_EXACT_NAN;
    return zone;
}

static void merge(const pieces *pieces, tarn_zone_summary *out) {
    tarn_zone all = {.flags = TARN_ZONE_EXACT_NAN};
    out->is_ascii = out->unknown == 0;
    for (size_t i = 0; i < pieces->count; i++) {
        const tarn_zone_map *map = pieces->items[i].map;
        tarn_zone zone = zone_of_live(&pieces->items[i]);
        tarn_zone_merge(out->kind, &all, &zone, false);
        out->nulls += zone.nulls;
        out->least_nulls += zone.least_nulls;
        out->longest = out->longest < map->longest ? map->longest : out->longest;
        out->is_ascii = out->is_ascii && map->is_ascii;
    }
    out->least = all.least;
    out->greatest = all.greatest;
    out->least_size = all.least_size;
    out->greatest_size = all.greatest_size;
    out->flags = all.flags;
    if (out->unknown > 0)
        out->flags &= (uint8_t) ~(TARN_ZONE_EXACT_LEAST | TARN_ZONE_EXACT_GREATEST | TARN_ZONE_EXACT_NAN);
}

static void estimate(const pieces *pieces, tarn_zone_summary *out) {
    uint8_t sketch[TARN_ZONE_REGISTERS] = {0};
    int64_t sampled = 0, count = 0;
    for (size_t i = 0; i < pieces->count; i++) {
        const tarn_zone_map *map = pieces->items[i].map;
        if (map->sketch == NULL)
            return;
        for (size_t j = 0; j < TARN_ZONE_REGISTERS; j++)
            sketch[j] = sketch[j] < map->sketch[j] ? map->sketch[j] : sketch[j];
        sampled += map->sampled;
        count += (int64_t)map->whole.rows - map->whole.least_nulls;
    }
    if (out->unknown == 0)
        out->distinct = tarn_zone_estimate(sketch, sampled, count);
}

/* ---- whole texts ------------------------------------------------------------------------------------------------- */

/* The best text of those pieces that know theirs, if no other piece can have a better one. */
static tarn_status find_text(const pieces *pieces, bool least, uint8_t **out, uint32_t *size, tarn_error *error) {
    tarn_zone_operator better = least ? TARN_ZONE_LESS : TARN_ZONE_GREATER;
    tarn_zone_value best = {0};
    for (size_t i = 0; i < pieces->count; i++) {
        const tarn_zone_map *map = pieces->items[i].map;
        const uint8_t *text = least ? map->least_text : map->greatest_text;
        size_t length = least ? map->least_text_size : map->greatest_text_size;
        if (text == NULL || pieces->items[i].live < pieces->items[i].rows)
            continue;
        int order = best.bytes == NULL ? 0 : tarn_zone_compare_bytes(text, length, best.bytes, best.size);
        if (best.bytes == NULL || (least ? order < 0 : order > 0)) {
            best.bytes = text;
            best.size = length;
        }
    }
    for (size_t i = 0; best.bytes != NULL && i < pieces->count; i++) {
        const tarn_zone_map *map = pieces->items[i].map;
        bool known =
            (least ? map->least_text : map->greatest_text) != NULL && pieces->items[i].live == pieces->items[i].rows;
        if (!known && tarn_zone_ask(TARN_ZONE_BYTES, &map->whole, better, &best) != TARN_ZONE_NO)
            return TARN_OK;
    }
    if (best.bytes == NULL)
        return TARN_OK;
    *out = malloc(best.size + 1);
    if (*out == NULL)
        return tarn_fail_memory(error);
    if (best.size > 0)
        memcpy(*out, best.bytes, best.size);
    *size = (uint32_t)best.size;
    return TARN_OK;
}

static tarn_status find_texts(const pieces *pieces, tarn_zone_summary *out, tarn_error *error) {
    if (out->kind != TARN_ZONE_BYTES || out->unknown > 0)
        return TARN_OK;
    TARN_TRY(find_text(pieces, true, &out->least_text, &out->least_text_size, error));
    return find_text(pieces, false, &out->greatest_text, &out->greatest_text_size, error);
}

tarn_status tarn_version_zone_summary(const tarn_version *version, size_t column, tarn_zone_effort effort,
                                      tarn_zone_summary *out, tarn_error *error) {
    pieces pieces = {0};
    tarn_status status;
    *out = (tarn_zone_summary){.kind = tarn_zone_kind_of(tarn_version_column(version, column)->type),
                               .rows = tarn_version_rows(version),
                               .distinct = -1};
    TARN_CHECK(gather(version, column, effort, &pieces, &out->unknown, error));
    merge(&pieces, out);
    estimate(&pieces, out);
    status = find_texts(&pieces, out, error);
cleanup:
    clear_pieces(&pieces);
    if (status != TARN_OK)
        tarn_zone_summary_clear(out);
    return status;
}

void tarn_zone_summary_clear(tarn_zone_summary *summary) {
    free(summary->least_text);
    free(summary->greatest_text);
    summary->least_text = summary->greatest_text = NULL;
}
