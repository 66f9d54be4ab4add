/**
 * @file registry.h
 * What `tarn apply` can do, as the library declares it.
 */
#ifndef TARN_CLI_REGISTRY_H
#define TARN_CLI_REGISTRY_H

#include "cli.h"

#include <jansson.h>

/** The descriptors of all commands (tarn_commands_json), read once for a run; NULL when there is no memory. */
const json_t *cli_registry(cli *cli);
/** One command's descriptor; NULL when there is none of that name. */
const json_t *cli_registry_find(cli *cli, const char *command);
/** The command whose name is nearest to a misspelt one; NULL when none is near. */
const char *cli_registry_near(cli *cli, const char *name);

/** A text of a descriptor; "" when it is not there. */
const char *cli_registry_text(const json_t *object, const char *key);

#endif
