/* A version as digests. */
#include "diff/blind_work.h"

#include "base/text.h"

#include <nettle/base16.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 16384 /* rows that are digested at a time */

typedef struct table_source {
    tarn_blind_source base;
    tarn_version *version;
    tarn_pool *pool;
    tarn_task *task;
    tarn_diff_rules rules;
    struct hmac_sha256_ctx keyed;  /* nothing digested yet */
    size_t *keys, *columns;        /* indexes into the version */
    struct hmac_sha256_ctx *begun; /* per column: with its name digested */
    tarn_blind_order order;
    /* the present block */
    int64_t block, *numbers;
    uint8_t *block_keys, **cells;
} table_source;

static void close_table(tarn_blind_source *source) {
    table_source *t = (table_source *)source;
    for (size_t i = 0; t->cells != NULL && i < t->base.about.column_count; i++)
        free(t->cells[i]);
    if (t->begun != NULL)
        explicit_bzero(t->begun, t->base.about.column_count * sizeof *t->begun);
    explicit_bzero(&t->keyed, sizeof t->keyed);
    tarn_blind_about_clear(&t->base.about);
    tarn_version_release(t->version);
    tarn_task_release(t->task);
    free(t->keys);
    free(t->columns);
    free(t->begun);
    tarn_blind_order_clear(&t->order);
    free(t->numbers);
    free(t->block_keys);
    free(t->cells);
    free(t);
}

/* ---- the other columns, block by block ---- */

static tarn_status digest_column(void *context, size_t index, tarn_error *error) {
    table_source *t = context;
    const struct ArrowSchema *type = tarn_version_column(t->version, t->columns[index])->type;
    struct ArrowArray array = {0};
    tarn_blind_reading r = {0};
    tarn_status status;
    TARN_CHECK(tarn_version_take(t->version, t->columns[index], t->numbers, t->block, &array, error));
    TARN_CHECK(tarn_blind_reading_open(&t->rules, type, &array, &r, error));
    for (int64_t i = 0; i < t->block; i++) {
        struct hmac_sha256_ctx hmac = t->begun[index];
        const char *text;
        size_t size;
        TARN_CHECK(tarn_blind_read_text(&r, i, &text, &size, error));
        hmac_sha256_update(&hmac, TARN_BLIND_KEY_BYTES, t->block_keys + i * TARN_BLIND_KEY_BYTES);
        tarn_blind_digest_text(&hmac, text, size);
        hmac_sha256_digest(&hmac, TARN_BLIND_CELL_BYTES, t->cells[index] + i * TARN_BLIND_CELL_BYTES);
    }
cleanup:
    tarn_diff_reader_close(&r.reader);
    tarn_array_release(&array);
    return status;
}

static tarn_status next_rows(tarn_blind_source *source, tarn_blind_rows *out, tarn_error *error) {
    table_source *t = (table_source *)source;
    const tarn_blind_place *places;
    TARN_TRY(tarn_blind_order_next(&t->order, BLOCK, &places, &t->block, error));
    for (int64_t i = 0; i < t->block; i++) {
        memcpy(t->block_keys + i * TARN_BLIND_KEY_BYTES, places[i].key, TARN_BLIND_KEY_BYTES);
        t->numbers[i] = places[i].row;
    }
    TARN_TRY(tarn_task_check(t->task, error));
    if (t->block > 0)
        TARN_TRY(tarn_parallel_for(t->pool, TARN_PRIORITY_USER_VISIBLE, t->task, t->base.about.column_count,
                                   digest_column, t, error));
    tarn_task_advance(t->task, (uint64_t)t->block);
    *out = (tarn_blind_rows){t->block, t->block_keys, (const uint8_t **)t->cells, t->numbers};
    return TARN_OK;
}

/* ---- opening ---- */

static const char *shown_name(const tarn_diff_options *options, const char *name) {
    for (size_t i = 0; i < options->map_count; i++) {
        if (tarn_name_equal(options->map[i].before, name))
            return options->map[i].after;
    }
    return name;
}

static tarn_status add_name(char **names, size_t *count, const char *name, tarn_error *error) {
    names[*count] = tarn_strdup(name);
    if (names[*count] == NULL)
        return tarn_fail_memory(error);
    ++*count;
    return TARN_OK;
}

static bool is_one_of(const size_t *list, size_t count, size_t column) {
    for (size_t i = 0; i < count; i++) {
        if (list[i] == column)
            return true;
    }
    return false;
}

static tarn_status find_columns(const table_source *t, const char *const *names, size_t count, size_t *out,
                                tarn_error *error) {
    for (size_t i = 0; i < count; i++)
        TARN_TRY(tarn_version_find_column(t->version, names[i], &out[i], error));
    return TARN_OK;
}

