// POST /api/query-stream: the result of a query in frames, for clients that speak that protocol.
#include "server/serving.h"

#include "base/error.h"
#include "server/query_frames.h"
#include "server/query_text.h"
#include "server/response.h"
#include "server/stream.h"

#include <stdlib.h>
#include <string.h>

#define MEDIA_TYPE "application/x-micromegas-arrow-stream"

typedef struct querying {
    tarn_asked asked;
    tarn_stream *stream;
    tarn_query_frames frames;
    bool failed;
} querying;

/* ---- failures ------------------------------------------------------------------------------------------------------
 */

static const char *code_of(tarn_status status) {
    switch (status) {
    case TARN_E_SQL:
    case TARN_E_INVALID:
    case TARN_E_NOT_FOUND:
    case TARN_E_UNSUPPORTED:
        return "INVALID_SQL";
    case TARN_E_FORBIDDEN:
        return "FORBIDDEN";
    case TARN_E_ENGINE_LOST:
    case TARN_E_LOCKED:
        return "CONNECTION_FAILED";
    default:
        return "INTERNAL";
    }
}

static int http_of(const char *code) {
    return strcmp(code, "INVALID_SQL") == 0             ? 400
           : strcmp(code, "FORBIDDEN") == 0             ? 403
           : strcmp(code, "DATA_SOURCE_NOT_FOUND") == 0 ? 404
                                                        : 500;
}

static void fail(tarn_exchange *exchange, const char *code, const char *message) {
    tarn_response_json(exchange, http_of(code), json_pack("{s:s,s:s}", "code", code, "message", message));
}

/* ---- the answer ----------------------------------------------------------------------------------------------------
 */

static void querying_free(querying *query) {
    query->asked.server->asking--;
    query->asked.server->metrics.running_streams--;
    tarn_identity_release(query->asked.identity);
    tarn_query_frames_free(&query->frames);
    free(query);
}

static void begin(void *context, const char *media_type) {
    const querying *query = context;
    (void)media_type;
    tarn_response_field(query->asked.exchange, "Cache-Control", "no-store");
    tarn_response_begin(query->asked.exchange, 200, MEDIA_TYPE, -1);
}

static void send_frames(querying *query, const void *data, size_t size) {
    tarn_buffer out = {0};
    if (!query->failed && !tarn_query_frames_add(&query->frames, data, size, &out))
        query->failed = true;
    tarn_response_write(query->asked.exchange, out.data, out.size, free, out.data);
}

static void write_piece(void *context, const void *data, size_t size, tarn_release release, void *release_context) {
    send_frames(context, data, size);
    release(release_context);
}

static void send_last(querying *query, tarn_status status, const char *message) {
    json_t *line = status == TARN_OK ? json_pack("{s:s}", "type", "done")
                                     : json_pack("{s:s,s:s,s:s}", "type", "error", "code", code_of(status), "message",
                                                 message != NULL ? message : "");
    char *text = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    if (text != NULL) {
        tarn_response_write(query->asked.exchange, text, strlen(text), NULL, NULL);
        tarn_response_write(query->asked.exchange, "\n", 1, NULL, NULL);
    }
    free(text);
    tarn_response_end(query->asked.exchange);
}

static void end(void *context, tarn_reply *reply) {
    querying *query = context;
    tarn_exchange *exchange = query->asked.exchange;
    tarn_status status = reply->status;
    json_t *answer = json_loadb(reply->json, reply->json_size, 0, NULL);
    const char *message = json_string_value(json_object_get(answer, "message"));
    exchange->context = NULL;
    if (exchange->status == 0 && status != TARN_OK) {
        fail(exchange, code_of(status), message != NULL ? message : "");
    } else {
        if (exchange->status == 0) {
            begin(query, NULL);
            send_frames(query, reply->bytes, reply->byte_count);
        }
        send_last(query, status == TARN_OK && query->failed ? TARN_E_MEMORY : status, message);
    }
    json_decref(answer);
    tarn_reply_clear(reply);
    querying_free(query);
}

static size_t unsent(void *context) {
    const querying *query = context;
    return tarn_connection_unsent(query->asked.exchange->connection);
}

static void drained(tarn_exchange *exchange) {
    const querying *query = exchange->context;
    if (query != NULL)
        tarn_stream_pump(query->stream);
}

