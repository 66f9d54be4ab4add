/* Which rows a table has, and in which order: a million rows of ten columns, of which a fifth are there twice. Every
   turn starts from fresh copies on both sides. */

#include "answer.h"
#include "groups.h"
#include "messy.h"
#include "peer.h"
#include "product.h"
#include "report.h"
#include "system.h"

#include <stdlib.h>
#include <string.h>

static const bench_row rows_rows[] = {
    {"remove-duplicates", "remove duplicate rows, all 10 columns, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO,
     0.7},
    {"undo-duplicates", "undo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
    {"redo-duplicates", "redo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
    {"sort", "sort by a text column, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.7},
    {"undo-sort", "undo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
    {"redo-sort", "redo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
};

typedef struct state {
    bench_run *run;
    const bench_options *options;
    char *csv, *workspace_path, *database_path;
    tarn_workspace *workspace;
    bench_peer peer;
} state;

static void tarn_applies(const state *state, const char *command, const tarn_parameter *parameters, size_t count,
                         bench_timer *timer) {
    tarn_change change = {0};
    tarn_error error;
    bench_settle();
    bench_start(timer);
    bench_check(tarn_apply(state->workspace, "messy", command, parameters, count, NULL, &change, &error), &error,
                command);
    bench_stop(timer);
    tarn_change_clear(&change);
}

static void tarn_removes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    tarn_applies(context, "remove-duplicates", NULL, 0, timer);
}

/* The quickest of several ways to say it; it keeps no order, as nobody asks it to. */
static void peer_removes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    bench_settle();
    bench_start(timer);
    bench_peer_run(&state->peer, "CREATE OR REPLACE TABLE messy AS SELECT DISTINCT * FROM messy");
    bench_peer_run(&state->peer, "CHECKPOINT");
    bench_stop(timer);
}

static void tarn_sorts(void *context, int turn, bench_timer *timer) {
    (void)turn;
    static const tarn_parameter parameters[] = {{"column", "name"}, {"column", "id"}};
    tarn_applies(context, "sort", parameters, 2, timer);
}

static void peer_sorts(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    bench_settle();
    bench_start(timer);
    bench_peer_run(&state->peer, "CREATE OR REPLACE TABLE messy AS FROM messy ORDER BY name, id");
    bench_peer_run(&state->peer, "CHECKPOINT");
    bench_stop(timer);
}

static void tarn_undoes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    tarn_change change = {0};
    tarn_error error;
    bench_start(timer);
    bench_check(tarn_undo(state->workspace, "messy", 1, &change, &error), &error, "undo");
    bench_stop(timer);
    tarn_change_clear(&change);
}

static void tarn_redoes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    tarn_change change = {0};
    tarn_error error;
    bench_start(timer);
    bench_check(tarn_redo(state->workspace, "messy", 1, &change, &error), &error, "redo");
    bench_stop(timer);
    tarn_change_clear(&change);
}

static void compare(const state *state, const char *row, int turn, const char *sql) {
    struct ArrowArrayStream tarn;
    struct ArrowArrayStream peer;
    char why[BENCH_COMPLAINT_SIZE];
    if (turn != 0 || !bench_has(state->run, BENCH_TARN))
        return;
    bench_product_stream(state->workspace, sql, &tarn);
    bench_peer_stream((bench_peer *)&state->peer, sql, &peer);
    if (!bench_same_answer(&tarn, &peer, why, sizeof why))
        bench_wrong(state->run, row, "the tables differ afterwards: %s", why);
}

/* Both sides get the same table: the first four fifths, and the first fifth once more. */
static void make_tables(state *state) {
    long long rows = state->options->rows;
    char *sql =
        bench_format("SELECT * FROM original WHERE id <= %lld UNION ALL SELECT * FROM original WHERE id <= %lld",
                     rows * 4 / 5, rows / 5);
    tarn_change change = {0};
    tarn_error error;
    bench_remove(state->workspace_path);
    bench_remove(state->database_path);
    bench_peer_open(&state->peer, state->database_path, state->options->threads, NULL);
    bench_peer_run(&state->peer, "CREATE TABLE original AS FROM read_csv('%s')", state->csv);
    bench_peer_run(&state->peer, "CREATE TABLE messy AS %s", sql);
    bench_peer_run(&state->peer, "CHECKPOINT");
    if (bench_has(state->run, BENCH_TARN)) {
        bench_make_folder(state->workspace_path);
        state->workspace = bench_product_create(state->workspace_path, state->options->threads, 0);
        bench_product_import(state->workspace, state->csv, "original");
        bench_check(tarn_query_into(state->workspace, sql, "messy", TARN_IF_EXISTS_FAIL, NULL, &change, &error), &error,
                    "query");
        tarn_change_clear(&change);
    }
    free(sql);
}

static void move_both_ways(state *state, const char *undo, const char *redo, int turn) {
    bench_pair(state->run, undo, turn, tarn_undoes, NULL, state);
    bench_pair(state->run, redo, turn, tarn_redoes, NULL, state);
}

static void run_turn(state *state, int turn) {
    make_tables(state);
    bench_pair(state->run, "remove-duplicates", turn, tarn_removes, peer_removes, state);
    compare(state, "remove-duplicates", turn,
            "SELECT count(*), sum(id), sum(hash(id::VARCHAR || city || name)) FROM messy");
    if (bench_has(state->run, BENCH_TARN) && bench_wants(state->run, "remove-duplicates"))
        move_both_ways(state, "undo-duplicates", "redo-duplicates", turn);
    bench_pair(state->run, "sort", turn, tarn_sorts, peer_sorts, state);
    compare(state, "sort", turn, "SELECT id, name FROM messy LIMIT 1000 OFFSET 5000");
    if (bench_has(state->run, BENCH_TARN) && bench_wants(state->run, "sort"))
        move_both_ways(state, "undo-sort", "redo-sort", turn);
    if (bench_has(state->run, BENCH_TARN))
        tarn_workspace_close(state->workspace);
    bench_peer_close(&state->peer);
}

static void run_rows(bench_run *run) {
    const bench_options *options = bench_options_of(run);
    state state = {.run = run, .options = options};
    state.csv = bench_format("%s/rows.csv", options->directory);
    state.workspace_path = bench_format("%s/rows", options->directory);
    state.database_path = bench_format("%s/rows.duckdb", options->directory);
    bench_messy_csv(state.csv, options->rows, 0);
    for (int turn = 0; turn < bench_turns(run); turn++) {
        bench_say("  turn %d of %d", turn + 1, bench_turns(run));
        run_turn(&state, turn);
    }
    bench_discard(options, state.csv);
    bench_discard(options, state.workspace_path);
    bench_discard(options, state.database_path);
    free(state.csv);
    free(state.workspace_path);
    free(state.database_path);
}

const bench_group bench_rows_group = {
    .name = "rows", .rows = rows_rows, .row_count = sizeof rows_rows / sizeof *rows_rows, .run = run_rows};
