/* The life of one table, a million rows of ten columns: every turn starts from the CSV file with a fresh workspace and
   a fresh database, so that no turn profits from what an earlier one stored. */

#include "answer.h"
#include "groups.h"
#include "random.h"
#include "report.h"
#include "sides.h"
#include "system.h"

#include <stdlib.h>
#include <string.h>

enum { PAGES_PER_TURN = 5, EDITS_PER_TURN = 10, BURST = 100, PAGE_ROWS = 100, STREAM_EDITS = 301 };

static const bench_row table_rows[] = {
    {"import", "import a CSV file, 1 million × 10", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.9},
    {"page", "open, show 100 rows from 900,000 on", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.1},
    {"export-csv", "export it as CSV, on disk", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 1.0},
    {"set", "trim a text column, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.3},
    {"undo", "undo it", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.01},
    {"redo", "redo it", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.002},
    {"trim", "trim it by the command, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.3},
    {"lowercase", "lowercase a text column, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.3},
    {"replace", "replace a text in it, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.5},
    {"preview", "preview 100 changes of a command", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.010},
    {"preview-sql", "preview 100 changes of an expression", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.010},
    {"preview-far", "preview the only changes, far down", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 0.010},
    {"clusters", "clusters of 100,000 different texts, by fingerprint", "DuckDB", BENCH_SECONDS, BENCH_LIMIT, 1.0},
    {"edit", "edit one cell, committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.3},
    {"burst", "100 edits, each committed", "DuckDB", BENCH_SECONDS, BENCH_RATIO, 0.3},
    {"bytes", "bytes on disk, as imported", "DuckDB", BENCH_BYTES, BENCH_NO_GOAL, 0},
    {"bytes-parquet", "bytes on disk, against Parquet with ZSTD", "DuckDB", BENCH_BYTES, BENCH_NO_GOAL, 0},
};

typedef struct state {
    bench_sides sides; /* closed while steps open them themselves */
    char *parquet_path, *tarn_csv, *peer_csv;
    int64_t edits; /* made so far in this turn */
} state;

/* ---- import and page --------------------------------------------------------------------------------------------- */

static void tarn_imports(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    bench_remove(state->sides.workspace_path);
    bench_make_folder(state->sides.workspace_path);
    bench_settle();
    bench_start(timer);
    tarn_workspace *workspace = bench_product_create(state->sides.workspace_path, state->sides.options->threads, 0);
    bench_product_import(workspace, state->sides.csv, "messy");
    tarn_workspace_close(workspace);
    bench_stop(timer);
}

static void peer_imports(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    bench_peer peer;
    bench_remove(state->sides.database_path);
    bench_settle();
    bench_start(timer);
    bench_peer_open(&peer, state->sides.database_path, state->sides.options->threads, NULL);
    bench_peer_run(&peer, "CREATE TABLE messy AS FROM read_csv('%s')", state->sides.csv);
    bench_peer_run(&peer, "CHECKPOINT");
    bench_peer_close(&peer);
    bench_stop(timer);
}

static void expect_rows(const bench_options *options, int64_t rows) {
    int64_t behind = options->rows - options->rows * 9 / 10;
    int64_t expected = behind < PAGE_ROWS ? behind : PAGE_ROWS;
    if (rows != expected)
        bench_die("a page has %lld rows instead of %lld", (long long)rows, (long long)expected);
}

static void tarn_pages(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    bench_start(timer);
    tarn_workspace *workspace = bench_product_open(state->sides.workspace_path, state->sides.options->threads);
    int64_t rows = bench_product_page(workspace, "messy", state->sides.options->rows * 9 / 10, PAGE_ROWS);
    bench_stop(timer);
    expect_rows(state->sides.options, rows);
    tarn_workspace_close(workspace);
}

static void peer_pages(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    bench_peer peer;
    struct ArrowArrayStream rows;
    char *sql =
        bench_format("FROM messy LIMIT %d OFFSET %lld", PAGE_ROWS, (long long)state->sides.options->rows * 9 / 10);
    bench_start(timer);
    bench_peer_open(&peer, state->sides.database_path, state->sides.options->threads, NULL);
    bench_peer_stream(&peer, sql, &rows);
    int64_t count = bench_drain(&rows);
    bench_stop(timer);
    expect_rows(state->sides.options, count);
    bench_peer_close(&peer);
    free(sql);
}

/* ---- export ------------------------------------------------------------------------------------------------------ */

static void tarn_exports(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    tarn_export_options options = {.path = state->tarn_csv};
    tarn_export_result result = {0};
    tarn_error error;
    bench_remove(state->tarn_csv);
    bench_settle();
    bench_start(timer);
    bench_check(tarn_export(state->sides.workspace, "messy", &options, NULL, &result, &error), &error, "export");
    bench_stop(timer);
    tarn_export_result_clear(&result);
}

static void peer_exports(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    bench_remove(state->peer_csv);
    bench_settle();
    bench_start(timer);
    bench_peer_run(&state->sides.peer, "COPY messy TO '%s' (FORMAT csv)", state->peer_csv);
    bench_sync(state->peer_csv);
    bench_stop(timer);
}

/* DuckDB reads the same table from both files. */
static void compare_exports(state *state, int turn) {
    if (turn != 0 || !bench_has(state->sides.run, BENCH_TARN) || !bench_wants(state->sides.run, "export-csv"))
        return;
    static const char sql[] =
        "SELECT count(*), sum(hash(t)) FROM (SELECT * FROM read_csv('%s', all_varchar = true, parallel = false)) t";
    struct ArrowArrayStream tarn, peer;
    char why[BENCH_COMPLAINT_SIZE];
    char *ours = bench_format(sql, state->tarn_csv);
    char *theirs = bench_format(sql, state->peer_csv);
    bench_peer_stream(&state->sides.peer, ours, &tarn);
    bench_peer_stream(&state->sides.peer, theirs, &peer);
    if (!bench_same_answer(&tarn, &peer, why, sizeof why))
        bench_wrong(state->sides.run, "export-csv", "the files differ: %s", why);
    free(ours);
    free(theirs);
}

/* ---- change and undo --------------------------------------------------------------------------------------------- */

static void tarn_sets(void *context, int turn, bench_timer *timer) {
    (void)turn;
    static const tarn_parameter parameters[] = {{"column", "name"}, {"expr", "trim(name)"}};
    bench_settle();
    bench_sides_apply(context, "set", parameters, 2, timer);
}

/* The copy that undoing needs is made before, and not timed. */
static void peer_sets(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    bench_peer_run(&state->sides.peer, "CREATE OR REPLACE TABLE before AS SELECT id, name FROM messy");
    bench_peer_run(&state->sides.peer, "CHECKPOINT");
    bench_settle();
    bench_start(timer);
    bench_peer_run(&state->sides.peer, "UPDATE messy SET name = trim(name)");
    bench_peer_run(&state->sides.peer, "CHECKPOINT");
    bench_stop(timer);
}

static void peer_undoes(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    bench_start(timer);
    bench_peer_run(&state->sides.peer, "UPDATE messy SET name = before.name FROM before WHERE messy.id = before.id");
    bench_peer_run(&state->sides.peer, "CHECKPOINT");
    bench_stop(timer);
}

/* ---- commands ---------------------------------------------------------------------------------------------------- */

/* A command of Tarn's and the same in DuckDB's SQL. */
typedef struct transform {
    const char *row, *command;
    tarn_parameter parameters[3];
    size_t parameter_count;
    const char *expression; /* DuckDB's new name */
} transform;

static const transform transforms[] = {
    {"trim", "trim", {{"column", "name"}}, 1, "trim(name)"},
    {"lowercase", "lowercase", {{"column", "name"}}, 1, "lower(name)"},
    {"replace", "replace", {{"column", "name"}, {"find", "er"}, {"replace", "ers"}}, 3, "replace(name, 'er', 'ers')"},
};

typedef struct transforming {
    state *state;
    const transform *transform;
} transforming;

static void tarn_transforms(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const transforming *t = context;
    bench_settle();
    bench_sides_apply(&t->state->sides, t->transform->command, t->transform->parameters, t->transform->parameter_count,
                      timer);
}

static void peer_transforms(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const transforming *t = context;
    bench_settle();
    bench_start(timer);
    bench_peer_run(&t->state->sides.peer, "UPDATE messy SET name = %s", t->transform->expression);
    bench_peer_run(&t->state->sides.peer, "CHECKPOINT");
    bench_stop(timer);
}

enum { PREVIEWED = 100 };

static void preview(const state *state, const char *command, const tarn_parameter *parameters, size_t count,
                    bench_timer *timer) {
    tarn_preview preview = {0};
    tarn_error error;
    bench_start(timer);
    bench_check(tarn_preview_command(state->sides.workspace, "messy", command, parameters, count, PREVIEWED, NULL,
                                     &preview, &error),
                &error, "preview");
    bench_stop(timer);
    if (preview.cell_count != PREVIEWED)
        bench_die("a preview has %zu cells instead of %d", preview.cell_count, PREVIEWED);
    tarn_preview_clear(&preview);
}

static void tarn_previews(void *context, int turn, bench_timer *timer) {
    (void)turn;
    static const tarn_parameter parameters[] = {{"column", "name"}};
    preview(context, "lowercase", parameters, 1, timer);
}

static void tarn_previews_sql(void *context, int turn, bench_timer *timer) {
    (void)turn;
    static const tarn_parameter parameters[] = {{"column", "name"}, {"expr", "lower(name)"}};
    preview(context, "set", parameters, 2, timer);
}

/* The last rows have a text that no other has, and it is looked for. */
static void tarn_previews_far(void *context, int turn, bench_timer *timer) {
    (void)turn;
    static const tarn_parameter parameters[] = {{"column", "city"}, {"find", "Far Down"}};
    state *state = context;
    bench_timer untimed = {0};
    char *expression = bench_format("CASE WHEN id > %lld THEN 'Far Down' ELSE city END",
                                    (long long)state->sides.options->rows - PREVIEWED);
    const tarn_parameter change[] = {{"column", "city"}, {"expr", expression}};
    bench_sides_apply(&state->sides, "set", change, 2, &untimed);
    preview(state, "replace", parameters, 2, timer);
    bench_sides_undo(&state->sides, &untimed);
    free(expression);
}

/* ---- clusters ---------------------------------------------------------------------------------------------------- */

enum { DIFFERENT_TEXTS = 100000 };

static void tarn_clusters_step(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    tarn_clusters clusters = {0};
    tarn_error error;
    bench_start(timer);
    bench_check(tarn_find_clusters(state->sides.workspace, "texts", "text", "fingerprint", 0, NULL, &clusters, &error),
                &error, "cluster");
    bench_stop(timer);
    tarn_clusters_clear(&clusters);
}

/* Every text is in the table ten times, and a fifth of them differ from another one in case and spaces only. */
static void find_clusters(state *state, int turn) {
    tarn_change change = {0};
    tarn_error error;
    if (!bench_has(state->sides.run, BENCH_TARN) || !bench_wants(state->sides.run, "clusters"))
        return;
    char *sql =
        bench_format("SELECT CASE WHEN i %% 5 = 0 THEN upper(text) || ' ' ELSE text END AS text FROM (SELECT i, "
                     "'Company ' || (i - CASE WHEN i %% 5 = 0 THEN 1 ELSE 0 END) || ' of ' || chr(65 + (i %% "
                     "%d // 5 %% 26)::INTEGER) AS text FROM (SELECT range %% %d AS i FROM range(%d)))",
                     DIFFERENT_TEXTS, DIFFERENT_TEXTS, 10 * DIFFERENT_TEXTS);
    bench_check(tarn_query_into(state->sides.workspace, sql, "texts", TARN_IF_EXISTS_REPLACE, NULL, &change, &error),
                &error, "make texts");
    tarn_change_clear(&change);
    free(sql);
    bench_pair(state->sides.run, "clusters", turn, tarn_clusters_step, NULL, state);
}

/* ---- edits ------------------------------------------------------------------------------------------------------- */

typedef struct edit {
    int64_t position; /* of the row in the table */
    char value[32];
} edit;

/* Both sides make the same edits: the n-th of a turn. */
static edit make_edit(const state *state, int64_t number) {
    edit made;
    bench_random random = bench_seed(STREAM_EDITS, (uint64_t)number);
    made.position = (int64_t)bench_below(&random, (size_t)state->sides.options->rows);
    snprintf(made.value, sizeof made.value, "Edited %lld", (long long)number);
    return made;
}

static int64_t row_id(tarn_workspace *workspace, int64_t position) {
    static const char *const columns[] = {"id"};
    tarn_page_options options = {.offset = position, .count = 1, .columns = columns, .column_count = 1, .ids = true};
    struct ArrowSchema schema;
    struct ArrowArray rows;
    tarn_error error;
    bench_check(tarn_page(workspace, "messy", &options, &schema, &rows, &error), &error, "read a row's id");
    const struct ArrowArray *ids = rows.children[0];
    int64_t id = ((const int64_t *)ids->buffers[1])[rows.offset + ids->offset];
    rows.release(&rows);
    schema.release(&schema);
    return id;
}

static void tarn_edits_once(const state *state, int64_t number, bench_timer *timer) {
    edit edit = make_edit(state, number);
    char id[32];
    snprintf(id, sizeof id, "%lld", (long long)row_id(state->sides.workspace, edit.position));
    const tarn_parameter parameters[] = {{"column", "city"}, {"row", id}, {"value", edit.value}};
    bench_sides_apply(&state->sides, "edit", parameters, 3, timer);
}

static void peer_edits_once(state *state, int64_t number, bench_timer *timer) {
    edit edit = make_edit(state, number);
    bench_start(timer);
    bench_peer_run(&state->sides.peer, "UPDATE messy SET city = '%s' WHERE id = %lld", edit.value,
                   (long long)edit.position + 1);
    bench_stop(timer);
}

static void checkpoint(state *state, bench_timer *timer) {
    bench_start(timer);
    bench_peer_run(&state->sides.peer, "CHECKPOINT");
    bench_stop(timer);
}

static void tarn_edits(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    tarn_edits_once(state, state->edits, timer);
}

static void peer_edits(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    peer_edits_once(state, state->edits, timer);
    checkpoint(state, timer);
}

static void tarn_bursts(void *context, int turn, bench_timer *timer) {
    (void)turn;
    const state *state = context;
    for (int i = 0; i < BURST; i++)
        tarn_edits_once(state, state->edits + i, timer);
}

/* Every UPDATE is durable in DuckDB's write-ahead log; one checkpoint at the end brings them into the database. */
static void peer_bursts(void *context, int turn, bench_timer *timer) {
    (void)turn;
    state *state = context;
    for (int i = 0; i < BURST; i++)
        peer_edits_once(state, state->edits + i, timer);
    checkpoint(state, timer);
}

/* ---- the turn ---------------------------------------------------------------------------------------------------- */

/* Both sides must hold the same table, or the times mean nothing. */
static void compare_tables(state *state, const char *row, int turn) {
    static const char sql[] =
        "SELECT count(*), sum(id), sum(customer), sum(quantity), sum(price), count(score), sum(score), min(day), "
        "max(day), sum(epoch(created)), sum(length(status)), sum(hash(city)), sum(hash(name)), "
        "sum(hash(id::VARCHAR || city || name)) FROM messy";
    bench_sides_compare(&state->sides, row, turn, sql);
}

/* Open both for the steps that work in an open table; the first query is there to have the engines up. */
static void open_both(state *state) {
    static const char sql[] = "SELECT count(*), max(length(name)) FROM messy";
    struct ArrowArrayStream stream;
    bench_peer_open(&state->sides.peer, state->sides.database_path, state->sides.options->threads, NULL);
    bench_peer_stream(&state->sides.peer, sql, &stream);
    bench_drain(&stream);
    if (!bench_has(state->sides.run, BENCH_TARN))
        return;
    state->sides.workspace = bench_product_open(state->sides.workspace_path, state->sides.options->threads);
    bench_product_stream(state->sides.workspace, sql, &stream);
    bench_drain(&stream);
}

static void weigh(state *state, int turn) {
    bench_run *run = state->sides.run;
    if (turn + 1 < bench_turns(run))
        return;
    if (bench_has(run, BENCH_TARN)) {
        double bytes = (double)bench_size(state->sides.workspace_path);
        bench_sample(run, "bytes", BENCH_TARN, turn, bytes);
        bench_sample(run, "bytes-parquet", BENCH_TARN, turn, bytes);
    }
    bench_peer_run(&state->sides.peer, "COPY messy TO '%s' (FORMAT parquet, COMPRESSION zstd)", state->parquet_path);
    bench_sample(run, "bytes", BENCH_PEER, turn, (double)bench_size(state->sides.database_path));
    bench_sample(run, "bytes-parquet", BENCH_PEER, turn, (double)bench_size(state->parquet_path));
}

static void change_and_undo(state *state, int turn) {
    bench_run *run = state->sides.run;
    if (!bench_wants(run, "set") && !bench_wants(run, "undo") && !bench_wants(run, "redo"))
        return;
    bench_pair(run, "set", turn, tarn_sets, peer_sets, state);
    compare_tables(state, "set", turn);
    bench_pair(run, "undo", turn, bench_undo_step, peer_undoes, state);
    compare_tables(state, "undo", turn);
    bench_pair(run, "redo", turn, bench_redo_step, NULL, state);
    if (bench_has(run, BENCH_TARN)) {
        bench_timer untimed = {0};
        bench_sides_undo(&state->sides, &untimed);
    }
}

/* Both go back to what they were after each. */
static void run_commands(state *state, int turn) {
    bench_run *run = state->sides.run;
    bench_timer untimed = {0};
    bench_pair(run, "preview", turn, tarn_previews, NULL, state);
    bench_pair(run, "preview-sql", turn, tarn_previews_sql, NULL, state);
    bench_pair(run, "preview-far", turn, tarn_previews_far, NULL, state);
    find_clusters(state, turn);
    bench_peer_run(&state->sides.peer, "CREATE OR REPLACE TABLE before AS SELECT id, name FROM messy");
    for (size_t i = 0; i < sizeof transforms / sizeof *transforms; i++) {
        transforming t = {.state = state, .transform = &transforms[i]};
        if (!bench_wants(run, t.transform->row))
            continue;
        bench_pair(run, t.transform->row, turn, tarn_transforms, peer_transforms, &t);
        compare_tables(state, t.transform->row, turn);
        peer_undoes(state, turn, &untimed);
        if (bench_has(run, BENCH_TARN))
            bench_sides_undo(&state->sides, &untimed);
    }
}

static void edit_cells(state *state, int turn) {
    bench_run *run = state->sides.run;
    state->edits = 0;
    for (int i = 0; bench_wants(run, "edit") && i < EDITS_PER_TURN; i++) {
        bench_pair(run, "edit", turn, tarn_edits, peer_edits, state);
        state->edits++;
    }
    compare_tables(state, "edit", turn);
    if (bench_wants(run, "burst"))
        bench_pair(run, "burst", turn, tarn_bursts, peer_bursts, state);
    compare_tables(state, "burst", turn);
}

static void run_table(bench_run *run) {
    const bench_options *options = bench_options_of(run);
    state state = {0};
    bench_sides_begin(&state.sides, run, "table");
    state.parquet_path = bench_format("%s/table.parquet", options->directory);
    state.tarn_csv = bench_format("%s/tarn.csv", options->directory);
    state.peer_csv = bench_format("%s/duckdb.csv", options->directory);
    for (int turn = 0; turn < bench_turns(run); turn++) {
        bench_say("  turn %d of %d", turn + 1, bench_turns(run));
        bench_pair(run, "import", turn, tarn_imports, peer_imports, &state);
        for (int i = 0; bench_wants(run, "page") && i < PAGES_PER_TURN; i++)
            bench_pair(run, "page", turn, tarn_pages, peer_pages, &state);
        open_both(&state);
        compare_tables(&state, "import", turn);
        weigh(&state, turn);
        bench_pair(run, "export-csv", turn, tarn_exports, peer_exports, &state);
        compare_exports(&state, turn);
        change_and_undo(&state, turn);
        run_commands(&state, turn);
        edit_cells(&state, turn);
        bench_sides_close(&state.sides);
    }
    char *more[] = {state.parquet_path, state.tarn_csv, state.peer_csv};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        bench_discard(options, more[i]);
        free(more[i]);
    }
    bench_sides_end(&state.sides);
}

const bench_group bench_table_group = {
    .name = "table", .rows = table_rows, .row_count = sizeof table_rows / sizeof *table_rows, .run = run_table};
