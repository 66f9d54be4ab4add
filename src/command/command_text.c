/* Commands on text. The frequent ones are own code (kernel_*.c), the others SQL over the row. */
#include "command/expression.h"
#include "command/families.h"
#include "command/leaves.h"
#include "command/sqltext.h"
#include "command/text_kernel.h"

static const tarn_parameter_spec only_column[] = {TARN_TEXT_COLUMN};

/* A command without parameters that is a kernel. */
#define OPENED_COMMAND(identifier, name_, title_, leaves_, description_)                                               \
    static const tarn_command identifier##_command = {.name = (name_),                                                 \
                                                      .title = (title_),                                               \
                                                      .description = (description_),                                   \
                                                      .family = "text",                                                \
                                                      TARN_PARAMETERS(only_column),                                    \
                                                      .kind = TARN_KIND_KERNEL,                                        \
                                                      .open_cells = open_##identifier,                                 \
                                                      .leaves = (leaves_)}

/* … without state; one that leaves some values at a look at their zones. */
#define SPARING_COMMAND(identifier, name_, title_, kernel, leaves_, description_)                                      \
    static tarn_status open_##identifier(tarn_run *run, tarn_cells *out, tarn_error *error) {                          \
        return tarn_text_kernel_open(run, &(kernel), NULL, out, error);                                                \
    }                                                                                                                  \
    OPENED_COMMAND(identifier, name_, title_, leaves_, description_)
#define KERNEL_COMMAND(identifier, name_, title_, kernel, description_)                                                \
    SPARING_COMMAND(identifier, name_, title_, kernel, NULL, description_)

/* … for upper or lower case. */
#define CASE_COMMAND(identifier, name_, title_, kernel, wanted, description_)                                          \
    static tarn_status open_##identifier(tarn_run *run, tarn_cells *out, tarn_error *error) {                          \
        tarn_even_case *even;                                                                                          \
        TARN_TRY(tarn_even_case_new((wanted), &even, error));                                                          \
        return tarn_text_kernel_open(run, &(kernel), even, out, error);                                                \
    }                                                                                                                  \
    OPENED_COMMAND(identifier, name_, title_, NULL, description_)

KERNEL_COMMAND(trim, "trim", "Trim spaces", tarn_trim_kernel,
               "Takes spaces, tabs, line ends and Unicode's other spaces off both ends.");
KERNEL_COMMAND(collapse, "collapse-spaces", "Collapse spaces", tarn_collapse_kernel,
               "Makes one plain space of each run of spaces, tabs and line ends, at the ends too.");
CASE_COMMAND(upper, "uppercase", "Uppercase", tarn_upper_kernel, TARN_CASE_UPPER,
             "Makes all letters capitals, by Unicode's rules: ß becomes SS.");
CASE_COMMAND(lower, "lowercase", "Lowercase", tarn_lower_kernel, TARN_CASE_LOWER,
             "Makes all letters small, by Unicode's rules: Σ becomes ς at the end of a word, else σ.");
KERNEL_COMMAND(
    title, "title-case", "Title case", tarn_title_kernel,
    "Makes the first letter of each word a capital and the others small. A word ends where no letter follows, but for "
    "endings such as those of don't, Macy's, 3rd and 1980s: o'neil becomes O'Neil, DON'T becomes Don't. Roman numerals "
    "behind a name stay capitals: Smith II.");
KERNEL_COMMAND(sentence, "sentence-case", "Sentence case", tarn_sentence_kernel,
               "Makes the first character a capital and the others small.");
SPARING_COMMAND(
    accents, "remove-accents", "Remove accents", tarn_accents_kernel, tarn_leaves_ascii,
    "Takes accents off letters: é becomes e, Å becomes A. Marks that are no accents, such as the vowels of Hindi, "
    "stay.");
KERNEL_COMMAND(unprintable, "remove-non-printable", "Remove what cannot be printed", tarn_unprintable_kernel,
               "Takes out control characters (tabs and line ends too), invisible marks, and code points that stand for "
               "nothing. What joins emoji and letters stays.");
SPARING_COMMAND(
    repair, "repair-text", "Repair characters", tarn_repair_kernel, tarn_leaves_ascii,
    "Brings back the characters of text in UTF-8 that was read as Windows-1252 or Latin-1: Ã© becomes é, also "
    "when it happened twice. A cell changes only when all of it can have come about so.");
KERNEL_COMMAND(punctuation, "remove-punctuation", "Remove punctuation", tarn_punctuation_kernel,
               "Takes out punctuation of all scripts, and ASCII's signs such as $ + < ~.");

/* ---- replace ----------------------------------------------------------------------------------------------------- */

#define WHOLE(match, new) "CASE WHEN " match " THEN " new " ELSE {column}::VARCHAR END"
/* What a backslash and a digit would mean in a replacement is not meant in a literal one. */
#define LITERAL_NEW "replace({replace}, '\\', '\\\\')"

static const char *replace_template(const tarn_run *run) {
    bool regex = tarn_run_is(run, "regex", "true"), exact = tarn_run_is(run, "case", "true");
    bool whole = tarn_run_is(run, "whole", "true");
    if (regex && whole)
        return exact ? WHOLE("regexp_full_match({column}, {find})",
                             "regexp_replace({column}, '^(?:' || {find} || ')$', {replace})")
                     : WHOLE("regexp_full_match({column}, {find}, 'i')",
                             "regexp_replace({column}, '^(?:' || {find} || ')$', {replace}, 'i')");
    if (regex)
        return exact ? "regexp_replace({column}, {find}, {replace}, 'g')"
                     : "regexp_replace({column}, {find}, {replace}, 'gi')";
    if (whole)
        return exact ? WHOLE("{column}::VARCHAR = {find}", "{replace}")
                     : WHOLE("regexp_full_match({column}, regexp_escape({find}), 'i')", "{replace}");
    return "regexp_replace({column}, regexp_escape({find}), " LITERAL_NEW ", 'gi')";
}

