// /api/screens and /api/screen-types: what pages keep of their layout, in the workspace.
#include "server/serving.h"

#include "base/clock.h"
#include "base/text.h"
#include "server/response.h"
#include "server/screen_name.h"
#include "server/screen_store.h"

#include <stdlib.h>
#include <string.h>

/* How often a change is tried again when somebody else was faster. */
#define ATTEMPTS 20

#define TYPE "local_query"

/* One request, answered on another thread, which waits for the library. */
typedef struct screen_work {
    uv_work_t work;
    tarn_asked asked; /* its exchange is NULL when the client has gone */
    tarn_caller *caller;
    char method[8], user[104], name[TARN_SCREEN_NAME_SIZE];
    bool is_default; /* what a new screen begins with is asked for */
    json_t *body;
    int status; /* the answer */
    json_t *answer;
} screen_work;

static void fail(screen_work *work, int status, const char *code, const char *message) {
    work->status = status;
    work->answer = json_pack("{s:s,s:s}", "code", code, "message", message);
}

static void fail_error(screen_work *work, const tarn_error *error) {
    bool denied = error->code == TARN_E_FORBIDDEN || error->code == TARN_E_READ_ONLY;
    fail(work, denied ? 403 : 500, denied ? "FORBIDDEN" : "INTERNAL", error->message);
}

/* ---- on the other thread --------------------------------------------------------------------------------------------
 */

/* The first table that is no screens' own, for a query to begin with. */
static void give_default(screen_work *work) {
    json_t *said = NULL, *table;
    char *sql = NULL;
    size_t i;
    tarn_ask_and_wait(work->caller->session, json_pack("{s:s}", "op", "tables"), &said, NULL);
    json_array_foreach(json_object_get(said, "tables"), i, table) {
        const char *name = json_string_value(json_object_get(table, "name"));
        if (name == NULL || strcmp(name, TARN_SCREENS_TABLE) == 0)
            continue;
        sql = strchr(name, '"') == NULL ? tarn_format("SELECT *\nFROM \"%s\"\nLIMIT 100", name) : NULL;
        if (sql != NULL)
            break;
    }
    work->status = 200;
    work->answer = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "timeRangeFrom", "now-5m", "timeRangeTo", "now", "dataSource",
                             "default", "sourceSql", sql != NULL ? sql : "SELECT 1 AS one", "sourceTableName", "data",
                             "localSql", "SELECT * FROM data LIMIT 10");
    free(sql);
    json_decref(said);
}

static json_t *make_screen(const screen_work *work, const json_t *before) {
    char now[TARN_TIME_TEXT_SIZE];
    tarn_time_format(tarn_now(), now);
    json_t *config = json_object_get(work->body, "config");
    return json_pack(
        "{s:s,s:s,s:O,s:s,s:s,s:s,s:s}", "name", work->name, "screen_type", TYPE, "config", config, "created_by",
        before != NULL ? json_string_value(json_object_get(before, "created_by")) : work->user, "updated_by",
        work->user, "created_at", before != NULL ? json_string_value(json_object_get(before, "created_at")) : now,
        "updated_at", now);
}

/* Do what is asked, of the screens as they are. */
static tarn_status change(screen_work *work, const json_t *screens, int64_t version, tarn_error *error) {
    tarn_session *session = work->caller->session;
    const json_t *before = tarn_screens_find(screens, work->name);
    bool adds = strcmp(work->method, "POST") == 0;
    if (adds && before != NULL) {
        fail(work, 409, "DUPLICATE_NAME", "there is a screen of this name");
        return TARN_OK;
    }
    if (!adds && before == NULL) {
        fail(work, 404, "NOT_FOUND", "there is no screen of this name");
        return TARN_OK;
    }
    if (strcmp(work->method, "DELETE") == 0) {
        work->status = 204;
        return tarn_screens_remove(session, work->name, version, error);
    }
    json_t *screen = make_screen(work, before);
    if (screen == NULL)
        return TARN_E_MEMORY;
    tarn_status status = (adds ? tarn_screens_add : tarn_screens_replace)(session, screen, version, error);
    if (status == TARN_OK) {
        work->status = adds ? 201 : 200;
        work->answer = screen;
    } else {
        json_decref(screen);
    }
    return status;
}

static void look(screen_work *work, json_t *screens) {
    if (work->name[0] == '\0') {
        work->status = 200;
        work->answer = json_incref(screens);
        return;
    }
    json_t *found = tarn_screens_find(screens, work->name);
    if (found == NULL) {
        fail(work, 404, "NOT_FOUND", "there is no screen of this name");
        return;
    }
    work->status = 200;
    work->answer = json_incref(found);
}

static void run(uv_work_t *uv) {
    screen_work *work = uv->data;
    tarn_error error = {0};
    tarn_status status = TARN_E_CONFLICT;
    if (work->is_default) {
        give_default(work);
        return;
    }
    for (int i = 0; i < ATTEMPTS && (status == TARN_E_CONFLICT || status == TARN_E_EXISTS); i++) {
        json_t *screens = NULL;
        int64_t version = 0;
        status = tarn_screens_read(work->caller->session, &screens, &version, &error);
        if (status != TARN_OK)
            break;
        if (strcmp(work->method, "GET") == 0 || strcmp(work->method, "HEAD") == 0)
            look(work, screens);
        else
            status = change(work, screens, version, &error);
        json_decref(screens);
    }
    if (status != TARN_OK)
        fail_error(work, &error);
}

/* ---- on the loop's thread ---------------------------------------------------------------------------------------- */

