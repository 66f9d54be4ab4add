/* Ten thousand random operations on a workspace and on plain arrays: the tables are the same at every version.
 * TARN_SEED repeats a run, TARN_OPERATIONS says how many, TARN_SOAK=1 makes it a hundred thousand. */
#include "support_model.h"

#include "fs/fs.h"
#include "history/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* In a page the browser's storage (see web/tests/suites/model.mjs), else memory. */
#ifdef __EMSCRIPTEN__
#include "fs/browser.h"
#define make_disk tarn_fs_opfs
#define WORKSPACE "/opfs/model"
#else
#define make_disk tarn_fs_memory
#define WORKSPACE "/w"
#endif

#ifdef TARN_SANITIZED /* which makes each of them ten times as slow */
#define ORDINARY_OPERATIONS 4000
#else
#define ORDINARY_OPERATIONS 10000
#endif
#define MOST_LIVE_TABLES 5

static const tarn_event an_event = {.kind = "command", .command = "test", .rows = -1, .cells = -1};

static bool is_live(const model_table *table) {
    return !table->gone && !table->dropped;
}

/* Any table that is there (or, with `dropped`, that was dropped and can come back); NULL when there is none. */
static model_table *any_table(world *w, bool dropped) {
    model_table *found = NULL;
    int64_t seen = 0;
    for (size_t i = 0; i < w->table_count; i++) {
        if (!w->tables[i].gone && w->tables[i].dropped == dropped && one_in(w, ++seen))
            found = &w->tables[i];
    }
    return found;
}

static int live_tables(const world *w) {
    int count = 0;
    for (size_t i = 0; i < w->table_count; i++)
        count += is_live(&w->tables[i]);
    return count;
}

static tarn_table_state state_of(world *w, const model_table *table) {
    tarn_table_state state;
    must(w, tarn_store_find_id(w->store, table->id, &state, &w->error));
    return state;
}

/* ---- changes of versions ---- */

/* For a new table: one that was not used yet, or that of a table that is gone for good. */
static model_table *free_place(world *w) {
    size_t place = 0;
    while (place < w->table_count && !w->tables[place].gone)
        place++;
    if (place == MOST_TABLES)
        return NULL;
    free(w->tables[place].versions); /* gc emptied it */
    w->tables[place] = (model_table){0};
    w->table_count += place == w->table_count;
    return &w->tables[place];
}

static void create(world *w) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_table_state state;
    bool changed;
    model_table *table = live_tables(w) < MOST_LIVE_TABLES ? free_place(w) : NULL;
    if (table == NULL)
        return;
    model_version *version = calloc(1, sizeof *version);
    snprintf(table->name, sizeof table->name, "Table %llu", (unsigned long long)++w->names);
    must(w, tarn_transaction_begin(w->store, &transaction, &w->error));
    must(w, tarn_draft_create(transaction, table->name, &draft, &w->error));
    fill_draft(w, transaction, draft, version);
    must(w, tarn_transaction_commit(transaction, &an_event, &changed, &w->error));
    must(w, tarn_store_find(w->store, table->name, &state, &w->error));
    table->id = state.id;
    tarn_table_state_clear(&state);
    model_add_version(table, version);
}

typedef struct drafted {
    model_table *table;
    model_version *next;
} drafted;

static void draft_one(world *w, tarn_transaction *transaction, model_table *table, drafted *out) {
    tarn_version *head;
    tarn_draft *draft;
    *out = (drafted){table, model_copy(model_head(table))};
    must(w, tarn_store_version(w->store, table->id, TARN_HEAD, &head, &w->error));
    must(w, tarn_draft_edit(transaction, head, &draft, &w->error));
    tarn_version_release(head);
    for (int64_t changes = one_in(w, 3) ? 1 + any(w, 3) : 1; changes > 0; changes--)
        change_draft(w, transaction, draft, out->next);
}

/* Whether the store made a version shows in its head; that it made none must mean that nothing changed. */
static void take_in(world *w, drafted *d) {
    tarn_table_state state = state_of(w, d->table);
    if (state.head != d->table->head) {
        model_add_version(d->table, d->next);
    } else {
        if (!model_same(model_head(d->table), d->next))
            mismatch(w, "%s changed, and no version was made", d->table->name);
        free(d->next);
    }
    tarn_table_state_clear(&state);
}

