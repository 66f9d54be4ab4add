/* Which rows a table has, and in which order: a million rows of ten columns, of which a fifth are there twice. Every
   turn starts from fresh copies on both sides. */

#include "groups.h"
#include "report.h"
#include "sides.h"
#include "system.h"

#include <stdlib.h>

static const bench_row rows_rows[] = {
    {"remove-duplicates", "remove duplicate rows, all 10 columns, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO,
     0.7},
    {"undo-duplicates", "undo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
    {"redo-duplicates", "redo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
    {"sort", "sort by a text column, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.7},
    {"undo-sort", "undo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
    {"redo-sort", "redo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
};

static void tarn_removes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    bench_settle();
    bench_sides_apply(context, "remove-duplicates", NULL, 0, timer);
}

/* The quickest of several ways to say it; it keeps no order, as nobody asks it to. */
static void peer_removes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    bench_sides *sides = context;
    bench_settle();
    bench_start(timer);
    bench_peer_run(&sides->peer, "CREATE OR REPLACE TABLE messy AS SELECT DISTINCT * FROM messy");
    bench_peer_run(&sides->peer, "CHECKPOINT");
    bench_stop(timer);
}

static void tarn_sorts(void *context, int turn, bench_timer *timer) {
    (void)turn;
    static const tarn_parameter parameters[] = {{"column", "name"}, {"column", "id"}};
    bench_settle();
    bench_sides_apply(context, "sort", parameters, 2, timer);
}

static void peer_sorts(void *context, int turn, bench_timer *timer) {
    (void)turn;
    bench_sides *sides = context;
    bench_settle();
    bench_start(timer);
    bench_peer_run(&sides->peer, "CREATE OR REPLACE TABLE messy AS FROM messy ORDER BY name, id");
    bench_peer_run(&sides->peer, "CHECKPOINT");
    bench_stop(timer);
}

/* Both sides get the same table: the first four fifths, and the first fifth once more. */
static void make_tables(bench_sides *sides) {
    long long rows = sides->options->rows;
    char *sql =
        bench_format("SELECT * FROM original WHERE id <= %lld UNION ALL SELECT * FROM original WHERE id <= %lld",
                     rows * 4 / 5, rows / 5);
    tarn_change change = {0};
    tarn_error error;
    bench_sides_create(sides);
    bench_peer_run(&sides->peer, "CREATE TABLE original AS FROM read_csv('%s')", sides->csv);
    bench_peer_run(&sides->peer, "CREATE TABLE messy AS %s", sql);
    bench_peer_run(&sides->peer, "CHECKPOINT");
    if (bench_has(sides->run, BENCH_TARN)) {
        bench_product_import(sides->workspace, sides->csv, "original");
        bench_check(tarn_query_into(sides->workspace, sql, "messy", TARN_IF_EXISTS_FAIL, NULL, &change, &error), &error,
                    "query");
        tarn_change_clear(&change);
    }
    free(sql);
}

static void move_both_ways(bench_sides *sides, const char *undo, const char *redo, int turn) {
    bench_pair(sides->run, undo, turn, bench_undo_step, NULL, sides);
    bench_pair(sides->run, redo, turn, bench_redo_step, NULL, sides);
}

static void run_turn(bench_sides *sides, int turn) {
    make_tables(sides);
    bench_pair(sides->run, "remove-duplicates", turn, tarn_removes, peer_removes, sides);
    bench_sides_compare(sides, "remove-duplicates", turn,
                        "SELECT count(*), sum(id), sum(hash(id::VARCHAR || city || name)) FROM messy");
    if (bench_has(sides->run, BENCH_TARN) && bench_wants(sides->run, "remove-duplicates"))
        move_both_ways(sides, "undo-duplicates", "redo-duplicates", turn);
    bench_pair(sides->run, "sort", turn, tarn_sorts, peer_sorts, sides);
    bench_sides_compare(sides, "sort", turn, "SELECT id, name FROM messy LIMIT 1000 OFFSET 5000");
    if (bench_has(sides->run, BENCH_TARN) && bench_wants(sides->run, "sort"))
        move_both_ways(sides, "undo-sort", "redo-sort", turn);
    bench_sides_close(sides);
}

static void run_rows(bench_run *run) {
    bench_sides sides;
    bench_sides_begin(&sides, run, "rows");
    for (int turn = 0; turn < bench_turns(run); turn++) {
        bench_say("  turn %d of %d", turn + 1, bench_turns(run));
        run_turn(&sides, turn);
    }
    bench_sides_end(&sides);
}

const bench_group bench_rows_group = {
    .name = "rows", .rows = rows_rows, .row_count = sizeof rows_rows / sizeof *rows_rows, .run = run_rows};
