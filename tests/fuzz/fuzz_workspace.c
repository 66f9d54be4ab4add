/*
 * Workspaces that were damaged, or made to deceive: whatever lies in the folder, nothing that can be asked of it
 * crashes, hangs, or touches what lies outside, and what was merely damaged never gives other values than it had. The
 * first byte says what is done: bit 0, chain the journal anew after the edits; bit 1, ask by SQL; the rest, how many
 * edits follow.
 */
#include "support_workspace.h"

#include "fs/fs.h"
#include "store/internal.h"

#include <tarn/tarn.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_VERSIONS 12
#define MOST_ROWS 400

static const char *const tables[] = {"people", "sums", "gone"};
enum { TABLES = sizeof tables / sizeof *tables };

/* Made with the first input. */
static struct {
    char root[64], workspace[80], folder[96], victim[96];
    fuzz_tree tree;
    uint64_t contents[TABLES][MOST_VERSIONS + 1]; /* hash of each version's values; 0: none */
} made;

static const tarn_workspace_options reading = {
    .read_only = true, .threads = 1, .cache_bytes = 1 << 20, .memory_limit = 200 << 20, .user = "reader"};
static const tarn_workspace_options writing = {
    .threads = 1, .cache_bytes = 1 << 20, .memory_limit = 200 << 20, .user = "writer"};

static void need(bool holds) {
    if (!holds)
        abort();
}

