/* Queries over Tarn's store and over DuckDB's own tables: 22 that aggregate, others of every shape, and some that
   return many rows. The
   answers of every query are compared before anything is timed. */

#include "answer.h"
#include "events.h"
#include "groups.h"
#include "peer.h"
#include "product.h"
#include "report.h"
#include "system.h"
#include "tpch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define QUERY_ROW(number)                                                                                              \
    { "q" number, "  query " number, "DuckDB", BENCH_SECONDS, BENCH_NO_GOAL, 0 }

#define SHAPE_ROW(name)                                                                                                \
    { name, "  query " name, "DuckDB", BENCH_SECONDS, BENCH_NO_GOAL, 0 }

static const bench_row sql_rows[] = {
    {"queries", "SQL, geometric mean of 22 queries", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.65},
    QUERY_ROW("01"),
    QUERY_ROW("02"),
    QUERY_ROW("03"),
    QUERY_ROW("04"),
    QUERY_ROW("05"),
    QUERY_ROW("06"),
    QUERY_ROW("07"),
    QUERY_ROW("08"),
    QUERY_ROW("09"),
    QUERY_ROW("10"),
    QUERY_ROW("11"),
    QUERY_ROW("12"),
    QUERY_ROW("13"),
    QUERY_ROW("14"),
    QUERY_ROW("15"),
    QUERY_ROW("16"),
    QUERY_ROW("17"),
    QUERY_ROW("18"),
    QUERY_ROW("19"),
    QUERY_ROW("20"),
    QUERY_ROW("21"),
    QUERY_ROW("22"),
    {"others", "SQL, geometric mean of 39 others", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.35},
    SHAPE_ROW("x01"),
    SHAPE_ROW("x02"),
    SHAPE_ROW("x03"),
    SHAPE_ROW("x04"),
    SHAPE_ROW("x05"),
    SHAPE_ROW("x06"),
    SHAPE_ROW("x07"),
    SHAPE_ROW("x08"),
    SHAPE_ROW("x09"),
    SHAPE_ROW("x10"),
    SHAPE_ROW("x11"),
    SHAPE_ROW("x12"),
    SHAPE_ROW("x13"),
    SHAPE_ROW("x14"),
    SHAPE_ROW("x15"),
    SHAPE_ROW("x16"),
    SHAPE_ROW("x17"),
    SHAPE_ROW("x18"),
    SHAPE_ROW("x19"),
    SHAPE_ROW("x20"),
    SHAPE_ROW("x21"),
    SHAPE_ROW("x22"),
    SHAPE_ROW("x23"),
    SHAPE_ROW("x24"),
    SHAPE_ROW("x25"),
    SHAPE_ROW("x26"),
    SHAPE_ROW("x27"),
    SHAPE_ROW("x28"),
    SHAPE_ROW("x29"),
    SHAPE_ROW("x30"),
    SHAPE_ROW("x31"),
    SHAPE_ROW("x32"),
    SHAPE_ROW("x33"),
    SHAPE_ROW("x34"),
    SHAPE_ROW("x35"),
    SHAPE_ROW("x36"),
    SHAPE_ROW("x37"),
    SHAPE_ROW("x38"),
    SHAPE_ROW("x39"),
    {"ten", "SQL, geometric mean of the browser's ten", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.35},
    SHAPE_ROW("b01"),
    SHAPE_ROW("b02"),
    SHAPE_ROW("b03"),
    SHAPE_ROW("b04"),
    SHAPE_ROW("b05"),
    SHAPE_ROW("b06"),
    SHAPE_ROW("b07"),
    SHAPE_ROW("b08"),
    SHAPE_ROW("b09"),
    SHAPE_ROW("b10"),
    {"filter-arrow", "rows: filter 6 million × 16 to Arrow", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.75},
    {"project-arrow", "rows: projection of 6 million to Arrow", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 1.0},
    {"filter-parquet", "rows: filter to a Parquet file", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 1.0},
    {"project-parquet", "rows: projection to a Parquet file", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 1.0},
};

static const char filter_sql[] = "SELECT * FROM lineitem WHERE l_quantity < 10";
static const char project_sql[] = "SELECT l_orderkey, l_linenumber, l_extendedprice * (1 - l_discount) AS net, "
                                  "l_shipdate, upper(l_comment) AS remark FROM lineitem";

typedef struct state {
    bench_run *run;
    const bench_options *options;
    tarn_workspace *workspace;
    bench_peer peer;
    const char *sql;    /* what the steps run now */
    char *parquet_path; /* where they write */
} state;

/* ---- steps ------------------------------------------------------------------------------------------------------- */

static void tarn_queries(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    struct ArrowArrayStream rows;
    bench_start(timer);
    bench_product_stream(state->workspace, state->sql, &rows);
    bench_drain(&rows);
    bench_stop(timer);
}

static void peer_queries(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    struct ArrowArrayStream rows;
    bench_start(timer);
    bench_peer_stream(&state->peer, state->sql, &rows);
    bench_drain(&rows);
    bench_stop(timer);
}

static void tarn_exports(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    tarn_export_options options = {.path = state->parquet_path, .format = "parquet", .compression = "zstd"};
    tarn_export_result result = {0};
    tarn_error error;
    bench_remove(state->parquet_path);
    bench_settle();
    bench_start(timer);
    bench_check(tarn_export_query(state->workspace, state->sql, &options, NULL, &result, &error), &error, "export");
    bench_stop(timer);
    tarn_export_result_clear(&result);
}

