/* Values: shared when equal and only then, patched, folded, of any type. */
#include "support.h"

#include "arrow/builder.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t batches_of(fixture *f) {
    tarn_store_info info;
    assert_ok(tarn_store_info_get(f->store, &info, error));
    return info.batches;
}

/* ---- sharing -------------------------------------------------------------------------------------------------------
 */

static void replace_numbers(tarn_draft *draft, void *context) {
    const int64_t *firsts = context; /* of each chunk */
    tarn_batch_id ids[3];
    struct ArrowSchema type = column_type("l", "whatever");
    for (int i = 0; i < 3; i++) {
        struct ArrowArray values = numbers(firsts[i], 1, 100);
        assert_ok(tarn_transaction_put(draft->transaction, &type, &values, &ids[i], error));
        tarn_array_release(&values);
    }
    assert_ok(tarn_draft_replace_column(draft, 0, &type, ids, error));
    tarn_schema_release(&type);
}

static void unchanged_batches_are_shared(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 300, 100), before = batches_of(f);
    int64_t firsts[] = {0, 100, 200};
    assert_false(commit_change(f->store, table, replace_numbers, firsts));
    firsts[1] = 7000;
    assert_true(commit_change(f->store, table, replace_numbers, firsts));
    assert_int_equal(batches_of(f), before + 1);
    make_table(f->store, "copy", 300, 100);
    assert_int_equal(batches_of(f), before + 1);
    tarn_version *head = head_of(f->store, table), *first;
    assert_ok(tarn_store_version(f->store, table, 1, &first, error));
    for (size_t chunk = 0; chunk < 3; chunk++)
        assert_int_equal(tarn_hash128_equal(tarn_version_reference(head, 0, chunk).base,
                                            tarn_version_reference(first, 0, chunk).base),
                         chunk != 1);
    assert_int_equal(number_at(head, 0, 150), 7050);
    tarn_version_release(head);
    tarn_version_release(first);
}

/* All values of one length have one hash. */
static tarn_status colliding_hash(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_hash128 *out,
                                  tarn_error *error) {
    (void)schema;
    (void)error;
    *out = (tarn_hash128){1, (uint64_t)array->length};
    return TARN_OK;
}

/* The hash that "no batch" is named by. */
static tarn_status zero_hash(const struct ArrowSchema *schema, const struct ArrowArray *array, tarn_hash128 *out,
                             tarn_error *error) {
    (void)schema;
    (void)array;
    (void)error;
    *out = (tarn_hash128){0, 0};
    return TARN_OK;
}

static void equal_hashes_do_not_make_equal_values(void **state) {
    fixture *f = *state;
    tarn_hash_function functions[] = {colliding_hash, zero_hash};
    for (int i = 0; i < 2; i++) {
        f->store->hash = functions[i];
        uint64_t table = make_table(f->store, i == 0 ? "t" : "u", 300, 100), before = batches_of(f);
        edit_number(f->store, table, 150, -1);
        make_table(f->store, i == 0 ? "t again" : "u again", 300, 100);
        assert_int_equal(batches_of(f), before + 1);
        fixture_reopen(f, NULL);
        f->store->hash = functions[i];
        tarn_version *version = head_of(f->store, table);
        int64_t *all = all_numbers(version, 0);
        for (int64_t j = 0; j < 300; j++)
            assert_int_equal(all[j], j == 150 ? -1 : j);
        free(all);
        char *text = text_at(version, 1, 250);
        assert_string_equal(text, "row 250");
        free(text);
        tarn_version_release(version);
    }
    f->store->hash = colliding_hash;
    /* an id that an aborted transaction gave may be given to other values */
    tarn_transaction *transaction;
    tarn_batch_id id;
    struct ArrowSchema type = column_type("l", "n");
    for (int64_t round = 0; round < 2; round++) {
        struct ArrowArray values = numbers(round * 5000, 1, 77);
        assert_ok(tarn_transaction_begin(f->store, &transaction, error));
        assert_ok(tarn_transaction_put(transaction, &type, &values, &id, error));
        tarn_batch *batch;
        assert_ok(tarn_store_read_batch(f->store, id, &batch, error));
        assert_true(tarn_array_equal(&type, tarn_batch_array(batch), &values));
        tarn_batch_release(batch);
        tarn_array_release(&values);
        tarn_transaction_abort(transaction);
    }
    tarn_schema_release(&type);
}

