/* Two versions in one row space, against row after row read as text. */
#include "support_diff.h"

#include "arrow/builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS "l u g b d:10,2 i u L S e tdD f"

static size_t column_of_field(const tarn_version *version, uint32_t field) {
    for (size_t i = 0; i < tarn_version_column_count(version); i++) {
        if (tarn_version_column(version, i)->field == field)
            return i;
    }
    return SIZE_MAX;
}

static bool is_real(const char *format) {
    return strcmp(format, "g") == 0 || strcmp(format, "f") == 0;
}

/* Of a dictionary the format is that of its indexes. */
static bool is_number(const struct ArrowSchema *type) {
    const char *format = type->format;
    return type->dictionary == NULL &&
           (is_real(format) || strcmp(format, "l") == 0 || strcmp(format, "i") == 0 || format[0] == 'd');
}

/* All the test's numbers are exact as doubles. */
static bool texts_differ(const tarn_version *before, size_t b, const tarn_version *after, size_t a, int64_t row) {
    char *was = cell_text(before, b, row), *is = cell_text(after, a, row);
    bool numbers = !tarn_schema_same_type(tarn_version_column(before, b)->type, tarn_version_column(after, a)->type) &&
                   is_number(tarn_version_column(before, b)->type) && is_number(tarn_version_column(after, a)->type) &&
                   strcmp(was, "∅") != 0 && strcmp(is, "∅") != 0 && strcmp(was, "nan") != 0 && strcmp(is, "nan") != 0;
    bool differ = numbers ? strtod(was, NULL) != strtod(is, NULL) : strcmp(was, is) != 0;
    free(was);
    free(is);
    return differ;
}

static expected *compare_rows(const tarn_diff *diff, const tarn_version *before, const tarn_version *after,
                              int64_t *count) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    int64_t end = row_end(before) > row_end(after) ? row_end(before) : row_end(after);
    expected *list = calloc((size_t)end + 1, sizeof *list);
    *count = 0;
    for (int64_t row = 0; row < end; row++) {
        bool was = row_is_live(before, row), is = row_is_live(after, row), any = false;
        if (was != is)
            list[(*count)++] =
                (expected){is ? TARN_DIFF_ADDED : TARN_DIFF_REMOVED, was ? row : -1, is ? row : -1, NULL};
        if (!was || !is)
            continue;
        bool *differs = calloc(info->column_count, sizeof *differs);
        for (size_t i = 0; i < tarn_version_column_count(after); i++) {
            size_t partner = column_of_field(before, tarn_version_column(after, i)->field);
            differs[i] = partner != SIZE_MAX && texts_differ(before, partner, after, i, row);
            any = any || differs[i];
        }
        if (any)
            list[(*count)++] = (expected){TARN_DIFF_MODIFIED, row, row, differs};
        else
            free(differs);
    }
    return list;
}

static void check_columns(const tarn_diff *diff, const tarn_version *before, const tarn_version *after) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    size_t removed = 0;
    for (size_t i = 0; i < tarn_version_column_count(before); i++)
        removed += column_of_field(after, tarn_version_column(before, i)->field) == SIZE_MAX;
    assert_int_equal(info->column_count, tarn_version_column_count(after) + removed);
    for (size_t i = 0; i < tarn_version_column_count(after); i++) {
        const tarn_column *is = tarn_version_column(after, i);
        size_t partner = column_of_field(before, is->field);
        assert_string_equal(info->columns[i].after, is->name);
        if (partner == SIZE_MAX) {
            assert_null(info->columns[i].before);
            continue;
        }
        const tarn_column *was = tarn_version_column(before, partner);
        assert_string_equal(info->columns[i].before, was->name);
        assert_int_equal(info->columns[i].renamed, strcmp(was->name, is->name) != 0);
        assert_int_equal(info->columns[i].retyped, !tarn_schema_same_type(was->type, is->type));
    }
}

static tarn_diff *compare(fixture *f, tarn_version *before, tarn_version *after, const tarn_diff_options *options) {
    tarn_diff *diff;
    tarn_diff_input input = {before, after, "t", "t", options, f->pool, NULL, 0};
    assert_ok(tarn_diff_compare(&input, &diff, error));
    return diff;
}

