/* Processes that are killed at random moments: what was acknowledged is there, and nothing half done. The program is
 * its own victim: called with a folder, it writes to the workspace there until it is killed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "history/history.h"
#include "store/store.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_ROWS 100
#define CHUNK_ROWS 10
#define MOST_ROWS 400
#define SLOTS 10

extern char **environ;
static const char *this_program;

static const tarn_event an_event = {.kind = "command", .command = "test", .rows = -1, .cells = -1};
static const tarn_store_options small_files = {.segment_bytes = 32 << 10, .journal_bytes = 8 << 10};

/* ---- what happens at each step: one record, whose number is the step's ---- */

typedef enum step_kind {
    STEP_CREATE, /* both tables */
    STEP_EDIT,   /* a row of one and a row of the other, in one record */
    STEP_SET,    /* all rows */
    STEP_APPEND,
    STEP_UNDO,
    STEP_GC,
} step_kind;

/* The tables as plain numbers. */
typedef struct picture {
    int rows;
    int64_t values[MOST_ROWS]; /* table "t" */
    int64_t slots[SLOTS];      /* table "u" */
} picture;

static step_kind kind_of(uint64_t step, int rows) {
    if (step == 1)
        return STEP_CREATE;
    if (step % 40 == 39)
        return STEP_GC;
    if (step % 40 > 2 && step % 11 == 4)
        return STEP_UNDO; /* of an edit or a set, since 11 steps lie between two of them */
    if (step % 7 == 3)
        return STEP_SET;
    if (step % 7 == 5 && rows + 3 <= MOST_ROWS)
        return STEP_APPEND;
    return STEP_EDIT;
}

/* What a step makes of the tables; `before` are they before the last change, which undo brings back. */
static void advance(picture *now, picture *before, uint64_t step) {
    step_kind kind = kind_of(step, now->rows);
    int64_t value = (int64_t)step;
    if (kind == STEP_GC)
        return;
    if (kind == STEP_UNDO) {
        memcpy(now->values, before->values, sizeof now->values);
        now->rows = before->rows;
        return;
    }
    *before = *now;
    if (kind == STEP_CREATE)
        now->rows = FIRST_ROWS;
    for (int i = 0; i < now->rows && kind == STEP_SET; i++)
        now->values[i] = value;
    for (int i = 0; i < 3 && kind == STEP_APPEND; i++)
        now->values[now->rows++] = value;
    if (kind == STEP_EDIT) {
        now->values[step * 37 % (uint64_t)now->rows] = value;
        now->slots[step % SLOTS] = value;
    }
}

static void picture_after(uint64_t steps, picture *now, picture *before) {
    *now = *before = (picture){0};
    for (uint64_t step = 1; step <= steps; step++)
        advance(now, before, step);
}

/* ---- the victim ---- */

static struct ArrowArray column_of(int64_t value, int64_t count) {
    struct ArrowArray array = {0};
    int64_t *values = tarn_aligned_alloc((size_t)count * sizeof *values);
    for (int64_t i = 0; values != NULL && i < count; i++)
        values[i] = value;
    void *buffers[] = {NULL, values};
    tarn_array_make(&array, count, 0, buffers, 2, NULL, 0, NULL);
    return array;
}

static tarn_status append_chunk(tarn_transaction *transaction, tarn_draft *draft, int64_t value, int64_t rows,
                                tarn_error *error) {
    struct ArrowArray values = column_of(value, rows);
    tarn_batch_id id;
    tarn_status status = tarn_transaction_put(transaction, tarn_draft_column(draft, 0)->type, &values, &id, error);
    tarn_array_release(&values);
    return status == TARN_OK ? tarn_draft_append_chunk(draft, rows, &id, error) : status;
}

