/**
 * @file columns.h
 * Columns as they are named on the command line: a name, several with commas between them, or a pattern.
 */
#ifndef TARN_CLI_COLUMNS_H
#define TARN_CLI_COLUMNS_H

#include "cli.h"

#include <jansson.h>

typedef struct cli_columns {
    char **names; /**< heap, as is each of them; as the table spells them where it has them */
    size_t count;
} cli_columns;

/**
 * Append what `text` stands for in a table with `schema` (NULL: not known; names are taken as they are). The whole text
 * is a column's name where the table has one of that name. Else it is names separated by commas, one with a comma in
 * double quotes; of these, one with * (any characters) or ? (one) in it that is no column's name stands for all columns
 * that it fits, ignoring case, and whose type is one of `types` (a list of "text", "number", "date"; NULL: any). A name
 * that the table does not have is kept as it is: the library knows which one is near. False, after a usage message,
 * when a pattern fits no column.
 */
bool cli_columns_add(cli *cli, const struct ArrowSchema *schema, const json_t *types, const char *text,
                     cli_columns *out);

/** True when all that `text` names, in the sense above, is there. */
bool cli_columns_has(const struct ArrowSchema *schema, const char *text);

/** All that an option names in a version of the open workspace; names as they are when there is no such version. False
 *  after a usage message. */
bool cli_columns_of_option(cli *cli, const char *option, const char *version, cli_columns *out);

void cli_columns_free(cli_columns *columns);

#endif