/* ---- the workspace ----------------------------------------------------------------------------------------------- */

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    need(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

static void write_rows(const char *path) {
    FILE *file = fopen(path, "wb");
    need(file != NULL);
    fprintf(file, "id,name,amount,day\n");
    for (int i = 0; i < 300; i++)
        fprintf(file, "%d,person %d of many,%d.%02d,2024-0%d-11\n", i, i * 7 % 50, i * 31 % 1000, i % 100, i % 9 + 1);
    fclose(file);
}

static void apply(tarn_workspace *workspace, const char *table, const char *command, const char *const *texts,
                  size_t count) {
    tarn_parameter parameters[4];
    tarn_change change = {0};
    for (size_t i = 0; i < count; i++)
        parameters[i] = (tarn_parameter){texts[2 * i], texts[2 * i + 1]};
    need(tarn_apply(workspace, table, command, parameters, count, NULL, &change, NULL) == TARN_OK);
    tarn_change_clear(&change);
}

/* Begin another journal file, with a checkpoint and an index file. */
static void rotate(void) {
    tarn_fs *fs;
    tarn_store *store;
    need(tarn_fs_posix(&fs, NULL) == TARN_OK);
    need(tarn_store_open(fs, made.folder, NULL, &store, NULL) == TARN_OK);
    need(tarn_journal_rotate(store, NULL, NULL) == TARN_OK);
    tarn_store_close(store);
    tarn_fs_free(fs);
}

static void import(tarn_workspace *workspace, const char *path, const char *table) {
    tarn_import_options options = {.path = path, .table = table};
    tarn_import_result result = {0};
    need(tarn_import(workspace, &options, NULL, &result, NULL) == TARN_OK);
    tarn_import_result_clear(&result);
}

static void make_first(const char *rows) {
    tarn_workspace *workspace;
    need(tarn_workspace_open(made.workspace, &writing, &workspace, NULL) == TARN_OK);
    import(workspace, rows, "people");
    import(workspace, rows, "gone");
    apply(workspace, "people", "edit", (const char *[]){"column", "name", "row", "5", "value", "Ada"}, 3);
    apply(workspace, "people", "filter", (const char *[]){"where", "id % 7 <> 3"}, 1);
    tarn_workspace_close(workspace);
    rotate();
}

static void make_second(const char *rows) {
    tarn_workspace *workspace;
    tarn_freeze_result frozen;
    tarn_change change = {0};
    need(tarn_workspace_open(made.workspace, &writing, &workspace, NULL) == TARN_OK);
    import(workspace, rows, "sums");
    apply(workspace, "sums", "sort", (const char *[]){"column", "amount"}, 1);
    apply(workspace, "sums", "edit", (const char *[]){"column", "amount", "row", "9", "value", "1.25"}, 3);
    need(tarn_freeze(workspace, "sums", NULL, &frozen, NULL) == TARN_OK);
    apply(workspace, "people", "set", (const char *[]){"column", "amount", "expr", "id * 2"}, 2);
    need(tarn_undo(workspace, "people", 1, &change, NULL) == TARN_OK);
    tarn_change_clear(&change);
    need(tarn_drop(workspace, "gone", NULL) == TARN_OK);
    tarn_workspace_close(workspace);
    rotate();
    need(tarn_workspace_open(made.workspace, &writing, &workspace, NULL) == TARN_OK);
    apply(workspace, "people", "edit", (const char *[]){"column", "day", "row", "8", "value", "2020-02-02"}, 3);
    apply(workspace, "sums", "rename", (const char *[]){"column", "day", "to", "date"}, 2);
    tarn_workspace_close(workspace);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static uint64_t hash_rows(const struct ArrowSchema *schema, const struct ArrowArray *rows) {
    uint64_t hash = 1;
    for (int64_t column = 0; column < schema->n_children; column++) {
        for (int64_t row = 0; row < rows->length; row++) {
            tarn_text text = {0};
            bool is_null;
            need(tarn_print_value(schema->children[column], rows->children[column], row, &text, &is_null, NULL) ==
                 TARN_OK);
            struct {
                uint64_t before, value;
            } pair = {hash, tarn_hash64_of(text.data, text.size)};
            hash = tarn_hash64_of(&pair, sizeof pair);
            tarn_text_clear(&text);
        }
    }
    return hash != 0 ? hash : 1;
}

/* 0 when it cannot be read. */
static uint64_t read_version(tarn_workspace *workspace, const char *table, unsigned number) {
    char name[64];
    struct ArrowSchema schema = {0};
    struct ArrowArray rows = {0};
    tarn_page_options options = {.count = MOST_ROWS};
    uint64_t hash = 0;
    snprintf(name, sizeof name, "%s@%u", table, number);
    if (tarn_page(workspace, name, &options, &schema, &rows, NULL) == TARN_OK)
        hash = hash_rows(&schema, &rows);
    if (schema.release != NULL)
        schema.release(&schema);
    if (rows.release != NULL)
        rows.release(&rows);
    return hash;
}

/* Merely damaged: what can be read is what was there. */
static void read_versions(tarn_workspace *workspace, bool is_honest) {
    for (size_t i = 0; i < TABLES; i++) {
        for (unsigned version = 1; version <= MOST_VERSIONS; version++) {
            uint64_t hash = read_version(workspace, tables[i], version);
            if (is_honest && hash != 0 && hash != made.contents[i][version]) {
                fprintf(stderr, "%s@%u has other values\n", tables[i], version);
                abort();
            }
        }
    }
}

static void read_history(tarn_workspace *workspace, const char *table) {
    tarn_log_entry *entries;
    tarn_timeline timeline;
    tarn_diff *diff;
    size_t count;
    char name[64];
    if (tarn_log(workspace, table, &entries, &count, NULL) == TARN_OK)
        tarn_log_free(entries, count);
    if (tarn_timeline_get(workspace, table, &timeline, NULL) == TARN_OK)
        tarn_timeline_clear(&timeline);
    snprintf(name, sizeof name, "%s~1", table);
    if (tarn_diff_open(workspace, name, table, NULL, NULL, &diff, NULL) == TARN_OK)
        tarn_diff_close(diff);
}

static void read_audit(tarn_workspace *workspace) {
    tarn_audit_event *events;
    tarn_audit_detail detail;
    size_t count;
    if (tarn_audit(workspace, NULL, &events, &count, NULL) != TARN_OK)
        return;
    tarn_audit_free(events, count);
    for (uint64_t record = 1; record < 6; record++) {
        if (tarn_audit_detail_get(workspace, record, NULL, 5, NULL, &detail, NULL) == TARN_OK)
            tarn_audit_detail_clear(&detail);
    }
}

static void ask(tarn_workspace *workspace) {
    struct ArrowArrayStream stream;
    struct ArrowArray rows;
    if (tarn_query(workspace, "SELECT count(*), sum(id), max(name) FROM people", NULL, &stream, NULL) != TARN_OK)
        return;
    while (stream.get_next(&stream, &rows) == 0 && rows.release != NULL)
        rows.release(&rows);
    stream.release(&stream);
}

static void read_all(bool is_honest, bool by_sql) {
    tarn_workspace *workspace;
    tarn_table_info *infos;
    size_t count;
    if (tarn_workspace_open(made.workspace, &reading, &workspace, NULL) != TARN_OK)
        return;
    if (tarn_tables(workspace, true, &infos, &count, NULL) == TARN_OK)
        tarn_tables_free(infos, count);
    read_versions(workspace, is_honest);
    for (size_t i = 0; i < TABLES; i++)
        read_history(workspace, tables[i]);
    read_audit(workspace);
    if (by_sql)
        ask(workspace);
    tarn_workspace_close(workspace);
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void write_all(void) {
    static const tarn_parameter edit[] = {{"column", "name"}, {"row", "2"}, {"value", "Bea"}};
    tarn_gc_options keep_few = {.keep_versions = 1};
    tarn_workspace *workspace;
    tarn_gc_result collected;
    tarn_change change = {0};
    if (tarn_workspace_open(made.workspace, &writing, &workspace, NULL) != TARN_OK)
        return;
    if (tarn_apply(workspace, "people", "edit", edit, 3, NULL, &change, NULL) == TARN_OK)
        tarn_change_clear(&change);
    if (tarn_undo(workspace, "people", 2, &change, NULL) == TARN_OK)
        tarn_change_clear(&change);
    if (tarn_redo(workspace, "people", 1, &change, NULL) == TARN_OK)
        tarn_change_clear(&change);
    (void)tarn_recipe_save(workspace, "r", "people", true, NULL);
    (void)tarn_undrop(workspace, "gone", NULL);
    (void)tarn_drop(workspace, "sums", NULL);
    (void)tarn_gc(workspace, &keep_few, NULL, &collected, NULL);
    (void)tarn_audit_set_limit(workspace, 3, NULL);
    tarn_workspace_close(workspace);
}

static void verify(bool repair) {
    tarn_verify_result result;
    if (tarn_verify(made.workspace, repair, NULL, &result, NULL) == TARN_OK)
        tarn_verify_result_clear(&result);
}

/* ---- the input --------------------------------------------------------------------------------------------------- */

static void remove_root(void) {
    fuzz_remove(made.root);
    fuzz_tree_clear(&made.tree);
}

static void make_template(void) {
    char rows[128];
    const char *shared = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(made.root, sizeof made.root, "%s/tarn-fuzz-XXXXXX", shared);
    need(mkdtemp(made.root) != NULL);
    snprintf(made.workspace, sizeof made.workspace, "%s/w", made.root);
    snprintf(made.folder, sizeof made.folder, "%s/.tarn", made.workspace);
    snprintf(made.victim, sizeof made.victim, "%s/victim", made.workspace);
    snprintf(rows, sizeof rows, "%s/rows.csv", made.root);
    write_rows(rows);
    need(tarn_workspace_init(made.workspace, NULL) == TARN_OK);
    make_first(rows);
    make_second(rows);
    tarn_workspace *workspace;
    need(tarn_workspace_open(made.workspace, &reading, &workspace, NULL) == TARN_OK);
    for (size_t i = 0; i < TABLES; i++) {
        for (unsigned version = 1; version <= MOST_VERSIONS; version++)
            made.contents[i][version] = read_version(workspace, tables[i], version);
    }
    tarn_workspace_close(workspace);
    need(made.contents[0][4] != 0 && made.contents[1][3] != 0);
    write_text(made.victim, "precious");
    fuzz_tree_read(made.folder, &made.tree);
    fuzz_remove(made.folder);
    atexit(remove_root);
}

static void check_victim(void) {
    char text[16] = "";
    FILE *file = fopen(made.victim, "rb");
    need(file != NULL && fread(text, 1, sizeof text - 1, file) == 8 && strcmp(text, "precious") == 0);
    fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_input input = {data, size};
    fuzz_tree tree;
    bool is_honest = true;
    if (made.root[0] == '\0')
        make_template();
    unsigned how = fuzz_byte(&input);
    fuzz_tree_copy(&made.tree, &tree);
    for (unsigned i = 0; i <= how >> 2 && i < 8 && input.size > 0; i++)
        is_honest = fuzz_tree_edit(&tree, &input) && is_honest;
    if ((how & 1) != 0 && !is_honest)
        fuzz_tree_chain(&tree);
    fuzz_tree_write(&tree, made.folder);
    fuzz_tree_clear(&tree);
    (void)tarn_audit_verify(made.workspace, NULL, NULL, NULL, NULL);
    verify(false);
    read_all(is_honest, (how & 2) != 0);
    write_all();
    verify(true);
    read_all(false, false);
    check_victim();
    fuzz_remove(made.folder);
    return 0;
}
