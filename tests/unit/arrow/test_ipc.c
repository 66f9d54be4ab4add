/* Streams and files: dictionaries that grow and change, sources, owners, limits, and damage of every kind. */
#include "arrow/array_node.h"
#include "arrow/bits.h"
#include "arrow/builder.h"
#include "arrow/flatbuffer_write.h"
#include "arrow/ipc.h"
#include "arrow/ipc_format.h"
#include "support_arrow.h"

#include <stdlib.h>
#include <string.h>

static tarn_status append(void *context, const void *data, size_t size, tarn_error *error) {
    return tarn_buffer_append(context, data, size, error);
}

static tarn_ipc_writer *new_writer(const struct ArrowSchema *schema, bool file, tarn_codec codec, tarn_buffer *out) {
    tarn_error error = {0};
    tarn_ipc_writer *writer;
    tarn_ipc_write_options options = {.file = file, .codec = codec};
    must(tarn_ipc_writer_new(schema, append, out, &options, &writer, &error), &error);
    return writer;
}

static tarn_ipc_reader *open_memory(const tarn_buffer *data) {
    tarn_error error = {0};
    tarn_ipc_reader *reader;
    must(tarn_ipc_open_memory(data->data, data->size, NULL, NULL, &reader, &error), &error);
    return reader;
}

/* A small table of several types in a stream or a file. */
static void write_sample(bool file, tarn_codec codec, tarn_buffer *out) {
    tarn_error error = {0};
    random_source random = {7};
    struct ArrowSchema schema;
    struct ArrowArray batch;
    make_schema("+s<i;u;+l<u>;~c<u>;+s<g;b>>", &schema);
    tarn_ipc_writer *writer = new_writer(&schema, file, codec, out);
    random_array(&random, &schema, 30, &batch);
    batch.null_count = 0; /* rows themselves are never null */
    must(tarn_ipc_writer_batch(writer, &batch, &error), &error);
    must(tarn_ipc_writer_batch(writer, &batch, &error), &error);
    must(tarn_ipc_writer_finish(writer, &error), &error);
    must(tarn_ipc_writer_finish(writer, &error), &error);
    tarn_ipc_writer_free(writer);
    tarn_array_release(&batch);
    tarn_schema_release(&schema);
}

static size_t count_batches(tarn_ipc_reader *reader, tarn_status *status, tarn_error *error) {
    size_t count = 0;
    for (;;) {
        struct ArrowArray batch = {0};
        *status = tarn_ipc_next(reader, &batch, error);
        if (*status != TARN_OK || batch.release == NULL)
            return count;
        tarn_array_release(&batch);
        count++;
    }
}

/* ---- files and streams ------------------------------------------------------------------------------------------- */

static void test_files_give_any_batch(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    tarn_status status;
    struct ArrowArray batch;
    write_sample(true, TARN_CODEC_NONE, &data);
    tarn_ipc_reader *reader = open_memory(&data);
    assert_true(tarn_ipc_is_file(reader));
    assert_int_equal(tarn_ipc_batch_count(reader), 2);
    assert_int_equal(tarn_ipc_consumed(reader), data.size);
    must(tarn_ipc_batch(reader, 1, &batch, &error), &error);
    assert_int_equal(batch.length, 30);
    tarn_array_release(&batch);
    must_fail(tarn_ipc_batch(reader, 2, &batch, &error), TARN_E_NOT_FOUND, &error, "2 record batches");
    assert_int_equal(count_batches(reader, &status, &error), 2);
    must(status, &error);
    tarn_ipc_reader_free(reader);
    tarn_buffer_free(&data);
}

static void test_streams_may_lack_their_end(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    tarn_status status;
    write_sample(false, TARN_CODEC_LZ4, &data);
    size_t whole = data.size;
    assert_int_equal(tarn_buffer_append(&data, "behind", 6, NULL), TARN_OK);
    tarn_ipc_reader *reader = open_memory(&data);
    assert_false(tarn_ipc_is_file(reader));
    assert_int_equal(count_batches(reader, &status, &error), 2);
    assert_int_equal(tarn_ipc_consumed(reader), whole);
    tarn_ipc_reader_free(reader);
    data.size = whole - 8;
    reader = open_memory(&data);
    assert_int_equal(count_batches(reader, &status, &error), 2);
    must(status, &error);
    tarn_ipc_reader_free(reader);
    tarn_buffer_free(&data);
}

