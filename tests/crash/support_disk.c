#include "support_disk.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const tarn_store_options small_files = {.segment_bytes = 4096, .journal_bytes = 2500};

typedef struct progress {
    bool opened;
    uint64_t acknowledged, tried;
} progress;

void scenario_start(scenario *s) {
    assert_int_equal(tarn_pool_new(2, &s->pool, NULL), TARN_OK);
    assert_int_equal(tarn_engine_new(&(tarn_engine_options){.threads = 2}, &s->engine, NULL), TARN_OK);
}

void scenario_end(scenario *s) {
    scenario_forget(s);
    tarn_engine_free(s->engine);
    tarn_pool_free(s->pool);
}

void scenario_forget(scenario *s) {
    for (size_t i = 0; i <= MOST_STEPS; i++) {
        free(s->pictures[i]);
        s->pictures[i] = NULL;
    }
}

/* ---- disks ---- */

tarn_status disk_open_workspace(scenario *s, tarn_fs *fs, tarn_workspace *out, tarn_error *error) {
    *out =
        (tarn_workspace){.root = out, .files = fs, .fs = fs, .pool = s->pool, .engine = s->engine, .directory = FOLDER};
    pthread_mutex_init(&out->writing, NULL);
    pthread_cond_init(&out->written, NULL);
    TARN_TRY(tarn_diff_cache_new(1 << 20, &out->diffs, error));
    return tarn_store_open(fs, FOLDER, &small_files, &out->store, error);
}

void disk_close_workspace(tarn_workspace *workspace) {
    if (workspace->store != NULL)
        tarn_tidy_finish(workspace);
    tarn_diff_cache_free(workspace->diffs);
    tarn_store_close(workspace->store);
    pthread_cond_destroy(&workspace->written);
    pthread_mutex_destroy(&workspace->writing);
}

void disk_put_file(tarn_fs *fs, const char *path, const void *content, size_t size) {
    tarn_file *file;
    assert_int_equal(tarn_fs_open(fs, path, TARN_OPEN_CREATE, &file, NULL), TARN_OK);
    assert_int_equal(tarn_file_write(file, 0, content, size, NULL), TARN_OK);
    assert_int_equal(tarn_file_sync(file, NULL), TARN_OK);
    tarn_file_close(file);
}

static void copy_file(tarn_fs *from, tarn_fs *to, const char *path) {
    tarn_file *file;
    uint64_t size = 0;
    size_t got;
    assert_int_equal(tarn_fs_open(from, path, TARN_OPEN_READ, &file, NULL), TARN_OK);
    assert_int_equal(tarn_file_size(file, &size, NULL), TARN_OK);
    char *content = malloc(size + 1);
    assert_int_equal(tarn_file_read(file, 0, content, size, &got, NULL), TARN_OK);
    assert_int_equal(got, size);
    tarn_file_close(file);
    disk_put_file(to, path, content, size);
    free(content);
}

void disk_copy(tarn_fs *from, tarn_fs *to, const char *folder) {
    tarn_entry *entries;
    size_t count;
    assert_int_equal(tarn_fs_make_directories(to, folder, NULL), TARN_OK);
    assert_int_equal(tarn_fs_list(from, folder, &entries, &count, NULL), TARN_OK);
    for (size_t i = 0; i < count; i++) {
        char *path = tarn_path_join(folder, entries[i].name);
        if (entries[i].kind == TARN_ENTRY_DIRECTORY)
            disk_copy(from, to, path);
        else
            copy_file(from, to, path);
        free(path);
    }
    assert_int_equal(tarn_fs_sync_directory(to, folder, NULL), TARN_OK);
    tarn_entries_free(entries, count);
}

static tarn_fs *new_disk(const scenario *s) {
    tarn_fs *fs;
    assert_int_equal(tarn_fs_fault(&fs, NULL), TARN_OK);
    s->make(s->context, fs);
    assert_int_equal(tarn_fs_sync_directory(fs, "/", NULL), TARN_OK);
    return fs;
}

/* ---- what the tables are ---- */

static void print_rows(FILE *stream, const struct ArrowSchema *schema, const struct ArrowArray *rows) {
    tarn_text text = {0};
    for (int64_t column = 0; column < schema->n_children; column++) {
        fprintf(stream, "%s", schema->children[column]->name);
        for (int64_t row = 0; row < rows->length; row++) {
            assert_int_equal(tarn_print_json(schema->children[column], rows->children[column], row, &text, NULL),
                             TARN_OK);
            fprintf(stream, " %s", text.data);
            tarn_text_clear(&text);
        }
        fprintf(stream, "\n");
    }
}

static char *picture_of(tarn_workspace *workspace) {
    tarn_table_info *tables;
    size_t count;
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
        print_rows(stream, &schema, &rows);
        rows.release(&rows);
        schema.release(&schema);
    }
    tarn_tables_free(tables, count);
    fclose(stream);
    return out;
}

static uint64_t last_record(tarn_workspace *workspace) {
    char hash[TARN_SHA256_TEXT_SIZE];
    uint64_t record;
    tarn_store_tip(workspace->store, &record, hash);
    return record;
}

