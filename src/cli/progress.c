// A line on standard error that says how far a task is, once it has taken half a second.
#include "progress.h"

#include "cells.h"
#include "human.h"
#include "terminal.h"
#include "text.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_AFTER_MS = 500, EVERY_MS = 100, BAR_WIDTH = 20 };

struct progress {
    const tarn_task *task;
    char *label;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool stop, shown;
};

static void add_amount(cli_text *line, uint64_t amount, const char *unit) {
    bool bytes = strcmp(unit, "bytes") == 0;
    char *text = bytes ? human_size(amount) : human_count((int64_t)amount);
    cli_text_add_string(line, text);
    if (!bytes)
        cli_text_printf(line, " %s", unit);
    free(text);
}

static void add_bar(cli_text *line, double part) {
    int full = (int)(part * BAR_WIDTH + 0.5);
    cli_text_add_string(line, " ▕");
    for (int i = 0; i < BAR_WIDTH; i++)
        cli_text_add_string(line, i < full ? "█" : " ");
    cli_text_printf(line, "▏ %3d %%", (int)(part * 100));
}

static void add_pace(cli_text *line, const tarn_progress_state *state) {
    if (state->rate >= 1 && state->unit) {
        cli_text_add_string(line, " · ");
        add_amount(line, (uint64_t)state->rate, state->unit);
        cli_text_add_string(line, "/s");
    }
    if (state->remaining <= 0 || state->done * 50 < state->total) /* too early to tell */
        return;
    char *left = human_duration(state->remaining);
    cli_text_printf(line, " · %s left", left);
    free(left);
}

/** "importing orders.csv: reading ▕████    ▏  40 % · 85.1 MB/s · 1.4 s left" */
static void show(progress *progress) {
    tarn_progress_state state;
    tarn_task_progress(progress->task, &state);
    cli_text line = {0};
    cli_text_add_string(&line, progress->label);
    if (state.phase)
        cli_text_printf(&line, ": %s", state.phase);
    if (state.total > 0) {
        double part = (double)state.done / (double)state.total;
        part = part > 1 ? 1 : part;
        add_bar(&line, part);
        add_pace(&line, &state);
    } else if (state.done > 0 && state.unit) {
        cli_text_add_string(&line, " · ");
        add_amount(&line, state.done, state.unit);
    }
    if (tarn_task_is_cancelled(progress->task))
        cli_text_add_string(&line, " · cancelling");
    size_t width = terminal_width(STDERR_FILENO);
    cli_text cut = {0};
    cell_cut(&cut, line.data, line.size, width > 1 ? width - 1 : 1);
    fprintf(stderr, "\r\033[K%s", cut.data ? cut.data : "");
    fflush(stderr);
    cli_text_free(&cut);
    cli_text_free(&line);
    progress->shown = true;
}

/** Sleep, or until the work is over; false when it is. */
static bool wait_for(progress *progress, long milliseconds) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += milliseconds * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    int result = 0;
    while (!progress->stop && result == 0)
        result = pthread_cond_timedwait(&progress->ended, &progress->lock, &until);
    return !progress->stop;
}

static void *watch(void *argument) {
    progress *progress = argument;
    pthread_mutex_lock(&progress->lock);
    for (long pause = FIRST_AFTER_MS; wait_for(progress, pause); pause = EVERY_MS)
        show(progress);
    pthread_mutex_unlock(&progress->lock);
    return NULL;
}

progress *progress_start(cli *cli, const char *label) {
    if (cli->quiet || cli->json || !terminal_is_capable(STDERR_FILENO))
        return NULL;
    progress *progress = cli_allocate(1, sizeof(*progress));
    cli_text escaped = {0};
    cell_escape(&escaped, label, strlen(label));
    progress->label = escaped.data;
    progress->task = cli->task;
    pthread_mutex_init(&progress->lock, NULL);
    pthread_cond_init(&progress->ended, NULL);
    if (pthread_create(&progress->thread, NULL, watch, progress) == 0)
        return progress;
    pthread_cond_destroy(&progress->ended);
    pthread_mutex_destroy(&progress->lock);
    free(progress->label);
    free(progress);
    return NULL;
}

void progress_stop(progress *progress) {
    if (!progress)
        return;
    pthread_mutex_lock(&progress->lock);
    progress->stop = true;
    pthread_cond_signal(&progress->ended);
    pthread_mutex_unlock(&progress->lock);
    pthread_join(progress->thread, NULL);
    if (progress->shown) {
        fputs("\r\033[K", stderr);
        fflush(stderr);
    }
    pthread_cond_destroy(&progress->ended);
    pthread_mutex_destroy(&progress->lock);
    free(progress->label);
    free(progress);
}
