/* Every command of the registry, undone and redone, on a disk that fails and loses power: sampled by a seed, or with
 * TARN_SOAK=1 at each call. The table has deleted rows, edited cells and an order of its own. */
#include "support_disk.h"

#include "cases/commands.h"

#include <time.h>
#include <unistd.h>

#define ROWS "40"
#define PATCH FOLDER "/patch.arrow"

typedef struct every {
    scenario s;
    tarn_fs *prepared; /* what each disk is a copy of */
    json_t *registry;
    const command_case *c;
    tarn_parameter parameters[6];
    size_t count;
    uint64_t seed, random;
} every;

static uint64_t any(every *e, uint64_t below) {
    e->random = e->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (e->random >> 33) % below;
}

static void copy_prepared(void *context, tarn_fs *fs) {
    every *e = context;
    disk_copy(e->prepared, fs, FOLDER);
}

static tarn_status take_step(void *context, tarn_workspace *workspace, uint64_t step, tarn_error *error) {
    every *e = context;
    tarn_change change = {0};
    tarn_status status = step == 1
                             ? tarn_apply(workspace, "t", e->c->command, e->parameters, e->count, NULL, &change, error)
                         : step == 2 ? tarn_undo(workspace, "t", 1, &change, error)
                                     : tarn_redo(workspace, "t", 1, &change, error);
    tarn_change_clear(&change);
    return status;
}

/* ---- the table ---- */

static void query_into(tarn_workspace *workspace, const char *sql, const char *table) {
    tarn_change change = {0};
    assert_int_equal(tarn_query_into(workspace, sql, table, TARN_IF_EXISTS_FAIL, NULL, &change, NULL), TARN_OK);
    tarn_change_clear(&change);
}

static void apply(tarn_workspace *workspace, const char *command, const tarn_parameter *parameters, size_t count) {
    tarn_change change = {0};
    assert_int_equal(tarn_apply(workspace, "t", command, parameters, count, NULL, &change, NULL), TARN_OK);
    assert_true(change.changed);
    tarn_change_clear(&change);
}

static void prepare(every *e) {
    tarn_workspace workspace;
    char *sql = case_table_sql(CASE_COLUMN_COUNT, ROWS);
    assert_int_equal(tarn_fs_fault(&e->prepared, NULL), TARN_OK);
    assert_int_equal(tarn_store_create(e->prepared, FOLDER, NULL), TARN_OK);
    assert_int_equal(disk_open_workspace(&e->s, e->prepared, &workspace, NULL), TARN_OK);
    query_into(&workspace, sql, "t");
    query_into(&workspace, CASE_SMALL_SQL, "small");
    apply(&workspace, "delete", (tarn_parameter[]){{"where", "k % 7 = 3"}}, 1);
    apply(&workspace, "insert", (tarn_parameter[]){{"values", "[{\"k\": 3}, {\"k\": 3}]"}, {"position", "5"}}, 2);
    apply(&workspace, "edit", (tarn_parameter[]){{"column", "k"}, {"row", "0"}, {"value", "99"}}, 3);
    apply(&workspace, "edit", (tarn_parameter[]){{"column", "t"}, {"row", "2"}}, 2);
    apply(&workspace, "sort", (tarn_parameter[]){{"column", "i"}, {"column", "t"}}, 2);
    assert_int_equal(case_write_patch(&workspace, PATCH, NULL), TARN_OK);
    disk_close_workspace(&workspace);
    free(sql);
}

/* ---- the faults ---- */

static void with_faults(every *e, bool all) {
    static const tarn_fault_plan plans[] = {
        {.kinds = TARN_FAULT_WRITE, .status = TARN_E_FULL, .written = 50},
        {.kinds = TARN_FAULT_SYNC | TARN_FAULT_SYNC_DIRECTORY, .status = TARN_E_IO, .forgets = true},
        {.kinds = TARN_FAULT_READ | TARN_FAULT_MAP, .status = TARN_E_IO},
    };
    uint64_t calls = scenario_calls(&e->s, TARN_FAULT_MUTATING);
    for (uint64_t n = all ? 0 : any(e, calls + 1); n <= calls; n += all ? 1 : calls + 1) {
        scenario_cut_power(&e->s, TARN_POWER_LOSS_DROP, n);
        scenario_cut_power(&e->s, TARN_POWER_LOSS_TORN, n);
    }
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
        calls = scenario_calls(&e->s, plans[i].kinds);
        for (uint64_t n = all ? 1 : any(e, calls) + 1; n <= calls; n += all ? 1 : calls)
            scenario_fail_call(&e->s, &plans[i], n);
    }
}

/* On the first column that the command accepts and changes. */
static void run_case(every *e, const json_t *descriptor, bool all) {
    for (size_t i = 0; i < CASE_COLUMN_COUNT; i++) {
        if (!case_accepts(descriptor, &case_columns[i]))
            continue;
        e->count = case_parameters(e->c, &case_columns[i], PATCH, e->parameters);
        bool changes = scenario_changes(&e->s);
        if (changes) {
            scenario_rehearse(&e->s);
            with_faults(e, all);
            scenario_forget(&e->s);
        }
        case_clear(e->parameters, e->count);
        if (changes)
            return;
    }
    fail_msg("%s changes nothing", e->c->command);
}

static void test_every_command(void **state) {
    every *e = *state;
    const char *missing = case_missing(e->registry);
    if (missing != NULL)
        fail_msg("%s has no case in tests/cases/commands.h", missing);
    for (size_t i = 0; i < COMMAND_CASE_COUNT; i++) {
        e->c = &command_cases[i];
        e->s.name = e->c->command;
        run_case(e, case_descriptor(e->registry, e->c->command), getenv("TARN_SOAK") != NULL);
    }
}

static int begin(void **state) {
    const char *given = getenv("TARN_SEED");
    every *e = calloc(1, sizeof *e);
    e->seed = e->random = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 1000 + (uint64_t)getpid();
    printf("TARN_SEED=%llu\n", (unsigned long long)e->seed);
    fflush(stdout);
    e->s = (scenario){.make = copy_prepared, .step = take_step, .context = e, .steps = 3};
    e->registry = case_registry();
    scenario_start(&e->s);
    prepare(e);
    *state = e;
    return 0;
}

static int end(void **state) {
    every *e = *state;
    scenario_end(&e->s);
    tarn_fs_free(e->prepared);
    json_decref(e->registry);
    free(e);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_command)};
    return cmocka_run_group_tests_name("every command", tests, begin, end);
}
