/**
 * @file problem.h
 * Failures as responses: problem details (RFC 9457) with the library's code.
 */
#ifndef TARN_SERVER_PROBLEM_H
#define TARN_SERVER_PROBLEM_H

#include "server/response.h"

/** {"type": "about:blank", "title", "status", "detail", "code"}. */
void tarn_problem(tarn_exchange *exchange, int status, tarn_status code, const char *format, ...) TARN_PRINTF(4, 5);
void tarn_problem_error(tarn_exchange *exchange, const tarn_error *error);
/** The same of an answer {"ok": false, "code", "message", …}: further members are kept. Reference taken over. */
void tarn_problem_answer(tarn_exchange *exchange, tarn_status status, json_t *answer);

int tarn_problem_status(tarn_status status);

#endif
