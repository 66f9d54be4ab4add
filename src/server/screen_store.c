// Screens as a workspace keeps them.
#include "server/screen_store.h"

#include "base/buffer.h"
#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"name",       "screen_type", "config",    "created_by",
                                      "updated_by", "created_at",  "updated_at"};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

tarn_status tarn_ask_and_wait(tarn_session *session, json_t *request, json_t **answer, tarn_error *error) {
    tarn_reply reply = {0};
    char *text = request != NULL ? json_dumps(request, JSON_COMPACT) : NULL;
    bool wants_rows = json_object_get(request, "format") != NULL;
    json_decref(request);
    if (text == NULL)
        return tarn_fail_memory(error);
    const tarn_request what = {.json = text, .json_size = strlen(text)};
    tarn_status status = tarn_session_run(session, &what, NULL, &reply);
    json_t *said = json_loadb(reply.json, reply.json_size, 0, NULL);
    if (status != TARN_OK) {
        const char *message = json_string_value(json_object_get(said, "message"));
        tarn_fail(error, status, "%s", message != NULL ? message : "");
    } else if (wants_rows) {
        json_decref(said);
        said = json_loadb((const char *)reply.bytes, reply.byte_count, 0, NULL);
    }
    if (status == TARN_OK && answer != NULL)
        *answer = said;
    else
        json_decref(said);
    tarn_reply_clear(&reply);
    free(text);
    return status;
}

/* The configuration is kept as text. */
static void unpack_configs(json_t *screens) {
    size_t i;
    json_t *screen;
    json_array_foreach(screens, i, screen) {
        const char *text = json_string_value(json_object_get(screen, "config"));
        json_t *config = text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
        json_object_set_new(screen, "config", config != NULL ? config : json_null());
    }
}

tarn_status tarn_screens_read(tarn_session *session, json_t **out, int64_t *version, tarn_error *error) {
    json_t *table = NULL;
    char sql[128];
    tarn_status status =
        tarn_ask_and_wait(session, json_pack("{s:s,s:s}", "op", "schema", "table", TARN_SCREENS_TABLE), &table, error);
    if (status == TARN_E_NOT_FOUND) {
        if (version != NULL)
            *version = 0;
        *out = json_array();
        return TARN_OK;
    }
    TARN_TRY(status);
    json_int_t now = json_integer_value(json_object_get(json_object_get(table, "table"), "version"));
    json_decref(table);
    snprintf(sql, sizeof sql, "FROM \"" TARN_SCREENS_TABLE "@%lld\" ORDER BY name", (long long)now);
    TARN_TRY(
        tarn_ask_and_wait(session, json_pack("{s:s,s:s,s:s}", "op", "sql", "sql", sql, "format", "json"), out, error));
    if (!json_is_array(*out)) {
        json_decref(*out);
        return tarn_fail(error, TARN_E_INTERNAL, "the table " TARN_SCREENS_TABLE " has no screens in it");
    }
    unpack_configs(*out);
    if (version != NULL)
        *version = now;
    return TARN_OK;
}

json_t *tarn_screens_find(const json_t *screens, const char *name) {
    size_t i;
    json_t *screen;
    json_array_foreach((json_t *)screens, i, screen) {
        const char *found = json_string_value(json_object_get(screen, "name"));
        if (found != NULL && strcmp(found, name) == 0)
            return screen;
    }
    return NULL;
}

/* ---- changes --------------------------------------------------------------------------------------------------------
 */

static bool quote(tarn_buffer *sql, const char *text) {
    bool complete = tarn_buffer_append(sql, "'", 1, NULL) == TARN_OK;
    for (; complete && *text != '\0'; text++)
        complete = tarn_buffer_append(sql, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1, NULL) == TARN_OK;
    return complete && tarn_buffer_append(sql, "'", 1, NULL) == TARN_OK;
}

/* "'a' AS name, …" */
static bool write_row(tarn_buffer *sql, const json_t *screen) {
    bool complete = true;
    for (size_t i = 0; complete && i < COLUMNS; i++) {
        const json_t *value = json_object_get(screen, columns[i]);
        char *packed = strcmp(columns[i], "config") == 0 ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
        const char *text = packed != NULL ? packed : json_string_value(value);
        complete =
            quote(sql, text != NULL ? text : "") &&
            tarn_buffer_printf(sql, NULL, "::VARCHAR AS %s%s", columns[i], i + 1 < COLUMNS ? ", " : "") == TARN_OK;
        free(packed);
    }
    return complete;
}

/* The request that makes the table what `sql` gives. Only what is there is replaced. */
static tarn_status put(tarn_session *session, tarn_buffer *sql, bool complete, int64_t version, tarn_error *error) {
    json_t *request = NULL;
    if (complete && version == 0)
        request =
            json_pack("{s:s,s:s%,s:s}", "op", "sqlInto", "sql", sql->data, sql->size, "table", TARN_SCREENS_TABLE);
    else if (complete)
        request = json_pack("{s:s,s:s,s:s,s:I,s:{s:s%}}", "op", "apply", "table", TARN_SCREENS_TABLE, "command",
                            "query", "if_version", (json_int_t)version, "parameters", "sql", sql->data, sql->size);
    tarn_buffer_free(sql);
    return tarn_ask_and_wait(session, request, NULL, error);
}

tarn_status tarn_screens_add(tarn_session *session, const json_t *screen, int64_t version, tarn_error *error) {
    tarn_buffer sql = {0};
    bool complete = version == 0 || tarn_buffer_printf(&sql, NULL, "FROM " TARN_SCREENS_TABLE " UNION ALL ") == TARN_OK;
    complete = complete && tarn_buffer_printf(&sql, NULL, "SELECT ") == TARN_OK && write_row(&sql, screen);
    return put(session, &sql, complete, version, error);
}

tarn_status tarn_screens_replace(tarn_session *session, const json_t *screen, int64_t version, tarn_error *error) {
    tarn_buffer sql = {0};
    bool complete = tarn_buffer_printf(&sql, NULL, "FROM " TARN_SCREENS_TABLE " WHERE name <> '%s' UNION ALL SELECT ",
                                       json_string_value(json_object_get(screen, "name"))) == TARN_OK;
    complete = complete && write_row(&sql, screen);
    return put(session, &sql, complete, version, error);
}

tarn_status tarn_screens_remove(tarn_session *session, const char *name, int64_t version, tarn_error *error) {
    tarn_buffer sql = {0};
    bool complete = tarn_buffer_printf(&sql, NULL, "FROM " TARN_SCREENS_TABLE " WHERE name <> '%s'", name) == TARN_OK;
    return put(session, &sql, complete, version, error);
}