void scenario_rehearse(scenario *s) {
    tarn_workspace workspace;
    tarn_error error = {0};
    tarn_fs *fs = new_disk(s);
    assert_int_equal(disk_open_workspace(s, fs, &workspace, NULL), TARN_OK);
    s->first = last_record(&workspace);
    s->pictures[0] = picture_of(&workspace);
    for (uint64_t step = 1; step <= s->steps; step++) {
        if (s->step(s->context, &workspace, step, &error) != TARN_OK)
            fail_msg("%s: step %llu fails without a fault: %s", s->name, (unsigned long long)step, error.message);
        if (last_record(&workspace) != s->first + step)
            fail_msg("%s: step %llu makes %llu records", s->name, (unsigned long long)step,
                     (unsigned long long)(last_record(&workspace) - s->first - step + 1));
        s->pictures[step] = picture_of(&workspace);
    }
    disk_close_workspace(&workspace);
    tarn_fs_free(fs);
}

bool scenario_changes(scenario *s) {
    tarn_workspace workspace;
    tarn_error error = {0};
    tarn_fs *fs = new_disk(s);
    assert_int_equal(disk_open_workspace(s, fs, &workspace, NULL), TARN_OK);
    uint64_t before = last_record(&workspace);
    if (s->step(s->context, &workspace, 1, &error) != TARN_OK)
        fail_msg("%s fails without a fault: %s", s->name, error.message);
    bool changes = last_record(&workspace) > before;
    disk_close_workspace(&workspace);
    tarn_fs_free(fs);
    return changes;
}

/* ---- runs ---- */

static void run(scenario *s, tarn_fs *fs, progress *progress) {
    tarn_workspace workspace;
    *progress = (struct progress){0};
    if (disk_open_workspace(s, fs, &workspace, NULL) == TARN_OK) {
        progress->opened = true;
        while (progress->tried < s->steps && s->step(s->context, &workspace, ++progress->tried, NULL) == TARN_OK)
            progress->acknowledged = progress->tried;
    }
    disk_close_workspace(&workspace);
}

static void check(scenario *s, tarn_fs *fs, const progress *progress, const char *when, uint64_t number) {
    tarn_workspace workspace;
    tarn_verify_report report;
    tarn_error error = {0};
    if (disk_open_workspace(s, fs, &workspace, &error) != TARN_OK)
        fail_msg("%s, %s %llu: %s", s->name, when, (unsigned long long)number, error.message);
    uint64_t step = last_record(&workspace) - s->first;
    if (step != progress->acknowledged && step != progress->tried)
        fail_msg("%s, %s %llu: at step %llu, acknowledged were %llu", s->name, when, (unsigned long long)number,
                 (unsigned long long)step, (unsigned long long)progress->acknowledged);
    assert_int_equal(tarn_store_verify(workspace.store, false, NULL, &report, NULL), TARN_OK);
    if (report.problem_count > 0)
        fail_msg("%s, %s %llu: verify: %s", s->name, when, (unsigned long long)number, report.problems[0].what);
    tarn_verify_report_clear(&report);
    char *picture = picture_of(&workspace);
    if (strcmp(picture, s->pictures[step]) != 0)
        fail_msg("%s, %s %llu: after step %llu the tables are\n%sinstead of\n%s", s->name, when,
                 (unsigned long long)number, (unsigned long long)step, picture, s->pictures[step]);
    free(picture);
    disk_close_workspace(&workspace);
}

uint64_t scenario_calls(scenario *s, unsigned kinds) {
    tarn_fs *fs = new_disk(s);
    progress progress;
    uint64_t before = tarn_fault_calls(fs, kinds);
    run(s, fs, &progress);
    assert_int_equal(progress.acknowledged, s->steps);
    uint64_t calls = tarn_fault_calls(fs, kinds) - before;
    check(s, fs, &progress, "without a fault", 0);
    tarn_fs_free(fs);
    return calls;
}

void scenario_cut_power(scenario *s, tarn_power_loss mode, uint64_t call) {
    tarn_fs *fs = new_disk(s);
    progress progress;
    tarn_fault_freeze(fs, call);
    run(s, fs, &progress);
    assert_int_equal(tarn_fault_power_loss(fs, mode, call, NULL), TARN_OK);
    check(s, fs, &progress, "power lost at call", call);
    tarn_fs_free(fs);
}

bool scenario_fail_call(scenario *s, const tarn_fault_plan *pattern, uint64_t call) {
    tarn_fs *fs = new_disk(s);
    progress progress;
    tarn_fault_plan plan = *pattern;
    plan.call = call;
    tarn_fault_plan_set(fs, &plan);
    run(s, fs, &progress);
    bool hit = tarn_fault_plan_hits(fs) > 0;
    assert_int_equal(tarn_fault_power_loss(fs, TARN_POWER_LOSS_DROP, call, NULL), TARN_OK);
    check(s, fs, &progress, "failing call", call);
    tarn_fs_free(fs);
    return hit;
}