typedef struct source {
    const tarn_buffer *data;
    size_t at, piece;
    bool fails;
} source;

static tarn_status read_piece(void *context, void *data, size_t size, size_t *got, tarn_error *error) {
    source *s = context;
    size_t left = s->data->size - s->at;
    *got = size < s->piece ? size : s->piece;
    *got = *got < left ? *got : left;
    if (s->fails && left == 0)
        return tarn_fail(error, TARN_E_IO, "the pipe broke");
    if (*got > 0)
        memcpy(data, s->data->data + s->at, *got);
    s->at += *got;
    return TARN_OK;
}

static void test_sources(void **state) {
    (void)state;
    tarn_error error = {0};
    for (int form = 0; form < 6; form++) {
        tarn_buffer data = {0};
        tarn_ipc_reader *reader;
        tarn_status status;
        write_sample(form % 2 == 1, (tarn_codec)(form / 2), &data);
        source pieces = {&data, 0, (size_t)(1 + form * 37), false};
        must(tarn_ipc_open_source(read_piece, &pieces, NULL, &reader, &error), &error);
        assert_int_equal(tarn_ipc_schema(reader)->n_children, 5);
        assert_int_equal(count_batches(reader, &status, &error), 2);
        must(status, &error);
        tarn_ipc_reader_free(reader);
        tarn_buffer_free(&data);
    }
}

static void test_sources_that_end_early(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    write_sample(false, TARN_CODEC_NONE, &data);
    size_t whole = data.size;
    for (size_t size = 0; size < whole; size += 13) {
        tarn_ipc_reader *reader;
        tarn_status status = TARN_OK;
        data.size = size;
        source pieces = {&data, 0, 1000, size % 2 == 1};
        if (tarn_ipc_open_source(read_piece, &pieces, NULL, &reader, &error) == TARN_OK) {
            size_t count = count_batches(reader, &status, &error);
            assert_true(count < 2 || size >= whole - 8);
            tarn_ipc_reader_free(reader);
        }
    }
    tarn_buffer_free(&data);
}

static void test_wide_bodies_come_in_pieces(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    struct ArrowSchema schema, table_schema;
    struct ArrowArray column, table, batch;
    tarn_ipc_reader *reader;
    make_schema("l", &schema);
    must(tarn_array_nulls(&schema, 500000, &column, &error), &error); /* 4 MB: more than one piece of reading */
    make_table(&schema, &column, &table_schema, &table);
    tarn_ipc_writer *writer = new_writer(&table_schema, false, TARN_CODEC_NONE, &data);
    must(tarn_ipc_writer_batch(writer, &table, &error), &error);
    must(tarn_ipc_writer_finish(writer, &error), &error);
    tarn_ipc_writer_free(writer);
    source pieces = {&data, 0, 100000, false};
    must(tarn_ipc_open_source(read_piece, &pieces, NULL, &reader, &error), &error);
    must(tarn_ipc_next(reader, &batch, &error), &error);
    assert_true(tarn_array_equal(&table_schema, &table, &batch));
    tarn_array_release(&batch);
    tarn_ipc_reader_free(reader);
    tarn_array_release(&table);
    tarn_schema_release(&table_schema);
    tarn_buffer_free(&data);
}

/* ---- owners ------------------------------------------------------------------------------------------------------ */

static void count_release(void *context) {
    ++*(int *)context;
}

static void test_owner_lives_as_long_as_arrays(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    tarn_ipc_reader *reader;
    struct ArrowArray batch, column;
    int released = 0;
    tarn_ipc_owner owner = {&released, count_release};
    write_sample(false, TARN_CODEC_NONE, &data);
    must(tarn_ipc_open_memory(data.data, data.size, &owner, NULL, &reader, &error), &error);
    must(tarn_ipc_next(reader, &batch, &error), &error);
    tarn_ipc_reader_free(reader);
    column = *batch.children[1];
    batch.children[1]->release = NULL;
    tarn_array_release(&batch);
    assert_int_equal(released, 0);
    tarn_array_release(&column);
    assert_int_equal(released, 1);
    data.size = 40; /* opening fails: the owner stays the caller's */
    assert_int_equal(tarn_ipc_open_memory(data.data, data.size, &owner, NULL, &reader, &error), TARN_E_FORMAT);
    assert_int_equal(released, 1);
    tarn_buffer_free(&data);
}

