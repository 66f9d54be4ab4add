// Zone maps: they leave no value out, say exact only what is, and know what was done to a version.
#include "support_zones.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static dice new_dice(void) {
    const char *seed = getenv("TARN_SEED");
    dice dice = {seed != NULL ? strtoull(seed, NULL, 10) : 20261128};
    print_message("seed %llu\n", (unsigned long long)dice.state);
    return dice;
}

static void test_zones_bound_random_columns(void **state) {
    (void)state;
    static const int64_t lengths[] = {1, 7, 2047, 2048, 2049, 5000, 9000};
    dice dice = new_dice();
    for (size_t t = 0; ordered_types[t] != NULL; t++) {
        struct ArrowSchema type = column_type(ordered_types[t], "x");
        for (int round = 0; round < 12; round++) {
            struct ArrowArray column = random_column(&dice, &type, lengths[roll(&dice, 7)]);
            const tarn_zone_map *map;
            assert_ok(tarn_zone_map_of(&type, &column, &map, error));
            check_map(&dice, &type, &column, map);
            tarn_zone_map_release(map);
            tarn_array_release(&column);
        }
        tarn_schema_release(&type);
    }
}

static void test_what_has_no_order_has_nulls(void **state) {
    (void)state;
    static const char *const formats[] = {"n", "tin"};
    for (size_t i = 0; i < 2; i++) {
        struct ArrowSchema type = column_type(formats[i], "x");
        struct ArrowArray column;
        const tarn_zone_map *map;
        assert_ok(tarn_array_nulls(&type, 3000, &column, error));
        assert_ok(tarn_zone_map_of(&type, &column, &map, error));
        assert_int_equal(map->kind, TARN_ZONE_UNORDERED);
        assert_int_equal(map->whole.nulls, 3000);
        assert_int_equal(map->whole.least_nulls, 3000);
        assert_int_equal(map->parts[1].nulls, 3000 - TARN_ZONE_ROWS);
        assert_int_equal(tarn_zone_ask(map->kind, &map->whole, TARN_ZONE_IS_NOT_NULL, NULL), TARN_ZONE_NO);
        tarn_zone_map_release(map);
        tarn_array_release(&column);
        tarn_schema_release(&type);
    }
}

static void test_estimate_is_near(void **state) {
    (void)state;
    struct ArrowSchema type = column_type("l", "x");
    static const int64_t distinct[] = {1, 2, 10, 100, 3000, 122880};
    for (size_t i = 0; i < sizeof distinct / sizeof *distinct; i++) {
        struct ArrowArray column = numbers(0, 1, TARN_CHUNK_ROWS);
        int64_t *values = (int64_t *)(uintptr_t)column.buffers[1];
        for (int64_t j = 0; j < TARN_CHUNK_ROWS; j++)
            values[j] = j * 7919 % distinct[i];
        const tarn_zone_map *map;
        assert_ok(tarn_zone_map_of(&type, &column, &map, error));
        assert_true(map->distinct >= distinct[i] * 2 / 3);
        assert_true(map->distinct <= distinct[i] * 3 / 2);
        tarn_zone_map_release(map);
        tarn_array_release(&column);
    }
    tarn_schema_release(&type);
}

static void test_zeros_of_both_signs_are_not_exact(void **state) {
    (void)state;
    struct ArrowSchema type = column_type("g", "x");
    double *values = tarn_aligned_alloc(3 * sizeof *values);
    values[0] = -0.0;
    values[1] = 0.0;
    values[2] = NAN;
    void *buffers[] = {NULL, values};
    struct ArrowArray column;
    const tarn_zone_map *map;
    assert_ok(tarn_array_make(&column, 3, 0, buffers, 2, NULL, 0, error));
    assert_ok(tarn_zone_map_of(&type, &column, &map, error));
    assert_true(map->whole.least.number == 0 && map->whole.greatest.number == 0);
    assert_int_equal(map->whole.flags, TARN_ZONE_HAS_BOUNDS | TARN_ZONE_HAS_NAN | TARN_ZONE_EXACT_NAN);
    tarn_zone_map_release(map);
    tarn_array_release(&column);
    tarn_schema_release(&type);
}

/* ---- versions ---------------------------------------------------------------------------------------------------- */

/* A table of one column for each ordered type, in chunks of 2 to 5000 rows. */
static uint64_t make_random_table(tarn_store *store, dice *dice, int64_t chunks) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    assert_ok(tarn_transaction_begin(store, &transaction, error));
    assert_ok(tarn_draft_create(transaction, "t", &draft, error));
    for (size_t t = 0; ordered_types[t] != NULL; t++) {
        char name[16];
        snprintf(name, sizeof name, "x%zu", t);
        struct ArrowSchema type = column_type(ordered_types[t], name);
        assert_ok(tarn_draft_add_column(draft, &type, SIZE_MAX, error));
        tarn_schema_release(&type);
    }
    for (int64_t c = 0; c < chunks; c++) {
        int64_t rows = 2 + (int64_t)roll(dice, 5000);
        tarn_batch_id ids[64] = {{0, 0}};
        for (size_t t = 0; ordered_types[t] != NULL; t++) {
            if (roll(dice, 20) == 0)
                continue; /* all null */
            const struct ArrowSchema *type = tarn_draft_column(draft, t)->type;
            struct ArrowArray column = random_column(dice, type, rows);
            assert_ok(tarn_transaction_put(transaction, type, &column, &ids[t], error));
            tarn_array_release(&column);
        }
        assert_ok(tarn_draft_append_chunk(draft, rows, ids, error));
    }
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
    tarn_table_state table;
    assert_ok(tarn_store_find(store, "t", &table, error));
    uint64_t id = table.id;
    tarn_table_state_clear(&table);
    return id;
}