static tarn_status create(tarn_transaction *transaction, const char *name, int64_t rows, tarn_error *error) {
    tarn_draft *draft;
    struct ArrowSchema type;
    TARN_TRY(tarn_draft_create(transaction, name, &draft, error));
    TARN_TRY(tarn_schema_make(&type, "l", "n", error));
    tarn_status status = tarn_draft_add_column(draft, &type, 0, error);
    tarn_schema_release(&type);
    for (int64_t row = 0; row < rows && status == TARN_OK; row += CHUNK_ROWS)
        status = append_chunk(transaction, draft, 0, CHUNK_ROWS, error);
    return status;
}

/* A draft on the head, and the number of the row that is at a position. */
static tarn_status draft_of(tarn_store *store, tarn_transaction *transaction, uint64_t table, int64_t position,
                            tarn_draft **out, int64_t *row, tarn_error *error) {
    tarn_version *head;
    TARN_TRY(tarn_store_version(store, table, TARN_HEAD, &head, error));
    tarn_status status = tarn_draft_edit(transaction, head, out, error);
    if (status == TARN_OK)
        status = tarn_version_locate(head, position, 1, row, error);
    tarn_version_release(head);
    return status;
}

static tarn_status patch(tarn_store *store, tarn_transaction *transaction, uint64_t table, int64_t position,
                         int64_t value, tarn_error *error) {
    tarn_draft *draft;
    int64_t row;
    TARN_TRY(draft_of(store, transaction, table, position, &draft, &row, error));
    struct ArrowArray values = column_of(value, 1);
    tarn_status status = tarn_draft_patch(draft, 0, &row, &values, NULL, error);
    tarn_array_release(&values);
    return status;
}

static tarn_status set(tarn_store *store, tarn_transaction *transaction, int64_t value, tarn_error *error) {
    tarn_draft *draft;
    int64_t row;
    TARN_TRY(draft_of(store, transaction, 1, 0, &draft, &row, error));
    for (size_t i = 0; i < tarn_draft_chunk_count(draft); i++) {
        struct ArrowArray values = column_of(value, tarn_draft_chunk(draft, i).rows);
        tarn_batch_id id;
        tarn_status status = tarn_transaction_put(transaction, tarn_draft_column(draft, 0)->type, &values, &id, error);
        tarn_array_release(&values);
        TARN_TRY(status);
        TARN_TRY(tarn_draft_replace_batch(draft, 0, i, id, error));
    }
    return TARN_OK;
}

static tarn_status append(tarn_store *store, tarn_transaction *transaction, int64_t value, tarn_error *error) {
    tarn_draft *draft;
    int64_t row;
    TARN_TRY(draft_of(store, transaction, 1, 0, &draft, &row, error));
    return append_chunk(transaction, draft, value, 3, error);
}

static tarn_status change(tarn_store *store, step_kind kind, uint64_t step, int rows, tarn_error *error) {
    tarn_transaction *transaction;
    tarn_status status;
    TARN_TRY(tarn_transaction_begin(store, &transaction, error));
    switch (kind) {
    case STEP_CREATE:
        TARN_CHECK(create(transaction, "t", FIRST_ROWS, error));
        TARN_CHECK(create(transaction, "u", SLOTS, error));
        break;
    case STEP_SET:
        TARN_CHECK(set(store, transaction, (int64_t)step, error));
        break;
    case STEP_APPEND:
        TARN_CHECK(append(store, transaction, (int64_t)step, error));
        break;
    default:
        TARN_CHECK(patch(store, transaction, 1, (int64_t)(step * 37 % (uint64_t)rows), (int64_t)step, error));
        TARN_CHECK(patch(store, transaction, 2, (int64_t)(step % SLOTS), (int64_t)step, error));
    }
    return tarn_transaction_commit(transaction, &an_event, NULL, error);
cleanup:
    tarn_transaction_abort(transaction);
    return status;
}

static tarn_status undo(tarn_store *store, tarn_error *error) {
    tarn_table_state table;
    tarn_move move;
    TARN_TRY(tarn_store_find_id(store, 1, &table, error));
    tarn_status status = tarn_history_undo(store, &table, 1, &move, error);
    tarn_table_state_clear(&table);
    return status;
}

