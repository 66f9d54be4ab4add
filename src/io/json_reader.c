/* Both passes over a JSON file: see json.h. */
#include "io/json_reader.h"

#include "arrow/array.h"
#include "base/asker.h"
#include "base/text.h"
#include "io/json_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES ((uint64_t)8 << 20)
#define MOST_TEXT ((uint64_t)64 << 20)
#define BATCH_CELLS ((size_t)8 << 20) /* of all columns together, whether they have a value or not */
#if SIZE_MAX > UINT32_MAX
#define MOST_RECORD ((uint64_t)256 << 20)
#define BATCH_BYTES ((uint64_t)64 << 20)  /* of columns, at which a batch is given */
#define MOST_BYTES ((uint64_t)1024 << 20) /* of columns, which a single record may reach */
#else
#define MOST_RECORD ((uint64_t)32 << 20)
#define BATCH_BYTES ((uint64_t)32 << 20)
#define MOST_BYTES ((uint64_t)192 << 20)
#endif

static void set_defaults(tarn_json_options *o) {
    if (o->block_bytes == 0)
        o->block_bytes = BLOCK_BYTES;
    if (o->block_rows == 0 || o->block_rows > TARN_CSV_CHUNK_ROWS)
        o->block_rows = TARN_CSV_CHUNK_ROWS;
    if (o->most_record == 0)
        o->most_record = MOST_RECORD;
    if (o->most_text == 0 || o->most_text > MOST_TEXT)
        o->most_text = MOST_TEXT;
}

static tarn_status open_view(tarn_json_reader *reader, const tarn_text_source *source, tarn_pool *pool,
                             tarn_error *error) {
    const char *name = reader->options.encoding;
    const tarn_text_encoding *encoding = name != NULL ? tarn_text_encoding_find(name) : NULL;
    if (name != NULL && encoding == NULL)
        return tarn_fail(error, TARN_E_INVALID, "\"%s\" is not a known encoding: choose one of %s", name,
                         tarn_text_encoding_names());
    if (encoding != NULL && encoding->kind == TARN_TEXT_MULTI_BYTE)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s: JSON cannot be read in %s: convert it to UTF-8 first",
                         reader->name, encoding->name);
    TARN_TRY(tarn_text_view_open(source, encoding, pool, reader->task, &reader->view, error));
    if (reader->view.invalid > 0)
        return tarn_fail(error, TARN_E_FORMAT, "%s is not valid %s", reader->name, reader->view.encoding->name);
    return TARN_OK;
}

static tarn_status find_records(tarn_json_reader *reader, tarn_error *error) {
    tarn_json_cursor cursor = {.block_bytes = reader->options.block_bytes,
                               .block_records = reader->options.block_rows,
                               .most_record = reader->options.most_record};
    tarn_task_begin(reader->task, "looking for records", "bytes", reader->view.size);
    TARN_TRY(tarn_json_cursor_open(&cursor, &reader->view, reader->task, error));
    tarn_status status =
        tarn_json_locate(&cursor, reader->options.records, reader->options.lines, &reader->located, error);
    tarn_json_cursor_close(&cursor);
    return status == TARN_OK || status == TARN_E_CANCELLED ? status
                                                           : tarn_fail_context(error, status, "%s", reader->name);
}

/* What is wrong first, between the records or inside of them. */
static tarn_status tell_wrong(tarn_json_reader *reader, tarn_error *error) {
    tarn_json_wrong between = {.block = 0, .place = reader->located.fault};
    if (reader->wrong.block != SIZE_MAX && reader->wrong.place <= between.place)
        return tarn_json_fail(reader, &reader->wrong, error);
    if (reader->located.fault == UINT64_MAX)
        return TARN_OK;
    snprintf(between.what, sizeof between.what, "%s", reader->located.what);
    return tarn_json_fail(reader, &between, error);
}

