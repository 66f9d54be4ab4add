/* Arrow IPC: writing a table that lies in the store, and reading a file into Arrow arrays, against pyarrow, which has
   the table in memory. pyarrow runs in a process of its own and times itself. */

#include "groups.h"
#include "messy.h"
#include "peer.h"
#include "product.h"
#include "system.h"

#include "arrow/ipc.h"

#include <stdlib.h>
#include <string.h>

#define CODEC_ROWS(codec, label)                                                                                       \
    {"arrow-write-" codec, "Arrow IPC write, " label, "pyarrow", BENCH_SECONDS, BENCH_RATIO, 1.0}, {                   \
        "arrow-read-" codec, "Arrow IPC read, " label, "pyarrow", BENCH_SECONDS, BENCH_RATIO, 1.0                      \
    }

static const bench_row arrow_rows[] = {
    CODEC_ROWS("none", "uncompressed"),
    CODEC_ROWS("lz4", "LZ4"),
    CODEC_ROWS("zstd", "ZSTD"),
    {"arrow-read-mapped", "Arrow IPC read, pyarrow mapping, not validating", "pyarrow", BENCH_SECONDS, BENCH_NO_GOAL,
     0},
};

typedef struct state {
    bench_run *run;
    const bench_options *options;
    tarn_workspace *workspace;
    bench_helper *helper;
    tarn_fs *disk;
    tarn_pool *pool;
    const char *codec;
    const char *read_command;
    char *tarn_file, *peer_file;
} state;

static const char *ask(state *state, const char *command, const char *path) {
    char *line = bench_format("%s %s", command, path);
    const char *answer = bench_helper_ask(state->helper, line);
    free(line);
    return answer;
}

static double ask_seconds(state *state, const char *command, const char *path) {
    char *end;
    const char *answer = ask(state, command, path);
    double seconds = strtod(answer, &end);
    if (end == answer || *end != '\0')
        bench_die("pyarrow answered to %s: %s", command, answer);
    return seconds;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void tarn_writes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    tarn_export_options options = {.path = state->tarn_file, .format = "arrow", .compression = state->codec};
    tarn_export_result result = {0};
    tarn_error error;
    bench_remove(state->tarn_file);
    bench_settle();
    bench_start(timer);
    bench_check(tarn_export(state->workspace, "messy", &options, NULL, &result, &error), &error, "export");
    bench_stop(timer);
    tarn_export_result_clear(&result);
}

static void peer_writes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    char *command = bench_format("write %s", state->codec);
    bench_remove(state->peer_file);
    bench_settle();
    timer->seconds = ask_seconds(state, command, state->peer_file);
    free(command);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

typedef struct decoding {
    tarn_ipc_reader *reader;
    struct ArrowArray *batches;
} decoding;

static tarn_status decode_batch(void *context, size_t index, tarn_error *error) {
    const decoding *decoding = context;
    return tarn_ipc_batch(decoding->reader, index, &decoding->batches[index], error);
}

/* Both read the file that pyarrow wrote. */
static void tarn_reads(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    tarn_error error;
    tarn_file *file;
    tarn_mapping mapping;
    tarn_ipc_reader *reader;
    uint64_t size;
    bench_start(timer);
    bench_check(tarn_fs_open(state->disk, state->peer_file, TARN_OPEN_READ, &file, &error), &error, "open a file");
    bench_check(tarn_file_size(file, &size, &error), &error, "open a file");
    bench_check(tarn_file_map(file, 0, (size_t)size, &mapping, &error), &error, "map a file");
    tarn_ipc_read_options options = {.pool = state->pool};
    bench_check(tarn_ipc_open_memory(mapping.data, mapping.size, NULL, &options, &reader, &error), &error,
                "read Arrow");
    size_t count = tarn_ipc_batch_count(reader);
    decoding decoding = {.reader = reader, .batches = bench_alloc(count * sizeof(struct ArrowArray))};
    bench_check(
        tarn_parallel_for(state->pool, TARN_PRIORITY_USER_VISIBLE, NULL, count, decode_batch, &decoding, &error),
        &error, "read Arrow");
    bench_stop(timer);
    int64_t rows = 0;
    for (size_t i = 0; i < count; i++) {
        rows += decoding.batches[i].length;
        decoding.batches[i].release(&decoding.batches[i]);
    }
    free(decoding.batches);
    if (rows != state->options->rows)
        bench_die("an Arrow file was read with %lld rows", (long long)rows);
    tarn_ipc_reader_free(reader);
    tarn_mapping_release(&mapping);
    tarn_file_close(file);
}