/* ---- patches ----------------------------------------------------------------------------------------------------- */

static void a_chunk_with_many_patches_is_folded(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 10000, 5000);
    size_t most = 0;
    for (int64_t i = 0; i < 200; i++) {
        edit_number(f->store, table, i * 3, -i - 1);
        tarn_version *version = head_of(f->store, table);
        tarn_batch_reference reference = tarn_version_reference(version, 0, 0);
        if (reference.patch_count > most)
            most = reference.patch_count;
        assert_int_equal(tarn_version_reference(version, 0, 1).patch_count, 0);
        tarn_version_release(version);
    }
    assert_int_equal(most, 64);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    int64_t *all = all_numbers(version, 0);
    for (int64_t i = 0; i < 10000; i++)
        assert_int_equal(all[i], i % 3 == 0 && i < 600 ? -i / 3 - 1 : i);
    free(all);
    tarn_version_release(version);
}

static void patch_with_repeats(tarn_draft *draft, void *context) {
    (void)context;
    int64_t rows[] = {250, 3, 250, 99, 3, 200}, changed;
    struct ArrowArray values = numbers(1000, 1, 6);
    assert_ok(tarn_draft_patch(draft, 0, rows, &values, &changed, error));
    assert_int_equal(changed, 4);
    assert_ok(tarn_draft_patch(draft, 0, rows, &values, &changed, error));
    assert_int_equal(changed, 0);
    rows[0] = 300;
    assert_fails(tarn_draft_patch(draft, 0, rows, &values, &changed, error), TARN_E_NOT_FOUND, "row 300");
    assert_fails(tarn_draft_patch(draft, 2, rows, &values, &changed, error), TARN_E_INVALID, "column 3");
    tarn_array_release(&values);
}

static void the_last_of_equal_rows_counts(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 300, 100);
    commit_change(f->store, table, patch_with_repeats, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(number_at(version, 0, 250), 1002);
    assert_int_equal(number_at(version, 0, 3), 1004);
    assert_int_equal(number_at(version, 0, 99), 1003);
    assert_int_equal(number_at(version, 0, 200), 1005);
    assert_int_equal(number_at(version, 0, 251), 251);
    tarn_version_release(version);
}

static void patch_text(tarn_draft *draft, void *context) {
    (void)context;
    const char *words[] = {NULL, "a text that is longer than twelve bytes", ""};
    int64_t rows[] = {0, 50, 99};
    struct ArrowArray values = texts(words, 3);
    assert_ok(tarn_draft_patch(draft, 1, rows, &values, NULL, error));
    tarn_array_release(&values);
}

static void clear_text(tarn_draft *draft, void *context) {
    (void)context;
    const char *words[] = {"back"};
    int64_t rows[] = {0};
    struct ArrowArray values = texts(words, 1);
    assert_ok(tarn_draft_patch(draft, 1, rows, &values, NULL, error));
    tarn_array_release(&values);
}

static void text_and_nulls_are_patched(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 100);
    commit_change(f->store, table, patch_text, NULL);
    fixture_reopen(f, NULL);
    const char *expected[] = {"NULL", "a text that is longer than twelve bytes", ""};
    int64_t rows[] = {0, 50, 99};
    tarn_version *version = head_of(f->store, table);
    for (int i = 0; i < 3; i++) {
        char *text = text_at(version, 1, rows[i]);
        assert_string_equal(text, expected[i]);
        free(text);
    }
    tarn_version_release(version);
    commit_change(f->store, table, clear_text, NULL);
    version = head_of(f->store, table);
    char *text = text_at(version, 1, 0);
    assert_string_equal(text, "back");
    free(text);
    tarn_version_release(version);
}

/* ---- types ------------------------------------------------------------------------------------------------------- */

