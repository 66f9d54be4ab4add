/* Which rows show, in which order, and that their numbers are theirs for ever: small cases, then random ones against a
 * plain model. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- orders -------------------------------------------------------------------------------------------------------
 */

static void set_runs(tarn_draft *draft, void *context) {
    (void)context;
    int64_t pairs[] = {5, 5, 0, 5};
    assert_fails(tarn_draft_set_runs(draft, pairs, 1, error), TARN_E_INVALID, "every row exactly once");
    assert_fails(tarn_draft_set_runs(draft, (int64_t[]){0, 6, 5, 5}, 2, error), TARN_E_INVALID, "exactly once");
    assert_fails(tarn_draft_set_runs(draft, (int64_t[]){0, 0}, 1, error), TARN_E_INVALID, "run of 0 rows");
    assert_ok(tarn_draft_set_runs(draft, pairs, 2, error));
}

static void natural_runs(tarn_draft *draft, void *context) {
    (void)context;
    assert_ok(tarn_draft_set_runs(draft, (int64_t[]){0, 5, 5, 5}, 2, error));
}

static void runs_show_rows_in_another_order(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 10, 4);
    commit_change(f->store, table, set_runs, NULL);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table), *first;
    assert_numbers(version, 0, (int64_t[]){5, 6, 7, 8, 9, 0, 1, 2, 3, 4}, 10);
    assert_true(tarn_version_has_order(version));
    assert_ok(tarn_store_version(f->store, table, 1, &first, error));
    assert_false(tarn_version_same_order(version, first));
    assert_true(tarn_version_same_live(version, 0, first, 0));
    tarn_version_release(version);
    assert_true(commit_change(f->store, table, natural_runs, NULL));
    version = head_of(f->store, table);
    assert_false(tarn_version_has_order(version));
    assert_true(tarn_version_same_order(version, first));
    tarn_version_release(first);
    tarn_version_release(version);
}

static void sort_down(tarn_draft *draft, void *context) {
    (void)context;
    int64_t rows[8] = {9, 8, 7, 6, 5, 4, 3, 3};
    assert_fails(tarn_draft_set_permutation(draft, rows, 8, error), TARN_E_INVALID, "twice");
    rows[7] = 55;
    assert_fails(tarn_draft_set_permutation(draft, rows, 8, error), TARN_E_INVALID, "55");
    assert_ok(tarn_draft_set_permutation(draft, rows, 7, error));
}

static void remove_8_and_1(tarn_draft *draft, void *context) {
    (void)context;
    assert_ok(tarn_draft_delete_rows(draft, (int64_t[]){8, 1}, 2, NULL, error));
    assert_fails(tarn_draft_delete_rows(draft, (int64_t[]){10}, 1, NULL, error), TARN_E_NOT_FOUND, "row 10");
}

static void a_permutation_shows_what_it_names_first(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 10, 4);
    commit_change(f->store, table, sort_down, NULL);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_numbers(version, 0, (int64_t[]){9, 8, 7, 6, 5, 4, 3, 0, 1, 2}, 10);
    assert_int_equal(number_at(version, 0, 8), 1);
    tarn_version_release(version);
    commit_change(f->store, table, remove_8_and_1, NULL);
    fixture_reopen(f, NULL);
    version = head_of(f->store, table);
    assert_numbers(version, 0, (int64_t[]){9, 7, 6, 5, 4, 3, 0, 2}, 8);
    int64_t rows[9];
    assert_fails(tarn_version_locate(version, 4, 5, rows, error), TARN_E_INVALID, "there are 8");
    tarn_version_release(version);
}

static void sort_all_down(tarn_draft *draft, void *context) {
    int64_t count = *(int64_t *)context;
    int64_t *rows = malloc((size_t)count * sizeof *rows);
    for (int64_t i = 0; i < count; i++)
        rows[i] = count - 1 - i;
    assert_ok(tarn_draft_set_permutation(draft, rows, count, error));
    free(rows);
}

