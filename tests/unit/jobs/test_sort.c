/* tarn_task_sort. */
#include "support_jobs.h"

#include <stdlib.h>

enum { MOST = 500000 };

static int compare_numbers(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Numbers in no order, of which some are there several times. */
static int64_t *make_numbers(size_t count) {
    int64_t *numbers = calloc(count + 1, sizeof *numbers);
    uint64_t state = 1;
    assert_non_null(numbers);
    for (size_t i = 0; i < count; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        numbers[i] = (int64_t)(state >> 40) % 100000;
    }
    return numbers;
}

static void all_sizes_are_sorted(void **state) {
    static const size_t counts[] = {0, 1, 2, 65535, 65536, 65537, 131072, 131073, 200000, MOST};
    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        tarn_error error = {0};
        int64_t *numbers = make_numbers(counts[c]), *wanted = make_numbers(counts[c]);
        qsort(wanted, counts[c], sizeof *wanted, compare_numbers);
        assert_int_equal(tarn_task_sort(NULL, numbers, counts[c], sizeof *numbers, compare_numbers, &error), TARN_OK);
        assert_memory_equal(numbers, wanted, counts[c] * sizeof *numbers + 1);
        free(numbers);
        free(wanted);
    }
}

static tarn_task *to_cancel;
static size_t compared;

/* Cancels in the middle of the work, from inside of it. */
static int compare_and_cancel(const void *a, const void *b) {
    if (++compared == 5000000)
        tarn_task_cancel(to_cancel);
    return compare_numbers(a, b);
}

static void cancelling_ends_it(void **state) {
    tarn_error error = {0};
    int64_t *numbers = make_numbers(MOST);
    (void)state;
    compared = 0;
    assert_int_equal(tarn_task_new(&to_cancel, &error), TARN_OK);
    assert_int_equal(tarn_task_sort(to_cancel, numbers, MOST, sizeof *numbers, compare_and_cancel, &error),
                     TARN_E_CANCELLED);
    assert_true(compared >= 5000000 && compared < 5000000 + 65536 * 20);
    tarn_task_release(to_cancel);
    free(numbers);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_sizes_are_sorted),
        cmocka_unit_test(cancelling_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
