/* The variables and value labels of a statistics file, and what its values turn out to be. */
#include "io/statistics.h"

#include "base/clock.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define EXACT 9007199254740992.0 /* 2^53: whole numbers up to here are themselves */
#define MICROSECONDS_PER_DAY 86400e6

/* ---- units ----------------------------------------------------------------------------------------------------------
 */

typedef struct known_format {
    const char *start;
    tarn_statistics_unit unit;
} known_format;

static const known_format spss_formats[] = {
    {"DATETIME", TARN_UNIT_INSTANT}, {"YMDHMS", TARN_UNIT_INSTANT}, {"DTIME", TARN_UNIT_DURATION},
    {"TIME", TARN_UNIT_DURATION},    {"MTIME", TARN_UNIT_DURATION}, {"DATE", TARN_UNIT_DATE},
    {"ADATE", TARN_UNIT_DATE},       {"EDATE", TARN_UNIT_DATE},     {"SDATE", TARN_UNIT_DATE},
    {"JDATE", TARN_UNIT_DATE},       {"QYR", TARN_UNIT_DATE},       {"MOYR", TARN_UNIT_DATE},
    {"WKYR", TARN_UNIT_DATE},        {NULL, TARN_UNIT_NONE}};
static const known_format stata_formats[] = {
    {"%tcHH", TARN_UNIT_DURATION}, {"%tc", TARN_UNIT_INSTANT}, {"%-tc", TARN_UNIT_INSTANT},
    {"%tC", TARN_UNIT_INSTANT},    {"%td", TARN_UNIT_DATE},    {"%-td", TARN_UNIT_DATE},
    {"%d", TARN_UNIT_DATE},        {"%-d", TARN_UNIT_DATE},    {NULL, TARN_UNIT_NONE}};
static const known_format sas_formats[] = {
    {"DATETIME", TARN_UNIT_INSTANT}, {"DATEAMPM", TARN_UNIT_INSTANT}, {"E8601DT", TARN_UNIT_INSTANT},
    {"B8601DT", TARN_UNIT_INSTANT},  {"IS8601DT", TARN_UNIT_INSTANT}, {"MDYAMPM", TARN_UNIT_INSTANT},
    {"TIME", TARN_UNIT_DURATION},    {"HHMM", TARN_UNIT_DURATION},    {"E8601TM", TARN_UNIT_DURATION},
    {"B8601TM", TARN_UNIT_DURATION}, {"TOD", TARN_UNIT_DURATION},     {"DATE", TARN_UNIT_DATE},
    {"MMDDYY", TARN_UNIT_DATE},      {"DDMMYY", TARN_UNIT_DATE},      {"YYMMDD", TARN_UNIT_DATE},
    {"E8601DA", TARN_UNIT_DATE},     {"B8601DA", TARN_UNIT_DATE},     {"IS8601DA", TARN_UNIT_DATE},
    {"JULIAN", TARN_UNIT_DATE},      {"WORDDATE", TARN_UNIT_DATE},    {"WEEKDATE", TARN_UNIT_DATE},
    {"MONYY", TARN_UNIT_DATE},       {"YYMON", TARN_UNIT_DATE},       {"YYQ", TARN_UNIT_DATE},
    {"NLDATE", TARN_UNIT_DATE},      {NULL, TARN_UNIT_NONE}};

static tarn_statistics_unit find_unit(const known_format *known, const char *format, bool exact) {
    for (; known->start != NULL; known++) {
        size_t size = strlen(known->start);
        if (strncasecmp(format, known->start, size) != 0)
            continue;
        /* A width may follow; "%td" has any mask behind it. */
        if (!exact || format[size] == '\0' || format[size] == '.' || (format[size] >= '0' && format[size] <= '9'))
            return known->unit;
    }
    return TARN_UNIT_NONE;
}

static void set_unit(tarn_statistics_variable *variable, tarn_file_format file, const char *format) {
    bool spss = file == TARN_FORMAT_SAV || file == TARN_FORMAT_POR;
    bool stata = file == TARN_FORMAT_DTA;
    variable->unit = find_unit(spss ? spss_formats : stata ? stata_formats : sas_formats, format, !stata);
    variable->epoch_days = spss ? tarn_days_from_civil(1582, 10, 14) : tarn_days_from_civil(1960, 1, 1);
    variable->per_day = spss ? 86400 : variable->unit == TARN_UNIT_DATE ? 1 : stata ? 86400e3 : 86400;
}