static void insert_one(tarn_draft *draft, void *context) {
    const int64_t *what = context; /* position, value */
    const char *word = "new";
    struct ArrowArray children[2] = {numbers(what[1], 1, 1), texts(&word, 1)}, rows;
    void *buffers[] = {NULL};
    assert_ok(tarn_array_make(&rows, 1, 0, buffers, 1, children, 2, error));
    assert_ok(tarn_draft_insert_rows(draft, what[0], &rows, error));
    tarn_array_release(&rows);
}

static void rows_can_be_inserted_into_a_long_sorted_table(void **state) {
    fixture *f = *state;
    int64_t count = TARN_CHUNK_ROWS + 1000;
    uint64_t table = make_table(f->store, "t", count, TARN_CHUNK_ROWS);
    commit_change(f->store, table, sort_all_down, &count);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(version->state.order->count, 2);
    assert_int_equal(number_at(version, 0, 7), count - 8);
    assert_int_equal(number_at(version, 0, count - 1), 0);
    tarn_version_release(version);
    commit_change(f->store, table, insert_one, (int64_t[]){1000, -1});
    commit_change(f->store, table, insert_one, (int64_t[]){count, -2});
    fixture_reopen(f, NULL);
    version = head_of(f->store, table);
    assert_int_equal(version->state.order->count, 3);
    assert_int_equal(number_at(version, 0, 999), count - 1000);
    assert_int_equal(number_at(version, 0, 1000), -1);
    assert_int_equal(number_at(version, 0, 1001), count - 1001);
    assert_int_equal(number_at(version, 0, count), -2);
    assert_int_equal(number_at(version, 0, count + 1), 0);
    tarn_version_release(version);
}

static void typed_rows_join_a_small_chunk(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 3, 3);
    for (int64_t i = 0; i < 200; i++)
        commit_change(f->store, table, insert_one, (int64_t[]){i % 3, 1000 + i});
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(tarn_version_chunk_count(version), 1);
    assert_int_equal(tarn_version_rows(version), 203);
    tarn_version_release(version);
}

/* ---- live sets --------------------------------------------------------------------------------------------------- */

static void set_live(tarn_draft *draft, void *context) {
    assert_ok(tarn_draft_set_live(draft, 1, context, error));
    assert_fails(tarn_draft_set_live(draft, 3, context, error), TARN_E_INVALID, "chunk 3");
}

static void live_bits_are_set_as_a_whole(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 10, 4);
    uint8_t bits = 0xF5;
    commit_change(f->store, table, set_live, &bits);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_numbers(version, 0, (int64_t[]){0, 1, 2, 3, 4, 6, 8, 9}, 8);
    assert_int_equal(tarn_version_chunk(version, 1).live, 2);
    size_t chunk;
    int64_t offset;
    bool live;
    assert_ok(tarn_version_find_row(version, 5, &chunk, &offset, &live, error));
    assert_false(live);
    assert_int_equal(chunk, 1);
    assert_int_equal(offset, 1);
    assert_fails(tarn_version_find_row(version, 10, &chunk, &offset, &live, error), TARN_E_NOT_FOUND, "row 10");
    tarn_version_release(version);
    bits = 0xFF;
    commit_change(f->store, table, set_live, &bits);
    version = head_of(f->store, table);
    assert_int_equal(tarn_version_rows(version), 10);
    assert_null(version->state.live);
    tarn_version_release(version);
}

/* ---- the appender ------------------------------------------------------------------------------------------------ */

static void append_pieces(tarn_draft *draft, void *context) {
    const int64_t *sizes = context; /* ended by 0 */
    tarn_appender *appender;
    int64_t next = 1000000;
    assert_ok(tarn_appender_new(draft, &appender, error));
    for (; *sizes != 0; sizes++) {
        const char **words = calloc((size_t)*sizes, sizeof *words);
        for (int64_t i = 0; i < *sizes; i++)
            words[i] = i % 3 == 0 ? NULL : "word";
        struct ArrowArray children[2] = {numbers(next, 1, *sizes), texts(words, *sizes)}, rows;
        void *buffers[] = {NULL};
        assert_ok(tarn_array_make(&rows, *sizes, 0, buffers, 1, children, 2, error));
        assert_ok(tarn_appender_add(appender, &rows, error));
        tarn_array_release(&rows);
        free(words);
        next += *sizes;
    }
    assert_ok(tarn_appender_finish(appender, error));
    tarn_appender_free(appender);
}