static void test_columns(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    struct ArrowSchema schema, again;
    struct ArrowArray array, array_again;
    int released = 0;
    tarn_ipc_owner owner = {&released, count_release};
    static const char *const texts[] = {"a", NULL, "c"};
    make_texts(texts, 3, &schema, &array);
    tarn_ipc_write_options options = {.file = true, .codec = TARN_CODEC_ZSTD, .level = 5};
    must(tarn_ipc_encode_column(&schema, &array, &options, &data, &error), &error);
    tarn_ipc_read_options skip = {.skip_values = true};
    must(tarn_ipc_decode_column(data.data, data.size, &owner, &skip, &again, &array_again, &error), &error);
    assert_true(tarn_array_equal(&schema, &array, &array_again));
    tarn_schema_release(&again);
    assert_int_equal(released, 0);
    tarn_array_release(&array_again);
    assert_int_equal(released, 1);
    assert_int_equal(tarn_ipc_decode_column(data.data, 100, &owner, NULL, &again, &array_again, &error), TARN_E_FORMAT);
    data.size = 0;
    write_sample(false, TARN_CODEC_NONE, &data);
    must_fail(tarn_ipc_decode_column(data.data, data.size, NULL, NULL, &again, &array_again, &error), TARN_E_FORMAT,
              &error, "5 columns");
    assert_int_equal(released, 1);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
    tarn_buffer_free(&data);
}

static void test_column_of_no_or_many_batches(void **state) {
    (void)state;
    tarn_error error = {0};
    for (int batches = 0; batches <= 2; batches += 2) {
        tarn_buffer data = {0};
        struct ArrowSchema schema, table_schema, again;
        struct ArrowArray array, table, array_again;
        make_integers("i", (int64_t[]){1, 2}, 2, &schema, &array);
        make_table(&schema, &array, &table_schema, &table);
        tarn_ipc_writer *writer = new_writer(&table_schema, false, TARN_CODEC_NONE, &data);
        for (int i = 0; i < batches; i++)
            must(tarn_ipc_writer_batch(writer, &table, &error), &error);
        must(tarn_ipc_writer_finish(writer, &error), &error);
        tarn_ipc_writer_free(writer);
        must_fail(tarn_ipc_decode_column(data.data, data.size, NULL, NULL, &again, &array_again, &error), TARN_E_FORMAT,
                  &error, batches == 0 ? "no record batch" : "several record batches");
        tarn_array_release(&table);
        tarn_schema_release(&table_schema);
        tarn_buffer_free(&data);
    }
}

/* ---- dictionaries ------------------------------------------------------------------------------------------------ */

static const char *const letters[] = {"a", "b", "c", "d"};
static const char *const others[] = {"x", "y"};

/* Write dictionaries one batch each; gives what the last call said. */
static tarn_status write_dictionaries(bool file, int kinds, const int *lengths, const char *const *const *values,
                                      tarn_buffer *out, tarn_error *error) {
    struct ArrowSchema plain, table_schema = {0};
    tarn_ipc_writer *writer = NULL;
    tarn_status status = TARN_OK;
    for (int i = 0; i < kinds && status == TARN_OK; i++) {
        struct ArrowArray array, table;
        struct ArrowSchema schema;
        int32_t indices[] = {lengths[i] - 1, -1, 0};
        tarn_schema_release(&table_schema);
        make_dictionary(indices, 3, values[i], lengths[i], &plain, &array);
        schema = plain;
        make_table(&schema, &array, &table_schema, &table);
        if (writer == NULL)
            writer = new_writer(&table_schema, file, TARN_CODEC_NONE, out);
        status = tarn_ipc_writer_batch(writer, &table, error);
        tarn_array_release(&table);
    }
    if (status == TARN_OK)
        status = tarn_ipc_writer_finish(writer, error);
    tarn_ipc_writer_free(writer);
    tarn_schema_release(&table_schema);
    return status;
}

static void check_dictionary(tarn_ipc_reader *reader, int64_t length, const char *last, const char *first) {
    tarn_error error = {0};
    struct ArrowArray batch;
    must(tarn_ipc_next(reader, &batch, &error), &error);
    const struct ArrowSchema *schema = tarn_ipc_schema(reader)->children[0];
    assert_int_equal(batch.children[0]->dictionary->length, length);
    assert_text(schema, batch.children[0], 0, last);
    assert_text(schema, batch.children[0], 1, NULL);
    assert_text(schema, batch.children[0], 2, first);
    tarn_array_release(&batch);
}

