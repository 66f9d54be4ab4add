/* Commands on dates and timestamps, as SQL over the row. */
#include "command/date_text.h"
#include "command/families.h"

#include <string.h>

/* One choice of a parameter and its template. */
typedef struct choice {
    const char *name, *expression;
    bool is_time; /* means nothing for dates without times */
} choice;

static tarn_status choose(const tarn_run *run, size_t column, const char *parameter, const choice *choices,
                          const char **out, tarn_error *error) {
    const tarn_column *what = tarn_version_column(run->base, column);
    while (!tarn_run_is(run, parameter, choices->name))
        choices++;
    if (choices->is_time && strncmp(what->type->format, "td", 2) == 0)
        return tarn_fail(error, TARN_E_INVALID,
                         "%s: column \"%s\" has dates without times of day, so there is no %s: choose another %s, or "
                         "cast the column to timestamp first",
                         run->command->name, what->name, choices->name, parameter);
    *out = choices->expression;
    return TARN_OK;
}

/* ---- shift-date -------------------------------------------------------------------------------------------------- */

#define SHIFT(unit) "CAST({column} + {amount} * INTERVAL 1 " unit " AS {type})"

static tarn_status choose_shift(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    static const choice units[] = {{"day", SHIFT("DAY"), false},      {"week", SHIFT("WEEK"), false},
                                   {"month", SHIFT("MONTH"), false},  {"quarter", SHIFT("QUARTER"), false},
                                   {"year", SHIFT("YEAR"), false},    {"hour", SHIFT("HOUR"), true},
                                   {"minute", SHIFT("MINUTE"), true}, {"second", SHIFT("SECOND"), true}};
    return choose(run, column, "unit", units, out, error);
}

static const char *const unit_names[] = {"day", "week", "month", "quarter", "year", "hour", "minute", "second", NULL};
static const tarn_parameter_spec shift_parameters[] = {
    TARN_DATE_COLUMN,
    {.name = "amount",
     .type = TARN_PARAMETER_INTEGER,
     .required = true,
     .least = -1000000,
     .most = 1000000,
     .description = "how many units later; negative: earlier"},
    {.name = "unit",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "day",
     .choices = unit_names,
     .description = "what is counted; where a month is too short its last day is taken: January 31 and a month is "
                    "February 28 or 29"},
};
static const tarn_command shift_command = {
    .name = "shift-date",
    .title = "Shift dates",
    .description = "Makes dates and timestamps so many days, months, years … later or earlier.",
    .family = "date",
    TARN_PARAMETERS(shift_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .choose_expression = choose_shift,
};

/* ---- extract-part ------------------------------------------------------------------------------------------------ */

#define PART(part) "CAST(date_part('" part "', {column}) AS BIGINT)"

static tarn_status choose_part(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    static const choice parts[] = {{"year", PART("year"), false},       {"quarter", PART("quarter"), false},
                                   {"month", PART("month"), false},     {"week", PART("week"), false},
                                   {"day", PART("day"), false},         {"weekday", PART("isodow"), false},
                                   {"day-of-year", PART("doy"), false}, {"hour", PART("hour"), true},
                                   {"minute", PART("minute"), true},    {"second", PART("second"), true}};
    return choose(run, column, "part", parts, out, error);
}

static const char *const part_names[] = {"year",        "quarter", "month",  "week",   "day", "weekday",
                                         "day-of-year", "hour",    "minute", "second", NULL};
static const tarn_parameter_spec part_parameters[] = {
    TARN_DATE_COLUMN,
    {.name = "part",
     .type = TARN_PARAMETER_CHOICE,
     .required = true,
     .choices = part_names,
     .description = "what to keep; weekdays are 1 (Monday) to 7, weeks those of ISO 8601"},
};
static const tarn_command part_command = {
    .name = "extract-part",
    .title = "Extract part of date",
    .description =
        "Makes dates the number of their year, quarter, month, week, day, weekday, hour …. To keep the dates "
        "too, duplicate the column first.",
    .family = "date",
    TARN_PARAMETERS(part_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .choose_expression = choose_part,
};

/* ---- calculate-age ----------------------------------------------------------------------------------------------- */

static tarn_status check_day(const tarn_run *run, tarn_error *error) {
    const char *on = tarn_run_text(run, "on");
    const tarn_date_options options = {.number = TARN_NUMBER_DIGITS};
    tarn_date_reading reading;
    bool is_iso = strlen(on) == 10 && on[4] == '-' && on[7] == '-' && tarn_date_read(on, 10, &options, &reading);
    if (!is_iso)
        return tarn_fail(error, TARN_E_INVALID, "%s: on must be a date such as 2026-02-01, not \"%s\"",
                         run->command->name, on);
    return TARN_OK;
}

static tarn_status choose_age(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    (void)column;
    *out = "date_sub('year', CAST({column} AS DATE), CAST({on} AS DATE))";
    return check_day(run, error);
}

/* From the earlier to the later of two days: whole years, and of the year between two birthdays the days that have
 * passed. */
#define EARLIER "least(CAST({column} AS DATE), CAST({on} AS DATE))"
#define LATER "greatest(CAST({column} AS DATE), CAST({on} AS DATE))"
#define YEARS "date_sub('year', " EARLIER ", " LATER ")"
#define BIRTHDAY(more) "CAST(" EARLIER " + to_years(CAST(" YEARS " + " more " AS INTEGER)) AS DATE)"

static tarn_status choose_years(const tarn_run *run, size_t column, const char **out, tarn_error *error) {
    (void)column;
    *out = "CASE WHEN {column} IS NOT NULL THEN "
           "CAST((CASE WHEN CAST({column} AS DATE) <= CAST({on} AS DATE) THEN 1 ELSE -1 END) * (" YEARS
           " + date_diff('day', " BIRTHDAY("0") ", " LATER ") / date_diff('day', " BIRTHDAY("0") ", " BIRTHDAY(
               "1") ")) AS DECIMAL(12,6)) END";
    return check_day(run, error);
}

static const tarn_parameter_spec age_parameters[] = {
    TARN_DATE_COLUMN,
    {.name = "on",
     .type = TARN_PARAMETER_TEXT,
     .required = true,
     .description = "the day on which the age is asked, such as 2026-02-01"},
};
static const tarn_command age_command = {
    .name = "calculate-age",
    .title = "Calculate age",
    .description = "Makes dates the whole years from then to a day that is given; negative when they are later.",
    .family = "date",
    TARN_PARAMETERS(age_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .choose_expression = choose_age,
};

static const tarn_command years_command = {
    .name = "age-years",
    .title = "Calculate age with fractions",
    .description =
        "Makes dates the years from then to a day that is given, with six decimals: whole years, and the days since "
        "the "
        "last birthday as a part of the days from that to the next. Who was born on 29 February has it on the 28th in "
        "other years. Negative when they are later.",
    .family = "date",
    TARN_PARAMETERS(age_parameters),
    .kind = TARN_KIND_EXPRESSION,
    .choose_expression = choose_years,
};

const tarn_command *const tarn_date_commands[] = {&years_command,
                                                  &age_command,
                                                  &part_command,
                                                  &shift_command,
                                                  &tarn_command_standardize_date,
                                                  &tarn_command_standardize_datetime,
                                                  &tarn_command_standardize_time,
                                                  NULL};