static void pieces_of_any_size_become_whole_chunks(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 10, 10);
    int64_t sizes[] = {5, 1, 70000, 52874, 3, 3 * TARN_CHUNK_ROWS + 17, 0};
    commit_change(f->store, table, append_pieces, sizes);
    fixture_reopen(f, NULL);
    tarn_version *version = head_of(f->store, table);
    int64_t total = 5 + 1 + 70000 + 52874 + 3 + 3 * TARN_CHUNK_ROWS + 17;
    assert_int_equal(tarn_version_rows(version), total + 10);
    for (size_t i = 1; i + 1 < tarn_version_chunk_count(version); i++)
        assert_int_equal(tarn_version_chunk(version, i).rows, TARN_CHUNK_ROWS);
    int64_t *all = all_numbers(version, 0);
    for (int64_t i = 0; i < total; i++) {
        if (all[i + 10] != 1000000 + i)
            fail_msg("row %lld is %lld", (long long)i, (long long)all[i + 10]);
    }
    free(all);
    tarn_version_release(version);
}

static void append_large_cells(tarn_draft *draft, void *context) {
    (void)context;
    enum { ROWS = 5000, CELL = 20000 };
    struct ArrowArray children[2], rows;
    int32_t *offsets = tarn_aligned_alloc((ROWS + 1) * sizeof *offsets);
    char *text = tarn_aligned_alloc((size_t)ROWS * CELL);
    tarn_appender *appender;
    for (int64_t i = 0; i <= ROWS; i++)
        offsets[i] = (int32_t)(i * CELL);
    memset(text, 'x', (size_t)ROWS * CELL);
    for (int64_t i = 0; i < ROWS; i++)
        memcpy(text + i * CELL, &(char[]){(char)('a' + i % 26), (char)('a' + i / 26 % 26), (char)('a' + i / 676)}, 3);
    void *text_buffers[] = {NULL, offsets, text}, *buffers[] = {NULL};
    children[0] = numbers(0, 1, ROWS);
    assert_ok(tarn_array_make(&children[1], ROWS, 0, text_buffers, 3, NULL, 0, error));
    assert_ok(tarn_array_make(&rows, ROWS, 0, buffers, 1, children, 2, error));
    assert_ok(tarn_appender_new(draft, &appender, error));
    assert_ok(tarn_appender_add(appender, &rows, error));
    assert_ok(tarn_appender_finish(appender, error));
    tarn_appender_free(appender);
    tarn_array_release(&rows);
}

static void chunks_are_capped_in_bytes(void **state) {
    fixture *f = *state;
    uint64_t table = make_table(f->store, "t", 1, 1);
    commit_change(f->store, table, append_large_cells, NULL);
    tarn_version *version = head_of(f->store, table);
    assert_int_equal(tarn_version_rows(version), 5001);
    assert_int_equal(tarn_version_chunk_count(version), 3);
    char *text = text_at(version, 1, 4999);
    assert_int_equal(strlen(text), 20000);
    const char beginning[] = {'a' + 4998 % 26, 'a' + 4998 / 26 % 26, 'a' + 4998 / 676};
    assert_memory_equal(text, beginning, sizeof beginning);
    free(text);
    tarn_version_release(version);
}

/* ---- against a model --------------------------------------------------------------------------------------------- */

#define MODEL_ROWS 4000

/* A table as people see it. */
typedef struct model {
    int64_t rows[MODEL_ROWS], values[MODEL_ROWS];
    int64_t count;
} model;

typedef struct playing {
    model present;
    int64_t next_row, next_value;
    uint64_t random;
} playing;

static uint64_t dice(playing *p, uint64_t sides) {
    p->random ^= p->random << 13;
    p->random ^= p->random >> 7;
    p->random ^= p->random << 17;
    return p->random % sides;
}

