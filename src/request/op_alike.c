/* What is probably the same: spellings of a column, rows of a table. */
#include "answer/answer.h"
#include "request/declare.h"
#include "request/operations.h"

#define LIMIT(meaning) TARN_PARAMETER(INTEGER, "limit", meaning, TARN_AT_LEAST(0))

static tarn_status run_clusters(tarn_call *call, tarn_error *error) {
    int64_t most = tarn_call_integer(call, "limit", INT64_MAX);
    tarn_clusters clusters = {0};
    TARN_TRY(tarn_find_clusters(call->workspace, tarn_call_text(call, "table"), tarn_call_text(call, "column"),
                                tarn_call_text(call, "method"), tarn_call_number(call, "threshold", 0), call->task,
                                &clusters, error));
    size_t shown = (uint64_t)most > clusters.count ? clusters.count : (size_t)most;
    tarn_status status = tarn_call_answer(call, tarn_answer_clusters(&clusters, shown), error);
    tarn_clusters_clear(&clusters);
    return status;
}

static const tarn_field clusters_parameters[] = {
    TARN_TAKES_VERSION,
    TARN_PARAMETER(TEXT, "column", "a column of text", .is_needed = true),
    TARN_PARAMETER(TEXT, "method", "as the command standardize has it: fingerprint, ngram, metaphone, levenshtein …",
                   .otherwise = "\"fingerprint\""),
    TARN_PARAMETER(NUMBER, "threshold", "of methods that measure: how alike; 0: as the method has it", .otherwise = "0",
                   TARN_AT_LEAST(0)),
    LIMIT("how many clusters to list; all unless given"),
};
static const tarn_field spelling[] = {
    TARN_MEMBER(TEXT, "value", "the text"),
    TARN_MEMBER(INTEGER, "rows", "that have it"),
};
static const tarn_shape spelling_shape = {.name = "Spelling", TARN_FIELDS(spelling)};
static const tarn_field cluster[] = {
    TARN_MEMBER(TEXT, "suggestion", "what most of its rows have"),
    TARN_MEMBER(INTEGER, "rows", "that have one of its spellings"),
    TARN_MEMBER(OBJECT, "values", "its spellings, the most frequent first", .is_list = true, .shape = &spelling_shape),
};
static const tarn_shape cluster_shape = {
    .name = "Cluster", .meaning = "Spellings that probably mean the same.", TARN_FIELDS(cluster)};
static const tarn_field clusters_answer[] = {
    TARN_MEMBER(INTEGER, "values", "different texts in the column"),
    TARN_MEMBER(INTEGER, "clusters", "all that were found"),
    TARN_MEMBER(OBJECT, "list", "those with most rows first", .is_list = true, .shape = &cluster_shape),
};
static const tarn_shape clusters_shape = {.name = "ClustersAnswer", TARN_FIELDS(clusters_answer)};
const tarn_deed tarn_op_clusters = {{.name = "clusters",
                                     .meaning = "Spellings of a column that probably mean the same.",
                                     .how = TARN_RUN_READ,
                                     .role = TARN_ROLE_READER,
                                     .method = "GET",
                                     .path = "/tables/{table}/clusters",
                                     TARN_TAKES(clusters_parameters),
                                     .answer = &clusters_shape,
                                     .is_lasting = true},
                                    run_clusters};

static tarn_status run_match(tarn_call *call, tarn_error *error) {
    int64_t most = tarn_call_integer(call, "limit", INT64_MAX);
    tarn_parameter *parameters = NULL;
    size_t count = 0;
    tarn_matches matches = {0};
    TARN_TRY(tarn_call_parameters(call, "parameters", &parameters, &count, error));
    size_t groups = (uint64_t)most < SIZE_MAX ? (size_t)most : SIZE_MAX;
    tarn_status status = tarn_find_matches(call->workspace, tarn_call_text(call, "table"), parameters, count, groups,
                                           call->task, &matches, error);
    tarn_call_parameters_free(parameters, count);
    if (status == TARN_OK)
        status = tarn_call_answer(call, tarn_answer_matches(&matches), error);
    tarn_matches_clear(&matches);
    return status;
}

static const tarn_field match_parameters[] = {
    TARN_TAKES_VERSION,
    TARN_PARAMETER(OBJECT, "parameters", "as of the command merge: column, weight, compare, block, on, threshold",
                   .is_needed = true),
    LIMIT("how many groups to list; all unless given"),
};
static const tarn_field matched_row[] = {
    TARN_MEMBER(INTEGER, "row", "its id, as the command merge takes it"),
    TARN_MEMBER(TEXT, "values", "of the columns that were compared, in their order", .is_list = true,
                .may_hold_null = true),
};
static const tarn_shape row_shape = {.name = "MatchedRow", TARN_FIELDS(matched_row)};
static const tarn_field matched_pair[] = {
    TARN_MEMBER(INTEGER, "rows", "two ids", .is_list = true),
    TARN_MEMBER(NUMBER, "similarity", "of both, from 0 to 1"),
    TARN_MEMBER(NUMBER, "similarities", "of the columns that were compared, in their order; null: one has no value",
                .is_list = true, .may_hold_null = true),
};
static const tarn_shape pair_shape = {.name = "MatchedPair", TARN_FIELDS(matched_pair)};
static const tarn_field match_group[] = {
    TARN_MEMBER(OBJECT, "rows", "its rows", .is_list = true, .shape = &row_shape),
    TARN_MEMBER(OBJECT, "pairs", "of them that are alike", .is_list = true, .shape = &pair_shape),
};
static const tarn_shape group_shape = {
    .name = "MatchGroup", .meaning = "Rows that are probably the same.", TARN_FIELDS(match_group)};
static const tarn_field compared_column[] = {
    TARN_MEMBER(TEXT, "column", "the column"),
    TARN_MEMBER(TEXT, "compare", "how its values are compared"),
};
static const tarn_shape compared_shape = {.name = "ComparedColumn", TARN_FIELDS(compared_column)};
static const tarn_field match_answer[] = {
    TARN_MEMBER(INTEGER, "table_rows", "of the version"),
    TARN_MEMBER(INTEGER, "groups", "all that were found, listed or not"),
    TARN_MEMBER(INTEGER, "rows", "in them"),
    TARN_MEMBER(INTEGER, "pairs", "that are alike"),
    TARN_MEMBER(INTEGER, "compared", "pairs that were compared at all"),
    TARN_MEMBER(NUMBER, "threshold", "from which on they count as alike"),
    TARN_MEMBER(TEXT, "block", "how it was chosen what is compared"),
    TARN_MEMBER(TEXT, "on", "by which column", .may_be_null = true),
    TARN_MEMBER(TEXT, "note", "what was not compared, and why", .may_be_null = true),
    TARN_MEMBER(OBJECT, "columns", "that were compared", .is_list = true, .shape = &compared_shape),
    TARN_MEMBER(OBJECT, "list", "the groups", .is_list = true, .shape = &group_shape),
};
static const tarn_shape match_shape = {.name = "Matches", TARN_FIELDS(match_answer)};
const tarn_deed tarn_op_match = {{.name = "match",
                                  .meaning = "Rows that are probably the same; the command merge makes one of them.",
                                  .how = TARN_RUN_READ,
                                  .role = TARN_ROLE_READER,
                                  .method = "POST",
                                  .path = "/tables/{table}/match",
                                  TARN_TAKES(match_parameters),
                                  .answer = &match_shape},
                                 run_match};