/* list<struct<a: int32, d: dictionary<utf8>>> and others, as all-null columns that are patched and read back. */
static void add_odd_columns(tarn_draft *draft, void *context) {
    (void)context;
    struct ArrowSchema list, decimal = column_type("d:10,2", "decimal"),
                             stamp = column_type("tsu:Europe/Berlin", "stamp");
    struct ArrowSchema codes = column_type("i", "codes"), words = column_type("u", "");
    assert_ok(tarn_schema_make_nested(&list, "+l", "list", 1, error));
    assert_ok(tarn_schema_make_nested(list.children[0], "+s", "item", 2, error));
    assert_ok(tarn_schema_make(list.children[0]->children[0], "i", "a", error));
    assert_ok(tarn_schema_make(list.children[0]->children[1], "g", "b \"quoted\" ä", error));
    assert_ok(tarn_schema_metadata_set(&decimal, "ARROW:extension:name", "money", error));
    assert_ok(tarn_schema_metadata_set(&decimal, "note", "a\nb", error));
    codes.dictionary = &words;
    assert_ok(tarn_draft_add_column(draft, &list, SIZE_MAX, error));
    assert_ok(tarn_draft_add_column(draft, &decimal, SIZE_MAX, error));
    assert_ok(tarn_draft_add_column(draft, &stamp, SIZE_MAX, error));
    assert_ok(tarn_draft_add_column(draft, &codes, SIZE_MAX, error));
    codes.dictionary = NULL;
    tarn_schema_release(&list);
    tarn_schema_release(&decimal);
    tarn_schema_release(&stamp);
    tarn_schema_release(&codes);
    tarn_schema_release(&words);
}

static void patch_decimal(tarn_draft *draft, void *context) {
    (void)context;
    tarn_builder *builder;
    struct ArrowArray value;
    uint8_t raw[16] = {0x39, 0x30};
    int64_t row = 42;
    assert_ok(tarn_builder_new(tarn_draft_column(draft, 3)->type, &builder, error));
    assert_ok(tarn_builder_raw(builder, raw, error));
    assert_ok(tarn_builder_finish(builder, &value, error));
    tarn_builder_free(builder);
    assert_ok(tarn_draft_patch(draft, 3, &row, &value, NULL, error));
    tarn_array_release(&value);
}

static void types_survive(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 100, 30);
    commit_change(f->store, table, add_odd_columns, NULL);
    commit_change(f->store, table, patch_decimal, NULL);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    const char *names[] = {"int64", "utf8", "list<struct<a: int32, b \"quoted\" ä: float64>>"};
    for (size_t i = 0; i < 2; i++) {
        char *name = tarn_schema_type_name(tarn_version_column(version, i)->type);
        assert_string_equal(name, names[i]);
        free(name);
    }
    const struct ArrowSchema *list = tarn_version_column(version, 2)->type;
    assert_string_equal(list->children[0]->children[1]->name, "b \"quoted\" ä");
    const char *value;
    size_t size;
    assert_true(tarn_schema_metadata_get(tarn_version_column(version, 3)->type, "note", &value, &size));
    assert_int_equal(size, 3);
    assert_memory_equal(value, "a\nb", 3);
    assert_string_equal(tarn_version_column(version, 4)->type->format, "tsu:Europe/Berlin");
    assert_string_equal(tarn_version_column(version, 5)->type->dictionary->format, "u");
    for (size_t column = 2; column < 6; column++) {
        char *text = text_at(version, column, 42);
        assert_string_equal(text, column == 3 ? "123.45" : "NULL");
        free(text);
        for (size_t chunk = 0; chunk < 4; chunk++) {
            tarn_batch *batch;
            assert_ok(tarn_version_read(version, column, chunk, &batch, error));
            assert_int_equal(tarn_batch_array(batch)->length, chunk < 3 ? 30 : 10);
            tarn_batch_release(batch);
        }
    }
    struct ArrowSchema schema;
    assert_ok(tarn_version_schema(version, &schema, error));
    assert_int_equal(schema.n_children, 6);
    assert_string_equal(schema.children[5]->name, "codes");
    tarn_schema_release(&schema);
    size_t column;
    assert_ok(tarn_version_find_column(version, "DECIMAL", &column, error));
    assert_int_equal(column, 3);
    assert_fails(tarn_version_find_column(version, "decmal", &column, error), TARN_E_NOT_FOUND,
                 "did you mean \"decimal\"");
    assert_fails(tarn_version_find_column(version, "zzz", &column, error), TARN_E_NOT_FOUND, "no column \"zzz\"");
    tarn_version_release(version);
}