static void play_edit(tarn_draft *draft, playing *p) {
    enum { MOST = 6 };
    int64_t rows[MOST], at[MOST], count = 1 + (int64_t)dice(p, MOST);
    struct ArrowArray values = numbers(p->next_value, 1, count);
    for (int64_t i = 0; i < count; i++) {
        at[i] = (int64_t)dice(p, (uint64_t)p->present.count);
        rows[i] = p->present.rows[at[i]];
        p->present.values[at[i]] = p->next_value++; /* of equal rows the last one counts */
    }
    assert_ok(tarn_draft_patch(draft, 0, rows, &values, NULL, error));
    tarn_array_release(&values);
}

static void play_delete(tarn_draft *draft, playing *p) {
    int64_t count = 1 + (int64_t)dice(p, 5), deleted = 0;
    for (int64_t i = 0; i < count && p->present.count > 5; i++) {
        int64_t at = (int64_t)dice(p, (uint64_t)p->present.count);
        assert_ok(tarn_draft_delete_rows(draft, &p->present.rows[at], 1, &deleted, error));
        assert_int_equal(deleted, 1);
        p->present.count--;
        memmove(p->present.rows + at, p->present.rows + at + 1, (size_t)(p->present.count - at) * 8);
        memmove(p->present.values + at, p->present.values + at + 1, (size_t)(p->present.count - at) * 8);
    }
}

static void play_insert(tarn_draft *draft, playing *p) {
    int64_t count = 1 + (int64_t)dice(p, 40), at = (int64_t)dice(p, (uint64_t)p->present.count + 1);
    if (p->present.count + count > MODEL_ROWS)
        return;
    const char *words[40] = {"inserted"};
    struct ArrowArray children[2] = {numbers(p->next_value, 1, count), texts(words, count)}, rows;
    void *buffers[] = {NULL};
    assert_ok(tarn_array_make(&rows, count, 0, buffers, 1, children, 2, error));
    assert_ok(tarn_draft_insert_rows(draft, at, &rows, error));
    tarn_array_release(&rows);
    memmove(p->present.rows + at + count, p->present.rows + at, (size_t)(p->present.count - at) * 8);
    memmove(p->present.values + at + count, p->present.values + at, (size_t)(p->present.count - at) * 8);
    for (int64_t i = 0; i < count; i++) {
        p->present.rows[at + i] = p->next_row++;
        p->present.values[at + i] = p->next_value++;
    }
    p->present.count += count;
}

static void play_append(tarn_draft *draft, playing *p) {
    int64_t count = 1 + (int64_t)dice(p, 90);
    if (p->present.count + count > MODEL_ROWS)
        return;
    const char *words[91] = {"appended"};
    struct ArrowArray columns[2] = {numbers(p->next_value, 1, count), texts(words, count)};
    tarn_batch_id ids[2];
    for (int i = 0; i < 2; i++) {
        assert_ok(tarn_transaction_put(draft->transaction, tarn_draft_column(draft, (size_t)i)->type, &columns[i],
                                       &ids[i], error));
        tarn_array_release(&columns[i]);
    }
    assert_ok(tarn_draft_append_chunk(draft, count, ids, error));
    for (int64_t i = 0; i < count; i++) {
        p->present.rows[p->present.count] = p->next_row++;
        p->present.values[p->present.count++] = p->next_value++;
    }
}

static void play_shuffle(tarn_draft *draft, playing *p) {
    model *m = &p->present;
    for (int64_t i = m->count - 1; i > 0; i--) {
        int64_t j = (int64_t)dice(p, (uint64_t)i + 1), row = m->rows[i], value = m->values[i];
        m->rows[i] = m->rows[j];
        m->values[i] = m->values[j];
        m->rows[j] = row;
        m->values[j] = value;
    }
    assert_ok(tarn_draft_set_permutation(draft, m->rows, m->count, error));
}

