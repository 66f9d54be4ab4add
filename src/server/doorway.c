// What every request passes before it is answered.
#include "server/doorway.h"

#include "base/clock.h"
#include "server/problem.h"
#include "server/route.h"

#include <stdlib.h>
#include <string.h>

/* Answers to wrong tokens that may wait at once, of one address. */
#define MOST_WAITING 32

/* ---- pages from elsewhere ---------------------------------------------------------------------------------------- */

static bool changes_something(const tarn_exchange *exchange) {
    const char *method = exchange->head->method;
    return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 && strcmp(method, "OPTIONS") != 0;
}

static void allow_page(tarn_exchange *exchange) {
    tarn_response_field(exchange, "Access-Control-Allow-Origin", "%s", tarn_head_field(exchange->head, "origin"));
    tarn_response_field(exchange, "Access-Control-Expose-Headers", "ETag, Tarn-Answer");
    tarn_response_field(exchange, "Vary", "Origin");
}

/* A browser asks first whether a page may. */
static void answer_preflight(tarn_exchange *exchange) {
    tarn_response_field(exchange, "Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
    tarn_response_field(exchange, "Access-Control-Allow-Headers",
                        "Authorization, Content-Type, If-None-Match, If-Range, Range, Accept");
    tarn_response_field(exchange, "Access-Control-Max-Age", "600");
    tarn_response_empty(exchange, 204);
}

/* False when it was answered: from a page elsewhere nothing is taken, unless that was allowed by name. */
static bool pass_origin(const tarn_server *server, tarn_exchange *exchange) {
    tarn_origin origin = tarn_origins_find(server->origins, exchange->head);
    bool asks_first = strcmp(exchange->head->method, "OPTIONS") == 0;
    const char *site = tarn_head_field(exchange->head, "sec-fetch-site");
    if (origin == TARN_ORIGIN_ALLOWED)
        allow_page(exchange);
    if (origin == TARN_ORIGIN_FOREIGN || (origin == TARN_ORIGIN_NONE && changes_something(exchange) && site != NULL &&
                                          strcmp(site, "cross-site") == 0)) {
        tarn_problem(exchange, 403, TARN_E_FORBIDDEN,
                     "a page from elsewhere asks, which is not allowed (--allow-origin)");
        return false;
    }
    if (asks_first && origin == TARN_ORIGIN_ALLOWED) {
        answer_preflight(exchange);
        return false;
    }
    return true;
}

/* ---- whose it is ------------------------------------------------------------------------------------------------- */

typedef struct refusing {
    uv_timer_t timer;
    tarn_server *server;
    tarn_exchange *exchange; /* NULL when it has gone */
    tarn_client *client;
} refusing;

static void refuse(tarn_exchange *exchange) {
    tarn_response_field(exchange, "WWW-Authenticate", "Bearer");
    tarn_problem(exchange, 401, TARN_E_FORBIDDEN, "the token is nobody's");
}

static void refusing_closed(uv_handle_t *handle) {
    free(handle->data);
}

static void refuse_now(uv_timer_t *timer) {
    refusing *late = timer->data;
    late->client->waiting--;
    tarn_clients_put(late->server->clients, late->client);
    if (late->exchange != NULL) {
        late->exchange->calls = NULL;
        refuse(late->exchange);
    }
    uv_close((uv_handle_t *)timer, refusing_closed);
}

static void refused_has_gone(tarn_exchange *exchange, bool complete) {
    refusing *late = exchange->context;
    (void)complete;
    late->exchange = NULL;
}

static const tarn_exchange_calls refusing_calls = {.over = refused_has_gone};

void tarn_doorway_refuse_token(tarn_server *server, tarn_exchange *exchange) {
    tarn_client *client = tarn_clients_get(server->clients, tarn_connection_peer(exchange->connection));
    server->metrics.refused_tokens++;
    uint64_t delay = client != NULL ? tarn_client_failed(client) : 0;
    refusing *late = client != NULL && client->waiting < MOST_WAITING ? calloc(1, sizeof *late) : NULL;
    if (late == NULL) {
        tarn_response_field(exchange, "Retry-After", "5");
        tarn_problem(exchange, 429, TARN_E_FORBIDDEN, "too many wrong tokens came from this address: wait");
        return;
    }
    *late = (refusing){.server = server, .exchange = exchange, .client = client};
    client->waiting++;
    late->timer.data = late;
    exchange->calls = &refusing_calls;
    exchange->context = late;
    uv_timer_init(&server->loop.uv, &late->timer);
    uv_timer_start(&late->timer, refuse_now, delay, 0);
}

tarn_identity *tarn_doorway_identify(tarn_server *server, tarn_exchange *exchange) {
    tarn_asked_by by;
    tarn_identity *identity = tarn_auth_find(server->auth, exchange->head, &by);
    if (identity == NULL && by == TARN_BY_TOKEN) {
        tarn_doorway_refuse_token(server, exchange);
        return NULL;
    }
    if (identity == NULL) {
        tarn_response_field(exchange, "WWW-Authenticate", "Bearer");
        tarn_problem(exchange, 401, TARN_E_FORBIDDEN, "say who asks: Authorization: Bearer TOKEN");
        return NULL;
    }
    /* Of a cookie's request, which a browser adds by itself, it must be known that the page is ours. */
    bool socket = tarn_head_field(exchange->head, "upgrade") != NULL;
    if (by == TARN_BY_COOKIE && (changes_something(exchange) || socket) &&
        tarn_origins_find(server->origins, exchange->head) != TARN_ORIGIN_OWN) {
        tarn_problem(exchange, 403, TARN_E_FORBIDDEN, "a change by a page's cookie needs the page's Origin");
        return NULL;
    }
    strncpy(exchange->who, identity->name, sizeof exchange->who - 1);
    return identity;
}

/* ---- where it leads -----------------------------------------------------------------------------------------------
 */

static bool begins_with(const tarn_asked *asked, const char *first, const char *second) {
    return asked->segment_count >= 2 && strcmp(asked->segments[0], first) == 0 &&
           strcmp(asked->segments[1], second) == 0;
}

static void lead_on(const tarn_asked *asked) {
    tarn_exchange *exchange = asked->exchange;
    if (begins_with(asked, "api", "v1") && asked->segment_count == 3 && strcmp(asked->segments[2], "socket") == 0)
        tarn_serve_socket(asked);
    else if (begins_with(asked, "api", "query-stream") && asked->segment_count == 2)
        tarn_serve_query_stream(asked);
    else if (begins_with(asked, "api", "v1") && asked->segment_count > 2)
        tarn_serve_operation(asked, asked->segments + 2, asked->segment_count - 2);
    else if (!tarn_serve_screens(asked))
        tarn_problem(exchange, 404, TARN_E_NOT_FOUND,
                     "there is no %s: what there is stands in " TARN_API_ROOT "/openapi.json", exchange->head->target);
}

static void serve_known(tarn_server *server, tarn_exchange *exchange, tarn_identity *identity) {
    tarn_error error = {0};
    const tarn_head *head = exchange->head;
    bool many = tarn_places_are_many(server->places);
    tarn_asked asked = {.server = server,
                        .exchange = exchange,
                        .identity = identity,
                        .segments = head->segments + many,
                        .segment_count = head->segment_count - many};
    if (tarn_places_get(server->places, many ? head->segments[0] : NULL, &asked.place, &error) != TARN_OK) {
        tarn_problem_error(exchange, &error);
        return;
    }
    tarn_place_refresh(asked.place);
    if (tarn_place_is_read_only(asked.place))
        tarn_response_field(exchange, "Tarn-Read-Only", "true");
    lead_on(&asked);
}

/* How many the client has in hand is counted from here to `finished`. */
static size_t count_in(const tarn_server *server, tarn_exchange *exchange) {
    tarn_client *client = tarn_clients_get(server->clients, tarn_connection_peer(exchange->connection));
    if (client == NULL)
        return SIZE_MAX;
    exchange->is_counted = true;
    return ++client->requests;
}

static bool pass_limits(const tarn_server *server, tarn_exchange *exchange) {
    if (count_in(server, exchange) <= TARN_MOST_REQUESTS)
        return true;
    tarn_response_field(exchange, "Retry-After", "1");
    tarn_problem(exchange, 429, TARN_E_MEMORY, "%d requests of this address are being answered: wait for some",
                 TARN_MOST_REQUESTS);
    return false;
}

void tarn_doorway_begin(void *context, tarn_exchange *exchange) {
    tarn_server *server = context;
    const char *expected = tarn_head_field(exchange->head, "expect");
    if (!pass_limits(server, exchange))
        return;
    if (expected != NULL && strcmp(expected, "100-continue") != 0) {
        tarn_problem(exchange, 417, TARN_E_UNSUPPORTED, "of expectations only 100-continue is met");
        return;
    }
    if (!tarn_origins_know_host(server->origins, exchange->head)) {
        tarn_problem(exchange, 421, TARN_E_FORBIDDEN, "this server is not asked under that Host (--host adds a name)");
        return;
    }
    if (!pass_origin(server, exchange) || tarn_serve_house(server, exchange))
        return;
    tarn_identity *identity = tarn_doorway_identify(server, exchange);
    if (identity != NULL)
        serve_known(server, exchange, identity);
}

void tarn_doorway_wrong(void *server, tarn_exchange *exchange, int status, const char *reason) {
    (void)server;
    if (status == 405)
        tarn_response_field(exchange, "Allow", "GET, HEAD, POST, PUT, DELETE");
    tarn_problem(exchange, status, TARN_E_INVALID, "%s", reason);
}

void tarn_doorway_finished(void *context, const tarn_exchange *exchange) {
    tarn_server *server = context;
    tarn_client *client =
        exchange->is_counted ? tarn_clients_get(server->clients, tarn_connection_peer(exchange->connection)) : NULL;
    if (client != NULL) {
        client->requests--;
        tarn_clients_put(server->clients, client);
    }
    tarn_metrics_count(&server->metrics, exchange->status, tarn_monotonic() - exchange->began);
    tarn_access_log_write(server->log_format, server->log_descriptor, exchange);
}
