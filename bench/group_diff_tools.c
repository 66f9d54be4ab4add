/* A diff by key against tools that compare the CSV files themselves, and a diff of ten million rows: its time, and the
   memory that it takes beyond mapped files. */

#include "groups.h"
#include "messy.h"
#include "peer.h"
#include "product.h"
#include "report.h"
#include "system.h"

#include <stdlib.h>

/* Python's daff takes minutes for a million rows: it is stopped, and has taken at least as long. */
#define DAFF_SECONDS 60.0

static const bench_row tool_rows[] = {
    {"diff-qsv", "diff by key, of the CSV files by the peer", "qsv", BENCH_SECONDS, BENCH_RATIO, 1.0},
    {"diff-daff", "the same (stopped after 60 s)", "daff", BENCH_SECONDS, BENCH_RATIO, 1.0},
};

static const bench_row wide_rows[] = {
    {"diff-wide", "diff of 10 million rows, a column changed", "", BENCH_SECONDS, BENCH_LIMIT, 0.1},
    {"diff-memory", "memory: its million changes, unmapped", "", BENCH_BYTES, BENCH_LIMIT, 64e6},
    {"diff-key-memory", "memory: the same by key", "", BENCH_BYTES, BENCH_LIMIT, 64e6},
};

typedef struct state {
    bench_run *run;
    const bench_options *options;
    char *csv[2], *workspace_path, *database_path, *daff;
    tarn_workspace *workspace;
    const char *before, *after, *key; /* NULL: by row number */
} state;

static void compare(const state *state, bench_timer *timer) {
    tarn_diff *diff = NULL;
    tarn_error error;
    tarn_diff_options options = {.keys = &state->key, .key_count = state->key != NULL};
    bench_start(timer);
    bench_check(tarn_diff_open(state->workspace, state->before, state->after, &options, NULL, &diff, &error), &error,
                "diff");
    bench_stop(timer);
    if (tarn_diff_info_of(diff)->modified == 0)
        bench_die("%s and %s do not differ", state->before, state->after);
    tarn_diff_forget(state->workspace, 0);
    tarn_diff_close(diff);
}

static void tarn_compares(void *context, int turn, bench_timer *timer) {
    (void)turn;
    compare(context, timer);
}

/* ---- tools ---- */

static void prepare_files(state *state) {
    char *messy = bench_format("%s/tools.csv", state->options->directory);
    bench_messy_csv(messy, state->options->rows, 0);
    bench_peer peer;
    bench_peer_open(&peer, state->database_path, state->options->threads, NULL);
    bench_peer_run(&peer, "CREATE TABLE messy AS FROM read_csv('%s')", messy);
    bench_peer_run(&peer, "COPY messy TO '%s' (HEADER)", state->csv[0]);
    bench_peer_run(&peer, "COPY (SELECT * REPLACE (trim(name) AS name) FROM messy) TO '%s' (HEADER)", state->csv[1]);
    bench_peer_close(&peer);
    bench_remove(messy);
    free(messy);
    if (!bench_has(state->run, BENCH_TARN))
        return;
    bench_make_folder(state->workspace_path);
    state->workspace = bench_product_create(state->workspace_path, state->options->threads, 0);
    bench_product_import(state->workspace, state->csv[0], "messy");
    bench_product_import(state->workspace, state->csv[1], "other");
}

static void measure_qsv(state *state, const char *program, int turns) {
    const char *arguments[] = {program, "diff", "--key", "0", state->csv[0], state->csv[1], NULL};
    for (int turn = 0; turn < turns; turn++)
        bench_sample(state->run, "diff-qsv", BENCH_PEER, turn, bench_program_seconds(arguments, 600));
}

static void measure_daff(state *state) {
    const char *start = "import sys; sys.path.insert(0, sys.argv.pop(1)); import daff; daff.Coopy.main()";
    char *answer = bench_format("%s/daff.csv", state->options->directory);
    const char *arguments[] = {
        state->options->python, "-c",          start, state->daff, "diff", "--id", "id", "--output", answer,
        state->csv[0],          state->csv[1], NULL};
    bench_sample(state->run, "diff-daff", BENCH_PEER, bench_turns(state->run),
                 bench_program_seconds(arguments, DAFF_SECONDS));
    bench_remove(answer);
    free(answer);
}

