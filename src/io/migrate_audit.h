/**
 * @file migrate_audit.h
 * The rows of an `audit_details.csv` of the earlier layout as events of the journal. Private to src/io.
 */
#ifndef TARN_IO_MIGRATE_AUDIT_H
#define TARN_IO_MIGRATE_AUDIT_H

#include "io/io.h"
#include "io/migrate_metadata.h"

/**
 * Each row becomes an event of kind "migrated", whose parameters are the row's values by column, with `source` (the
 * file) and `entry` (its number from 1). An event is about a table when one of the columns table, tableId, table_id,
 * tableName or table_name names it. Those that an earlier run took over are not taken over again, but counted.
 */
tarn_status tarn_migrate_audit(const tarn_io *io, const char *path, const tarn_old_tables *tables, uint64_t *events,
                               tarn_error *error);

#endif
