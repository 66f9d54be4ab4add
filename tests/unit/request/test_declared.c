/* Every operation is called, and what it answers is held to what it declares. */
#include "support_request.h"

#include "request/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool called[128];

static size_t place_of(const char *name) {
    size_t count;
    const tarn_operation *const *all = tarn_operations(&count);
    size_t i = 0;
    while (i < count && strcmp(all[i]->name, name) != 0)
        i++;
    assert_true(i < count);
    return i;
}

static void check(const char *request, const answer *a) {
    tarn_error error = {0};
    json_t *asked = json_loads(request, 0, NULL);
    const char *name = json_string_value(json_object_get(asked, "op"));
    const tarn_operation *operation = tarn_operation_find(name);
    assert_non_null(operation);
    if (!json_is_true(json_object_get(a->json, "ok")))
        fail_msg("%s: %s", request, json_string_value(json_object_get(a->json, "message")));
    if (tarn_check_answer(operation, a->json, &error) != TARN_OK)
        fail_msg("%s", error.message);
    if (operation->gives == TARN_BYTES_NONE)
        assert_null(a->data);
    if (operation->gives == TARN_BYTES_ROWS || (operation->gives == TARN_BYTES_FILE && strstr(request, "path") == NULL))
        assert_non_null(a->data);
    called[place_of(name)] = true;
    json_decref(asked);
}

static answer *ask_checked(fixture *f, const char *request, const void *data, size_t size) {
    answer *a = ask_with(f, request, data, size);
    check(request, a);
    return a;
}