static tarn_status choose_columns(table_source *t, const tarn_diff_options *options, tarn_error *error) {
    size_t count = tarn_version_column_count(t->version);
    tarn_blind_about *about = &t->base.about;
    size_t *left_out = calloc(options->leave_out_count + 1, sizeof *left_out), ignored;
    t->keys = calloc(options->key_count + 1, sizeof *t->keys);
    t->columns = calloc(count + 1, sizeof *t->columns);
    about->keys = calloc(options->key_count + 1, sizeof *about->keys);
    about->columns = calloc(count + 1, sizeof *about->columns);
    tarn_status status = TARN_OK;
    if (left_out == NULL || t->keys == NULL || t->columns == NULL || about->keys == NULL || about->columns == NULL)
        status = tarn_fail_memory(error);
    for (size_t i = 0; i < options->map_count && status == TARN_OK; i++)
        status = tarn_version_find_column(t->version, options->map[i].before, &ignored, error);
    if (status == TARN_OK)
        status = find_columns(t, options->keys, options->key_count, t->keys, error);
    if (status == TARN_OK)
        status = find_columns(t, options->leave_out, options->leave_out_count, left_out, error);
    for (size_t i = 0; i < options->key_count && status == TARN_OK; i++)
        status = add_name(about->keys, &about->key_count, tarn_version_column(t->version, t->keys[i])->name, error);
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        if (is_one_of(t->keys, options->key_count, i) || is_one_of(left_out, options->leave_out_count, i))
            continue;
        t->columns[about->column_count] = i;
        status = add_name(about->columns, &about->column_count,
                          shown_name(options, tarn_version_column(t->version, i)->name), error);
    }
    free(left_out);
    return status;
}

/* What tells whether two sides have the same secret. */
static void make_check(table_source *t) {
    struct hmac_sha256_ctx hmac = t->keyed;
    uint8_t digest[16];
    hmac_sha256_update(&hmac, 1, (const uint8_t *)"S");
    hmac_sha256_digest(&hmac, sizeof digest, digest);
    base16_encode_update(t->base.about.check, sizeof digest, digest);
}

static tarn_status begin_columns(table_source *t, tarn_error *error) {
    size_t count = t->base.about.column_count;
    t->begun = calloc(count + 1, sizeof *t->begun);
    t->cells = calloc(count + 1, sizeof *t->cells);
    t->numbers = calloc(BLOCK, sizeof *t->numbers);
    t->block_keys = calloc(BLOCK, TARN_BLIND_KEY_BYTES);
    if (t->begun == NULL || t->cells == NULL || t->numbers == NULL || t->block_keys == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        char *name = tarn_name_key(t->base.about.columns[i]);
        t->cells[i] = calloc(BLOCK, TARN_BLIND_CELL_BYTES);
        if (name == NULL || t->cells[i] == NULL) {
            free(name);
            return tarn_fail_memory(error);
        }
        t->begun[i] = t->keyed;
        hmac_sha256_update(&t->begun[i], 1, (const uint8_t *)"C");
        tarn_blind_digest_text(&t->begun[i], name, strlen(name));
        free(name);
    }
    return TARN_OK;
}

static tarn_status order_rows(table_source *t, const tarn_blind_input *input, tarn_error *error) {
    tarn_blind_about *about = &t->base.about;
    TARN_TRY(tarn_blind_order_make(input, &t->keyed, t->keys, &t->order, error));
    about->rows = tarn_version_rows(t->version);
    about->null_keys = t->order.null_keys;
    tarn_task_begin(t->task, "digesting", "rows", (uint64_t)(about->rows - about->null_keys));
    return TARN_OK;
}

tarn_status tarn_blind_table(const tarn_blind_input *input, tarn_blind_source **out, tarn_error *error) {
    const tarn_diff_options *options = input->options;
    if (options->key_count == 0)
        return tarn_fail(error, TARN_E_INVALID,
                         "name the columns that tell the rows of %s apart with --key: both sides need the same ones",
                         input->name);
    table_source *t = calloc(1, sizeof *t);
    if (t == NULL)
        return tarn_fail_memory(error);
    *t = (table_source){
        .base = {.next = next_rows, .close = close_table}, .version = input->version, .pool = input->pool};
    tarn_version_retain(input->version);
    if (input->task != NULL)
        tarn_task_retain(input->task);
    t->task = input->task;
    t->rules = (tarn_diff_rules){options->ignore_case, options->ignore_space, 0};
    t->base.about.ignore_case = options->ignore_case;
    t->base.about.ignore_space = options->ignore_space;
    t->base.about.version = tarn_version_number(input->version);
    t->base.about.name = tarn_strdup(input->name);
    hmac_sha256_set_key(&t->keyed, sizeof input->key->bytes, input->key->bytes);
    make_check(t);
    tarn_status status = t->base.about.name == NULL ? tarn_fail_memory(error) : choose_columns(t, options, error);
    if (status == TARN_OK)
        status = begin_columns(t, error);
    if (status == TARN_OK)
        status = order_rows(t, input, error);
    if (status == TARN_OK)
        *out = &t->base;
    else
        close_table(&t->base);
    return status;
}
