#include "support_diff.h"

#include "arrow/builder.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const tarn_event an_event = {.kind = "command", .command = "test", .rows = -1, .cells = -1};

int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    const char *given = getenv("TARN_SEED");
    f->seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("TARN_SEED=%llu\n", (unsigned long long)f->seed);
    assert_ok(tarn_fs_memory(&f->fs, error));
    assert_ok(tarn_pool_new(2, &f->pool, error));
    assert_ok(tarn_store_create(f->fs, "/w", error));
    tarn_store_options options = {.pool = f->pool};
    assert_ok(tarn_store_open(f->fs, "/w", &options, &f->store, error));
    *state = f;
    return 0;
}

int teardown(void **state) {
    fixture *f = *state;
    tarn_store_close(f->store);
    tarn_pool_free(f->pool);
    tarn_fs_free(f->fs);
    free(f);
    return 0;
}

/* splitmix64 (S. Vigna) */
int64_t random_below(fixture *f, int64_t limit) {
    uint64_t z = f->seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (int64_t)((z ^ (z >> 31)) % (uint64_t)limit);
}

/* ---- types and values ---- */

struct ArrowSchema make_type(const char *word, const char *name) {
    struct ArrowSchema type;
    if (strcmp(word, "L") == 0) {
        assert_ok(tarn_schema_make_nested(&type, "+l", name, 1, error));
        assert_ok(tarn_schema_make(type.children[0], "l", "item", error));
    } else if (strcmp(word, "S") == 0) {
        assert_ok(tarn_schema_make_nested(&type, "+s", name, 2, error));
        assert_ok(tarn_schema_make(type.children[0], "l", "a", error));
        assert_ok(tarn_schema_make(type.children[1], "u", "b", error));
    } else if (strcmp(word, "e") == 0) {
        assert_ok(tarn_schema_make(&type, "i", name, error));
        type.dictionary = malloc(sizeof *type.dictionary);
        assert_ok(tarn_schema_make(type.dictionary, "u", "", error));
        struct ArrowSchema copy; /* one that owns its dictionary */
        assert_ok(tarn_schema_copy(&type, NULL, &copy, error));
        tarn_schema_release(type.dictionary);
        free(type.dictionary);
        type.dictionary = NULL;
        tarn_schema_release(&type);
        type = copy;
    } else {
        assert_ok(tarn_schema_make(&type, word, name, error));
    }
    return type;
}

static void add_value(fixture *f, tarn_builder *builder, const char *format) {
    static const char *const texts[] = {"", " ", "a", "A", "b ", "1", "2", "12", "0.5", "true", "ß", "SS"};
    int64_t number = random_below(f, 12);
    if (random_below(f, 8) == 0) {
        assert_ok(tarn_builder_null(builder, error));
        return;
    }
    switch (format[0]) {
    case 'u':
        assert_ok(tarn_builder_bytes(builder, texts[number], strlen(texts[number]), error));
        break;
    case 'g':
    case 'f':
        assert_ok(tarn_builder_double(builder,
                                      number == 0    ? (double)NAN
                                      : number == 11 ? -0.0
                                                     : (double)(number - 1) / 2,
                                      error));
        break;
    case 'b':
        assert_ok(tarn_builder_bool(builder, number % 2, error));
        break;
    case 'd': {
        __extension__ __int128 value = (__int128)number * 25;
        assert_ok(tarn_builder_raw(builder, &value, error));
        break;
    }
    default:
        assert_ok(tarn_builder_int(builder, number, error));
        break;
    }
}

static struct ArrowArray plain_values(fixture *f, const struct ArrowSchema *type, int64_t count) {
    struct ArrowArray array;
    tarn_builder *builder;
    assert_ok(tarn_builder_new(type, &builder, error));
    for (int64_t i = 0; i < count; i++)
        add_value(f, builder, type->format);
    assert_ok(tarn_builder_finish(builder, &array, error));
    tarn_builder_free(builder);
    return array;
}

