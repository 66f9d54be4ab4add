/* Jobs on a workspace: what was cancelled has no effect, and all others the whole one. */
#include "support_api.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TABLES = 4, JOBS = 20, CANCELLED = 10, ROWS = 30000 };

typedef enum kind { SET, EXPORT, IMPORT, RECIPE, QUERY, KINDS } kind;

typedef struct work {
    fixture *f;
    int number;
    kind kind;
    char table[32], path[128];
    tarn_task *task;
    tarn_job *job;
    tarn_status status;
} work;

static tarn_status set_numbers(work *w, tarn_task *task, tarn_error *error) {
    tarn_parameter parameters[] = {{"column", "n"}, {"expr", "n + 1"}};
    tarn_change change = {0};
    tarn_status status = tarn_apply(w->f->workspace, w->table, "set", parameters, 2, task, &change, error);
    tarn_change_clear(&change);
    return status;
}

static tarn_status export_table(work *w, tarn_task *task, tarn_error *error) {
    tarn_export_result result = {0};
    tarn_export_options options = {.path = w->path, .format = "csv"};
    tarn_status status = tarn_export(w->f->workspace, w->table, &options, task, &result, error);
    tarn_export_result_clear(&result);
    return status;
}

static tarn_status import_table(work *w, tarn_task *task, tarn_error *error) {
    char name[32];
    snprintf(name, sizeof name, "import_%d", w->number);
    tarn_import_options options = {.path = in_folder(w->f, "numbers.csv"), .table = name};
    tarn_import_result result = {0};
    tarn_status status = tarn_import(w->f->workspace, &options, task, &result, error);
    tarn_import_result_clear(&result);
    return status;
}

/* A sort, which the engine takes a while to give back when it is cancelled. */
static tarn_status keep_query(work *w, tarn_task *task, tarn_error *error) {
    char name[32], sql[96];
    snprintf(name, sizeof name, "import_%d", w->number);
    snprintf(sql, sizeof sql, "SELECT n FROM %s ORDER BY hash(n), n", w->table);
    tarn_change change = {0};
    tarn_status status = tarn_query_into(w->f->workspace, sql, name, TARN_IF_EXISTS_FAIL, task, &change, error);
    tarn_change_clear(&change);
    return status;
}

static tarn_status run_recipe(work *w, tarn_task *task, tarn_error *error) {
    tarn_change change = {0};
    tarn_status status = tarn_recipe_apply(w->f->workspace, "plus", w->table, NULL, task, &change, error);
    tarn_change_clear(&change);
    return status;
}

static tarn_status do_work(void *context, tarn_task *task, tarn_error *error) {
    work *w = context;
    switch (w->kind) {
    case SET:
        return set_numbers(w, task, error);
    case EXPORT:
        return export_table(w, task, error);
    case IMPORT:
        return import_table(w, task, error);
    case QUERY:
        return keep_query(w, task, error);
    default:
        return run_recipe(w, task, error);
    }
}

static void write_numbers(const fixture *f) {
    FILE *file = fopen(in_folder(f, "numbers.csv"), "w");
    assert_non_null(file);
    fputs("n\n", file);
    for (int i = 0; i < ROWS; i++)
        fprintf(file, "%d\n", i);
    assert_int_equal(fclose(file), 0);
}

static void make_tables(fixture *f) {
    static const char plus[] = "{\"tarn_recipe\": 1, \"steps\": ["
                               "{\"command\": \"set\", \"parameters\": {\"column\": \"n\", \"expr\": \"n + 2\"}},"
                               "{\"command\": \"set\", \"parameters\": {\"column\": \"n\", \"expr\": \"n - 1\"}}]}";
    write_numbers(f);
    for (int i = 0; i < TABLES; i++) {
        char name[32];
        snprintf(name, sizeof name, "table_%d", i);
        tarn_import_options options = {.path = in_folder(f, "numbers.csv"), .table = name};
        tarn_import_result result = {0};
        assert_ok(f, tarn_import(f->workspace, &options, NULL, &result, &f->error));
        tarn_import_result_clear(&result);
    }
    assert_ok(f, tarn_recipe_put(f->workspace, "plus", plus, false, &f->error));
}

