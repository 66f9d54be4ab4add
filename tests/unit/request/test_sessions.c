/* Who asks: what they may do, what is recorded of them, what stays open for them, and bytes in pieces. */
#include "support_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A session of somebody else on the same service. */
static tarn_session *session_of(fixture *f, const tarn_context *context) {
    tarn_session *session = NULL;
    assert_int_equal(tarn_session_open(f->service, context, NULL, &session, NULL), TARN_OK);
    return session;
}

/* The answer, of which the caller releases the JSON. */
static json_t *run(tarn_session *session, const char *json) {
    tarn_reply reply;
    const tarn_request request = {.json = json, .json_size = strlen(json)};
    tarn_session_run(session, &request, NULL, &reply);
    json_t *answer = json_loads(reply.json, 0, NULL);
    tarn_reply_clear(&reply);
    return answer;
}

static void runs(tarn_session *session, const char *json) {
    json_t *answer = run(session, json);
    if (!json_is_true(json_object_get(answer, "ok")))
        fail_msg("%s: %s", json, json_string_value(json_object_get(answer, "message")));
    json_decref(answer);
}

static void refused(tarn_session *session, const char *json, const char *code, const char *part) {
    json_t *answer = run(session, json);
    assert_string_equal(json_string_value(json_object_get(answer, "code")), code);
    const char *message = json_string_value(json_object_get(answer, "message"));
    if (strstr(message, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, message);
    json_decref(answer);
}

#define TRIM "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"trim\",\"parameters\":{\"column\":\"name\"}}"

static void begin(fixture *f) {
    open_workspace(f);
    import_csv(f, "t", "id,name\n1, anna \n2,bob\n");
}

static void changes_are_recorded_under_the_name_of_who_made_them(void **state) {
    fixture *f = *state;
    begin(f);
    tarn_session *anna = session_of(f, &(tarn_context){.user = "anna", .role = TARN_ROLE_WRITER});
    tarn_session *ben = session_of(f, &(tarn_context){.user = "ben", .role = TARN_ROLE_WRITER});
    runs(anna, TRIM);
    runs(ben, "{\"op\":\"undo\",\"table\":\"t\"}");
    runs(anna, "{\"op\":\"sql\",\"sql\":\"select 1\"}");
    runs(ben, "{\"op\":\"exportSql\",\"sql\":\"select 1\"}");
    json_t *events = json_object_get(works(f, "{\"op\":\"audit\"}"), "events");
    static const char *const users[] = {"anna", "ben", "ben"};
    assert_int_equal(json_array_size(events), 4);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(json_string_value(json_object_get(json_array_get(events, i + 1), "user")), users[i]);
    tarn_session_close(anna);
    tarn_session_close(ben);
    works(f, "{\"op\":\"redo\",\"table\":\"t\"}");
    events = json_object_get(works(f, "{\"op\":\"audit\",\"limit\":1}"), "events");
    assert_string_not_equal(json_string_value(json_object_get(json_array_get(events, 0), "user")), "ben");
}

static void roles_bound_what_may_be_asked(void **state) {
    fixture *f = *state;
    begin(f);
    tarn_session *reader = session_of(f, &(tarn_context){.role = TARN_ROLE_READER});
    tarn_session *writer = session_of(f, &(tarn_context){.role = TARN_ROLE_WRITER});
    runs(reader, "{\"op\":\"page\",\"table\":\"t\"}");
    refused(reader, TRIM, "TARN_E_FORBIDDEN", "apply is for a writer");
    refused(writer, "{\"op\":\"gc\"}", "TARN_E_FORBIDDEN", "gc is for an owner");
    runs(writer, TRIM);
    tarn_session_close(reader);
    tarn_session_close(writer);
}

static void a_change_meant_for_another_version_is_a_conflict(void **state) {
    fixture *f = *state;
    begin(f);
    tarn_session *anna = session_of(f, &(tarn_context){.user = "anna"});
    runs(anna, TRIM);
    static const char *const late[] = {
        ("{\"op\":\"apply\",\"table\":\"t\",\"command\":\"upper\",\"parameters\":{\"column\":\"name\"},"
         "\"if_version\":1}"),
        "{\"op\":\"undo\",\"table\":\"t\",\"if_version\":1}",
        "{\"op\":\"checkout\",\"version\":\"t@1\",\"if_version\":1}",
        "{\"op\":\"rename\",\"table\":\"t\",\"name\":\"u\",\"if_version\":1}",
        "{\"op\":\"drop\",\"table\":\"t\",\"if_version\":1}",
        "{\"op\":\"freeze\",\"table\":\"t\",\"if_version\":1}",
        "{\"op\":\"sqlInto\",\"sql\":\"select 1 as id\",\"table\":\"t\",\"if_exists\":\"replace\",\"if_version\":1}",
    };
    for (size_t i = 0; i < sizeof late / sizeof *late; i++)
        refused(f->session, late[i], "TARN_E_CONFLICT",
                "t has version 2 by now, not 1: meanwhile trim by anna (version 2)");
    static const char csv[] = "id,name\n3,cy\n";
    answer *import = ask_with(f, "{\"op\":\"import\",\"table\":\"t\",\"if_exists\":\"append\",\"if_version\":1}", csv,
                              sizeof csv - 1);
    assert_string_equal(json_string_value(json_object_get(import->json, "code")), "TARN_E_CONFLICT");
    runs(f->session, "{\"op\":\"undo\",\"table\":\"t\",\"if_version\":2}");
    tarn_session_close(anna);
}

static void files_are_named_below_a_folder_only(void **state) {
    fixture *f = *state;
    char folder[128], outside[160], path[256], request[1024];
    begin(f);
    snprintf(folder, sizeof folder, "%s/files", f->folder);
    snprintf(outside, sizeof outside, "%s/secret.csv", f->folder);
    snprintf(request, sizeof request, "mkdir %s && echo a >%s && ln -s %s %s/link.csv && printf 'n\\n1\\n' >%s/in.csv",
             folder, outside, outside, folder, folder);
    assert_int_equal(system(request), 0);
    tarn_session *none = session_of(f, &(tarn_context){.files = TARN_FILES_NONE});
    tarn_session *below = session_of(f, &(tarn_context){.files = TARN_FILES_BELOW, .folder = folder});
    snprintf(path, sizeof path, "{\"op\":\"import\",\"path\":\"%s\"}", outside);
    refused(none, path, "TARN_E_FORBIDDEN", "cannot be named here");
    refused(below, path, "TARN_E_FORBIDDEN", "is not below the folder");
    refused(below, "{\"op\":\"import\",\"path\":\"../secret.csv\"}", "TARN_E_FORBIDDEN", "is not below the folder");
    refused(below, "{\"op\":\"import\",\"path\":\"-\",\"table\":\"x\"}", "TARN_E_FORBIDDEN", "cannot be named here");
    json_t *answer = run(below, "{\"op\":\"import\",\"path\":\"link.csv\"}");
    assert_true(json_is_false(json_object_get(answer, "ok")));
    json_decref(answer);
    runs(below, "{\"op\":\"import\",\"path\":\"in.csv\"}");
    runs(below, "{\"op\":\"export\",\"table\":\"t\",\"path\":\"out.parquet\"}");
    snprintf(path, sizeof path, "%s/out.parquet", folder);
    assert_int_equal(access(path, R_OK), 0);
    runs(below, "{\"op\":\"import\",\"path\":\"out.parquet\",\"table\":\"back\"}");
    refused(below, "{\"op\":\"export\",\"table\":\"t\",\"path\":\"/tmp/out.csv\"}", "TARN_E_FORBIDDEN", "not below");
    refused(below, "{\"op\":\"auditExport\",\"path\":\"/tmp/out.csv\"}", "TARN_E_FORBIDDEN", "not below");
    refused(below, "{\"op\":\"migrate\",\"directory\":\"/tmp\"}", "TARN_E_FORBIDDEN", "not below");
    snprintf(request, sizeof request,
             "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"patch\",\"parameters\":{\"from\":\"%s\"}}", outside);
    refused(below, request, "TARN_E_FORBIDDEN", "not below");
    runs(none, "{\"op\":\"export\",\"table\":\"t\"}");
    tarn_session_close(none);
    tarn_session_close(below);
}

static void tables_that_are_not_permitted_are_as_if_they_were_not_there(void **state) {
    fixture *f = *state;
    static const char *const patterns[] = {"sales_*"};
    begin(f);
    import_csv(f, "sales_north", "n\n1\n");
    tarn_session *some = session_of(f, &(tarn_context){.tables = patterns, .table_count = 1});
    json_t *answer = run(some, "{\"op\":\"tables\"}");
    assert_int_equal(json_array_size(json_object_get(answer, "tables")), 1);
    json_decref(answer);
    refused(some, "{\"op\":\"page\",\"table\":\"t\"}", "TARN_E_NOT_FOUND", "there is no table \"t\"");
    refused(some, "{\"op\":\"diff\",\"before\":\"sales_north\",\"after\":\"t@1\"}", "TARN_E_NOT_FOUND",
            "no table \"t\"");
    refused(some, "{\"op\":\"rename\",\"table\":\"sales_north\",\"name\":\"t2\"}", "TARN_E_NOT_FOUND", "\"t2\"");
    refused(some, "{\"op\":\"sql\",\"sql\":\"select * from t\"}", "TARN_E_NOT_FOUND", "t");
    answer = run(some, "{\"op\":\"audit\"}");
    assert_int_equal(json_array_size(json_object_get(answer, "events")), 1);
    json_decref(answer);
    runs(some, "{\"op\":\"sql\",\"sql\":\"select * from sales_north\"}");
    refused(some, "{\"op\":\"sql\",\"sql\":\"select * from tarn_diff('t@1', 't')\"}", "TARN_E_NOT_FOUND", "t");
    refused(some, "{\"op\":\"apply\",\"table\":\"sales_north\",\"command\":\"stack\",\"parameters\":{\"table\":\"t\"}}",
            "TARN_E_NOT_FOUND", "there is no table \"t\"");
    char tag[TARN_TAG_SIZE];
    assert_int_equal(tarn_session_tag(some, "t", tag, NULL), TARN_E_NOT_FOUND);
    assert_int_equal(tarn_session_tag(some, "sales_north", tag, NULL), TARN_OK);
    tarn_session_close(some);
}

static void handles_have_limits_and_end_with_their_session(void **state) {
    fixture *f = *state;
    begin(f);
    works(f, TRIM);
    tarn_session *one = session_of(f, &(tarn_context){.handle_limit = 2});
    for (int i = 0; i < 3; i++)
        runs(one, "{\"op\":\"diff\",\"before\":\"t@1\",\"after\":\"t@2\"}");
    refused(one, "{\"op\":\"diffPage\",\"diff\":1}", "TARN_E_NOT_FOUND", "no open comparison 1");
    runs(one, "{\"op\":\"diffPage\",\"diff\":2}");
    runs(one, "{\"op\":\"diffPage\",\"diff\":3}");
    refused(f->session, "{\"op\":\"diffPage\",\"diff\":3}", "TARN_E_NOT_FOUND", "no open comparison 3");
    tarn_session_close(one);
}

/* Who listens hears of each version, of tables that they may know of; nobody else hears anything. */
static void versions_are_told_to_who_listens(void **state) {
    fixture *f = *state;
    begin(f);
    works(f, TRIM);
    works(f, "{\"op\":\"listen\"}");
    tarn_session *anna = session_of(f, &(tarn_context){.user = "anna"});
    runs(anna, "{\"op\":\"undo\",\"table\":\"t\"}");
    runs(anna, "{\"op\":\"redo\",\"table\":\"t\"}");
    works(f, "{\"op\":\"listen\",\"on\":false}");
    runs(anna, "{\"op\":\"undo\",\"table\":\"t\"}");
    tarn_session_close(anna);
    pthread_mutex_lock(&f->mutex);
    size_t count = json_array_size(f->events);
    json_t *first = json_array_get(f->events, 0);
    assert_int_equal(count, 2);
    assert_string_equal(json_string_value(json_object_get(first, "event")), "version");
    assert_string_equal(json_string_value(json_object_get(first, "table")), "t");
    assert_string_equal(json_string_value(json_object_get(first, "user")), "anna");
    assert_int_equal(json_integer_value(json_object_get(first, "version")), 1);
    pthread_mutex_unlock(&f->mutex);
}

/* ---- bytes in pieces --------------------------------------------------------------------------------------------- */

typedef struct pieces {
    size_t rows, at;       /* of a CSV file */
    size_t bytes, largest; /* that came back, and the largest piece of them */
    const char *media_type;
} pieces;

static tarn_status read_piece(void *context, void *into, size_t capacity, size_t *got, tarn_error *error) {
    pieces *p = context;
    char line[32];
    (void)error;
    *got = 0;
    while (p->at <= p->rows) {
        int size = p->at == 0 ? snprintf(line, sizeof line, "n,m\n")
                              : snprintf(line, sizeof line, "%zu,%zu\n", p->at, p->at * 7);
        if (*got + (size_t)size > capacity)
            break;
        memcpy((char *)into + *got, line, (size_t)size);
        *got += (size_t)size;
        p->at++;
    }
    return TARN_OK;
}

static tarn_status begin_piece(void *context, const char *media_type, tarn_error *error) {
    pieces *p = context;
    (void)error;
    assert_null(p->media_type);
    p->media_type = media_type;
    return TARN_OK;
}

static tarn_status write_piece(void *context, const void *data, size_t size, tarn_error *error) {
    pieces *p = context;
    assert_non_null(p->media_type);
    (void)data;
    p->bytes += size;
    p->largest = size > p->largest ? size : p->largest;
    (void)error;
    return TARN_OK;
}

static void bytes_flow_in_pieces(void **state) {
    fixture *f = *state;
    static const char import[] = "{\"op\":\"import\",\"table\":\"big\"}";
    static const char export[] = "{\"op\":\"export\",\"table\":\"big\",\"format\":\"csv\"}";
    pieces p = {.rows = 500000};
    const tarn_byte_source source = {.context = &p, .read = read_piece};
    const tarn_byte_sink sink = {.context = &p, .begin = begin_piece, .write = write_piece};
    tarn_reply reply;
    open_workspace(f);
    tarn_request request = {.json = import, .json_size = sizeof import - 1, .source = &source};
    assert_int_equal(tarn_session_run(f->session, &request, NULL, &reply), TARN_OK);
    tarn_reply_clear(&reply);
    request = (tarn_request){.json = export, .json_size = sizeof export - 1, .sink = &sink};
    assert_int_equal(tarn_session_run(f->session, &request, NULL, &reply), TARN_OK);
    assert_null(reply.bytes);
    json_t *answer = json_loads(reply.json, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(answer, "bytes")), p.bytes);
    assert_int_equal(json_integer_value(json_object_get(answer, "rows")), 500000);
    assert_string_equal(p.media_type, "text/csv");
    assert_true(p.largest < p.bytes / 2);
    json_decref(answer);
    tarn_reply_clear(&reply);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(changes_are_recorded_under_the_name_of_who_made_them, setup, teardown),
        cmocka_unit_test_setup_teardown(roles_bound_what_may_be_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_change_meant_for_another_version_is_a_conflict, setup, teardown),
        cmocka_unit_test_setup_teardown(files_are_named_below_a_folder_only, setup, teardown),
        cmocka_unit_test_setup_teardown(tables_that_are_not_permitted_are_as_if_they_were_not_there, setup, teardown),
        cmocka_unit_test_setup_teardown(handles_have_limits_and_end_with_their_session, setup, teardown),
        cmocka_unit_test_setup_teardown(versions_are_told_to_who_listens, setup, teardown),
        cmocka_unit_test_setup_teardown(bytes_flow_in_pieces, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
