/* Folding what edits left, on a disk that fails and loses power at each call: nothing of it may ever be seen. */
#include "support_disk.h"

#include <stdio.h>
#include <stdlib.h>

#define EDITS 20

static void make_disk(void *context, tarn_fs *fs) {
    disk_copy(context, fs, FOLDER);
}

static tarn_status edit(tarn_workspace *workspace, int row, tarn_error *error) {
    char number[16];
    tarn_change change = {0};
    snprintf(number, sizeof number, "%d", row);
    tarn_parameter parameters[] = {{"column", "n"}, {"row", number}, {"value", "-1"}};
    tarn_status status = tarn_apply(workspace, "t", "edit", parameters, 3, NULL, &change, error);
    tarn_change_clear(&change);
    return status;
}

static tarn_status fold(tarn_workspace *workspace, tarn_error *error) {
    uint64_t folds;
    bool complete;
    return tarn_store_fold(workspace->store, &(tarn_fold_options){.most = 10}, NULL, &folds, &complete, error);
}

static tarn_status take_step(void *context, tarn_workspace *workspace, uint64_t step, tarn_error *error) {
    tarn_freeze_result frozen;
    tarn_change change = {0};
    tarn_gc_result removed;
    (void)context;
    switch (step) {
    case 1: { /* a step is what a record says: folding leaves none */
        tarn_status status = fold(workspace, error);
        return status == TARN_OK ? edit(workspace, 300, error) : status;
    }
    case 2:
        return tarn_freeze(workspace, "t", NULL, &frozen, error);
    case 3: {
        tarn_status status = tarn_undo(workspace, "t", 3, &change, error);
        tarn_change_clear(&change);
        return status;
    }
    default:
        return tarn_gc(workspace, &(tarn_gc_options){.keep_versions = 1}, NULL, &removed, error);
    }
}

static int begin(void **state) {
    scenario *s = calloc(1, sizeof *s);
    tarn_workspace workspace;
    tarn_change change = {0};
    tarn_fs *prepared;
    *s = (scenario){.name = "folds", .make = make_disk, .step = take_step, .steps = 4};
    scenario_start(s);
    assert_int_equal(tarn_fs_fault(&prepared, NULL), TARN_OK);
    assert_int_equal(tarn_store_create(prepared, FOLDER, NULL), TARN_OK);
    assert_int_equal(disk_open_workspace(s, prepared, &workspace, NULL), TARN_OK);
    assert_int_equal(
        tarn_query_into(&workspace, "SELECT n FROM range(400) AS r(n)", "t", TARN_IF_EXISTS_FAIL, NULL, &change, NULL),
        TARN_OK);
    tarn_change_clear(&change);
    for (int i = 0; i < EDITS; i++)
        assert_int_equal(edit(&workspace, i * 3, NULL), TARN_OK);
    disk_close_workspace(&workspace);
    s->context = prepared;
    scenario_rehearse(s);
    *state = s;
    return 0;
}

static int end(void **state) {
    scenario *s = *state;
    tarn_fs_free(s->context);
    scenario_end(s);
    free(s);
    return 0;
}

static void power_is_lost(void **state) {
    scenario *s = *state;
    uint64_t calls = scenario_calls(s, TARN_FAULT_MUTATING);
    for (uint64_t n = 0; n <= calls; n++) {
        scenario_cut_power(s, TARN_POWER_LOSS_DROP, n);
        scenario_cut_power(s, TARN_POWER_LOSS_TORN, n);
    }
}

static void calls_fail(void **state) {
    static const tarn_fault_plan plans[] = {
        {.kinds = TARN_FAULT_WRITE, .status = TARN_E_FULL, .written = 50},
        {.kinds = TARN_FAULT_SYNC | TARN_FAULT_SYNC_DIRECTORY, .status = TARN_E_IO, .forgets = true},
        {.kinds = TARN_FAULT_READ | TARN_FAULT_MAP, .status = TARN_E_IO},
    };
    scenario *s = *state;
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        uint64_t calls = scenario_calls(s, plans[i].kinds);
        for (uint64_t n = 1; n <= calls; n++)
            scenario_fail_call(s, &plans[i], n);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_is_lost),
        cmocka_unit_test(calls_fail),
    };
    return cmocka_run_group_tests_name("folds", tests, begin, end);
}
