// Conditions of which zones tell for whole stretches of rows that they are true or false.
#include "engine/eval_zones.h"

#include "base/text.h"
#include "engine/duckdb/shim.h"

#include <stdlib.h>
#include <string.h>

void tarn_eval_comparisons_clear(eval_comparisons *comparisons) {
    for (size_t i = 0; i < comparisons->count; i++)
        free(comparisons->items[i].text);
    free(comparisons->items);
    *comparisons = (eval_comparisons){0};
}

/* ---- finding ----------------------------------------------------------------------------------------------------- */

typedef struct finding {
    const tarn_version *version;
    eval_comparisons *found;
    tarn_status status;
    tarn_error *error;
} finding;

/* Types whose values DuckDB compares with such a literal as zones do, and without one that could fail. */
static bool suits(const struct ArrowSchema *type, const tarn_literal *literal) {
    const char *extension;
    size_t size;
    if (literal->kind == TARN_LITERAL_NONE)
        return true;
    if (type->dictionary != NULL || tarn_schema_metadata_get(type, "ARROW:extension:name", &extension, &size))
        return false;
    switch (literal->kind) {
    case TARN_LITERAL_INTEGER:
        return strlen(type->format) == 1 && strchr("csilCSIg", type->format[0]) != NULL;
    case TARN_LITERAL_NUMBER:
        return strcmp(type->format, "g") == 0;
    case TARN_LITERAL_TEXT:
        return strcmp(type->format, "u") == 0;
    default:
        return strcmp(type->format, "tdD") == 0;
    }
}

static tarn_status keep(finding *f, size_t column, tarn_zone_operator compared, const tarn_literal *literal) {
    eval_comparisons *found = f->found;
    uint8_t *text = NULL;
    TARN_TRY(tarn_grow(&found->items, &found->capacity, found->count + 1, sizeof *found->items, f->error));
    if (literal->kind == TARN_LITERAL_TEXT) {
        text = (uint8_t *)tarn_strndup(literal->text, literal->size);
        if (text == NULL)
            return tarn_fail_memory(f->error);
    }
    tarn_zone_value value = {.integer = literal->integer,
                             .number =
                                 literal->kind == TARN_LITERAL_INTEGER ? (double)literal->integer : literal->number,
                             .bytes = text,
                             .size = literal->size};
    found->items[found->count++] = (eval_comparison){column, compared, value, text};
    return TARN_OK;
}

static bool find_one(void *context, const char *name, tarn_zone_operator compared, const tarn_literal *literal) {
    finding *f = context;
    size_t column;
    if (tarn_version_find_column(f->version, name, &column, NULL) != TARN_OK ||
        !suits(tarn_version_column(f->version, column)->type, literal))
        return false;
    f->status = keep(f, column, compared, literal);
    return f->status == TARN_OK;
}

tarn_status tarn_eval_find_comparisons(const char *condition, tarn_connection *connection, const tarn_version *version,
                                       eval_comparisons *out, tarn_error *error) {
    const tarn_shim_statements *shim = tarn_instance_duckdb(connection->instance)->shim->statements;
    finding f = {version, out, TARN_OK, error};
    char *sql = tarn_format("SELECT (%s\n)", condition);
    if (sql == NULL)
        return tarn_fail_memory(error);
    tarn_parsed *parsed = shim->parse(connection->handle, sql, strlen(sql));
    bool all = parsed != NULL && shim->comparisons(parsed, find_one, &f);
    shim->free(parsed);
    free(sql);
    if (!all)
        tarn_eval_comparisons_clear(out);
    return f.status;
}

/* ---- asking ------------------------------------------------------------------------------------------------------ */

/* Narrow the stretch to the parts of which the comparison may be true. */
static void narrow(const tarn_zone_map *zones, const eval_comparison *comparison, int64_t *from, int64_t *to) {
    size_t first = 0, end = zones->part_count;
    while (first < end &&
           tarn_zone_ask(zones->kind, &zones->parts[first], comparison->compared, &comparison->value) == TARN_ZONE_NO)
        first++;
    while (end > first &&
           tarn_zone_ask(zones->kind, &zones->parts[end - 1], comparison->compared, &comparison->value) == TARN_ZONE_NO)
        end--;
    int64_t begins = (int64_t)first * TARN_ZONE_ROWS, ends = (int64_t)end * TARN_ZONE_ROWS;
    *from = begins > *from ? begins : *from;
    *to = ends < *to ? ends : *to;
}

tarn_status tarn_eval_ask_zones(const eval_comparisons *comparisons, const tarn_version *version, size_t chunk,
                                int64_t *from, int64_t *to, tarn_zone_answer *out, tarn_error *error) {
    *from = 0;
    *to = tarn_version_chunk(version, chunk).rows;
    *out = comparisons->count > 0 ? TARN_ZONE_YES : TARN_ZONE_MAYBE;
    for (size_t i = 0; i < comparisons->count; i++) {
        const eval_comparison *comparison = &comparisons->items[i];
        const tarn_zone_map *zones;
        TARN_TRY(tarn_version_zones(version, comparison->column, chunk, TARN_ZONE_KNOWN, &zones, error));
        tarn_zone_answer answer =
            zones == NULL ? TARN_ZONE_MAYBE
                          : tarn_zone_ask(zones->kind, &zones->whole, comparison->compared, &comparison->value);
        *out = answer < *out ? answer : *out;
        if (zones != NULL)
            narrow(zones, comparison, from, to);
        tarn_zone_map_release(zones);
    }
    if (*from >= *to)
        *out = TARN_ZONE_NO;
    return TARN_OK;
}
