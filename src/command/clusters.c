// The clusters (see cluster/cluster.h) of a column's values.
#include "command/clusters.h"

#include "command/column_types.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the different texts -------------------------------------------------------------------------------------------
 */

typedef struct reading {
    tarn_column_clusters *clusters;
    size_t capacity;
} reading;

/* Texts go into one buffer, which moves while it grows: until the end `text` is NULL and `size` what counts. */
static tarn_status read_batch(reading *r, const struct ArrowArray *batch, tarn_error *error) {
    tarn_column_clusters *clusters = r->clusters;
    const struct ArrowArray *texts = batch->children[0], *counts = batch->children[1];
    for (int64_t i = 0; i < batch->length; i++) {
        const int32_t *offsets = (const int32_t *)texts->buffers[1] + texts->offset + i;
        size_t size = (size_t)(offsets[1] - offsets[0]);
        TARN_TRY(
            tarn_grow(&clusters->values, &r->capacity, clusters->value_count + 1, sizeof *clusters->values, error));
        if (size > 0)
            TARN_TRY(tarn_buffer_append(&clusters->text, (const char *)texts->buffers[2] + offsets[0], size, error));
        clusters->values[clusters->value_count++] =
            (tarn_cluster_value){.size = size, .rows = ((const int64_t *)counts->buffers[1])[counts->offset + i]};
    }
    return TARN_OK;
}

static void point_into_buffer(tarn_column_clusters *clusters) {
    size_t at = 0;
    for (size_t i = 0; i < clusters->value_count; i++) {
        clusters->values[i].text = clusters->values[i].size > 0 ? (const char *)clusters->text.data + at : "";
        at += clusters->values[i].size;
    }
}

#define TABLE "_tarn_values"

static tarn_status count_values(tarn_engine *engine, tarn_version *version, const char *name, tarn_task *task,
                                struct ArrowArrayStream *out, tarn_error *error) {
    tarn_query_table table = {.name = TABLE, .version = version};
    tarn_query_options options = {.tables = &table, .table_count = 1, .task = task};
    tarn_buffer sql = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_buffer_printf(&sql, error, "SELECT v::VARCHAR, count(*) FROM (SELECT "));
    TARN_CHECK(tarn_sql_identifier(&sql, name, error));
    TARN_CHECK(tarn_buffer_printf(&sql, error, " AS v FROM " TABLE ") WHERE v IS NOT NULL GROUP BY ALL"));
    TARN_CHECK(tarn_engine_query(engine, NULL, (const char *)sql.data, sql.size, &options, out, error));
cleanup:
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status read_values(tarn_engine *engine, tarn_version *version, const char *name, tarn_task *task,
                               tarn_column_clusters *out, tarn_error *error) {
    struct ArrowArrayStream stream = {0};
    reading r = {.clusters = out};
    tarn_status status = count_values(engine, version, name, task, &stream, error);
    for (bool more = status == TARN_OK; more;) {
        struct ArrowArray batch = {0};
        status = tarn_stream_next(&stream, &batch, error);
        more = status == TARN_OK && batch.release != NULL;
        if (more)
            status = read_batch(&r, &batch, error);
        more = more && status == TARN_OK;
        tarn_array_release(&batch);
    }
    tarn_stream_release(&stream);
    point_into_buffer(out);
    return status;
}

/* ---- clusters ------------------------------------------------------------------------------------------------------
 */

static tarn_status choose_method(const char *name, double *threshold, tarn_cluster_method *out, tarn_error *error) {
    if (!tarn_cluster_method_find(name, out))
        return tarn_fail(error, TARN_E_INVALID,
                         "\"%s\" is no method: choose fingerprint, ngram, metaphone, metaphone-words, levenshtein, "
                         "levenshtein-digits, jaro-winkler or jaro-winkler-digits",
                         name);
    if (*threshold == 0)
        *threshold = tarn_cluster_default_threshold(*out);
    bool is_levenshtein = *out == TARN_CLUSTER_LEVENSHTEIN || *out == TARN_CLUSTER_LEVENSHTEIN_DIGITS;
    bool is_similarity = *out == TARN_CLUSTER_JARO_WINKLER || *out == TARN_CLUSTER_JARO_WINKLER_DIGITS;
    if (is_levenshtein && !(*threshold >= 1 && *threshold <= 10 && *threshold == floor(*threshold)))
        return tarn_fail(error, TARN_E_INVALID, "the threshold of levenshtein is a number of letters from 1 to 10");
    if (is_similarity && !(*threshold >= 0.5 && *threshold <= 1))
        return tarn_fail(error, TARN_E_INVALID, "the threshold of jaro-winkler is a similarity from 0.5 to 1");
    return TARN_OK;
}

tarn_status tarn_column_clusters_find(tarn_engine *engine, tarn_version *version, size_t column, const char *method,
                                      double threshold, tarn_task *task, tarn_column_clusters *out, tarn_error *error) {
    const tarn_column *where = tarn_version_column(version, column);
    tarn_column_clusters clusters = {0};
    tarn_cluster_method chosen;
    TARN_TRY(choose_method(method, &threshold, &chosen, error));
    if (tarn_column_type_of(where->type) != TARN_COLUMNS_TEXT)
        return tarn_fail(error, TARN_E_INVALID, "the column \"%s\" is not text: only texts can be clustered",
                         where->name);
    tarn_status status = read_values(engine, version, where->name, task, &clusters, error);
    if (status == TARN_OK)
        status =
            tarn_cluster_find(clusters.values, clusters.value_count, chosen, threshold, task, &clusters.set, error);
    if (status == TARN_OK)
        *out = clusters;
    else
        tarn_column_clusters_clear(&clusters);
    return status;
}

void tarn_column_clusters_clear(tarn_column_clusters *clusters) {
    tarn_cluster_set_clear(&clusters->set);
    free(clusters->values);
    tarn_buffer_free(&clusters->text);
    *clusters = (tarn_column_clusters){0};
}
