/* `standardize-date` and `standardize-datetime`: texts and numbers as people write dates become dates and timestamps.
 */
#include "arrow/builder.h"
#include "base/text.h"
#include "command/date_column.h"
#include "command/families.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define DAY (86400 * SECOND)

typedef enum bad_values { BAD_FAIL, BAD_NULL, BAD_KEEP } bad_values;

/* What is counted of the values, to be told. */
enum { UNREAD, DROPPED, PARTIAL, COUNTED, ROUNDED, TALLIES };

typedef struct standardizing {
    tarn_run *run;
    tarn_date_column column;
    bad_values bad;
    bool with_time; /* timestamps are made */
    bool in_utc;    /* with time zones */
    int32_t offset; /* of values without a zone, in seconds */
    atomic_int_least64_t tallies[TALLIES];
} standardizing;

/* ---- the values -------------------------------------------------------------------------------------------------- */

/* Days as spreadsheets count them, of this century and the last. */
static bool is_like_serial(const char *text, size_t size) {
    enum { DIGITS = 5 };
    size_t digits = 0;
    while (digits < size && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    return digits == DIGITS && text[0] != '0' && (size == DIGITS || (text[DIGITS] == '.' && size > DIGITS + 1));
}

/* What may help, of the texts that are known. */
static const char *remedy_for(const standardizing *s, const char *text, size_t size) {
    if (is_like_serial(text, size) && !tarn_run_is(s->run, "number", "excel"))
        return "if it is a day as spreadsheets count them, say number=excel; else mend it";
    switch (tarn_zone_trouble_of(text, size)) {
    case TARN_ZONE_AMBIGUOUS:
        return "several time zones are called so; put an offset such as +05:30 in its place (command replace)";
    case TARN_ZONE_REGION:
        return "for time zones of regions, cast to type=timestamptz reads dates in the form 2026-02-01 23:59; else put "
               "an offset such as +02:00 in its place";
    default:
        return "mend it";
    }
}

static tarn_status refuse_value(const standardizing *s, int64_t row, const char *text, size_t size, tarn_error *error) {
    return tarn_fail(error, TARN_E_INVALID,
                     "%s: row id %lld, column \"%s\": \"%.*s\" is no date that can be read%s: %s, or choose "
                     "policy=null or policy=text",
                     s->run->command->name, (long long)row, tarn_version_column(s->run->base, s->column.column)->name,
                     (int)size, text, tarn_run_has(s->run, "order") ? " in this order" : "", remedy_for(s, text, size));
}

/* Days, or microseconds, since 1970-01-01; 24:00 and seconds of 60 go over into the next day. */
static int64_t value_of(const standardizing *s, const tarn_date_reading *reading) {
    int64_t day = reading->days[s->column.order];
    if (!s->with_time)
        return day;
    int64_t offset = reading->has_zone ? reading->offset : reading->is_counted ? 0 : s->offset;
    return day * DAY + reading->micros - (s->in_utc ? offset * SECOND : 0);
}

static tarn_status add_date(const standardizing *s, tarn_builder *builder, int64_t value, tarn_error *error) {
    char text[TARN_TIMESTAMP_TEXT_SIZE + 1], date[TARN_DATE_TEXT_SIZE];
    if (s->bad != BAD_KEEP)
        return tarn_builder_int(builder, value, error);
    if (!s->with_time)
        return tarn_builder_bytes(builder, date, tarn_date_print((int32_t)value, date), error);
    size_t size = tarn_timestamp_print(value, text);
    if (s->in_utc)
        text[size++] = 'Z';
    return tarn_builder_bytes(builder, text, size, error);
}

static void tally(standardizing *s, const tarn_date_reading *reading) {
    if (!s->with_time && reading->has_time)
        atomic_fetch_add(&s->tallies[DROPPED], 1);
    if (reading->is_partial)
        atomic_fetch_add(&s->tallies[PARTIAL], 1);
    if (reading->is_counted)
        atomic_fetch_add(&s->tallies[COUNTED], 1);
    if (s->with_time && reading->is_rounded)
        atomic_fetch_add(&s->tallies[ROUNDED], 1);
}

static tarn_status add_value(standardizing *s, tarn_builder *builder, const struct ArrowSchema *type,
                             const struct ArrowArray *texts, int64_t i, int64_t row, tarn_error *error) {
    const char *text;
    size_t size;
    tarn_date_reading reading;
    bool is_text = tarn_date_text_at(type, texts, i, &text, &size);
    if (is_text && tarn_date_read(text, size, &s->column.options, &reading) &&
        reading.days[s->column.order] != TARN_NO_DATE) {
        tally(s, &reading);
        return add_date(s, builder, value_of(s, &reading), error);
    }
    if (is_text && s->bad == BAD_FAIL)
        return refuse_value(s, row, text, size, error);
    if (is_text)
        atomic_fetch_add(&s->tallies[UNREAD], 1);
    if (s->bad != BAD_KEEP || tarn_array_is_null(type, texts, i))
        return tarn_builder_null(builder, error);
    const int32_t *ends = (const int32_t *)texts->buffers[1] + texts->offset;
    return tarn_builder_bytes(builder, (const char *)texts->buffers[2] + ends[i], (size_t)(ends[i + 1] - ends[i]),
                              error);
}

static tarn_status standardize_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to,
                                    struct ArrowArray *out, tarn_error *error) {
    standardizing *s = cells->state;
    struct ArrowSchema type;
    struct ArrowArray texts;
    tarn_builder *builder = NULL;
    const uint8_t *live;
    int64_t first = tarn_version_chunk(s->run->base, chunk).first_row + from;
    TARN_TRY(tarn_version_live(s->run->base, chunk, &live, error));
    TARN_TRY(tarn_date_column_texts(&s->column, chunk, from, to, &type, &texts, error));
    tarn_status status = tarn_builder_new(&cells->type, &builder, error);
    for (int64_t i = 0; i < to - from && status == TARN_OK; i++)
        status = live != NULL && !tarn_bit_get(live, from + i)
                     ? tarn_builder_null(builder, error)
                     : add_value(s, builder, &type, &texts, i, first + i, error);
    if (status == TARN_OK)
        status = tarn_builder_finish(builder, out, error);
    tarn_builder_free(builder);
    tarn_array_release(&texts);
    tarn_schema_release(&type);
    return status;
}

