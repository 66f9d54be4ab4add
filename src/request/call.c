// One request while it is worked on, and how operations read its arguments and leave their answer.
#include "request/call.h"

#include "arrow/ipc.h"
#include "base/text.h"
#include "engine/engine.h"
#include "request/files.h"
#include "request/streams.h"

#include <stdlib.h>
#include <string.h>

/* ---- arguments ----------------------------------------------------------------------------------------------- */

bool tarn_call_has(const tarn_call *call, const char *name) {
    return json_object_get(call->arguments, name) != NULL;
}

const char *tarn_call_text(const tarn_call *call, const char *name) {
    return json_string_value(json_object_get(call->arguments, name));
}

tarn_status tarn_call_character(const tarn_call *call, const char *name, char *out, tarn_error *error) {
    const char *text = tarn_call_text(call, name);
    *out = text != NULL ? text[0] : '\0';
    if (text != NULL && (strlen(text) != 1 || (unsigned char)text[0] > 0x7F))
        return tarn_fail(error, TARN_E_INVALID, "%s: '%s' must be one ASCII character", call->operation->declared.name,
                         name);
    return TARN_OK;
}

int64_t tarn_call_integer(const tarn_call *call, const char *name, int64_t otherwise) {
    const json_t *value = json_object_get(call->arguments, name);
    return value != NULL ? json_integer_value(value) : otherwise;
}

double tarn_call_number(const tarn_call *call, const char *name, double otherwise) {
    const json_t *value = json_object_get(call->arguments, name);
    return value != NULL ? json_number_value(value) : otherwise;
}

bool tarn_call_flag(const tarn_call *call, const char *name) {
    const json_t *value = json_object_get(call->arguments, name);
    return json_is_true(value);
}

int tarn_call_choice(const tarn_call *call, const char *name) {
    const tarn_operation *operation = &call->operation->declared;
    const char *text = tarn_call_text(call, name);
    for (size_t i = 0; text != NULL && i < operation->parameter_count; i++) {
        const tarn_field *field = &operation->parameters[i];
        for (int c = 0; strcmp(field->name, name) == 0 && field->choices[c] != NULL; c++) {
            if (strcmp(field->choices[c], text) == 0)
                return c;
        }
    }
    return 0;
}

const json_t *tarn_call_json(const tarn_call *call, const char *name) {
    return json_object_get(call->arguments, name);
}

tarn_status tarn_call_texts(const tarn_call *call, const char *name, const char ***out, size_t *count,
                            tarn_error *error) {
    const json_t *value = json_object_get(call->arguments, name);
    size_t size = json_array_size(value);
    *out = NULL;
    *count = 0;
    if (value == NULL)
        return TARN_OK;
    const char **list = calloc(size + 1, sizeof *list);
    if (list == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < size; i++)
        list[i] = json_string_value(json_array_get(value, i));
    *out = list;
    *count = size;
    return TARN_OK;
}

/* One value as the text that commands take; NULL when it is of no such type, or memory ran out. */
static char *value_text(const json_t *value) {
    if (json_is_string(value))
        return tarn_strdup(json_string_value(value));
    if (json_is_boolean(value))
        return tarn_strdup(json_is_true(value) ? "true" : "false");
    return json_is_number(value) ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
}

void tarn_call_parameters_free(tarn_parameter *parameters, size_t count) {
    for (size_t i = 0; i < count; i++)
        free((char *)parameters[i].value);
    free(parameters);
}

static size_t count_values(json_t *object) {
    size_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) count += json_is_array(value) ? json_array_size(value) : 1;
    return count;
}

tarn_status tarn_call_parameters(const tarn_call *call, const char *name, tarn_parameter **out, size_t *count,
                                 tarn_error *error) {
    json_t *object = json_object_get(call->arguments, name), *value;
    const char *key;
    *out = NULL;
    *count = 0;
    if (object == NULL)
        return TARN_OK;
    tarn_parameter *list = calloc(count_values(object) + 1, sizeof *list);
    if (list == NULL)
        return tarn_fail_memory(error);
    size_t used = 0;
    json_object_foreach(object, key, value) {
        size_t values = json_is_array(value) ? json_array_size(value) : !json_is_null(value);
        for (size_t i = 0; i < values; i++) {
            list[used].name = key;
            list[used].value = value_text(json_is_array(value) ? json_array_get(value, i) : value);
            if (list[used].value == NULL) {
                tarn_call_parameters_free(list, used);
                return tarn_fail(error, TARN_E_INVALID,
                                 "%s: '%s' in '%s' must be text, a number, true, false, or a list of them",
                                 call->operation->declared.name, key, name);
            }
            used++;
        }
    }
    *out = list;
    *count = used;
    return TARN_OK;
}

