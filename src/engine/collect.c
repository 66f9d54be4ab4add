// From DuckDB's vectors to Arrow arrays.
#include "engine/collect_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- nulls ---------------------------------------------------------------------------------------------------------
 */

/* Bits of `count` more entries; the bitmap begins with the first null. */
static tarn_status add_validity(tarn_gathered *gathered, const uint64_t *validity, idx_t from, idx_t count,
                                tarn_error *error) {
    size_t length = (size_t)gathered->length;
    if (gathered->validity.size == 0) {
        idx_t i = 0;
        while (i < count && tarn_entry_is_valid(validity, from + i))
            i++;
        if (i == count)
            return TARN_OK;
        TARN_TRY(tarn_buffer_resize(&gathered->validity, (length + 7) / 8, error));
        if (length)
            memset(gathered->validity.data, 0xff, gathered->validity.size);
    }
    TARN_TRY(tarn_buffer_resize(&gathered->validity, (length + count + 7) / 8, error));
    for (idx_t i = 0; i < count; i++) {
        bool valid = tarn_entry_is_valid(validity, from + i);
        if (valid)
            tarn_bit_set(gathered->validity.data, (int64_t)(length + i));
        else
            tarn_bit_clear(gathered->validity.data, (int64_t)(length + i));
        gathered->null_count += !valid;
    }
    return TARN_OK;
}

/* ---- fixed-width values --------------------------------------------------------------------------------------------
 */

/* Room for `count` more values; gives where they begin. */
static tarn_status extend(tarn_gathered *gathered, idx_t count, void **out, tarn_error *error) {
    size_t before = gathered->values.size, more = count * gathered->target_width;
    TARN_TRY(tarn_buffer_reserve(&gathered->values, more, error));
    gathered->values.size = before + more;
    *out = gathered->values.data + before;
    return TARN_OK;
}

static tarn_status add_bool(tarn_gathered *gathered, const bool *from, idx_t count, tarn_error *error) {
    TARN_TRY(tarn_buffer_resize(&gathered->values, ((size_t)gathered->length + count + 7) / 8, error));
    for (idx_t i = 0; i < count; i++)
        if (((const uint8_t *)from)[i])
            tarn_bit_set(gathered->values.data, gathered->length + (int64_t)i);
    return TARN_OK;
}

static int64_t read_int(const void *values, size_t width, idx_t i) {
    switch (width) {
    case 2:
        return ((const int16_t *)values)[i];
    case 4:
        return ((const int32_t *)values)[i];
    default:
        return ((const int64_t *)values)[i];
    }
}

static void add_decimals(const tarn_gathered *gathered, const void *from, idx_t count, duckdb_hugeint *to) {
    for (idx_t i = 0; i < count; i++) {
        int64_t value = read_int(from, gathered->source_width, i);
        to[i] = (duckdb_hugeint){.lower = (uint64_t)value, .upper = value < 0 ? -1 : 0};
    }
}

/* 10^38 as two words: the first number that decimal128(38, 0) cannot hold. */
#define LIMIT_UPPER INT64_C(0x4B3B4CA85A86C47A)
#define LIMIT_LOWER UINT64_C(0x098A224000000000)

static bool is_below_limit(int64_t upper, uint64_t lower) {
    return upper < LIMIT_UPPER || (upper == LIMIT_UPPER && lower < LIMIT_LOWER);
}

static bool fits(const tarn_gathered *gathered, duckdb_hugeint value) {
    if (gathered->kind == COLLECT_UHUGEINT || value.upper >= 0)
        return value.upper >= 0 && is_below_limit(value.upper, value.lower);
    uint64_t lower = ~value.lower + 1; /* the magnitude */
    int64_t upper = (int64_t)(~(uint64_t)value.upper + (lower == 0));
    return upper >= 0 && is_below_limit(upper, lower);
}

static tarn_status add_hugeints(tarn_gathered *gathered, const duckdb_hugeint *from, const uint64_t *validity,
                                idx_t first, idx_t count, duckdb_hugeint *to, tarn_error *error) {
    for (idx_t i = 0; i < count; i++) {
        bool valid = tarn_entry_is_valid(validity, first + i);
        if (valid && !fits(gathered, from[i]))
            return tarn_fail(error, TARN_E_UNSUPPORTED,
                             "column %s has a whole number of more than 38 digits, which cannot be kept: cast it to "
                             "DOUBLE or VARCHAR",
                             gathered->column);
        to[i] = valid ? from[i] : (duckdb_hugeint){0};
    }
    return TARN_OK;
}

static void write_big_endian(uint8_t *bytes, uint64_t value) {
    for (int i = 7; i >= 0; i--, value >>= 8)
        bytes[i] = (uint8_t)value;
}

