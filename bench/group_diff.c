/* What differs: two versions of a table, and two tables by key, a million rows of ten columns. */

#include "groups.h"
#include "report.h"
#include "sides.h"
#include "system.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_CHANGES = 100 };

static const bench_row diff_rows[] = {
    {"diff-column", "diff after one column of ten changed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.05},
    {"diff-same", "diff when nothing changed", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.001},
    {"diff-page", "100 of its changes, with values", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.001},
    {"diff-key", "diff of two tables by key", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.5},
};

typedef struct state {
    bench_sides sides;
    tarn_diff *diff;              /* of messy@1 and its head */
    int64_t tarn_rows, peer_rows; /* modified, as last counted */
} state;

static tarn_diff *open_diff(const state *state, const char *before, const char *after, const char *key) {
    tarn_diff *diff = NULL;
    tarn_error error;
    tarn_diff_options options = {.keys = &key, .key_count = key != NULL};
    bench_check(tarn_diff_open(state->sides.workspace, before, after, &options, NULL, &diff, &error), &error, "diff");
    return diff;
}

static void tarn_compares(state *state, const char *before, const char *after, const char *key, bench_timer *timer) {
    tarn_diff_forget(state->sides.workspace, 0); /* kept results would be given again */
    bench_start(timer);
    tarn_diff *diff = open_diff(state, before, after, key);
    state->tarn_rows = tarn_diff_info_of(diff)->modified;
    bench_stop(timer);
    tarn_diff_close(diff);
}

static void tarn_column(void *context, int turn, bench_timer *timer) {
    (void)turn;
    tarn_compares(context, "messy@1", "messy", NULL, timer);
}

static void tarn_same(void *context, int turn, bench_timer *timer) {
    (void)turn;
    tarn_compares(context, "messy", "messy", NULL, timer);
}

static void tarn_key(void *context, int turn, bench_timer *timer) {
    (void)turn;
    tarn_compares(context, "messy@1", "other", "id", timer);
}

static void tarn_pages(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    struct ArrowSchema schema;
    struct ArrowArray page;
    tarn_error error;
    tarn_diff_page_options options = {.offset = tarn_diff_info_of(state->diff)->modified / 2, .count = PAGE_CHANGES};
    bench_start(timer);
    bench_check(tarn_diff_page(state->diff, &options, &schema, &page, &error), &error, "page of a diff");
    bench_stop(timer);
    page.release(&page);
    schema.release(&schema);
}

static void peer_compares(state *state, const char *a, const char *b, bench_timer *timer) {
    static const char columns[][9] = {"customer", "quantity", "price", "score", "day",
                                      "created",  "status",   "city",  "name"};
    char *sql = bench_format("SELECT count(*) FROM %s a FULL OUTER JOIN %s b ON a.id = b.id WHERE a.id IS NULL OR b.id "
                             "IS NULL",
                             a, b);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        char *longer = bench_format("%s OR a.%s IS DISTINCT FROM b.%s", sql, columns[i], columns[i]);
        free(sql);
        sql = longer;
    }
    struct ArrowArrayStream stream;
    struct ArrowArray batch;
    bench_start(timer);
    bench_peer_stream(&state->sides.peer, sql, &stream);
    if (stream.get_next(&stream, &batch) != 0 || batch.release == NULL)
        bench_die("the peer's diff: %s", stream.get_last_error(&stream));
    bench_stop(timer);
    state->peer_rows = ((const int64_t *)batch.children[0]->buffers[1])[batch.children[0]->offset];
    batch.release(&batch);
    stream.release(&stream);
    free(sql);
}

static void peer_column(void *context, int turn, bench_timer *timer) {
    (void)turn;
    peer_compares(context, "messy", "other", timer);
}

static void peer_same(void *context, int turn, bench_timer *timer) {
    (void)turn;
    peer_compares(context, "other", "other", timer);
}

/* On Tarn's side `messy` has a version before the change, and `other` was imported and changed by itself. */
static void prepare(state *state) {
    static const tarn_parameter parameters[] = {{"column", "name"}, {"expr", "trim(name)"}};
    bench_sides *sides = &state->sides;
    bench_timer untimed = {0};
    tarn_change change = {0};
    tarn_error error;
    bench_sides_create(sides);
    bench_peer_run(&sides->peer, "CREATE TABLE messy AS FROM read_csv('%s')", sides->csv);
    bench_peer_run(&sides->peer, "CREATE TABLE other AS SELECT * REPLACE (trim(name) AS name) FROM messy");
    bench_peer_run(&sides->peer, "CHECKPOINT");
    if (!bench_has(sides->run, BENCH_TARN))
        return;
    bench_product_import(sides->workspace, sides->csv, "messy");
    bench_product_import(sides->workspace, sides->csv, "other");
    bench_sides_apply(sides, "set", parameters, 2, &untimed);
    bench_check(tarn_apply(sides->workspace, "other", "set", parameters, 2, NULL, &change, &error), &error, "set");
    tarn_change_clear(&change);
    state->diff = open_diff(state, "messy@1", "messy", NULL);
}

static void compare(state *state, const char *row, int turn, bench_step tarn, bench_step peer) {
    if (!bench_wants(state->sides.run, row))
        return;
    bench_pair(state->sides.run, row, turn, tarn, peer, state);
    if (bench_has(state->sides.run, BENCH_TARN) && state->tarn_rows != state->peer_rows)
        bench_wrong(state->sides.run, row, "%lld rows differ instead of %lld", (long long)state->tarn_rows,
                    (long long)state->peer_rows);
}

static void run_diff(bench_run *run) {
    state state = {0};
    bench_sides_begin(&state.sides, run, "diff");
    prepare(&state);
    for (int turn = 0; turn < bench_turns(run); turn++) {
        bench_say("  turn %d of %d", turn + 1, bench_turns(run));
        compare(&state, "diff-column", turn, tarn_column, peer_column);
        compare(&state, "diff-same", turn, tarn_same, peer_same);
        compare(&state, "diff-key", turn, tarn_key, peer_column);
        bench_pair(run, "diff-page", turn, tarn_pages, NULL, &state);
    }
    tarn_diff_close(state.diff);
    bench_sides_close(&state.sides);
    bench_sides_end(&state.sides);
}

const bench_group bench_diff_group = {
    .name = "diff", .rows = diff_rows, .row_count = sizeof diff_rows / sizeof *diff_rows, .run = run_diff};