/* Tarn's exported file is on disk when the call returns, so the peer's has to be. */
static void peer_exports(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    bench_remove(state->parquet_path);
    bench_settle();
    bench_start(timer);
    bench_peer_run(&state->peer, "COPY (%s) TO '%s' (FORMAT parquet, COMPRESSION zstd)", state->sql,
                   state->parquet_path);
    bench_sync(state->parquet_path);
    bench_stop(timer);
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

static bool same_answers(state *state, const char *row) {
    if (!bench_has(state->run, BENCH_TARN))
        return true;
    struct ArrowArrayStream tarn;
    struct ArrowArrayStream peer;
    char why[BENCH_COMPLAINT_SIZE];
    bench_product_stream(state->workspace, state->sql, &tarn);
    bench_peer_stream(&state->peer, state->sql, &peer);
    bool same = bench_same_answer(&tarn, &peer, why, sizeof why);
    if (!same)
        bench_wrong(state->run, row, "the answer differs: %s", why);
    return same;
}

/* ---- the group --------------------------------------------------------------------------------------------------- */

static void load_table(state *state, const bench_table *table) {
    bench_peer_load(&state->peer, table, state->options->double_money);
    if (bench_has(state->run, BENCH_TARN))
        bench_product_load(state->workspace, table, state->options->double_money);
}

static void load(state *state, const char *workspace_path, const char *database_path) {
    const bench_options *options = state->options;
    tpch_sizes sizes = bench_tpch_sizes(options->scale);
    event_sizes events = bench_event_sizes(options->scale);
    bench_say("  making the tables");
    bench_peer_open(&state->peer, database_path, options->threads, NULL);
    if (bench_has(state->run, BENCH_TARN)) {
        bench_make_folder(workspace_path);
        state->workspace = bench_product_create(workspace_path, options->threads, 0);
    }
    for (size_t i = 0; i < TPCH_TABLES; i++) {
        bench_table table = bench_tpch_table(i, &sizes);
        load_table(state, &table);
    }
    for (size_t i = 0; i < EVENT_TABLES; i++) {
        bench_table table = bench_event_table(i, &events);
        load_table(state, &table);
    }
    bench_peer_run(&state->peer, "CHECKPOINT");
    bench_settle();
}

/* Queries in files of their own: a letter and a number; and a row for all of them. */
typedef struct query_set {
    const char *row;
    char letter;
    int count;
} query_set;

static void run_query(state *state, const char *all, const char *row) {
    bench_run *run = state->run;
    char *path = bench_format("%s/queries/%s.sql", state->options->sources, row);
    char *sql = bench_read_file(path);
    state->sql = sql;
    if (!same_answers(state, row))
        bench_wrong(run, all, "query %s gives another answer than the peer", row);
    for (int turn = 0; turn < bench_turns(run); turn++)
        bench_pair(run, row, turn, tarn_queries, peer_queries, state);
    free(sql);
    free(path);
}

static void run_queries(state *state, const query_set *set) {
    bench_run *run = state->run;
    double logarithms[BENCH_SIDES] = {0};
    bool all = bench_wants(run, set->row);
    for (int number = 1; number <= set->count; number++) {
        char row[16];
        snprintf(row, sizeof row, "%c%02d", set->letter, number);
        if (!all && !bench_wants(run, row))
            continue;
        run_query(state, set->row, row);
        for (int side = 0; side < BENCH_SIDES; side++)
            logarithms[side] += log(bench_median(run, row, side));
    }
    for (int side = 0; all && side < BENCH_SIDES; side++)
        bench_figure(run, set->row, side, exp(logarithms[side] / set->count));
}

static void run_rows(state *state, const char *arrow_row, const char *parquet_row, const char *sql) {
    state->sql = sql;
    if (bench_wants(state->run, arrow_row) || bench_wants(state->run, parquet_row))
        same_answers(state, arrow_row);
    bench_compare(state->run, arrow_row, tarn_queries, peer_queries, state);
    bench_compare(state->run, parquet_row, tarn_exports, peer_exports, state);
}

static const query_set query_sets[] = {{"queries", 'q', TPCH_QUERIES}, {"others", 'x', 39}, {"ten", 'b', 10}};

static void run_sql(bench_run *run) {
    const bench_options *options = bench_options_of(run);
    state state = {.run = run, .options = options};
    char *workspace_path = bench_format("%s/sql", options->directory);
    char *database_path = bench_format("%s/sql.duckdb", options->directory);
    state.parquet_path = bench_format("%s/rows.parquet", options->directory);
    load(&state, workspace_path, database_path);
    for (size_t i = 0; i < sizeof query_sets / sizeof *query_sets; i++)
        run_queries(&state, &query_sets[i]);
    run_rows(&state, "filter-arrow", "filter-parquet", filter_sql);
    run_rows(&state, "project-arrow", "project-parquet", project_sql);
    if (bench_has(run, BENCH_TARN))
        tarn_workspace_close(state.workspace);
    bench_peer_close(&state.peer);
    bench_discard(options, workspace_path);
    bench_discard(options, database_path);
    bench_discard(options, state.parquet_path);
    free(workspace_path);
    free(database_path);
    free(state.parquet_path);
}

const bench_group bench_sql_group = {
    .name = "sql", .rows = sql_rows, .row_count = sizeof sql_rows / sizeof *sql_rows, .run = run_sql};