static void change_tables(world *w, int wanted, bool commit) {
    tarn_transaction *transaction;
    drafted drafts[2];
    int count = 0;
    must(w, tarn_transaction_begin(w->store, &transaction, &w->error));
    for (int i = 0; i < wanted; i++) {
        model_table *table = any_table(w, false);
        if (table != NULL && (count == 0 || drafts[0].table != table))
            draft_one(w, transaction, table, &drafts[count++]);
    }
    if (commit)
        must(w, tarn_transaction_commit(transaction, &an_event, NULL, &w->error));
    else
        tarn_transaction_abort(transaction);
    for (int i = 0; i < count; i++) {
        if (commit)
            take_in(w, &drafts[i]);
        else
            free(drafts[i].next);
    }
}

static void change_one(world *w) {
    change_tables(w, 1, true);
}

static void change_two(world *w) {
    change_tables(w, 2, true);
}

static void give_up(world *w) {
    change_tables(w, 2, false);
}

/* ---- history ---- */

static bool keeps(const model_table *table, uint64_t number) {
    return number != 0 && table->versions[number - 1] != NULL;
}

static uint64_t parent_of(const model_table *table, uint64_t number) {
    return table->versions[number - 1]->parent;
}

static void undo(world *w) {
    model_table *table = any_table(w, false);
    if (table == NULL)
        return;
    tarn_table_state state = state_of(w, table);
    tarn_move move;
    uint64_t steps = 1 + (uint64_t)any(w, 3), to = table->head, done = 0;
    for (; done < steps && keeps(table, parent_of(table, to)); done++)
        to = parent_of(table, to);
    tarn_status status = tarn_history_undo(w->store, &state, steps, &move, &w->error);
    if (status != (done == steps ? TARN_OK : TARN_E_NOT_FOUND))
        mismatch(w, "undoing %llu steps of %s: %s", (unsigned long long)steps, table->name, w->error.message);
    if (status == TARN_OK)
        table->head = to;
    tarn_table_state_clear(&state);
}

static void redo(world *w) {
    model_table *table = any_table(w, false);
    if (table == NULL)
        return;
    tarn_table_state state = state_of(w, table);
    tarn_move move;
    uint64_t to = table->tip;
    while (to != table->head && parent_of(table, to) != table->head)
        to = parent_of(table, to);
    tarn_status status = tarn_history_redo(w->store, &state, 1, &move, &w->error);
    if (status != (to != table->head ? TARN_OK : TARN_E_NOT_FOUND))
        mismatch(w, "redoing %s: %s", table->name, w->error.message);
    table->head = to;
    tarn_table_state_clear(&state);
}

static bool on_line(const model_table *table, uint64_t number) {
    uint64_t at = table->tip;
    while (keeps(table, at) && at != number)
        at = parent_of(table, at);
    return at == number;
}

static void check_out(world *w) {
    model_table *table = any_table(w, false);
    if (table == NULL)
        return;
    uint64_t number = 1 + (uint64_t)any(w, (int64_t)table->newest);
    tarn_table_state state = state_of(w, table);
    tarn_move move;
    tarn_status status = tarn_history_checkout(w->store, &state, number, &move, &w->error);
    if (status != (keeps(table, number) ? TARN_OK : TARN_E_NOT_FOUND))
        mismatch(w, "checking out %s@%llu: %s", table->name, (unsigned long long)number, w->error.message);
    if (status == TARN_OK) {
        table->tip = on_line(table, number) ? table->tip : number;
        table->head = number;
    }
    tarn_table_state_clear(&state);
}

/* ---- the catalogue ---- */

static void rename_table(world *w) {
    model_table *table = any_table(w, false), *other = any_table(w, false);
    if (table == NULL)
        return;
    if (other != table) { /* a name that is taken is refused */
        if (tarn_store_rename_table(w->store, table->id, other->name, &an_event, &w->error) != TARN_E_EXISTS)
            mismatch(w, "%s took the name of %s", table->name, other->name);
        return;
    }
    snprintf(table->name, sizeof table->name, "renamed %llu", (unsigned long long)++w->names);
    must(w, tarn_store_rename_table(w->store, table->id, table->name, &an_event, &w->error));
}

