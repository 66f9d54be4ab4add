/**
 * @file sql_functions.h
 * What each of DuckDB's functions and views may do in a query that only reads. Internal to the engine.
 */
#ifndef TARN_ENGINE_SQL_FUNCTIONS_H
#define TARN_ENGINE_SQL_FUNCTIONS_H

#include <stdbool.h>

typedef enum tarn_judgement {
    TARN_UNKNOWN,  /**< nobody has judged it: refused when DuckDB has it */
    TARN_HARMLESS, /**< anybody may use it */
    TARN_REFUSED,
} tarn_judgement;

/** A function, an operator or a macro outside of FROM. Names are compared without regard to case. */
tarn_judgement tarn_judge_function(const char *name);
tarn_judgement tarn_judge_table_function(const char *name); /**< in FROM; DuckDB's and the engine's own */
tarn_judgement tarn_judge_pragma(const char *name);
tarn_judgement tarn_judge_view(const char *name);

/** Whether it keeps all values of a group in an array that is moved into one of twice its size when it is full, or may
 * do so (list_aggregate): nothing can end that, so it has to end before. */
bool tarn_is_doubling(const char *name);

/** Whether a plan may read from this function. */
bool tarn_plan_allows_function(const char *name);

#endif