static void done(uv_work_t *uv, int uv_status) {
    screen_work *work = uv->data;
    tarn_exchange *exchange = work->asked.exchange;
    (void)uv_status;
    work->asked.server->asking--;
    if (exchange != NULL) {
        exchange->context = NULL;
        if (work->answer == NULL)
            tarn_response_empty(exchange, work->status);
        else
            tarn_response_json(exchange, work->status, json_incref(work->answer));
    }
    json_decref(work->answer);
    json_decref(work->body);
    tarn_caller_release(work->caller);
    free(work);
}

static void over(tarn_exchange *exchange, bool complete) {
    screen_work *work = exchange->context;
    (void)complete;
    if (work != NULL)
        work->asked.exchange = NULL;
}

static const tarn_exchange_calls calls = {.over = over};

static void refuse(tarn_exchange *exchange, int status, const char *code, const char *message) {
    tarn_response_json(exchange, status, json_pack("{s:s,s:s}", "code", code, "message", message));
}

/* Screens belong to all who may ask: a session with the same name and role, and without patterns of tables. */
static tarn_status open_caller(const tarn_asked *asked, tarn_caller **out, tarn_error *error) {
    tarn_identity *open = tarn_identity_new(asked->identity->name, asked->identity->role, NULL, 0);
    if (open == NULL)
        return TARN_E_MEMORY;
    tarn_status status = tarn_caller_new(asked->place, open, NULL, NULL, out, error);
    tarn_identity_release(open);
    return status;
}

static void start(const tarn_asked *asked, const char *name, bool is_default, json_t *body) {
    tarn_error error = {0};
    screen_work *work = calloc(1, sizeof *work);
    if (work == NULL || (is_default ? tarn_caller_shared(asked->place, asked->identity, &work->caller, &error)
                                    : open_caller(asked, &work->caller, &error)) != TARN_OK) {
        free(work);
        json_decref(body);
        refuse(asked->exchange, 500, "INTERNAL", error.message);
        return;
    }
    work->asked = *asked;
    work->work.data = work;
    work->is_default = is_default;
    work->body = body;
    strncpy(work->method, asked->exchange->head->method, sizeof work->method - 1);
    strncpy(work->user, asked->identity->name, sizeof work->user - 1);
    strncpy(work->name, name, sizeof work->name - 1);
    asked->exchange->calls = &calls;
    asked->exchange->context = work;
    asked->server->asking++;
    uv_queue_work(&asked->server->loop.uv, &work->work, run, done);
}

static void with_body(const tarn_asked *asked, const void *data, size_t size) {
    char name[TARN_SCREEN_NAME_SIZE];
    const char *message;
    bool adds = asked->segment_count == 2;
    json_t *body = json_loadb(data, size, JSON_REJECT_DUPLICATES, NULL);
    const char *given = adds ? json_string_value(json_object_get(body, "name")) : asked->segments[2];
    const char *type = json_string_value(json_object_get(body, "screen_type"));
    const char *wrong = given != NULL ? tarn_screen_name(given, name, &message) : NULL;
    if (!json_is_object(body) || given == NULL || !json_is_object(json_object_get(body, "config")))
        refuse(asked->exchange, 400, "INVALID_REQUEST", "needed is a JSON object with name, screen_type and config");
    else if (wrong != NULL)
        refuse(asked->exchange, 400, wrong, message);
    else if (adds && (type == NULL || strcmp(type, TYPE) != 0))
        refuse(asked->exchange, 400, "INVALID_SCREEN_TYPE", "there is one type of screens: " TYPE);
    else
        start(asked, name, false, json_incref(body));
    json_decref(body);
}

static void give_types(const tarn_asked *asked) {
    tarn_response_json(asked->exchange, 200,
                       json_pack("[{s:s,s:s,s:s,s:s}]", "name", TYPE, "display_name", "Local query", "icon", "database",
                                 "description",
                                 "Runs a query at the server and another over its result in the browser"));
}

static bool serve_types(const tarn_asked *asked, bool looks) {
    const char *const *segments = asked->segments;
    if (!looks || strcmp(segments[1], "screen-types") != 0)
        return false;
    if (asked->segment_count == 2)
        give_types(asked);
    else if (asked->segment_count != 4 || strcmp(segments[3], "default") != 0)
        return false;
    else if (strcmp(segments[2], TYPE) == 0)
        start(asked, "", true, NULL);
    else
        refuse(asked->exchange, 404, "INVALID_SCREEN_TYPE", "there is one type of screens: " TYPE);
    return true;
}

bool tarn_serve_screens(const tarn_asked *asked) {
    const char *method = asked->exchange->head->method;
    bool looks = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
    size_t count = asked->segment_count;
    if (count < 2 || count > 4 || strcmp(asked->segments[0], "api") != 0)
        return false;
    if (serve_types(asked, looks))
        return true;
    if (strcmp(asked->segments[1], "screens") != 0 || count > 3)
        return false;
    if (looks || (count == 3 && strcmp(method, "DELETE") == 0)) {
        char name[TARN_SCREEN_NAME_SIZE] = "";
        const char *message;
        if (count == 3 && tarn_screen_name(asked->segments[2], name, &message) != NULL)
            refuse(asked->exchange, 404, "NOT_FOUND", "there is no screen of this name");
        else
            start(asked, name, false, NULL);
    } else if (strcmp(method, count == 2 ? "POST" : "PUT") == 0) {
        tarn_collect_json(asked, with_body);
    } else {
        tarn_response_field(asked->exchange, "Allow", "%s", count == 2 ? "GET, HEAD, POST" : "GET, HEAD, PUT, DELETE");
        refuse(asked->exchange, 405, "METHOD_NOT_ALLOWED", "this is not done to screens");
    }
    return true;
}
