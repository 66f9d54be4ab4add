/* Few changes in many rows take little memory, and are found where they are. */
#include "support_diff.h"

#include <stdlib.h>
#include <string.h>

#define ROWS 100000

static const tarn_event an_event = {.kind = "command", .command = "test", .rows = -1, .cells = -1};

static void patch_rows(fixture *f, uint64_t table, size_t column, const int64_t *rows, int64_t count) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_version *version = head_of(f, table);
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, version, &draft, error));
    struct ArrowArray values = random_values(f, "l", count);
    for (int64_t i = 0; i < count; i++)
        ((int64_t *)values.buffers[1])[i] = 1000 + i; /* unlike any random one */
    if (values.buffers[0] != NULL)
        memset((void *)values.buffers[0], 0xFF, (size_t)(count + 7) / 8);
    values.null_count = 0;
    assert_ok(tarn_draft_patch(draft, column, rows, &values, NULL, error));
    tarn_array_release(&values);
    tarn_version_release(version);
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
}

static int64_t number_at(const struct ArrowArray *page, int64_t column, int64_t i) {
    return ((const int64_t *)page->children[column]->buffers[1])[i];
}

static void check(const tarn_diff *diff, const char *column, const int64_t *rows, int64_t count) {
    for (int64_t offset = 0; offset <= count; offset++) {
        struct ArrowSchema schema;
        struct ArrowArray page;
        tarn_diff_page_options options = {.offset = offset, .count = count, .column = column};
        assert_ok(tarn_diff_page(diff, &options, &schema, &page, error));
        assert_int_equal(page.length, count - offset);
        for (int64_t i = 0; i < page.length; i++) {
            assert_int_equal(number_at(&page, 1, i), rows[offset + i]);
            assert_int_equal(number_at(&page, 2, i), rows[offset + i]);
        }
        tarn_array_release(&page);
        tarn_schema_release(&schema);
    }
}

static void few_changes_take_little_memory(void **state) {
    fixture *f = *state;
    static const int64_t first[] = {0, 7, 50000, ROWS - 1}, second[] = {7, 8, 99998};
    static const int64_t any[] = {0, 7, 8, 50000, 99998, ROWS - 1};
    uint64_t table = random_table(f, "t", "l l u", ROWS);
    tarn_version *before = head_of(f, table);
    patch_rows(f, table, 0, first, 4);
    patch_rows(f, table, 1, second, 3);
    tarn_version *after = head_of(f, table);
    tarn_diff *diff;
    tarn_diff_input input = {.before = before, .after = after, .before_name = "t", .after_name = "t", .pool = f->pool};
    assert_ok(tarn_diff_compare(&input, &diff, error));
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    assert_int_equal(info->modified, 6);
    assert_int_equal(info->cells, 7);
    assert_true(info->bytes < ROWS / 8); /* less than one bit for every row */
    check(diff, NULL, any, 6);
    check(diff, "c0", first, 4);
    check(diff, "c1", second, 3);
    tarn_diff_close(diff);
    tarn_version_release(before);
    tarn_version_release(after);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(few_changes_take_little_memory, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
