/* Finding and loading DuckDB. The last test loads it, for good. */
#include "support_engine.h"

#include "engine/duckdb/shim.h"

#include <stdlib.h>
#include <unistd.h>

static void test_a_missing_library_says_where_it_was_looked_for(void **state) {
    (void)state;
    const tarn_duckdb *duckdb;
    assert_fails(tarn_duckdb_load("/no/such/library.so", &duckdb, error), TARN_E_NOT_FOUND, "/no/such/library.so");
    assert_null(duckdb);
    assert_null(tarn_duckdb_loaded());
    setenv("TARN_DUCKDB", "/no/such/folder", 1);
    assert_fails(tarn_duckdb_load(NULL, &duckdb, error), TARN_E_NOT_FOUND, "/no/such/folder");
    assert_fails(tarn_duckdb_load(NULL, &duckdb, error), TARN_E_NOT_FOUND, "scripts/setup.sh");
    setenv("TARN_DUCKDB", "/", 1);
    assert_fails(tarn_duckdb_load(NULL, &duckdb, error), TARN_E_NOT_FOUND, "libduckdb");
    unsetenv("TARN_DUCKDB");
}

static void test_something_else_is_refused(void **state) {
    (void)state;
    const tarn_duckdb *duckdb;
    char path[] = "/tmp/tarn-not-a-library-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, "text", 4), 4);
    close(file);
    assert_fails(tarn_duckdb_load(path, &duckdb, error), TARN_E_FORMAT, "cannot be loaded");
    unlink(path);
    assert_fails(tarn_duckdb_load("libc.so.6", &duckdb, error), TARN_E_NOT_FOUND, "libc.so.6");
}

static void test_another_version_is_refused(void **state) {
    (void)state;
    const tarn_duckdb *duckdb;
    assert_fails(tarn_duckdb_load(TARN_OTHER_DUCKDB, &duckdb, error), TARN_E_UNSUPPORTED,
                 "is DuckDB v9.9.9, and this program needs " TARN_DUCKDB_VERSION);
    assert_null(duckdb);
}

static void test_a_shim_that_does_not_fit_is_refused(void **state) {
    (void)state;
    const tarn_shim fits = {.size = sizeof fits,
                            .duckdb_version = TARN_DUCKDB_VERSION,
                            .duckdb_source = "0123456789",
                            .loaded_source = "0123456789"};
    tarn_shim larger = fits, older = fits, rebuilt = fits, unknown = fits;
    larger.size += sizeof(void *);
    older.duckdb_version = "v1.4.3";
    rebuilt.loaded_source = "9876543210";
    unknown.duckdb_source = "";
    assert_ok(tarn_duckdb_check_shim(&fits, "shim", error));
    assert_ok(tarn_duckdb_check_shim(&unknown, "shim", error));
    assert_fails(tarn_duckdb_check_shim(&larger, "shim", error), TARN_E_UNSUPPORTED, "shim belongs to another version");
    assert_fails(tarn_duckdb_check_shim(&older, "shim", error), TARN_E_UNSUPPORTED, "shim belongs to another version");
    assert_fails(tarn_duckdb_check_shim(&rebuilt, "shim", error), TARN_E_UNSUPPORTED, "commit 9876543210");
}

static void test_queries_report_it(void **state) {
    (void)state;
    tarn_engine *engine;
    struct ArrowArrayStream stream;
    tarn_engine_options options = {.library = "/no/such"};
    assert_ok(tarn_engine_new(&options, &engine, error));
    assert_fails(tarn_engine_query(engine, NULL, "SELECT 1", SIZE_MAX, NULL, &stream, error), TARN_E_NOT_FOUND,
                 "/no/such");
    assert_fails(tarn_engine_work_query(engine, "SELECT 1", NULL, 0, NULL, &stream, error), TARN_E_NOT_FOUND,
                 "/no/such");
    tarn_engine_free(engine);
    tarn_engine_free(NULL);
}

static void test_the_right_version(void **state) {
    (void)state;
    const tarn_duckdb *duckdb, *again;
    assert_ok(tarn_duckdb_load(NULL, &duckdb, error));
    assert_string_equal(duckdb->library_version(), TARN_DUCKDB_VERSION);
    assert_string_equal(duckdb->shim->duckdb_version, TARN_DUCKDB_VERSION);
    assert_string_equal(duckdb->shim->duckdb_source, duckdb->shim->loaded_source);
    assert_ok(tarn_duckdb_load("/no/such/library.so", &again, error));
    assert_ptr_equal(duckdb, again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_missing_library_says_where_it_was_looked_for),
        cmocka_unit_test(test_something_else_is_refused),
        cmocka_unit_test(test_another_version_is_refused),
        cmocka_unit_test(test_a_shim_that_does_not_fit_is_refused),
        cmocka_unit_test(test_queries_report_it),
        cmocka_unit_test(test_the_right_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
