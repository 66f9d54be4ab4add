/* Every statement and every function that DuckDB has, in disguises: none that reads more than its arguments, or leaves
 * anything, gets through. */
#include "support_engine.h"

#include "base/text.h"
#include "engine/duckdb/shim.h"
#include "engine/engine_internal.h"
#include "engine/scan.h"
#include "engine/sql_functions.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NBSP "\xc2\xa0"
#define EM_SPACE "\xe2\x80\x83"
#define WIDE_SPACE "\xe3\x80\x80"
#define NARROW_SPACE "\xe2\x80\xaf"
#define MARK "\xef\xbb\xbf"

/* ---- an instance and what must not change on it --------------------------------------------------------------------
 */

typedef struct inside {
    fixture *f;
    tarn_catalog *catalog;
    tarn_session session;
    tarn_connection *connection;
} inside;

static void enter(fixture *f, inside *in) {
    *in = (inside){.f = f};
    assert_ok(tarn_catalog_new(NULL, NULL, NULL, 0, &in->catalog, error));
    tarn_session_init(&in->session, in->catalog, NULL);
    assert_ok(tarn_engine_connect(f->engine, TARN_INSTANCE_USER, &in->session, &in->connection, error));
}

static void leave(inside *in) {
    tarn_connection_give(in->connection, TARN_OK);
    tarn_session_clear(&in->session);
    tarn_catalog_release(in->catalog);
}

/* The one text that a query gives, past the judge. With `refusal`: what it says instead, and NULL for the text. */
static char *ask_past_judge(const inside *in, const char *sql, char **refusal) {
    const tarn_duckdb *duckdb = tarn_instance_duckdb(in->connection->instance);
    duckdb_result result = {0};
    char *text = NULL;
    if (duckdb->query(in->connection->handle, sql, &result) == DuckDBError) {
        const char *message = duckdb->result_error(&result);
        const char *thrown = duckdb->shim->thrown();
        if (!refusal)
            fail_msg("%s: %s", sql, message ? message : thrown);
        *refusal = tarn_strdup(message ? message : thrown);
    } else {
        duckdb_data_chunk chunk = duckdb->fetch_chunk(result);
        duckdb_logical_type type = duckdb->column_logical_type(&result, 0);
        bool is_text = type && duckdb->get_type_id(type) == DUCKDB_TYPE_VARCHAR;
        if (!chunk || duckdb->data_chunk_get_size(chunk) == 0) {
            text = tarn_strdup("");
        } else if (is_text) {
            duckdb_string_t *value = duckdb->vector_get_data(duckdb->data_chunk_get_vector(chunk, 0));
            uint32_t length = value->value.inlined.length;
            text = tarn_strndup(length <= 12 ? value->value.inlined.inlined : value->value.pointer.ptr, length);
        } else {
            text = tarn_strdup("something");
        }
        duckdb->destroy_logical_type(&type);
        duckdb->destroy_data_chunk(&chunk);
    }
    duckdb->destroy_result(&result);
    return text;
}

/* What the work instance, which nobody confines, gives for a query of one text column. Heap. */
static char *ask_anything(fixture *f, const char *sql) {
    struct ArrowArrayStream stream;
    assert_ok(tarn_engine_work_query(f->engine, sql, NULL, 0, NULL, &stream, error));
    char *rows = rows_of(&stream);
    tarn_stream_release(&stream);
    return rows;
}

/* All settings of the confined instance, and a variable that somebody might have set. Heap. */
static char *settings_of(const inside *in) {
    char *list = ask_anything(in->f, "SELECT string_agg('current_setting(''' || name || ''')::VARCHAR', ', ' "
                                     "ORDER BY name) FROM duckdb_settings()");
    char *sql = tarn_format("SELECT concat_ws('; ', getvariable('x'), %s)", list);
    char *settings = ask_past_judge(in, sql, NULL);
    free(sql);
    free(list);
    assert_true(strlen(settings) > 500);
    return settings;
}

static size_t count_entries(const char *folder) {
    size_t count = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    while (readdir(open))
        count++;
    closedir(open);
    return count;
}

/* Runs in a folder of its own with a secret file in it, which is also the home: nothing may appear there, no setting
 * change, the instance stay the same. */
typedef struct watch {
    fixture *f;
    char folder[40], *before;
    tarn_instance *instance;
    size_t entries;
} watch;

#define SECRET "precious.csv"

