// tarn_diff('orders@3', 'orders') as a relation in queries.
#include "diff/relation.h"

#include "base/text.h"
#include "diff/internal.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* In the order of `parameters`. */
enum { KEY, LEAVE_OUT, MAP, IGNORE_CASE, IGNORE_SPACE, TOLERANCE, PARAMETERS };
static const char *const parameters[] = {"key", "leave_out", "map", "ignore_case", "ignore_space", "tolerance", NULL};

/* One call in a query. */
typedef struct call {
    const tarn_diff_relation *kind;
    tarn_version *versions[2];
    char *names[2];
    char **texts[PARAMETERS]; /* copies of the names that were given */
    tarn_diff_mapping *map;
    tarn_diff_options options;

    pthread_mutex_t mutex; /* guards `diff` until it is there */
    tarn_diff *diff;
} call;

static void close_call(void *relation) {
    call *own = relation;
    const size_t counts[PARAMETERS] = {own->options.key_count, own->options.leave_out_count, own->options.map_count};
    tarn_diff_close(own->diff);
    for (int side = 0; side < 2; side++) {
        tarn_version_release(own->versions[side]);
        free(own->names[side]);
    }
    for (size_t i = 0; i < PARAMETERS; i++) {
        for (size_t k = 0; own->texts[i] != NULL && k < counts[i]; k++)
            free(own->texts[i][k]);
        free(own->texts[i]);
    }
    pthread_mutex_destroy(&own->mutex);
    free(own->map);
    free(own);
}

/* ---- options ---- */

static tarn_status copy_names(call *own, int which, const tarn_relation_argument *argument, size_t *count,
                              const char *const **out, tarn_error *error) {
    own->texts[which] = calloc(argument->count + 1, sizeof *own->texts[which]);
    if (own->texts[which] == NULL)
        return tarn_fail_memory(error);
    for (; *count < argument->count; ++*count) {
        own->texts[which][*count] = tarn_strdup(argument->values[*count]);
        if (own->texts[which][*count] == NULL)
            return tarn_fail_memory(error);
    }
    *out = (const char *const *)own->texts[which];
    return TARN_OK;
}

/* "amount=total": the copies are cut in two. */
static tarn_status read_map(call *own, const tarn_relation_argument *argument, tarn_error *error) {
    const char *const *texts;
    TARN_TRY(copy_names(own, MAP, argument, &own->options.map_count, &texts, error));
    own->map = calloc(argument->count + 1, sizeof *own->map);
    if (own->map == NULL)
        return tarn_fail_memory(error);
    own->options.map = own->map;
    for (size_t i = 0; i < argument->count; i++) {
        char *mark = strchr(own->texts[MAP][i], '=');
        if (mark == NULL || mark == own->texts[MAP][i] || mark[1] == '\0')
            return tarn_fail(error, TARN_E_INVALID, "map of tarn_diff is 'before=after' or a list of these, not '%s'",
                             argument->values[i]);
        *mark = '\0';
        own->map[i] = (tarn_diff_mapping){own->texts[MAP][i], mark + 1};
    }
    return TARN_OK;
}

static tarn_status read_boolean(const tarn_relation_argument *argument, bool *out, tarn_error *error) {
    if (argument->count == 0)
        return TARN_OK;
    *out = strcmp(argument->values[0], "true") == 0;
    if (argument->count == 1 && (*out || strcmp(argument->values[0], "false") == 0))
        return TARN_OK;
    return tarn_fail(error, TARN_E_INVALID, "%s of tarn_diff is true or false, not %s", argument->name,
                     argument->values[0]);
}

static tarn_status read_tolerance(const tarn_relation_argument *argument, double *out, tarn_error *error) {
    char *end = NULL;
    if (argument->count == 0)
        return TARN_OK;
    *out = strtod(argument->values[0], &end);
    if (argument->count == 1 && end != argument->values[0] && *end == '\0' && isfinite(*out) && *out >= 0)
        return TARN_OK;
    return tarn_fail(error, TARN_E_INVALID, "tolerance of tarn_diff is a number of at least 0, not %s",
                     argument->values[0]);
}

