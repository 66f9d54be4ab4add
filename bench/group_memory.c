/* Memory: a large workspace opened and looked at in a process of its own, and, on request, a CSV file that is larger
   than the memory allowed. */

#include "answer.h"
#include "groups.h"
#include "messy.h"
#include "peer.h"
#include "product.h"
#include "system.h"

#include <stdlib.h>

enum { PAGE_ROWS = 100 };

static const bench_row memory_rows[] = {
    {"memory-page", "memory: open 100 million cells, show a page", "DuckDB", BENCH_BYTES, BENCH_LIMIT, 50e6},
    {"memory-show", "memory: the same by tarn show", "", BENCH_BYTES, BENCH_LIMIT, 50e6},
};

static const bench_row large_rows[] = {
    {"large-import", "import a CSV file of 5 GB with a limit of 1 GB", "DuckDB", BENCH_SECONDS, BENCH_NO_GOAL, 0},
    {"large-memory", "memory: that import's peak", "DuckDB", BENCH_BYTES, BENCH_LIMIT, 1.1e9},
};

typedef struct state {
    const bench_options *options;
    char *csv, *workspace_path, *database_path;
} state;

static state new_state(const bench_options *options, const char *name) {
    return (state){.options = options,
                   .csv = bench_format("%s/%s.csv", options->directory, name),
                   .workspace_path = bench_format("%s/%s", options->directory, name),
                   .database_path = bench_format("%s/%s.duckdb", options->directory, name)};
}

static void end_state(state *state) {
    bench_discard(state->options, state->csv);
    bench_discard(state->options, state->workspace_path);
    bench_discard(state->options, state->database_path);
    free(state->csv);
    free(state->workspace_path);
    free(state->database_path);
}

/* ---- a page of a large workspace --------------------------------------------------------------------------------- */

static void tarn_builds(void *context) {
    const state *state = context;
    bench_table table = bench_messy_table("wide", &state->options->wide_rows);
    bench_make_folder(state->workspace_path);
    tarn_workspace *workspace = bench_product_create(state->workspace_path, state->options->threads, 0);
    bench_product_load(workspace, &table, state->options->double_money);
    tarn_workspace_close(workspace);
}

static void peer_builds(void *context) {
    const state *state = context;
    bench_table table = bench_messy_table("wide", &state->options->wide_rows);
    bench_peer peer;
    bench_peer_open(&peer, state->database_path, state->options->threads, NULL);
    bench_peer_load(&peer, &table, state->options->double_money);
    bench_peer_run(&peer, "CHECKPOINT");
    bench_peer_close(&peer);
}

static void tarn_looks(void *context) {
    const state *state = context;
    tarn_workspace *workspace = bench_product_open(state->workspace_path, state->options->threads);
    bench_product_page(workspace, "wide", state->options->wide_rows / 2, PAGE_ROWS);
    tarn_workspace_close(workspace);
}

static void peer_looks(void *context) {
    const state *state = context;
    struct ArrowArrayStream rows;
    bench_peer peer;
    char *sql = bench_format("FROM wide LIMIT %d OFFSET %lld", PAGE_ROWS, (long long)state->options->wide_rows / 2);
    bench_peer_open(&peer, state->database_path, state->options->threads, NULL);
    bench_peer_stream(&peer, sql, &rows);
    bench_drain(&rows);
    bench_peer_close(&peer);
    free(sql);
}

static int64_t show_memory(const state *state) {
    char *offset = bench_format("%lld", (long long)state->options->wide_rows / 2);
    const char *arguments[] = {
        state->options->program, "-C", state->workspace_path, "show", "wide", "--offset", offset, "-n", "100", NULL};
    int64_t bytes = bench_program_memory(arguments);
    free(offset);
    return bytes;
}

static void run_memory(bench_run *run) {
    state state = new_state(bench_options_of(run), "wide");
    int turns = bench_turns(run) < 3 ? bench_turns(run) : 3;
    bool with_program = bench_wants(run, "memory-show") && bench_has(run, BENCH_TARN);
    if (with_program && !bench_exists(state.options->program)) {
        bench_wrong(run, "memory-show", "there is no program %s", state.options->program);
        with_program = false;
    }
    bench_say("  making the tables");
    if (bench_has(run, BENCH_TARN))
        bench_peak_memory(tarn_builds, &state);
    if (bench_wants(run, "memory-page"))
        bench_peak_memory(peer_builds, &state);
    for (int turn = 0; turn < turns; turn++) {
        if (bench_wants(run, "memory-page")) {
            if (bench_has(run, BENCH_TARN))
                bench_sample(run, "memory-page", BENCH_TARN, turn, (double)bench_peak_memory(tarn_looks, &state));
            bench_sample(run, "memory-page", BENCH_PEER, turn, (double)bench_peak_memory(peer_looks, &state));
        }
        if (with_program)
            bench_sample(run, "memory-show", BENCH_TARN, turn, (double)show_memory(&state));
    }
    end_state(&state);
}

const bench_group bench_memory_group = {
    .name = "memory", .rows = memory_rows, .row_count = sizeof memory_rows / sizeof *memory_rows, .run = run_memory};

/* ---- a file larger than memory ----------------------------------------------------------------------------------- */

static void tarn_imports(void *context) {
    const state *state = context;
    bench_make_folder(state->workspace_path);
    tarn_workspace *workspace = bench_product_create(state->workspace_path, state->options->threads, 1000000000);
    bench_product_import(workspace, state->csv, "large");
    tarn_workspace_close(workspace);
}

static void peer_imports(void *context) {
    const state *state = context;
    bench_peer peer;
    bench_peer_open(&peer, state->database_path, state->options->threads, "1GB");
    bench_peer_run(&peer, "CREATE TABLE large AS FROM read_csv('%s')", state->csv);
    bench_peer_run(&peer, "CHECKPOINT");
    bench_peer_close(&peer);
}

/* One import takes minutes: it is measured once, its time and its memory together. */
static void import_once(bench_run *run, bench_side side, void (*body)(void *context), state *state) {
    bench_timer timer = {0};
    bench_settle();
    bench_start(&timer);
    int64_t bytes = bench_peak_memory(body, state);
    bench_stop(&timer);
    int only_turn = bench_turns(run);
    bench_sample(run, "large-import", side, only_turn, timer.seconds);
    bench_sample(run, "large-memory", side, only_turn, (double)bytes);
}

static void run_large(bench_run *run) {
    state state = new_state(bench_options_of(run), "large");
    bench_say("  making the CSV file");
    int64_t rows = bench_messy_csv(state.csv, 0, state.options->csv_bytes);
    bench_say("  importing %lld rows", (long long)rows);
    if (bench_has(run, BENCH_TARN))
        import_once(run, BENCH_TARN, tarn_imports, &state);
    import_once(run, BENCH_PEER, peer_imports, &state);
    end_state(&state);
}

const bench_group bench_large_group = {.name = "large",
                                       .rows = large_rows,
                                       .row_count = sizeof large_rows / sizeof *large_rows,
                                       .on_request = true,
                                       .run = run_large};
