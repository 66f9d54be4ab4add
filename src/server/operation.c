// Requests over HTTP by the operations that their paths stand for.
#include "server/serving.h"

#include "base/text.h"
#include "server/arguments.h"
#include "server/problem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of a page up to which it is computed at once, on the library's urgent thread. */
#define PAGE_ROWS 10000

/* ---- answers ------------------------------------------------------------------------------------------------------
 */

/* What is said beside bytes goes into a field, when it is not long. Heap; NULL: nothing. */
static char *text_beside(json_t *answer) {
    char *text = json_object_size(answer) > 0 ? json_dumps(answer, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    if (text == NULL || strlen(text) < 4000)
        return text;
    free(text);
    return NULL;
}

static bool looks(const tarn_exchange *exchange) {
    return strcmp(exchange->head->method, "GET") == 0 || strcmp(exchange->head->method, "HEAD") == 0;
}

static void give_json(tarn_server *server, tarn_exchange *exchange, char *text, const char *tag, bool is_lasting) {
    char own[TARN_HASH128_TEXT_SIZE];
    size_t size = text != NULL ? strlen(text) : 0;
    if (tag != NULL && text != NULL) {
        tarn_answers_keep(server->answers, tag, "application/json", NULL, text, size);
    } else if (text != NULL && looks(exchange)) {
        tarn_hash128_format(tarn_hash128_of(text, size), own);
        tag = own;
    }
    const tarn_content content = {.media_type = "application/json",
                                  .data = text,
                                  .size = size,
                                  .release = free,
                                  .owner = text,
                                  .tag = tag,
                                  .is_lasting = is_lasting};
    tarn_response_give(exchange, text != NULL ? 200 : 503, &content);
}

/* The bytes are the reply's, and are taken from it. */
static void give_bytes(tarn_server *server, tarn_exchange *exchange, tarn_reply *reply, json_t *answer, const char *tag,
                       bool is_lasting) {
    char *beside = text_beside(answer);
    const tarn_content content = {.media_type =
                                      reply->media_type != NULL ? reply->media_type : "application/octet-stream",
                                  .data = reply->bytes,
                                  .size = reply->byte_count,
                                  .release = free,
                                  .owner = reply->bytes,
                                  .tag = tag,
                                  .is_lasting = is_lasting};
    if (tag != NULL)
        tarn_answers_keep(server->answers, tag, content.media_type, beside, content.data, content.size);
    if (beside != NULL)
        tarn_response_field(exchange, "Tarn-Answer", "%s", beside);
    free(beside);
    reply->bytes = NULL;
    tarn_response_give(exchange, 200, &content);
}

void tarn_give_reply(const tarn_asked *asked, tarn_reply *reply, bool wants_bytes, const char *tag, bool is_lasting) {
    tarn_exchange *exchange = asked->exchange;
    json_t *answer = reply->json != NULL ? json_loadb(reply->json, reply->json_size, 0, NULL) : NULL;
    if (reply->status != TARN_OK) {
        tarn_problem_answer(exchange, reply->status, answer);
        return;
    }
    json_object_del(answer, "ok"); /* the status says it */
    if (reply->bytes == NULL || !wants_bytes)
        give_json(asked->server, exchange, json_dumps(answer, JSON_COMPACT), tag, is_lasting);
    else
        give_bytes(asked->server, exchange, reply, answer, tag, is_lasting);
    json_decref(answer);
}

/* ---- what an answer can be known by -------------------------------------------------------------------------------
 */

typedef struct running {
    const tarn_operation *operation;
    char tag[2 * TARN_TAG_SIZE];
    bool is_lasting;
} running;

/* "orders@3" */
static bool names_version(const char *version) {
    const char *at = strrchr(version, '@');
    return at != NULL && at[1] != '\0' && strspn(at + 1, "0123456789") == strlen(at + 1);
}

/* Of the versions that the request names, and all else in it, one tag. False when there is none. */
static bool find_tag(const tarn_asked *asked, const tarn_operation *operation, const json_t *arguments, running *out) {
    tarn_caller *caller;
    tarn_buffer text = {0};
    bool lasting = operation->is_lasting, found = operation->is_lasting;
    char hash[TARN_HASH128_TEXT_SIZE], tag[TARN_TAG_SIZE];
    if (!found || tarn_caller_shared(asked->place, asked->identity, &caller, NULL) != TARN_OK)
        return false;
    tarn_buffer_printf(&text, NULL, "%s\n%d\n", tarn_place_name(asked->place),
                       tarn_wants_bytes(operation, asked->exchange->head));
    for (size_t i = 0; found && i < operation->parameter_count; i++) {
        const tarn_field *field = &operation->parameters[i];
        if (field->kind != TARN_FIELD_VERSION)
            continue;
        const char *version = json_string_value(json_object_get(arguments, field->name));
        lasting = lasting && version != NULL && names_version(version);
        found = version != NULL && tarn_session_tag(caller->session, version, tag, NULL) == TARN_OK;
        if (found)
            tarn_buffer_printf(&text, NULL, "%s\n", tag);
    }
    tarn_caller_release(caller);
    char *all = found ? json_dumps(arguments, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    found = all != NULL && tarn_buffer_printf(&text, NULL, "%s\n" TARN_VERSION, all) == TARN_OK;
    if (found) {
        tarn_hash128_format(tarn_hash128_of(text.data, text.size), hash);
        snprintf(out->tag, sizeof out->tag, "%s", hash);
        out->is_lasting = lasting;
    }
    free(all);
    tarn_buffer_free(&text);
    return found;
}

/* ---- running ------------------------------------------------------------------------------------------------------
 */

static void answer(const tarn_asked *asked, tarn_reply *reply, void *context) {
    running *run = context;
    tarn_give_reply(asked, reply, tarn_wants_bytes(run->operation, asked->exchange->head),
                    run->tag[0] != '\0' ? run->tag : NULL, run->is_lasting);
    tarn_reply_clear(reply);
    free(run);
}

bool tarn_is_short(const tarn_operation *operation, const json_t *arguments) {
    if (operation->gives == TARN_BYTES_NONE)
        return true;
    const json_t *count = json_object_get(arguments, "count");
    return operation->how == TARN_RUN_URGENT && (count == NULL || json_integer_value(count) <= PAGE_ROWS);
}

/* What may name tables of its own accord: SQL, conditions, and what commands, recipes and comparisons take. */
static bool names_tables(const tarn_field *field) {
    return strcmp(field->name, "sql") == 0 || strcmp(field->name, "where") == 0 ||
           (field->shape == NULL && field->kind == TARN_FIELD_OBJECT) || field->kind == TARN_FIELD_ANY;
}

const char *tarn_refusal(const tarn_asked *asked, const tarn_operation *operation, const json_t *arguments,
                         tarn_status *code) {
    if (operation->how == TARN_RUN_CHANGE && tarn_place_is_read_only(asked->place)) {
        *code = TARN_E_READ_ONLY;
        return tarn_place_was_locked(asked->place)
                   ? "the workspace is served for reading only, since another process writes to it"
                   : "the workspace is served for reading only";
    }
    *code = TARN_E_FORBIDDEN;
    for (size_t i = 0; asked->identity->table_count > 0 && i < operation->parameter_count; i++)
        if (names_tables(&operation->parameters[i]) &&
            json_object_get(arguments, operation->parameters[i].name) != NULL)
            return "a token for some of the tables may not name others, as SQL and the parameters of commands can";
    return NULL;
}

/* `arguments` are taken over. */
static void run_operation(const tarn_asked *asked, const tarn_operation *operation, json_t *arguments) {
    tarn_exchange *exchange = asked->exchange;
    running found = {.operation = operation};
    tarn_status code;
    const char *refusal = tarn_refusal(asked, operation, arguments, &code);
    if (refusal != NULL) {
        json_decref(arguments);
        tarn_problem(exchange, 403, code, "%s", refusal);
        return;
    }
    if (!tarn_arguments_accept(operation, exchange->head, arguments)) {
        json_decref(arguments);
        tarn_problem(exchange, 406, TARN_E_INVALID,
                     "nothing that Accept allows can be given: %s gives JSON, Arrow, CSV or Parquet", operation->path);
        return;
    }
    bool has_tag = looks(exchange) && find_tag(asked, operation, arguments, &found);
    if (has_tag && tarn_response_is_known(exchange, found.tag)) {
        json_decref(arguments);
        tarn_response_caching(exchange, found.tag, NULL, found.is_lasting);
        tarn_response_empty(exchange, 304);
        return;
    }
    /* Whoever may ask for it may have what somebody else got. */
    if (has_tag && asked->identity->role <= operation->role &&
        tarn_answers_give(asked->server->answers, exchange, found.tag, found.is_lasting)) {
        json_decref(arguments);
        return;
    }
    bool takes = operation->takes != TARN_BYTES_NONE && exchange->head->length != 0;
    if (takes || !tarn_is_short(operation, arguments)) {
        tarn_ask_stream(asked, arguments, takes, has_tag ? found.tag : NULL, found.is_lasting);
        return;
    }
    running *run = malloc(sizeof *run);
    if (run == NULL) {
        json_decref(arguments);
        tarn_problem(exchange, 503, TARN_E_MEMORY, "out of memory");
        return;
    }
    *run = found;
    if (!tarn_ask(asked, arguments, answer, run))
        free(run);
}

static void body_ready(const tarn_asked *asked, const void *body, size_t size) {
    tarn_route route;
    tarn_error error = {0};
    json_t *arguments = NULL;
    tarn_route_find(asked->exchange->head->method, asked->segments, asked->segment_count, &route);
    if (tarn_arguments_of_body(&route, asked->exchange->head, body, size, &arguments, &error) != TARN_OK)
        tarn_problem_error(asked->exchange, &error);
    else
        run_operation(asked, route.operation, arguments);
}

static void not_found(tarn_exchange *exchange, const tarn_route *route, const char *const *segments, size_t count) {
    char near[256];
    const char *method = exchange->head->method;
    if (route->allowed[0] != '\0') {
        tarn_response_field(exchange, "Allow", "%s", route->allowed);
        tarn_problem(exchange, 405, TARN_E_NOT_FOUND, "there is no %s %s: there is %s", method, exchange->head->target,
                     route->allowed);
        return;
    }
    tarn_route_near(method, segments, count, near, sizeof near);
    tarn_problem(exchange, 404, TARN_E_NOT_FOUND, "there is no %s %s%s%s", method, exchange->head->target,
                 near[0] != '\0' ? ": " : "; what there is stands in " TARN_API_ROOT "/openapi.json", near);
}

void tarn_serve_operation(const tarn_asked *asked, const char *const *segments, size_t count) {
    tarn_exchange *exchange = asked->exchange;
    tarn_route route;
    tarn_error error = {0};
    json_t *arguments = NULL;
    tarn_asked below = *asked;
    below.segments = segments;
    below.segment_count = count;
    tarn_route_find(exchange->head->method, segments, count, &route);
    if (route.operation == NULL) {
        not_found(exchange, &route, segments, count);
    } else if (!tarn_arguments_in_query(route.operation)) {
        tarn_collect_json(&below, body_ready);
    } else if (tarn_arguments_of_query(&route, exchange->head, &arguments, &error) != TARN_OK) {
        tarn_problem_error(exchange, &error);
    } else {
        run_operation(&below, route.operation, arguments);
    }
}
