// What the names in one query mean: the tables as they were when it began.
#include "engine/catalog.h"

#include "base/asker.h"
#include "base/text.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Rows that a thread takes at a time. Half a chunk, so that a table of nine chunks keeps four threads busy to the end.
 */
#define UNIT_ROWS (TARN_CHUNK_ROWS / 2)

typedef struct binding {
    char *key; /* tarn_name_key of the name as written */
    tarn_bound bound;
} binding;

struct tarn_catalog {
    tarn_store *store;
    tarn_table_state *tables; /* the store's, then the query's own */
    size_t table_count;       /* the store's */
    size_t listed_count;
    bool is_lasting;

    pthread_mutex_t mutex; /* guards what follows */
    size_t references;
    binding **bindings; /* pointers, since tarn_bound is handed out */
    size_t binding_count, binding_capacity;
};

static void free_binding(binding *binding) {
    if (!binding)
        return;
    tarn_version_release(binding->bound.version);
    free(binding->bound.spans);
    free(binding->bound.units);
    free(binding->key);
    free(binding);
}

/* ---- cutting a version into units ---------------------------------------------------------------------------------
 */

static tarn_status add_span(tarn_bound *bound, size_t *span_capacity, size_t *unit_capacity, const tarn_span *span,
                            tarn_error *error) {
    TARN_TRY(tarn_grow(&bound->spans, span_capacity, bound->span_count + 1, sizeof *bound->spans, error));
    bound->spans[bound->span_count] = *span;
    int64_t rows = span->to - span->from;
    tarn_unit *last = bound->unit_count ? &bound->units[bound->unit_count - 1] : NULL;
    if (last && last->rows + rows <= UNIT_ROWS) {
        last->span_count++;
        last->rows += rows;
    } else {
        TARN_TRY(tarn_grow(&bound->units, unit_capacity, bound->unit_count + 1, sizeof *bound->units, error));
        bound->units[bound->unit_count++] = (tarn_unit){bound->span_count, 1, rows};
    }
    bound->span_count++;
    return TARN_OK;
}

static tarn_status cut(tarn_bound *bound, tarn_error *error) {
    const tarn_part *parts;
    size_t count, span_capacity = 0, unit_capacity = 0;
    TARN_TRY(tarn_version_parts(bound->version, &parts, &count, error));
    for (size_t i = 0; i < count; i++) {
        const tarn_part *part = &parts[i];
        int64_t end = part->row_numbers ? part->rows : part->to;
        int64_t start = part->row_numbers ? 0 : part->from;
        for (int64_t from = start; from < end; from += UNIT_ROWS) {
            int64_t to = end - from > UNIT_ROWS ? from + UNIT_ROWS : end;
            tarn_span span = {.chunk = part->chunk, .from = from, .to = to};
            if (part->row_numbers)
                span = (tarn_span){.to = to - from, .row_numbers = part->row_numbers + from};
            TARN_TRY(add_span(bound, &span_capacity, &unit_capacity, &span, error));
        }
    }
    return TARN_OK;
}

/* Takes the version over, also when it fails. */
static tarn_status bind(tarn_catalog *catalog, const char *name, tarn_version *version, const tarn_bound **out,
                        tarn_error *error) {
    tarn_status status = TARN_OK;
    binding *made = calloc(1, sizeof *made);
    if (!made) {
        tarn_version_release(version);
        return tarn_fail_memory(error);
    }
    made->bound.version = version;
    made->key = tarn_name_key(name);
    if (!made->key) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(cut(&made->bound, error));
    TARN_CHECK(tarn_grow(&catalog->bindings, &catalog->binding_capacity, catalog->binding_count + 1,
                         sizeof *catalog->bindings, error));
    catalog->bindings[catalog->binding_count++] = made;
    if (out)
        *out = &made->bound;
    made = NULL;

cleanup:
    free_binding(made);
    return status;
}

/* ---- names ---------------------------------------------------------------------------------------------------------
 */

/* "orders@3" is table "orders", mark '@', number 3. A table's own name contains neither mark. */
typedef struct reference {
    char *table; /* heap */
    char mark;   /* '@', '~' or 0 */
    uint64_t number;
} reference;