static void become_text(tarn_draft *draft, void *context) {
    (void)context;
    const char *words[] = {"x", "y", "z"};
    struct ArrowSchema type = column_type("u", "ignored");
    struct ArrowArray values = texts(words, 3);
    tarn_batch_id id, unknown = {1, 2};
    assert_ok(tarn_transaction_put(draft->transaction, &type, &values, &id, error));
    assert_ok(tarn_draft_replace_column(draft, 0, &type, &id, error));
    assert_fails(tarn_draft_replace_column(draft, 0, &type, &unknown, error), TARN_E_INVALID, "not put");
    assert_fails(tarn_draft_replace_batch(draft, 0, 1, id, error), TARN_E_INVALID, "chunk 1");
    assert_ok(tarn_draft_replace_batch(draft, 1, 0, id, error));
    assert_fails(tarn_draft_append_chunk(draft, 0, &id, error), TARN_E_INVALID, "not 0");
    assert_fails(tarn_draft_append_chunk(draft, TARN_CHUNK_ROWS + 1, &id, error), TARN_E_INVALID, "122881");
    tarn_array_release(&values);
    tarn_schema_release(&type);
}

static void a_column_can_change_its_type(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 3, 3);
    commit_change(f->store, table, become_text, NULL);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_string_equal(tarn_version_column(version, 0)->name, "n");
    assert_int_equal(tarn_version_column(version, 0)->field, 1);
    char *text = text_at(version, 0, 1);
    assert_string_equal(text, "y");
    free(text);
    tarn_version_release(version);
    assert_ok(tarn_store_version(f->store, table, 1, &version, error));
    assert_int_equal(number_at(version, 0, 1), 1);
    tarn_version_release(version);
}

static void replace_all(tarn_draft *draft, void *context) {
    int64_t rows = *(int64_t *)context;
    struct ArrowSchema type = column_type("l", "n");
    struct ArrowArray values = numbers(0, 1, rows);
    tarn_batch_id id;
    assert_ok(tarn_draft_restart(draft, error));
    assert_int_equal(tarn_draft_column_count(draft), 0);
    assert_ok(tarn_draft_add_column(draft, &type, 0, error));
    assert_ok(tarn_transaction_put(draft->transaction, &type, &values, &id, error));
    assert_ok(tarn_draft_append_chunk(draft, rows, &id, error));
    tarn_array_release(&values);
    tarn_schema_release(&type);
}

static void a_table_can_be_replaced_as_a_whole(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 300, 100);
    int64_t rows = 5;
    assert_true(commit_change(f->store, table, replace_all, &rows));
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table), *first;
    assert_ok(tarn_store_version(f->store, table, 1, &first, error));
    assert_true(tarn_version_row_space(version) != tarn_version_row_space(first));
    assert_numbers(version, 0, (int64_t[]){0, 1, 2, 3, 4}, 5);
    assert_int_equal(tarn_version_column(version, 0)->field, 3);
    assert_int_equal(number_at(first, 0, 299), 299);
    tarn_version_release(version);
    tarn_version_release(first);
    assert_false(commit_change(f->store, table, replace_all, &rows)); /* by the very same */
    edit_number(f->store, table, 2, -2);
    version = head_of(f->store, table);
    assert_numbers(version, 0, (int64_t[]){0, 1, -2, 3, 4}, 5);
    tarn_version_release(version);
}

/* Versions and batches are read by many threads at once. */
typedef struct reading {
    fixture *f;
    uint64_t table;
} reading;

static tarn_status read_some(void *context, size_t index, tarn_error *error) {
    const reading *r = context;
    tarn_version *version;
    TARN_TRY(tarn_store_version(r->f->store, r->table, 1 + index % 20, &version, error));
    tarn_status status = TARN_OK;
    for (size_t chunk = 0; chunk < 4 && status == TARN_OK; chunk++) {
        tarn_batch *batch;
        int64_t row;
        status = tarn_version_read(version, index % 2, chunk, &batch, error);
        if (status != TARN_OK)
            break;
        tarn_batch_release(batch);
        status = tarn_version_locate(version, (int64_t)index % 350, 1, &row, error);
    }
    tarn_version_release(version);
    return status;
}

