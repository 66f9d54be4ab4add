/* Versions by text. */
#include "support.h"

#include "store/resolve.h"

static void assert_version(fixture *f, const char *text, uint64_t number) {
    tarn_version *version;
    assert_ok(tarn_store_open_version(f->store, text, &version, error));
    assert_int_equal(tarn_version_number(version), number);
    tarn_version_release(version);
}

static void text_names_versions(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "orders", 10, 10);
    for (int64_t i = 0; i < 4; i++)
        edit_number(f->store, table, i, -i - 1);
    assert_ok(tarn_store_set_head(f->store, table, 3, 5, &an_event, error));
    edit_number(f->store, table, 9, 90); /* version 6, on 3 */
    assert_version(f, "orders", 6);
    assert_version(f, "ORDERS@4", 4);
    assert_version(f, "orders~0", 6);
    assert_version(f, "orders~1", 3);
    assert_version(f, "orders~3", 1);
    tarn_version *version;
    assert_fails(tarn_store_open_version(f->store, "orders~4", &version, error), TARN_E_NOT_FOUND, "");
    assert_fails(tarn_store_open_version(f->store, "orders@9", &version, error), TARN_E_NOT_FOUND, "9");
    assert_fails(tarn_store_open_version(f->store, "order", &version, error), TARN_E_NOT_FOUND, "orders");
    static const char *const bad[] = {"orders@", "orders@x", "orders~-1", "orders@99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_fails(tarn_store_open_version(f->store, bad[i], &version, error), TARN_E_INVALID, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(text_names_versions, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
