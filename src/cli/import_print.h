/**
 * @file import_print.h
 * Telling what an import recognised and made.
 */
#ifndef TARN_CLI_IMPORT_PRINT_H
#define TARN_CLI_IMPORT_PRINT_H

#include "cli.h"

/** For people: the table, what the file was recognised as, sizes, types, warnings. */
tarn_status import_print(cli *cli, const char *path, const tarn_import_result *result, tarn_error *error);

#endif