static void versions_differ_where_their_texts_do(void **state) {
    fixture *f = *state;
    for (int turn = 0; turn < TURNS(1500); turn++) {
        char name[16];
        snprintf(name, sizeof name, "t%d", turn);
        uint64_t table = random_table(f, name, FORMATS, 1 + random_below(f, 60));
        tarn_version *before = head_of(f, table);
        for (int64_t i = random_below(f, 4); i > 0; i--)
            change_at_random(f, table);
        tarn_version *after = head_of(f, table);
        for (int back = 0; back < 2; back++) {
            tarn_version *a = back ? after : before, *b = back ? before : after;
            int64_t count;
            tarn_diff *diff = compare(f, a, b, NULL);
            expected *list = compare_rows(diff, a, b, &count);
            check_columns(diff, a, b);
            check_changes(f, diff, a, b, list, count);
            tarn_diff_close(diff);
        }
        tarn_version_release(before);
        tarn_version_release(after);
    }
}

/* ---- filters, values, rules ---- */

static void patch_texts(fixture *f, uint64_t table, size_t column, const int64_t *rows, const char *const *texts,
                        int64_t count) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_builder *builder;
    struct ArrowArray values;
    tarn_version *head = head_of(f, table);
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, head, &draft, error));
    assert_ok(tarn_builder_new(tarn_draft_column(draft, column)->type, &builder, error));
    for (int64_t i = 0; i < count; i++)
        assert_ok(tarn_builder_bytes(builder, texts[i], strlen(texts[i]), error));
    assert_ok(tarn_builder_finish(builder, &values, error));
    assert_ok(tarn_draft_patch(draft, column, rows, &values, NULL, error));
    tarn_event event = {.kind = "edit"};
    assert_ok(tarn_transaction_commit(transaction, &event, NULL, error));
    tarn_array_release(&values);
    tarn_builder_free(builder);
    tarn_version_release(head);
}

/* Versions of a table with texts: x in the first, as in `texts` in the second. */
static void text_versions(fixture *f, const char *const *texts, int64_t count, tarn_version **before,
                          tarn_version **after) {
    static const char *const x[] = {"x y", "x y", "x y", "x y", "x y", "x y"};
    static const int64_t rows[] = {0, 1, 2, 3, 4, 5};
    uint64_t table = random_table(f, "texts", "l u", 6);
    patch_texts(f, table, 1, rows, x, 6);
    *before = head_of(f, table);
    patch_texts(f, table, 1, rows, texts, count);
    *after = head_of(f, table);
}

static void values_are_counted(void **state) {
    fixture *f = *state;
    static const char *const texts[] = {"b", "a", "b", "x y", "b", "a"};
    tarn_version *before, *after;
    tarn_diff_values values;
    text_versions(f, texts, 6, &before, &after);
    tarn_diff *diff = compare(f, before, after, NULL);
    assert_ok(tarn_diff_values_get(diff, 1, 1, NULL, &values, error));
    assert_int_equal(values.count, 1);
    assert_int_equal(values.different, 2);
    assert_true(values.complete);
    assert_string_equal(values.list[0].before, "x y");
    assert_string_equal(values.list[0].after, "b");
    assert_int_equal(values.list[0].count, 3);
    tarn_diff_values_clear(&values);
    assert_fails(tarn_diff_values_get(diff, 9, 1, NULL, &values, error), TARN_E_INVALID, "no column 9");
    tarn_diff_close(diff);
    tarn_version_release(before);
    tarn_version_release(after);
}

static void rules_make_texts_the_same(void **state) {
    fixture *f = *state;
    static const char *const texts[] = {"X Y", " x y", "x y\t", "xy", "\u00a0X y\u2003", "x y"};
    static const tarn_diff_options rules[] = {
        {0}, {.ignore_case = true}, {.ignore_space = true}, {.ignore_case = true, .ignore_space = true}};
    static const int64_t modified[] = {5, 4, 3, 1};
    tarn_version *before, *after;
    text_versions(f, texts, 6, &before, &after);
    for (size_t i = 0; i < 4; i++) {
        tarn_diff *diff = compare(f, before, after, &rules[i]);
        assert_int_equal(tarn_diff_info_of(diff)->modified, modified[i]);
        assert_true(tarn_diff_differs(diff));
        tarn_diff_close(diff);
    }
    const char *left_out = "C1";
    tarn_diff *diff = compare(f, before, after, &(tarn_diff_options){.leave_out = &left_out, .leave_out_count = 1});
    assert_false(tarn_diff_differs(diff));
    tarn_diff_close(diff);
    tarn_version_release(before);
    tarn_version_release(after);
}