static tarn_status parse_reference(const char *name, reference *out, tarn_error *error) {
    size_t length = strcspn(name, "@~");
    *out = (reference){.table = tarn_strndup(name, length), .mark = name[length]};
    if (!out->table)
        return tarn_fail_memory(error);
    if (!out->mark)
        return TARN_OK;
    const char *digits = name + length + 1;
    size_t count = strspn(digits, "0123456789");
    bool good = count > 0 && count < 19 && digits[count] == 0;
    if (good)
        out->number = strtoull(digits, NULL, 10);
    if (good && (out->mark == '~' || out->number > 0))
        return TARN_OK;
    return tarn_fail(error, TARN_E_NOT_FOUND,
                     "\"%s\" is not a version: write \"%s@3\" for version 3 or \"%s~1\" for the one before the head",
                     name, out->table, out->table);
}

static const tarn_table_state *find_table(const tarn_catalog *catalog, const char *name) {
    for (size_t i = 0; i < catalog->table_count; i++)
        if (tarn_name_equal(catalog->tables[i].name, name))
            return &catalog->tables[i];
    return NULL;
}

static bool looks_like_file(const char *name) {
    static const char *const endings[] = {".csv",    ".tsv",     ".txt",    ".json",    ".jsonl",
                                          ".ndjson", ".parquet", ".arrow",  ".feather", ".ipc",
                                          ".xlsx",   ".db",      ".duckdb", ".gz",      ".zst"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t ending = strlen(endings[i]);
        if (length > ending && strcasecmp(name + length - ending, endings[i]) == 0)
            return true;
    }
    return strchr(name, '/') || strchr(name, '*');
}

/* `written`: with a version, if any. */
static tarn_status no_such_table(const tarn_catalog *catalog, const char *written, const char *name,
                                 tarn_error *error) {
    if (looks_like_file(written))
        return tarn_fail(error, TARN_E_FORBIDDEN,
                         "queries cannot read files: import it first " TARN_ASKER(
                             "(tarn import '%s')", "(import('%s'))") ", then use the table's name",
                         written);
    const char *nearest = NULL;
    size_t least = strlen(name) / 3 + 2;
    for (size_t i = 0; i < catalog->listed_count; i++) {
        size_t distance = tarn_edit_distance(catalog->tables[i].name, name);
        if (distance < least) {
            least = distance;
            nearest = catalog->tables[i].name;
        }
    }
    if (nearest)
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table named %s: did you mean %s?", name, nearest);
    if (catalog->listed_count == 0)
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table named %s: the workspace has no tables yet", name);
    return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table named %s: SHOW TABLES lists those there are", name);
}

/* The version `steps` before the head. */
static tarn_status step_back(const tarn_catalog *catalog, const tarn_table_state *table, uint64_t steps, uint64_t *out,
                             tarn_error *error) {
    uint64_t number = table->head;
    for (uint64_t i = 0; i < steps; i++) {
        uint64_t parent;
        TARN_TRY(tarn_store_parent(catalog->store, table->id, number, &parent, error));
        if (parent == 0)
            return tarn_fail(error, TARN_E_NOT_FOUND, "%s has only %llu version%s before its head", table->name,
                             (unsigned long long)i, i == 1 ? "" : "s");
        number = parent;
    }
    *out = number;
    return TARN_OK;
}

static tarn_status open_version(const tarn_catalog *catalog, const char *name, tarn_version **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    reference reference = {0};
    TARN_CHECK(parse_reference(name, &reference, error));
    const tarn_table_state *table = find_table(catalog, reference.table);
    if (!table) {
        status = no_such_table(catalog, name, reference.table, error);
        goto cleanup;
    }
    uint64_t number = reference.mark == '@' ? reference.number : table->head;
    if (reference.mark == '~')
        TARN_CHECK(step_back(catalog, table, reference.number, &number, error));
    TARN_CHECK(tarn_store_version(catalog->store, table->id, number, out, error));

cleanup:
    free(reference.table);
    return status;
}

static const tarn_bound *find_binding(const tarn_catalog *catalog, const char *name) {
    const tarn_bound *found = NULL;
    char *key = tarn_name_key(name);
    for (size_t i = 0; key && i < catalog->binding_count && !found; i++)
        if (strcmp(catalog->bindings[i]->key, key) == 0)
            found = &catalog->bindings[i]->bound;
    free(key);
    return found;
}