bool tarn_statistics_instant(const tarn_statistics_variable *variable, double number, int64_t *microseconds) {
    double whole = floor(number / variable->per_day), rest = number - whole * variable->per_day;
    double days = whole + (variable->unit == TARN_UNIT_DURATION ? 0 : (double)variable->epoch_days);
    if (!(days > -1e8 && days < 1e8)) /* what microseconds in 64 bits hold */
        return false;
    *microseconds = (int64_t)days * (int64_t)MICROSECONDS_PER_DAY +
                    (int64_t)llround(rest * (MICROSECONDS_PER_DAY / variable->per_day));
    return true;
}

/* ---- first reading ----------------------------------------------------------------------------------------------- */

static int add_variable(int index, readstat_variable_t *variable, const char *labels, void *context) {
    tarn_statistics *file = context;
    (void)index;
    tarn_status status =
        tarn_grow(&file->variables, &file->capacity, file->count + 1, sizeof *file->variables, file->error);
    if (status != TARN_OK)
        return tarn_statistics_stop(file, status);
    const char *label = readstat_variable_get_label(variable), *format = readstat_variable_get_format(variable);
    const char *name = readstat_variable_get_name(variable);
    tarn_statistics_variable *out = &file->variables[file->count++];
    *out = (tarn_statistics_variable){
        .name = tarn_strdup(name != NULL ? name : ""),
        .label = label != NULL && label[0] != '\0' ? tarn_strdup(label) : NULL,
        .set = labels != NULL && labels[0] != '\0' ? tarn_strdup(labels) : NULL,
        .is_text = readstat_variable_get_type_class(variable) == READSTAT_TYPE_CLASS_STRING,
    };
    if (out->name == NULL)
        return tarn_statistics_stop(file, tarn_fail_memory(file->error));
    if (format != NULL && !out->is_text)
        set_unit(out, file->format, format);
    return READSTAT_HANDLER_OK;
}

static tarn_label_set *find_set(tarn_statistics *file, const char *name, bool make) {
    for (size_t i = file->set_count; i-- > 0;) { /* labels of one set come together */
        if (strcmp(file->sets[i].name, name) == 0)
            return &file->sets[i];
    }
    if (!make ||
        tarn_grow(&file->sets, &file->set_capacity, file->set_count + 1, sizeof *file->sets, file->error) != TARN_OK)
        return NULL;
    file->sets[file->set_count] = (tarn_label_set){.name = tarn_strdup(name)};
    return file->sets[file->set_count].name != NULL ? &file->sets[file->set_count++] : NULL;
}

static int add_label(const char *labels, readstat_value_t value, const char *label, void *context) {
    tarn_statistics *file = context;
    bool text = readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING;
    if (labels == NULL || label == NULL || readstat_value_is_tagged_missing(value) ||
        readstat_value_is_system_missing(value))
        return READSTAT_HANDLER_OK;
    tarn_label_set *set = find_set(file, labels, true);
    if (set == NULL ||
        tarn_grow(&set->labels, &set->capacity, set->count + 1, sizeof *set->labels, file->error) != TARN_OK)
        return tarn_statistics_stop(file, tarn_fail_memory(file->error));
    tarn_value_label *out = &set->labels[set->count++];
    const char *key = text ? readstat_string_value(value) : NULL;
    *out = (tarn_value_label){.code = text ? 0 : tarn_statistics_number(value),
                              .key = text ? tarn_strdup(key != NULL ? key : "") : NULL,
                              .label = tarn_strdup(label)};
    return out->label != NULL && (out->key != NULL || !text)
               ? READSTAT_HANDLER_OK
               : tarn_statistics_stop(file, tarn_fail_memory(file->error));
}

static int compare_labels(const void *a, const void *b) {
    const tarn_value_label *x = a, *y = b;
    if (x->key != NULL && y->key != NULL)
        return strcmp(x->key, y->key);
    if (x->key != NULL || y->key != NULL)
        return x->key != NULL ? 1 : -1;
    return (x->code > y->code) - (x->code < y->code);
}

