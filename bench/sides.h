/**
 * @file sides.h
 * One table, `messy`, on both sides of a comparison: Tarn's workspace and the peer's database. What the groups that
 * change and compare it share. A group's state begins with a bench_sides, and its steps get the state.
 */
#ifndef BENCH_SIDES_H
#define BENCH_SIDES_H

#include "harness.h"
#include "peer.h"
#include "product.h"

typedef struct bench_sides {
    bench_run *run;
    const bench_options *options;
    char *csv, *workspace_path, *database_path;
    tarn_workspace *workspace; /**< while it is open; never without Tarn */
    bench_peer peer;
} bench_sides;

/** Names for the files of a group, and the CSV file that both sides start from. */
void bench_sides_begin(bench_sides *sides, bench_run *run, const char *name);
/** Remove the files. Both sides are closed. */
void bench_sides_end(bench_sides *sides);

/** A fresh, empty workspace and a fresh database, both open; Tarn's only when it takes part. */
void bench_sides_create(bench_sides *sides);
void bench_sides_close(bench_sides *sides);

/** Apply a command to `messy`, undo the last one, redo it; the time goes to `timer`. */
void bench_sides_apply(const bench_sides *sides, const char *command, const tarn_parameter *parameters, size_t count,
                       bench_timer *timer);
void bench_sides_undo(const bench_sides *sides, bench_timer *timer);
void bench_sides_redo(const bench_sides *sides, bench_timer *timer);

/** The last two as steps: `context` is a state. */
void bench_undo_step(void *context, int turn, bench_timer *timer);
void bench_redo_step(void *context, int turn, bench_timer *timer);

/** In the first turn: both sides answer a query about `messy` alike, or the times of `row` mean nothing. */
void bench_sides_compare(bench_sides *sides, const char *row, int turn, const char *sql);

#endif