/* Every change adds one to each number and makes one version. */
static void check_tables(fixture *f, const work *jobs) {
    for (int i = 0; i < TABLES; i++) {
        char name[32], sql[160], wanted[96];
        tarn_table_info info;
        int changes = 0;
        snprintf(name, sizeof name, "table_%d", i);
        for (int k = 0; k < JOBS; k++)
            changes += jobs[k].status == TARN_OK && (jobs[k].kind == SET || jobs[k].kind == RECIPE) &&
                       strcmp(jobs[k].table, name) == 0;
        assert_ok(f, tarn_table_get(f->workspace, name, &info, &f->error));
        assert_int_equal(info.version, 1 + changes);
        tarn_table_info_clear(&info);
        snprintf(sql, sizeof sql, "SELECT count(*), min(n), max(n), count(DISTINCT n) FROM %s", name);
        snprintf(wanted, sizeof wanted, "%d|%d|%d|%d", ROWS, changes, ROWS - 1 + changes, ROWS);
        check_sql(f, sql, wanted);
    }
}

static int lines_of(const char *path) {
    FILE *file = fopen(path, "r");
    int lines = 0, c;
    if (file == NULL)
        return -1;
    while ((c = fgetc(file)) != EOF)
        lines += c == '\n';
    fclose(file);
    return lines;
}

static void check_rest(fixture *f, const work *jobs) {
    for (int i = 0; i < JOBS; i++) {
        char name[32];
        tarn_table_info info = {0};
        if (jobs[i].kind == EXPORT)
            assert_int_equal(lines_of(jobs[i].path), jobs[i].status == TARN_OK ? ROWS + 1 : -1);
        if (jobs[i].kind != IMPORT && jobs[i].kind != QUERY)
            continue;
        snprintf(name, sizeof name, "import_%d", i);
        tarn_status status = tarn_table_get(f->workspace, name, &info, &f->error);
        assert_int_equal(status, jobs[i].status == TARN_OK ? TARN_OK : TARN_E_NOT_FOUND);
        assert_int_equal(info.rows, status == TARN_OK ? ROWS : 0);
        tarn_table_info_clear(&info);
    }
}

static void wait_for(work *w) {
    tarn_error error = {0};
    w->status = tarn_job_wait(w->job, &error);
    if (w->status != TARN_OK && w->status != TARN_E_CANCELLED)
        fail_msg("job %d: %s", w->number, error.message);
    tarn_task_release(w->task);
}

static void test_half_of_many_jobs_are_cancelled(void **state) {
    fixture *f = *state;
    work jobs[JOBS] = {0};
    bool cancelled[JOBS] = {false};
    unsigned seed = (unsigned)time(NULL);
    print_message("seed %u\n", seed);
    srand(seed);
    make_tables(f);
    for (int i = 0; i < JOBS; i++) {
        work *w = &jobs[i];
        *w = (work){.f = f, .number = i, .kind = (kind)(i % KINDS)};
        snprintf(w->table, sizeof w->table, "table_%d", rand() % TABLES);
        snprintf(w->path, sizeof w->path, "%s/out_%d.csv", f->folder, i);
        assert_ok(f, tarn_task_new(&w->task, &f->error));
        assert_ok(f, tarn_submit(f->workspace, (tarn_priority)(rand() % 4), w->task, do_work, w, &w->job, &f->error));
    }
    for (int count = 0; count < CANCELLED;) {
        int chosen = rand() % JOBS;
        if (cancelled[chosen])
            continue;
        cancelled[chosen] = true;
        count++;
        tarn_task_cancel(jobs[chosen].task);
        for (volatile int spin = rand() % 2000000; spin > 0; spin--) {
        }
    }
    for (int i = 0; i < JOBS; i++) {
        wait_for(&jobs[i]);
        assert_true(cancelled[i] || jobs[i].status == TARN_OK);
    }
    check_tables(f, jobs);
    check_rest(f, jobs);
    reopen(f, false); /* and on disk it is the same */
    check_tables(f, jobs);
    tarn_verify_result verified = {0};
    assert_ok(f, tarn_audit_verify(f->folder, NULL, NULL, NULL, &f->error));
    tarn_workspace_close(f->workspace);
    f->workspace = NULL;
    assert_ok(f, tarn_verify(f->folder, false, NULL, &verified, &f->error));
    assert_int_equal(verified.problem_count, 0);
    tarn_verify_result_clear(&verified);
}

