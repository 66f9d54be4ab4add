/* Whole commands on a disk that fails and loses power: after each call that can, the workspace shows what was
 * acknowledged, or the step that was under way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/workspace.h"
#include "fs/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "/.tarn"
#define STEPS 11

static const tarn_store_options small_files = {.segment_bytes = 4096, .journal_bytes = 2500};

/* What all runs share: nothing of it touches the disk. */
typedef struct shared {
    tarn_pool *pool;
    tarn_engine *engine;
    char *pictures[STEPS + 1]; /* all tables as text, after each step of a run without faults */
} shared;

typedef struct progress {
    bool opened;
    uint64_t acknowledged, tried;
} progress;

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
static tarn_status take_step(tarn_workspace *workspace, uint64_t step) {
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

/* ---- a workspace on such a disk ---- */

static void put_csv(tarn_fs *fs) {
    static const char text[] = "id,city,amount\n1,Paris,10\n2,Rome,-2\n3,,7\n4,Oslo,25\n5,Bern,-1\n";
    tarn_file *file;
    assert_int_equal(tarn_fs_open(fs, "/orders.csv", TARN_OPEN_CREATE, &file, NULL), TARN_OK);
    assert_int_equal(tarn_file_write(file, 0, text, sizeof text - 1, NULL), TARN_OK);
    assert_int_equal(tarn_file_sync(file, NULL), TARN_OK);
    tarn_file_close(file);
    assert_int_equal(tarn_store_create(fs, FOLDER, NULL), TARN_OK);
    assert_int_equal(tarn_fs_sync_directory(fs, "/", NULL), TARN_OK);
}

static tarn_status open_workspace(shared *s, tarn_fs *fs, tarn_workspace *out, tarn_error *error) {
    *out = (tarn_workspace){.fs = fs, .pool = s->pool, .engine = s->engine, .directory = FOLDER};
    pthread_mutex_init(&out->writing, NULL);
    return tarn_store_open(fs, FOLDER, &small_files, &out->store, error);
}

static void close_workspace(tarn_workspace *workspace) {
    tarn_store_close(workspace->store);
    pthread_mutex_destroy(&workspace->writing);
}

static void scenario(shared *s, tarn_fs *fs, progress *progress) {
    tarn_workspace workspace;
    *progress = (struct progress){0};
    if (open_workspace(s, fs, &workspace, NULL) == TARN_OK) {
        progress->opened = true;
        while (progress->tried < STEPS && take_step(&workspace, ++progress->tried) == TARN_OK)
            progress->acknowledged = progress->tried;
    }
    close_workspace(&workspace);
}

/* All tables as people see them. */
static char *picture_of(tarn_workspace *workspace) {
    tarn_table_info *tables;
    size_t count;
    tarn_text text = {0};
    tarn_error error = {0};
    char *out = NULL;
    size_t size;
    FILE *stream = open_memstream(&out, &size);
    assert_int_equal(tarn_tables(workspace, true, &tables, &count, NULL), TARN_OK);
    for (size_t i = 0; i < count; i++) {
        struct ArrowSchema schema;
        struct ArrowArray rows;
        fprintf(stream, "%s%s@%llu\n", tables[i].name, tables[i].dropped ? " (dropped)" : "",
                (unsigned long long)tables[i].version);
        if (tables[i].dropped)
            continue;
        if (tarn_page(workspace, tables[i].name, &(tarn_page_options){.count = 1000}, &schema, &rows, &error) !=
            TARN_OK)
            fail_msg("%s: %s", tables[i].name, error.message);
        for (int64_t column = 0; column < schema.n_children; column++) {
            fprintf(stream, "%s", schema.children[column]->name);
            for (int64_t row = 0; row < rows.length; row++) {
                assert_int_equal(tarn_print_json(schema.children[column], rows.children[column], row, &text, NULL),
                                 TARN_OK);
                fprintf(stream, " %s", text.data);
                tarn_text_clear(&text);
            }
            fprintf(stream, "\n");
        }
        rows.release(&rows);
        schema.release(&schema);
    }
    tarn_tables_free(tables, count);
    fclose(stream);
    return out;
}

static void check_workspace(shared *s, tarn_fs *fs, const progress *progress, const char *when, uint64_t number) {
    tarn_workspace workspace;
    tarn_verify_report report;
    tarn_error error = {0};
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t record;
    if (open_workspace(s, fs, &workspace, &error) != TARN_OK)
        fail_msg("%s %llu: %s", when, (unsigned long long)number, error.message);
    tarn_store_tip(workspace.store, &record, hash);
    if (record != progress->acknowledged && record != progress->tried)
        fail_msg("%s %llu: record %llu, acknowledged were %llu", when, (unsigned long long)number,
                 (unsigned long long)record, (unsigned long long)progress->acknowledged);
    assert_int_equal(tarn_store_verify(workspace.store, false, NULL, &report, NULL), TARN_OK);
    if (report.problem_count > 0)
        fail_msg("%s %llu: verify: %s", when, (unsigned long long)number, report.problems[0].what);
    tarn_verify_report_clear(&report);
    char *picture = picture_of(&workspace);
    if (strcmp(picture, s->pictures[record]) != 0)
        fail_msg("%s %llu: after record %llu the tables are\n%sinstead of\n%s", when, (unsigned long long)number,
                 (unsigned long long)record, picture, s->pictures[record]);
    free(picture);
    close_workspace(&workspace);
}

/* ---- the faults ---- */

static tarn_fs *new_disk(void) {
    tarn_fs *fs;
    assert_int_equal(tarn_fs_fault(&fs, NULL), TARN_OK);
    put_csv(fs);
    return fs;
}

static uint64_t count_calls(shared *s, unsigned kinds) {
    tarn_fs *fs = new_disk();
    progress progress;
    uint64_t before = tarn_fault_calls(fs, kinds);
    scenario(s, fs, &progress);
    assert_int_equal(progress.acknowledged, STEPS);
    uint64_t calls = tarn_fault_calls(fs, kinds) - before;
    check_workspace(s, fs, &progress, "without a fault", 0);
    tarn_fs_free(fs);
    return calls;
}

static void cut_power(shared *s, tarn_power_loss mode) {
    uint64_t calls = count_calls(s, TARN_FAULT_MUTATING);
    for (uint64_t n = 0; n <= calls; n++) {
        tarn_fs *fs = new_disk();
        progress progress;
        tarn_fault_freeze(fs, n);
        scenario(s, fs, &progress);
        assert_int_equal(tarn_fault_power_loss(fs, mode, n, NULL), TARN_OK);
        check_workspace(s, fs, &progress, "power lost at call", n);
        tarn_fs_free(fs);
    }
}

static void power_loss_drops_what_was_not_synced(void **state) {
    cut_power(*state, TARN_POWER_LOSS_DROP);
}

static void power_loss_tears(void **state) {
    cut_power(*state, TARN_POWER_LOSS_TORN);
}

/* The power goes at the end of each run: what was acknowledged in spite of the failure has to be durable. */
static void fail_each_call(shared *s, const tarn_fault_plan *pattern) {
    uint64_t calls = count_calls(s, pattern->kinds), hits = 0;
    for (uint64_t n = 1; n <= calls; n++) {
        tarn_fs *fs = new_disk();
        progress progress;
        tarn_fault_plan plan = *pattern;
        plan.call = n;
        tarn_fault_plan_set(fs, &plan);
        scenario(s, fs, &progress);
        hits += tarn_fault_plan_hits(fs) > 0;
        assert_int_equal(tarn_fault_power_loss(fs, TARN_POWER_LOSS_DROP, n, NULL), TARN_OK);
        check_workspace(s, fs, &progress, "failing call", n);
        tarn_fs_free(fs);
    }
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
    shared *s = calloc(1, sizeof *s);
    tarn_workspace workspace;
    if (s == NULL || tarn_pool_new(2, &s->pool, NULL) != TARN_OK ||
        tarn_engine_new(&(tarn_engine_options){.threads = 2}, &s->engine, NULL) != TARN_OK)
        return -1;
    tarn_fs *fs = new_disk();
    if (open_workspace(s, fs, &workspace, NULL) != TARN_OK)
        return -1;
    s->pictures[0] = picture_of(&workspace);
    for (uint64_t step = 1; step <= STEPS; step++) {
        if (take_step(&workspace, step) != TARN_OK) {
            fprintf(stderr, "step %llu fails without a fault\n", (unsigned long long)step);
            return -1;
        }
        s->pictures[step] = picture_of(&workspace);
    }
    close_workspace(&workspace);
    tarn_fs_free(fs);
    *state = s;
    return 0;
}

static int end(void **state) {
    shared *s = *state;
    tarn_engine_free(s->engine);
    tarn_pool_free(s->pool);
    for (size_t i = 0; i <= STEPS; i++)
        free(s->pictures[i]);
    free(s);
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
