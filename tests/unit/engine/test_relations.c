/* Relations that a room above computes: here numbers, and texts of them. */
#include "support_engine.h"

#include "arrow/builder.h"
#include "engine/relation.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define READ_FAILURE 12345 /* the row that cannot be read, when asked for */

/* What was asked of the relation. */
typedef struct asked {
    atomic_int opened, started, closed;
    atomic_int_least64_t read[3]; /* rows of each column */
    char arguments[200];
    tarn_task *cancel_at_start;
} asked;

typedef struct counting {
    asked *asked;
    int64_t rows;
    bool fails_to_start, fails_to_read;
} counting;

static const char *const parameters[] = {"rows", "fail", NULL};

static tarn_status make_schema(struct ArrowSchema *out, tarn_error *error) {
    TARN_TRY(tarn_schema_make_nested(out, "+s", "", 3, error));
    TARN_TRY(tarn_schema_make(out->children[0], "l", "n", error));
    TARN_TRY(tarn_schema_make(out->children[1], "u", "a.text", error));
    return tarn_schema_make(out->children[2], "l", "half", error);
}

static tarn_status open_counting(void *context, const tarn_relation_call *call, void **relation,
                                 struct ArrowSchema *schema, tarn_error *error) {
    asked *a = context;
    counting *c = calloc(1, sizeof *c);
    size_t used = 0;
    a->opened++;
    c->asked = a;
    assert_int_equal(call->argument_count, 2);
    used += (size_t)snprintf(a->arguments, sizeof a->arguments, "%s %s", call->names[0], call->names[1]);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < call->arguments[i].count; k++)
            used += (size_t)snprintf(a->arguments + used, sizeof a->arguments - used, " %s=%s", call->arguments[i].name,
                                     call->arguments[i].values[k]);
    c->rows = call->arguments[0].count ? strtoll(call->arguments[0].values[0], NULL, 10) : 3;
    for (size_t k = 0; k < call->arguments[1].count; k++) {
        c->fails_to_start |= strcmp(call->arguments[1].values[k], "start") == 0;
        c->fails_to_read |= strcmp(call->arguments[1].values[k], "read") == 0;
    }
    assert_int_equal(tarn_version_rows(call->versions[0]), 2);
    *relation = c;
    return make_schema(schema, error);
}

static tarn_status start_counting(void *relation, tarn_task *task, int64_t *rows, tarn_error *error) {
    counting *c = relation;
    c->asked->started++;
    if (c->asked->cancel_at_start)
        tarn_task_cancel(c->asked->cancel_at_start);
    TARN_TRY(tarn_task_check(task, error));
    *rows = c->rows;
    return c->fails_to_start ? tarn_fail(error, TARN_E_INVALID, "it does not want to start") : TARN_OK;
}

static tarn_status read_counting(void *relation, int64_t from, int64_t count, const size_t *columns,
                                 size_t column_count, struct ArrowArray *out, tarn_error *error) {
    counting *c = relation;
    if (c->fails_to_read && from <= READ_FAILURE && READ_FAILURE < from + count)
        return tarn_fail(error, TARN_E_CORRUPT, "row %d cannot be read", READ_FAILURE);
    for (size_t i = 0; i < column_count; i++) {
        struct ArrowSchema type;
        tarn_builder *builder;
        assert_ok(tarn_schema_make(&type, columns[i] == 1 ? "u" : "l", "", error));
        assert_ok(tarn_builder_new(&type, &builder, error));
        for (int64_t row = from; row < from + count; row++) {
            char text[48];
            int size = snprintf(text, sizeof text, "the number %lld, as text", (long long)row);
            if (columns[i] == 1)
                assert_ok(tarn_builder_bytes(builder, text, (size_t)size, error));
            else if (columns[i] == 2 && row % 2)
                assert_ok(tarn_builder_null(builder, error));
            else
                assert_ok(tarn_builder_int(builder, columns[i] == 2 ? row / 2 : row, error));
        }
        assert_ok(tarn_builder_finish(builder, &out[i], error));
        tarn_builder_free(builder);
        tarn_schema_release(&type);
        c->asked->read[columns[i]] += count;
    }
    return TARN_OK;
}

static void close_counting(void *relation) {
    counting *c = relation;
    c->asked->closed++;
    free(c);
}