static tarn_status take_step(tarn_store *store, uint64_t step, int rows, tarn_error *error) {
    tarn_gc_report report;
    step_kind kind = kind_of(step, rows);
    if (kind == STEP_UNDO)
        return undo(store, error);
    if (kind == STEP_GC) {
        TARN_TRY(tarn_store_gc(store, &(tarn_gc_options){.keep_versions = 3}, NULL, &report, error));
        return tarn_store_prune_journal(store, 20, error);
    }
    return change(store, kind, step, rows, error);
}

/* Go on from the last record; each step's number is written to standard output once its commit has returned. */
static int be_victim(const char *folder) {
    tarn_fs *fs;
    tarn_store *store;
    tarn_error error = {0};
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t step;
    picture before, now;
    if (tarn_fs_posix(&fs, &error) != TARN_OK || tarn_store_open(fs, folder, &small_files, &store, &error) != TARN_OK)
        goto failed;
    tarn_store_tip(store, &step, hash);
    picture_after(step, &now, &before);
    for (;;) {
        if (take_step(store, ++step, now.rows, &error) != TARN_OK)
            goto failed;
        advance(&now, &before, step);
        if (write(STDOUT_FILENO, &step, sizeof step) != sizeof step)
            return 1;
    }
failed:
    fprintf(stderr, "the victim: %s\n", error.message);
    return 1;
}

/* ---- the killer ---- */

typedef struct run {
    char folder[64], workspace[80];
    uint64_t seed, random;
    int kill;
} run;

static uint64_t any(run *r, uint64_t below) {
    r->random = r->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (r->random >> 33) % below;
}

#define must(r, call)                                                                                                  \
    do {                                                                                                               \
        tarn_error failure_ = {0};                                                                                     \
        tarn_error *error = &failure_;                                                                                 \
        if ((call) != TARN_OK)                                                                                         \
            fail_msg("TARN_SEED=%llu, kill %d: %s: %s", (unsigned long long)(r)->seed, (r)->kill, #call,               \
                     failure_.message);                                                                                \
    } while (0)

static int64_t now_in_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Moments are finer than what a sleep can tell apart. */
static void let_pass(uint64_t microseconds) {
    int64_t until = now_in_microseconds() + (int64_t)microseconds;
    while (now_in_microseconds() < until)
        ;
}