static void drop(world *w) {
    model_table *table = any_table(w, false);
    if (table == NULL)
        return;
    must(w, tarn_store_drop_table(w->store, table->id, &an_event, &w->error));
    table->dropped = true;
}

static void undrop(world *w) {
    model_table *table = any_table(w, true);
    if (table == NULL || live_tables(w) == MOST_LIVE_TABLES)
        return;
    must(w, tarn_store_undrop_table(w->store, table->id, &an_event, &w->error));
    table->dropped = false;
}

/* ---- housekeeping ---- */

/* Forget what a gc that keeps the newest `keep` versions of each line (0: all) forgets: everything but the line from
 * the tip to the head and, of what lies before the head, as many as are to be kept. */
static uint64_t forget(model_table *table, uint64_t keep) {
    uint64_t removed = 0, seen = 0;
    bool *kept = calloc(table->newest + 1, sizeof *kept), passed = false;
    for (uint64_t at = table->tip; !table->dropped && keeps(table, at); at = parent_of(table, at)) {
        passed = passed || at == table->head;
        seen += passed;
        kept[at] = keep == 0 || seen <= keep;
    }
    for (uint64_t number = 1; number <= table->newest; number++) {
        if (kept[number] || !keeps(table, number))
            continue;
        free(table->versions[number - 1]);
        table->versions[number - 1] = NULL;
        removed++;
    }
    free(kept);
    table->gone = table->dropped;
    return removed;
}

static void collect(world *w) {
    static const uint64_t limits[] = {0, 0, 1, 3, 20};
    tarn_gc_options options = {.keep_versions = limits[any(w, 5)]};
    tarn_gc_report planned, report;
    uint64_t removed = 0;
    options.dry_run = true;
    must(w, tarn_store_gc(w->store, &options, NULL, &planned, &w->error));
    options.dry_run = false;
    must(w, tarn_store_gc(w->store, &options, NULL, &report, &w->error));
    for (size_t i = 0; i < w->table_count; i++) {
        if (!w->tables[i].gone)
            removed += forget(&w->tables[i], options.keep_versions);
    }
    if (report.versions != removed || planned.versions != removed)
        mismatch(w, "gc removed %llu versions and planned to remove %llu instead of %llu",
                 (unsigned long long)report.versions, (unsigned long long)planned.versions,
                 (unsigned long long)removed);
}

static void recode(world *w) {
    model_table *table = any_table(w, false);
    tarn_recode_report report;
    if (table != NULL)
        must(w, tarn_store_recode(w->store, table->id, one_in(w, 2) ? TARN_CODEC_ZSTD : TARN_CODEC_NONE, NULL, &report,
                                  &w->error));
}

static void prune(world *w) {
    must(w, tarn_store_prune_journal(w->store, 1 + (uint64_t)any(w, 200), &w->error));
}

static void verify(world *w) {
    tarn_verify_report report;
    must(w, tarn_store_verify(w->store, false, NULL, &report, &w->error));
    if (report.problem_count > 0)
        mismatch(w, "verify: %s", report.problems[0].what);
    tarn_verify_report_clear(&report);
}

static void compare_heads(world *w, tarn_store *store) {
    compare_catalogue(w, store);
    for (size_t i = 0; i < w->table_count; i++) {
        if (is_live(&w->tables[i]))
            compare_version(w, store, &w->tables[i], w->tables[i].head);
    }
}

/* Small files and caches, so that journals are cut, segments sealed and batches forgotten all the time. */
static void open_store(world *w) {
    tarn_store_options options = {.segment_bytes = one_in(w, 2) ? 16 << 10 : 128 << 10,
                                  .journal_bytes = one_in(w, 2) ? 8 << 10 : 64 << 10,
                                  .cache_bytes = one_in(w, 2) ? 16 << 10 : 0,
                                  .codec = one_in(w, 3) ? TARN_CODEC_LZ4 : TARN_CODEC_NONE};
    must(w, tarn_store_open(w->fs, WORKSPACE, &options, &w->store, &w->error));
}

