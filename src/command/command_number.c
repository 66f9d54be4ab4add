/* Commands on numbers, and on texts that are meant as numbers. */
#include "base/asker.h"
#include "command/currency.h"
#include "command/families.h"
#include "command/leaves.h"

#include <string.h>

/* ---- unformat-currency ------------------------------------------------------------------------------------------- */

static const char *const decimal_signs[] = {"auto", "point", "comma", NULL};
static const char *const policies[] = {"fail", "null", NULL};
static const char *const directions[] = {"positive", "negative", NULL};
static const char *const sizes[] = {"thousand", "million", NULL};

#define DECIMAL_PARAMETER                                                                                              \
    {                                                                                                                  \
        .name = "decimal", .type = TARN_PARAMETER_CHOICE, .default_value = "auto", .choices = decimal_signs,           \
        .description = "what stands before the decimals; auto: what the column's clear values have"                    \
    }
static const tarn_parameter_spec currency_parameters[] = {
    TARN_TEXT_COLUMN,
    DECIMAL_PARAMETER,
    {.name = "policy",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "fail",
     .choices = policies,
     .description = "what becomes of values that are no amounts: fail and list them, or null"},
    {.name = "cr",
     .type = TARN_PARAMETER_CHOICE,
     .choices = directions,
     .description = "what CR beside an amount makes it; DR is the opposite. Without it such amounts are refused"},
    {.name = "dr",
     .type = TARN_PARAMETER_CHOICE,
     .choices = directions,
     .description = "what DR beside an amount makes it; CR is the opposite"},
    {.name = "m",
     .type = TARN_PARAMETER_CHOICE,
     .choices = sizes,
     .description = "what M behind a number multiplies by. Without it such amounts are refused"},
};
static const tarn_command currency_command = {
    .name = "unformat-currency",
    .title = "Amounts to numbers",
    .description =
        "Reads amounts of money ($1,234.50, 1.234,50 €, (500.00), 500-, 2.5 Mio., 3 lakh) as exact decimals. Beside "
        "the number may stand one sign, a currency (a sign or a code of ISO 4217) and a multiplier; with any other "
        "word "
        "it is no amount. Whether the comma of 1,234 stands before decimals or between thousands is told by the other "
        "values of the column, and reported, or by you. Several currencies in a column are reported. Empty cells "
        "become "
        "null.",
    .family = "number",
    TARN_PARAMETERS(currency_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = tarn_currency_open,
};

/* ---- percent-to-number ------------------------------------------------------------------------------------------- */

static const char *const bare_meanings[] = {"fail", "percent", "number", NULL};
static const tarn_parameter_spec percent_parameters[] = {
    TARN_TEXT_COLUMN,
    DECIMAL_PARAMETER,
    {.name = "policy",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "fail",
     .choices = policies,
     .description = "what becomes of values that are no percentages: fail and list them, or null"},
    {.name = "bare",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "fail",
     .choices = bare_meanings,
     .description = "what a number without a sign is: no percentage, a percentage all the same, or already a number"},
};
static const tarn_command percent_command = {
    .name = "percent-to-number",
    .title = "Percentages to numbers",
    .description = "Reads percentages (12.5 %, 12,5%, (3 %), 4 ‰, 7 percent) as exact decimals: 12.5 % becomes 0.125. "
                   "Empty cells become null.",
    .family = "number",
    TARN_PARAMETERS(percent_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = tarn_percent_open,
};

/* ---- fix-negatives ----------------------------------------------------------------------------------------------- */

#define MINUS "[-\u2212\u2013]"
#define MONEY "(?:[A-Z][A-Z][A-Z]|kr|\\p{{Sc})?"
#define AMOUNT MONEY "\\s*[.,]?\\d[\\d.,''\u2019 \u00a0\u202f]*\\s*(?:%|" MONEY ")"

static const tarn_parameter_spec only_text[] = {TARN_TEXT_COLUMN};
static const tarn_command negatives_command = {
    .name = "fix-negatives",
    .title = "Fix negative numbers",
    .description =
        "Writes negative numbers with a minus in front: (500.00), 500.00- and − 500.00 become -500.00. Cells stay "
        "text.",
    .family = "number",
    TARN_PARAMETERS(only_text),
    .kind = TARN_KIND_EXPRESSION,
    .expression = "CASE WHEN regexp_full_match({column}, '\\s*\\(\\s*" AMOUNT "\\s*\\)\\s*') "
                  "THEN '-' || regexp_extract({column}, '\\(\\s*(.*?)\\s*\\)', 1) "
                  "WHEN regexp_full_match({column}, '\\s*" AMOUNT "\\s*" MINUS "\\s*') "
                  "THEN '-' || regexp_extract({column}, '^\\s*(.*?)\\s*" MINUS "\\s*$', 1) "
                  "WHEN regexp_full_match({column}, '\\s*" MINUS "\\s*" AMOUNT "\\s*') "
                  "THEN '-' || regexp_extract({column}, '^\\s*" MINUS "\\s*(.*?)\\s*$', 1) "
                  "ELSE {column}::VARCHAR END",
};

/* ---- arithmetic -------------------------------------------------------------------------------------------------- */

static const tarn_parameter_spec round_parameters[] = {
    TARN_NUMBER_COLUMN,
    {.name = "digits",
     .type = TARN_PARAMETER_INTEGER,
     .default_value = "0",
     .least = -30,
     .most = 30,
     .description = "how many decimals stay; -2 rounds to hundreds"},
};
static const tarn_command round_command = {
    .name = "round",
    .title = "Round",
    .description = "Rounds numbers, halves away from zero. The column keeps its type.",
    .family = "number",
    TARN_PARAMETERS(round_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .expression = "CAST(round({column}, {digits}) AS {type})",
};

static bool is_whole(const char *number) {
    return number == NULL || number[strcspn(number, ".eE")] == '\0';
}

static bool is_float(const struct ArrowSchema *type) {
    return strcmp(type->format, "f") == 0 || strcmp(type->format, "g") == 0;
}

static bool is_integer(const struct ArrowSchema *type) {
    return strlen(type->format) == 1 && !is_float(type);
}

static tarn_status choose_clamp(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    const char *least = tarn_run_text(run, "min"), *most = tarn_run_text(run, "max");
    const tarn_column *what = tarn_version_column(run->base, column);
    if (least == NULL && most == NULL)
        return tarn_fail(error, TARN_E_INVALID,
                         "clamp needs " TARN_ASKER("--set min=…, --set max=…", "min, max") " or both");
    if (least != NULL && most != NULL && tarn_run_number(run, "min") > tarn_run_number(run, "max"))
        return tarn_fail(error, TARN_E_INVALID, "clamp: min (%s) is more than max (%s): exchange them", least, most);
    if (is_integer(what->type) && (!is_whole(least) || !is_whole(most)))
        return tarn_fail(error, TARN_E_INVALID,
                         "clamp: column \"%s\" has whole numbers: give whole numbers for min and max", what->name);
    *out = "CASE WHEN {column} < {min} THEN CAST({min} AS {type}) "
           "WHEN {column} > {max} THEN CAST({max} AS {type}) ELSE {column} END";
    return TARN_OK;
}

static const tarn_parameter_spec clamp_parameters[] = {
    TARN_NUMBER_COLUMN,
    {.name = "min", .type = TARN_PARAMETER_NUMBER, .description = "smaller numbers become this"},
    {.name = "max", .type = TARN_PARAMETER_NUMBER, .description = "larger numbers become this"},
};
static const tarn_command clamp_command = {
    .name = "clamp",
    .title = "Limit to a range",
    .description = "Brings numbers that are too small or too large to the limit. The column keeps its type.",
    .family = "number",
    TARN_PARAMETERS(clamp_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .choose_expression = choose_clamp,
    .leaves = tarn_leaves_within,
};

static tarn_status choose_scale(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    (void)error;
    bool is_exact = is_whole(tarn_run_text(run, "factor")) && is_whole(tarn_run_text(run, "offset"));
    *out = is_exact || is_float(tarn_version_column(run->base, column)->type)
               ? "CAST({column} * {factor} + {offset} AS {type})"
               : "{column} * {factor} + {offset}";
    return TARN_OK;
}

static const tarn_parameter_spec scale_parameters[] = {
    TARN_NUMBER_COLUMN,
    {.name = "factor", .type = TARN_PARAMETER_NUMBER, .default_value = "1", .description = "what to multiply by"},
    {.name = "offset", .type = TARN_PARAMETER_NUMBER, .default_value = "0", .description = "what to add then"},
};
static const tarn_command scale_command = {
    .name = "scale",
    .title = "Multiply and add",
    .description =
        "Multiplies numbers and adds to them. With whole numbers the column keeps its type; with others whole "
        "numbers and decimals become decimals that hold the result exactly.",
    .family = "number",
    TARN_PARAMETERS(scale_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .choose_expression = choose_scale,
};

static const tarn_parameter_spec zeros_parameters[] = {
    TARN_COLUMNS_OF(TARN_COLUMNS_TEXT | TARN_COLUMNS_NUMBER),
    {.name = "length",
     .type = TARN_PARAMETER_INTEGER,
     .required = true,
     .least = 1,
     .most = 1000,
     .description = "how many characters there are afterwards, a sign included"},
};
static const tarn_command zeros_command = {
    .name = "pad-zeros",
    .title = "Pad with zeros",
    .description =
        "Puts zeros before numbers, behind their sign, until they have a length. The column becomes text; empty "
        "cells stay empty.",
    .family = "number",
    TARN_PARAMETERS(zeros_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .expression = "CASE WHEN {column}::VARCHAR = '' THEN '' ELSE regexp_extract({column}::VARCHAR, '^[+-]?') || "
                  "repeat('0', {length} - length({column}::VARCHAR)) || "
                  "regexp_replace({column}::VARCHAR, '^[+-]', '') END",
};

const tarn_command *const tarn_number_commands[] = {
    &clamp_command, &negatives_command, &zeros_command,    &percent_command,
    &round_command, &scale_command,     &currency_command, NULL};