tarn_status tarn_statistics_describe(tarn_statistics *file, tarn_error *error) {
    const readstat_callbacks_t handlers = {.variable = add_variable, .value_label = add_label};
    TARN_TRY(tarn_statistics_parse(file, &handlers, file, error));
    for (size_t i = 0; i < file->set_count; i++)
        qsort(file->sets[i].labels, file->sets[i].count, sizeof *file->sets[i].labels, compare_labels);
    for (size_t i = 0; i < file->count; i++) {
        if (file->variables[i].set != NULL)
            file->variables[i].labels = find_set(file, file->variables[i].set, false);
    }
    return TARN_OK;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

double tarn_statistics_number(readstat_value_t value) {
    switch (readstat_value_type(value)) {
    case READSTAT_TYPE_INT8:
        return (double)(int8_t)readstat_int8_value(value);
    case READSTAT_TYPE_INT16:
        return readstat_int16_value(value);
    case READSTAT_TYPE_INT32:
        return readstat_int32_value(value);
    case READSTAT_TYPE_FLOAT:
        return (double)readstat_float_value(value);
    default:
        return readstat_double_value(value);
    }
}

bool tarn_statistics_is_missing(readstat_variable_t *variable, readstat_value_t value) {
    if (readstat_value_is_missing(value, variable))
        return true;
    if (readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING) {
        const char *text = readstat_string_value(value);
        return text == NULL || text[0] == '\0';
    }
    return !isfinite(tarn_statistics_number(value));
}

const char *tarn_statistics_label_of(const tarn_statistics_variable *variable, readstat_value_t value) {
    const tarn_label_set *set = variable->labels;
    if (set == NULL)
        return NULL;
    const char *text = variable->is_text ? readstat_string_value(value) : NULL;
    tarn_value_label wanted = {.key = (char *)(uintptr_t)text};
    if (!variable->is_text)
        wanted.code = tarn_statistics_number(value);
    const tarn_value_label *found = bsearch(&wanted, set->labels, set->count, sizeof wanted, compare_labels);
    return found != NULL ? found->label : NULL;
}

static int observe_value(int row, readstat_variable_t *variable, readstat_value_t value, void *context) {
    tarn_statistics *file = context;
    size_t index = (size_t)readstat_variable_get_index(variable);
    int64_t instant;
    if (index >= file->count)
        return READSTAT_HANDLER_OK;
    tarn_statistics_variable *seen = &file->variables[index];
    if (index == 0 && row % 1024 == 0 && tarn_task_check(file->run->io->task, file->error) != TARN_OK)
        return tarn_statistics_stop(file, TARN_E_CANCELLED);
    seen->missing += !readstat_value_is_system_missing(value) && readstat_value_is_defined_missing(value, variable);
    if (tarn_statistics_is_missing(variable, value))
        return READSTAT_HANDLER_OK;
    seen->values++;
    seen->labelled += tarn_statistics_label_of(seen, value) != NULL;
    if (seen->is_text)
        return READSTAT_HANDLER_OK;
    double number = tarn_statistics_number(value);
    seen->has_fractions |= number != floor(number) || fabs(number) > EXACT;
    seen->has_times |= fmod(number, seen->per_day) != 0;
    seen->is_beyond_day |= number < 0 || number >= seen->per_day;
    seen->is_out_of_range |= seen->unit != TARN_UNIT_NONE && !tarn_statistics_instant(seen, number, &instant);
    return READSTAT_HANDLER_OK;
}

static tarn_statistics_kind decide(const tarn_statistics_variable *seen, bool keep_codes) {
    if (!keep_codes && seen->values > 0 && seen->labelled == seen->values)
        return TARN_STATISTICS_LABEL;
    if (seen->is_text)
        return TARN_STATISTICS_TEXT;
    if (seen->unit == TARN_UNIT_DATE && !seen->is_out_of_range)
        return seen->has_times ? TARN_STATISTICS_TIMESTAMP : TARN_STATISTICS_DATE;
    if (seen->unit == TARN_UNIT_INSTANT && !seen->is_out_of_range)
        return TARN_STATISTICS_TIMESTAMP;
    if (seen->unit == TARN_UNIT_DURATION && !seen->is_beyond_day)
        return TARN_STATISTICS_TIME;
    return seen->has_fractions ? TARN_STATISTICS_DOUBLE : TARN_STATISTICS_INTEGER;
}

tarn_status tarn_statistics_observe(tarn_statistics *file, bool keep_codes, tarn_error *error) {
    const readstat_callbacks_t handlers = {.value = observe_value};
    for (size_t i = 0; i < file->count; i++)
        file->variables[i].per_day = file->variables[i].per_day > 0 ? file->variables[i].per_day : 1;
    TARN_TRY(tarn_statistics_parse(file, &handlers, file, error));
    for (size_t i = 0; i < file->count; i++)
        file->variables[i].kind = decide(&file->variables[i], keep_codes);
    return TARN_OK;
}

void tarn_statistics_clear(tarn_statistics *file) {
    for (size_t i = 0; i < file->count; i++) {
        free(file->variables[i].name);
        free(file->variables[i].label);
        free(file->variables[i].set);
    }
    for (size_t i = 0; i < file->set_count; i++) {
        for (size_t k = 0; k < file->sets[i].count; k++) {
            free(file->sets[i].labels[k].key);
            free(file->sets[i].labels[k].label);
        }
        free(file->sets[i].labels);
        free(file->sets[i].name);
    }
    free(file->variables);
    free(file->sets);
}