/* An engine that knows it, beside a table of two rows. */
static void setup(fixture *f, asked *a, tarn_relation *relation) {
    make_table(f, "t", "SELECT * FROM range(2)", 10);
    tarn_engine_free(f->engine);
    *a = (asked){0};
    *relation = (tarn_relation){.name = "tarn_diff", /* the one name that is allowed */
                                .version_count = 2,
                                .parameters = parameters,
                                .context = a,
                                .open = open_counting,
                                .start = start_counting,
                                .read = read_counting,
                                .close = close_counting};
    const tarn_relation *relations[] = {relation};
    tarn_engine_options options = {.threads = 4, .relations = relations, .relation_count = 1};
    assert_ok(tarn_engine_new(&options, &f->engine, error));
}

static void rows_come_and_arguments_go(void **state) {
    fixture *f = *state;
    asked a;
    tarn_relation relation;
    setup(f, &a, &relation);
    assert_answer(f, "FROM tarn_diff('t', 't@1')",
                  "0|the number 0, as text|0\n1|the number 1, as text|~\n2|the number 2, as text|1\n");
    assert_string_equal(a.arguments, "t t@1");
    assert_answer(f, "SELECT count(*) FROM tarn_diff('t', 't', rows := 5, fail := ['no', 'never'])", "5\n");
    assert_string_equal(a.arguments, "t t rows=5 fail=no fail=never");
    assert_answer(f, "SELECT count(*) FROM tarn_diff('t', 't', rows := 0)", "0\n");
    assert_refused(f, "FROM tarn_diff('t', 'nosuch')", TARN_E_NOT_FOUND, "nosuch");
    assert_refused(f, "FROM tarn_diff('t', NULL)", TARN_E_INVALID, "not NULL");
    assert_refused(f, "FROM tarn_diff('t', 't', fail := ['a', NULL])", TARN_E_INVALID, "NULL");
    assert_refused(f, "FROM tarn_diff('t', 't', other := 1)", TARN_E_SQL, "other");
    assert_refused(f, "FROM tarn_diff('t')", TARN_E_SQL, "tarn_diff");
}

static void only_what_is_asked_for_is_read(void **state) {
    fixture *f = *state;
    asked a;
    tarn_relation relation;
    setup(f, &a, &relation);
    assert_answer(f, "SELECT sum(n), count(*), min(n), max(n) FROM tarn_diff('t', 't', rows := 100000)",
                  "4999950000|100000|0|99999\n");
    assert_int_equal(a.read[0], 100000);
    assert_int_equal(a.read[1] + a.read[2], 0);
    assert_answer(f, "SELECT count(DISTINCT \"a.text\"), count(half) FROM tarn_diff('t', 't', rows := 100000)",
                  "100000|50000\n");
    assert_answer(f,
                  "SELECT count(*) FROM tarn_diff('t', 't', rows := 50000) a JOIN tarn_diff('t', 't', rows := 60000) b "
                  "ON a.n = b.half",
                  "30000\n");
    int started = a.started;
    assert_ok(run_to_end(f, "EXPLAIN FROM tarn_diff('t', 't')", NULL, error));
    assert_int_equal(a.started, started);
    tarn_engine_free(f->engine);
    f->engine = NULL;
    assert_int_equal(a.opened, a.closed);
}

static void failures_keep_what_they_are(void **state) {
    fixture *f = *state;
    asked a;
    tarn_relation relation;
    setup(f, &a, &relation);
    assert_refused(f, "FROM tarn_diff('t', 't', fail := 'start')", TARN_E_INVALID, "does not want to start");
    assert_refused(f, "SELECT sum(n) FROM tarn_diff('t', 't', rows := 100000, fail := 'read')", TARN_E_CORRUPT,
                   "row 12345 cannot be read");
    tarn_task *task;
    assert_ok(tarn_task_new(&task, error));
    a.cancel_at_start = task;
    tarn_query_options options = {.task = task};
    assert_fails(run_to_end(f, "SELECT sum(n) FROM tarn_diff('t', 't')", &options, error), TARN_E_CANCELLED, "");
    tarn_task_release(task);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_come_and_arguments_go, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(only_what_is_asked_for_is_read, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(failures_keep_what_they_are, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