/* Holds the right to change until it is told to go on. */
typedef struct gate {
    tarn_workspace *workspace;
    tarn_task *seen, *open; /* cancelled: reached; may go on */
} gate;

static int gate_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    gate *g = stream->private_data;
    (void)out;
    tarn_task_cancel(g->seen);
    while (!tarn_task_is_cancelled(g->open))
        sched_yield();
    return 5; /* an error: nothing is imported */
}

static const char *gate_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "the gate was opened";
}

static void gate_release(struct ArrowArrayStream *stream) {
    stream->release = NULL;
}

static tarn_status hold(void *context, tarn_task *task, tarn_error *error) {
    gate *g = context;
    tarn_change change = {0};
    struct ArrowArrayStream stream = {
        .get_schema = gate_schema, .get_last_error = gate_error, .release = gate_release, .private_data = g};
    return tarn_import_stream(g->workspace, &stream, "held", TARN_IF_EXISTS_FAIL, task, &change, error);
}

static tarn_status change_something(void *context, tarn_task *task, tarn_error *error) {
    fixture *f = context;
    tarn_parameter parameters[] = {{"column", "n"}, {"expr", "n + 1"}};
    tarn_change change = {0};
    tarn_status status = tarn_apply(f->workspace, "numbers", "set", parameters, 2, task, &change, error);
    tarn_change_clear(&change);
    return status;
}

static void test_waiting_for_another_change_can_be_cancelled(void **state) {
    fixture *f = *state;
    gate g = {.workspace = f->workspace};
    tarn_task *task;
    tarn_job *holder, *waiter;
    tarn_error error;
    import(f, "numbers", "n\n1\n2\n");
    assert_ok(f, tarn_task_new(&g.seen, &f->error));
    assert_ok(f, tarn_task_new(&g.open, &f->error));
    assert_ok(f, tarn_task_new(&task, &f->error));
    assert_ok(f, tarn_submit(f->workspace, TARN_PRIORITY_BACKGROUND, NULL, hold, &g, &holder, &f->error));
    while (!tarn_task_is_cancelled(g.seen))
        sched_yield();
    assert_ok(f, tarn_submit(f->workspace, TARN_PRIORITY_USER_VISIBLE, task, change_something, f, &waiter, &f->error));
    tarn_task_cancel(task);
    assert_int_equal(tarn_job_wait(waiter, &error), TARN_E_CANCELLED); /* though the other one is not done */
    assert_false(tarn_job_is_done(holder));
    check_rows(f, "numbers", "1;2"); /* and pages wait for no change */
    tarn_task_cancel(g.open);
    assert_int_not_equal(tarn_job_wait(holder, &error), TARN_OK);
    assert_ok(f, change_something(f, NULL, &f->error));
    check_rows(f, "numbers", "2;3");
    tarn_task_release(g.seen);
    tarn_task_release(g.open);
    tarn_task_release(task);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_half_of_many_jobs_are_cancelled),
        TEST(test_waiting_for_another_change_can_be_cancelled),
    };
    return cmocka_run_group_tests_name("jobs", tests, NULL, NULL);
}