/* In which record something is: blocks begin with whole ones. */
static tarn_status record_of(const tarn_json_reader *reader, uint64_t place, uint64_t *out, tarn_error *error) {
    const tarn_json_blocks *blocks = &reader->located.blocks;
    size_t block = 0;
    while (block + 1 < blocks->count && blocks->list[block + 1].offset <= place)
        block++;
    tarn_json_page page = {0};
    tarn_json_wrong wrong = {.block = SIZE_MAX};
    TARN_TRY(tarn_json_page_load(reader, block, &page, &wrong, error));
    tarn_json_text text = tarn_json_page_text(reader, block, &page);
    uint64_t count = 0;
    bool more = false;
    while (tarn_json_next_record(reader, block, &text, count, &more) && more && tarn_json_skip_value(&text, 0) &&
           tarn_json_place(reader, block, &text) <= place)
        count++;
    free(page.data);
    *out = tarn_json_record_number(reader, block, count);
    return TARN_OK;
}

static tarn_status check_keys(const tarn_json_reader *reader, tarn_error *error) {
    const tarn_json_shape *shape = tarn_json_shape_twice(reader->shape);
    tarn_json_wrong wrong = {.block = 0};
    uint64_t record;
    if (shape == NULL)
        return TARN_OK;
    wrong.place = shape->twice;
    TARN_TRY(record_of(reader, wrong.place, &record, error));
    snprintf(wrong.what, sizeof wrong.what, "the key \"%.80s\" is there twice in %srecord %llu", shape->twice_name,
             shape->level > 0 ? "an object of " : "", (unsigned long long)record);
    return tarn_json_fail(reader, &wrong, error);
}

/* ---- types that were asked for ----------------------------------------------------------------------------------- */

static tarn_status force_column(tarn_json_reader *reader, const tarn_csv_override *wanted, tarn_error *error) {
    tarn_json_shape *shape = reader->shape;
    tarn_csv_type type;
    tarn_csv_decimal decimal = {0};
    if (!tarn_csv_type_find(wanted->type, &type, &decimal))
        return tarn_fail(error, TARN_E_INVALID,
                         "\"%s\" is not a type that values can be read as: use a name such as BIGINT, DECIMAL(10,2), "
                         "DATE, TIMESTAMPTZ or VARCHAR",
                         wanted->type);
    tarn_json_form form = type == TARN_CSV_TYPE_TEXT ? TARN_JSON_AS_TEXT : TARN_JSON_AS_SCALAR;
    if (shape->form != TARN_JSON_AS_STRUCT && tarn_name_equal(wanted->column, "value")) {
        tarn_json_shape_force(shape, form, type, decimal);
        return TARN_OK;
    }
    for (size_t i = 0; i < shape->count && shape->form == TARN_JSON_AS_STRUCT; i++) {
        if (tarn_name_equal(wanted->column, reader->schema.children[i]->name)) {
            tarn_json_shape_force(shape->fields[i].shape, form, type, decimal);
            return TARN_OK;
        }
    }
    return tarn_fail(error, TARN_E_INVALID, "%s has no column \"%s\"", reader->name, wanted->column);
}

static tarn_status make_schema(tarn_json_reader *reader, tarn_notes *notes, tarn_error *error) {
    struct ArrowSchema made = {0};
    tarn_schema_release(&reader->schema);
    if (reader->shape->form == TARN_JSON_AS_STRUCT)
        return tarn_json_shape_schema(reader->shape, "", &reader->schema, notes, error);
    TARN_TRY(tarn_schema_make_nested(&made, "+s", "", 1, error));
    tarn_status status = tarn_json_shape_schema(reader->shape, "value", made.children[0], notes, error);
    if (status == TARN_OK)
        reader->schema = made;
    else
        tarn_schema_release(&made);
    return status;
}

