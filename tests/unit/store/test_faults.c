/* Everything that can fail fails once, and the power goes at every call: an error, and the last committed state. */
#include "support.h"

#include "fs/fault.h"

#include <stdlib.h>

/* How far a scenario came: what must be there, and what may be. */
typedef struct progress {
    bool created, opened;
    uint64_t acknowledged; /* records */
    uint64_t tried;        /* the last one that was begun */
} progress;

#define STEP(call)                                                                                                     \
    do {                                                                                                               \
        progress->tried++;                                                                                             \
        if ((call) != TARN_OK)                                                                                         \
            goto cleanup;                                                                                              \
        progress->acknowledged = progress->tried;                                                                      \
    } while (0)

/* A table with one column "n" of `rows` int64 in chunks of ten. */
static tarn_status add_table(tarn_store *store, const char *name, int64_t rows) {
    tarn_transaction *transaction = NULL;
    tarn_draft *draft;
    tarn_appender *appender = NULL;
    struct ArrowSchema type = column_type("l", "n");
    struct ArrowArray child = numbers(0, 1, rows), batch;
    void *buffers[] = {NULL};
    assert_ok(tarn_array_make(&batch, rows, 0, buffers, 1, &child, 1, error));
    tarn_status status = tarn_transaction_begin(store, &transaction, NULL);
    if (status == TARN_OK)
        status = tarn_draft_create(transaction, name, &draft, NULL);
    if (status == TARN_OK)
        status = tarn_draft_add_column(draft, &type, 0, NULL);
    if (status == TARN_OK)
        status = tarn_appender_new(draft, &appender, NULL);
    if (status == TARN_OK)
        status = tarn_appender_add(appender, &batch, NULL);
    if (status == TARN_OK)
        status = tarn_appender_finish(appender, NULL);
    tarn_appender_free(appender);
    if (status == TARN_OK)
        status = tarn_transaction_commit(transaction, &an_event, NULL, NULL);
    else
        tarn_transaction_abort(transaction);
    tarn_array_release(&batch);
    tarn_schema_release(&type);
    return status;
}

/* Set the number in row `row` to `value`. */
static tarn_status edit(tarn_store *store, int64_t row, int64_t value) {
    tarn_transaction *transaction = NULL;
    tarn_draft *draft;
    tarn_version *version = NULL;
    struct ArrowArray values = numbers(value, 1, 1);
    tarn_status status = tarn_store_version(store, 1, TARN_HEAD, &version, NULL);
    if (status == TARN_OK)
        status = tarn_transaction_begin(store, &transaction, NULL);
    if (status == TARN_OK)
        status = tarn_draft_edit(transaction, version, &draft, NULL);
    if (status == TARN_OK)
        status = tarn_draft_patch(draft, 0, &row, &values, NULL, NULL);
    if (status == TARN_OK)
        status = tarn_transaction_commit(transaction, &an_event, NULL, NULL);
    else
        tarn_transaction_abort(transaction);
    tarn_version_release(version);
    tarn_array_release(&values);
    return status;
}

static const tarn_store_options small_files = {.segment_bytes = 4096, .journal_bytes = 2000};

/* Records: 1 the table, 2 … 9 edits of row i to -i, 10 undo to version 3, 11 a second table, 12 its end, 13 gc,
 * 14 an edit after pruning, 15 a limit, 16 an edit under it. */
static void scenario(tarn_fs *fs, progress *progress) {
    tarn_store *store = NULL;
    tarn_gc_report report;
    *progress = (struct progress){0};
    if (tarn_store_create(fs, WORKSPACE, NULL) != TARN_OK)
        return;
    progress->created = true;
    if (tarn_store_open(fs, WORKSPACE, &small_files, &store, NULL) != TARN_OK)
        return;
    progress->opened = true;
    STEP(add_table(store, "t", 100));
    for (int64_t i = 1; i <= 8; i++)
        STEP(edit(store, i, -i));
    STEP(tarn_store_set_head(store, 1, 3, 9, &an_event, NULL));
    STEP(add_table(store, "gone", 500));
    STEP(tarn_store_drop_table(store, 2, &an_event, NULL));
    STEP(tarn_store_gc(store, NULL, NULL, &report, NULL));
    if (tarn_store_prune_journal(store, 2, NULL) == TARN_OK)
        STEP(edit(store, 50, -50));
    else
        goto cleanup;
    STEP(tarn_store_set_record_limit(store, 3, &an_event, NULL));
    STEP(edit(store, 51, -51));
cleanup:
    tarn_store_close(store);
}

static void check_table(tarn_store *store, uint64_t record) {
    tarn_version *version = head_of(store, 1);
    int64_t expected[100];
    for (int64_t i = 0; i < 100; i++)
        expected[i] = i;
    int64_t edits = record >= 10 ? 2 : (int64_t)record - 1;
    for (int64_t i = 1; i <= edits; i++)
        expected[i] = -i;
    if (record >= 14)
        expected[50] = -50;
    if (record >= 16)
        expected[51] = -51;
    assert_numbers(version, 0, expected, 100);
    tarn_version_release(version);
}