static void measure_tarn(state *state, const char *row, int turns) {
    for (int turn = 0; turn < turns && bench_has(state->run, BENCH_TARN); turn++) {
        bench_timer timer = {0};
        compare(state, &timer);
        bench_sample(state->run, row, BENCH_TARN, turn, timer.seconds);
    }
}

static void run_tools(bench_run *run) {
    const bench_options *options = bench_options_of(run);
    state state = {.run = run, .options = options, .before = "messy", .after = "other", .key = "id"};
    char *qsv = bench_find_program("qsvlite");
    if (qsv == NULL)
        qsv = bench_find_program("qsv");
    state.daff = bench_format("%s/../deps/daff", options->sources);
    for (int i = 0; i < 2; i++)
        state.csv[i] = bench_format("%s/tools-%d.csv", options->directory, i);
    state.workspace_path = bench_format("%s/tools", options->directory);
    state.database_path = bench_format("%s/tools.duckdb", options->directory);
    prepare_files(&state);
    if (bench_wants(run, "diff-qsv")) {
        measure_tarn(&state, "diff-qsv", bench_turns(run));
        if (qsv != NULL)
            measure_qsv(&state, qsv, bench_turns(run));
        else
            bench_say("  skipped: there is no qsv here (cargo install qsv)");
    }
    if (bench_wants(run, "diff-daff")) {
        measure_tarn(&state, "diff-daff", bench_turns(run));
        if (bench_exists(state.daff))
            measure_daff(&state);
        else
            bench_say("  skipped: there is no daff here (scripts/setup.sh bench)");
    }
    tarn_workspace_close(state.workspace);
    bench_discard(options, state.workspace_path);
    bench_discard(options, state.database_path);
    for (int i = 0; i < 2; i++) {
        bench_discard(options, state.csv[i]);
        free(state.csv[i]);
    }
    free(state.workspace_path);
    free(state.database_path);
    free(state.daff);
    free(qsv);
}

const bench_group bench_diff_tools_group = {
    .name = "diff-tools", .rows = tool_rows, .row_count = sizeof tool_rows / sizeof *tool_rows, .run = run_tools};

/* ---- ten million rows ---- */

/* A row in ten gets another quantity. */
static void build(void *context) {
    state *state = context;
    static const tarn_parameter parameters[] = {{"column", "quantity"},
                                                {"expr", "CASE WHEN id % 10 = 3 THEN quantity + 1 ELSE quantity END"}};
    tarn_change change = {0};
    tarn_error error;
    bench_table table = bench_messy_table("wide", &state->options->wide_rows);
    bench_make_folder(state->workspace_path);
    tarn_workspace *workspace = bench_product_create(state->workspace_path, state->options->threads, 0);
    bench_product_load(workspace, &table, state->options->double_money);
    bench_check(tarn_apply(workspace, "wide", "set", parameters, 2, NULL, &change, &error), &error, "set");
    tarn_change_clear(&change);
    tarn_workspace_close(workspace);
}

static void open_and_compare(void *context) {
    state *state = context;
    bench_timer timer = {0};
    state->workspace = bench_product_open(state->workspace_path, state->options->threads);
    compare(state, &timer);
    tarn_workspace_close(state->workspace);
}

static void measure_memory(state *state, const char *row, const char *key) {
    state->key = key;
    for (int turn = 0; turn < 3 && bench_wants(state->run, row); turn++)
        bench_sample(state->run, row, BENCH_TARN, turn, (double)bench_peak_anonymous(open_and_compare, state));
}

static void run_wide(bench_run *run) {
    const bench_options *options = bench_options_of(run);
    state state = {.run = run, .options = options, .before = "wide~1", .after = "wide"};
    if (!bench_has(run, BENCH_TARN))
        return;
    state.workspace_path = bench_format("%s/diff-wide", options->directory);
    bench_say("  making the table");
    bench_peak_memory(build, &state);
    measure_memory(&state, "diff-memory", NULL);
    measure_memory(&state, "diff-key-memory", "id");
    state.key = NULL;
    state.workspace = bench_product_open(state.workspace_path, options->threads);
    bench_compare(run, "diff-wide", tarn_compares, NULL, &state);
    tarn_workspace_close(state.workspace);
    bench_discard(options, state.workspace_path);
    free(state.workspace_path);
}

const bench_group bench_diff_wide_group = {
    .name = "diff-large", .rows = wide_rows, .row_count = sizeof wide_rows / sizeof *wide_rows, .run = run_wide};
