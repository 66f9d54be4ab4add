/* Commands that hide what is personal. What depends on a secret is own code (kernel_secret.c), the rest SQL over the
   row. */
#include "command/expression.h"
#include "command/families.h"
#include "command/secret_kernel.h"
#include "command/text_kernel.h"

#define TARN_SECRET(what)                                                                                              \
    { .name = "secret", .type = TARN_PARAMETER_TEXT, .required = true, .secret = true, .description = (what) }

/* What all of them say of themselves: what a value becomes depends on it alone, so that each has a key map. */
#define TARN_HIDING(command_name, command_title)                                                                       \
    .name = (command_name), .title = (command_title), .family = "privacy", .maps_values = true
#define TARN_BY_EXPRESSION(template) .kind = TARN_KIND_EXPRESSION, .expression = (template)
#define TARN_BY_CHOICE(choose) .kind = TARN_KIND_EXPRESSION, .choose_expression = (choose)
#define TARN_BY_SECRET(open) .kind = TARN_KIND_KERNEL, .open_cells = (open)

/* ---- SQL over the row -------------------------------------------------------------------------------------------- */

static const tarn_parameter_spec redact_parameters[] = {
    TARN_COLUMNS_OF(TARN_COLUMNS_ANY),
    {.name = "text", .type = TARN_PARAMETER_TEXT, .default_value = "[redacted]", .description = "what to put there"},
};
static const tarn_command redact_command = {
    TARN_HIDING("redact", "Redact"),
    .description = "Puts the same text in place of all values. What is null stays null.",
    TARN_PARAMETERS(redact_parameters),
    TARN_BY_EXPRESSION("CASE WHEN {column} IS NOT NULL THEN {text} END"),
};

#define LENGTH "length_grapheme({column})"
static tarn_status choose_mask(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    (void)column;
    if (tarn_run_text(run, "character")[0] == '\0')
        return tarn_fail(error, TARN_E_INVALID, "mask: character is empty: say what to put there");
    *out = "CASE WHEN " LENGTH " <= {first} + {last} THEN repeat(left_grapheme({character}, 1), " LENGTH ") "
           "ELSE left_grapheme({column}, {first}) || "
           "repeat(left_grapheme({character}, 1), " LENGTH " - {first} - {last}) || "
           "right_grapheme({column}, {last}) END";
    return TARN_OK;
}

static const tarn_parameter_spec mask_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "first",
     .type = TARN_PARAMETER_INTEGER,
     .default_value = "0",
     .least = 0,
     .most = 10000,
     .description = "how many characters to keep at the start"},
    {.name = "last",
     .type = TARN_PARAMETER_INTEGER,
     .default_value = "0",
     .least = 0,
     .most = 10000,
     .description = "how many characters to keep at the end"},
    {.name = "character",
     .type = TARN_PARAMETER_TEXT,
     .default_value = "*",
     .description = "what to put in place of the others"},
};
static const tarn_command mask_command = {
    TARN_HIDING("mask", "Mask"),
    .description = "Puts a character in place of each one but the first and last few. Texts that would show all they "
                   "have are masked as a whole.",
    TARN_PARAMETERS(mask_parameters),
    TARN_BY_CHOICE(choose_mask),
};

static const tarn_parameter_spec only_text[] = {TARN_TEXT_COLUMN};
static const tarn_command last4_command = {
    TARN_HIDING("last4", "Keep the last four"),
    .description = "Leaves the last four characters behind four stars, which do not tell how long a text was. Texts of "
                   "four characters or fewer become the stars alone; empty ones stay empty.",
    TARN_PARAMETERS(only_text),
    TARN_BY_EXPRESSION("CASE WHEN {column}::VARCHAR = '' THEN '' WHEN " LENGTH " <= 4 THEN '****' "
                       "ELSE '****' || right_grapheme({column}, 4) END"),
};

static const tarn_parameter_spec only_number[] = {TARN_NUMBER_COLUMN};
static const tarn_command zero_command = {
    TARN_HIDING("zero", "Zero"),
    .description = "Makes all numbers 0. What is null stays null.",
    TARN_PARAMETERS(only_number),
    TARN_BY_EXPRESSION("CASE WHEN {column} IS NOT NULL THEN CAST(0 AS {type}) END"),
};

static const tarn_parameter_spec only_date[] = {TARN_DATE_COLUMN};
static const tarn_command year_only_command = {
    TARN_HIDING("year-only", "Keep the year only"),
    .description = "Makes dates the number of their year.",
    TARN_PARAMETERS(only_date),
    TARN_BY_EXPRESSION("CAST(date_part('year', {column}) AS BIGINT)"),
};

