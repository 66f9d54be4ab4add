// DuckDB over the versioned store.
#include "engine/engine_internal.h"

#include "base/text.h"
#include "engine/duckdb/shim.h"
#include "engine/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct tarn_engine {
    unsigned threads;
    bool scribble, no_optimizer, any_order;
    uint64_t memory_limit;
    char *temp_directories[TARN_INSTANCE_KINDS]; /* per kind of instance; NULL: no spilling */
    tarn_status (*spill_folder)(void *context, const char **out, tarn_error *error);
    void *spill_context;
    char *library;
    const struct tarn_relation **relations;
    size_t relation_count;
    tarn_workers workers;
    tarn_watch watch;

    pthread_mutex_t mutex; /* guards what follows */
    const tarn_duckdb *duckdb;
    bool has_budget; /* DuckDB counts what it holds, and this engine's limit is part of what it may */
    tarn_instance *instances[TARN_INSTANCE_KINDS];
};

unsigned tarn_engine_threads(const tarn_engine *engine) {
    return engine->threads;
}

static unsigned count_processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > 64 ? 64 : (unsigned)count;
}

/* DuckDB empties the folder that it spills into, so that instances must not share one. */
static const char *const kind_names[TARN_INSTANCE_KINDS] = {"user", "work", "rows"};

static tarn_status copy_options(tarn_engine *engine, const tarn_engine_options *options, tarn_error *error) {
    engine->spill_folder = options->spill_folder;
    engine->spill_context = options->spill_context;
    engine->memory_limit = options->memory_limit;
    engine->scribble = options->scribble;
    engine->no_optimizer = options->no_optimizer;
    engine->any_order = options->any_order;
    if (options->threads)
        engine->threads = options->threads;
    for (size_t i = 0; i < TARN_INSTANCE_KINDS && options->temp_directory; i++) {
        engine->temp_directories[i] = tarn_format("%s-%s", options->temp_directory, kind_names[i]);
        if (!engine->temp_directories[i])
            return tarn_fail_memory(error);
    }
    engine->relations = calloc(options->relation_count + 1, sizeof *engine->relations);
    if (!engine->relations)
        return tarn_fail_memory(error);
    for (; engine->relation_count < options->relation_count; engine->relation_count++)
        engine->relations[engine->relation_count] = options->relations[engine->relation_count];
    engine->library = options->library ? tarn_strdup(options->library) : NULL;
    return options->library && !engine->library ? tarn_fail_memory(error) : TARN_OK;
}

static void end_queries(void *context, bool only_doubling) {
    tarn_engine *engine = context;
    pthread_mutex_lock(&engine->mutex);
    for (size_t i = 0; i < TARN_INSTANCE_KINDS; i++)
        if (engine->instances[i])
            tarn_instance_end_queries(engine->instances[i], only_doubling);
    pthread_mutex_unlock(&engine->mutex);
}

tarn_status tarn_engine_new(const tarn_engine_options *options, tarn_engine **out, tarn_error *error) {
    tarn_engine *engine = calloc(1, sizeof *engine);
    *out = NULL;
    if (!engine)
        return tarn_fail_memory(error);
    pthread_mutex_init(&engine->mutex, NULL);
    tarn_watch_init(&engine->watch, end_queries, engine);
    engine->threads = count_processors();
    tarn_status status = options ? copy_options(engine, options, error) : TARN_OK;
    tarn_workers_init(&engine->workers, engine->threads + 1); /* a query split among all, and one beside it */
    if (status == TARN_OK)
        *out = engine;
    else
        tarn_engine_free(engine);
    return status;
}