static void peer_reads(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    timer->seconds = ask_seconds(state, state->read_command, state->peer_file);
}

/* ---- the group --------------------------------------------------------------------------------------------------- */

/* pyarrow gets the table from a Parquet file that DuckDB wrote, so that nothing of Tarn's is between the two. */
static void load(state *state) {
    const bench_options *options = state->options;
    bench_table table = bench_messy_table("messy", &options->rows);
    char *parquet = bench_format("%s/arrow.parquet", options->directory);
    bench_peer peer;
    bench_peer_open(&peer, NULL, options->threads, NULL);
    bench_peer_load(&peer, &table, options->double_money);
    bench_peer_run(&peer, "COPY messy TO '%s' (FORMAT parquet)", parquet);
    bench_peer_close(&peer);
    const char *answer = ask(state, "load", parquet);
    if (strcmp(answer, "ok") != 0)
        bench_die("pyarrow cannot load the table: %s", answer);
    bench_remove(parquet);
    free(parquet);
    if (bench_has(state->run, BENCH_TARN))
        bench_product_load(state->workspace, &table, options->double_money);
}

static void run_codec(state *state, const char *codec) {
    bench_run *run = state->run;
    char *write_row = bench_format("arrow-write-%s", codec);
    char *read_row = bench_format("arrow-read-%s", codec);
    state->codec = codec;
    state->read_command = "read";
    bench_compare(run, write_row, tarn_writes, peer_writes, state);
    if (bench_has(run, BENCH_TARN) && bench_wants(run, write_row)) {
        const char *answer = ask(state, "same", state->tarn_file);
        if (strcmp(answer, "ok") != 0)
            bench_wrong(run, write_row, "pyarrow reads another table: %s", answer);
    }
    bench_timer untimed = {0};
    peer_writes(state, 0, &untimed);
    bench_compare(run, read_row, tarn_reads, peer_reads, state);
    if (strcmp(codec, "none") == 0) {
        state->read_command = "read-mapped";
        bench_compare(run, "arrow-read-mapped", tarn_reads, peer_reads, state);
    }
    free(write_row);
    free(read_row);
}

static void run_arrow(bench_run *run) {
    const bench_options *options = bench_options_of(run);
    state state = {.run = run, .options = options};
    char *workspace_path = bench_format("%s/arrow", options->directory);
    char *script = bench_format("%s/pyarrow_ipc.py", options->sources);
    char *threads = bench_format("%d", options->threads);
    tarn_error error;
    state.tarn_file = bench_format("%s/tarn.arrow", options->directory);
    state.peer_file = bench_format("%s/pyarrow.arrow", options->directory);
    const char *const arguments[] = {options->python, script, threads, NULL};
    state.helper = bench_helper_start(arguments);
    bench_make_folder(workspace_path);
    if (bench_has(run, BENCH_TARN)) {
        state.workspace = bench_product_create(workspace_path, options->threads, 0);
        bench_check(tarn_fs_posix(&state.disk, &error), &error, "use the disk");
        bench_check(tarn_pool_new((unsigned)options->threads, &state.pool, &error), &error, "start threads");
    }
    load(&state);
    run_codec(&state, "none");
    run_codec(&state, "lz4");
    run_codec(&state, "zstd");
    if (bench_has(run, BENCH_TARN)) {
        tarn_pool_free(state.pool);
        tarn_fs_free(state.disk);
        tarn_workspace_close(state.workspace);
    }
    bench_helper_stop(state.helper);
    bench_discard(options, workspace_path);
    bench_discard(options, state.tarn_file);
    bench_discard(options, state.peer_file);
    free(workspace_path);
    free(script);
    free(threads);
    free(state.tarn_file);
    free(state.peer_file);
}

const bench_group bench_arrow_group = {
    .name = "arrow", .rows = arrow_rows, .row_count = sizeof arrow_rows / sizeof *arrow_rows, .run = run_arrow};
