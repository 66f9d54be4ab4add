#include "support.h"

#include "arrow/builder.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

const tarn_event an_event = {.kind = "command", .command = "test", .parameters = "{\"a\": 1}", .rows = -1, .cells = -1};

int fixture_setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_ok(tarn_fs_memory(&f->fs, error));
    assert_ok(tarn_store_create(f->fs, WORKSPACE, error));
    assert_ok(tarn_store_open(f->fs, WORKSPACE, NULL, &f->store, error));
    *state = f;
    return 0;
}

int fixture_teardown(void **state) {
    fixture *f = *state;
    tarn_store_close(f->store);
    tarn_fs_free(f->fs);
    free(f);
    return 0;
}

void fixture_reopen(fixture *f, const tarn_store_options *options) {
    tarn_store_close(f->store);
    f->store = NULL;
    assert_ok(tarn_store_open(f->fs, WORKSPACE, options, &f->store, error));
}

struct ArrowSchema column_type(const char *format, const char *name) {
    struct ArrowSchema schema;
    assert_ok(tarn_schema_make(&schema, format, name, error));
    return schema;
}

struct ArrowArray numbers(int64_t first, int64_t step, int64_t count) {
    struct ArrowArray array;
    int64_t *values = tarn_aligned_alloc((size_t)count * sizeof *values);
    for (int64_t i = 0; i < count; i++)
        values[i] = first + i * step;
    void *buffers[] = {NULL, values};
    assert_ok(tarn_array_make(&array, count, 0, buffers, 2, NULL, 0, error));
    return array;
}

struct ArrowArray texts(const char *const *values, int64_t count) {
    struct ArrowSchema type = column_type("u", "t");
    struct ArrowArray array;
    tarn_builder *builder;
    assert_ok(tarn_builder_new(&type, &builder, error));
    for (int64_t i = 0; i < count; i++) {
        if (values[i] == NULL)
            assert_ok(tarn_builder_null(builder, error));
        else
            assert_ok(tarn_builder_bytes(builder, values[i], strlen(values[i]), error));
    }
    assert_ok(tarn_builder_finish(builder, &array, error));
    tarn_builder_free(builder);
    tarn_schema_release(&type);
    return array;
}

static struct ArrowArray row_texts(int64_t first, int64_t count) {
    char **values = calloc((size_t)count, sizeof *values);
    for (int64_t i = 0; i < count; i++)
        values[i] = tarn_format("row %lld", (long long)(first + i));
    struct ArrowArray array = texts((const char *const *)values, count);
    for (int64_t i = 0; i < count; i++)
        free(values[i]);
    free(values);
    return array;
}

uint64_t make_table(tarn_store *store, const char *name, int64_t rows, int64_t each) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    tarn_table_state table;
    struct ArrowSchema types[2] = {column_type("l", "n"), column_type("u", "t")};
    assert_ok(tarn_transaction_begin(store, &transaction, error));
    assert_ok(tarn_draft_create(transaction, name, &draft, error));
    for (int i = 0; i < 2; i++)
        assert_ok(tarn_draft_add_column(draft, &types[i], SIZE_MAX, error));
    for (int64_t from = 0; from < rows; from += each) {
        int64_t count = rows - from < each ? rows - from : each;
        struct ArrowArray arrays[2] = {numbers(from, 1, count), row_texts(from, count)};
        tarn_batch_id ids[2];
        for (int i = 0; i < 2; i++) {
            assert_ok(tarn_transaction_put(transaction, &types[i], &arrays[i], &ids[i], error));
            tarn_array_release(&arrays[i]);
        }
        assert_ok(tarn_draft_append_chunk(draft, count, ids, error));
    }
    for (int i = 0; i < 2; i++)
        tarn_schema_release(&types[i]);
    assert_ok(tarn_transaction_commit(transaction, &an_event, NULL, error));
    assert_ok(tarn_store_find(store, name, &table, error));
    uint64_t id = table.id;
    tarn_table_state_clear(&table);
    return id;
}

tarn_version *head_of(tarn_store *store, uint64_t table) {
    tarn_version *version;
    assert_ok(tarn_store_version(store, table, TARN_HEAD, &version, error));
    return version;
}

bool commit_change(tarn_store *store, uint64_t table, draft_change change, void *context) {
    tarn_transaction *transaction;
    tarn_draft *draft;
    bool changed;
    tarn_version *version = head_of(store, table);
    assert_ok(tarn_transaction_begin(store, &transaction, error));
    assert_ok(tarn_draft_edit(transaction, version, &draft, error));
    tarn_version_release(version);
    change(draft, context);
    assert_ok(tarn_transaction_commit(transaction, &an_event, &changed, error));
    return changed;
}

