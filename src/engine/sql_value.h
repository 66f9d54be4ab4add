/**
 * @file sql_value.h
 * A value for a parameter of a statement. Internal to the rooms above; include/tarn has its own.
 */
#ifndef TARN_ENGINE_SQL_VALUE_H
#define TARN_ENGINE_SQL_VALUE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum tarn_sql_value_kind {
    TARN_SQL_NULL,
    TARN_SQL_BOOL,
    TARN_SQL_INT,
    TARN_SQL_DOUBLE,
    TARN_SQL_TEXT,
} tarn_sql_value_kind;

typedef struct tarn_sql_value {
    tarn_sql_value_kind kind;
    union {
        bool boolean;
        int64_t integer;
        double number;
        const char *text;
    } as;
} tarn_sql_value;

#endif
