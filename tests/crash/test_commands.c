/* Whole commands on a disk that fails and loses power: after each call that can, the workspace shows what was
 * acknowledged, or the step that was under way. */
#include "support_disk.h"

#include <stdlib.h>

#define STEPS 11

/* ---- the steps ---- */

static tarn_status import(tarn_workspace *workspace, const char *path, const char *table, tarn_if_exists if_exists) {
    tarn_import_result result = {0};
    tarn_import_options options = {.path = path, .table = table, .if_exists = if_exists};
    tarn_status status = tarn_import(workspace, &options, NULL, &result, NULL);
    tarn_import_result_clear(&result);
    return status;
}

static tarn_status apply(tarn_workspace *workspace, const char *command, const tarn_parameter *parameters,
                         size_t count) {
    tarn_change change = {0};
    tarn_status status = tarn_apply(workspace, "orders", command, parameters, count, NULL, &change, NULL);
    tarn_change_clear(&change);
    return status;
}

static tarn_status undo(tarn_workspace *workspace) {
    tarn_change change = {0};
    tarn_status status = tarn_undo(workspace, "orders", 1, &change, NULL);
    tarn_change_clear(&change);
    return status;
}

/* Each makes one record. */
static tarn_status take_step(void *context, tarn_workspace *workspace, uint64_t step, tarn_error *error) {
    (void)context, (void)error;
    tarn_gc_result removed;
    switch (step) {
    case 1:
        return import(workspace, "/orders.csv", "orders", TARN_IF_EXISTS_FAIL);
    case 2:
        return import(workspace, "/orders.csv", "other", TARN_IF_EXISTS_FAIL);
    case 3:
        return apply(workspace, "set", (tarn_parameter[]){{"column", "city"}, {"expr", "upper(city)"}}, 2);
    case 4:
        return apply(workspace, "edit", (tarn_parameter[]){{"column", "amount"}, {"row", "1"}, {"value", "77"}}, 3);
    case 5:
        return apply(workspace, "filter", (tarn_parameter[]){{"where", "amount > 0"}}, 1);
    case 6:
        return import(workspace, "/orders.csv", "orders", TARN_IF_EXISTS_APPEND);
    case 7:
        return apply(workspace, "rename", (tarn_parameter[]){{"column", "city"}, {"to", "town"}}, 2);
    case 8:
        return undo(workspace);
    case 9:
        return apply(workspace, "drop", (tarn_parameter[]){{"column", "id"}}, 1);
    case 10:
        return tarn_drop(workspace, "other", NULL);
    default:
        return tarn_gc(workspace, NULL, NULL, &removed, NULL);
    }
}

/* ---- the faults ---- */

static void make_disk(void *context, tarn_fs *fs) {
    static const char text[] = "id,city,amount\n1,Paris,10\n2,Rome,-2\n3,,7\n4,Oslo,25\n5,Bern,-1\n";
    (void)context;
    disk_put_file(fs, "/orders.csv", text, sizeof text - 1);
    assert_int_equal(tarn_store_create(fs, FOLDER, NULL), TARN_OK);
}

static void cut_power(scenario *s, tarn_power_loss mode) {
    uint64_t calls = scenario_calls(s, TARN_FAULT_MUTATING);
    for (uint64_t n = 0; n <= calls; n++)
        scenario_cut_power(s, mode, n);
}

static void power_loss_drops_what_was_not_synced(void **state) {
    cut_power(*state, TARN_POWER_LOSS_DROP);
}

static void power_loss_tears(void **state) {
    cut_power(*state, TARN_POWER_LOSS_TORN);
}

static void fail_each_call(scenario *s, const tarn_fault_plan *pattern) {
    uint64_t calls = scenario_calls(s, pattern->kinds), hits = 0;
    for (uint64_t n = 1; n <= calls; n++)
        hits += scenario_fail_call(s, pattern, n);
    assert_true(hits * 10 > calls * 9); /* threads make no two runs quite the same */
}

static void each_write_fails_once(void **state) {
    fail_each_call(*state, &(tarn_fault_plan){.kinds = TARN_FAULT_WRITE, .status = TARN_E_FULL, .written = 50});
}

static void each_sync_fails_once(void **state) {
    fail_each_call(
        *state,
        &(tarn_fault_plan){.kinds = TARN_FAULT_SYNC | TARN_FAULT_SYNC_DIRECTORY, .status = TARN_E_IO, .forgets = true});
}

static void each_map_fails_once(void **state) {
    fail_each_call(*state, &(tarn_fault_plan){.kinds = TARN_FAULT_MAP, .status = TARN_E_IO});
}

static void each_read_fails_once(void **state) {
    fail_each_call(*state, &(tarn_fault_plan){.kinds = TARN_FAULT_READ, .status = TARN_E_IO});
}

static int begin(void **state) {
    scenario *s = calloc(1, sizeof *s);
    *s = (scenario){.name = "commands", .make = make_disk, .step = take_step, .steps = STEPS};
    scenario_start(s);
    scenario_rehearse(s);
    *state = s;
    return 0;
}

static int end(void **state) {
    scenario_end(*state);
    free(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(power_loss_drops_what_was_not_synced),
        cmocka_unit_test(power_loss_tears),
        cmocka_unit_test(each_write_fails_once),
        cmocka_unit_test(each_sync_fails_once),
        cmocka_unit_test(each_map_fails_once),
        cmocka_unit_test(each_read_fails_once),
    };
    return cmocka_run_group_tests_name("commands", tests, begin, end);
}