static void reopen(world *w) {
    tarn_store_close(w->store);
    w->store = NULL;
    if (one_in(w, 4)) { /* what is derived is made again when it is lost */
        must(w, tarn_fs_remove_all(w->fs, WORKSPACE "/index", &w->error));
        must(w, tarn_fs_make_directory(w->fs, WORKSPACE "/index", &w->error));
    }
    open_store(w);
    compare_heads(w, w->store);
}

static void read_beside(world *w) {
    tarn_store *reader;
    tarn_store_options options = {.read_only = true};
    must(w, tarn_store_open(w->fs, WORKSPACE, &options, &reader, &w->error));
    compare_heads(w, reader);
    change_one(w);
    must(w, tarn_store_refresh(reader, NULL, &w->error));
    compare_heads(w, reader);
    tarn_store_close(reader);
}

/* ---- the run ---- */

static void any_operation(world *w) {
    static const struct {
        void (*run)(world *w);
        const char *name;
        int weight;
    } operations[] = {
        {create, "create", 15},      {change_one, "change", 600},  {change_two, "change two", 30},
        {give_up, "abort", 20},      {undo, "undo", 90},           {redo, "redo", 70},
        {check_out, "checkout", 40}, {rename_table, "rename", 15}, {drop, "drop", 6},
        {undrop, "undrop", 5},       {collect, "gc", 8},           {recode, "recode", 10},
        {prune, "prune", 4},         {reopen, "reopen", 8},        {read_beside, "read beside", 8},
        {verify, "verify", 2},
    };
    int64_t total = 0, at = 0;
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
        total += operations[i].weight;
    int64_t chosen = any(w, total);
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        at += operations[i].weight;
        if (chosen < at) {
            w->doing = operations[i].name;
            operations[i].run(w);
            return;
        }
    }
}

/* The head of one table, and one version of those that are kept. */
static void compare_some(world *w) {
    const model_table *table = any_table(w, one_in(w, 10));
    compare_catalogue(w, w->store);
    if (table == NULL)
        return;
    compare_version(w, w->store, table, table->head);
    uint64_t number = 1 + (uint64_t)any(w, (int64_t)table->newest);
    if (keeps(table, number))
        compare_version(w, w->store, table, number);
}

/* Every version as soon as it is there, all that are kept again and again. */
static void run(world *w, unsigned operations) {
    must(w, make_disk(&w->fs, &w->error));
    must(w, tarn_store_create(w->fs, WORKSPACE, &w->error));
    open_store(w);
    for (w->operation = 1; w->operation <= operations; w->operation++) {
        any_operation(w);
        for (size_t i = 0; i < w->table_count; i++) {
            if (w->tables[i].newest > w->tables[i].compared)
                compare_version(w, w->store, &w->tables[i], w->tables[i].newest);
            w->tables[i].compared = w->tables[i].newest;
        }
        compare_some(w);
        if (w->operation % 1000 == 0)
            compare_everything(w, w->store);
    }
    w->doing = "the end";
    verify(w);
    reopen(w);
    compare_everything(w, w->store);
    tarn_store_close(w->store);
    must(w, tarn_fs_remove_all(w->fs, WORKSPACE, &w->error));
    tarn_fs_free(w->fs);
}

/* False when the environment says nothing. */
static bool told(const char *name, uint64_t *out) {
    const char *given = getenv(name);
    if (given == NULL || given[0] == '\0')
        return false;
    *out = strtoull(given, NULL, 10);
    return true;
}

static uint64_t seed(void) {
    struct timespec now;
    uint64_t given;
    if (told("TARN_SEED", &given))
        return given;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000007 + (uint64_t)now.tv_nsec;
}

static void tables_are_the_same_at_every_version(void **state) {
    (void)state;
    world *w = calloc(1, sizeof *w);
    w->seed = w->random = seed();
    printf("TARN_SEED=%llu\n", (unsigned long long)w->seed);
    fflush(stdout);
    uint64_t operations = getenv("TARN_SOAK") != NULL ? 100000 : ORDINARY_OPERATIONS;
    told("TARN_OPERATIONS", &operations);
    run(w, (unsigned)operations);
    printf("%llu operations\n", (unsigned long long)operations);
    model_clear(w);
    free(w);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(tables_are_the_same_at_every_version)};
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