/* Which are null: about one in eight. */
static uint8_t *random_validity(fixture *f, int64_t count, int64_t *nulls) {
    uint8_t *bits = tarn_aligned_alloc((size_t)count / 8 + 1);
    memset(bits, 0, (size_t)count / 8 + 1);
    *nulls = count;
    for (int64_t i = 0; i < count; i++) {
        if (random_below(f, 8) == 0)
            continue;
        tarn_bit_set(bits, i);
        --*nulls;
    }
    return bits;
}

static struct ArrowArray nested_values(fixture *f, const struct ArrowSchema *type, int64_t count) {
    struct ArrowArray array, children[2] = {{0}};
    int64_t nulls, items = 0;
    void *buffers[2] = {random_validity(f, count, &nulls), NULL};
    if (type->format[1] == 's') {
        for (int64_t i = 0; i < type->n_children; i++)
            children[i] = random_of_type(f, type->children[i], count);
        assert_ok(tarn_array_make(&array, count, nulls, buffers, 1, children, type->n_children, error));
        return array;
    }
    int32_t *ends = tarn_aligned_alloc(((size_t)count + 1) * sizeof *ends);
    for (int64_t i = 0; i <= count; i++) {
        ends[i] = (int32_t)items;
        items += i < count ? random_below(f, 3) : 0;
    }
    buffers[1] = ends;
    children[0] = random_of_type(f, type->children[0], items);
    assert_ok(tarn_array_make(&array, count, nulls, buffers, 2, children, 1, error));
    return array;
}

/* Texts of a dictionary, some of which nothing uses. */
static struct ArrowArray dictionary_values(fixture *f, const struct ArrowSchema *type, int64_t count) {
    struct ArrowArray text = random_values(f, "u", 1), one = {0}, taken;
    while (tarn_array_is_null(type->dictionary, &text, 0)) {
        tarn_array_release(&text);
        text = random_values(f, "u", 1);
    }
    assert_ok(tarn_array_encode_one(type, &text, &one, error));
    int64_t *places = malloc(((size_t)count + 1) * sizeof *places);
    for (int64_t i = 0; i < count; i++)
        places[i] = random_below(f, 4) == 0 ? -1 : 0;
    assert_ok(tarn_array_take(type, &one, places, count, &taken, error));
    free(places);
    tarn_array_release(&one);
    return taken;
}

struct ArrowArray random_of_type(fixture *f, const struct ArrowSchema *type, int64_t count) {
    if (type->dictionary != NULL)
        return dictionary_values(f, type, count);
    return type->format[0] == '+' ? nested_values(f, type, count) : plain_values(f, type, count);
}

struct ArrowArray random_values(fixture *f, const char *word, int64_t count) {
    struct ArrowSchema type = make_type(word, "");
    struct ArrowArray array = random_of_type(f, &type, count);
    tarn_schema_release(&type);
    return array;
}

static void put(fixture *f, tarn_transaction *transaction, const struct ArrowSchema *type, int64_t rows,
                tarn_batch_id *id) {
    struct ArrowArray values = random_of_type(f, type, rows);
    assert_ok(tarn_transaction_put(transaction, type, &values, id, error));
    tarn_array_release(&values);
}

static void append_chunk(fixture *f, tarn_transaction *transaction, tarn_draft *draft, int64_t rows) {
    tarn_batch_id ids[32];
    for (size_t i = 0; i < tarn_draft_column_count(draft); i++)
        put(f, transaction, tarn_draft_column(draft, i)->type, rows, &ids[i]);
    assert_ok(tarn_draft_append_chunk(draft, rows, ids, error));
}

static void add_column(tarn_draft *draft, const char *format, const char *name, size_t position) {
    struct ArrowSchema type = make_type(format, name);
    assert_ok(tarn_draft_add_column(draft, &type, position, error));
    tarn_schema_release(&type);
}

uint64_t random_table(fixture *f, const char *name, const char *words, int64_t rows) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_table_state table;
    char *copy = tarn_strdup(words), *rest = copy, *format;
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_create(transaction, name, &draft, error));
    for (int i = 0; (format = strsep(&rest, " ")) != NULL; i++) {
        char column[16];
        snprintf(column, sizeof column, "c%d", i);
        add_column(draft, format, column, SIZE_MAX);
    }
    while (rows > 0) {
        int64_t count = 1 + random_below(f, rows);
        append_chunk(f, transaction, draft, count);
        rows -= count;
    }
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
    assert_ok(tarn_store_find(f->store, name, &table, error));
    uint64_t id = table.id;
    tarn_table_state_clear(&table);
    free(copy);
    return id;
}