void tarn_engine_free(tarn_engine *engine) {
    if (!engine)
        return;
    tarn_workers_destroy(&engine->workers);
    tarn_watch_destroy(&engine->watch);
    for (size_t i = 0; i < TARN_INSTANCE_KINDS; i++) {
        tarn_instance_release(engine->instances[i]);
        free(engine->temp_directories[i]);
    }
    if (engine->has_budget)
        engine->duckdb->shim->confine->change_budget(-(int64_t)engine->memory_limit);
    pthread_mutex_destroy(&engine->mutex);
    free(engine->relations);
    free(engine->library);
    free(engine);
}

bool tarn_engine_is_busy(const tarn_engine *engine) {
    return tarn_workers_are_busy(&engine->workers);
}

/* ---- instances -----------------------------------------------------------------------------------------------------
 */

/* With the mutex held. */
static tarn_status load(tarn_engine *engine, tarn_error *error) {
    return engine->duckdb ? TARN_OK : tarn_duckdb_load(engine->library, &engine->duckdb, error);
}

tarn_status tarn_engine_duckdb(tarn_engine *engine, const tarn_duckdb **out, tarn_error *error) {
    pthread_mutex_lock(&engine->mutex);
    tarn_status status = load(engine, error);
    *out = engine->duckdb;
    pthread_mutex_unlock(&engine->mutex);
    return status;
}

/* With the mutex held: where an instance is to spill, which stays empty where there is no such place. */
static tarn_status find_spill_folder(tarn_engine *engine, tarn_instance_kind kind, tarn_error *error) {
    const char *folder;
    if (!engine->spill_folder || engine->spill_folder(engine->spill_context, &folder, NULL) != TARN_OK)
        return TARN_OK;
    free(engine->temp_directories[kind]);
    engine->temp_directories[kind] = tarn_format("%s/%s", folder, kind_names[kind]);
    return engine->temp_directories[kind] ? TARN_OK : tarn_fail_memory(error);
}

/* With the mutex held. */
static void take_budget(tarn_engine *engine) {
    const tarn_shim_confine *shim = engine->duckdb->shim->confine;
    if (engine->has_budget)
        return;
    if (engine->memory_limit == 0)
        engine->memory_limit = shim->usual_memory();
    shim->change_budget((int64_t)engine->memory_limit);
    engine->has_budget = true;
}

/* With the mutex held: what was there is left to those who still use it. */
static tarn_status open_instance(tarn_engine *engine, tarn_instance_kind kind, tarn_error *error) {
    TARN_TRY(find_spill_folder(engine, kind, error));
    TARN_TRY(load(engine, error));
    take_budget(engine);
    tarn_instance_settings settings = {
        .watch = &engine->watch,
        .confined = kind != TARN_INSTANCE_WORK,
        .scribble = engine->scribble,
        .no_optimizer = engine->no_optimizer,
        .any_order = engine->any_order,
        .threads = kind == TARN_INSTANCE_ROWS ? 1 : engine->threads,
        .memory_limit = engine->memory_limit,
        .temp_directory = engine->temp_directories[kind],
        .relations = engine->relations,
        .relation_count = kind == TARN_INSTANCE_USER ? engine->relation_count : 0,
    };
    tarn_instance_release(engine->instances[kind]);
    engine->instances[kind] = NULL;
    return tarn_instance_open(engine->duckdb, &settings, &engine->instances[kind], error);
}

tarn_status tarn_engine_connect(tarn_engine *engine, tarn_instance_kind kind, tarn_session *session,
                                tarn_connection **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    *out = NULL;
    pthread_mutex_lock(&engine->mutex);
    for (int attempt = 0; attempt < 2 && !*out && status == TARN_OK; attempt++) {
        tarn_instance *present = engine->instances[kind];
        if (!present || attempt > 0 || !tarn_instance_is_usable(present))
            status = open_instance(engine, kind, error);
        if (status == TARN_OK)
            status = tarn_instance_take(engine->instances[kind], session, out, error);
    }
    pthread_mutex_unlock(&engine->mutex);
    return status;
}

tarn_workers *tarn_engine_workers(tarn_engine *engine) {
    return &engine->workers;
}