static void test_dictionaries_grow_and_change(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    static const int lengths[] = {2, 2, 4, 2, 3};
    static const char *const *const values[] = {letters, letters, letters, others, letters};
    must(write_dictionaries(false, 5, lengths, values, &data, &error), &error);
    tarn_ipc_reader *reader = open_memory(&data);
    check_dictionary(reader, 2, "b", "a");
    check_dictionary(reader, 2, "b", "a");
    check_dictionary(reader, 4, "d", "a");
    check_dictionary(reader, 2, "y", "x");
    check_dictionary(reader, 3, "c", "a");
    tarn_ipc_reader_free(reader);
    data.size = 0;
    must(write_dictionaries(true, 3, lengths, values, &data, &error), &error);
    reader = open_memory(&data);
    check_dictionary(reader, 4, "b", "a"); /* a file's dictionaries are complete before its first batch */
    tarn_ipc_reader_free(reader);
    data.size = 0;
    must_fail(write_dictionaries(true, 5, lengths, values, &data, &error), TARN_E_UNSUPPORTED, &error,
              "column 'c': an Arrow file cannot replace a dictionary");
    tarn_buffer_free(&data);
}

/* A dictionary inside the values of another: when it changes, the outer one is written again, too. */
static void test_nested_dictionaries_change(void **state) {
    (void)state;
    tarn_error error = {0};
    random_source random = {3};
    tarn_buffer data = {0};
    struct ArrowSchema schema;
    struct ArrowArray batches[6], again;
    make_schema("+s<~i<+s<~c<u>;u>>>", &schema);
    tarn_ipc_writer *writer = new_writer(&schema, false, TARN_CODEC_NONE, &data);
    for (int i = 0; i < 6; i++) {
        random_array(&random, &schema, 12, &batches[i]);
        batches[i].null_count = 0;
        must(tarn_ipc_writer_batch(writer, &batches[i], &error), &error);
    }
    must(tarn_ipc_writer_finish(writer, &error), &error);
    tarn_ipc_writer_free(writer);
    tarn_ipc_reader *reader = open_memory(&data);
    for (int i = 0; i < 6; i++) {
        must(tarn_ipc_next(reader, &again, &error), &error);
        assert_true(tarn_array_equal(&schema, &batches[i], &again));
        tarn_array_release(&again);
        tarn_array_release(&batches[i]);
    }
    tarn_ipc_reader_free(reader);
    tarn_schema_release(&schema);
    tarn_buffer_free(&data);
}

/* ---- damage ------------------------------------------------------------------------------------------------------ */

/* Read all of it, whatever comes of that. The copy has exactly the size that it says. */
static tarn_status read_through(const uint8_t *data, size_t size, tarn_error *error) {
    uint8_t *copy = malloc(size > 0 ? size : 1);
    tarn_ipc_reader *reader;
    tarn_ipc_read_options options = {.memory_limit = 1 << 24};
    memcpy(copy, data, size);
    tarn_status status = tarn_ipc_open_memory(copy, size, NULL, &options, &reader, error);
    if (status == TARN_OK) {
        count_batches(reader, &status, error);
        tarn_ipc_reader_free(reader);
    }
    free(copy);
    return status;
}

static void test_cut_off_anywhere(void **state) {
    (void)state;
    tarn_error error = {0};
    for (int form = 0; form < 4; form++) {
        tarn_buffer data = {0};
        bool file = form % 2 == 1;
        write_sample(file, form < 2 ? TARN_CODEC_NONE : TARN_CODEC_ZSTD, &data);
        for (size_t size = 0; size < data.size; size++) {
            tarn_status status = read_through(data.data, size, &error);
            assert_true(status == TARN_OK || status == TARN_E_FORMAT);
            assert_true(status != TARN_OK || !file);
        }
        must(read_through(data.data, data.size, &error), &error);
        tarn_buffer_free(&data);
    }
}

static void test_any_changed_byte(void **state) {
    (void)state;
    random_source random = {11};
    for (int form = 0; form < 6; form++) {
        tarn_buffer data = {0};
        write_sample(form % 2 == 1, (tarn_codec)(form / 2), &data);
        for (size_t i = 0; i < data.size; i++) {
            tarn_error error = {0};
            uint8_t old = data.data[i];
            data.data[i] ^= (uint8_t)(1 + random_below(&random, 255));
            tarn_status status = read_through(data.data, data.size, &error);
            assert_true(status == TARN_OK || error.message[0] != '\0');
            data.data[i] = old;
        }
        tarn_buffer_free(&data);
    }
}

