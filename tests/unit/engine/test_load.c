/* Finding and loading DuckDB. The last test loads it, for good. */
#include "support_engine.h"

#include "engine/duckdb_api.h"

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
    assert_ok(tarn_duckdb_load("/no/such/library.so", &again, error));
    assert_ptr_equal(duckdb, again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_missing_library_says_where_it_was_looked_for),
        cmocka_unit_test(test_something_else_is_refused),
        cmocka_unit_test(test_queries_report_it),
        cmocka_unit_test(test_the_right_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