static int64_t random_row(dice *dice, tarn_draft *draft) {
    tarn_chunk chunk = tarn_draft_chunk(draft, roll(dice, tarn_draft_chunk_count(draft)));
    return chunk.first_row + (int64_t)roll(dice, (uint64_t)chunk.rows);
}

static void change_at_random(tarn_draft *draft, void *context) {
    dice *dice = context;
    int64_t rows[40];
    int64_t count = 1 + (int64_t)roll(dice, 40);
    for (int64_t i = 0; i < count; i++)
        rows[i] = random_row(dice, draft);
    size_t column = roll(dice, tarn_draft_column_count(draft));
    const struct ArrowSchema *type = tarn_draft_column(draft, column)->type;
    struct ArrowArray values;
    switch (roll(dice, 4)) {
    case 0:
        assert_ok(tarn_draft_delete_rows(draft, rows, count, NULL, error));
        break;
    case 1:
        assert_ok(tarn_draft_set_permutation(draft, rows, 1, error));
        break;
    default:
        values = random_column(dice, type, count);
        assert_ok(tarn_draft_patch(draft, column, rows, &values, NULL, error));
        tarn_array_release(&values);
    }
}

static void check_chunk(dice *dice, const tarn_version *version, size_t column, size_t chunk, tarn_zone_effort effort) {
    const struct ArrowSchema *type = tarn_version_column(version, column)->type;
    const tarn_zone_map *map;
    tarn_batch *batch;
    assert_ok(tarn_version_zones(version, column, chunk, effort, &map, error));
    assert_non_null(map);
    assert_ok(tarn_version_read(version, column, chunk, &batch, error));
    check_map(dice, type, tarn_batch_array(batch), map);
    tarn_batch_release(batch);
    tarn_zone_map_release(map);
}

/* All live values of a column, chunk after chunk, as one array. */
static struct ArrowArray live_values(const tarn_version *version, size_t column) {
    struct ArrowArray out;
    int64_t *rows = malloc((size_t)tarn_version_rows(version) * sizeof *rows + 1);
    assert_ok(tarn_version_locate(version, 0, tarn_version_rows(version), rows, error));
    assert_ok(tarn_version_take(version, column, rows, tarn_version_rows(version), &out, error));
    free(rows);
    return out;
}

static void check_summary(dice *dice, const tarn_version *version, size_t column) {
    const struct ArrowSchema *type = tarn_version_column(version, column)->type;
    tarn_zone_summary sum;
    assert_ok(tarn_version_zone_summary(version, column, TARN_ZONE_MADE, &sum, error));
    assert_int_equal(sum.unknown, 0);
    struct ArrowArray values = live_values(version, column);
    const tarn_zone zone = {.least = sum.least,
                            .greatest = sum.greatest,
                            .rows = (uint32_t)sum.rows,
                            .nulls = (uint32_t)sum.nulls,
                            .least_nulls = (uint32_t)sum.least_nulls,
                            .least_size = sum.least_size,
                            .greatest_size = sum.greatest_size,
                            .flags = sum.flags};
    if (values.length > 0)
        check_zone(dice, type, &values, 0, values.length, &zone);
    for (int64_t i = 0; i < values.length; i++) {
        tarn_zone_value value, bound = {.bytes = sum.least_text, .size = sum.least_text_size};
        if (!zone_value_at(type, &values, i, &value))
            continue;
        assert_true(bound.bytes == NULL || compare_zone_values(sum.kind, &value, &bound) >= 0);
        bound = (tarn_zone_value){.bytes = sum.greatest_text, .size = sum.greatest_text_size};
        assert_true(bound.bytes == NULL || compare_zone_values(sum.kind, &value, &bound) <= 0);
    }
    tarn_array_release(&values);
    tarn_zone_summary_clear(&sum);
}

static void check_version(dice *dice, const tarn_version *version) {
    for (size_t column = 0; column < tarn_version_column_count(version); column++) {
        for (size_t chunk = 0; chunk < tarn_version_chunk_count(version); chunk++) {
            check_chunk(dice, version, column, chunk, TARN_ZONE_MADE);
            check_chunk(dice, version, column, chunk, TARN_ZONE_KNOWN);
        }
        check_summary(dice, version, column);
    }
}

static void test_zones_of_changed_versions(void **state) {
    fixture *f = *state;
    dice dice = new_dice();
    uint64_t table = make_random_table(f->store, &dice, 3);
    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 12; i++)
            commit_change(f->store, table, change_at_random, &dice);
        if (round == 3)
            fixture_reopen(f, NULL);
        tarn_version *version = head_of(f->store, table);
        check_version(&dice, version);
        tarn_version_release(version);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zones_bound_random_columns),
        cmocka_unit_test(test_what_has_no_order_has_nulls),
        cmocka_unit_test(test_estimate_is_near),
        cmocka_unit_test(test_zeros_of_both_signs_are_not_exact),
        cmocka_unit_test_setup_teardown(test_zones_of_changed_versions, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