static tarn_status choose_types(tarn_json_reader *reader, tarn_error *error) {
    tarn_notes ignored = {0};
    tarn_json_shape *shape = reader->shape;
    bool no_keys = shape->kinds == TARN_JSON_OBJECT && shape->count == 0;
    TARN_TRY(tarn_json_shape_decide(shape, error));
    TARN_TRY(check_keys(reader, error));
    if (no_keys)
        return tarn_fail(error, TARN_E_FORMAT, "%s: its records have no keys, so there are no columns", reader->name);
    const tarn_csv_decimal none = {0};
    if (reader->options.all_text && shape->form != TARN_JSON_AS_STRUCT)
        tarn_json_shape_force(shape, TARN_JSON_AS_TEXT, TARN_CSV_TYPE_TEXT, none);
    for (size_t i = 0; reader->options.all_text && i < shape->count; i++)
        tarn_json_shape_force(shape->fields[i].shape, TARN_JSON_AS_TEXT, TARN_CSV_TYPE_TEXT, none);
    tarn_status status = make_schema(reader, &ignored, error);
    tarn_notes_clear(&ignored);
    for (size_t i = 0; i < reader->options.n_overrides && status == TARN_OK; i++)
        status = force_column(reader, &reader->options.overrides[i], error);
    return status == TARN_OK ? make_schema(reader, &reader->notes, error) : status;
}

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static size_t count_places(const tarn_json_shape *shape) {
    size_t count = 1;
    if (shape->element != NULL)
        count += 1;
    for (size_t i = 0; i < shape->count; i++)
        count += count_places(shape->fields[i].shape);
    return count;
}

static tarn_status note_records(tarn_json_reader *reader, tarn_error *error) {
    const tarn_json_located *located = &reader->located;
    if (located->deeper != NULL)
        return tarn_notes_add(&reader->notes, error,
                              "the file is one record; records seem to lie under %.300s, read them by " TARN_ASKER(
                                  "--records %.*s", "records: '%.*s'"),
                              located->deeper, (int)strcspn(located->deeper, ","), located->deeper);
    if (located->under == NULL)
        return TARN_OK;
    if (located->left_out == NULL)
        return tarn_notes_add(&reader->notes, error, "the records are those under \"%.80s\"", located->under);
    return tarn_notes_add(&reader->notes, error, "the records are those under \"%.80s\"; left out: %s", located->under,
                          located->left_out);
}

static tarn_status first_pass(tarn_json_reader *reader, const tarn_text_source *source, tarn_pool *pool,
                              tarn_error *error) {
    TARN_TRY(open_view(reader, source, pool, error));
    TARN_TRY(find_records(reader, error));
    TARN_TRY(tarn_json_learn_all(reader, pool, error));
    TARN_TRY(tell_wrong(reader, error));
    uint64_t rows = 0;
    for (size_t i = 0; i < reader->located.blocks.count; i++)
        rows += reader->rows[i];
    if (rows == 0)
        return tarn_fail(error, TARN_E_FORMAT, "%s has no records, so there are no columns", reader->name);
    TARN_TRY(note_records(reader, error));
    TARN_TRY(choose_types(reader, error));
    reader->batch_rows = BATCH_CELLS / count_places(reader->shape);
    reader->batch_rows = reader->batch_rows > reader->options.block_rows ? (size_t)reader->options.block_rows
                         : reader->batch_rows > 0                        ? reader->batch_rows
                                                                         : 1;
    return TARN_OK;
}

tarn_status tarn_json_open(const tarn_text_source *source, const tarn_json_options *options, tarn_pool *pool,
                           tarn_task *task, tarn_json_reader **out, tarn_error *error) {
    tarn_json_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return tarn_fail_memory(error);
    if (options != NULL)
        reader->options = *options;
    set_defaults(&reader->options);
    reader->task = task;
    reader->name = tarn_strdup(source->name != NULL ? source->name : "the input");
    pthread_mutex_init(&reader->lock, NULL);
    tarn_status status = reader->name == NULL ? tarn_fail_memory(error) : first_pass(reader, source, pool, error);
    reader->options.overrides = NULL; /* the caller's */
    reader->options.n_overrides = 0;
    if (status == TARN_OK)
        *out = reader;
    else
        tarn_json_free(reader);
    return status;
}