tarn_version *head_of(fixture *f, uint64_t table) {
    tarn_version *version;
    assert_ok(tarn_store_version(f->store, table, TARN_HEAD, &version, error));
    return version;
}

/* ---- changes ---- */

static int64_t any_row(fixture *f, const tarn_draft *draft) {
    tarn_chunk chunk = tarn_draft_chunk(draft, (size_t)random_below(f, (int64_t)tarn_draft_chunk_count(draft)));
    return chunk.first_row + random_below(f, chunk.rows);
}

static void patch(fixture *f, tarn_draft *draft) {
    int64_t rows[5], count = 1 + random_below(f, 5);
    size_t column = (size_t)random_below(f, (int64_t)tarn_draft_column_count(draft));
    struct ArrowArray values = random_of_type(f, tarn_draft_column(draft, column)->type, count);
    for (int64_t i = 0; i < count; i++)
        rows[i] = any_row(f, draft);
    assert_ok(tarn_draft_patch(draft, column, rows, &values, NULL, error));
    tarn_array_release(&values);
}

static void change_live(fixture *f, tarn_draft *draft) {
    size_t index = (size_t)random_below(f, (int64_t)tarn_draft_chunk_count(draft));
    tarn_chunk chunk = tarn_draft_chunk(draft, index);
    uint8_t *bits = calloc((size_t)chunk.rows / 8 + 1, 1);
    for (int64_t i = 0; i < chunk.rows; i++) {
        if (random_below(f, 4) > 0)
            tarn_bit_set(bits, i);
    }
    assert_ok(tarn_draft_set_live(draft, index, random_below(f, 3) == 0 ? NULL : bits, error));
    free(bits);
}

static void insert_rows(fixture *f, tarn_draft *draft) {
    struct ArrowArray children[32], rows;
    int64_t count = 1 + random_below(f, 4), live = 0;
    size_t columns = tarn_draft_column_count(draft);
    for (size_t i = 0; i < columns; i++)
        children[i] = random_of_type(f, tarn_draft_column(draft, i)->type, count);
    for (size_t i = 0; i < tarn_draft_chunk_count(draft); i++)
        live += tarn_draft_chunk(draft, i).live;
    void *no_validity[1] = {NULL};
    assert_ok(tarn_array_make(&rows, count, 0, no_validity, 1, children, (int64_t)columns, error));
    assert_ok(tarn_draft_insert_rows(draft, random_below(f, live + 1), &rows, error));
    tarn_array_release(&rows);
}

static void retype(fixture *f, tarn_transaction *transaction, tarn_draft *draft) {
    static const char *const formats[] = {"l", "i", "u", "g", "f", "d:10,2"};
    tarn_batch_id ids[256];
    size_t column = (size_t)random_below(f, (int64_t)tarn_draft_column_count(draft));
    const char *format = formats[random_below(f, 6)];
    if (tarn_draft_chunk_count(draft) > 256)
        return;
    struct ArrowSchema type = make_type(format, "");
    for (size_t i = 0; i < tarn_draft_chunk_count(draft); i++)
        put(f, transaction, &type, tarn_draft_chunk(draft, i).rows, &ids[i]);
    assert_ok(tarn_draft_replace_column(draft, column, &type, ids, error));
    tarn_schema_release(&type);
}

/* All null, or with values. */
static void add_filled_column(fixture *f, tarn_transaction *transaction, tarn_draft *draft, const char *name,
                              size_t position) {
    static const char *const words[] = {"u", "l", "g", "L", "S"};
    const char *word = words[random_below(f, 5)];
    tarn_batch_id ids[256];
    add_column(draft, word, name, position);
    if (tarn_draft_chunk_count(draft) > 256 || random_below(f, 3) == 0)
        return;
    struct ArrowSchema type = make_type(word, name);
    for (size_t i = 0; i < tarn_draft_chunk_count(draft); i++)
        put(f, transaction, &type, tarn_draft_chunk(draft, i).rows, &ids[i]);
    assert_ok(tarn_draft_replace_column(draft, position, &type, ids, error));
    tarn_schema_release(&type);
}