static void assert_format_error(const void *data, size_t size, const char *text) {
    tarn_error error = {0};
    must_fail(read_through(data, size, &error), TARN_E_FORMAT, &error, text);
}

static void test_what_is_no_arrow(void **state) {
    (void)state;
    assert_format_error("", 0, "no schema");
    assert_format_error("a,b\n1,2\n", 8, "cut off");
    assert_format_error("ARROW1\0\0", 8, "no end");
    assert_format_error("ARROW1\0\0\xFF\xFF\xFF\x7F"
                        "ARROW1",
                        18, "footer");
    assert_format_error("\xFF\xFF\xFF\xFF\x08\0\0\0zzzzzzzz", 16, "malformed");
    assert_format_error("\xFF\xFF\xFF\xFF\0\0\0\0", 8, "no schema");
}

static void test_limits(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    struct ArrowSchema schema, again;
    struct ArrowArray array, array_again;
    make_schema("l", &schema);
    must(tarn_array_nulls(&schema, 100000, &array, &error), &error);
    tarn_ipc_write_options options = {.codec = TARN_CODEC_ZSTD};
    must(tarn_ipc_encode_column(&schema, &array, &options, &data, &error), &error);
    assert_true(data.size < 4096); /* a ratio of hundreds, as constant columns have it */
    tarn_ipc_read_options limit = {.memory_limit = 100000};
    must_fail(tarn_ipc_decode_column(data.data, data.size, NULL, &limit, &again, &array_again, &error), TARN_E_MEMORY,
              &error, "more memory");
    must(tarn_ipc_decode_column(data.data, data.size, NULL, NULL, &again, &array_again, &error), &error);
    tarn_array_release(&array_again);
    tarn_schema_release(&again);
    tarn_array_release(&array);
    tarn_schema_release(&schema);
    tarn_buffer_free(&data);
}

/* Bodies that do not lie at multiples of 8 are copied. */
static void test_misaligned_memory(void **state) {
    (void)state;
    tarn_error error = {0};
    random_source random = {5};
    for (const char *const *type = plain_types; *type != NULL; type++) {
        tarn_buffer data = {0};
        struct ArrowSchema schema, again;
        struct ArrowArray array, array_again;
        make_schema(*type, &schema);
        random_array(&random, &schema, 20, &array);
        if (tarn_ipc_encode_column(&schema, &array, NULL, &data, &error) == TARN_OK) {
            uint8_t *moved = malloc(data.size + 1);
            memcpy(moved + 1, data.data, data.size);
            must(tarn_ipc_decode_column(moved + 1, data.size, NULL, NULL, &again, &array_again, &error), &error);
            assert_true(tarn_array_equal(&schema, &array, &array_again));
            tarn_array_release(&array_again);
            tarn_schema_release(&again);
            free(moved);
        }
        tarn_array_release(&array);
        tarn_schema_release(&schema);
        tarn_buffer_free(&data);
    }
}

/* ---- threads ----------------------------------------------------------------------------------------------------- */

typedef struct parallel_read {
    tarn_ipc_reader *reader;
    const struct ArrowSchema *schema;
    tarn_hash128 hashes[4];
} parallel_read;

static tarn_status read_one(void *context, size_t index, tarn_error *error) {
    parallel_read *job = context;
    struct ArrowArray batch;
    TARN_TRY(tarn_ipc_batch(job->reader, index % 2, &batch, error));
    tarn_status status = tarn_array_hash(job->schema, &batch, &job->hashes[index], error);
    tarn_array_release(&batch);
    return status;
}