void tarn_json_free(tarn_json_reader *reader) {
    if (reader == NULL)
        return;
    tarn_text_view_free(&reader->view);
    tarn_json_located_free(&reader->located);
    tarn_json_shape_free(reader->shape);
    tarn_schema_release(&reader->schema);
    tarn_notes_clear(&reader->notes);
    pthread_mutex_destroy(&reader->lock);
    free(reader->rows);
    free(reader->name);
    free(reader);
}

tarn_status tarn_json_schema(const tarn_json_reader *reader, struct ArrowSchema *out, tarn_error *error) {
    return tarn_schema_copy(&reader->schema, NULL, out, error);
}

size_t tarn_json_block_count(const tarn_json_reader *reader) {
    return reader->located.blocks.count;
}

uint64_t tarn_json_block_rows(const tarn_json_reader *reader, size_t block) {
    return reader->rows[block];
}

uint64_t tarn_json_block_bytes(const tarn_json_reader *reader, size_t block) {
    return reader->located.blocks.list[block].size;
}

const char *tarn_json_encoding(const tarn_json_reader *reader) {
    return reader->view.encoding != NULL ? reader->view.encoding->name : "UTF-8";
}

const tarn_notes *tarn_json_notes(const tarn_json_reader *reader) {
    return &reader->notes;
}

/* ---- the second pass --------------------------------------------------------------------------------------------- */

static tarn_status give_batch(tarn_json_builder *builder, tarn_json_take take, void *context, tarn_error *error) {
    struct ArrowArray batch = {0};
    if (builder->rows == 0)
        return TARN_OK;
    TARN_TRY(tarn_json_builder_finish(builder, &batch, error));
    return take(context, &batch, error);
}

static tarn_status read_page(const tarn_json_reader *reader, size_t block, const tarn_json_page *page,
                             tarn_json_builder *builder, tarn_json_take take, void *context, tarn_error *error) {
    builder->text = tarn_json_page_text(reader, block, page);
    builder->task = reader->task;
    builder->most = MOST_BYTES;
    builder->most_text = (size_t)reader->options.most_text;
    for (uint64_t count = 0;; count++) {
        bool more = false;
        if (!tarn_json_next_record(reader, block, &builder->text, count, &more))
            return TARN_E_FORMAT;
        if (!more)
            return give_batch(builder, take, context, error);
        TARN_TRY(tarn_json_build(builder, error));
        if (builder->rows >= reader->batch_rows || builder->bytes >= BATCH_BYTES)
            TARN_TRY(give_batch(builder, take, context, error));
    }
}

tarn_status tarn_json_read(const tarn_json_reader *reader, size_t block, tarn_json_take take, void *context,
                           tarn_error *error) {
    tarn_json_page page = {0};
    tarn_json_builder builder = {0};
    tarn_json_wrong wrong = {.block = SIZE_MAX};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_json_page_load(reader, block, &page, &wrong, error));
    if (wrong.block != SIZE_MAX) { /* it was valid the first time */
        status = tarn_json_fail(reader, &wrong, error);
        goto cleanup;
    }
    TARN_CHECK(tarn_json_builder_init(&builder, reader->shape, error));
    status = read_page(reader, block, &page, &builder, take, context, error);
    if (status == TARN_E_FORMAT && builder.text.fault[0] != '\0') {
        wrong.place = tarn_json_place(reader, block, &builder.text);
        snprintf(wrong.what, sizeof wrong.what, "%s", builder.text.fault);
        status = tarn_json_fail(reader, &wrong, error);
    }
cleanup:
    tarn_json_builder_free(&builder);
    free(page.data);
    return status;
}