static void add_uuids(const duckdb_hugeint *from, idx_t count, uint8_t *to) {
    for (idx_t i = 0; i < count; i++) {
        write_big_endian(to + i * 16, (uint64_t)from[i].upper ^ UINT64_C(1) << 63);
        write_big_endian(to + i * 16 + 8, from[i].lower);
    }
}

typedef struct month_day_nano {
    int32_t months, days;
    int64_t nanos;
} month_day_nano;

static tarn_status add_intervals(tarn_gathered *gathered, const duckdb_interval *from, const uint64_t *validity,
                                 idx_t first, idx_t count, month_day_nano *to, tarn_error *error) {
    for (idx_t i = 0; i < count; i++) {
        to[i] = (month_day_nano){0};
        if (!tarn_entry_is_valid(validity, first + i))
            continue;
        to[i].months = from[i].months;
        to[i].days = from[i].days;
        if (__builtin_mul_overflow(from[i].micros, INT64_C(1000), &to[i].nanos))
            return tarn_fail(error, TARN_E_UNSUPPORTED,
                             "column %s has an interval of more than 292 years in hours, which cannot be kept: cast it "
                             "to VARCHAR",
                             gathered->column);
    }
    return TARN_OK;
}

static tarn_status add_fixed(tarn_gathered *gathered, duckdb_vector vector, idx_t from, idx_t count,
                             tarn_error *error) {
    const uint64_t *validity = gathered->duckdb->vector_get_validity(vector);
    const char *data = gathered->duckdb->vector_get_data(vector);
    const void *values = data + from * gathered->source_width;
    void *to;
    if (gathered->kind == COLLECT_BOOL)
        return add_bool(gathered, values, count, error);
    TARN_TRY(extend(gathered, count, &to, error));
    switch (gathered->kind) {
    case COLLECT_DECIMAL:
        add_decimals(gathered, values, count, to);
        return TARN_OK;
    case COLLECT_HUGEINT:
    case COLLECT_UHUGEINT:
        return add_hugeints(gathered, values, validity, from, count, to, error);
    case COLLECT_UUID:
        add_uuids(values, count, to);
        return TARN_OK;
    case COLLECT_INTERVAL:
        return add_intervals(gathered, values, validity, from, count, to, error);
    default:
        memcpy(to, values, count * gathered->target_width);
        return TARN_OK;
    }
}

/* ---- nested values -------------------------------------------------------------------------------------------------
 */

static tarn_status first_offset(tarn_gathered *gathered, tarn_error *error) {
    return gathered->values.size ? TARN_OK : tarn_buffer_resize(&gathered->values, sizeof(int32_t), error);
}

static tarn_status too_many(const tarn_gathered *gathered, tarn_error *error) {
    return tarn_fail(error, TARN_E_UNSUPPORTED,
                     "column %s has more than 2,147,483,647 values in the lists of a few rows", gathered->column);
}

/* Lists that lie one after the other in the child, as they mostly do, are taken together. */
static tarn_status add_lists(tarn_gathered *gathered, duckdb_vector vector, idx_t from, idx_t count,
                             tarn_error *error) {
    const tarn_duckdb *duckdb = gathered->duckdb;
    const uint64_t *validity = duckdb->vector_get_validity(vector);
    const duckdb_list_entry *entries = duckdb->vector_get_data(vector);
    duckdb_vector child = duckdb->list_vector_get_child(vector);
    tarn_gathered *values = &gathered->children[0];
    TARN_TRY(first_offset(gathered, error));
    int64_t end = values->length;
    idx_t run = 0, run_length = 0;
    for (idx_t i = from; i < from + count; i++) {
        if (tarn_entry_is_valid(validity, i) && entries[i].length) {
            if (run_length && entries[i].offset != run + run_length) {
                TARN_TRY(tarn_gathered_add(values, child, run, run_length, error));
                run_length = 0;
            }
            if (run_length == 0)
                run = entries[i].offset;
            run_length += entries[i].length;
            end += (int64_t)entries[i].length;
        }
        int32_t offset = (int32_t)end;
        if (end > INT32_MAX)
            return too_many(gathered, error);
        TARN_TRY(tarn_buffer_append(&gathered->values, &offset, sizeof offset, error));
    }
    return run_length ? tarn_gathered_add(values, child, run, run_length, error) : TARN_OK;
}

