/**
 * @file statistics.h
 * Files of statistics packages: SPSS (.sav, .zsav, .por), Stata (.dta), SAS (.sas7bdat, .xpt), read by libreadstat.
 * Private to src/io.
 *
 * A file is read three times: for its variables and labels, for what its values are, and for the values. Nothing is
 * kept between but what is in this struct, so that memory is that of one batch.
 */
#ifndef TARN_IO_STATISTICS_H
#define TARN_IO_STATISTICS_H

#include "arrow/builder.h"
#include "io/format.h"
#include "io/import.h"

#include <readstat.h>

typedef enum tarn_statistics_kind {
    TARN_STATISTICS_TEXT,
    TARN_STATISTICS_LABEL, /* the text that the file gives for a code */
    TARN_STATISTICS_INTEGER,
    TARN_STATISTICS_DOUBLE,
    TARN_STATISTICS_DATE,
    TARN_STATISTICS_TIMESTAMP,
    TARN_STATISTICS_TIME,
} tarn_statistics_kind;

/* What a number counts, by its format. */
typedef enum tarn_statistics_unit {
    TARN_UNIT_NONE,
    TARN_UNIT_DATE,     /* a day */
    TARN_UNIT_INSTANT,  /* a day and a time */
    TARN_UNIT_DURATION, /* a time of day, or longer */
} tarn_statistics_unit;

typedef struct tarn_value_label {
    double code;
    char *key; /* of text variables, instead of a code */
    char *label;
} tarn_value_label;

typedef struct tarn_label_set {
    char *name;
    tarn_value_label *labels; /* codes ascending, each once, when the set is sealed */
    size_t count, capacity;
} tarn_label_set;

typedef struct tarn_statistics_variable {
    char *name, *label, *set; /* label and set may be NULL */
    bool is_text;
    tarn_statistics_unit unit;
    double per_day;     /* units in a day: 1, 86,400 or 86,400,000 */
    int64_t epoch_days; /* of the unit's zero, from 1970-01-01 */
    const tarn_label_set *labels;
    /* seen in the second reading */
    uint64_t values, labelled, missing; /* missing: values that the file itself calls so */
    bool has_fractions, has_times, is_beyond_day, is_out_of_range;
    tarn_statistics_kind kind; /* decided after it */
} tarn_statistics_variable;

typedef struct tarn_statistics {
    tarn_import_run *run;
    tarn_file_format format;
    tarn_error *error; /* of a reading under way */
    tarn_status status;
    uint64_t position, size;
    tarn_statistics_variable *variables;
    size_t count, capacity;
    tarn_label_set *sets;
    size_t set_count, set_capacity;
} tarn_statistics;

/** One reading, with the handlers that are not NULL. `context` is passed to them. Errors name the file. */
tarn_status tarn_statistics_parse(tarn_statistics *file, const readstat_callbacks_t *handlers, void *context,
                                  tarn_error *error);

/** A handler failed: note why, and have the reading end. */
int tarn_statistics_stop(tarn_statistics *file, tarn_status status);

/** The first reading: variables and labels. */
tarn_status tarn_statistics_describe(tarn_statistics *file, tarn_error *error);
/** The second: what the values are; then each variable has its kind. `keep_codes`: labels are not used. */
tarn_status tarn_statistics_observe(tarn_statistics *file, bool keep_codes, tarn_error *error);
void tarn_statistics_clear(tarn_statistics *file);

/** The label of a value; NULL when it has none. */
const char *tarn_statistics_label_of(const tarn_statistics_variable *variable, readstat_value_t value);

/** True for what is no value: missing, or empty text. */
bool tarn_statistics_is_missing(readstat_variable_t *variable, readstat_value_t value);

double tarn_statistics_number(readstat_value_t value);

/** Days and microseconds since 1970-01-01 of a number in the variable's unit; false when it is out of range. */
bool tarn_statistics_instant(const tarn_statistics_variable *variable, double number, int64_t *microseconds);

#endif
