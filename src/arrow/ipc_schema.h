/**
 * @file ipc_schema.h
 * Between the format's Schema table and struct ArrowSchema. Private to src/arrow.
 */
#ifndef TARN_ARROW_IPC_SCHEMA_H
#define TARN_ARROW_IPC_SCHEMA_H

#include "arrow/flatbuffer_read.h"
#include "arrow/flatbuffer_write.h"
#include "arrow/layout.h"

/** What a schema says beyond struct ArrowSchema: which dictionary each field uses. A tree beside the schema's. */
typedef struct ipc_field {
    const struct ArrowSchema *schema;
    tarn_shape shape;         /**< of the indices, for a dictionary column */
    int64_t dictionary;       /**< number among the schema's dictionaries, -1 when none */
    struct ipc_field *values; /**< of the dictionary */
    struct ipc_field *children;
    size_t count;
} ipc_field;

/** One dictionary; those that it needs itself come before it. */
typedef struct ipc_dictionary {
    int64_t id;
    const ipc_field *values; /**< of the first field that uses it */
} ipc_dictionary;

typedef struct ipc_layout {
    ipc_field root; /**< one child per column */
    ipc_dictionary *dictionaries;
    size_t dictionary_count, dictionary_capacity;
} ipc_layout;

/** Read a Schema table: a struct schema, and the ids of dictionaries in the order in which fields with one appear when
 *  the tree is walked depth first, parents first. `ids` is heap memory. */
tarn_status ipc_schema_read(const fb_table *table, struct ArrowSchema *schema, bool *big_endian, int64_t **ids,
                            size_t *id_count, tarn_error *error);

/** Lay out the fields of a struct schema, which has to outlive it. `ids` as above; NULL numbers them from 0 on. */
tarn_status ipc_layout_make(const struct ArrowSchema *schema, const int64_t *ids, size_t id_count, ipc_layout *out,
                            tarn_error *error);
void ipc_layout_free(ipc_layout *layout);

/** Write the Schema table of a layout. */
tarn_status ipc_schema_write(fb_writer *writer, const ipc_layout *layout, fb_ref *out, tarn_error *error);

#endif