static tarn_status add_children(tarn_gathered *gathered, duckdb_vector vector, idx_t from, idx_t count,
                                tarn_error *error) {
    const tarn_duckdb *duckdb = gathered->duckdb;
    if (gathered->kind == COLLECT_ARRAY) {
        idx_t size = (idx_t)gathered->list_size;
        return tarn_gathered_add(&gathered->children[0], duckdb->array_vector_get_child(vector), from * size,
                                 count * size, error);
    }
    for (size_t i = 0; i < gathered->child_count; i++)
        TARN_TRY(
            tarn_gathered_add(&gathered->children[i], duckdb->struct_vector_get_child(vector, i), from, count, error));
    return TARN_OK;
}

tarn_status tarn_gathered_add(tarn_gathered *gathered, duckdb_vector vector, idx_t from, idx_t count,
                              tarn_error *error) {
    TARN_TRY(add_validity(gathered, gathered->duckdb->vector_get_validity(vector), from, count, error));
    switch (gathered->kind) {
    case COLLECT_TEXT:
    case COLLECT_TIME_TZ:
    case COLLECT_BIT:
        TARN_TRY(first_offset(gathered, error));
        TARN_TRY(tarn_gathered_add_text(gathered, vector, from, count, error));
        break;
    case COLLECT_LIST:
        TARN_TRY(add_lists(gathered, vector, from, count, error));
        break;
    case COLLECT_ARRAY:
    case COLLECT_STRUCT:
        TARN_TRY(add_children(gathered, vector, from, count, error));
        break;
    default:
        TARN_TRY(add_fixed(gathered, vector, from, count, error));
        break;
    }
    gathered->length += (int64_t)count;
    return TARN_OK;
}

/* ---- giving arrays -------------------------------------------------------------------------------------------------
 */

static void *hand_over(tarn_buffer *buffer) {
    void *data = buffer->data;
    *buffer = (tarn_buffer){0};
    return data;
}

/* An array of codes with its dictionary: the helpers of src/arrow make arrays without one. */
typedef struct enum_array {
    const void *buffers[2];
    void *owned[2];
    struct ArrowArray dictionary;
} enum_array;

static void release_enum(struct ArrowArray *array) {
    enum_array *held = array->private_data;
    tarn_array_release(&held->dictionary);
    free(held->owned[0]);
    free(held->owned[1]);
    free(held);
    array->release = NULL;
}

static tarn_status take_enum(tarn_gathered *gathered, struct ArrowArray *out, tarn_error *error) {
    enum_array *held = calloc(1, sizeof *held);
    if (!held)
        return tarn_fail_memory(error);
    tarn_status status =
        tarn_array_share(gathered->dictionary, 0, gathered->dictionary->length, &held->dictionary, error);
    if (status != TARN_OK) {
        free(held);
        return status;
    }
    held->buffers[0] = held->owned[0] = hand_over(&gathered->validity);
    held->buffers[1] = held->owned[1] = hand_over(&gathered->values);
    *out = (struct ArrowArray){.length = gathered->length,
                               .null_count = gathered->null_count,
                               .n_buffers = 2,
                               .buffers = held->buffers,
                               .dictionary = &held->dictionary,
                               .release = release_enum,
                               .private_data = held};
    return TARN_OK;
}

static tarn_status take_children(tarn_gathered *gathered, struct ArrowArray **out, tarn_error *error) {
    struct ArrowArray *children = calloc(gathered->child_count ? gathered->child_count : 1, sizeof *children);
    if (!children)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    for (size_t i = 0; i < gathered->child_count && status == TARN_OK; i++)
        status = tarn_gathered_take(&gathered->children[i], &children[i], error);
    if (status != TARN_OK) {
        for (size_t i = 0; i < gathered->child_count; i++)
            tarn_array_release(&children[i]);
        free(children);
        children = NULL;
    }
    *out = children;
    return status;
}

static int64_t buffer_count(collect_kind kind) {
    switch (kind) {
    case COLLECT_TEXT:
    case COLLECT_TIME_TZ:
    case COLLECT_BIT:
        return 3;
    case COLLECT_STRUCT:
    case COLLECT_ARRAY:
        return 1;
    default:
        return 2;
    }
}

tarn_status tarn_gathered_take(tarn_gathered *gathered, struct ArrowArray *out, tarn_error *error) {
    struct ArrowArray *children = NULL;
    tarn_status status = TARN_OK;
    int64_t buffers = buffer_count(gathered->kind);
    if (buffers == 3 || gathered->kind == COLLECT_LIST)
        TARN_TRY(first_offset(gathered, error));
    if (gathered->kind == COLLECT_ENUM) {
        status = take_enum(gathered, out, error);
    } else {
        TARN_TRY(take_children(gathered, &children, error));
        void *handed[3] = {hand_over(&gathered->validity), hand_over(&gathered->values), hand_over(&gathered->bytes)};
        status = tarn_array_make(out, gathered->length, gathered->null_count, handed, buffers, children,
                                 (int64_t)gathered->child_count, error);
        free(children);
    }
    gathered->length = gathered->null_count = 0;
    return status;
}