/* The rows that are live in another order. */
static void shuffle(fixture *f, tarn_draft *draft) {
    tarn_version *version;
    if (random_below(f, 4) == 0) {
        assert_ok(tarn_draft_clear_order(draft, error));
        return;
    }
    assert_ok(tarn_draft_look(draft, &version, error));
    int64_t count = tarn_version_rows(version), *rows = malloc(((size_t)count + 1) * sizeof *rows);
    assert_ok(tarn_version_locate(version, 0, count, rows, error));
    for (int64_t swaps = random_below(f, count + 1); swaps > 0; swaps--) {
        int64_t i = random_below(f, count), j = random_below(f, count), row = rows[i];
        rows[i] = rows[j];
        rows[j] = row;
    }
    assert_ok(tarn_draft_set_permutation(draft, rows, count, error));
    free(rows);
    tarn_version_release(version);
}

static void change_columns(fixture *f, tarn_transaction *transaction, tarn_draft *draft) {
    char name[24];
    size_t count = tarn_draft_column_count(draft), column = (size_t)random_below(f, (int64_t)count);
    snprintf(name, sizeof name, "n%llu", (unsigned long long)random_below(f, INT64_C(1) << 40));
    switch (random_below(f, 5)) {
    case 0:
        if (count < 14)
            add_filled_column(f, transaction, draft, name, column);
        break;
    case 1:
        if (count > 2)
            assert_ok(tarn_draft_drop_column(draft, column, error));
        break;
    case 2:
        assert_ok(tarn_draft_rename_column(draft, column, name, error));
        break;
    case 3:
        assert_ok(tarn_draft_move_column(draft, column, (size_t)random_below(f, (int64_t)count), error));
        break;
    default:
        retype(f, transaction, draft);
        break;
    }
}

void delete_at_random(fixture *f, uint64_t table) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_version *version = head_of(f, table);
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, version, &draft, error));
    tarn_version_release(version);
    change_live(f, draft);
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
}

void change_at_random(fixture *f, uint64_t table) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_version *version = head_of(f, table);
    assert_ok(tarn_transaction_begin(f->store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, version, &draft, error));
    tarn_version_release(version);
    for (int64_t i = 1 + random_below(f, 3); i > 0; i--) {
        switch (random_below(f, 7)) {
        case 0:
        case 1:
            patch(f, draft);
            break;
        case 2:
            change_live(f, draft);
            break;
        case 3:
            append_chunk(f, transaction, draft, 1 + random_below(f, 9));
            break;
        case 4:
            insert_rows(f, draft);
            break;
        case 5:
            shuffle(f, draft);
            break;
        default:
            change_columns(f, transaction, draft);
            break;
        }
    }
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
}

/* ---- the slow way ---- */

char *cell_text(const tarn_version *version, size_t column, int64_t row) {
    struct ArrowArray value;
    tarn_buffer text = {0};
    bool is_null;
    assert_ok(tarn_version_take(version, column, &row, 1, &value, error));
    assert_ok(tarn_array_print(tarn_version_column(version, column)->type, &value, 0, &text, &is_null, error));
    char *copy = is_null ? tarn_strdup("∅") : tarn_strndup(text.size > 0 ? (char *)text.data : "", text.size);
    tarn_array_release(&value);
    tarn_buffer_free(&text);
    return copy;
}

bool row_is_live(const tarn_version *version, int64_t row) {
    size_t chunk;
    int64_t offset;
    bool live;
    return tarn_version_find_row(version, row, &chunk, &offset, &live, NULL) == TARN_OK && live;
}

int64_t row_end(const tarn_version *version) {
    size_t count = tarn_version_chunk_count(version);
    return count == 0 ? 0
                      : tarn_version_chunk(version, count - 1).first_row + tarn_version_chunk(version, count - 1).rows;
}

/* ---- comparing ---- */

static const char *const kind_names[] = {
    [TARN_DIFF_ADDED] = "added",
    [TARN_DIFF_REMOVED] = "removed",
    [TARN_DIFF_MODIFIED] = "modified",
    [TARN_DIFF_UNMATCHED] = "unmatched",
};

