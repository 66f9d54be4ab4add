#include "sides.h"

#include "answer.h"
#include "messy.h"
#include "report.h"
#include "system.h"

#include <stdlib.h>

void bench_sides_begin(bench_sides *sides, bench_run *run, const char *name) {
    const bench_options *options = bench_options_of(run);
    *sides = (bench_sides){.run = run, .options = options};
    sides->csv = bench_format("%s/%s.csv", options->directory, name);
    sides->workspace_path = bench_format("%s/%s", options->directory, name);
    sides->database_path = bench_format("%s/%s.duckdb", options->directory, name);
    bench_messy_csv(sides->csv, options->rows, 0);
}

void bench_sides_end(bench_sides *sides) {
    char *paths[] = {sides->csv, sides->workspace_path, sides->database_path};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        bench_discard(sides->options, paths[i]);
        free(paths[i]);
    }
}

void bench_sides_create(bench_sides *sides) {
    bench_remove(sides->workspace_path);
    bench_remove(sides->database_path);
    bench_peer_open(&sides->peer, sides->database_path, sides->options->threads, NULL);
    if (!bench_has(sides->run, BENCH_TARN))
        return;
    bench_make_folder(sides->workspace_path);
    sides->workspace = bench_product_create(sides->workspace_path, sides->options->threads, 0);
}

void bench_sides_close(bench_sides *sides) {
    if (sides->workspace != NULL)
        tarn_workspace_close(sides->workspace);
    sides->workspace = NULL;
    bench_peer_close(&sides->peer);
}

void bench_sides_apply(const bench_sides *sides, const char *command, const tarn_parameter *parameters, size_t count,
                       bench_timer *timer) {
    tarn_change change = {0};
    tarn_error error;
    bench_start(timer);
    bench_check(tarn_apply(sides->workspace, "messy", command, parameters, count, NULL, &change, &error), &error,
                command);
    bench_stop(timer);
    tarn_change_clear(&change);
}

static void move(const bench_sides *sides, bool back, bench_timer *timer) {
    tarn_change change = {0};
    tarn_error error;
    bench_start(timer);
    tarn_status status = back ? tarn_undo(sides->workspace, "messy", 1, &change, &error)
                              : tarn_redo(sides->workspace, "messy", 1, &change, &error);
    bench_stop(timer);
    bench_check(status, &error, back ? "undo" : "redo");
    tarn_change_clear(&change);
}

void bench_sides_undo(const bench_sides *sides, bench_timer *timer) {
    move(sides, true, timer);
}

void bench_sides_redo(const bench_sides *sides, bench_timer *timer) {
    move(sides, false, timer);
}

void bench_undo_step(void *context, int turn, bench_timer *timer) {
    (void)turn;
    bench_sides_undo(context, timer);
}

void bench_redo_step(void *context, int turn, bench_timer *timer) {
    (void)turn;
    bench_sides_redo(context, timer);
}

void bench_sides_compare(bench_sides *sides, const char *row, int turn, const char *sql) {
    struct ArrowArrayStream tarn;
    struct ArrowArrayStream peer;
    char why[BENCH_COMPLAINT_SIZE];
    if (turn != 0 || !bench_has(sides->run, BENCH_TARN))
        return;
    bench_product_stream(sides->workspace, sql, &tarn);
    bench_peer_stream(&sides->peer, sql, &peer);
    if (!bench_same_answer(&tarn, &peer, why, sizeof why))
        bench_wrong(sides->run, row, "the tables differ afterwards: %s", why);
}