static void set_cell(tarn_draft *draft, void *context) {
    const int64_t *cell = context;
    struct ArrowArray value = numbers(cell[1], 1, 1);
    assert_ok(tarn_draft_patch(draft, 0, cell, &value, NULL, error));
    tarn_array_release(&value);
}

void edit_number(tarn_store *store, uint64_t table, int64_t row, int64_t value) {
    int64_t cell[2] = {row, value};
    commit_change(store, table, set_cell, cell);
}

int64_t number_at(const tarn_version *version, size_t column, int64_t position) {
    int64_t row;
    struct ArrowArray value;
    assert_ok(tarn_version_locate(version, position, 1, &row, error));
    assert_ok(tarn_version_take(version, column, &row, 1, &value, error));
    const uint8_t *valid = value.buffers[0];
    int64_t number = valid != NULL && !tarn_bit_get(valid, value.offset)
                         ? INT64_MIN
                         : ((const int64_t *)value.buffers[1])[value.offset];
    tarn_array_release(&value);
    return number;
}

char *text_at(const tarn_version *version, size_t column, int64_t position) {
    int64_t row;
    struct ArrowArray value;
    tarn_buffer text = {0};
    bool is_null;
    assert_ok(tarn_version_locate(version, position, 1, &row, error));
    assert_ok(tarn_version_take(version, column, &row, 1, &value, error));
    assert_ok(tarn_array_print(tarn_version_column(version, column)->type, &value, 0, &text, &is_null, error));
    char *copy = tarn_strndup(is_null ? "NULL" : (const char *)text.data, is_null ? 4 : text.size);
    tarn_array_release(&value);
    tarn_buffer_free(&text);
    return copy;
}

/* By parts and whole chunks, which is another way than number_at's. */
int64_t *all_numbers(const tarn_version *version, size_t column) {
    const tarn_part *parts;
    size_t count;
    int64_t *out = malloc((size_t)tarn_version_rows(version) * sizeof *out + 1), at = 0;
    assert_ok(tarn_version_parts(version, &parts, &count, error));
    for (size_t i = 0; i < count; i++) {
        const tarn_part *part = &parts[i];
        assert_int_equal(part->position, at);
        for (int64_t j = part->row_numbers != NULL ? 0 : part->from;
             j < (part->row_numbers != NULL ? part->rows : part->to); j++) {
            size_t chunk = part->chunk;
            int64_t offset = j;
            const uint8_t *bits;
            tarn_batch *batch;
            if (part->row_numbers != NULL)
                assert_ok(tarn_version_find_row(version, part->row_numbers[j], &chunk, &offset, NULL, error));
            assert_ok(tarn_version_live(version, chunk, &bits, error));
            if (bits != NULL && !tarn_bit_get(bits, offset))
                continue;
            assert_ok(tarn_version_read(version, column, chunk, &batch, error));
            const struct ArrowArray *array = tarn_batch_array(batch);
            const uint8_t *valid = array->buffers[0];
            out[at++] = valid != NULL && !tarn_bit_get(valid, array->offset + offset)
                            ? INT64_MIN
                            : ((const int64_t *)array->buffers[1])[array->offset + offset];
            tarn_batch_release(batch);
        }
    }
    assert_int_equal(at, tarn_version_rows(version));
    return out;
}

void assert_numbers(const tarn_version *version, size_t column, const int64_t *expected, int64_t count) {
    assert_int_equal(tarn_version_rows(version), count);
    int64_t *present = all_numbers(version, column);
    for (int64_t i = 0; i < count; i++) {
        if (present[i] != expected[i])
            fail_msg("position %lld shows %lld instead of %lld", (long long)i, (long long)present[i],
                     (long long)expected[i]);
    }
    free(present);
}

tarn_buffer read_all(tarn_fs *fs, const char *path) {
    tarn_buffer text = {0};
    assert_ok(tarn_journal_read_file(fs, path, &text, error));
    return text;
}

void write_all(tarn_fs *fs, const char *path, const void *data, size_t size) {
    tarn_file *file;
    assert_ok(tarn_fs_open(fs, path, TARN_OPEN_CREATE, &file, error));
    assert_ok(tarn_file_truncate(file, 0, error));
    if (size > 0)
        assert_ok(tarn_file_write(file, 0, data, size, error));
    assert_ok(tarn_file_sync(file, error));
    tarn_file_close(file);
}

void flip_byte(tarn_fs *fs, const char *path, uint64_t offset) {
    tarn_file *file;
    uint8_t byte;
    size_t got;
    assert_ok(tarn_fs_open(fs, path, TARN_OPEN_WRITE, &file, error));
    assert_ok(tarn_file_read(file, offset, &byte, 1, &got, error));
    byte ^= 1;
    assert_ok(tarn_file_write(file, offset, &byte, 1, error));
    tarn_file_close(file);
}
