/* Values of columns as the cells of a workbook have them. */
#include "io/export_xlsx_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_DAY (-25567) /* 1900-01-01 in days since 1970 */
#define LAST_DAY 2932896   /* 9999-12-31 */
#define DAY_MICROS 86400000000LL

int64_t tarn_xlsx_units_per_second(char unit) {
    return unit == 's' ? 1 : unit == 'm' ? 1000 : unit == 'u' ? 1000000 : 1000000000;
}

/* Excel counts UTF-16 units. */
size_t tarn_xlsx_units(const char *text, size_t size) {
    size_t units = 0;
    for (size_t i = 0; i < size; i++)
        units += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 + ((unsigned char)text[i] >= 0xF0) : 0;
    return units;
}

/* A double gives 15 decimal digits back. */
bool tarn_xlsx_is_exact(const char *text, double *number) {
    char *end;
    size_t digits = 0;
    *number = strtod(text, &end);
    for (const char *c = text; *c != '\0'; c++)
        digits += *c >= '0' && *c <= '9';
    return *end == '\0' && isfinite(*number) && digits <= 15;
}

bool tarn_xlsx_gives_back(double number) {
    /* Most numbers have few places behind the point, which is told quickest. */
    double millions = number * 1e6;
    if (fabs(millions) < 0x1p53 && millions == rint(millions) && millions / 1e6 == number)
        return true;
    char digits[32];
    snprintf(digits, sizeof digits, "%.16G", number);
    return strtod(digits, NULL) == number;
}

int64_t tarn_xlsx_integer(const tarn_xlsx_column *c, const struct ArrowArray *values, int64_t i) {
    i += values->offset;
    const void *data = values->buffers[1];
    switch (c->type->format[0]) {
    case 'c':
        return ((const int8_t *)data)[i];
    case 'C':
        return ((const uint8_t *)data)[i];
    case 's':
        return ((const int16_t *)data)[i];
    case 'S':
        return ((const uint16_t *)data)[i];
    case 'i':
        return ((const int32_t *)data)[i];
    case 'I':
        return ((const uint32_t *)data)[i];
    case 't': /* dates, and times of the coarser units, have 32 bits */
        if (c->kind == CELL_DATE || (c->kind == CELL_TIME && c->per_second <= 1000))
            return ((const int32_t *)data)[i];
    }
    return ((const int64_t *)data)[i];
}

/* Days since 1899-12-30 as Excel counts from March 1900 on; earlier ones are a day less. */
bool tarn_xlsx_serial(const tarn_xlsx_column *c, int64_t value, double *serial) {
    if (c->kind == CELL_TIME) {
        *serial = (double)value / (double)c->per_second / 86400.0;
        return value >= 0 && *serial < 1;
    }
    int64_t per_day = c->kind == CELL_DATE ? 1 : c->per_second * 86400;
    int64_t days = value / per_day - (value % per_day < 0), part = value - days * per_day;
    *serial = (double)(days + 25569 - (days + 25569 < 61)) + (double)part / (double)per_day;
    return days >= FIRST_DAY && days <= LAST_DAY;
}

/* Days of an interval without months; Excel shows no negative ones. */
bool tarn_xlsx_days(const struct ArrowArray *values, int64_t i, double *days) {
    struct {
        int32_t months, days;
        int64_t nanoseconds;
    } interval;
    memcpy(&interval, (const uint8_t *)values->buffers[1] + (values->offset + i) * (int64_t)sizeof interval,
           sizeof interval);
    *days = interval.days + (double)interval.nanoseconds / (DAY_MICROS * 1000.0);
    return interval.months == 0 && *days >= 0 && *days < LAST_DAY;
}