static pid_t start(run *r, char *const arguments[], int *output) {
    int ends[2];
    pid_t child;
    posix_spawn_file_actions_t actions;
    assert_int_equal(pipe(ends), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    int failed = posix_spawn(&child, arguments[0], &actions, NULL, arguments, environ);
    if (failed)
        fail_msg("kill %d: cannot start %s: %s", r->kill, arguments[0], strerror(failed));
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    *output = ends[0];
    return child;
}

/* One victim's life; the last step that it acknowledged, or `last` when there was none. */
static uint64_t kill_a_writer(run *r, uint64_t last) {
    char *arguments[] = {(char *)this_program, r->workspace, NULL};
    int output, ending;
    uint64_t wanted = any(r, 4) == 0 ? 0 : any(r, 60), step;
    pid_t child = start(r, arguments, &output);
    for (uint64_t i = 0; i < wanted && read(output, &step, sizeof step) == sizeof step; i++)
        last = step;
    let_pass(any(r, wanted == 0 ? 15000 : 3000));
    kill(child, SIGKILL);
    while (read(output, &step, sizeof step) == sizeof step)
        last = step;
    close(output);
    assert_int_equal(waitpid(child, &ending, 0), child);
    if (!WIFSIGNALED(ending))
        fail_msg("TARN_SEED=%llu, kill %d: the victim ended by itself", (unsigned long long)r->seed, r->kill);
    return last;
}

static void check_values(run *r, tarn_store *store, uint64_t table, const int64_t *wanted, int count) {
    tarn_version *version;
    struct ArrowArray values;
    int64_t rows[MOST_ROWS];
    must(r, tarn_store_version(store, table, TARN_HEAD, &version, error));
    if (tarn_version_rows(version) != count)
        fail_msg("TARN_SEED=%llu, kill %d: table %llu has %lld rows instead of %d", (unsigned long long)r->seed,
                 r->kill, (unsigned long long)table, (long long)tarn_version_rows(version), count);
    must(r, tarn_version_locate(version, 0, count, rows, error));
    must(r, tarn_version_take(version, 0, rows, count, &values, error));
    const int64_t *found = (const int64_t *)values.buffers[1] + values.offset;
    for (int i = 0; i < count; i++) {
        if (found[i] != wanted[i])
            fail_msg("TARN_SEED=%llu, kill %d: row %d of table %llu is %lld instead of %lld",
                     (unsigned long long)r->seed, r->kill, i, (unsigned long long)table, (long long)found[i],
                     (long long)wanted[i]);
    }
    tarn_array_release(&values);
    tarn_version_release(version);
}

static size_t entries_in(run *r, tarn_fs *fs, const char *folder) {
    tarn_entry *entries;
    size_t count;
    char *path = tarn_path_join(r->workspace, folder);
    must(r, tarn_fs_list(fs, path, &entries, &count, error));
    tarn_entries_free(entries, count);
    free(path);
    return count;
}

static void check_clean(run *r, tarn_fs *fs, tarn_store *store) {
    tarn_verify_report report;
    tarn_store_info info;
    must(r, tarn_store_verify(store, false, NULL, &report, error));
    if (report.problem_count > 0)
        fail_msg("TARN_SEED=%llu, kill %d: verify: %s", (unsigned long long)r->seed, r->kill, report.problems[0].what);
    tarn_verify_report_clear(&report);
    must(r, tarn_store_info_get(store, &info, error));
    if (entries_in(r, fs, "segments") != info.segments || entries_in(r, fs, "tmp") != 0)
        fail_msg("TARN_SEED=%llu, kill %d: leftovers were not swept: %zu segment files for %llu segments, %zu in tmp",
                 (unsigned long long)r->seed, r->kill, entries_in(r, fs, "segments"), (unsigned long long)info.segments,
                 entries_in(r, fs, "tmp"));
}

/* The step that the workspace is at: the last one acknowledged, or the one after it. */
static uint64_t check_workspace(run *r, uint64_t acknowledged) {
    tarn_fs *fs;
    tarn_store *store;
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t step;
    picture wanted, before;
    must(r, tarn_fs_posix(&fs, error));
    must(r, tarn_store_open(fs, r->workspace, &small_files, &store, error));
    tarn_store_tip(store, &step, hash);
    if (step != acknowledged && step != acknowledged + 1)
        fail_msg("TARN_SEED=%llu, kill %d: at step %llu, %llu was acknowledged", (unsigned long long)r->seed, r->kill,
                 (unsigned long long)step, (unsigned long long)acknowledged);
    check_clean(r, fs, store);
    picture_after(step, &wanted, &before);
    if (step > 0) {
        check_values(r, store, 1, wanted.values, wanted.rows);
        check_values(r, store, 2, wanted.slots, SLOTS);
    }
    tarn_store_close(store);
    tarn_fs_free(fs);
    return step;
}

static int begin(void **state) {
    const char *given = getenv("TARN_SEED");
    run *r = calloc(1, sizeof *r);
    snprintf(r->folder, sizeof r->folder, "/tmp/tarn-crash-XXXXXX");
    if (r == NULL || mkdtemp(r->folder) == NULL)
        return -1;
    snprintf(r->workspace, sizeof r->workspace, "%s/.tarn", r->folder);
    r->seed = r->random =
        given != NULL ? strtoull(given, NULL, 10) : (uint64_t)now_in_microseconds() + (uint64_t)getpid();
    printf("TARN_SEED=%llu\n", (unsigned long long)r->seed);
    fflush(stdout);
    *state = r;
    return 0;
}

static int end(void **state) {
    run *r = *state;
    tarn_fs *fs;
    if (tarn_fs_posix(&fs, NULL) != TARN_OK || tarn_fs_remove_all(fs, r->folder, NULL) != TARN_OK)
        return -1;
    tarn_fs_free(fs);
    free(r);
    return 0;
}

static void create_workspace(run *r) {
    tarn_fs *fs;
    must(r, tarn_fs_posix(&fs, error));
    must(r, tarn_store_create(fs, r->workspace, error));
    tarn_fs_free(fs);
}

static void killed_writers_leave_what_was_acknowledged(void **state) {
    run *r = *state;
    uint64_t step = 0;
    create_workspace(r);
    for (r->kill = 1; r->kill <= (getenv("TARN_SOAK") != NULL ? 500 : 50); r->kill++)
        step = check_workspace(r, kill_a_writer(r, step));
    assert_true(step > 100); /* it did get somewhere in between */
}

/* ---- the program's import ---- */

#define IMPORTED_ROWS 100000

static void write_csv(const char *path) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "n,name,value\n");
    for (int i = 0; i < IMPORTED_ROWS; i++)
        fprintf(file, "%d,the name of row %d,%d.5\n", i, i, i % 1000);
    assert_int_equal(fclose(file), 0);
}