static void assert_cell(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i, const char *wanted) {
    tarn_buffer text = {0};
    bool is_null;
    assert_ok(tarn_array_print(type, array, i, &text, &is_null, error));
    char *copy = is_null ? tarn_strdup("∅") : tarn_strndup(text.size > 0 ? (char *)text.data : "", text.size);
    assert_string_equal(copy, wanted);
    free(copy);
    tarn_buffer_free(&text);
}

static void assert_number(const struct ArrowSchema *type, const struct ArrowArray *array, int64_t i, int64_t wanted) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)wanted);
    assert_cell(type, array, i, wanted < 0 ? "∅" : text);
}

static void assert_side(const tarn_version *version, const char *name, int64_t row, const struct ArrowSchema *type,
                        const struct ArrowArray *array, int64_t i) {
    size_t column;
    assert_ok(tarn_version_find_column(version, name, &column, error));
    char *wanted = row < 0 ? tarn_strdup("∅") : cell_text(version, column, row);
    assert_cell(type, array, i, wanted);
    free(wanted);
}

static void assert_row(const tarn_diff *diff, const tarn_version *before, const tarn_version *after,
                       const struct ArrowSchema *schema, const struct ArrowArray *page, int64_t i,
                       const expected *wanted) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    char *names = tarn_strdup("[");
    int64_t at = 4;
    assert_cell(schema->children[0], page->children[0], i, kind_names[wanted->kind]);
    assert_number(schema->children[1], page->children[1], i, wanted->before);
    assert_number(schema->children[2], page->children[2], i, wanted->after);
    for (size_t c = 0; c < info->column_count; c++) {
        const tarn_diff_column *column = &info->columns[c];
        if (wanted->differs != NULL && wanted->differs[c]) {
            char *longer = tarn_format("%s%s%s", names, names[1] != '\0' ? ", " : "", column->after);
            free(names);
            names = longer;
        }
        if (column->before != NULL) {
            assert_side(before, column->before, wanted->before, schema->children[at], page->children[at], i);
            at++;
        }
        if (column->after != NULL) {
            assert_side(after, column->after, wanted->after, schema->children[at], page->children[at], i);
            at++;
        }
    }
    char *closed = tarn_format("%s]", names);
    assert_cell(schema->children[3], page->children[3], i, closed);
    free(closed);
    free(names);
}

static void check_counts(const tarn_diff *diff, const expected *list, int64_t count) {
    const tarn_diff_info *info = tarn_diff_info_of(diff);
    int64_t counts[9] = {0}, cells = 0;
    for (int64_t i = 0; i < count; i++) {
        counts[list[i].kind]++;
        for (size_t c = 0; list[i].differs != NULL && c < info->column_count; c++)
            cells += list[i].differs[c];
    }
    assert_int_equal(info->added, counts[TARN_DIFF_ADDED]);
    assert_int_equal(info->removed, counts[TARN_DIFF_REMOVED]);
    assert_int_equal(info->modified, counts[TARN_DIFF_MODIFIED]);
    assert_int_equal(info->unmatched, counts[TARN_DIFF_UNMATCHED]);
    assert_int_equal(info->cells, cells);
}

void check_changes(fixture *f, const tarn_diff *diff, const tarn_version *before, const tarn_version *after,
                   expected *list, int64_t count) {
    int64_t at = 0;
    check_counts(diff, list, count);
    while (at <= count) {
        struct ArrowSchema schema;
        struct ArrowArray page;
        tarn_diff_page_options options = {.offset = at, .count = 1 + random_below(f, 50)};
        assert_ok(tarn_diff_page(diff, &options, &schema, &page, error));
        assert_int_equal(page.length, count - at < options.count ? count - at : options.count);
        for (int64_t i = 0; i < page.length; i++)
            assert_row(diff, before, after, &schema, &page, i, &list[at + i]);
        at += options.count;
        tarn_array_release(&page);
        tarn_schema_release(&schema);
    }
    for (int64_t i = 0; i < count; i++)
        free(list[i].differs);
    free(list);
}
