/* Views: rows filtered by conditions of every kind, sorted, paged, of one version for good. */
#include "support_request.h"

#include <stdio.h>
#include <string.h>

static const char csv[] =
    "id,name,day\n1,Oslo,2024-01-05\n2,bergen,2024-02-01\n3,,2023-12-31\n4,OSLO east,\n5,Rome,2024-01-05\n";

/* The ids of the rows that the view has, as text: "1,2". */
static void has_rows(fixture *f, const char *members, const char *wanted) {
    char got[128] = "";
    char request[600];
    snprintf(request, sizeof request, "{\"op\":\"view\",\"table\":\"t\",%s}", members);
    const answer *a = ask_with(f, request, NULL, 0);
    if (!json_is_true(json_object_get(a->json, "ok")))
        fail_msg("%s: %s", members, json_string_value(json_object_get(a->json, "message")));
    int view = (int)json_integer_value(json_object_get(a->json, "view"));
    const answer *page = ask(f, "{\"op\":\"viewPage\",\"view\":%d,\"columns\":\"id\",\"format\":\"csv\"}", view);
    size_t used = 0;
    for (size_t i = 3; i < page->size && used < sizeof got - 1; i++) /* behind "id\n" */
        got[used++] = page->data[i] == '\n' ? ',' : (char)page->data[i];
    got[used > 0 ? used - 1 : 0] = '\0';
    if (strcmp(got, wanted) != 0)
        fail_msg("%s gives %s, not %s", members, got, wanted);
}

static void conditions_of_every_kind_choose_rows(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", csv);
    has_rows(f, "\"sort\":[]", "1,2,3,4,5");
    has_rows(f, "\"where\":\"id > 3 -- no more\"", "4,5");
    has_rows(f, "\"filter\":{\"column\":\"name\",\"is\":\"contains\",\"value\":\"oslo\",\"ignore_case\":true}", "1,4");
    has_rows(f, "\"filter\":{\"column\":\"name\",\"is\":\"starts\",\"value\":\"R\"}", "5");
    has_rows(f, "\"filter\":{\"column\":\"name\",\"is\":\"ends\",\"value\":\"gen\"}", "2");
    has_rows(f, "\"filter\":{\"column\":\"name\",\"is\":\"matches\",\"value\":\"^[A-Z]+ \"}", "4");
    has_rows(f, "\"filter\":{\"column\":\"name\",\"is\":\"=\",\"value\":\"x' OR 1=1 --\"}", "");
    has_rows(f, "\"filter\":{\"column\":\"name\",\"is\":\"blank\"}", "3");
    has_rows(f, "\"filter\":{\"column\":\"day\",\"is\":\"null\"}", "4");
    has_rows(f, "\"filter\":{\"column\":\"day\",\"is\":\"between\",\"value\":[\"2024-01-01\",\"2024-01-31\"]}", "1,5");
    has_rows(f, "\"filter\":{\"column\":\"id\",\"is\":\"not in\",\"value\":[1,2]}", "3,4,5");
    has_rows(f,
             "\"filter\":[{\"column\":\"id\",\"is\":\">=\",\"value\":2},{\"any\":[{\"column\":\"id\",\"is\":\"=\","
             "\"value\":2},{\"column\":\"name\",\"is\":\"=\",\"value\":\"Rome\"}]}]",
             "2,5");
    has_rows(f, "\"sort\":[{\"column\":\"day\",\"descending\":true},{\"column\":\"id\"}]", "2,1,5,3,4");
    has_rows(f, "\"sort\":{\"column\":\"day\"}", "3,1,5,2,4");
}

static void a_view_stays_as_it_was(void **state) {
    fixture *f = *state;
    open_workspace(f);
    import_csv(f, "t", csv);
    works(f, "{\"op\":\"view\",\"table\":\"t\",\"where\":\"id = 1\"}");
    works(f, "{\"op\":\"apply\",\"table\":\"t\",\"command\":\"filter\",\"parameters\":{\"where\":\"id > 1\"}}");
    json_t *page = works(f, "{\"op\":\"viewPage\",\"view\":1}");
    assert_int_equal(json_integer_value(json_object_get(page, "rows")), 1);
    fails(f, "{\"op\":\"view\",\"table\":\"t\",\"where\":\"nothing = 1\"}", "TARN_E_SQL", "nothing");
    fails(f, "{\"op\":\"view\",\"table\":\"t\",\"sort\":{\"column\":\"nam\"}}", "TARN_E_NOT_FOUND", "nam");
    fails(f, "{\"op\":\"view\",\"table\":\"t\",\"filter\":{\"column\":\"id\",\"is\":\"like\"}}", "TARN_E_INVALID",
          "'like'");
    fails(f, "{\"op\":\"view\",\"table\":\"t\",\"filter\":{\"column\":\"id\",\"is\":\"between\",\"value\":1}}",
          "TARN_E_INVALID", "takes two values");
    fails(f, "{\"op\":\"view\",\"table\":\"t\",\"filter\":{\"is\":\"null\"}}", "TARN_E_INVALID", "needs 'column'");
    works(f, "{\"op\":\"viewRelease\",\"view\":1}");
    fails(f, "{\"op\":\"viewPage\",\"view\":1}", "TARN_E_NOT_FOUND", "no open view 1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(conditions_of_every_kind_choose_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(a_view_stays_as_it_was, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
