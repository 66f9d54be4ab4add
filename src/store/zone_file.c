// Zone maps behind the stored bytes of a batch (docs/format.md, "Zones").
#include "store/zone_file.h"

#include <stdlib.h>

/* Behind the zones: their size, the batch's id (high half first), the checksum of all that, and this. */
static const char magic[8] = {'T', 'A', 'R', 'N', 'Z', 'O', 'N', '1'};
enum { FOOTER = 5 * 8, SEALED_END = 2 * 8 };

enum { FORM = 1, HEAD = 4 + 4 * 4, MOST_BYTES = 1 << 20 };
enum { IS_ASCII = 1, HAS_LEAST_TEXT = 2, HAS_GREATEST_TEXT = 4, HAS_SKETCH = 8 };
#define NO_DICTIONARY UINT32_MAX

bool tarn_zones_are_stored(tarn_codec codec, uint64_t length) {
    return length >= (codec == TARN_CODEC_NONE ? 64U << 10 : 4U << 10);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static tarn_status put(tarn_buffer *out, uint64_t value, size_t size, tarn_error *error) {
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    return tarn_buffer_append(out, bytes, size, error);
}

/* Of integers the bytes that all bounds need: 1, 2, 4 or 8. */
static uint8_t width_of(const tarn_zone_map *map) {
    if (map->kind == TARN_ZONE_WIDE)
        return 16;
    if (map->kind != TARN_ZONE_INTEGER || !(map->whole.flags & TARN_ZONE_HAS_BOUNDS))
        return map->kind == TARN_ZONE_NUMBER ? 8 : 0;
    int64_t least = map->whole.least.integer, greatest = map->whole.greatest.integer;
    for (uint8_t width = 1; width < 8; width = (uint8_t)(width * 2)) {
        if (least >= -(INT64_C(1) << (8 * width - 1)) && greatest < INT64_C(1) << (8 * width - 1))
            return width;
    }
    return 8;
}

static tarn_status put_bound(tarn_buffer *out, tarn_zone_kind kind, uint8_t width, const tarn_zone_bound *bound,
                             uint8_t size, tarn_error *error) {
    uint64_t bits;
    switch (kind) {
    case TARN_ZONE_INTEGER:
        return put(out, (uint64_t)bound->integer, width, error);
    case TARN_ZONE_WIDE:
        TARN_TRY(put(out, bound->wide.low, 8, error));
        return put(out, (uint64_t)bound->wide.high, 8, error);
    case TARN_ZONE_NUMBER:
        memcpy(&bits, &bound->number, sizeof bits);
        return put(out, bits, 8, error);
    default:
        TARN_TRY(put(out, size, 1, error));
        return tarn_buffer_append(out, bound->bytes, size, error);
    }
}

static tarn_status put_parts(tarn_buffer *out, const tarn_zone_map *map, tarn_error *error) {
    uint8_t width = width_of(map);
    for (size_t i = 0; i < map->part_count; i++) {
        const tarn_zone *part = &map->parts[i];
        TARN_TRY(put(out, part->flags, 1, error));
        TARN_TRY(put(out, part->nulls, 2, error));
        if (!(part->flags & TARN_ZONE_HAS_BOUNDS))
            continue;
        TARN_TRY(put_bound(out, map->kind, width, &part->least, part->least_size, error));
        TARN_TRY(put_bound(out, map->kind, width, &part->greatest, part->greatest_size, error));
    }
    return TARN_OK;
}

static tarn_status put_text(tarn_buffer *out, const uint8_t *text, uint32_t size, tarn_error *error) {
    if (text == NULL)
        return TARN_OK;
    TARN_TRY(put(out, size, 2, error));
    return tarn_buffer_append(out, text, size, error);
}

static tarn_status put_map(tarn_buffer *out, const tarn_zone_map *map, tarn_error *error) {
    unsigned has = (map->is_ascii ? IS_ASCII : 0) | (map->least_text != NULL ? HAS_LEAST_TEXT : 0) |
                   (map->greatest_text != NULL ? HAS_GREATEST_TEXT : 0) | (map->sketch != NULL ? HAS_SKETCH : 0);
    TARN_TRY(put(out, FORM, 1, error));
    TARN_TRY(put(out, map->kind, 1, error));
    TARN_TRY(put(out, width_of(map), 1, error));
    TARN_TRY(put(out, has, 1, error));
    TARN_TRY(put(out, map->whole.rows, 4, error));
    TARN_TRY(put(out, map->longest, 4, error));
    TARN_TRY(put(out, map->sampled, 4, error));
    TARN_TRY(put(out, map->dictionary >= 0 ? (uint64_t)map->dictionary : NO_DICTIONARY, 4, error));
    TARN_TRY(put_text(out, map->least_text, map->least_text_size, error));
    TARN_TRY(put_text(out, map->greatest_text, map->greatest_text_size, error));
    if (map->sketch != NULL)
        TARN_TRY(tarn_buffer_append(out, map->sketch, TARN_ZONE_REGISTERS, error));
    return put_parts(out, map, error);
}

tarn_status tarn_zones_append(tarn_buffer *bytes, const tarn_zone_map *map, tarn_hash128 id, tarn_error *error) {
    size_t start = bytes->size;
    TARN_TRY(put_map(bytes, map, error));
    return tarn_zones_seal(bytes, start, id, error);
}

tarn_status tarn_zones_seal(tarn_buffer *bytes, size_t start, tarn_hash128 id, tarn_error *error) {
    TARN_TRY(put(bytes, bytes->size - start, 8, error));
    TARN_TRY(put(bytes, id.hi, 8, error));
    TARN_TRY(put(bytes, id.lo, 8, error));
    TARN_TRY(put(bytes, tarn_hash64_of(bytes->data + start, bytes->size - start), 8, error));
    return tarn_buffer_append(bytes, magic, sizeof magic, error);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

/* What is left to be read; NULL data: it was too short. */
typedef struct reader {
    const uint8_t *data;
    size_t size;
} reader;

static const uint8_t *take(reader *from, size_t size) {
    if (from->data == NULL || from->size < size) {
        from->data = NULL;
        return NULL;
    }
    const uint8_t *bytes = from->data;
    from->data += size;
    from->size -= size;
    return bytes;
}

static uint64_t get(reader *from, size_t size) {
    const uint8_t *bytes = take(from, size);
    uint64_t value = 0;
    for (size_t i = 0; bytes != NULL && i < size; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

static int64_t get_signed(reader *from, size_t size) {
    uint64_t value = get(from, size), sign = UINT64_C(1) << (8 * size - 1);
    return (int64_t)((value ^ sign) - sign);
}

static bool get_bytes(reader *from, tarn_zone_bound *bound, uint8_t *size) {
    *size = (uint8_t)get(from, 1);
    const uint8_t *bytes = *size <= TARN_ZONE_PREFIX ? take(from, *size) : NULL;
    if (bytes != NULL && *size > 0)
        memcpy(bound->bytes, bytes, *size);
    return bytes != NULL;
}

static bool get_bound(reader *from, tarn_zone_kind kind, uint8_t width, tarn_zone_bound *bound, uint8_t *size) {
    uint64_t bits;
    switch (kind) {
    case TARN_ZONE_INTEGER:
        bound->integer = get_signed(from, width);
        return true;
    case TARN_ZONE_WIDE:
        bound->wide.low = get(from, 8);
        bound->wide.high = (int64_t)get(from, 8);
        return true;
    case TARN_ZONE_NUMBER:
        bits = get(from, 8);
        memcpy(&bound->number, &bits, sizeof bits);
        return true;
    default:
        return kind == TARN_ZONE_BYTES && get_bytes(from, bound, size);
    }
}

static bool is_width(tarn_zone_kind kind, uint8_t width) {
    switch (kind) {
    case TARN_ZONE_INTEGER:
        return width == 0 || width == 1 || width == 2 || width == 4 || width == 8;
    case TARN_ZONE_WIDE:
        return width == 16;
    case TARN_ZONE_NUMBER:
        return width == 8;
    default:
        return width == 0;
    }
}

static bool get_part(reader *from, const tarn_zone_map *map, uint8_t width, tarn_zone *part) {
    part->flags = (uint8_t)get(from, 1);
    part->nulls = part->least_nulls = (uint32_t)get(from, 2);
    if (part->nulls > part->rows)
        return false;
    if (!(part->flags & TARN_ZONE_HAS_BOUNDS))
        return from->data != NULL;
    return (map->kind != TARN_ZONE_INTEGER || width > 0) &&
           get_bound(from, map->kind, width, &part->least, &part->least_size) &&
           get_bound(from, map->kind, width, &part->greatest, &part->greatest_size) && from->data != NULL &&
           tarn_zone_is_in_order(map->kind, part);
}

static bool get_text(reader *from, bool there, const uint8_t **text, size_t *size) {
    if (!there)
        return true;
    *size = (size_t)get(from, 2);
    *text = *size <= TARN_ZONE_LONGEST ? take(from, *size) : NULL;
    return *text != NULL;
}

/* What stands behind the head. */
static bool get_map(reader *from, tarn_zone_box *box, uint8_t width, unsigned has) {
    const uint8_t *least = NULL, *greatest = NULL;
    size_t least_size = 0, greatest_size = 0;
    if (!get_text(from, has & HAS_LEAST_TEXT, &least, &least_size) ||
        !get_text(from, has & HAS_GREATEST_TEXT, &greatest, &greatest_size))
        return false;
    tarn_zone_keep_texts(box, least, least_size, greatest, greatest_size);
    const uint8_t *sketch = has & HAS_SKETCH ? take(from, TARN_ZONE_REGISTERS) : NULL;
    if (has & HAS_SKETCH && sketch == NULL)
        return false;
    if (sketch != NULL)
        box->map.sketch = memcpy(box->sketch, sketch, TARN_ZONE_REGISTERS);
    for (size_t i = 0; i < box->map.part_count; i++) {
        if (!get_part(from, &box->map, width, &box->parts[i]))
            return false;
    }
    return from->size == 0;
}

static tarn_status read_map(reader from, const tarn_zone_map **out, tarn_error *error) {
    uint8_t form = (uint8_t)get(&from, 1), kind = (uint8_t)get(&from, 1), width = (uint8_t)get(&from, 1);
    unsigned has = (unsigned)get(&from, 1);
    uint32_t rows = (uint32_t)get(&from, 4), longest = (uint32_t)get(&from, 4), sampled = (uint32_t)get(&from, 4);
    uint32_t dictionary = (uint32_t)get(&from, 4);
    tarn_zone_box *box;
    /* Each part has three bytes or more. */
    if (from.data == NULL || form != FORM || kind > TARN_ZONE_BYTES || !is_width((tarn_zone_kind)kind, width) ||
        tarn_zone_part_count(rows) > from.size / 3)
        return TARN_OK;
    TARN_TRY(tarn_zone_box_new((tarn_zone_kind)kind, rows, &box, error));
    if (!get_map(&from, box, width, has)) {
        tarn_zone_map_release(&box->map);
        return TARN_OK;
    }
    tarn_zone_sum_up(box);
    tarn_zone_map *map = &box->map;
    map->longest = longest;
    map->is_ascii = (has & IS_ASCII) != 0;
    map->dictionary = dictionary == NO_DICTIONARY ? -1 : (int64_t)dictionary;
    map->sampled = sampled;
    tarn_zone_count_distinct(map);
    *out = map;
    return TARN_OK;
}

size_t tarn_zones_tail(const void *data, size_t size) {
    const uint8_t *bytes = data;
    if (size < FOOTER || memcmp(bytes + size - sizeof magic, magic, sizeof magic) != 0)
        return 0;
    reader footer = {bytes + size - FOOTER, 8};
    uint64_t zones = get(&footer, 8);
    return zones >= HEAD && zones <= MOST_BYTES ? (size_t)zones + FOOTER : 0;
}

tarn_status tarn_zones_read(const void *data, size_t size, tarn_hash128 id, const tarn_zone_map **out,
                            tarn_error *error) {
    size_t tail = tarn_zones_tail(data, size);
    *out = NULL;
    if (tail == 0 || tail > size)
        return TARN_OK;
    const uint8_t *start = (const uint8_t *)data + size - tail;
    reader footer = {start + tail - FOOTER + 8, FOOTER - 8};
    if (get(&footer, 8) != id.hi || get(&footer, 8) != id.lo ||
        get(&footer, 8) != tarn_hash64_of(start, tail - SEALED_END))
        return TARN_OK;
    return read_map((reader){start, tail - FOOTER}, out, error);
}

/* ---- in segments ------------------------------------------------------------------------------------------------- */

/* Most zones are shorter, so that one read gets them. */
enum { FIRST_READ = 4096 };

/* The last bytes of a batch: the zones, if there are some. `out` is to be freed. */
static tarn_status load_tail(tarn_store *store, const tarn_batch_entry *entry, tarn_buffer *out, tarn_error *error) {
    size_t size = entry->length < FIRST_READ ? (size_t)entry->length : FIRST_READ;
    TARN_TRY(tarn_buffer_resize(out, size, error));
    TARN_TRY(tarn_segment_read(store, entry, entry->length - size, out->data, size, error));
    size_t tail = tarn_zones_tail(out->data, size);
    if (tail <= size || tail > entry->length)
        return TARN_OK;
    TARN_TRY(tarn_buffer_resize(out, tail, error));
    return tarn_segment_read(store, entry, entry->length - tail, out->data, tail, error);
}

tarn_status tarn_zones_load(tarn_store *store, const tarn_batch_entry *entry, const tarn_zone_map **out,
                            tarn_error *error) {
    tarn_buffer tail = {0};
    tarn_error ignored;
    *out = NULL;
    if (!tarn_zones_are_stored(tarn_batch_codec(entry), entry->length))
        return TARN_OK;
    tarn_status status = load_tail(store, entry, &tail, &ignored);
    if (status == TARN_OK)
        status = tarn_zones_read(tail.data, tail.size, entry->id, out, &ignored);
    tarn_buffer_free(&tail);
    return status == TARN_E_MEMORY ? tarn_fail_memory(error) : TARN_OK;
}

static bool are_same(const tarn_buffer *stored, const tarn_buffer *wanted) {
    size_t tail = tarn_zones_tail(stored->data, stored->size);
    return tail == wanted->size && tail <= stored->size &&
           memcmp(stored->data + stored->size - tail, wanted->data, tail) == 0;
}

tarn_status tarn_zones_check(tarn_store *store, const tarn_batch_entry *entry, const tarn_batch *batch,
                             tarn_error *error) {
    tarn_buffer stored = {0}, wanted = {0};
    const tarn_zone_map *map = NULL;
    tarn_status status = TARN_OK;
    if (!tarn_zones_are_stored(tarn_batch_codec(entry), entry->length))
        return TARN_OK;
    TARN_CHECK(load_tail(store, entry, &stored, error));
    size_t tail = tarn_zones_tail(stored.data, stored.size);
    if (tail == 0 || tail > stored.size || stored.data[stored.size - tail] != FORM)
        goto cleanup; /* none, or others than are known here */
    TARN_CHECK(tarn_zone_map_of(&batch->schema, &batch->array, &map, error));
    TARN_CHECK(tarn_zones_append(&wanted, map, entry->id, error));
    if (!are_same(&stored, &wanted))
        status =
            tarn_fail(error, TARN_E_CORRUPT,
                      "what is noted of the values of the batch at byte %llu of segment %u (their bounds, nulls …) "
                      "is not so",
                      (unsigned long long)entry->offset, (unsigned)entry->segment);
cleanup:
    tarn_zone_map_release(map);
    tarn_buffer_free(&stored);
    tarn_buffer_free(&wanted);
    return status;
}
