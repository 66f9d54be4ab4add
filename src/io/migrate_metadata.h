/**
 * @file migrate_metadata.h
 * The list of tables in a `metadata.json` of the earlier layout. Private to src/io.
 */
#ifndef TARN_IO_MIGRATE_METADATA_H
#define TARN_IO_MIGRATE_METADATA_H

#include "fs/fs.h"
#include "io/names.h"

typedef struct tarn_old_table {
    char *id, *name;
    int64_t rows; /* -1: not told */
} tarn_old_table;

typedef struct tarn_old_tables {
    tarn_old_table *list;
    size_t count;
} tarn_old_tables;

/** Entries that make no sense are left out and noted in `problems`. A file without a list of tables: TARN_E_FORMAT. */
tarn_status tarn_old_tables_read(tarn_fs *fs, const char *path, tarn_old_tables *out, tarn_notes *problems,
                                 tarn_error *error);
void tarn_old_tables_clear(tarn_old_tables *tables);

#endif