static void test_threads_read_the_same(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_pool *pool;
    must(tarn_pool_new(3, &pool, &error), &error);
    for (int codec = 0; codec < 3; codec++) {
        tarn_buffer data = {0}, again = {0};
        tarn_ipc_read_options read_options = {.pool = pool};
        tarn_ipc_write_options write_options = {.codec = (tarn_codec)codec, .pool = pool};
        parallel_read job = {0};
        struct ArrowArray batch;
        tarn_ipc_writer *writer;
        write_sample(true, (tarn_codec)codec, &data);
        must(tarn_ipc_open_memory(data.data, data.size, NULL, &read_options, &job.reader, &error), &error);
        job.schema = tarn_ipc_schema(job.reader);
        must(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, NULL, 4, read_one, &job, &error), &error);
        for (int i = 1; i < 4; i++)
            assert_true(tarn_hash128_equal(job.hashes[0], job.hashes[i]));
        must(tarn_ipc_writer_new(job.schema, append, &again, &write_options, &writer, &error), &error);
        must(tarn_ipc_batch(job.reader, 0, &batch, &error), &error);
        must(tarn_ipc_writer_batch(writer, &batch, &error), &error);
        must(tarn_ipc_writer_finish(writer, &error), &error);
        must(read_through(again.data, again.size, &error), &error);
        tarn_ipc_writer_free(writer);
        tarn_array_release(&batch);
        tarn_ipc_reader_free(job.reader);
        tarn_buffer_free(&data);
        tarn_buffer_free(&again);
    }
    tarn_pool_free(pool);
}

/* ---- metadata made by hand --------------------------------------------------------------------------------------- */

/* A message with a Schema table of one field of the given type number, nested `depth` times in lists. */
static void hand_made_schema(uint8_t type, int depth, const char *name, size_t name_size, tarn_buffer *out) {
    fb_writer fb = {0};
    const uint8_t *data;
    size_t size;
    fb_ref field = 0;
    for (int level = 0; level <= depth; level++) {
        fb_ref children = fb_put_refs(&fb, &field, level == 0 ? 0 : 1);
        fb_begin_table(&fb);
        fb_ref table = fb_end_table(&fb);
        fb_ref text = fb_put_string(&fb, name, name_size);
        fb_begin_table(&fb);
        fb_put_field_ref(&fb, FIELD_NAME, text);
        fb_put_field(&fb, FIELD_TYPE_TYPE, level == 0 ? type : IPC_LIST, 1);
        fb_put_field_ref(&fb, FIELD_TYPE, table);
        fb_put_field_ref(&fb, FIELD_CHILDREN, children);
        field = fb_end_table(&fb);
    }
    fb_ref fields = fb_put_refs(&fb, &field, 1);
    fb_begin_table(&fb);
    fb_put_field_ref(&fb, SCHEMA_FIELDS, fields);
    fb_ref schema = fb_end_table(&fb);
    fb_begin_table(&fb);
    fb_put_field(&fb, MESSAGE_VERSION, VERSION_5, 2);
    fb_put_field(&fb, MESSAGE_HEADER_TYPE, HEADER_SCHEMA, 1);
    fb_put_field_ref(&fb, MESSAGE_HEADER, schema);
    assert_int_equal(fb_finish(&fb, fb_end_table(&fb), &data, &size, NULL), TARN_OK);
    uint32_t prefix[] = {IPC_CONTINUATION, (uint32_t)size};
    assert_int_equal(tarn_buffer_append(out, prefix, sizeof prefix, NULL), TARN_OK);
    assert_int_equal(tarn_buffer_append(out, data, size, NULL), TARN_OK);
    fb_writer_free(&fb);
}

static void assert_hand_made(uint8_t type, int depth, const char *name, size_t name_size, tarn_status wanted,
                             const char *text) {
    tarn_error error = {0};
    tarn_buffer data = {0};
    hand_made_schema(type, depth, name, name_size, &data);
    tarn_status status = read_through(data.data, data.size, &error);
    if (wanted == TARN_OK)
        must(status, &error);
    else
        must_fail(status, wanted, &error, text);
    tarn_buffer_free(&data);
}

static void test_odd_schemas(void **state) {
    (void)state;
    assert_hand_made(IPC_UTF8, 0, "n", 1, TARN_OK, "");
    assert_hand_made(IPC_UTF8, 50, "n", 1, TARN_OK, "");
    assert_hand_made(IPC_UTF8, 70, "n", 1, TARN_E_FORMAT, "64 levels");
    assert_hand_made(IPC_UTF8, 0, "a\0b", 3, TARN_E_FORMAT, "NUL");
    assert_hand_made(IPC_UTF8, 0, "\xFF", 1, TARN_E_FORMAT, "UTF-8");
    assert_hand_made(IPC_INT, 0, "n", 1, TARN_E_FORMAT, "column 'n': an integer type");
    assert_hand_made(IPC_DECIMAL, 1, "n", 1, TARN_E_FORMAT, "column 'n.n': a decimal type");
    assert_hand_made(IPC_FLOAT, 0, "n", 1, TARN_OK, "");
    assert_hand_made(IPC_UNION, 0, "n", 1, TARN_E_UNSUPPORTED, "column 'n': the type sparse_union");
    assert_hand_made(IPC_LIST, 0, "n", 1, TARN_E_FORMAT, "number of children");
    assert_hand_made(99, 0, "n", 1, TARN_E_UNSUPPORTED, "Arrow type number 99");
}

