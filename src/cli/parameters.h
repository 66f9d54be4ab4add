/**
 * @file parameters.h
 * The parameters of commands: as they are given with --column and --set, and as the journal has them.
 */
#ifndef TARN_CLI_PARAMETERS_H
#define TARN_CLI_PARAMETERS_H

#include "text.h"

/** Append " column=city expr=trim(city)" from a JSON object; NULL gives nothing. Of an edit, its values are left out.
 */
void parameters_add_text(cli_text *text, const char *json, bool is_edit);

#endif