/* In this order; %s is the fixture's folder. */
static const char *const requests[] = {
    "{\"op\":\"status\"}",
    "{\"op\":\"refresh\"}",
    "{\"op\":\"tables\",\"dropped\":true}",
    "{\"op\":\"schema\",\"table\":\"t\"}",
    "{\"op\":\"page\",\"table\":\"t@1\",\"columns\":\"name\",\"ids\":true}",
    "{\"op\":\"sql\",\"sql\":\"select * from t where id > ?\",\"params\":[1],\"limit\":1,\"format\":\"csv\"}",
    "{\"op\":\"sqlInto\",\"sql\":\"select * from t\",\"table\":\"u\"}",
    "{\"op\":\"executeAndRegister\",\"sql\":\"select 1 as one\",\"name\":\"r\"}",
    "{\"op\":\"view\",\"table\":\"t@1\",\"where\":\"id > 0\",\"filter\":[{\"column\":\"id\",\"is\":\"<=\",\"value\":3},"
    "{\"any\":[{\"column\":\"name\",\"is\":\"contains\",\"value\":\"BO\",\"ignore_case\":true},{\"column\":\"id\","
    "\"is\":\"in\",\"value\":[1]}]}],\"sort\":{\"column\":\"id\",\"descending\":true}}",
    "{\"op\":\"viewPage\",\"view\":1,\"ids\":true,\"format\":\"json\"}",
    "{\"op\":\"viewRelease\",\"view\":1}",
    "{\"op\":\"jobs\"}",
    "{\"op\":\"jobCancel\",\"job\":1}",
    "{\"op\":\"listen\"}",
    "{\"op\":\"registered\"}",
    "{\"op\":\"deregisterTable\",\"name\":\"r\"}",
    "{\"op\":\"reset\"}",
    "{\"op\":\"commands\"}",
    "{\"op\":\"preview\",\"table\":\"t\",\"command\":\"trim\",\"parameters\":{\"column\":\"name\"}}",
    "{\"op\":\"preview\",\"table\":\"t\",\"command\":\"filter\",\"parameters\":{\"where\":\"id > 1\"}}",
    "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"trim\",\"parameters\":{\"column\":[\"name\"]},\"if_version\":1}",
    "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"edit\",\"parameters\":{\"column\":\"name\",\"row\":1,\"value\":"
    "\"Ann\"}}",
    "{\"op\":\"applyWithKeyMap\",\"table\":\"u\",\"command\":\"mask\",\"parameters\":{\"column\":\"name\"}}",
    "{\"op\":\"applyWithKeyMap\",\"table\":\"u\",\"command\":\"scramble\",\"parameters\":{\"column\":\"name\","
    "\"secret\":\"s\"},"
    "\"path\":\"%s/map.csv\"}",
    "{\"op\":\"clusters\",\"table\":\"t\",\"column\":\"name\"}",
    "{\"op\":\"match\",\"table\":\"people\",\"parameters\":{\"column\":[\"name\",\"city\"]}}",
    "{\"op\":\"undo\",\"table\":\"t\"}",
    "{\"op\":\"redo\",\"table\":\"t\"}",
    "{\"op\":\"checkout\",\"version\":\"t@2\"}",
    "{\"op\":\"log\",\"table\":\"t\"}",
    "{\"op\":\"timeline\",\"table\":\"t\"}",
    "{\"op\":\"diff\",\"before\":\"t@1\",\"after\":\"t@2\"}",
    "{\"op\":\"diffPage\",\"diff\":2,\"kinds\":\"modified\"}",
    "{\"op\":\"diffValues\",\"diff\":2,\"column\":\"name\"}",
    "{\"op\":\"diffExport\",\"diff\":2,\"format\":\"json\"}",
    "{\"op\":\"diffRelease\",\"diff\":2}",
    "{\"op\":\"diff\",\"before\":\"t\",\"after\":\"people\",\"keys\":[\"id\"]}",
    "{\"op\":\"blindDigests\",\"table\":\"people\",\"secret\":\"s\",\"keys\":\"id\",\"path\":\"%s/ours.arrow\"}",
    "{\"op\":\"blindCompare\",\"before\":\"t\",\"path\":\"%s/ours.arrow\",\"secret\":\"s\"}",
    "{\"op\":\"audit\"}",
    "{\"op\":\"auditDetail\",\"event\":3}",
    "{\"op\":\"auditTip\"}",
    "{\"op\":\"auditVerify\"}",
    "{\"op\":\"auditExport\",\"format\":\"html\"}",
    "{\"op\":\"auditLimit\"}",
    "{\"op\":\"auditSetLimit\",\"keep\":1000}",
    "{\"op\":\"recipeSave\",\"name\":\"clean\",\"range\":\"t\"}",
    "{\"op\":\"recipes\"}",
    "{\"op\":\"recipeGet\",\"name\":\"clean\"}",
    "{\"op\":\"recipePut\",\"name\":\"other\",\"recipe\":{\"tarn_recipe\":1,\"steps\":[{\"command\":\"trim\","
    "\"parameters\":"
    "{"
    "\"column\":[\"name\"]}}]}}",
    "{\"op\":\"recipeCheck\",\"name\":\"clean\",\"table\":\"people\"}",
    "{\"op\":\"recipeRun\",\"name\":\"clean\",\"table\":\"people\",\"each_step\":true}",
    "{\"op\":\"recipeDrop\",\"name\":\"clean\"}",
    "{\"op\":\"export\",\"table\":\"t\"}",
    "{\"op\":\"export\",\"table\":\"t\",\"path\":\"%s/t.parquet\"}",
    "{\"op\":\"exportSql\",\"sql\":\"select * from t\",\"format\":\"xlsx\"}",
    "{\"op\":\"import\",\"path\":\"%s/t.parquet\",\"table\":\"back\"}",
    "{\"op\":\"rename\",\"table\":\"back\",\"name\":\"again\"}",
    "{\"op\":\"drop\",\"table\":\"again\"}",
    "{\"op\":\"undrop\",\"table\":\"again\"}",
    "{\"op\":\"verify\"}",
    "{\"op\":\"verify\",\"repair\":true}",
    "{\"op\":\"freeze\",\"table\":\"t\"}",
    "{\"op\":\"thaw\",\"table\":\"t\"}",
    "{\"op\":\"gc\",\"dry_run\":true}",
    "{\"op\":\"migrate\",\"directory\":\"%s/old\"}",
    "{\"op\":\"clear\",\"token\":\"clear %s/w\"}",
    "{\"op\":\"close\"}",
};

static void write_text(const char *folder, const char *name, const char *text) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* A folder of the earlier layout. */
static void make_old_layout(const char *folder) {
    static const char *const folders[] = {"old", "old/tables"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
        assert_int_equal(mkdir(path, 0777), 0);
    }
    write_text(folder, "old/metadata.json", "{\"tables\":[{\"id\":\"a\",\"name\":\"olden\",\"rowCount\":1}]}");
    write_text(folder, "old/tables/a.csv", "n\n1\n");
}

static void make_tables(fixture *f) {
    char request[200];
    snprintf(request, sizeof request, "{\"op\":\"open\",\"directory\":\"%s/w\",\"threads\":2}", f->folder);
    ask_checked(f, request, NULL, 0);
    static const char t[] = "id,name\n1, anna \n2,bob\n3,Bob\n";
    static const char people[] = "id,name,city\n1,Jon Smith,Oslo\n2,John Smith,\n3,Eve,Rome\n";
    ask_checked(f, "{\"op\":\"import\",\"name\":\"t.csv\"}", t, sizeof t - 1);
    ask_checked(f, "{\"op\":\"import\",\"table\":\"people\"}", people, sizeof people - 1);
    answer *rows = ask_checked(f, "{\"op\":\"sql\",\"sql\":\"select 1 as one\"}", NULL, 0);
    ask_checked(f, "{\"op\":\"registerTable\",\"name\":\"given\"}", rows->data, rows->size);
}

