/* SQL that people type, and expressions: whatever the text, judging and binding it ends without a crash; no setting
 * changes, nothing appears in the folder that the program runs in, and the engine still answers. The first byte
 * chooses: even, a statement; odd, an expression over a table's rows. Statements are bound and planned, not run. */
#include "engine/duckdb/shim.h"
#include "engine/engine_internal.h"
#include "engine/scan.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer texts and longer numbers only take longer. */
#define MOST_BYTES 2000
#define MOST_DIGITS 5
/* The settings are compared after so many texts. */
#define OFTEN 32

#define SETTINGS                                                                                                       \
    "SELECT concat_ws(';', current_setting('threads'), current_setting('memory_limit'), "                              \
    "current_setting('enable_external_access'), current_setting('lock_configuration'), "                               \
    "current_setting('home_directory'), current_setting('secret_directory'), current_setting('temp_directory'), "      \
    "current_setting('search_path'), current_setting('TimeZone'), current_setting('enable_logging')::VARCHAR, "        \
    "current_setting('max_expression_depth'), current_setting('allow_persistent_secrets'), getvariable('x'))"

typedef struct world {
    tarn_engine *engine;
    char *settings;
    size_t files;
    unsigned tried;
} world;

static void must(bool holds) {
    if (!holds)
        abort();
}

/* A text from the confined instance, past the judge. Heap. */
static char *ask(tarn_engine *engine, const char *sql) {
    tarn_session session;
    tarn_connection *connection;
    tarn_catalog *catalog;
    duckdb_result result = {0};
    must(tarn_catalog_new(NULL, NULL, NULL, 0, &catalog, NULL) == TARN_OK);
    tarn_session_init(&session, catalog, NULL);
    must(tarn_engine_connect(engine, TARN_INSTANCE_USER, &session, &connection, NULL) == TARN_OK);
    const tarn_duckdb *duckdb = tarn_instance_duckdb(connection->instance);
    must(duckdb->query(connection->handle, sql, &result) == DuckDBSuccess);
    duckdb_data_chunk chunk = duckdb->fetch_chunk(result);
    must(chunk != NULL);
    duckdb_string_t *text = duckdb->vector_get_data(duckdb->data_chunk_get_vector(chunk, 0));
    uint32_t length = text->value.inlined.length;
    char *copy = strndup(length <= 12 ? text->value.inlined.inlined : text->value.pointer.ptr, length);
    duckdb->destroy_data_chunk(&chunk);
    duckdb->destroy_result(&result);
    tarn_connection_give(connection, TARN_OK);
    tarn_session_clear(&session);
    tarn_catalog_release(catalog);
    must(copy != NULL);
    return copy;
}

static size_t count_files(void) {
    size_t count = 0;
    DIR *folder = opendir(".");
    must(folder != NULL);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* Made once, in an empty folder that is left to the system's cleaning when the program was killed. */
static world *begin(void) {
    static world world;
    if (world.engine)
        return &world;
    char folder[] = "/tmp/tarn-fuzz-sql-XXXXXX";
    tarn_engine_options options = {.threads = 1, .memory_limit = 256 << 20};
    must(tarn_engine_new(&options, &world.engine, NULL) == TARN_OK);
    world.settings = ask(world.engine, SETTINGS);
    must(mkdtemp(folder) != NULL && chdir(folder) == 0 && rmdir(folder) == 0);
    world.files = count_files();
    return &world;
}

static bool is_quick(const char *text) {
    size_t digits = 0;
    for (; *text; text++) {
        digits = *text >= '0' && *text <= '9' ? digits + 1 : 0;
        if (digits > MOST_DIGITS)
            return false;
    }
    return true;
}

static void try_statement(tarn_engine *engine, const char *sql) {
    struct ArrowSchema schema = {0};
    tarn_error error = {0};
    tarn_status status = tarn_engine_describe(engine, NULL, sql, SIZE_MAX, NULL, &schema, &error);
    must(status != TARN_E_INTERNAL && !strstr(error.message, "Stack Trace"));
    tarn_schema_release(&schema);
}

/* As apply's commands build them: the text in the middle of a statement of ours. */
static void try_expression(tarn_engine *engine, const char *expression) {
    size_t size = strlen(expression) + 64;
    char *sql = malloc(size);
    must(sql != NULL);
    snprintf(sql, size, "SELECT (%s\n), 1 FROM range(3)", expression);
    try_statement(engine, sql);
    free(sql);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    world *world = begin();
    if (size < 2 || size > MOST_BYTES)
        return 0;
    char *text = strndup((const char *)data + 1, size - 1);
    must(text != NULL);
    if (is_quick(text) && data[0] % 2 == 0)
        try_statement(world->engine, text);
    else if (is_quick(text))
        try_expression(world->engine, text);
    free(text);
    must(count_files() == world->files);
    if (world->tried++ % OFTEN == 0) {
        char *settings = ask(world->engine, SETTINGS);
        must(strcmp(settings, world->settings) == 0);
        free(settings);
    }
    return 0;
}
