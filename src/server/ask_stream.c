// Requests of any size on behalf of exchanges: uploads, exports, results.
#include "server/serving.h"

#include "server/encoding.h"
#include "server/problem.h"
#include "server/stream.h"

#include <stdlib.h>
#include <string.h>

typedef struct flowing {
    tarn_asked asked; /* its exchange is NULL when the client has gone */
    tarn_stream *stream;
    char tag[2 * TARN_TAG_SIZE];
    bool is_lasting;
    tarn_encoder *encoder;
} flowing;

static void flowing_free(flowing *flow) {
    flow->asked.server->asking--;
    flow->asked.server->metrics.running_streams--;
    tarn_identity_release(flow->asked.identity);
    tarn_encoder_free(flow->encoder);
    free(flow);
}

static void leave(tarn_exchange *exchange, flowing *flow) {
    tarn_stream *stream = flow->stream;
    exchange->context = NULL;
    flowing_free(flow);
    tarn_stream_leave(stream);
}

static const char *tag_of(const flowing *flow) {
    return flow->tag[0] != '\0' ? flow->tag : NULL;
}

/* ---- the answer -------------------------------------------------------------------------------------------------- */

static void begin(void *context, const char *media_type) {
    flowing *flow = context;
    tarn_exchange *exchange = flow->asked.exchange;
    tarn_encoding encoding =
        tarn_encoding_suits(media_type) ? tarn_encoding_choose(exchange->head) : TARN_ENCODING_NONE;
    if (encoding != TARN_ENCODING_NONE)
        flow->encoder = tarn_encoder_new(encoding);
    if (flow->encoder != NULL)
        tarn_response_field(exchange, "Content-Encoding", "%s", tarn_encoding_name(encoding));
    tarn_response_caching(exchange, tag_of(flow), flow->encoder != NULL ? tarn_encoding_name(encoding) : NULL,
                          flow->is_lasting);
    tarn_response_begin(exchange, 200, media_type, -1);
    if (!exchange->without_body)
        return;
    /* HEAD: that is all. */
    leave(exchange, flow);
    tarn_response_end(exchange);
}

static void send_piece(void *context, const void *data, size_t size, tarn_release release, void *release_context) {
    flowing *flow = context;
    tarn_buffer packed = {0};
    if (flow->encoder == NULL) {
        tarn_response_write(flow->asked.exchange, data, size, release, release_context);
        return;
    }
    bool usable = tarn_encoder_add(flow->encoder, data, size, false, &packed);
    tarn_exchange *exchange = flow->asked.exchange;
    release(release_context);
    if (!usable)
        tarn_exchange_abort(exchange);
    else if (packed.size > 0)
        tarn_response_write(exchange, packed.data, packed.size, free, packed.data);
    if (!usable || packed.size == 0)
        tarn_buffer_free(&packed);
}

/* All of it has gone out but the end. What failed is cut off: the client must not take it for complete. */
static void end_streamed(flowing *flow, const tarn_reply *reply) {
    tarn_exchange *exchange = flow->asked.exchange;
    tarn_buffer packed = {0};
    if (reply->status != TARN_OK) {
        tarn_exchange_abort(exchange);
        return;
    }
    if (flow->encoder != NULL && tarn_encoder_add(flow->encoder, NULL, 0, true, &packed))
        tarn_response_write(exchange, packed.data, packed.size, NULL, NULL);
    tarn_buffer_free(&packed);
    tarn_response_end(exchange);
}

static void end(void *context, tarn_reply *reply) {
    flowing *flow = context;
    tarn_exchange *exchange = flow->asked.exchange;
    exchange->context = NULL; /* there is nothing to leave any more */
    if (exchange->status != 0)
        end_streamed(flow, reply);
    else
        tarn_give_reply(&flow->asked, reply, true, tag_of(flow), flow->is_lasting);
    tarn_reply_clear(reply);
    flowing_free(flow);
}

static size_t unsent(void *context) {
    const flowing *flow = context;
    return tarn_connection_unsent(flow->asked.exchange->connection);
}

/* ---- the request's bytes ------------------------------------------------------------------------------------------
 */

static void fed(void *context) {
    const flowing *flow = context;
    tarn_exchange_hold(flow->asked.exchange, false);
}

static void body(tarn_exchange *exchange, const uint8_t *data, size_t size) {
    flowing *flow = exchange->context;
    if (flow == NULL)
        return;
    if (exchange->taken > flow->asked.server->most_upload) {
        leave(exchange, flow);
        tarn_problem(exchange, 413, TARN_E_INVALID, "more bytes than this server takes at once (--max-upload)");
        return;
    }
    if (!tarn_stream_feed(flow->stream, data, size))
        tarn_exchange_hold(exchange, true);
}

static void body_end(tarn_exchange *exchange) {
    const flowing *flow = exchange->context;
    if (flow != NULL)
        tarn_stream_feed_end(flow->stream);
}

static void drained(tarn_exchange *exchange) {
    const flowing *flow = exchange->context;
    if (flow != NULL)
        tarn_stream_pump(flow->stream);
}

static void over(tarn_exchange *exchange, bool complete) {
    flowing *flow = exchange->context;
    (void)complete;
    if (flow != NULL)
        leave(exchange, flow);
}

static const tarn_exchange_calls calls = {.body = body, .body_end = body_end, .drained = drained, .over = over};

/* ---- the beginning ------------------------------------------------------------------------------------------------
 */

static tarn_status start(flowing *flow, json_t *object, bool takes, tarn_error *error) {
    const tarn_stream_owner owner = {flow, begin, send_piece, end, unsent, fed};
    tarn_caller *caller;
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_caller_shared(flow->asked.place, flow->asked.identity, &caller, error);
    if (status == TARN_OK) {
        status = tarn_stream_start(&flow->asked.server->loop, caller, text, takes, &owner, &flow->stream, error);
        tarn_caller_release(caller);
    }
    free(text);
    return status;
}

void tarn_ask_stream(const tarn_asked *asked, json_t *object, bool takes, const char *tag, bool is_lasting) {
    tarn_exchange *exchange = asked->exchange;
    tarn_error error = {0};
    if (asked->server->metrics.running_streams >= TARN_MOST_STREAMS) {
        json_decref(object);
        tarn_response_field(exchange, "Retry-After", "1");
        tarn_problem(exchange, 503, TARN_E_MEMORY, "as many uploads, exports and queries run as may: try again later");
        return;
    }
    flowing *flow = calloc(1, sizeof *flow);
    if (flow == NULL) {
        json_decref(object);
        tarn_problem(exchange, 503, TARN_E_MEMORY, "out of memory");
        return;
    }
    flow->asked = *asked;
    flow->is_lasting = is_lasting;
    if (tag != NULL)
        strncpy(flow->tag, tag, sizeof flow->tag - 1);
    tarn_identity_hold(asked->identity);
    asked->server->asking++;
    asked->server->metrics.running_streams++;
    tarn_status status = start(flow, object, takes, &error);
    json_decref(object);
    if (status != TARN_OK) {
        flowing_free(flow);
        tarn_problem_error(exchange, &error);
        return;
    }
    exchange->calls = &calls;
    exchange->context = flow;
    if (takes)
        tarn_exchange_welcome_body(exchange);
}
