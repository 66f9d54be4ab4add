/* Jobs: how soon a cancelled one is over, and how long a page takes while one runs. */

#include "groups.h"
#include "messy.h"
#include "product.h"
#include "system.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PAGE_ROWS = 100, PAGES = 2000, CANCELS = 8 };

static const bench_row jobs_rows[] = {
    {"cancel-set", "cancel a set on 10 million rows: worst of 8", "", BENCH_SECONDS, BENCH_LIMIT, 0.05},
    {"cancel-recipe", "cancel a recipe on it: worst of 8", "", BENCH_SECONDS, BENCH_LIMIT, 0.05},
    {"cancel-export", "cancel its export as CSV: worst of 8", "", BENCH_SECONDS, BENCH_LIMIT, 0.05},
    {"cancel-parquet", "cancel its export as Parquet: worst of 8", "", BENCH_SECONDS, BENCH_LIMIT, 0.05},
    {"cancel-duplicates", "cancel remove-duplicates on it: worst of 8", "", BENCH_SECONDS, BENCH_LIMIT, 0.05},
    {"cancel-query", "cancel keeping a large sort as a table: worst of 8", "", BENCH_SECONDS, BENCH_LIMIT, 0.05},
    {"page-busy", "a page of 100 rows while set runs on 10 million: p99", "", BENCH_SECONDS, BENCH_LIMIT, 0.001},
};

typedef struct state {
    bench_run *run;
    const bench_options *options;
    char *path, *file;
    tarn_workspace *workspace;
    const char *work; /* the row that is measured */
    tarn_task *task;
    atomic_bool over;
} state;

/* ---- work that takes seconds ---- */

static tarn_status set_column(const state *state, tarn_task *task, tarn_error *error) {
    const tarn_parameter parameters[] = {{"column", "name"}, {"expr", "upper(trim(name)) || id"}};
    tarn_change change = {0};
    tarn_status status = tarn_apply(state->workspace, "wide", "set", parameters, 2, task, &change, error);
    tarn_change_clear(&change);
    return status;
}

static tarn_status remove_duplicates(const state *state, tarn_task *task, tarn_error *error) {
    tarn_change change = {0};
    tarn_status status = tarn_apply(state->workspace, "wide", "remove-duplicates", NULL, 0, task, &change, error);
    tarn_change_clear(&change);
    return status;
}

static tarn_status run_recipe(const state *state, tarn_task *task, tarn_error *error) {
    tarn_change change = {0};
    tarn_status status = tarn_recipe_apply(state->workspace, "two", "wide", NULL, task, &change, error);
    tarn_change_clear(&change);
    return status;
}

static tarn_status export_as(const state *state, const char *format, tarn_task *task, tarn_error *error) {
    tarn_export_options options = {.path = state->file, .format = format};
    tarn_export_result result = {0};
    tarn_status status = tarn_export(state->workspace, "wide", &options, task, &result, error);
    tarn_export_result_clear(&result);
    return status;
}

static tarn_status keep_query(const state *state, tarn_task *task, tarn_error *error) {
    tarn_change change = {0};
    tarn_status status = tarn_query_into(state->workspace, "SELECT * FROM wide ORDER BY reverse(name), id", "sorted",
                                         TARN_IF_EXISTS_FAIL, task, &change, error);
    tarn_change_clear(&change);
    return status;
}

static tarn_status work_on(const state *state, tarn_task *task, tarn_error *error) {
    if (strcmp(state->work, "cancel-recipe") == 0)
        return run_recipe(state, task, error);
    if (strcmp(state->work, "cancel-export") == 0)
        return export_as(state, "csv", task, error);
    if (strcmp(state->work, "cancel-parquet") == 0)
        return export_as(state, "parquet", task, error);
    if (strcmp(state->work, "cancel-duplicates") == 0)
        return remove_duplicates(state, task, error);
    if (strcmp(state->work, "cancel-query") == 0)
        return keep_query(state, task, error);
    return set_column(state, task, error);
}

static void *work_thread(void *context) {
    state *state = context;
    tarn_error error;
    tarn_status status = work_on(state, state->task, &error);
    if (status != TARN_OK && status != TARN_E_CANCELLED)
        bench_die("%s: %s", state->work, error.message);
    atomic_store(&state->over, true);
    return NULL;
}

