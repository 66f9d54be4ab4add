// Failures as responses: problem details.
#include "server/problem.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int tarn_problem_status(tarn_status status) {
    switch (status) {
    case TARN_OK:
        return 200;
    case TARN_E_INVALID:
    case TARN_E_SQL:
        return 400;
    case TARN_E_NOT_FOUND:
        return 404;
    case TARN_E_EXISTS:
    case TARN_E_CONFLICT:
        return 409;
    case TARN_E_FORMAT:
    case TARN_E_UNSUPPORTED:
        return 422;
    case TARN_E_FULL:
        return 507;
    case TARN_E_MEMORY:
        return 503;
    case TARN_E_LOCKED:
        return 423;
    case TARN_E_READ_ONLY:
    case TARN_E_FORBIDDEN:
        return 403;
    case TARN_E_CANCELLED:
        return 499;
    default:
        return 500;
    }
}

static void give(tarn_exchange *exchange, int status, json_t *problem) {
    char *text = problem != NULL ? json_dumps(problem, JSON_COMPACT) : NULL;
    json_decref(problem);
    tarn_content content = {.media_type = "application/problem+json",
                            .data = text,
                            .size = text != NULL ? strlen(text) : 0,
                            .release = free,
                            .owner = text};
    tarn_response_give(exchange, status, &content);
}

static json_t *describe(int status, const char *code, const char *detail) {
    char *readable = tarn_text_printable(detail);
    json_t *problem = json_pack("{s:s,s:s,s:i,s:s,s:s}", "type", "about:blank", "title", tarn_status_reason(status),
                                "status", status, "detail", readable != NULL ? readable : "", "code", code);
    free(readable);
    return problem;
}

void tarn_problem(tarn_exchange *exchange, int status, tarn_status code, const char *format, ...) {
    char detail[TARN_ERROR_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    give(exchange, status, describe(status, tarn_status_name(code), detail));
}

void tarn_problem_error(tarn_exchange *exchange, const tarn_error *error) {
    tarn_problem(exchange, tarn_problem_status(error->code), error->code, "%s", error->message);
}

void tarn_problem_answer(tarn_exchange *exchange, tarn_status status, json_t *answer) {
    int http = tarn_problem_status(status);
    const char *message = json_string_value(json_object_get(answer, "message"));
    json_t *problem = describe(http, tarn_status_name(status), message != NULL ? message : "");
    const char *key;
    json_t *value;
    json_object_foreach(answer, key, value) if (strcmp(key, "ok") != 0 && strcmp(key, "message") != 0)
        json_object_set(problem, key, value);
    json_decref(answer);
    give(exchange, http, problem);
}
