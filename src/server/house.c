// What needs no workspace: the page, how the server is, numbers, a page's session, the description of what there is.
#include "server/doorway.h"

#include "base/text.h"
#include "server/page.h"
#include "server/problem.h"
#include "server/route.h"

#include <stdlib.h>
#include <string.h>

static bool is_path(const tarn_head *head, const char *path) {
    char rest[64];
    size_t at = 0;
    for (size_t i = 0; i < head->segment_count; i++) {
        int size = snprintf(rest + at, sizeof rest - at, "/%s", head->segments[i]);
        if (size < 0 || (size_t)size >= sizeof rest - at)
            return false;
        at += (size_t)size;
    }
    return strcmp(at > 0 ? rest : "/", path) == 0;
}

static void give_static(tarn_exchange *exchange, const char *media_type, const void *data, size_t size) {
    char tag[TARN_HASH128_TEXT_SIZE];
    tarn_hash128_format(tarn_hash128_of(data, size), tag);
    const tarn_content content = {.media_type = media_type, .data = data, .size = size, .tag = tag};
    tarn_response_give(exchange, 200, &content);
}

static void give_page(tarn_exchange *exchange, const tarn_page_file *file) {
    give_static(exchange, file->media_type, file->data, file->size);
}

static void give_openapi(tarn_exchange *exchange) {
    char *text = NULL;
    tarn_error error = {0};
    if (tarn_operations_document(TARN_DOCUMENT_OPENAPI, &text, &error) != TARN_OK) {
        tarn_problem_error(exchange, &error);
        return;
    }
    char tag[TARN_HASH128_TEXT_SIZE];
    size_t size = strlen(text);
    tarn_hash128_format(tarn_hash128_of(text, size), tag);
    const tarn_content content = {
        .media_type = "application/json", .data = text, .size = size, .release = tarn_free, .owner = text, .tag = tag};
    tarn_response_give(exchange, 200, &content);
}

static void give_metrics(tarn_server *server, tarn_exchange *exchange) {
    tarn_buffer text = {0};
    size_t open;
    tarn_workspace_info sum;
    tarn_places_sum(server->places, &open, &sum);
    const tarn_metrics_more more = {.connections = server->wire.count,
                                    .received = server->wire.received,
                                    .sent = server->wire.sent,
                                    .workspaces = open,
                                    .tables = sum.tables,
                                    .versions = sum.versions,
                                    .bytes = sum.bytes_total};
    tarn_metrics_print(&server->metrics, &more, &text);
    const tarn_content content = {.media_type = "text/plain; version=0.0.4; charset=utf-8",
                                  .data = text.data,
                                  .size = text.size,
                                  .release = free,
                                  .owner = text.data};
    tarn_response_give(exchange, 200, &content);
}

static void give_workspaces(const tarn_server *server, tarn_exchange *exchange) {
    size_t count;
    char **names = tarn_places_names(server->places, &count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        char *name = tarn_text_printable(names[i]);
        json_array_append_new(list, json_string(name));
        free(name);
        free(names[i]);
    }
    free(names);
    tarn_response_json(exchange, 200, json_pack("{s:o}", "workspaces", list));
}

static void begin_session(tarn_server *server, tarn_exchange *exchange) {
    char cookie[256];
    bool encrypted = tarn_connection_is_encrypted(exchange->connection);
    const tarn_identity *identity = tarn_auth_begin(server->auth, exchange->head, encrypted, cookie);
    if (identity == NULL) {
        tarn_doorway_refuse_token(server, exchange);
        return;
    }
    strncpy(exchange->who, identity->name, sizeof exchange->who - 1);
    tarn_response_field(exchange, "Set-Cookie", "%s", cookie);
    char *name = tarn_text_printable(identity->name);
    tarn_response_json(exchange, 200, json_pack("{s:s,s:s}", "user", name, "role", tarn_role_name(identity->role)));
    free(name);
}

static void end_session(tarn_server *server, tarn_exchange *exchange) {
    char cookie[256];
    tarn_auth_end(server->auth, exchange->head, cookie);
    tarn_response_field(exchange, "Set-Cookie", "%s", cookie);
    tarn_response_empty(exchange, 204);
}

static void give_state(tarn_exchange *exchange, bool well) {
    tarn_response_json(exchange, well ? 200 : 503, json_pack("{s:s}", "status", well ? "ok" : "ending"));
}

static bool serve_open(tarn_server *server, tarn_exchange *exchange) {
    const tarn_head *head = exchange->head;
    for (size_t i = 0; i < tarn_page_file_count; i++)
        if (is_path(head, tarn_page_files[i].path)) {
            give_page(exchange, &tarn_page_files[i]);
            return true;
        }
    if (is_path(head, "/healthz"))
        give_state(exchange, true);
    else if (is_path(head, "/readyz"))
        give_state(exchange, !server->draining);
    else if (is_path(head, TARN_API_ROOT "/openapi.json"))
        give_openapi(exchange);
    else
        return false;
    return true;
}

bool tarn_serve_house(tarn_server *server, tarn_exchange *exchange) {
    const tarn_head *head = exchange->head;
    bool looks = strcmp(head->method, "GET") == 0 || strcmp(head->method, "HEAD") == 0;
    bool metrics = looks && is_path(head, "/metrics"), workspaces = looks && is_path(head, TARN_API_ROOT "/workspaces");
    if (looks && serve_open(server, exchange))
        return true;
    if (is_path(head, TARN_API_ROOT "/session") && strcmp(head->method, "POST") == 0) {
        begin_session(server, exchange);
        return true;
    }
    if (is_path(head, TARN_API_ROOT "/session") && strcmp(head->method, "DELETE") == 0) {
        end_session(server, exchange);
        return true;
    }
    if (!metrics && !(workspaces && tarn_places_are_many(server->places)))
        return false;
    if (tarn_doorway_identify(server, exchange) == NULL)
        return true;
    if (metrics)
        give_metrics(server, exchange);
    else
        give_workspaces(server, exchange);
    return true;
}
