// The public functions that find clusters of texts.
#include "command/clusters.h"
#include "api/workspace.h"
#include "base/text.h"

#include <stdlib.h>

void tarn_clusters_clear(tarn_clusters *clusters) {
    for (size_t i = 0; i < clusters->count; i++) {
        for (size_t j = 0; j < clusters->list[i].count; j++)
            free(clusters->list[i].spellings[j].text);
        free(clusters->list[i].spellings);
    }
    free(clusters->list);
    *clusters = (tarn_clusters){0};
}

static tarn_status copy_cluster(const tarn_column_clusters *found, size_t first, size_t end, tarn_cluster *out,
                                tarn_error *error) {
    out->spellings = calloc(end - first, sizeof *out->spellings);
    if (out->spellings == NULL)
        return tarn_fail_memory(error);
    for (size_t i = first; i < end; i++) {
        const tarn_cluster_value *value = &found->values[found->set.members[i]];
        tarn_spelling *spelling = &out->spellings[out->count++];
        *spelling = (tarn_spelling){tarn_strndup(value->text, value->size), value->rows};
        if (spelling->text == NULL)
            return tarn_fail_memory(error);
        out->rows += value->rows;
    }
    return TARN_OK;
}

static tarn_status copy_clusters(const tarn_column_clusters *found, tarn_clusters *out, tarn_error *error) {
    tarn_clusters clusters = {.values = found->value_count};
    tarn_status status = TARN_OK;
    clusters.list = calloc(found->set.count + 1, sizeof *clusters.list);
    if (clusters.list == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < found->set.count && status == TARN_OK; i++)
        status = copy_cluster(found, i > 0 ? found->set.ends[i - 1] : 0, found->set.ends[i],
                              &clusters.list[clusters.count++], error);
    if (status == TARN_OK)
        *out = clusters;
    else
        tarn_clusters_clear(&clusters);
    return status;
}

tarn_status tarn_find_clusters(tarn_workspace *workspace, const char *version, const char *column, const char *method,
                               double threshold, tarn_task *task, tarn_clusters *out, tarn_error *error) {
    tarn_version *loaded;
    tarn_column_clusters found = {0};
    size_t index;
    TARN_TRY(tarn_store_open_version(workspace->store, version, &loaded, error));
    tarn_status status = tarn_version_find_column(loaded, column, &index, error);
    if (status == TARN_OK)
        status = tarn_column_clusters_find(workspace->engine, loaded, index, method, threshold, task, &found, error);
    if (status == TARN_OK)
        status = copy_clusters(&found, out, error);
    tarn_column_clusters_clear(&found);
    tarn_version_release(loaded);
    return status;
}
