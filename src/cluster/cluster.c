// Which of many different texts probably mean the same.
#include "cluster/cluster_internal.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    double threshold;
    bool by_key;
} methods[TARN_CLUSTER_METHODS] = {
    [TARN_CLUSTER_FINGERPRINT] = {"fingerprint", 0, true},
    [TARN_CLUSTER_NGRAM] = {"ngram", 0, true},
    [TARN_CLUSTER_METAPHONE] = {"metaphone", 0, true},
    [TARN_CLUSTER_METAPHONE_WORDS] = {"metaphone-words", 0, true},
    [TARN_CLUSTER_LEVENSHTEIN] = {"levenshtein", 2, false},
    [TARN_CLUSTER_LEVENSHTEIN_DIGITS] = {"levenshtein-digits", 2, false},
    [TARN_CLUSTER_JARO_WINKLER] = {"jaro-winkler", 0.92, false},
    [TARN_CLUSTER_JARO_WINKLER_DIGITS] = {"jaro-winkler-digits", 0.92, false},
};

const char *tarn_cluster_method_name(tarn_cluster_method method) {
    return methods[method].name;
}

bool tarn_cluster_method_find(const char *name, tarn_cluster_method *out) {
    for (size_t i = 0; i < TARN_CLUSTER_METHODS; i++) {
        if (strcmp(methods[i].name, name) == 0) {
            *out = (tarn_cluster_method)i;
            return true;
        }
    }
    return false;
}

double tarn_cluster_default_threshold(tarn_cluster_method method) {
    return methods[method].threshold;
}

/* A value with the cluster that it is in. */
typedef struct member {
    size_t root, index;
    int64_t rows;  /* of the value */
    int64_t total; /* of the cluster */
    const tarn_cluster_value *value;
} member;

static int compare_text(const tarn_cluster_value *a, const tarn_cluster_value *b) {
    int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

static int by_cluster(const void *a, const void *b) {
    const member *x = a, *y = b;
    if (x->root != y->root)
        return x->root < y->root ? -1 : 1;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    return compare_text(x->value, y->value);
}

/* Clusters are compared by their first members. */
static int by_size(const void *a, const void *b) {
    const member *x = *(const member *const *)a, *y = *(const member *const *)b;
    if (x->total != y->total)
        return x->total > y->total ? -1 : 1;
    return compare_text(x->value, y->value);
}

/* The members of one cluster from `first` on. */
static size_t cluster_end(const member *members, size_t count, size_t first) {
    size_t end = first;
    while (end < count && members[end].root == members[first].root)
        end++;
    return end;
}

static tarn_status list_clusters(member *members, size_t count, tarn_cluster_set *out, tarn_error *error) {
    const member **firsts = calloc(count + 1, sizeof *firsts);
    tarn_cluster_set set = {.members = calloc(count + 1, sizeof *set.members),
                            .ends = calloc(count + 1, sizeof *set.ends)};
    tarn_status status = TARN_OK;
    if (firsts == NULL || set.members == NULL || set.ends == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t first = 0, end; first < count; first = end) {
        end = cluster_end(members, count, first);
        for (size_t i = first; i < end; i++)
            members[first].total += members[i].rows;
        if (end - first > 1)
            firsts[set.count++] = &members[first];
    }
    qsort((void *)firsts, set.count, sizeof *firsts, by_size);
    size_t at = 0;
    for (size_t i = 0; i < set.count; i++) {
        size_t first = (size_t)(firsts[i] - members), end = cluster_end(members, count, first);
        while (first < end)
            set.members[at++] = members[first++].index;
        set.ends[i] = at;
    }
    *out = set;
    set = (tarn_cluster_set){0};
cleanup:
    tarn_cluster_set_clear(&set);
    free((void *)firsts);
    return status;
}

tarn_status tarn_cluster_find(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                              double threshold, tarn_task *task, tarn_cluster_set *out, tarn_error *error) {
    tarn_status status = TARN_OK;
    size_t *parents = calloc(count + 1, sizeof *parents);
    member *members = calloc(count + 1, sizeof *members);
    if (parents == NULL || members == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < count; i++)
        parents[i] = i;
    if (methods[method].by_key)
        TARN_CHECK(tarn_cluster_join_keys(values, count, method, task, parents, error));
    else
        TARN_CHECK(tarn_cluster_join_near(values, count, method, threshold, task, parents, error));
    for (size_t i = 0; i < count; i++)
        members[i] = (member){tarn_cluster_root(parents, i), i, values[i].rows, 0, &values[i]};
    qsort(members, count, sizeof *members, by_cluster);
    TARN_CHECK(list_clusters(members, count, out, error));
cleanup:
    free(parents);
    free(members);
    return status;
}

void tarn_cluster_set_clear(tarn_cluster_set *set) {
    free(set->members);
    free(set->ends);
    *set = (tarn_cluster_set){0};
}
