/**
 * @file sqltext.h
 * Writing the SQL of commands.
 */
#ifndef TARN_COMMAND_SQLTEXT_H
#define TARN_COMMAND_SQLTEXT_H

#include "command/command.h"

/**
 * Append to `out` what `format` says: %i is an identifier and %l a literal from text, %s text as it is, %d an int,
 * %% a percent sign. The result is NUL-terminated; the size does not count the NUL.
 */
tarn_status tarn_sql_write(tarn_buffer *out, tarn_error *error, const char *format, ...);

/** A type as people name it, checked: TARN_E_INVALID when there is no such type. `*out` (heap) is what to write into
 *  SQL; `*schema` (may be NULL; released by the caller) the type. */
tarn_status tarn_sql_type_check(tarn_run *run, const char *type, char **out, struct ArrowSchema *schema,
                                tarn_error *error);

/** The values of a query over `tarn_table`, row by row, as text (NULL: null): `*count` of them, heap like each. */
tarn_status tarn_query_texts(tarn_run *run, const char *sql, char ***out, size_t *count, tarn_error *error);
void tarn_texts_free(char **texts, size_t count);

/** TARN_E_INVALID when the parameter `name` is no regular expression, or when `replacement` (may be NULL) names
 * parentheses that it does not have. Without it each row would be blamed. */
tarn_status tarn_check_pattern(tarn_run *run, const char *name, const char *replacement, tarn_error *error);

/** Whether a type is an integer's; any number's; plain text's. */
bool tarn_type_is_integer(const struct ArrowSchema *type);
bool tarn_type_is_number(const struct ArrowSchema *type);
bool tarn_type_is_text(const struct ArrowSchema *type);

/** The rows that a parameter names: row ids and ranges of them, "4,7,10-20". Each is looked up; a single id that is
 *  not in the table is TARN_E_NOT_FOUND, ranges take what is there. Heap, rising, each once. */
tarn_status tarn_run_rows(const tarn_run *run, const char *name, int64_t **out, int64_t *count, tarn_error *error);

/** Live rows for which an SQL condition over the row is true, as bits per chunk laid into `live` (see plan.h).
 *  TARN_E_INVALID when it is no condition. */
tarn_status tarn_run_where(tarn_run *run, const char *where, uint8_t **live, tarn_error *error);

#endif