static watch begin_watch(fixture *f) {
    watch w = {.f = f, .folder = "/tmp/tarn-judged-XXXXXX"};
    assert_non_null(mkdtemp(w.folder));
    assert_int_equal(chdir(w.folder), 0);
    setenv("HOME", w.folder, 1);
    FILE *file = fopen(SECRET, "w");
    assert_non_null(file);
    fputs("word\nprecious\n", file);
    fclose(file);
    w.entries = count_entries(w.folder);
    inside in;
    enter(f, &in);
    w.before = settings_of(&in);
    w.instance = in.connection->instance;
    leave(&in);
    return w;
}

static void end_watch(watch *w) {
    inside in;
    enter(w->f, &in);
    char *after = settings_of(&in);
    assert_string_equal(after, w->before);
    assert_ptr_equal(in.connection->instance, w->instance);
    leave(&in);
    free(after);
    free(w->before);
    assert_int_equal(count_entries(w->folder), w->entries);
    assert_int_equal(unlink(SECRET), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(w->folder), 0);
}

static tarn_status try(fixture *f, const char *sql, tarn_error *error) {
    struct ArrowSchema schema = {0};
    tarn_status status = tarn_engine_describe(f->engine, f->store, sql, SIZE_MAX, NULL, &schema, error);
    if (status == TARN_OK)
        tarn_schema_release(&schema);
    return status;
}

static void assert_not_run(fixture *f, const char *sql) {
    tarn_error error = {0};
    tarn_status status = try(f, sql, &error);
    if (status == TARN_OK || status == TARN_E_ENGINE_LOST || status == TARN_E_INTERNAL)
        fail_msg("%s: %s %s", sql, tarn_status_name(status), error.message);
    if (strstr(error.message, "precious\n") || strstr(error.message, "Stack Trace"))
        fail_msg("%s: %s", sql, error.message);
}

static void assert_forbidden(fixture *f, const char *sql) {
    tarn_error error = {0};
    tarn_status status = try(f, sql, &error);
    if (status != TARN_E_FORBIDDEN)
        fail_msg("%s: %s %s", sql, tarn_status_name(status), error.message);
}

/* `pattern` with `text` for each @. Heap. */
static char *put(const char *pattern, const char *text) {
    size_t count = 0;
    for (const char *at = pattern; *at; at++)
        count += *at == '@';
    char *out = malloc(strlen(pattern) + count * strlen(text) + 1), *end = out;
    for (const char *at = pattern; *at; at++) {
        if (*at == '@')
            end = stpcpy(end, text);
        else
            *end++ = *at;
    }
    *end = 0;
    return out;
}

/* ---- the lists are whole -------------------------------------------------------------------------------------------
 */

static tarn_judgement judgement_of(const char *type, const char *name) {
    if (strcmp(type, "table") == 0 || strcmp(type, "table_macro") == 0)
        return strncmp(name, "tarn_", 5) == 0 ? TARN_HARMLESS : tarn_judge_table_function(name);
    return strcmp(type, "pragma") == 0 ? tarn_judge_pragma(name) : tarn_judge_function(name);
}

static void test_every_function_was_judged(void **state) {
    char *rows = answer(*state, "SELECT DISTINCT function_type, function_name FROM duckdb_functions()", NULL);
    size_t count = 0;
    for (char *line = strtok(rows, "\n"); line; line = strtok(NULL, "\n"), count++) {
        char *name = strchr(line, '|');
        *name++ = 0;
        if (judgement_of(line, name) == TARN_UNKNOWN)
            fail_msg("DuckDB has a %s function %s: judge it in src/engine/sql_functions.c", line, name);
    }
    assert_true(count > 800);
    free(rows);
}

static char *all_views(fixture *f) {
    return ask_anything(f, "SELECT view_name FROM duckdb_views() WHERE internal");
}

static void test_every_view_was_judged(void **state) {
    char *names = all_views(*state);
    size_t count = 0;
    for (char *name = strtok(names, "\n"); name; name = strtok(NULL, "\n"), count++)
        if (tarn_judge_view(name) == TARN_UNKNOWN)
            fail_msg("DuckDB has a view %s: judge it in src/engine/sql_functions.c", name);
    assert_true(count > 30);
    free(names);
}

/* ---- functions in FROM ---------------------------------------------------------------------------------------------
 */

