/* Zones behind a batch's stored bytes: whatever stands there under a checksum that fits, reading it ends without a
 * crash, and what was read can be asked, merged, and written so that it reads the same again. */
#include "store/zone_file.h"

#include <stdlib.h>

static const tarn_hash128 id = {UINT64_C(0x0123456789ABCDEF), 42};

static void must(bool condition) {
    if (!condition)
        abort();
}

static const tarn_zone_map *read_sealed(const tarn_buffer *bytes) {
    const tarn_zone_map *map;
    must(tarn_zones_read(bytes->data, bytes->size, id, &map, NULL) == TARN_OK);
    return map;
}

static void ask(const tarn_zone_map *map, const uint8_t *data, size_t size) {
    tarn_zone_value value = {.bytes = data, .size = size};
    memcpy(&value.integer, data, size < sizeof value.integer ? size : sizeof value.integer);
    memcpy(&value.number, data, size < sizeof value.number ? size : sizeof value.number);
    value.wide = (tarn_zone_wide){(uint64_t)value.integer, value.integer};
    tarn_zone all = map->whole;
    for (size_t i = 0; i < map->part_count; i++) {
        for (int operator_ = 0; operator_ <= TARN_ZONE_IS_NOT_NULL; operator_++)
            must(tarn_zone_ask(map->kind, &map->parts[i], (tarn_zone_operator)operator_, &value) <= TARN_ZONE_YES);
        tarn_zone_merge(map->kind, &all, &map->parts[i], false);
    }
    must(all.nulls == map->whole.nulls && all.rows == map->whole.rows);
    must(map->distinct >= -1 && map->distinct <= (int64_t)map->whole.rows);
}

static void write_again(const tarn_zone_map *map) {
    tarn_buffer once = {0}, twice = {0};
    must(tarn_zones_append(&once, map, id, NULL) == TARN_OK);
    const tarn_zone_map *again = read_sealed(&once);
    must(again != NULL && again->whole.rows == map->whole.rows && again->whole.flags == map->whole.flags);
    must(tarn_zones_append(&twice, again, id, NULL) == TARN_OK);
    must(once.size == twice.size && memcmp(once.data, twice.data, once.size) == 0);
    tarn_zone_map_release(again);
    tarn_buffer_free(&once);
    tarn_buffer_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tarn_buffer bytes = {0};
    const tarn_zone_map *map;
    must(tarn_zones_read(data, size, id, &map, NULL) == TARN_OK);
    tarn_zone_map_release(map);
    must(tarn_buffer_append(&bytes, data, size, NULL) == TARN_OK && tarn_zones_seal(&bytes, 0, id, NULL) == TARN_OK);
    map = read_sealed(&bytes);
    if (map != NULL) {
        ask(map, data, size);
        write_again(map);
    }
    tarn_zone_map_release(map);
    tarn_buffer_free(&bytes);
    return 0;
}
