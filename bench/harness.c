#include "harness.h"

#include "report.h"
#include "system.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The samples of one side of one row. */
typedef struct samples {
    double *values;
    size_t count;
    size_t capacity;
    double figure; /* replaces the median when not NAN */
} samples;

struct bench_run {
    const bench_options *options;
    const bench_group *group;
    samples (*sides)[BENCH_SIDES]; /* one pair for each row of the group */
    char (*complaints)[BENCH_COMPLAINT_SIZE];
};

void bench_say(const char *format, ...) {
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

void bench_die(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("tarn-bench: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

bool bench_in_list(const char *list, const char *name) {
    size_t size = strlen(name);
    for (const char *at = list; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ",");
        if (length == size && strncmp(at, name, size) == 0)
            return true;
        at += length + (at[length] == ',');
    }
    return false;
}

/* ---- inside a group ------------------------------------------------------------------------------------------------
 */

const bench_options *bench_options_of(const bench_run *run) {
    return run->options;
}

static bool group_wants(const bench_options *options, const bench_group *group, const char *row) {
    if (options->only == NULL)
        return !group->on_request;
    return bench_in_list(options->only, group->name) || bench_in_list(options->only, row);
}

bool bench_wants(const bench_run *run, const char *row) {
    return group_wants(run->options, run->group, row);
}

bool bench_has(const bench_run *run, bench_side side) {
    return side == BENCH_PEER || !run->options->peer_only;
}

int bench_turns(const bench_run *run) {
    return run->options->repetitions + 1;
}

static size_t row_index(const bench_run *run, const char *row) {
    for (size_t i = 0; i < run->group->row_count; i++)
        if (strcmp(run->group->rows[i].name, row) == 0)
            return i;
    bench_die("group %s has no row %s", run->group->name, row);
}

void bench_sample(bench_run *run, const char *row, bench_side side, int turn, double value) {
    samples *to = &run->sides[row_index(run, row)][side];
    if (turn == 0 && run->options->repetitions > 0)
        return;
    if (to->count == to->capacity) {
        to->capacity = to->capacity > 0 ? to->capacity * 2 : 16;
        to->values = bench_realloc(to->values, to->capacity * sizeof *to->values);
    }
    to->values[to->count++] = value;
}

void bench_figure(bench_run *run, const char *row, bench_side side, double value) {
    run->sides[row_index(run, row)][side].figure = value;
}

static int by_value(const void *a, const void *b) {
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The value below which `part` of the sorted samples lie, between neighbours by proportion. */
static double quantile(const samples *of, double part) {
    double position = part * (double)(of->count - 1);
    size_t below = (size_t)position;
    size_t above = below + 1 < of->count ? below + 1 : below;
    double share = position - (double)below;
    return of->values[below] * (1 - share) + of->values[above] * share;
}

static bench_summary summarise(samples *of) {
    bench_summary summary = {.median = NAN, .spread = NAN};
    if (of->count > 0) {
        qsort(of->values, of->count, sizeof *of->values, by_value);
        summary.median = quantile(of, 0.5);
        summary.spread = quantile(of, 0.75) - quantile(of, 0.25);
        summary.count = (int)of->count;
    }
    if (!isnan(of->figure))
        summary.median = of->figure;
    return summary;
}

double bench_median(const bench_run *run, const char *row, bench_side side) {
    return summarise(&run->sides[row_index(run, row)][side]).median;
}

void bench_wrong(bench_run *run, const char *row, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(run->complaints[row_index(run, row)], BENCH_COMPLAINT_SIZE, format, list);
    va_end(list);
}

void bench_discard(const bench_options *options, const char *path) {
    if (!options->keep)
        bench_remove(path);
}

void bench_start(bench_timer *timer) {
    timer->begun = bench_now();
}

void bench_stop(bench_timer *timer) {
    timer->seconds += bench_now() - timer->begun;
}

static void measure(bench_run *run, const char *row, bench_side side, bench_step step, void *context, int turn) {
    if (step == NULL || !bench_has(run, side))
        return;
    bench_timer timer = {0};
    step(context, turn, &timer);
    bench_sample(run, row, side, turn, timer.seconds);
}

void bench_pair(bench_run *run, const char *row, int turn, bench_step tarn, bench_step peer, void *context) {
    bool tarn_first = turn % 2 == 0;
    if (tarn_first)
        measure(run, row, BENCH_TARN, tarn, context, turn);
    measure(run, row, BENCH_PEER, peer, context, turn);
    if (!tarn_first)
        measure(run, row, BENCH_TARN, tarn, context, turn);
}

void bench_compare(bench_run *run, const char *row, bench_step tarn, bench_step peer, void *context) {
    if (!bench_wants(run, row))
        return;
    bench_say("  %s", row);
    for (int turn = 0; turn < bench_turns(run); turn++)
        bench_pair(run, row, turn, tarn, peer, context);
}

/* ---- the driver -------------------------------------------------------------------------------------------------- */

static void write_all(int to, const void *data, size_t size) {
    for (const char *at = data; size > 0;) {
        ssize_t wrote = write(to, at, size);
        if (wrote < 0 && errno != EINTR)
            bench_die("cannot hand over results: %s", strerror(errno));
        if (wrote > 0) {
            at += wrote;
            size -= (size_t)wrote;
        }
    }
}

/* The body of a group's process: run it and send one bench_outcome for each of its rows. */
static void run_group(const bench_options *options, const bench_group *group, int to) {
    bench_run run = {.options = options, .group = group};
    run.sides = bench_alloc(group->row_count * sizeof *run.sides);
    run.complaints = bench_alloc(group->row_count * sizeof *run.complaints);
    for (size_t i = 0; i < group->row_count; i++) {
        run.complaints[i][0] = '\0';
        for (int side = 0; side < BENCH_SIDES; side++)
            run.sides[i][side] = (samples){.figure = NAN};
    }
    group->run(&run);
    for (size_t i = 0; i < group->row_count; i++) {
        bench_outcome outcome = {.done = true};
        for (int side = 0; side < BENCH_SIDES; side++) {
            outcome.sides[side] = summarise(&run.sides[i][side]);
            free(run.sides[i][side].values);
        }
        memcpy(outcome.complaint, run.complaints[i], BENCH_COMPLAINT_SIZE);
        write_all(to, &outcome, sizeof outcome);
    }
    free(run.sides);
    free(run.complaints);
}

static void read_outcomes(int from, bench_outcome *outcomes, size_t count) {
    size_t size = 0;
    size_t wanted = count * sizeof *outcomes;
    while (size < wanted) {
        ssize_t got = read(from, (char *)outcomes + size, wanted - size);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        if (got > 0)
            size += (size_t)got;
    }
    const bench_summary nothing = {.median = NAN, .spread = NAN};
    for (size_t i = size / sizeof *outcomes; i < count; i++)
        outcomes[i] = (bench_outcome){.sides = {nothing, nothing}};
}

/* False when the user interrupted it. */
static bool run_apart(const bench_options *options, const bench_group *group, bench_outcome *outcomes) {
    int channel[2];
    if (pipe(channel) != 0)
        bench_die("cannot make a pipe: %s", strerror(errno));
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        bench_die("cannot start a process: %s", strerror(errno));
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        close(channel[0]);
        run_group(options, group, channel[1]);
        fflush(NULL);
        _exit(0); /* what the driver had allocated is not this process's to free */
    }
    close(channel[1]);
    read_outcomes(channel[0], outcomes, group->row_count);
    close(channel[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
        return false;
    if (WIFSIGNALED(status))
        bench_say("tarn-bench: group %s was ended by signal %d", group->name, WTERMSIG(status));
    return true;
}

static bool group_is_wanted(const bench_options *options, const bench_group *group) {
    for (size_t i = 0; i < group->row_count; i++)
        if (group_wants(options, group, group->rows[i].name))
            return true;
    return false;
}

int bench_main(const bench_options *options, const bench_group *const *groups, size_t count, const char *peer_version) {
    bench_report report = {.options = options, .peer_version = peer_version};
    bool interrupted = false;
    signal(SIGINT, SIG_IGN); /* the group's process ends by it; this one has to clean up after it */
    for (size_t g = 0; g < count && !interrupted; g++) {
        const bench_group *group = groups[g];
        if (!group_is_wanted(options, group))
            continue;
        bench_say("%s …", group->name);
        bench_outcome *outcomes = bench_alloc(group->row_count * sizeof *outcomes);
        interrupted = !run_apart(options, group, outcomes);
        for (size_t i = 0; i < group->row_count; i++)
            if (group_wants(options, group, group->rows[i].name))
                bench_report_add(&report, &group->rows[i], &outcomes[i]);
        free(outcomes);
    }
    if (report.count == 0)
        bench_say("tarn-bench: --only %s names no row; --list prints their names", options->only);
    int status = report.count > 0 && !interrupted ? bench_report_print(&report) : 1;
    bench_report_free(&report);
    return status;
}

void bench_list(const bench_group *const *groups, size_t count) {
    for (size_t g = 0; g < count; g++) {
        printf("%s%s\n", groups[g]->name, groups[g]->on_request ? " (on request)" : "");
        for (size_t i = 0; i < groups[g]->row_count; i++)
            printf("  %-18s %s\n", groups[g]->rows[i].name, groups[g]->rows[i].work);
    }
}