/* sha256 gives the same everywhere and in every release, other than the engine's own hash. */
static tarn_status choose_jitter(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    (void)column;
    if (tarn_run_text(run, "seed")[0] == '\0')
        return tarn_fail(error, TARN_E_INVALID, "jitter-date: seed is empty: give a text that others cannot guess");
    *out = "CAST({column} + (CAST('0x' || left(sha256({seed} || ':' || CAST({column} AS VARCHAR)), 12) AS BIGINT)"
           " % (2 * {days} + 1) - {days}) * INTERVAL 1 DAY AS {type})";
    return TARN_OK;
}

static const tarn_parameter_spec jitter_parameters[] = {
    TARN_DATE_COLUMN,
    {.name = "days",
     .type = TARN_PARAMETER_INTEGER,
     .required = true,
     .least = 1,
     .most = 36500,
     .description = "how far at most, earlier or later"},
    {.name = "seed",
     .type = TARN_PARAMETER_TEXT,
     .required = true,
     .secret = true,
     .description = "a secret text; the same one moves the same date equally far"},
};
static const tarn_command jitter_command = {
    TARN_HIDING("jitter-date", "Jitter dates"),
    .description = "Moves dates by some days, earlier or later, as a secret has it. Times of day stay.",
    TARN_PARAMETERS(jitter_parameters),
    TARN_BY_CHOICE(choose_jitter),
};

/* ---- by a secret ------------------------------------------------------------------------------------------------- */

static tarn_status open_secret(tarn_run *run, const tarn_text_kernel *kernel, tarn_cells *out, tarn_error *error) {
    tarn_secret *secret;
    if (tarn_run_text(run, "secret")[0] == '\0')
        return tarn_fail(error, TARN_E_INVALID, "%s: secret is empty: give a text that others cannot guess",
                         run->command->name);
    TARN_TRY(tarn_secret_new(tarn_run_text(run, "secret"), &secret, error));
    return tarn_text_kernel_open(run, kernel, secret, out, error);
}

static tarn_status open_hash(tarn_run *run, tarn_cells *out, tarn_error *error) {
    return open_secret(run, &tarn_hash_kernel, out, error);
}

static tarn_status open_scramble(tarn_run *run, tarn_cells *out, tarn_error *error) {
    return open_secret(run, &tarn_scramble_kernel, out, error);
}

static tarn_status open_fake_name(tarn_run *run, tarn_cells *out, tarn_error *error) {
    if (tarn_run_is(run, "part", "first"))
        return open_secret(run, &tarn_fake_first_kernel, out, error);
    if (tarn_run_is(run, "part", "last"))
        return open_secret(run, &tarn_fake_last_kernel, out, error);
    return open_secret(run, &tarn_fake_full_kernel, out, error);
}

static const tarn_parameter_spec secret_parameters[] = {
    TARN_TEXT_COLUMN,
    TARN_SECRET("what the result depends on; it is not stored, so keep it if you want the same results again"),
};
static const tarn_command hash_command = {
    TARN_HIDING("hash", "Hash"),
    .description = "Puts HMAC-SHA-256 of each text under a secret in its place, as 64 hexadecimal digits: equal texts "
                   "stay equal, and without the secret nobody can try which text it was. Empty texts stay empty.",
    TARN_PARAMETERS(secret_parameters),
    TARN_BY_SECRET(open_hash),
};
static const tarn_command scramble_command = {
    TARN_HIDING("scramble", "Scramble digits"),
    .description = "Puts other digits in place of the digits 0 to 9 and leaves the rest, so that a number keeps its "
                   "form. Equal texts stay equal.",
    TARN_PARAMETERS(secret_parameters),
    TARN_BY_SECRET(open_scramble),
};

static const char *const name_parts[] = {"full", "first", "last", NULL};
static const tarn_parameter_spec fake_parameters[] = {
    TARN_TEXT_COLUMN,
    TARN_SECRET("what the names depend on; it is not stored, so keep it if you want the same names again"),
    {.name = "part",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "full",
     .choices = name_parts,
     .description = "first name, last name or both"},
};
static const tarn_command fake_name_command = {
    TARN_HIDING("fake-name", "Fake names"),
    .description = "Puts made-up names in place of names. Equal names stay equal, and different ones may become equal "
                   "too. Empty texts stay empty.",
    TARN_PARAMETERS(fake_parameters),
    TARN_BY_SECRET(open_fake_name),
};

const tarn_command *const tarn_privacy_commands[] = {
    &fake_name_command, &hash_command,     &jitter_command,    &last4_command, &mask_command,
    &redact_command,    &scramble_command, &year_only_command, &zero_command,  NULL};
