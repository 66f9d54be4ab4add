/**
 * @file call.h
 * One request while it is worked on, and how operations read its arguments and leave their answer. For src/wasm only.
 */
#ifndef TARN_WASM_CALL_H
#define TARN_WASM_CALL_H

#include "base/error.h"
#include "tarn/tarn.h"

#include <jansson.h>

typedef struct tarn_call tarn_call;
typedef tarn_status (*tarn_operation_run)(tarn_call *call, tarn_error *error);

/** How an operation is run. */
typedef enum tarn_run {
    TARN_RUN_CONTROL,    /**< on the bridge's thread when nothing else runs: it replaces the workspace */
    TARN_RUN_URGENT,     /**< somebody waits for it: overtakes all others */
    TARN_RUN_READ,       /**< beside others */
    TARN_RUN_BACKGROUND, /**< beside others, behind the above */
    TARN_RUN_CHANGE,     /**< one after the other, in the order of the requests */
} tarn_run;

typedef struct tarn_operation {
    const char *name;
    tarn_run how;
    tarn_operation_run run;
} tarn_operation;

/** By name; NULL when there is none of that name. */
const tarn_operation *tarn_operation_find(const char *name);

struct tarn_call {
    struct tarn_bridge *bridge;
    uint32_t id;
    const tarn_operation *operation;
    json_t *arguments; /* the request */
    uint8_t *data;     /* its bytes; an operation that keeps them sets this to NULL */
    size_t data_size;
    tarn_task *task;
    tarn_workspace **workspace; /* the bridge's; set except in control operations, which may replace it */

    json_t *answer; /* an object that the operation makes; NULL: empty */
    uint8_t *out;   /* bytes that it gives; heap */
    size_t out_size;

    /* the bridge's own */
    tarn_job *job;
    bool answered;
    uint64_t reported;
    int64_t since;
    struct tarn_call *next;
};

/* ---- arguments: a missing one that is required, or one of another type, is TARN_E_INVALID and named ---- */

/** Text, owned by the call; NULL when it is missing or null and not required. */
tarn_status tarn_call_text(const tarn_call *call, const char *name, bool required, const char **out, tarn_error *error);
/** A whole number; `otherwise` when it is missing. */
tarn_status tarn_call_integer(const tarn_call *call, const char *name, int64_t otherwise, int64_t *out,
                              tarn_error *error);
tarn_status tarn_call_number(const tarn_call *call, const char *name, double otherwise, double *out, tarn_error *error);
/** false when it is missing. */
tarn_status tarn_call_flag(const tarn_call *call, const char *name, bool *out, tarn_error *error);
/** One of `choices` (NULL-ended) as its number; 0 when it is missing. */
tarn_status tarn_call_choice(const tarn_call *call, const char *name, const char *const *choices, int *out,
                             tarn_error *error);
/** An array of texts, or one text; the list is heap, its texts are the call's. NULL when it is missing. */
tarn_status tarn_call_texts(const tarn_call *call, const char *name, const char ***out, size_t *count,
                            tarn_error *error);
/**
 * An object as parameters: text, numbers, true and false; an array gives one parameter for each of its values. The list
 * is heap, freed by tarn_call_parameters_free. NULL when it is missing.
 */
tarn_status tarn_call_parameters(const tarn_call *call, const char *name, tarn_parameter **out, size_t *count,
                                 tarn_error *error);
void tarn_call_parameters_free(tarn_parameter *parameters, size_t count);

/* ---- answers ---- */

/** The answer (taken over); TARN_E_MEMORY when it could not be made. */
tarn_status tarn_call_answer(tarn_call *call, json_t *answer, tarn_error *error);
/** A page, or a whole stream, as the bytes of an Arrow IPC stream. `rows` may be NULL. None is released. */
tarn_status tarn_call_give_rows(tarn_call *call, const struct ArrowSchema *schema, const struct ArrowArray *rows,
                                tarn_error *error);
tarn_status tarn_call_give_stream(tarn_call *call, struct ArrowArrayStream *stream, int64_t most, int64_t *rows,
                                  bool *more, tarn_error *error);

#endif