/* Where a source can stand. */
static const char *const places[] = {
    "SELECT * FROM @",
    "FROM @",
    "SELECT (SELECT count(*) FROM @)",
    "WITH q AS (SELECT * FROM @) SELECT * FROM q",
    "WITH q AS MATERIALIZED (FROM @) SELECT 1",
    "WITH RECURSIVE q AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM q, (FROM @) WHERE a < 2) SELECT * FROM q",
    "SELECT * FROM range(1) r, LATERAL (SELECT * FROM @)",
    "SELECT 1 WHERE EXISTS (FROM @)",
    "SELECT 1 UNION ALL SELECT 1 FROM @",
    "SELECT 1 EXCEPT (SELECT 1 FROM @)",
    "PIVOT (FROM @) ON a USING count(*)",
    "PIVOT @ ON a USING count(*)",
    "PIVOT range(3) ON range IN (SELECT 1 FROM @) USING count(*)",
    "PIVOT (SELECT 1 AS a) ON a USING sum((SELECT 1 FROM @))",
    "SELECT * FROM (PIVOT (SELECT 1 AS a, (SELECT 1 FROM @) AS b) ON a USING count(*))",
    "UNPIVOT (FROM @) ON COLUMNS(*)",
    "DESCRIBE SELECT * FROM @",
    "SUMMARIZE FROM @",
    "SELECT * FROM (DESCRIBE FROM @)",
    "EXPLAIN SELECT * FROM @",
    "EXPLAIN ANALYZE FROM @",
    "EXPLAIN PIVOT (FROM @) ON a USING count(*)",
    "SELECT list_transform([1], lambda x: x + (SELECT count(*) FROM @))",
    "SELECT [x FOR x IN (SELECT list(1) FROM @)]",
    "SELECT sum(1) FILTER (WHERE 1 IN (SELECT 1 FROM @))",
    "SELECT 1 ORDER BY (SELECT 1 FROM @)",
    "SELECT 1 LIMIT (SELECT 1 FROM @)",
    "SELECT DISTINCT ON ((SELECT 1 FROM @)) 1",
    "SELECT count(*) FROM range(3) GROUP BY (SELECT 1 FROM @)",
    "SELECT count(*) FROM range(3) HAVING 1 = ANY (SELECT 1 FROM @)",
    "SELECT * FROM range(1) JOIN @ ON true",
    "SELECT * FROM range(1) POSITIONAL JOIN @",
    "SELECT * FROM range((SELECT count(*) FROM @)::BIGINT)",
    "VALUES ((SELECT 1 FROM @))",
    "SELECT 1 QUALIFY row_number() OVER (ORDER BY (SELECT 1 FROM @)) = 1",
    "SELECT CASE WHEN (SELECT true FROM @) THEN 1 END",
    "SELECT * REPLACE ((SELECT 1 FROM @) AS range) FROM range(1)",
    "SELECT COLUMNS(c -> c IN (SELECT 'range' FROM @)) FROM range(1)",
    "SELECT * FROM histogram(orders, (SELECT 1 FROM @))",
    "SELECT string_agg(1, ',' ORDER BY (SELECT 1 FROM @))",
};

/* How a call can be written; % stands for the name, $ for it in quotes. */
static const char *const spellings[] = {
    "%()",
    "%('precious.csv')",
    "%('precious.csv', 'x')",
    "$('precious.csv')",
    "%" NBSP "('precious.csv')",
    "%" EM_SPACE "('precious.csv')",
    NBSP "%" WIDE_SPACE "('precious.csv')",
    "%\r('precious.csv')",
    "%\t\f('precious.csv')",
    "%--\r('precious.csv')",
    "%-- ' \n('precious.csv')",
    "%/* ( */('precious.csv')",
    "%/* /* */ ) */('precious.csv')",
    "/**/%/**/('precious.csv')",
    "main.%('precious.csv')",
    "system.main.$('precious.csv')",
    "$" NARROW_SPACE "(E'precious.csv')",
    "%('precious' || '.csv')",
    "%(['precious.csv'])",
    "% (a := 'precious.csv')",
};

static char *spell(const char *spelling, const char *name, bool upper) {
    size_t size = strlen(spelling) + 2 * strlen(name) + 8;
    char *out = malloc(size), *end = out;
    for (const char *at = spelling; *at; at++) {
        if (*at == '%' || *at == '$') {
            char *start = end;
            end += snprintf(end, size, *at == '$' ? "\"%s\"" : "%s", name);
            for (; upper && start < end; start++)
                if (*start >= 'a' && *start <= 'z')
                    *start -= 'a' - 'A';
        } else {
            *end++ = *at;
        }
    }
    *end = 0;
    return out;
}

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* Every place with one spelling after the other, and every spelling in the plainest place. */
static void try_source(fixture *f, const char *name) {
    for (size_t i = 0; i < COUNT(places) + COUNT(spellings); i++) {
        bool plain = i >= COUNT(places);
        char *call = spell(spellings[(plain ? i - COUNT(places) : i) % COUNT(spellings)], name, i % 3 == 1);
        char *sql = put(plain ? places[0] : places[i], call);
        assert_forbidden(f, sql);
        free(sql);
        free(call);
    }
}

