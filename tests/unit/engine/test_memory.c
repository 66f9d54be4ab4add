/* What a query holds stays within the memory limit, whoever allocates it. */
#include "support_engine.h"

#include <stdio.h>
#include <stdlib.h>

#define LIMIT (UINT64_C(160) << 20)
/* Beside the tenth: what is not a query's own. */
#define BESIDE (INT64_C(64) << 20)

/* Bytes, from /proc/self/status; -1 where there is none, or where a sanitizer keeps what was freed. */
static int64_t process_bytes(const char *name) {
#ifdef TARN_SANITIZED
    (void)name;
    return -1;
#endif
    FILE *file = fopen("/proc/self/status", "re");
    char line[200];
    int64_t bytes = -1;
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            bytes = strtoll(line + strlen(name), NULL, 10) * 1024;
    if (file)
        (void)fclose(file);
    return bytes;
}

/* The peak begins anew. */
static bool forget_peak(void) {
    FILE *file = fopen("/proc/self/clear_refs", "we");
    bool good = file && fputs("5", file) >= 0;
    return file && fclose(file) == 0 && good;
}

static int setup(void **state) {
    fixture_setup(state);
    fixture *f = *state;
    tarn_engine_options options = {.threads = 2, .memory_limit = LIMIT};
    tarn_engine_free(f->engine);
    return tarn_engine_new(&options, &f->engine, NULL);
}

/* By what DuckDB's allocators see, or before the work begins. */
static const char *const counted[] = {
    "SELECT len(range(30000000))",
    "SELECT list_transform(range(20000000), lambda x: x + 1)",
    "SELECT len(list_transform(range(5000000), lambda x: x || repeat('a', 100)))",
    "SELECT length(repeat(repeat('a', 100000000), 4))",
    "SELECT length(repeat('a', 100000000) || repeat('b', 100000000))",
    "SELECT length(string_agg(repeat('x', 1000), ',')) FROM range(1000000)",
    "SELECT len(list(i)) FROM range(100000000) t(i)",
    "SELECT length(lpad('x', 2000000000, 'ab'))",
    "SELECT len(list_concat(range(8000000), list_concat(range(8000000), range(8000000))))",
    "SELECT length(regexp_replace(repeat('a', 1000000), 'a', repeat('b', 5000), 'g'))",
    "SELECT length(replace(repeat('a', 1000000), 'a', repeat('b', 5000)))",
    "SELECT len(list_resize([1], 500000000, 0))",
    "SELECT length(format('{:1000000000d}', 1))",
    "SELECT length(format('{:>{}}', 'a', 1000000000))",
    "SELECT length(printf('%*d', 1000000000, 1))",
    "SELECT bit_length(bitstring('1', 2000000000))",
    "SELECT length(hex(repeat('a', 100000000)))",
    "SELECT length(url_encode(repeat('?', 50000000)))",
    "SELECT length(to_json(range(30000000))::VARCHAR)",
    "SELECT damerau_levenshtein(repeat('a', 20000), repeat('b', 20000))",
    "SELECT len(string_split(repeat('a,', 30000000), ','))",
    ("WITH RECURSIVE t(s, n) AS (SELECT 'x', 1 UNION ALL SELECT s || s, n + 1 FROM t WHERE n < 34) "
     "SELECT max(length(s)) FROM t"),
};

/* By what the process has, where the system tells: DuckDB's allocators see nothing of these. */
static const char *const watched[] = {
    "SELECT median(i) FROM range(100000000) t(i)",
    "SELECT quantile_cont(i::DOUBLE, [0.1, 0.5]) FROM range(100000000) t(i)",
    "SELECT mode(i) FROM range(30000000) t(i)",
    "SELECT len(map_keys(histogram(i))) FROM range(10000000) t(i)",
    "SELECT entropy(i) FROM range(30000000) t(i)",
};

/* `beside`: how far above the limit and its tenth the process may grow meanwhile. */
static void refuse(fixture *f, const char *query, int64_t beside) {
    tarn_error failure = {0};
    bool is_known = forget_peak() && process_bytes("VmHWM:") >= 0;
    int64_t before = process_bytes("VmRSS:");
    tarn_status status = run_to_end(f, query, NULL, &failure);
    if (status != TARN_E_MEMORY)
        fail_msg("%s: %s", query, status == TARN_OK ? "no failure" : failure.message);
    int64_t grown = process_bytes("VmHWM:") - before;
    if (is_known && grown > (int64_t)(LIMIT + LIMIT / 10) + beside)
        fail_msg("%s: %lld MB", query, (long long)(grown >> 20));
}

static void test_no_query_passes_the_limit(void **state) {
    fixture *f = *state;
    bool is_watched = process_bytes("VmRSS:") >= 0;
    assert_answer(f, "SELECT 1", "1\n");
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        refuse(f, counted[i], BESIDE);
    for (size_t i = 0; is_watched && i < sizeof watched / sizeof *watched; i++)
        refuse(f, watched[i], 4 * BESIDE); /* the watch may be kept waiting */
    assert_answer(f,
                  "SELECT length(repeat('ab', 3)), format('{:>{}} {}', 'a', 3, 5), printf('%3d', 7), "
                  "replace('abc', 'b', 'xx'), median(i) FROM range(1000) t(i)",
                  "6|  a 5|  7|axxc|499.5\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_query_passes_the_limit, setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
