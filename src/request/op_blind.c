/* Comparing without showing. */
#include "answer/answer.h"
#include "engine/engine.h"
#include "request/compare.h"
#include "request/declare.h"
#include "request/files.h"
#include "request/operations.h"

#include <stdlib.h>
#include <string.h>

static tarn_blind_secret read_secret(const tarn_call *call) {
    const char *secret = tarn_call_text(call, "secret");
    return (tarn_blind_secret){.bytes = secret, .size = secret != NULL ? strlen(secret) : 0};
}

#define SECRET(needed)                                                                                                 \
    TARN_PARAMETER(TEXT, "secret", "what both sides know; nothing of it is kept", .is_needed = (needed))

static tarn_status write_digests(tarn_call *call, const tarn_compare *compare, tarn_error *error) {
    const char *path = tarn_call_text(call, "path");
    tarn_blind_secret secret = read_secret(call);
    struct ArrowArrayStream stream = {0};
    tarn_byte_sink sink = tarn_call_sink(call);
    tarn_export_options options = {
        .path = path != NULL ? path : "the digests", .sink = path != NULL ? NULL : &sink, .format = "arrow"};
    tarn_export_result result = {0};
    if (path == NULL)
        tarn_call_begin_bytes(call, tarn_media_type("arrow"));
    TARN_TRY(tarn_blind_digests(call->workspace, tarn_call_text(call, "table"), &compare->options, &secret, call->task,
                                &stream, error));
    TARN_TRY(tarn_write_stream(call->workspace, &stream, &options, call->task, &result, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_export(path, &result), error);
    tarn_export_result_clear(&result);
    return status;
}

static tarn_status run_digests(tarn_call *call, tarn_error *error) {
    tarn_compare compare = {0};
    tarn_status status = tarn_compare_read(call, &compare, error);
    if (status == TARN_OK)
        status = write_digests(call, &compare, error);
    tarn_compare_clear(&compare);
    return status;
}

static const tarn_field digests_parameters[] = {
    TARN_TAKES_VERSION,
    SECRET(true),
    TARN_COMPARE_BY,
    TARN_PARAMETER(PATH, "path", "where the file goes; without: into the bytes"),
};
const tarn_deed tarn_op_blind_digests = {
    {.name = "blindDigests",
     .meaning = "A version as digests: an Arrow file that tells nobody a value, to be compared with another one.",
     .how = TARN_RUN_BACKGROUND,
     .role = TARN_ROLE_READER,
     .method = "POST",
     .path = "/tables/{table}/digests",
     TARN_TAKES(digests_parameters),
     .answer = &tarn_shape_export,
     .gives = TARN_BYTES_FILE},
    run_digests};

/* The other side's digests: in a file, or among the request's bytes. `*passing` is heap. */
static tarn_status read_after(tarn_call *call, char **passing, const char **after, tarn_error *error) {
    *after = tarn_call_text(call, "after");
    if (*after == NULL)
        *after = tarn_call_text(call, "path");
    if (*after != NULL)
        return TARN_OK;
    if (!tarn_call_has_bytes(call))
        return tarn_fail(error, TARN_E_INVALID,
                         "blindCompare needs another side: 'after', the 'path' of a file of digests, or its bytes");
    tarn_status status = tarn_passing_file(call, "digests.arrow", passing, error);
    *after = *passing;
    return status;
}

static tarn_status compare(tarn_call *call, const char *after, const tarn_diff_options *options, tarn_error *error) {
    tarn_blind_secret secret = read_secret(call);
    tarn_blind *blind = NULL;
    TARN_TRY(tarn_blind_compare(call->workspace, tarn_call_text(call, "before"), after, options,
                                secret.bytes != NULL ? &secret : NULL, (size_t)tarn_call_integer(call, "limit", 0),
                                call->task, &blind, error));
    tarn_status status = tarn_call_answer(call, tarn_answer_blind(blind), error);
    tarn_blind_close(blind);
    return status;
}

static tarn_status run_compare(tarn_call *call, tarn_error *error) {
    tarn_compare by = {0};
    char *passing = NULL;
    const char *after = NULL;
    tarn_status status = tarn_compare_read(call, &by, error);
    if (status == TARN_OK)
        status = read_after(call, &passing, &after, error);
    if (status == TARN_OK)
        status = compare(call, after, &by.options, error);
    tarn_compare_clear(&by);
    tarn_passing_remove(call);
    free(passing);
    return status;
}

static const tarn_field compare_parameters[] = {
    TARN_PARAMETER(VERSION, "before", "a table, or a version of it", .is_needed = true),
    TARN_PARAMETER(VERSION, "after", "another one; else a file of digests"),
    TARN_PARAMETER(PATH, "path", "a file of digests; without: it is in the bytes"),
    SECRET(false),
    TARN_COMPARE_BY,
    TARN_PARAMETER(INTEGER, "limit", "how many changes to list", .otherwise = "20", TARN_AT_LEAST(0)),
};
const tarn_deed tarn_op_blind_compare = {
    {.name = "blindCompare",
     .meaning = "Compare a version with a file of digests, or another version: how much differs, and never a value.",
     .how = TARN_RUN_BACKGROUND,
     .role = TARN_ROLE_READER,
     .method = "POST",
     .path = "/blind-diffs",
     TARN_TAKES(compare_parameters),
     .answer = &tarn_shape_blind,
     .takes = TARN_BYTES_FILE},
    run_compare};
