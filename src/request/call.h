/**
 * @file call.h
 * One request while it is worked on, and how operations read its arguments and leave their answer. For src/request
 * only.
 */
#ifndef TARN_REQUEST_CALL_H
#define TARN_REQUEST_CALL_H

#include "base/buffer.h"
#include "base/error.h"
#include "tarn/request.h"

#include <jansson.h>

typedef struct tarn_call tarn_call;

/** An operation as it is declared, and what carries it out. */
typedef struct tarn_deed {
    tarn_operation declared;
    tarn_status (*run)(tarn_call *call, tarn_error *error);
} tarn_deed;

struct tarn_call {
    tarn_session *session;
    uint64_t id;     /* its caller's */
    uint64_t number; /* among all of the service */
    const tarn_deed *operation;
    json_t *arguments;         /* the request, checked, with what stands for what is missing */
    tarn_workspace *workspace; /* as the session's caller sees it; NULL in control operations */
    tarn_task *task;

    const uint8_t *data; /* the request's bytes; NULL: none, or from the source */
    size_t data_size;
    uint8_t *owned; /* what is to be freed of them */
    const tarn_byte_source *source;

    json_t *answer;             /* an object that the operation makes; NULL: empty */
    const tarn_byte_sink *sink; /* NULL: bytes are gathered in `out` */
    tarn_byte_sink sink_copy;
    tarn_byte_source source_copy;
    const char *media_type; /* of the bytes; NULL: none yet */
    tarn_buffer out;
    char *passing; /* the folder that files of this call pass through, for putting messages right; NULL: none */

    /* the service's own */
    tarn_session_receive receive; /* NULL: its caller waits for it */
    void *receiver;
    tarn_job *job;
    bool answered;
    uint64_t reported;
    int64_t since;
    struct tarn_call *next;
};

/* ---- arguments: they were checked against the declaration, so that reading them cannot fail ---- */

bool tarn_call_has(const tarn_call *call, const char *name);
/** Text, owned by the call; NULL when it is missing. */
const char *tarn_call_text(const tarn_call *call, const char *name);
/** One ASCII character; '\0' when it is missing. */
tarn_status tarn_call_character(const tarn_call *call, const char *name, char *out, tarn_error *error);
/** A whole number; `otherwise` when it is missing. */
int64_t tarn_call_integer(const tarn_call *call, const char *name, int64_t otherwise);
double tarn_call_number(const tarn_call *call, const char *name, double otherwise);
/** false when it is missing. */
bool tarn_call_flag(const tarn_call *call, const char *name);
/** Which of the declared choices a text is, from 0; 0 when it is missing. */
int tarn_call_choice(const tarn_call *call, const char *name);
/** The whole of it; NULL when it is missing. */
const json_t *tarn_call_json(const tarn_call *call, const char *name);
/** A list of texts; the list is heap, its texts are the call's. NULL when it is missing. */
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

/** Bytes of a kind (static text) follow; to be said before the first of them. */
void tarn_call_begin_bytes(tarn_call *call, const char *media_type);
/** Some of the answer's bytes. The signature suits tarn_ipc_write; the context is a tarn_call. */
tarn_status tarn_call_write(void *context, const void *data, size_t size, tarn_error *error);

/** A page, or a whole stream, in the format that the call asks for. `rows` may be NULL. None is released. */
tarn_status tarn_call_give_rows(tarn_call *call, const struct ArrowSchema *schema, const struct ArrowArray *rows,
                                tarn_error *error);
tarn_status tarn_call_give_stream(tarn_call *call, struct ArrowArrayStream *stream, int64_t most, int64_t *rows,
                                  bool *more, tarn_error *error);

#endif
