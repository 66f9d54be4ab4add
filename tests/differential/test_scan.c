/*
 * Random queries over random tables in the store, and over DuckDB's own tables with the same rows: the same answers, in
 * the same order, with and without DuckDB's optimizer, on one thread and four, with and without an order kept.
 *
 * TARN_SEED repeats a run, TARN_QUERIES says how many queries, TARN_SOAK=1 makes them a hundred thousand.
 */
#include "support_questions.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define ORDINARY_QUERIES 3000
#define QUERIES_PER_ROUND 60
#define TABLES 2

typedef struct way {
    unsigned threads;
    bool no_optimizer, any_order, scribble;
} way;

static int compare_lines(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The same lines in an order of their own. */
static char *sort_lines(char *text) {
    char **lines = NULL;
    size_t count = 0, capacity = 0;
    tarn_buffer out = {0};
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        assert_ok(tarn_grow(&lines, &capacity, count + 1, sizeof *lines, error));
        lines[count++] = line;
    }
    if (count)
        qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        assert_ok(tarn_buffer_printf(&out, error, "%s\n", lines[i]));
    assert_ok(tarn_buffer_append(&out, "", 1, error));
    free(lines);
    free(text);
    return (char *)out.data;
}

static char *store_answer(fixture *f, tarn_engine *engine, const char *sql, tarn_error *failure) {
    struct ArrowArrayStream stream;
    char *rows = NULL;
    if (tarn_engine_query(engine, f->store, sql, SIZE_MAX, NULL, &stream, failure) != TARN_OK)
        return NULL;
    if (try_rows_of(&stream, &rows, failure) != TARN_OK)
        rows = NULL;
    tarn_stream_release(&stream);
    return rows;
}

static void compare(const way *way, uint64_t seed, const char *sql, const char *expected, const char *got,
                    const tarn_error *failure) {
    char why[80] = "";
    if (expected && got && strcmp(expected, got) != 0) {
        size_t same = 0, line = 1;
        for (; expected[same] == got[same]; same++)
            line += expected[same] == '\n';
        snprintf(why, sizeof why, "they differ in line %zu", line);
    } else if (!expected != !got) {
        snprintf(why, sizeof why, "only %s fails", got ? "DuckDB" : "the store");
    }
    if (!*why)
        return;
    fprintf(stderr, "seed %" PRIu64 ", threads %u%s%s%s\n%s\n", seed, way->threads,
            way->no_optimizer ? ", no optimizer" : "", way->any_order ? ", any order" : "",
            way->scribble ? ", scribble" : "", sql);
    if (getenv("TARN_SHOW"))
        fprintf(stderr, "DuckDB:\n%s\nthe store:\n%s\n", expected ? expected : "", got ? got : "");
    fail_msg("%s: %s %s", sql, why, failure->message);
}

static void ask(fixture *f, tarn_engine *engine, const way *way, uint64_t seed, const question *q) {
    tarn_error failure = {0};
    if (way->any_order && q->needs_order)
        return;
    const char *sql = (const char *)q->sql.data;
    char *expected = work_answer(f, sql, &failure), *got = store_answer(f, engine, sql, &failure);
    if (way->any_order && !q->has_order && expected && got) {
        expected = sort_lines(expected);
        got = sort_lines(got);
    }
    compare(way, seed, sql, expected, got, &failure);
    free(expected);
    free(got);
}

static void play_round(uint64_t seed, uint64_t queries) {
    random_source random = {seed};
    random_table tables[TABLES];
    void *state;
    fixture_setup(&state);
    fixture *f = state;
    way way = {random_below(&random, 2) ? 4 : 1, random_below(&random, 4) == 0, random_below(&random, 4) == 0,
               random_below(&random, 3) == 0};
    tarn_engine_options options = {
        .threads = way.threads, .no_optimizer = way.no_optimizer, .any_order = way.any_order, .scribble = way.scribble};
    tarn_engine *engine;
    assert_ok(tarn_engine_new(&options, &engine, error));
    random_table_make(f, &random, "t", &tables[0]);
    random_table_make(f, &random, "u", &tables[1]);
    for (uint64_t i = 0; i < queries; i++) {
        question q = random_question(&random, tables, TABLES);
        said(&q.sql);
        ask(f, engine, &way, seed, &q);
        tarn_buffer_free(&q.sql);
    }
    random_table_clear(&tables[0]);
    random_table_clear(&tables[1]);
    tarn_engine_free(engine);
    fixture_teardown(&state);
}

static void test_same_answers(void **state) {
    const char *given = getenv("TARN_SEED"), *count = getenv("TARN_QUERIES");
    uint64_t queries = count ? strtoull(count, NULL, 10) : getenv("TARN_SOAK") ? 100000 : ORDINARY_QUERIES;
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 1000;
    (void)state;
    printf("TARN_SEED=%" PRIu64 "\n", seed);
    fflush(stdout);
    for (uint64_t done = 0; done < queries; done += QUERIES_PER_ROUND, seed++)
        play_round(seed, queries - done < QUERIES_PER_ROUND ? queries - done : QUERIES_PER_ROUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_answers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
