/**
 * @file serving.h
 * What the files of this room that answer requests share. On the loop's thread only.
 */
#ifndef TARN_SERVER_SERVING_H
#define TARN_SERVER_SERVING_H

#include "server/access_log.h"
#include "server/answers.h"
#include "server/auth.h"
#include "server/client.h"
#include "server/metrics.h"
#include "server/origin.h"
#include "server/place.h"
#include "tarn/serve.h"

#include <jansson.h>

/** What one server may have in hand at once. */
enum {
    TARN_MOST_STREAMS = 64,          /**< threads that upload, export, query */
    TARN_MOST_REQUESTS = 512,        /**< of one address */
    TARN_MOST_CONNECTIONS = 4096,    /**< of all */
    TARN_JSON_LIMIT = 16 << 20,      /**< bytes of a request in JSON */
    TARN_JSON_LIMIT_ALL = 256 << 20, /**< of all that are being read */
    TARN_ANSWERS_KEPT = 32 << 20,    /**< bytes of answers that may be asked for again */
    TARN_SOCKET_REQUESTS = 256,      /**< of one socket */
    TARN_PIECE = 1 << 20,            /**< bytes of a message that is a part of something */
    TARN_PIECES_WAITING = 8 << 20,   /**< of an upload over a socket that its client sent too early */
};

struct tarn_server {
    tarn_loop loop;
    tarn_wire wire;
    uv_tcp_t listener;
    uv_timer_t ticks;
    uv_signal_t terminate, interrupt, reload;
    uv_async_t stop;
    tarn_auth *auth;
    tarn_origins *origins;
    tarn_clients *clients;
    tarn_places *places;
    tarn_answers *answers;
    tarn_certificate *certificate;
    tarn_metrics metrics;
    char *certificate_path, *key_path, *address;
    int port;
    char url[256], link[384];
    uint64_t most_upload;
    tarn_log_format log_format;
    int log_descriptor;
    uint64_t held_bytes; /* of request bodies in memory */
    uint64_t next_id;    /* of requests */
    size_t asking;       /* requests that the library has, and streams */
    bool listening, draining;
    int64_t drained_by;
};

/** A request of somebody known, in a workspace. */
typedef struct tarn_asked {
    tarn_server *server;
    tarn_exchange *exchange;
    tarn_place *place;
    tarn_identity *identity;
    const char *const *segments; /* of the path, below the workspace's own */
    size_t segment_count;
} tarn_asked;

/** Answer it by the operation that its path stands for (segments behind TARN_API_ROOT). */
void tarn_serve_operation(const tarn_asked *asked, const char *const *segments, size_t count);

/** GET /api/v1/socket: the same by messages. */
void tarn_serve_socket(const tarn_asked *asked);

/** POST /api/query-stream: results in frames. */
void tarn_serve_query_stream(const tarn_asked *asked);

/** /api/screens and /api/screen-types; true when the path is one of these. */
bool tarn_serve_screens(const tarn_asked *asked);

/** Called with the body of a request when it is complete, whole in memory. */
typedef void (*tarn_body_ready)(const tarn_asked *asked, const void *body, size_t size);
/** Collect the body, which has to be JSON and of at most TARN_JSON_LIMIT bytes; refused else. */
void tarn_collect_json(const tarn_asked *asked, tarn_body_ready ready);

/** Run a request of the library's that has no bytes, and answer the exchange by `answer`, which owns the reply's
 *  members; not called when the client has gone. */
typedef void (*tarn_answer_ready)(const tarn_asked *asked, tarn_reply *reply, void *context);
/** False when that could not begin; the exchange is answered then. The request's reference is taken over. */
bool tarn_ask(const tarn_asked *asked, json_t *request, tarn_answer_ready answer, void *context);

/** Why somebody may not ask for this, whatever their role, with its code; NULL: they may, for all that is known here.
 */
const char *tarn_refusal(const tarn_asked *asked, const tarn_operation *operation, const json_t *arguments,
                         tarn_status *code);

/** Whether an operation answers at once and little: a page of few rows, and what has no bytes. */
bool tarn_is_short(const tarn_operation *operation, const json_t *arguments);

/** A request that may be of any size, by a thread; `takes`: the exchange's body goes there. */
void tarn_ask_stream(const tarn_asked *asked, json_t *request, bool takes, const char *tag, bool is_lasting);

/** Answer by what the library replied: bytes, if they are wanted, JSON, or a problem. The reply's bytes are taken over.
 */
void tarn_give_reply(const tarn_asked *asked, tarn_reply *reply, bool wants_bytes, const char *tag, bool is_lasting);

#endif
