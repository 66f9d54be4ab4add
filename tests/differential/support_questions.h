/**
 * @file support_questions.h
 * Random queries over random tables whose answers are the same whoever computes them.
 */
#ifndef TARN_TESTS_SUPPORT_QUESTIONS_H
#define TARN_TESTS_SUPPORT_QUESTIONS_H

#include "support_tables.h"

typedef struct question {
    tarn_buffer sql;
    bool has_order;   /**< its rows have an order that it asks for */
    bool needs_order; /**< which rows it gives depends on the order in which they come */
} question;

/** Of one of the tables, or two. Free `sql`. */
question random_question(random_source *random, const random_table *tables, size_t count);

#endif
