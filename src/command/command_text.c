/* Commands on text, written as SQL over the row. */
#include "command/families.h"

static const tarn_parameter_spec accent_parameters[] = {TARN_TEXT_COLUMN};
static const tarn_command remove_accents_command = {
    .name = "remove-accents",
    .title = "Remove accents",
    .description = "Takes accents and other marks off letters: é becomes e, Å becomes A.",
    .family = "text",
    TARN_PARAMETERS(accent_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .expression = "strip_accents({column})",
};

static const tarn_parameter_spec truncate_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "length",
     .type = TARN_PARAMETER_INTEGER,
     .required = true,
     .least = 0,
     .most = 1000000,
     .description = "how many characters may stay"},
};
static const tarn_command truncate_command = {
    .name = "truncate",
    .title = "Truncate",
    .description = "Cuts texts after so many characters. A character with its combining marks counts as one.",
    .family = "text",
    TARN_PARAMETERS(truncate_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .expression = "left_grapheme({column}, {length})",
};

const tarn_command *const tarn_text_commands[] = {&remove_accents_command, &truncate_command, NULL};