static void many_threads_read(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 400, 100);
    for (int64_t i = 0; i < 20; i++)
        edit_number(f->store, table, i * 7, -i - 1);
    tarn_pool *pool;
    assert_ok(tarn_pool_new(4, &pool, error));
    fixture_reopen(f, &(tarn_store_options){.pool = pool, .cache_bytes = 20000});
    reading r = {f, table};
    assert_ok(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, NULL, 2000, read_some, &r, error));
    tarn_verify_report report;
    assert_ok(tarn_store_verify(f->store, false, NULL, &report, error));
    assert_int_equal(report.problem_count, 0);
    tarn_verify_report_clear(&report);
    tarn_recode_report recoded;
    assert_ok(tarn_store_recode(f->store, table, TARN_CODEC_LZ4, NULL, &recoded, error));
    make_table(f->store, "more", 5000, 700);
    fixture_reopen(f, NULL);
    tarn_pool_free(pool);
}

/* Reads the head again and again until told to stop. */
typedef struct follower {
    fixture *f;
    uint64_t table;
    atomic_bool *seen; /* somebody has read something */
} follower;

static tarn_status follow(void *context, tarn_task *task, tarn_error *error) {
    follower *me = context;
    while (!tarn_task_is_cancelled(task)) {
        tarn_version *version;
        struct ArrowArray value;
        int64_t row;
        TARN_TRY(tarn_store_version(me->f->store, me->table, TARN_HEAD, &version, error));
        int64_t newest = (int64_t)tarn_version_number(version) - 2; /* the row that made it */
        tarn_status status = tarn_version_locate(version, newest < 0 ? 0 : newest, 1, &row, error);
        if (status == TARN_OK)
            status = tarn_version_take(version, 0, &row, 1, &value, error);
        if (status == TARN_OK) {
            int64_t number = ((const int64_t *)value.buffers[1])[value.offset];
            if (number != (newest < 0 ? 0 : -newest - 1))
                status = tarn_fail(error, TARN_E_INTERNAL, "version %lld shows %lld", (long long)newest + 2,
                                   (long long)number);
            tarn_array_release(&value);
        }
        atomic_store(me->seen, true);
        tarn_version_release(version);
        TARN_TRY(status);
    }
    return TARN_OK;
}

static void threads_read_while_one_writes(void **state) {
    enum { FOLLOWERS = 3, EDITS = 300 };
    fixture *f = *state;
    tarn_pool *pool;
    tarn_task *task;
    tarn_job *jobs[FOLLOWERS];
    follower followers[FOLLOWERS];
    fixture_reopen(f, &(tarn_store_options){.journal_bytes = 5000, .segment_bytes = 50000, .cache_bytes = 50000});
    uint64_t table = make_table(f->store, "t", 400, 100);
    atomic_bool seen = false;
    assert_ok(tarn_pool_new(FOLLOWERS, &pool, error));
    assert_ok(tarn_task_new(&task, error));
    for (int i = 0; i < FOLLOWERS; i++) {
        followers[i] = (follower){f, table, &seen};
        assert_ok(tarn_job_submit(pool, TARN_PRIORITY_USER_VISIBLE, task, follow, &followers[i], &jobs[i], error));
    }
    for (int64_t i = 0; i < EDITS; i++) {
        edit_number(f->store, table, i, -i - 1);
        if (i % 100 == 50) {
            tarn_gc_report report;
            tarn_recode_report recoded;
            assert_ok(tarn_store_gc(f->store, &(tarn_gc_options){.keep_versions = 20}, NULL, &report, error));
            assert_ok(
                tarn_store_recode(f->store, table, i < 100 ? TARN_CODEC_ZSTD : TARN_CODEC_NONE, NULL, &recoded, error));
            assert_ok(tarn_store_prune_journal(f->store, 10, error));
        }
    }
    while (!atomic_load(&seen) && !tarn_job_is_done(jobs[0])) /* on a busy machine the readers may begin late */
        continue;
    tarn_task_cancel(task);
    for (int i = 0; i < FOLLOWERS; i++) {
        tarn_error problem = {0};
        tarn_status status = tarn_job_wait(jobs[i], &problem);
        if (status != TARN_OK && status != TARN_E_CANCELLED)
            fail_msg("%s", problem.message);
    }
    assert_true(atomic_load(&seen));
    tarn_task_release(task);
    tarn_pool_free(pool);
}