static void test_refused_table_functions_in_disguise(void **state) {
    char *rows = answer(*state,
                        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('table', "
                        "'table_macro') ORDER BY 1",
                        NULL);
    watch w = begin_watch(*state);
    size_t tried = 0;
    for (char *name = strtok(rows, "\n"); name; name = strtok(NULL, "\n"))
        if (tarn_judge_table_function(name) != TARN_HARMLESS) {
            try_source(*state, name);
            tried++;
        }
    assert_true(tried > 60);
    end_watch(&w);
    free(rows);
}

static void test_views_in_disguise(void **state) {
    static const char *const spelled[] = {"@", "\"@\"", "'@'", "/**/@", ("\"@\"" NBSP), "@ AS t", "@--\r"};
    char *names = all_views(*state);
    watch w = begin_watch(*state);
    for (char *name = strtok(names, "\n"); name; name = strtok(NULL, "\n"))
        for (size_t i = 0; i < COUNT(places) && tarn_judge_view(name) == TARN_REFUSED; i++) {
            char *source = put(spelled[i % COUNT(spelled)], name);
            char *sql = put(places[i], source);
            assert_forbidden(*state, sql);
            free(sql);
            free(source);
        }
    end_watch(&w);
    free(names);
    /* by the name that a macro is given */
    assert_forbidden(*state, "SELECT * FROM histogram('pg_settings', setting)");
    assert_forbidden(*state, "SELECT * FROM histogram(pg_settings, setting)");
    assert_forbidden(*state, "SELECT * FROM histogram('pg_' || 'settings', setting)");
    assert_forbidden(*state, "SELECT * FROM histogram(col_name := setting, source := 'pg_settings')");
    assert_forbidden(*state, "SELECT * FROM histogram_values(pg_catalog.pg_settings, setting)");
    assert_forbidden(*state, "SELECT * FROM histogram_values('pg_catalog.pg_settings', setting)");
    assert_forbidden(*state, "WITH pg_settings AS (SELECT 1) SELECT * FROM pg_settings");
    assert_answer(*state, "SELECT sum(count) FROM histogram('orders', id % 2)", "10\n");
}

/* ---- functions elsewhere -------------------------------------------------------------------------------------------
 */

static const char *const expressions[] = {
    "SELECT @",
    "SELECT 1 WHERE @ IS NULL",
    "WITH q AS (SELECT @ AS a) SELECT * FROM q",
    "SELECT (SELECT @)",
    "SELECT * FROM range(1) WHERE range::VARCHAR = @::VARCHAR",
    "SELECT * FROM (VALUES (@))",
    "SELECT * FROM unnest([@])",
    "SELECT 1 LIMIT @",
    "SELECT list_transform([1], lambda x: @)",
    "SELECT CASE WHEN true THEN @ END",
    "SELECT count(*) FILTER (WHERE @ IS NULL)",
    "SELECT sum(1) OVER (PARTITION BY @)",
    "SELECT 1 ORDER BY @",
    "PIVOT (SELECT 1 AS a) ON a USING max(@)",
    "PIVOT (SELECT @ AS a) ON a USING count(*)",
    "UNPIVOT (SELECT @ AS a) ON a",
    "SELECT COLUMNS(c -> c = @::VARCHAR) FROM range(1)",
    "SUMMARIZE SELECT @",
    "EXPLAIN SELECT @",
    "SELECT struct_pack(a := @)",
    "SELECT {'a': @}['a']",
    "SELECT try(@)",
    "SELECT 1 BETWEEN @ AND 2",
    "SELECT @::BLOB COLLATE NOCASE",
    "SELECT count(*) FROM range(2) GROUP BY @",
};

static void test_refused_functions_in_disguise(void **state) {
    char *rows = answer(*state, "SELECT DISTINCT function_name FROM duckdb_functions() ORDER BY 1", NULL);
    watch w = begin_watch(*state);
    size_t tried = 0;
    for (char *name = strtok(rows, "\n"); name; name = strtok(NULL, "\n")) {
        if (tarn_judge_function(name) != TARN_REFUSED)
            continue;
        tried++;
        for (size_t i = 0; i < COUNT(expressions); i++) {
            char *call = spell(spellings[i % COUNT(spellings)], name, i % 3 == 1);
            char *sql = put(expressions[i], call);
            assert_forbidden(*state, sql);
            free(sql);
            free(call);
        }
    }
    assert_true(tried > 15);
    end_watch(&w);
    free(rows);
    assert_forbidden(*state, "SELECT ('home_directory').current_setting()");
    assert_forbidden(*state, "SELECT sum(1) EXPORT_STATE");
}

/* ---- statements ----------------------------------------------------------------------------------------------------
 */

static const char *const statements[] = {
    "CREATE TABLE t AS SELECT 1",
    "CREATE OR REPLACE TEMP TABLE t (a INT)",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TEMP VIEW v AS FROM range(1)",
    "CREATE SCHEMA s",
    "CREATE SEQUENCE s",
    "CREATE INDEX i ON orders (id)",
    "CREATE TYPE t AS ENUM ('a')",
    "CREATE TYPE t AS ENUM (SELECT 'a')",
    "CREATE TYPE __pivot_enum_1 AS ENUM (SELECT 'a')",
    "CREATE TEMP TYPE __pivot_enum_1 AS ENUM (SELECT 'a')",
    "CREATE MACRO m(x) AS x",
    "CREATE FUNCTION m() AS TABLE FROM range(1)",
    "CREATE SECRET s (TYPE http, HTTP_PROXY 'http://evil:8080')",
    "CREATE PERSISTENT SECRET s (TYPE http, HTTP_PROXY 'http://evil:8080')",
    "CREATE PERSISTENT SECRET \"../../x\" (TYPE http, HTTP_PROXY 'http://evil:8080')",
    "DROP SECRET s",
    "DROP TABLE orders",
    "DROP FUNCTION abs",
    "ALTER TABLE orders RENAME TO o",
    "ALTER DATABASE memory RENAME TO x",
    "INSERT INTO orders VALUES (1)",
    "INSERT INTO orders FROM orders RETURNING *",
    "UPDATE orders SET id = 1",
    "DELETE FROM orders",
    "TRUNCATE orders",
    "MERGE INTO orders USING orders o ON false WHEN MATCHED THEN DELETE",
    "COPY orders TO 'x.csv'",
    "COPY (SELECT 1) TO 'x.parquet' (FORMAT parquet)",
    "COPY orders FROM 'precious.csv'",
    "COPY FROM DATABASE memory TO system",
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE 'x'",
    "ATTACH ':memory:' AS m",
    "ATTACH 'x.db' AS m (READ_ONLY)",
    "DETACH memory",
    "USE memory",
    "SET threads = 1",
    "SET GLOBAL memory_limit = '1GB'",
    "SET SESSION search_path = 'main'",
    "SET VARIABLE x = 1",
    "SET VARIABLE x = (SELECT 1)",
    "RESET threads",
    "RESET VARIABLE x",
    "PRAGMA threads = 1",
    "PRAGMA database_list",
    "PRAGMA enable_profiling",
    "PRAGMA enable_verification",
    "PRAGMA table_info('orders')",
    "PRAGMA import_database('x')",
    "PRAGMA json_execute_serialized_sql('{}')",
    "CALL pragma_version()",
    "CALL enable_logging('QueryLog', storage = 'file', storage_path = 'x')",
    "CALL checkpoint()",
    "INSTALL httpfs",
    "FORCE INSTALL httpfs FROM 'x'",
    "LOAD 'precious.csv'",
    "LOAD httpfs",
    "UPDATE EXTENSIONS",
    "BEGIN",
    "START TRANSACTION",
    "COMMIT",
    "END",
    "ROLLBACK",
    "ABORT",
    "VACUUM",
    "VACUUM ANALYZE orders",
    "ANALYZE",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DEALLOCATE p",
    "COMMENT ON TABLE orders IS 'x'",
    "SHOW DATABASES",
    "SHOW VARIABLES",
    "SHOW TABLES FROM information_schema",
};

static const char *const covers[] = {
    "@",
    NBSP "@",
    EM_SPACE "@",
    WIDE_SPACE NARROW_SPACE "@",
    MARK "@",
    "\r@",
    "\f@",
    "--\r@",
    "-- x\n@",
    "/* x */@",
    "/* /* */ ; */@",
    ";;" NBSP "@",
    "SELECT 1;@",
    "@;SELECT 1",
    "@ --\r; SELECT 1 \n AS pivot",
    NBSP "@ --\r; SELECT 1 \n AS pivot",
    "PIVOT (SELECT 1 AS a) ON a USING count(*);@",
    "@;PIVOT (SELECT 1 AS a) ON a USING count(*)",
    "EXPLAIN @",
    "EXPLAIN ANALYZE @",
    "EXPLAIN (FORMAT json) @",
    "PREPARE p AS @",
    "(@)",
    "WITH q AS (SELECT 1) @",
    "WITH q AS (@) SELECT 1",
    "SELECT * FROM (@)",
    "SELECT (@)",
    "DESCRIBE @",
    "SUMMARIZE @",
    "PIVOT (@) ON a USING count(*)",
    "CREATE MACRO m() AS TABLE @",
    "COPY (@) TO 'x'",
    "SELECT * FROM query($$@$$)",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql($$@$$))",
    "SELECT json_serialize_plan($$@$$)",
    "SELECT 1 UNION ALL @",
};

