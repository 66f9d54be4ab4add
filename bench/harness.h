/**
 * @file harness.h
 * What every benchmark shares: timing, statistics, the table of results, files, child processes.
 *
 * Benchmarks come in groups. A group runs in a process of its own, forked from a driver that stays small, so that one
 * group's memory, caches and failures are no other's, and so that peak memory is measured from a low base. Inside a
 * group the two sides are measured in turns. A failure ends the group's process with a message: nothing here returns
 * errors.
 */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum bench_side {
    BENCH_TARN,
    BENCH_PEER,
    BENCH_SIDES,
} bench_side;

typedef enum bench_unit {
    BENCH_SECONDS,
    BENCH_BYTES,
} bench_unit;

typedef enum bench_goal {
    BENCH_NO_GOAL, /**< told for context */
    BENCH_RATIO,   /**< Tarn's median divided by the peer's must not be larger */
    BENCH_LIMIT,   /**< Tarn's median must not be larger, in the row's unit */
} bench_goal;

/** One line of the table. */
typedef struct bench_row {
    const char *name; /**< for --only */
    const char *work;
    const char *peer;
    bench_unit unit;
    bench_goal goal;
    double limit;
} bench_row;

typedef struct bench_options {
    const char *directory; /**< a fresh folder for everything that is generated */
    const char *program;   /**< the tarn command */
    const char *sources;   /**< the folder with queries/ and pyarrow_ipc.py */
    const char *python;    /**< the interpreter that has pyarrow */
    const char *only;      /**< names of rows or groups, separated by commas; NULL for all that are not on request */
    int repetitions;
    int threads;
    double scale;      /**< of the analytical tables: 1 means 6 million line items */
    int64_t rows;      /**< of the messy table */
    int64_t wide_rows; /**< of the table for the memory measurement, ten columns each */
    int64_t csv_bytes; /**< size of the CSV for the bounded-memory import */
    bool double_money; /**< amounts as DOUBLE instead of DECIMAL(15,2) */
    bool peer_only;
    bool json;
    bool keep;
} bench_options;

typedef struct bench_run bench_run;

typedef struct bench_group {
    const char *name;
    const bench_row *rows;
    size_t row_count;
    bool on_request; /**< runs only when --only names it or one of its rows */
    void (*run)(bench_run *run);
} bench_group;

/* ---- inside a group ------------------------------------------------------------------------------------------------
 */

const bench_options *bench_options_of(const bench_run *run);

/** Is this row (of the group that runs) to be measured? */
bool bench_wants(const bench_run *run, const char *row);

/** Is this side to be run? The peer always is. */
bool bench_has(const bench_run *run, bench_side side);

/** Repetitions to make, the first of which is a warm-up. */
int bench_turns(const bench_run *run);

/** Take down one measurement: seconds or bytes. Turn 0 is the warm-up and only counts when there is no other. */
void bench_sample(bench_run *run, const char *row, bench_side side, int turn, double value);

/** Replace the row's medians by figures that were computed from several (a geometric mean). */
void bench_figure(bench_run *run, const char *row, bench_side side, double value);

/** The median so far; NAN when there is none. */
double bench_median(const bench_run *run, const char *row, bench_side side);

/** Mark the row's outcome as wrong (answers differ): its line says so and the program fails. */
void bench_wrong(bench_run *run, const char *row, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** A measured step: does its untimed part first, then calls bench_start, works, calls bench_stop. */
typedef struct bench_timer {
    double begun;
    double seconds;
} bench_timer;
void bench_start(bench_timer *timer);
void bench_stop(bench_timer *timer);

typedef void (*bench_step)(void *context, int turn, bench_timer *timer);

/** Measure both sides once, which of them goes first depending on the turn. A side's step may be NULL. */
void bench_pair(bench_run *run, const char *row, int turn, bench_step tarn, bench_step peer, void *context);

/** Measure both sides in all turns. Does nothing when the row is not wanted. */
void bench_compare(bench_run *run, const char *row, bench_step tarn, bench_step peer, void *context);

/** Remove a generated file or folder that is no longer needed, unless --keep was given. */
void bench_discard(const bench_options *options, const char *path);

/** Say on standard error what goes on. */
void bench_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** End this process with a message. */
void bench_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* ---- the driver -------------------------------------------------------------------------------------------------- */

/** Run the groups that are wanted and print the table. Returns the exit status. */
int bench_main(const bench_options *options, const bench_group *const *groups, size_t count, const char *peer_version);

/** Print the names of all rows. */
void bench_list(const bench_group *const *groups, size_t count);

/** Is `name` one of the comma-separated `list`? */
bool bench_in_list(const char *list, const char *name);

#endif
