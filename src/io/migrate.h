/**
 * @file migrate.h
 * Taking over a folder of the layout that came before: `metadata.json`, which lists tables with `id`, `name` and
 * `rowCount`, `tables/<id>.csv`, and perhaps `audit_details.csv`.
 */
#ifndef TARN_IO_MIGRATE_H
#define TARN_IO_MIGRATE_H

#include "io/io.h"

/**
 * Import every table and check its rows against the metadata, then take over the audit details as events of kind
 * "migrated". What cannot be imported is a problem in the result and not a failure; what was imported stays. A table
 * that an earlier, interrupted run imported is not imported again. A name that no table can have here ("a.csv") is made
 * fit.
 *
 * Without problems the folder is renamed to `<directory>_migrated` (or removed, with `remove`), else to
 * `<directory>_backup_failed_migration` with the problems in `migration_report.json`. A folder that was renamed so by
 * an earlier run is TARN_OK with `result->already`.
 */
tarn_status tarn_io_migrate(const tarn_io *io, const char *directory, bool remove, tarn_migration_result *out,
                            tarn_error *error);

#endif
