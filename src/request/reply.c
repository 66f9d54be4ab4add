// Envelopes: what every answer has around it, and how failures are worded.
#include "answer/answer.h"
#include "base/text.h"
#include "request/session.h"
#include "request/words.h"

#include <stdlib.h>
#include <string.h>

static const char out_of_memory[] = "{\"ok\":false,\"code\":\"TARN_E_MEMORY\",\"message\":\"out of memory\"}";

void tarn_reply_clear(tarn_reply *reply) {
    free(reply->json);
    free(reply->bytes);
    *reply = (tarn_reply){0};
}

/* `object` is taken over. */
static void write_json(json_t *object, tarn_reply *out) {
    out->json = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    json_decref(object);
    if (out->json == NULL) {
        out->json = tarn_strdup(out_of_memory);
        out->status = TARN_E_MEMORY;
    }
    out->json_size = out->json != NULL ? strlen(out->json) : 0;
}

/* Heap; NULL: as it is. */
static char *word(const tarn_session *session, const char *passing, const char *text) {
    char *worded = tarn_words_for(session != NULL ? session->context.door : TARN_DOOR_PROGRAM, passing, text);
    const tarn_session_listener *listener = session != NULL ? &session->listener : NULL;
    char *further = listener != NULL && listener->word != NULL
                        ? listener->word(listener->context, worded != NULL ? worded : text)
                        : NULL;
    if (further == NULL)
        return worded;
    free(worded);
    return further;
}

static void word_text(const tarn_call *call, json_t *text) {
    const char *said = json_string_value(text);
    char *better = said != NULL ? word(call->session, call->passing, said) : NULL;
    if (better != NULL)
        json_string_set(text, better);
    free(better);
}

/* All texts in it, at any depth. */
static void word_all(const tarn_call *call, json_t *value) {
    size_t index;
    const char *key;
    json_t *inner;
    word_text(call, value);
    json_array_foreach(value, index, inner) word_all(call, inner);
    json_object_foreach(value, key, inner) word_all(call, inner);
}

/* What speaks to people. */
static void word_answer(const tarn_call *call, json_t *answer) {
    static const char *const spoken[] = {"message", "warnings", "notice", "problems", "folder"};
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
        word_all(call, json_object_get(answer, spoken[i]));
}

static void fail(const tarn_session *session, const char *passing, const tarn_error *error, tarn_reply *out) {
    char *worded = word(session, passing, error->message);
    char *message = tarn_text_printable(worded != NULL ? worded : error->message);
    *out = (tarn_reply){.status = error->code};
    write_json(json_pack("{s:b,s:s,s:s}", "ok", false, "code", tarn_status_name(error->code), "message",
                         message != NULL ? message : "out of memory"),
               out);
    free(message);
    free(worded);
}

void tarn_reply_fail(const tarn_session *session, const tarn_error *error, tarn_reply *out) {
    fail(session, NULL, error, out);
}

void tarn_reply_make(tarn_call *call, tarn_status status, const tarn_error *error, tarn_reply *out) {
    if (status != TARN_OK) {
        fail(call->session, call->passing, error, out);
        return;
    }
    json_t *answer = call->answer != NULL ? call->answer : json_object();
    call->answer = NULL;
    json_object_set_new(answer, "ok", json_true());
    word_answer(call, answer);
    *out = (tarn_reply){.media_type = call->media_type};
    write_json(answer, out);
    if (call->sink == NULL && call->media_type != NULL) {
        out->bytes = call->out.data;
        out->byte_count = call->out.size;
        call->out = (tarn_buffer){0};
    }
}