static tarn_status read_options(call *own, const tarn_relation_argument *arguments, tarn_error *error) {
    tarn_diff_options *options = &own->options;
    TARN_TRY(copy_names(own, KEY, &arguments[KEY], &options->key_count, &options->keys, error));
    TARN_TRY(copy_names(own, LEAVE_OUT, &arguments[LEAVE_OUT], &options->leave_out_count, &options->leave_out, error));
    TARN_TRY(read_map(own, &arguments[MAP], error));
    TARN_TRY(read_boolean(&arguments[IGNORE_CASE], &options->ignore_case, error));
    TARN_TRY(read_boolean(&arguments[IGNORE_SPACE], &options->ignore_space, error));
    return read_tolerance(&arguments[TOLERANCE], &options->tolerance, error);
}

/* ---- the relation ---- */

static tarn_diff_input input_of(const call *own, tarn_task *task) {
    return (tarn_diff_input){.before = own->versions[0],
                             .after = own->versions[1],
                             .before_name = own->names[0],
                             .after_name = own->names[1],
                             .options = &own->options,
                             .pool = own->kind->pool,
                             .task = task};
}

static tarn_status find_schema(const call *own, struct ArrowSchema *schema, tarn_error *error) {
    tarn_diff_input input = input_of(own, NULL);
    tarn_diff *prepared = NULL;
    TARN_TRY(tarn_diff_prepare(&input, &prepared, error));
    tarn_status status = tarn_diff_schema(prepared, schema, error);
    tarn_diff_close(prepared);
    return status;
}

static tarn_status open_call(void *context, const tarn_relation_call *given, void **relation,
                             struct ArrowSchema *schema, tarn_error *error) {
    call *own = calloc(1, sizeof *own);
    if (own == NULL)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    own->kind = context;
    pthread_mutex_init(&own->mutex, NULL);
    for (int side = 0; side < 2; side++) {
        own->versions[side] = given->versions[side];
        tarn_version_retain(own->versions[side]);
        own->names[side] = tarn_strndup(given->names[side], strcspn(given->names[side], "@~"));
        if (own->names[side] == NULL)
            status = tarn_fail_memory(error);
    }
    if (status == TARN_OK)
        status = read_options(own, given->arguments, error);
    if (status == TARN_OK)
        status = find_schema(own, schema, error);
    if (status == TARN_OK)
        *relation = own;
    else
        close_call(own);
    return status;
}

static tarn_status start_call(void *relation, tarn_task *task, int64_t *rows, tarn_error *error) {
    call *own = relation;
    tarn_status status = TARN_OK;
    pthread_mutex_lock(&own->mutex);
    if (own->diff == NULL) {
        tarn_diff_input input = input_of(own, task);
        status = tarn_diff_cache_compare(own->kind->cache, &input, &own->diff, error);
    }
    pthread_mutex_unlock(&own->mutex);
    if (status == TARN_OK) {
        const tarn_diff_info *info = tarn_diff_info_of(own->diff);
        *rows = info->added + info->removed + info->modified + info->unmatched;
    }
    return status;
}

static tarn_status read_call(void *relation, int64_t from, int64_t count, const size_t *columns, size_t column_count,
                             struct ArrowArray *out, tarn_error *error) {
    const call *own = relation;
    const tarn_diff_filter all = {TARN_DIFF_ALL, TARN_DIFF_NONE};
    struct ArrowSchema schema = {0};
    tarn_diff_row *rows = NULL;
    int64_t found = 0;
    tarn_status status = tarn_diff_schema(own->diff, &schema, error);
    if (status == TARN_OK)
        status = tarn_diff_locate(own->diff, &all, from, count, &rows, &found, error);
    if (status == TARN_OK && found != count)
        status = tarn_fail(error, TARN_E_INTERNAL, "a diff has fewer changes than it counted");
    for (size_t i = 0; i < column_count && status == TARN_OK; i++)
        status = tarn_diff_fill(own->diff, schema.children[columns[i]], columns[i], rows, found, &out[i], error);
    free(rows);
    tarn_schema_release(&schema);
    return status;
}

void tarn_diff_relation_init(tarn_diff_relation *out, tarn_diff_cache *cache, tarn_pool *pool) {
    *out = (tarn_diff_relation){.relation = {.name = "tarn_diff",
                                             .version_count = 2,
                                             .parameters = parameters,
                                             .context = out,
                                             .open = open_call,
                                             .start = start_call,
                                             .read = read_call,
                                             .close = close_call},
                                .cache = cache,
                                .pool = pool};
}