static void test_statements_in_disguise(void **state) {
    watch w = begin_watch(*state);
    for (size_t i = 0; i < COUNT(statements); i++)
        for (size_t k = 0; k < COUNT(covers); k++) {
            char *sql = put(covers[k], statements[i]);
            assert_not_run(*state, sql);
            free(sql);
        }
    end_watch(&w);
    /* the covers hide nothing that may run */
    for (size_t k = 0; k <= 11; k++) {
        char *sql = put(covers[k], "SELECT 1");
        if (k != 4) /* DuckDB takes the mark for a name */
            assert_answer(*state, sql, "1\n");
        free(sql);
    }
}

/* ---- behind the judge ----------------------------------------------------------------------------------------------
 */

static void test_the_instance_itself_has_no_files(void **state) {
    static const char *const attempts[] = {
        "SELECT word FROM read_csv('precious.csv')",
        "SELECT content FROM read_text('precious.csv')",
        "SELECT word FROM 'precious.csv'",
        "SELECT file FROM glob('*')",
        "COPY (SELECT 1) TO 'x.csv'",
        "COPY (SELECT 1) TO 'x.parquet' (FORMAT parquet)",
        "EXPORT DATABASE 'x'",
        "ATTACH 'x.db' AS x",
        "INSTALL httpfs",
        "LOAD 'precious.csv'",
        "CREATE PERSISTENT SECRET s (TYPE http, HTTP_PROXY 'http://evil:8080')",
        "CREATE PERSISTENT SECRET \"../../x\" (TYPE http, HTTP_PROXY 'http://evil:8080')",
        "SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = 'x')",
        "SELECT * FROM sniff_csv('precious.csv')",
        "SET home_directory = '/tmp'",
        "SET temp_directory = 'x'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET log_query_path = 'x'",
        "PRAGMA enable_profiling; PRAGMA profiling_output = 'x'",
        /* and plans are looked at once more */
        "SELECT name FROM pg_settings",
        "SELECT name FROM pg_catalog.pg_settings",
        "SELECT name FROM duckdb_settings()",
        "SELECT (SELECT max(name) FROM duckdb_settings())",
        "SELECT name FROM query('SELECT * FROM duckdb_settings()')",
        "SELECT name FROM query_table('pg_settings')",
        "SELECT file_name FROM parquet_metadata('precious.csv')",
    };
    watch w = begin_watch(*state);
    for (size_t i = 0; i < COUNT(attempts); i++) {
        inside in;
        enter(*state, &in);
        char *refusal = NULL, *text = ask_past_judge(&in, attempts[i], &refusal);
        if (!refusal && (!text || *text))
            fail_msg("%s gave \"%s\"", attempts[i], text);
        leave(&in);
        free(text);
        free(refusal);
    }
    tarn_instance *instance = w.instance;
    assert_true(tarn_instance_is_usable(instance));
    assert_int_equal(count_entries(w.folder), w.entries);
    assert_int_equal(unlink(SECRET), 0);
    assert_int_equal(chdir("/"), 0);
    assert_int_equal(rmdir(w.folder), 0);
    free(w.before);
}

static int setup(void **state) {
    fixture_setup(state);
    make_table(*state, "orders", "SELECT i AS id, 'x' AS name FROM range(10) r(i)", 1000);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_function_was_judged, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_every_view_was_judged, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_refused_table_functions_in_disguise, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_views_in_disguise, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_refused_functions_in_disguise, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_statements_in_disguise, setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_the_instance_itself_has_no_files, setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