void tarn_gathered_clear(tarn_gathered *gathered) {
    for (size_t i = 0; i < gathered->child_count; i++)
        tarn_gathered_clear(&gathered->children[i]);
    free(gathered->children);
    tarn_array_release(gathered->dictionary);
    free(gathered->dictionary);
    tarn_buffer_free(&gathered->validity);
    tarn_buffer_free(&gathered->values);
    tarn_buffer_free(&gathered->bytes);
}

size_t tarn_gathered_bytes(const tarn_gathered *gathered) {
    size_t bytes = gathered->validity.size + gathered->values.size + gathered->bytes.size;
    for (size_t i = 0; i < gathered->child_count; i++)
        bytes += tarn_gathered_bytes(&gathered->children[i]);
    return bytes;
}

/* ---- all columns ---------------------------------------------------------------------------------------------------
 */

struct tarn_collector {
    const tarn_duckdb *duckdb;
    struct ArrowSchema schema;
    tarn_gathered root; /* a struct without nulls */
};

static tarn_status make_column(tarn_collector *collector, duckdb_prepared_statement statement, idx_t i,
                               const char *given, tarn_error *error) {
    const tarn_duckdb *duckdb = collector->duckdb;
    struct ArrowSchema *schema = collector->schema.children[i];
    const char *own = given ? NULL : duckdb->prepared_statement_column_name(statement, i);
    const char *name = given ? given : own ? own : "";
    duckdb_logical_type type = duckdb->prepared_statement_column_logical_type(statement, i);
    tarn_status status = tarn_gathered_make(&collector->root.children[i], duckdb, type, name, name, schema, error);
    /* what messages call it must outlive DuckDB's copy */
    collector->root.children[i].column = status == TARN_OK ? schema->name : NULL;
    duckdb->destroy_logical_type(&type);
    if (own)
        duckdb->free((void *)own);
    return status;
}

static void name_children(tarn_gathered *gathered, const char *column) {
    gathered->column = column;
    for (size_t i = 0; i < gathered->child_count; i++)
        name_children(&gathered->children[i], column);
}

tarn_status tarn_collector_new(const tarn_duckdb *duckdb, duckdb_prepared_statement statement, const char *const *names,
                               tarn_collector **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    idx_t count = duckdb->prepared_statement_column_count(statement);
    tarn_collector *collector = calloc(1, sizeof *collector);
    if (!collector)
        return tarn_fail_memory(error);
    collector->duckdb = duckdb;
    collector->root = (tarn_gathered){.duckdb = duckdb, .kind = COLLECT_STRUCT};
    collector->root.children = calloc(count ? count : 1, sizeof(tarn_gathered));
    if (!collector->root.children) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(tarn_schema_make_nested(&collector->schema, "+s", "", (int64_t)count, error));
    collector->root.child_count = count;
    for (idx_t i = 0; i < count; i++) {
        TARN_CHECK(make_column(collector, statement, i, names ? names[i] : NULL, error));
        name_children(&collector->root.children[i], collector->schema.children[i]->name);
    }
    *out = collector;
    collector = NULL;

cleanup:
    tarn_collector_free(collector);
    return status;
}

void tarn_collector_free(tarn_collector *collector) {
    if (!collector)
        return;
    tarn_gathered_clear(&collector->root);
    tarn_schema_release(&collector->schema);
    free(collector);
}

const struct ArrowSchema *tarn_collector_schema(const tarn_collector *collector) {
    return &collector->schema;
}

tarn_status tarn_collector_add(tarn_collector *collector, duckdb_data_chunk chunk, tarn_error *error) {
    tarn_gathered *root = &collector->root;
    idx_t count = collector->duckdb->data_chunk_get_size(chunk);
    for (size_t i = 0; i < root->child_count; i++)
        TARN_TRY(
            tarn_gathered_add(&root->children[i], collector->duckdb->data_chunk_get_vector(chunk, i), 0, count, error));
    root->length += (int64_t)count;
    return TARN_OK;
}

int64_t tarn_collector_rows(const tarn_collector *collector) {
    return collector->root.length;
}

size_t tarn_collector_bytes(const tarn_collector *collector) {
    return tarn_gathered_bytes(&collector->root);
}

tarn_status tarn_collector_take(tarn_collector *collector, struct ArrowArray *out, tarn_error *error) {
    return tarn_gathered_take(&collector->root, out, error);
}
