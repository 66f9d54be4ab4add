/**
 * @file access_log.h
 * A line for each request, in JSON or the common format, on standard error or in a file. No line has a token in it:
 * what a client sends as Authorization or Cookie is never written, and tokens stand nowhere else.
 */
#ifndef TARN_SERVER_ACCESS_LOG_H
#define TARN_SERVER_ACCESS_LOG_H

#include "server/connection.h"

typedef enum tarn_log_format { TARN_LOG_NONE, TARN_LOG_JSON, TARN_LOG_COMMON } tarn_log_format;

/** "json", "common", "none". */
bool tarn_log_format_parse(const char *name, tarn_log_format *out);
void tarn_access_log_write(tarn_log_format format, int descriptor, const tarn_exchange *exchange);

#endif