static int compare_by_row(const void *a, const void *b) {
    const int64_t *left = a, *right = b;
    return (left[0] > right[0]) - (left[0] < right[0]);
}

static void play_natural(tarn_draft *draft, playing *p) {
    model *m = &p->present;
    int64_t *pairs = malloc((size_t)m->count * 16);
    for (int64_t i = 0; i < m->count; i++) {
        pairs[2 * i] = m->rows[i];
        pairs[2 * i + 1] = m->values[i];
    }
    qsort(pairs, (size_t)m->count, 16, compare_by_row);
    for (int64_t i = 0; i < m->count; i++) {
        m->rows[i] = pairs[2 * i];
        m->values[i] = pairs[2 * i + 1];
    }
    free(pairs);
    assert_ok(tarn_draft_clear_order(draft, error));
}

static void play(tarn_draft *draft, void *context) {
    playing *p = context;
    for (uint64_t steps = 1 + dice(p, 3); steps > 0; steps--) {
        uint64_t what = dice(p, 20);
        if (what < 8)
            play_edit(draft, p);
        else if (what < 11)
            play_delete(draft, p);
        else if (what < 15)
            play_insert(draft, p);
        else if (what < 17)
            play_append(draft, p);
        else if (what < 18)
            play_shuffle(draft, p);
        else if (what < 19)
            play_natural(draft, p);
    }
}

static void check_model(fixture *f, uint64_t table, uint64_t number, const model *m) {
    tarn_version *version;
    assert_ok(tarn_store_version(f->store, table, number, &version, error));
    assert_numbers(version, 0, m->values, m->count);
    for (int64_t at = 0; at < m->count; at += 37) {
        int64_t row;
        assert_ok(tarn_version_locate(version, at, 1, &row, error));
        assert_int_equal(row, m->rows[at]);
        assert_int_equal(number_at(version, 0, at), m->values[at]);
    }
    tarn_version_release(version);
}

static void random_changes_show_what_a_model_shows(void **state) {
    enum { GAMES = 6, TURNS = 60 };
    fixture *f = *state;
    for (uint64_t game = 0; game < GAMES; game++) {
        char name[16];
        snprintf(name, sizeof name, "game%d", (int)game);
        uint64_t table = make_table(f->store, name, 50, 20);
        playing p = {.next_row = 50, .next_value = 1000, .random = 88172645463325252u + game * 7919};
        for (int64_t i = 0; i < 50; i++)
            p.present.rows[i] = p.present.values[i] = i;
        p.present.count = 50;
        model *history = calloc(TURNS + 2, sizeof *history);
        history[1] = p.present;
        uint64_t newest = 1, head = 1;
        for (int turn = 0; turn < TURNS; turn++) {
            if (dice(&p, 8) == 0) { /* back to some version; row numbers go on from where they were */
                head = 1 + dice(&p, newest);
                assert_ok(tarn_store_set_head(f->store, table, head, head, &an_event, error));
                p.present = history[head];
            }
            if (commit_change(f->store, table, play, &p)) {
                head = ++newest;
                history[newest] = p.present;
            }
            check_model(f, table, TARN_HEAD, &p.present);
            if (dice(&p, 20) == 0)
                fixture_reopen(f, &(tarn_store_options){.journal_bytes = 20000, .segment_bytes = 100000});
        }
        for (uint64_t number = 1; number <= newest; number++)
            check_model(f, table, number, &history[number]);
        free(history);
    }
    tarn_verify_report report;
    assert_ok(tarn_store_verify(f->store, false, NULL, &report, error));
    assert_int_equal(report.problem_count, 0);
    tarn_verify_report_clear(&report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(runs_show_rows_in_another_order),
        TEST(a_permutation_shows_what_it_names_first),
        TEST(rows_can_be_inserted_into_a_long_sorted_table),
        TEST(typed_rows_join_a_small_chunk),
        TEST(live_bits_are_set_as_a_whole),
        TEST(pieces_of_any_size_become_whole_chunks),
        TEST(chunks_are_capped_in_bytes),
        TEST(random_changes_show_what_a_model_shows),
    };
    return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