static void pages_are_filtered(void **state) {
    fixture *f = *state;
    static const char *const texts[] = {"b"};
    tarn_version *before, *after;
    struct ArrowSchema schema;
    struct ArrowArray page;
    struct ArrowArrayStream stream;
    text_versions(f, texts, 1, &before, &after);
    tarn_diff *diff = compare(f, before, after, NULL);
    static const struct {
        tarn_diff_page_options options;
        int64_t rows;
    } cases[] = {{{.count = 9}, 1},
                 {{.count = 9, .kinds = TARN_DIFF_ADDED | TARN_DIFF_REMOVED}, 0},
                 {{.count = 9, .column = "c1"}, 1},
                 {{.count = 9, .column = "c0"}, 0},
                 {{.count = 0}, 0},
                 {{.offset = 1, .count = 9}, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(tarn_diff_page(diff, &cases[i].options, &schema, &page, error));
        assert_int_equal(page.length, cases[i].rows);
        tarn_array_release(&page);
        tarn_schema_release(&schema);
        assert_ok(tarn_diff_stream(diff, &cases[i].options, NULL, &stream, error));
        assert_int_equal(stream.get_next(&stream, &page), 0);
        assert_int_equal(page.release != NULL ? page.length : 0, cases[i].rows);
        tarn_array_release(&page);
        stream.release(&stream);
    }
    tarn_diff_page_options wrong = {.column = "c7"};
    assert_fails(tarn_diff_page(diff, &wrong, &schema, &page, error), TARN_E_NOT_FOUND, "c7");
    wrong = (tarn_diff_page_options){.offset = -1};
    assert_fails(tarn_diff_page(diff, &wrong, &schema, &page, error), TARN_E_INVALID, "0 or later");
    assert_fails(tarn_diff_stream(diff, &wrong, NULL, &stream, error), TARN_E_INVALID, "0 or later");
    tarn_diff_close(diff);
    tarn_version_release(before);
    tarn_version_release(after);
}

static void sort(fixture *f, uint64_t table, const int64_t *rows, int64_t count) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_version *head = head_of(f, table);
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, head, &draft, error));
    assert_ok(tarn_draft_set_permutation(draft, rows, count, error));
    tarn_event event = {.kind = "command"};
    assert_ok(tarn_transaction_commit(transaction, &event, NULL, error));
    tarn_version_release(head);
}

static void moved_rows_are_counted(void **state) {
    fixture *f = *state;
    static const int64_t orders[][6] = {{1, 2, 3, 4, 5, 0}, {5, 4, 3, 2, 1, 0}, {1, 0, 3, 2, 5, 4}, {0, 1, 2, 3, 4, 5}};
    static const int64_t moved[] = {1, 5, 3, 0};
    uint64_t table = random_table(f, "sorted", "l u", 6);
    tarn_version *before = head_of(f, table);
    for (size_t i = 0; i < 4; i++) {
        sort(f, table, orders[i], 6);
        tarn_version *after = head_of(f, table);
        tarn_diff *diff = compare(f, before, after, NULL);
        assert_int_equal(tarn_diff_info_of(diff)->moved, moved[i]);
        assert_int_equal(tarn_diff_differs(diff), moved[i] > 0);
        tarn_diff_close(diff);
        tarn_version_release(after);
    }
    tarn_version_release(before);
}

static void cancelling_ends_a_comparison(void **state) {
    fixture *f = *state;
    uint64_t table = random_table(f, "big", FORMATS, 50);
    tarn_version *version = head_of(f, table);
    tarn_task *task;
    tarn_diff *diff;
    assert_ok(tarn_task_new(&task, error));
    tarn_task_cancel(task);
    tarn_diff_input input = {version, version, "big", "big", NULL, f->pool, task, 0};
    assert_fails(tarn_diff_compare(&input, &diff, error), TARN_E_CANCELLED, "cancelled");
    input.task = NULL;
    const char *unknown = "nosuch";
    input.options = &(tarn_diff_options){.leave_out = &unknown, .leave_out_count = 1};
    assert_fails(tarn_diff_compare(&input, &diff, error), TARN_E_NOT_FOUND, "nosuch");
    input.options = &(tarn_diff_options){.tolerance = -1};
    assert_fails(tarn_diff_compare(&input, &diff, error), TARN_E_INVALID, "at least 0");
    tarn_task_release(task);
    tarn_version_release(version);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(versions_differ_where_their_texts_do, setup, teardown),
        cmocka_unit_test_setup_teardown(values_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_make_texts_the_same, setup, teardown),
        cmocka_unit_test_setup_teardown(pages_are_filtered, setup, teardown),
        cmocka_unit_test_setup_teardown(moved_rows_are_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(cancelling_ends_a_comparison, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