/* ---- writers that are misused ------------------------------------------------------------------------------------ */

static tarn_status full_disk(void *context, const void *data, size_t size, tarn_error *error) {
    (void)data;
    size_t *room = context;
    if (size > *room)
        return tarn_fail(error, TARN_E_FULL, "the disk is full");
    *room -= size;
    return TARN_OK;
}

static void test_writing_fails(void **state) {
    (void)state;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    random_source random = {9};
    make_schema("+s<i;u;~c<u>>", &schema);
    random_array(&random, &schema, 20, &batch);
    for (int file = 0; file < 2; file++) {
        tarn_status status = TARN_E_FULL;
        for (size_t size = 0; status != TARN_OK; size += 64) {
            tarn_error error = {0};
            size_t room = size;
            tarn_ipc_writer *writer = NULL;
            tarn_ipc_write_options options = {.file = file == 1};
            status = tarn_ipc_writer_new(&schema, full_disk, &room, &options, &writer, &error);
            if (status == TARN_OK)
                status = tarn_ipc_writer_batch(writer, &batch, &error);
            if (status == TARN_OK)
                status = tarn_ipc_writer_finish(writer, &error);
            assert_true(status == TARN_OK || status == TARN_E_FULL);
            tarn_ipc_writer_free(writer);
            assert_true(size < 100000);
        }
    }
    tarn_array_release(&batch);
    tarn_schema_release(&schema);
}

static void test_arrays_that_do_not_fit(void **state) {
    (void)state;
    tarn_error error = {0};
    tarn_buffer data = {0};
    struct ArrowSchema table, column;
    struct ArrowArray values, batch;
    tarn_ipc_writer *writer;
    make_schema("+s<u;~c<u>>", &table);
    writer = new_writer(&table, false, TARN_CODEC_NONE, &data);
    make_integers("i", (int64_t[]){1}, 1, &column, &values);
    must_fail(tarn_ipc_writer_batch(writer, &values, &error), TARN_E_INVALID, &error, "0 columns and its schema 2");
    struct ArrowArray *children[] = {&values, &values};
    batch = (struct ArrowArray){.length = 1, .n_children = 2, .children = children};
    must_fail(tarn_ipc_writer_batch(writer, &batch, &error), TARN_E_INVALID, &error, "does not fit the schema");
    tarn_ipc_writer_free(writer);
    must_fail(tarn_ipc_writer_new(&column, append, &data, NULL, &writer, &error), TARN_E_INVALID, &error, "struct");
    tarn_array_release(&values);
    tarn_schema_release(&column);
    tarn_schema_release(&table);
    make_schema("+s<i;+l<+r<i;u>>>", &table);
    must_fail(tarn_ipc_writer_new(&table, append, &data, NULL, &writer, &error), TARN_E_UNSUPPORTED, &error,
              "column 'b.a': the type run_end_encoded<int32, utf8> is not written");
    tarn_schema_release(&table);
    tarn_ipc_writer_free(NULL);
    tarn_ipc_reader_free(NULL);
    tarn_buffer_free(&data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_give_any_batch),
        cmocka_unit_test(test_streams_may_lack_their_end),
        cmocka_unit_test(test_sources),
        cmocka_unit_test(test_sources_that_end_early),
        cmocka_unit_test(test_wide_bodies_come_in_pieces),
        cmocka_unit_test(test_owner_lives_as_long_as_arrays),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_column_of_no_or_many_batches),
        cmocka_unit_test(test_dictionaries_grow_and_change),
        cmocka_unit_test(test_nested_dictionaries_change),
        cmocka_unit_test(test_cut_off_anywhere),
        cmocka_unit_test(test_any_changed_byte),
        cmocka_unit_test(test_what_is_no_arrow),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_misaligned_memory),
        cmocka_unit_test(test_threads_read_the_same),
        cmocka_unit_test(test_odd_schemas),
        cmocka_unit_test(test_writing_fails),
        cmocka_unit_test(test_arrays_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