static void over(tarn_exchange *exchange, bool complete) {
    querying *query = exchange->context;
    (void)complete;
    if (query == NULL)
        return;
    tarn_stream *stream = query->stream;
    querying_free(query);
    tarn_stream_leave(stream);
}

static const tarn_exchange_calls calls = {.drained = drained, .over = over};

/* ---- the request ---------------------------------------------------------------------------------------------------
 */

static void start(const tarn_asked *asked, tarn_place *place, char *sql) {
    tarn_error error = {0};
    tarn_caller *caller = NULL;
    json_t *request = json_pack("{s:s,s:s,s:s}", "op", "sql", "sql", sql, "format", "arrow-stream");
    char *text = request != NULL ? json_dumps(request, JSON_COMPACT) : NULL;
    querying *query = calloc(1, sizeof *query);
    const tarn_stream_owner owner = {query, begin, write_piece, end, unsent, NULL};
    json_decref(request);
    tarn_status status = text != NULL && query != NULL ? TARN_OK : tarn_fail_memory(&error);
    if (status == TARN_OK && asked->server->metrics.running_streams >= TARN_MOST_STREAMS)
        status = tarn_fail(&error, TARN_E_LOCKED, "as many queries run as may: try again later");
    if (status == TARN_OK)
        status = tarn_caller_shared(place, asked->identity, &caller, &error);
    if (status == TARN_OK)
        status = tarn_stream_start(&asked->server->loop, caller, text, false, &owner, &query->stream, &error);
    if (caller != NULL)
        tarn_caller_release(caller);
    free(text);
    if (status != TARN_OK) {
        free(query);
        fail(asked->exchange, code_of(status), error.message);
        return;
    }
    query->asked = *asked;
    tarn_identity_hold(asked->identity);
    asked->server->asking++;
    asked->server->metrics.running_streams++;
    asked->exchange->calls = &calls;
    asked->exchange->context = query;
}

static bool are_texts(const json_t *params) {
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)params, name, value) if (!json_is_string(value)) return false;
    return params == NULL || json_is_null(params) || json_is_object(params);
}

static void run(const tarn_asked *asked, const json_t *body) {
    const char *sql = json_string_value(json_object_get(body, "sql"));
    const char *source = json_string_value(json_object_get(body, "data_source"));
    const json_t *params = json_object_get(body, "params"), *from = json_object_get(body, "begin"),
                 *to = json_object_get(body, "end");
    tarn_place *place = asked->place;
    bool known = source != NULL && (strcmp(source, "default") == 0 || strcmp(source, tarn_place_name(place)) == 0 ||
                                    tarn_places_get(asked->server->places, source, &place, NULL) == TARN_OK);
    if (sql == NULL || source == NULL || !are_texts(params) ||
        (from != NULL && !json_is_null(from) && !json_is_string(from)) ||
        (to != NULL && !json_is_null(to) && !json_is_string(to))) {
        fail(asked->exchange, "INVALID_SQL",
             "needed are 'sql' and 'data_source'; 'params' is an object of texts, 'begin' and 'end' are times");
    } else if (asked->identity->table_count > 0) {
        fail(asked->exchange, "FORBIDDEN", "a token for some of the tables may not name others, as SQL can");
    } else if (!known) {
        fail(asked->exchange, "DATA_SOURCE_NOT_FOUND", "there is no workspace of that name");
    } else {
        char *text = tarn_query_text(sql, params, json_string_value(from), json_string_value(to));
        if (text == NULL)
            fail(asked->exchange, "INTERNAL", "out of memory");
        else
            start(asked, place, text);
        free(text);
    }
}

static void body_ready(const tarn_asked *asked, const void *data, size_t size) {
    json_t *body = json_loadb(data, size, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(body))
        run(asked, body);
    else
        fail(asked->exchange, "INVALID_SQL", "the body has to be a JSON object");
    json_decref(body);
}

void tarn_serve_query_stream(const tarn_asked *asked) {
    if (strcmp(asked->exchange->head->method, "POST") != 0) {
        tarn_response_field(asked->exchange, "Allow", "POST");
        tarn_response_json(asked->exchange, 405,
                           json_pack("{s:s,s:s}", "code", "INVALID_SQL", "message", "a query is sent by POST"));
        return;
    }
    tarn_collect_json(asked, body_ready);
}