static void every_operation_answers_as_it_declares(void **state) {
    fixture *f = *state;
    size_t count;
    const tarn_operation *const *all = tarn_operations(&count);
    assert_true(count < sizeof called / sizeof *called);
    make_old_layout(f->folder);
    make_tables(f);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        char request[512];
        const char *mark = strstr(requests[i], "%s");
        snprintf(request, sizeof request, "%.*s%s%s", mark != NULL ? (int)(mark - requests[i]) : 511, requests[i],
                 mark != NULL ? f->folder : "", mark != NULL ? mark + 2 : "");
        ask_checked(f, request, NULL, 0);
    }
    for (size_t i = 0; i < count; i++) {
        if (!called[i])
            fail_msg("%s was not called", all[i]->name);
    }
}

static bool is_on_path(const tarn_operation *operation, const char *name, size_t size) {
    for (size_t i = 0; i < operation->parameter_count; i++) {
        if (strncmp(operation->parameters[i].name, name, size) == 0 && operation->parameters[i].name[size] == '\0')
            return true;
    }
    return false;
}

/* Whatever stands in braces is a parameter; no two operations have one method and path; defaults are JSON that fits. */
static void declarations_are_sound(void **state) {
    size_t count;
    const tarn_operation *const *all = tarn_operations(&count);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const tarn_operation *operation = all[i];
        assert_true((operation->method != NULL) == (operation->path != NULL));
        for (const char *at = operation->path; at != NULL && (at = strchr(at, '{')) != NULL; at++)
            assert_true(is_on_path(operation, at + 1, strcspn(at + 1, "}")));
        for (size_t j = 0; j < i && operation->path != NULL; j++)
            assert_false(all[j]->path != NULL && strcmp(all[j]->path, operation->path) == 0 &&
                         strcmp(all[j]->method, operation->method) == 0);
        for (size_t p = 0; p < operation->parameter_count; p++) {
            const tarn_field *field = &operation->parameters[p];
            json_t *value = field->otherwise != NULL ? json_loads(field->otherwise, JSON_DECODE_ANY, NULL) : NULL;
            assert_true(field->otherwise == NULL || value != NULL);
            assert_true(field->meaning != NULL && field->meaning[0] != '\0');
            json_decref(value);
        }
    }
}

static void refused(const char *text, const char *part) {
    tarn_error error = {0};
    json_t *request = json_loads(text, 0, NULL);
    assert_non_null(request);
    const tarn_operation *operation = tarn_operation_find(json_string_value(json_object_get(request, "op")));
    assert_int_equal(tarn_check_request(operation, request, &error), TARN_E_INVALID);
    if (strstr(error.message, part) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", part, error.message);
    json_decref(request);
}

static void what_is_not_declared_is_refused(void **state) {
    (void)state;
    refused("{\"op\":\"gc\",\"dryRun\":true}", "gc has no parameter 'dryRun': did you mean 'dry_run'?");
    refused("{\"op\":\"gc\",\"colour\":1}", "it takes dry_run, keep_versions, keep_since");
    refused("{\"op\":\"status\",\"x\":1}", "status has no parameter 'x'; it takes none");
    refused("{\"op\":\"gc\",\"dry_run\":\"yes\"}", "'dry_run' must be true or false");
    refused("{\"op\":\"page\"}", "page needs 'table'");
    refused("{\"op\":\"page\",\"table\":null}", "page needs 'table'");
    refused("{\"op\":\"page\",\"table\":\"t\",\"offset\":-1}", "'offset' must be 0 or more");
    refused("{\"op\":\"page\",\"table\":\"t\",\"offset\":1.5}", "'offset' must be a whole number");
    refused("{\"op\":\"page\",\"table\":\"t\",\"columns\":[1]}", "'columns' must be a list of texts");
    refused("{\"op\":\"page\",\"table\":\"t\",\"format\":\"xls\"}", "cannot be 'xls': it is one of 'arrow-stream'");
    refused("{\"op\":\"undo\",\"table\":\"t\",\"steps\":0}", "'steps' must be from 1 to");
    refused("{\"op\":\"apply\",\"table\":\"t\",\"command\":\"trim\",\"parameters\":[]}", "must be an object");
    refused("{\"op\":\"undo\",\"table\":\"t\",\"if_version\":0}", "'if_version' must be 1 or more");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declarations_are_sound),
        cmocka_unit_test(what_is_not_declared_is_refused),
        cmocka_unit_test_setup_teardown(every_operation_answers_as_it_declares, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