/* ---- answers ------------------------------------------------------------------------------------------------- */

tarn_status tarn_call_answer(tarn_call *call, json_t *answer, tarn_error *error) {
    json_decref(call->answer);
    call->answer = answer;
    return answer != NULL ? TARN_OK : tarn_fail_memory(error);
}

void tarn_call_begin_bytes(tarn_call *call, const char *media_type) {
    call->media_type = media_type;
}

tarn_status tarn_call_write(void *context, const void *data, size_t size, tarn_error *error) {
    tarn_call *call = context;
    if (size == 0)
        return TARN_OK;
    if (call->sink == NULL)
        return tarn_buffer_append(&call->out, data, size, error);
    if (call->sink->begin != NULL) {
        TARN_TRY(call->sink->begin(call->sink->context, call->media_type, error));
        call->sink_copy.begin = NULL; /* once */
    }
    return call->sink->write(call->sink->context, data, size, error);
}

static bool is_wanted_as(const tarn_call *call, const char *format) {
    const char *wanted = tarn_call_text(call, "format");
    return wanted == NULL || strcmp(wanted, format) == 0;
}

/* Copy batches until the end, or until there are `most` rows. */
static tarn_status copy_batches(struct ArrowArrayStream *stream, tarn_ipc_writer *writer, int64_t most, int64_t *rows,
                                bool *more, tarn_error *error) {
    for (;;) {
        struct ArrowArray batch = {0};
        TARN_TRY(tarn_stream_next(stream, &batch, error));
        if (batch.release == NULL)
            return TARN_OK;
        *more = batch.length > most - *rows;
        if (*more)
            batch.length = most - *rows;
        *rows += batch.length;
        tarn_status status = batch.length > 0 ? tarn_ipc_writer_batch(writer, &batch, error) : TARN_OK;
        batch.release(&batch);
        if (status != TARN_OK || *more)
            return status;
    }
}

static tarn_status write_ipc(tarn_call *call, struct ArrowArrayStream *stream, int64_t most, int64_t *rows, bool *more,
                             tarn_error *error) {
    struct ArrowSchema schema = {0};
    tarn_ipc_writer *writer = NULL;
    tarn_ipc_write_options options = {0};
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_stream_schema(stream, &schema, error));
    tarn_call_begin_bytes(call, tarn_media_type("arrow-stream"));
    TARN_CHECK(tarn_ipc_writer_new(&schema, tarn_call_write, call, &options, &writer, error));
    TARN_CHECK(copy_batches(stream, writer, most, rows, more, error));
    TARN_CHECK(tarn_ipc_writer_finish(writer, error));
cleanup:
    tarn_ipc_writer_free(writer);
    schema.release(&schema);
    return status;
}

/* In a format of files. */
static tarn_status write_formatted(tarn_call *call, struct ArrowArrayStream *stream, int64_t most, int64_t *rows,
                                   bool *more, tarn_error *error) {
    struct ArrowArrayStream cut = {0};
    tarn_export_result result = {0};
    tarn_byte_sink sink = tarn_call_sink(call);
    tarn_export_options options = {.sink = &sink, .format = tarn_call_text(call, "format")};
    tarn_call_begin_bytes(call, tarn_media_type(options.format));
    TARN_TRY(tarn_stream_head(stream, most, more, &cut, error));
    tarn_status status = tarn_write_stream(call->workspace, &cut, &options, call->task, &result, error);
    if (status == TARN_OK)
        *rows = result.rows;
    tarn_export_result_clear(&result);
    return status;
}

tarn_status tarn_call_give_stream(tarn_call *call, struct ArrowArrayStream *stream, int64_t most, int64_t *rows,
                                  bool *more, tarn_error *error) {
    *rows = 0;
    *more = false;
    return is_wanted_as(call, "arrow-stream") ? write_ipc(call, stream, most, rows, more, error)
                                              : write_formatted(call, stream, most, rows, more, error);
}

tarn_status tarn_call_give_rows(tarn_call *call, const struct ArrowSchema *schema, const struct ArrowArray *rows,
                                tarn_error *error) {
    struct ArrowArrayStream one = {0};
    int64_t count;
    bool more;
    TARN_TRY(tarn_stream_borrow(schema, rows, &one, error));
    tarn_status status = tarn_call_give_stream(call, &one, INT64_MAX, &count, &more, error);
    tarn_stream_release(&one);
    return status;
}