/* How many batches the cache holds after all of a column on the disk was read. */
static size_t kept_batches(tarn_fs *fs, const char *folder, uint64_t table, const tarn_store_options *options) {
    tarn_store *store;
    tarn_version *version;
    assert_ok(tarn_store_open(fs, folder, options, &store, error));
    assert_ok(tarn_store_version(store, table, TARN_HEAD, &version, error));
    for (size_t chunk = 0; chunk < tarn_version_chunk_count(version); chunk++) {
        tarn_batch *batch;
        assert_ok(tarn_version_read(version, 0, chunk, &batch, error));
        tarn_batch_release(batch);
    }
    tarn_version_release(version);
    size_t count = store->cache.node_count;
    tarn_store_close(store);
    return count;
}

static void more_is_kept_of_what_lies_in_pages_of_files(void **state) {
    (void)state;
#ifdef __EMSCRIPTEN__
    skip(); /* no file can be mapped there */
#endif
    char folder[] = "/tmp/tarn-values-XXXXXX";
    tarn_fs *fs;
    tarn_store *store;
    assert_non_null(mkdtemp(folder));
    assert_ok(tarn_fs_posix(&fs, error));
    assert_ok(tarn_store_create(fs, folder, error));
    assert_ok(tarn_store_open(fs, folder, NULL, &store, error));
    uint64_t table = make_table(store, "t", 160000, 20000); /* 8 batches of 160 kB */
    tarn_store_close(store);
    tarn_store_options few = {.cache_bytes = 400000}, many = {.cache_bytes = 400000, .mapped_bytes = 2000000};
    tarn_store_options none = {.cache_bytes = 400000, .mapped_bytes = 1};
    assert_int_equal(kept_batches(fs, folder, table, &few), 2);
    assert_int_equal(kept_batches(fs, folder, table, &none), 2);
    assert_int_equal(kept_batches(fs, folder, table, &many), 8);
    assert_int_equal(kept_batches(fs, folder, table, NULL), 8);
    assert_ok(tarn_fs_remove_all(fs, folder, error));
    tarn_fs_free(fs);
}

static void append_one(tarn_draft *draft, int64_t value) {
    struct ArrowSchema types[2] = {column_type("l", "n"), column_type("u", "t")};
    const char *text = "x";
    struct ArrowArray arrays[2] = {numbers(value, 1, 1), texts(&text, 1)};
    tarn_batch_id ids[2];
    for (int i = 0; i < 2; i++) {
        assert_ok(tarn_transaction_put(draft->transaction, &types[i], &arrays[i], &ids[i], error));
        tarn_array_release(&arrays[i]);
        tarn_schema_release(&types[i]);
    }
    assert_ok(tarn_draft_append_chunk(draft, 1, ids, error));
}

/* The first patch of a column comes when there is room for more chunks already. */
static void append_patch_append(tarn_draft *draft, void *context) {
    (void)context;
    const int64_t first = 0;
    struct ArrowArray value = numbers(-1, 1, 1);
    append_one(draft, 1);
    append_one(draft, 2);
    assert_ok(tarn_draft_patch(draft, 0, &first, &value, NULL, error));
    tarn_array_release(&value);
    for (int64_t i = 3; i < 40; i++)
        append_one(draft, i);
}

static void chunks_follow_a_first_patch(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 1, 1);
    assert_true(commit_change(f->store, table, append_patch_append, NULL));
    for (int turn = 0; turn < 2; turn++) {
        tarn_version *version = head_of(f->store, table);
        assert_int_equal(tarn_version_rows(version), 40);
        for (int64_t i = 0; i < 40; i++)
            assert_int_equal(number_at(version, 0, i), i == 0 ? -1 : i);
        tarn_version_release(version);
        fixture_reopen(f, NULL);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(unchanged_batches_are_shared),
        TEST(equal_hashes_do_not_make_equal_values),
        TEST(a_chunk_with_many_patches_is_folded),
        TEST(the_last_of_equal_rows_counts),
        TEST(chunks_follow_a_first_patch),
        TEST(text_and_nulls_are_patched),
        TEST(types_survive),
        TEST(a_column_can_change_its_type),
        TEST(a_table_can_be_replaced_as_a_whole),
        TEST(many_threads_read),
        cmocka_unit_test(more_is_kept_of_what_lies_in_pages_of_files),
        TEST(threads_read_while_one_writes),
    };
    return cmocka_run_group_tests_name("values", tests, NULL, NULL);
}