/* The workspace opens, is clean, and shows what was acknowledged, or what was under way. */
static void check_workspace(tarn_fs *fs, const progress *progress, const char *when, uint64_t number) {
    tarn_store *store = NULL;
    tarn_error problem = {0};
    tarn_verify_report report;
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t record;
    tarn_status status = tarn_store_open(fs, WORKSPACE, &small_files, &store, &problem);
    if (status == TARN_E_NOT_FOUND && !progress->created) {
        assert_ok(tarn_store_create(fs, WORKSPACE, error));
        assert_ok(tarn_store_open(fs, WORKSPACE, &small_files, &store, error));
    } else if (status != TARN_OK) {
        fail_msg("%s %llu: %s", when, (unsigned long long)number, problem.message);
    }
    tarn_store_tip(store, &record, hash);
    if (record != progress->acknowledged && record != progress->tried)
        fail_msg("%s %llu: record %llu, acknowledged were %llu", when, (unsigned long long)number,
                 (unsigned long long)record, (unsigned long long)progress->acknowledged);
    assert_ok(tarn_store_verify(store, false, NULL, &report, error));
    if (report.problem_count > 0)
        fail_msg("%s %llu: %s", when, (unsigned long long)number, report.problems[0].what);
    tarn_verify_report_clear(&report);
    if (record >= 1)
        check_table(store, record);
    if (record >= 1)
        assert_int_equal(edit(store, 99, 7), TARN_OK); /* and it can be written to */
    tarn_store_close(store);
}

static uint64_t count_calls(unsigned kinds) {
    tarn_fs *fs;
    progress progress;
    assert_ok(tarn_fs_fault(&fs, error));
    scenario(fs, &progress);
    assert_int_equal(progress.acknowledged, 16);
    uint64_t calls = tarn_fault_calls(fs, kinds);
    check_workspace(fs, &progress, "without a fault", 0);
    tarn_fs_free(fs);
    return calls;
}

static void cut_power(tarn_power_loss mode, uint64_t seeds) {
    uint64_t calls = count_calls(TARN_FAULT_MUTATING);
    for (uint64_t n = 0; n <= calls; n++) {
        for (uint64_t seed = 0; seed < seeds; seed++) {
            tarn_fs *fs;
            progress progress;
            assert_ok(tarn_fs_fault(&fs, error));
            tarn_fault_freeze(fs, n);
            scenario(fs, &progress);
            assert_ok(tarn_fault_power_loss(fs, mode, seed * 1000003 + n, error));
            check_workspace(fs, &progress, "power lost at call", n);
            tarn_fs_free(fs);
        }
    }
}

static void power_loss_drops_what_was_not_synced(void **state) {
    (void)state;
    cut_power(TARN_POWER_LOSS_DROP, 1);
}

static void power_loss_after_everything_reached_the_disk(void **state) {
    (void)state;
    cut_power(TARN_POWER_LOSS_KEEP, 1);
}

static void power_loss_tears(void **state) {
    (void)state;
    cut_power(TARN_POWER_LOSS_TORN, 3);
}

static void fail_each_call(const tarn_fault_plan *pattern) {
    uint64_t calls = count_calls(pattern->kinds);
    for (uint64_t n = 1; n <= calls; n++) {
        tarn_fs *fs;
        progress progress;
        tarn_fault_plan plan = *pattern;
        plan.call = n;
        assert_ok(tarn_fs_fault(&fs, error));
        tarn_fault_plan_set(fs, &plan);
        scenario(fs, &progress);
        tarn_fault_plan_set(fs, NULL);
        check_workspace(fs, &progress, "failing call", n);
        tarn_fs_free(fs);
    }
}

static void each_call_fails_once(void **state) {
    (void)state;
    fail_each_call(&(tarn_fault_plan){.kinds = TARN_FAULT_ANY, .status = TARN_E_IO});
}

static void each_write_stops_half_way(void **state) {
    (void)state;
    fail_each_call(&(tarn_fault_plan){.kinds = TARN_FAULT_WRITE, .status = TARN_E_FULL, .written = 100});
}

static void from_each_call_on_the_disk_is_full(void **state) {
    (void)state;
    fail_each_call(&(tarn_fault_plan){
        .kinds = TARN_FAULT_WRITE | TARN_FAULT_CREATE | TARN_FAULT_TRUNCATE, .status = TARN_E_FULL, .lasting = true});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_loss_drops_what_was_not_synced),
        cmocka_unit_test(power_loss_after_everything_reached_the_disk),
        cmocka_unit_test(power_loss_tears),
        cmocka_unit_test(each_call_fails_once),
        cmocka_unit_test(each_write_stops_half_way),
        cmocka_unit_test(from_each_call_on_the_disk_is_full),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
