// One request while it is worked on, and how operations read its arguments and leave their answer.
#include "wasm/call.h"

#include "arrow/ipc.h"
#include "base/buffer.h"
#include "base/text.h"
#include "engine/engine.h"

#include <stdlib.h>
#include <string.h>

/* ---- arguments ----------------------------------------------------------------------------------------------- */

static json_t *find(const tarn_call *call, const char *name) {
    json_t *value = json_object_get(call->arguments, name);
    return json_is_null(value) ? NULL : value;
}

static tarn_status refuse(const tarn_call *call, const char *name, const char *wanted, tarn_error *error) {
    return tarn_fail(error, TARN_E_INVALID, "%s: '%s' must be %s", call->operation->name, name, wanted);
}

tarn_status tarn_call_text(const tarn_call *call, const char *name, bool required, const char **out,
                           tarn_error *error) {
    json_t *value = find(call, name);
    *out = json_string_value(value);
    if (*out != NULL ? strlen(*out) == json_string_length(value) : value == NULL && !required)
        return TARN_OK;
    return refuse(call, name, *out != NULL ? "text without NUL" : "text", error);
}

tarn_status tarn_call_integer(const tarn_call *call, const char *name, int64_t otherwise, int64_t *out,
                              tarn_error *error) {
    json_t *value = find(call, name);
    *out = json_is_integer(value) ? json_integer_value(value) : otherwise;
    return value == NULL || json_is_integer(value) ? TARN_OK : refuse(call, name, "a whole number", error);
}

tarn_status tarn_call_number(const tarn_call *call, const char *name, double otherwise, double *out,
                             tarn_error *error) {
    json_t *value = find(call, name);
    *out = json_is_number(value) ? json_number_value(value) : otherwise;
    return value == NULL || json_is_number(value) ? TARN_OK : refuse(call, name, "a number", error);
}

tarn_status tarn_call_flag(const tarn_call *call, const char *name, bool *out, tarn_error *error) {
    json_t *value = find(call, name);
    *out = json_is_true(value);
    return value == NULL || json_is_boolean(value) ? TARN_OK : refuse(call, name, "true or false", error);
}

tarn_status tarn_call_choice(const tarn_call *call, const char *name, const char *const *choices, int *out,
                             tarn_error *error) {
    const char *text;
    TARN_TRY(tarn_call_text(call, name, false, &text, error));
    *out = 0;
    if (text == NULL)
        return TARN_OK;
    for (int i = 0; choices[i] != NULL; i++) {
        *out = i;
        if (strcmp(choices[i], text) == 0)
            return TARN_OK;
    }
    return tarn_fail(error, TARN_E_INVALID, "%s: '%s' cannot be '%s' (it may be '%s', …)", call->operation->name, name,
                     text, choices[0]);
}

tarn_status tarn_call_texts(const tarn_call *call, const char *name, const char ***out, size_t *count,
                            tarn_error *error) {
    json_t *value = find(call, name);
    *out = NULL;
    *count = 0;
    if (value == NULL)
        return TARN_OK;
    size_t size = json_is_array(value) ? json_array_size(value) : 1;
    const char **list = calloc(size + 1, sizeof *list);
    if (list == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < size; i++) {
        list[i] = json_string_value(json_is_array(value) ? json_array_get(value, i) : value);
        if (list[i] == NULL) {
            free(list);
            return refuse(call, name, "a list of texts", error);
        }
    }
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
    if (!json_is_number(value))
        return NULL;
    char *text = json_dumps(value, JSON_ENCODE_ANY);
    return text;
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
    json_t *object = find(call, name), *value;
    const char *key;
    *out = NULL;
    *count = 0;
    if (object == NULL)
        return TARN_OK;
    if (!json_is_object(object))
        return refuse(call, name, "an object", error);
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
                                 call->operation->name, key, name);
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

static tarn_status append(void *context, const void *data, size_t size, tarn_error *error) {
    return tarn_buffer_append(context, data, size, error);
}

static void give(tarn_call *call, tarn_buffer *bytes) {
    free(call->out);
    call->out = bytes->data;
    call->out_size = bytes->size;
}

tarn_status tarn_call_give_rows(tarn_call *call, const struct ArrowSchema *schema, const struct ArrowArray *rows,
                                tarn_error *error) {
    tarn_buffer bytes = {0};
    tarn_ipc_writer *writer = NULL;
    tarn_ipc_write_options options = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_ipc_writer_new(schema, append, &bytes, &options, &writer, error));
    if (rows != NULL)
        TARN_CHECK(tarn_ipc_writer_batch(writer, rows, error));
    TARN_CHECK(tarn_ipc_writer_finish(writer, error));
    give(call, &bytes);
    bytes.data = NULL;
cleanup:
    tarn_ipc_writer_free(writer);
    tarn_buffer_free(&bytes);
    return status;
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

tarn_status tarn_call_give_stream(tarn_call *call, struct ArrowArrayStream *stream, int64_t most, int64_t *rows,
                                  bool *more, tarn_error *error) {
    struct ArrowSchema schema = {0};
    tarn_buffer bytes = {0};
    tarn_ipc_writer *writer = NULL;
    tarn_ipc_write_options options = {0};
    tarn_status status = TARN_OK;
    *rows = 0;
    *more = false;
    TARN_TRY(tarn_stream_schema(stream, &schema, error));
    TARN_CHECK(tarn_ipc_writer_new(&schema, append, &bytes, &options, &writer, error));
    TARN_CHECK(copy_batches(stream, writer, most, rows, more, error));
    TARN_CHECK(tarn_ipc_writer_finish(writer, error));
    give(call, &bytes);
    bytes.data = NULL;
cleanup:
    tarn_ipc_writer_free(writer);
    tarn_buffer_free(&bytes);
    schema.release(&schema);
    return status;
}
