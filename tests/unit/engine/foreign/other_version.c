/* A library that says it is another version of DuckDB: see test_load.c. */
const char *duckdb_library_version(void);

const char *duckdb_library_version(void) {
    return "v9.9.9";
}