/* ---- what there is to tell --------------------------------------------------------------------------------------- */

static void tell(const standardizing *s, int which, const char *one, const char *many) {
    int64_t count = atomic_load(&s->tallies[which]);
    char *values = count > 0 ? tarn_say_count(count, "value", "values") : NULL;
    if (values != NULL)
        tarn_run_note(s->run,
                      tarn_format("%s of \"%s\" %s", values, tarn_version_column(s->run->base, s->column.column)->name,
                                  count == 1 ? one : many));
    free(values);
}

/* What was concluded, and what could not be read. */
static void close_standardizing(tarn_cells *cells) {
    static const char *const meanings[] = {"day, month, year", "month, day, year", "year, month, day"};
    standardizing *s = cells->state;
    if (s->column.is_concluded)
        tarn_run_note(s->run, tarn_format("\"%s\" was read as %s, as its values tell",
                                          tarn_version_column(s->run->base, s->column.column)->name,
                                          meanings[s->column.order]));
    tell(s, UNREAD, s->bad == BAD_NULL ? "that is no date became null" : "that is no date stayed as it was",
         s->bad == BAD_NULL ? "that are no dates became null" : "that are no dates stayed as they were");
    tell(s, DROPPED, "had a time of day, which was dropped (standardize-datetime keeps it)",
         "had times of day, which were dropped (standardize-datetime keeps them)");
    tell(s, PARTIAL, "names a month, quarter or week and became its first day",
         "name a month, quarter or week and became its first day");
    if (!tarn_run_has(s->run, "number") || tarn_run_is(s->run, "number", "auto"))
        tell(s, COUNTED, "was read as a number of seconds (or their thousandths) since 1970",
             "were read as numbers of seconds (or their thousandths) since 1970");
    tell(s, ROUNDED, "was rounded to microseconds", "were rounded to microseconds");
    free(s);
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static const char *const number_names[] = {"auto",         "digits", "seconds",    "milliseconds",
                                           "microseconds", "excel",  "excel-1904", NULL};

static tarn_date_number_kind number_kind(const tarn_run *run) {
    for (int i = 0; number_names[i] != NULL; i++) {
        if (tarn_run_is(run, "number", number_names[i]))
            return (tarn_date_number_kind)i;
    }
    return TARN_NUMBER_AUTO;
}

/* Values with and without a time zone have nothing in common until it is said where the latter are from. */
static tarn_status decide_zone(standardizing *s, tarn_error *error) {
    const char *zone = tarn_run_text(s->run, "zone");
    const tarn_date_column *column = &s->column;
    if (zone != NULL && !tarn_zone_read(zone, &s->offset))
        return tarn_fail(error, TARN_E_INVALID,
                         "standardize-datetime: zone must be UTC or an offset such as +02:00, not \"%s\"%s", zone,
                         tarn_zone_trouble_of(zone, strlen(zone)) == TARN_ZONE_AMBIGUOUS
                             ? ", which several time zones are called"
                             : "");
    if (zone == NULL && column->with_zone > 0 && column->without_zone > 0)
        return tarn_fail(
            error, TARN_E_INVALID,
            "standardize-datetime: of the values of \"%s\" %lld name a time zone and %lld do not, the first of "
            "these in row id %lld: say with zone=UTC or zone=+02:00 which is theirs",
            tarn_version_column(s->run->base, column->column)->name, (long long)column->with_zone,
            (long long)column->without_zone, (long long)column->first_without_zone);
    s->in_utc = zone != NULL || column->with_zone > 0;
    return TARN_OK;
}

static tarn_status prepare(standardizing *s, tarn_cells *out, tarn_error *error) {
    TARN_TRY(tarn_date_column_look(&s->column, s->with_time, error));
    if (s->with_time)
        TARN_TRY(decide_zone(s, error));
    const char *format = s->bad == BAD_KEEP ? "u" : !s->with_time ? "tdD" : s->in_utc ? "tsu:UTC" : "tsu:";
    return tarn_schema_make(&out->type, format, tarn_version_column(s->run->base, out->column)->name, error);
}

static tarn_status open_column(tarn_run *run, bool with_time, tarn_cells *out, tarn_error *error) {
    standardizing *s = calloc(1, sizeof *s);
    if (s == NULL)
        return tarn_fail_memory(error);
    s->run = run;
    s->with_time = with_time;
    s->column =
        (tarn_date_column){.run = run,
                           .column = out->column,
                           .options = {.pivot = (int)tarn_run_integer(run, "pivot"), .number = number_kind(run)}};
    s->bad = tarn_run_is(run, "policy", "null") ? BAD_NULL : tarn_run_is(run, "policy", "text") ? BAD_KEEP : BAD_FAIL;
    tarn_status status = prepare(s, out, error);
    if (status != TARN_OK) {
        free(s);
        return status;
    }
    out->state = s;
    out->rows = standardize_rows;
    out->close = close_standardizing;
    return TARN_OK;
}

static tarn_status open_date(tarn_run *run, tarn_cells *out, tarn_error *error) {
    return open_column(run, false, out, error);
}

static tarn_status open_datetime(tarn_run *run, tarn_cells *out, tarn_error *error) {
    return open_column(run, true, out, error);
}

/* ---- the commands ------------------------------------------------------------------------------------------------ */

static const char *const bad_names[] = {"fail", "null", "text", NULL};

#define COMMON_PARAMETERS                                                                                              \
    TARN_COLUMNS_OF(TARN_COLUMNS_TEXT | TARN_COLUMNS_NUMBER),                                                          \
        {.name = "order",                                                                                              \
         .type = TARN_PARAMETER_CHOICE,                                                                                \
         .choices = tarn_date_order_names,                                                                             \
         .description = "what 1/2/2026 and 1/2/26 mean; without it the column's other values must tell"},              \
        {.name = "pivot",                                                                                              \
         .type = TARN_PARAMETER_INTEGER,                                                                               \
         .default_value = "69",                                                                                        \
         .least = 0,                                                                                                   \
         .most = 100,                                                                                                  \
         .description = "years of two digits below it are 20yy, the others 19yy"},                                     \
        {.name = "number",                                                                                             \
         .type = TARN_PARAMETER_CHOICE,                                                                                \
         .default_value = "auto",                                                                                      \
         .choices = number_names,                                                                                      \
         .description =                                                                                                \
             "what a number without signs is; auto: 8, 12 and 14 digits are year, month, day (and time), 10, "         \
             "13 and 16 digits seconds, milli- and microseconds since 1970; excel: days of a spreadsheet"},            \
    {                                                                                                                  \
        .name = "policy", .type = TARN_PARAMETER_CHOICE, .default_value = "fail", .choices = bad_names,                \
        .description = "when values cannot be read: fail and name one, make them null, or keep the column as text "    \
                       "with the dates in ISO form"                                                                    \
    }

static const tarn_parameter_spec date_parameters[] = {COMMON_PARAMETERS};
const tarn_command tarn_command_standardize_date = {
    .name = "standardize-date",
    .title = "Standardize dates",
    .description =
        "Reads dates in dozens of forms, such as 2026-02-01, 1/2/2026, 1.2.26, 1-Feb-2026, 1 février 2026, 2026-W05-7 "
        "and "
        "20260201, also as whole numbers, and makes the column one of dates. Times of day are dropped, which is told; "
        "empty text becomes null. Whether 1/2/2026 is in January or February is decided by the column's other values "
        "or "
        "by you, never guessed. Months, quarters and weeks become their first day.",
    .family = "date",
    TARN_PARAMETERS(date_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = open_date,
};

static const tarn_parameter_spec datetime_parameters[] = {
    COMMON_PARAMETERS,
    {.name = "zone",
     .type = TARN_PARAMETER_TEXT,
     .description =
         "the time zone of values that name none, UTC, CET or an offset such as +02:00; the column then has time "
         "zones"},
};
const tarn_command tarn_command_standardize_datetime = {
    .name = "standardize-datetime",
    .title = "Standardize dates with times",
    .description =
        "Reads dates with times of day in all forms that standardize-date knows, such as 31.12.2026 23:59, 12/31/2026 "
        "11:59:00 PM, 2026-12-31T23:59:59Z and 1798761540 (seconds since 1970), and makes the column one of "
        "timestamps; "
        "of timestamps with time zone, in UTC, when the values name zones. A date without a time of day begins at "
        "midnight, empty text becomes null.",
    .family = "date",
    TARN_PARAMETERS(datetime_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = open_datetime,
};