/* The import's table is there whole, or it is not there. */
static void check_import(run *r, const char *name, bool must_be_there) {
    tarn_fs *fs;
    tarn_store *store;
    tarn_table_state table;
    must(r, tarn_fs_posix(&fs, error));
    must(r, tarn_store_open(fs, r->workspace, NULL, &store, error));
    check_clean(r, fs, store);
    if (tarn_store_find(store, name, &table, NULL) == TARN_OK) {
        assert_int_equal(table.rows, IMPORTED_ROWS);
        assert_int_equal(table.columns, 3);
        tarn_table_state_clear(&table);
    } else if (must_be_there) {
        fail_msg("TARN_SEED=%llu, kill %d: the import ended well, and its table is not there",
                 (unsigned long long)r->seed, r->kill);
    }
    tarn_store_close(store);
    tarn_fs_free(fs);
}

/* Import, killed at any moment before `longest` has passed (0: not); the microseconds that it took, 0 when killed. */
static int64_t import(run *r, const char *program, const char *path, int64_t longest) {
    char name[32];
    char *arguments[] = {(char *)program, "-C", r->folder, "import", "-q", (char *)path, "--name", name, NULL};
    int output, ending;
    int64_t started = now_in_microseconds();
    snprintf(name, sizeof name, "rows %d", r->kill);
    pid_t child = start(r, arguments, &output);
    if (longest > 0) {
        let_pass(any(r, (uint64_t)longest));
        kill(child, SIGKILL);
    }
    close(output);
    assert_int_equal(waitpid(child, &ending, 0), child);
    if (WIFEXITED(ending))
        assert_int_equal(WEXITSTATUS(ending), 0);
    check_import(r, name, WIFEXITED(ending));
    return WIFEXITED(ending) ? now_in_microseconds() - started : 0;
}

static void a_killed_import_leaves_a_whole_table_or_none(void **state) {
    run *r = *state;
    const char *program = getenv("TARN");
    char path[96];
    if (program == NULL || program[0] == '\0')
        skip();
    create_workspace(r);
    snprintf(path, sizeof path, "%s/rows.csv", r->folder);
    write_csv(path);
    int64_t whole = import(r, program, path, 0);
    assert_true(whole > 0);
    for (r->kill = 1; r->kill <= (getenv("TARN_SOAK") != NULL ? 200 : 20); r->kill++)
        import(r, program, path, whole);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_writers_leave_what_was_acknowledged, begin, end),
        cmocka_unit_test_setup_teardown(a_killed_import_leaves_a_whole_table_or_none, begin, end),
    };
    if (argc == 2)
        return be_victim(argv[1]);
    this_program = argv[0];
    return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