static pthread_t start_work(state *state) {
    tarn_error error;
    pthread_t thread;
    bench_check(tarn_task_new(&state->task, &error), &error, "make a task");
    atomic_store(&state->over, false);
    if (pthread_create(&thread, NULL, work_thread, state) != 0)
        bench_die("cannot start a thread");
    return thread;
}

static void pause_for(double seconds) {
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&time, NULL);
}

/* ---- cancelling ---- */

static double cancel_after(state *state, double seconds) {
    pthread_t thread = start_work(state);
    pause_for(seconds);
    if (atomic_load(&state->over))
        bench_die("%s was over before it could be cancelled", state->work);
    double begun = bench_now();
    tarn_task_cancel(state->task);
    pthread_join(thread, NULL);
    double took = bench_now() - begun;
    tarn_task_release(state->task);
    return took;
}

static void measure_cancel(state *state, const char *row) {
    double worst = 0;
    if (!bench_wants(state->run, row))
        return;
    state->work = row;
    for (int i = 0; i < CANCELS; i++) {
        double took = cancel_after(state, 0.02 + 0.06 * i);
        worst = took > worst ? took : worst;
    }
    bench_sample(state->run, row, BENCH_TARN, 1, worst);
}

/* ---- pages ---- */

static int compare_times(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double page_time(const state *state, int64_t offset) {
    double begun = bench_now();
    bench_product_page(state->workspace, "wide", offset, PAGE_ROWS);
    return bench_now() - begun;
}

/* Pages here and there, one every millisecond, as somebody who scrolls asks for them. */
static void measure_pages(state *state) {
    static double times[PAGES];
    int count = 0;
    int64_t rows = state->options->wide_rows;
    if (!bench_wants(state->run, "page-busy"))
        return;
    state->work = "set";
    for (int i = 0; i < 100; i++) /* what was never read is read first */
        page_time(state, rows / 100 * i);
    while (count < PAGES) {
        pthread_t thread = start_work(state);
        pause_for(0.1);
        while (count < PAGES && !atomic_load(&state->over)) {
            times[count] = page_time(state, (int64_t)((uint64_t)count * 7919 * 104729 % (uint64_t)(rows - PAGE_ROWS)));
            count++;
            pause_for(0.001);
        }
        tarn_task_cancel(state->task);
        pthread_join(thread, NULL);
        tarn_task_release(state->task);
    }
    qsort(times, (size_t)count, sizeof *times, compare_times);
    bench_say("  pages: median %.3f ms, p99 %.3f ms, worst %.3f ms", times[count / 2] * 1e3,
              times[count * 99 / 100] * 1e3, times[count - 1] * 1e3);
    bench_sample(state->run, "page-busy", BENCH_TARN, 1, times[count * 99 / 100]);
}

static void run_jobs(bench_run *run) {
    static const char two[] =
        "{\"tarn_recipe\": 1, \"steps\": ["
        "{\"command\": \"set\", \"parameters\": {\"column\": \"name\", \"expr\": \"trim(name)\"}},"
        "{\"command\": \"set\", \"parameters\": {\"column\": \"name\", \"expr\": \"upper(name) || id\"}}]}";
    const bench_options *options = bench_options_of(run);
    if (!bench_has(run, BENCH_TARN))
        return;
    state state = {.run = run,
                   .options = options,
                   .path = bench_format("%s/jobs", options->directory),
                   .file = bench_format("%s/jobs.out", options->directory)};
    bench_table table = bench_messy_table("wide", &options->wide_rows);
    tarn_error error;
    bench_say("  making the table");
    bench_make_folder(state.path);
    state.workspace = bench_product_create(state.path, options->threads, 0);
    bench_product_load(state.workspace, &table, options->double_money);
    bench_check(tarn_recipe_put(state.workspace, "two", two, false, &error), &error, "keep a recipe");
    for (size_t i = 0; i + 1 < sizeof jobs_rows / sizeof jobs_rows[0]; i++)
        measure_cancel(&state, jobs_rows[i].name);
    measure_pages(&state);
    tarn_workspace_close(state.workspace);
    bench_discard(options, state.path);
    bench_discard(options, state.file);
    free(state.path);
    free(state.file);
}

const bench_group bench_jobs_group = {
    .name = "jobs",
    .rows = jobs_rows,
    .row_count = sizeof jobs_rows / sizeof jobs_rows[0],
    .run = run_jobs,
};
