#include "support_model.h"

#include "arrow/builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mismatch(const world *w, const char *format, ...) {
    char what[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    fail_msg("TARN_SEED=%llu, operation %u (%s): %s", (unsigned long long)w->seed, w->operation, w->doing, what);
    abort(); /* fail_msg does not return, which the compiler is not told */
}

/* splitmix64 */
int64_t any(world *w, int64_t below) {
    w->random += UINT64_C(0x9E3779B97F4A7C15);
    uint64_t mixed = w->random;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (int64_t)((mixed ^ (mixed >> 31)) % (uint64_t)below);
}

bool one_in(world *w, int64_t n) {
    return any(w, n) == 0;
}

/* Few different ones, so that equal batches, equal cells and changes that change nothing come about. */
cell any_cell(world *w) {
    if (one_in(w, 6))
        return (cell){.is_null = true};
    return (cell){.number = one_in(w, 4) ? any(w, 1000000) - 500000 : any(w, 8)};
}

int live_rows(const model_version *version) {
    int live = 0;
    for (int i = 0; i < version->rows; i++)
        live += version->live[i];
    return live;
}

model_version *model_copy(const model_version *version) {
    model_version *copy = malloc(sizeof *copy);
    assert_non_null(copy);
    *copy = *version;
    return copy;
}

static bool same_column(const model_column *a, const model_column *b, int rows) {
    if (strcmp(a->name, b->name) != 0 || a->kind != b->kind)
        return false;
    for (int i = 0; i < rows; i++) {
        int64_t difference = a->cells[i].number - b->cells[i].number;
        if (a->cells[i].is_null != b->cells[i].is_null)
            return false;
        if (!a->cells[i].is_null && (a->kind == KIND_BOOLEAN ? (difference & 1) != 0 : difference != 0))
            return false;
    }
    return true;
}

/* What people see: which live rows, in which order, under which columns. */
bool model_same(const model_version *a, const model_version *b) {
    if (a->columns != b->columns || a->rows != b->rows || memcmp(a->live, b->live, (size_t)a->rows) != 0 ||
        memcmp(a->numbers, b->numbers, (size_t)a->rows * sizeof *a->numbers) != 0)
        return false;
    for (int i = 0, j = 0;; i++, j++) {
        while (i < a->rows && !a->live[a->shown[i]])
            i++;
        while (j < b->rows && !b->live[b->shown[j]])
            j++;
        if (i == a->rows || j == b->rows)
            break;
        if (a->shown[i] != b->shown[j])
            return false;
    }
    for (size_t i = 0; i < a->columns; i++) {
        if (!same_column(&a->column[i], &b->column[i], a->rows))
            return false;
    }
    return true;
}

model_version *model_head(const model_table *table) {
    return table->versions[table->head - 1];
}

void model_add_version(model_table *table, model_version *version) {
    table->versions = realloc(table->versions, (table->newest + 1) * sizeof *table->versions);
    assert_non_null(table->versions);
    version->parent = table->head;
    table->versions[table->newest++] = version;
    table->head = table->tip = table->newest;
}

void model_clear(world *w) {
    for (size_t i = 0; i < w->table_count; i++) {
        for (uint64_t j = 0; j < w->tables[i].newest; j++)
            free(w->tables[i].versions[j]);
        free(w->tables[i].versions);
    }
}

struct ArrowSchema kind_type(world *w, kind kind, const char *name) {
    static const char *const formats[KINDS] = {"l", "u", "g", "b"};
    struct ArrowSchema type;
    must(w, tarn_schema_make(&type, formats[kind], name, &w->error));
    return type;
}

static tarn_status build(tarn_builder *builder, kind kind, cell value, tarn_error *error) {
    char text[80];
    if (value.is_null)
        return tarn_builder_null(builder, error);
    switch (kind) {
    case KIND_INTEGER:
        return tarn_builder_int(builder, value.number, error);
    case KIND_FLOAT:
        return tarn_builder_double(builder, (double)value.number / 4, error);
    case KIND_BOOLEAN:
        return tarn_builder_bool(builder, (value.number & 1) != 0, error);
    default: /* texts of all lengths: none, a few bytes, many */
        if (value.number == 0)
            return tarn_builder_bytes(builder, "", 0, error);
        snprintf(text, sizeof text, value.number % 2 == 0 ? "%lld, with quite a long tail behind it" : "%lld",
                 (long long)value.number);
        return tarn_builder_bytes(builder, text, strlen(text), error);
    }
}

struct ArrowArray kind_array(world *w, kind kind, const cell *cells, int count) {
    struct ArrowSchema type = kind_type(w, kind, "c");
    struct ArrowArray array;
    tarn_builder *builder;
    must(w, tarn_builder_new(&type, &builder, &w->error));
    for (int i = 0; i < count; i++)
        must(w, build(builder, kind, cells[i], &w->error));
    must(w, tarn_builder_finish(builder, &array, &w->error));
    tarn_builder_free(builder);
    tarn_schema_release(&type);
    return array;
}