tarn_status tarn_catalog_resolve(tarn_catalog *catalog, const char *name, const tarn_bound **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&catalog->mutex);
    *out = find_binding(catalog, name);
    if (!*out) {
        tarn_version *version = NULL;
        status = open_version(catalog, name, &version, error);
        if (status == TARN_OK)
            status = bind(catalog, name, version, out, error);
    }
    pthread_mutex_unlock(&catalog->mutex);
    return status;
}

const tarn_table_state *tarn_catalog_tables(const tarn_catalog *catalog, size_t *count) {
    *count = catalog->listed_count;
    return catalog->tables;
}

/* ---- life ----------------------------------------------------------------------------------------------------------
 */

static void leave_permitted(tarn_catalog *catalog, const tarn_table_filter *filter) {
    size_t kept = 0;
    for (size_t i = 0; i < catalog->table_count; i++) {
        if (tarn_table_is_permitted(filter, catalog->tables[i].name))
            catalog->tables[kept++] = catalog->tables[i];
        else
            tarn_table_state_clear(&catalog->tables[i]);
    }
    catalog->table_count = kept;
}

/* The store's tables, and behind them those that only this query has. */
static tarn_status list_tables(tarn_catalog *catalog, const tarn_table_filter *filter, const tarn_query_table *tables,
                               size_t count, tarn_error *error) {
    if (catalog->store)
        TARN_TRY(tarn_store_tables(catalog->store, false, &catalog->tables, &catalog->table_count, error));
    leave_permitted(catalog, filter);
    catalog->listed_count = catalog->table_count;
    size_t capacity = catalog->table_count;
    TARN_TRY(tarn_grow(&catalog->tables, &capacity, catalog->table_count + count, sizeof *catalog->tables, error));
    for (size_t i = 0; i < count; i++) {
        if (find_table(catalog, tables[i].name)) /* it stands in for that one */
            continue;
        tarn_table_state state = {.name = tarn_strdup(tables[i].name),
                                  .rows = tarn_version_rows(tables[i].version),
                                  .columns = (int64_t)tarn_version_column_count(tables[i].version)};
        if (!state.name)
            return tarn_fail_memory(error);
        catalog->tables[catalog->listed_count++] = state;
    }
    return TARN_OK;
}

tarn_status tarn_catalog_new(tarn_store *store, const tarn_table_filter *filter, const tarn_query_table *tables,
                             size_t count, tarn_catalog **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    tarn_catalog *catalog = calloc(1, sizeof *catalog);
    if (!catalog)
        return tarn_fail_memory(error);
    catalog->store = store;
    catalog->references = 1;
    catalog->is_lasting = true;
    pthread_mutex_init(&catalog->mutex, NULL);
    for (size_t i = 0; i < count; i++) {
        tarn_version_retain(tables[i].version);
        catalog->is_lasting &= tarn_version_is_committed(tables[i].version);
        TARN_CHECK(bind(catalog, tables[i].name, tables[i].version, NULL, error));
    }
    TARN_CHECK(list_tables(catalog, filter, tables, count, error));
    *out = catalog;
    catalog = NULL;

cleanup:
    tarn_catalog_release(catalog);
    return status;
}

bool tarn_catalog_is_lasting(const tarn_catalog *catalog) {
    return catalog->is_lasting;
}

void tarn_catalog_retain(tarn_catalog *catalog) {
    pthread_mutex_lock(&catalog->mutex);
    catalog->references++;
    pthread_mutex_unlock(&catalog->mutex);
}

void tarn_catalog_release(tarn_catalog *catalog) {
    if (!catalog)
        return;
    pthread_mutex_lock(&catalog->mutex);
    bool last = --catalog->references == 0;
    pthread_mutex_unlock(&catalog->mutex);
    if (!last)
        return;
    for (size_t i = 0; i < catalog->binding_count; i++)
        free_binding(catalog->bindings[i]);
    free(catalog->bindings);
    tarn_table_states_free(catalog->tables, catalog->listed_count);
    pthread_mutex_destroy(&catalog->mutex);
    free(catalog);
}