static tarn_status open_replace(tarn_run *run, tarn_cells *out, tarn_error *error) {
    bool is_literal = tarn_run_is(run, "regex", "false"), is_part = tarn_run_is(run, "whole", "false");
    tarn_replacement *replacement;
    if (is_part && tarn_run_text(run, "find")[0] == '\0')
        return tarn_fail(error, TARN_E_INVALID,
                         "replace: find is empty: say what is to be replaced (replace-empty fills empty cells)");
    if (!is_literal)
        TARN_TRY(tarn_check_pattern(run, "find", tarn_run_text(run, "replace"), error));
    if (!is_literal || !is_part || tarn_run_is(run, "case", "false"))
        return tarn_template_open(run, replace_template(run), out, error);
    TARN_TRY(tarn_replacement_new(tarn_run_text(run, "find"), tarn_run_text(run, "replace"), &replacement, error));
    return tarn_text_kernel_open(run, &tarn_replace_kernel, replacement, out, error);
}

static const tarn_parameter_spec replace_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "find", .type = TARN_PARAMETER_TEXT, .required = true, .description = "what to look for"},
    {.name = "replace",
     .type = TARN_PARAMETER_TEXT,
     .default_value = "",
     .description = "what to put there; \\1 is what the first parentheses of a pattern found"},
    {.name = "regex",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "false",
     .description = "find is a pattern (a regular expression as RE2 has it)"},
    {.name = "whole",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "false",
     .description = "only cells that are nothing but what is looked for"},
    {.name = "case",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "true",
     .description = "capitals and small letters are different"},
};
static const tarn_command replace_command = {
    .name = "replace",
    .title = "Find and replace",
    .description = "Replaces every occurrence of a text or pattern by another text.",
    .family = "text",
    TARN_PARAMETERS(replace_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = open_replace,
    .leaves = tarn_leaves_without,
};

/* ---- SQL over the row -------------------------------------------------------------------------------------------- */

static const tarn_parameter_spec replace_empty_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "value", .type = TARN_PARAMETER_TEXT, .required = true, .description = "what empty cells become"},
};
static const tarn_command replace_empty_command = {
    .name = "replace-empty",
    .title = "Fill empty cells",
    .description = "Gives cells that are null, empty or nothing but spaces a value.",
    .family = "text",
    TARN_PARAMETERS(replace_empty_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .expression = "CASE WHEN {column} IS NULL OR regexp_full_match({column}, '[\\s\\pZ]*') THEN {value} "
                  "ELSE {column}::VARCHAR END",
    .leaves = tarn_leaves_filled,
};

static tarn_status open_extract(tarn_run *run, tarn_cells *out, tarn_error *error) {
    char group[] = {'\\', (char)('0' + tarn_run_integer(run, "group")), '\0'};
    TARN_TRY(tarn_check_pattern(run, "pattern", group, error));
    return tarn_template_open(
        run, "CASE WHEN regexp_matches({column}, {pattern}) THEN regexp_extract({column}, {pattern}, {group}) END", out,
        error);
}

static const tarn_parameter_spec extract_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "pattern",
     .type = TARN_PARAMETER_TEXT,
     .required = true,
     .description = "a regular expression as RE2 has it"},
    {.name = "group",
     .type = TARN_PARAMETER_INTEGER,
     .default_value = "0",
     .least = 0,
     .most = 9,
     .description = "which parentheses of the pattern to keep; 0: all that it matches"},
};
static const tarn_command extract_command = {
    .name = "extract",
    .title = "Extract by pattern",
    .description = "Keeps only what a pattern matches first. Cells without a match become null.",
    .family = "text",
    TARN_PARAMETERS(extract_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .open_cells = open_extract,
};

static tarn_status choose_pad(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    (void)column;
    const char *character = tarn_run_text(run, "character");
    if (character[0] == '\0')
        return tarn_fail(error, TARN_E_INVALID, "pad: character is empty: say what to put there");
#define PADDING "repeat(left_grapheme({character}, 1), {length} - length_grapheme({column}))"
    *out = tarn_run_is(run, "side", "left") ? PADDING " || {column}" : "{column} || " PADDING;
    return TARN_OK;
}

static const char *const sides[] = {"left", "right", NULL};
static const tarn_parameter_spec pad_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "length",
     .type = TARN_PARAMETER_INTEGER,
     .required = true,
     .least = 1,
     .most = 10000,
     .description = "how many characters a text has afterwards; longer ones stay"},
    {.name = "side",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "left",
     .choices = sides,
     .description = "where to put them"},
    {.name = "character", .type = TARN_PARAMETER_TEXT, .default_value = " ", .description = "what to put there"},
};
static const tarn_command pad_command = {
    .name = "pad",
    .title = "Pad",
    .description = "Puts a character before or behind texts until they have a length.",
    .family = "text",
    TARN_PARAMETERS(pad_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .choose_expression = choose_pad,
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
    .leaves = tarn_leaves_short,
};

const tarn_command *const tarn_text_commands[] = {
    &collapse_command, &extract_command,       &lower_command,       &pad_command,
    &accents_command,  &unprintable_command,   &punctuation_command, &repair_command,
    &replace_command,  &replace_empty_command, &sentence_command,    &title_command,
    &trim_command,     &truncate_command,      &upper_command,       NULL};
