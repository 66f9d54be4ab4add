/* Blind comparisons of what is named by text: a version, or a file of digests. */
#include "diff/blind.h"
#include "api/workspace.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* No table's name ends like a file's, or has a slash. */
static bool is_file(const char *name) {
    static const char ending[] = ".arrow";
    size_t size = strlen(name);
    return strchr(name, '/') != NULL ||
           (size >= sizeof ending - 1 && strcmp(name + size - (sizeof ending - 1), ending) == 0);
}

static tarn_status open_table(tarn_workspace *workspace, const char *name, const tarn_diff_options *options,
                              const tarn_blind_key *key, tarn_task *task, tarn_blind_source **out, tarn_error *error) {
    tarn_version *version;
    tarn_table_state table = {0};
    TARN_TRY(tarn_store_open_version(workspace->store, name, &version, error));
    tarn_status status = tarn_store_find_id(workspace->store, tarn_version_table(version), &table, error);
    if (status == TARN_OK)
        status = tarn_blind_table(&(tarn_blind_input){.version = version,
                                                      .name = table.name,
                                                      .options = options,
                                                      .key = key,
                                                      .pool = workspace->pool,
                                                      .task = task},
                                  out, error);
    tarn_table_state_clear(&table);
    tarn_version_release(version);
    return status;
}

/* A table beside a file is digested as the file was, unless something else is said. */
static tarn_diff_options options_beside(const tarn_diff_options *given, const tarn_blind_source *file) {
    tarn_diff_options options = *given;
    if (file == NULL)
        return options;
    if (options.key_count == 0) {
        options.keys = (const char *const *)file->about.keys;
        options.key_count = file->about.key_count;
    }
    options.ignore_case |= file->about.ignore_case;
    options.ignore_space |= file->about.ignore_space;
    return options;
}

static tarn_status derive(const tarn_blind_secret *secret, bool needed, tarn_blind_key *out, tarn_error *error) {
    if (secret == NULL && needed)
        return tarn_fail(
            error, TARN_E_INVALID,
            "a secret is needed, the same one on both sides: give it with --secret-file, or in TARN_SECRET");
    return tarn_blind_key_derive(secret != NULL ? secret->bytes : NULL, secret != NULL ? secret->size : 0, out, error);
}

tarn_status tarn_blind_digests(tarn_workspace *workspace, const char *version, const tarn_diff_options *options,
                               const tarn_blind_secret *secret, tarn_task *task, struct ArrowArrayStream *out,
                               tarn_error *error) {
    tarn_blind_key key;
    tarn_blind_source *source;
    TARN_TRY(derive(secret, true, &key, error));
    tarn_status status = open_table(workspace, version, options, &key, task, &source, error);
    if (status == TARN_OK)
        status = tarn_blind_stream(source, out, error);
    tarn_blind_key_clear(&key);
    return status;
}

/* What holds for one of two sides: names of the mapping's other side become its own. */
typedef struct side_options {
    tarn_diff_options options;
    tarn_diff_mapping *map;
    const char **keys;
} side_options;

static const char *own_name(const tarn_diff_options *given, bool is_before, const char *key) {
    for (size_t i = 0; i < given->map_count; i++) {
        const tarn_diff_mapping *mapping = &given->map[i];
        if (tarn_name_equal(is_before ? mapping->after : mapping->before, key))
            return is_before ? mapping->before : mapping->after;
    }
    return key;
}

/* Columns get their names of `after`; beside a file that is `before`, those of the file. */
static tarn_status make_side(const tarn_diff_options *given, bool is_before, const tarn_blind_source *file,
                             side_options *out, tarn_error *error) {
    out->options = options_beside(given, file);
    out->map = calloc(given->map_count + 1, sizeof *out->map);
    out->keys = calloc(out->options.key_count + 1, sizeof *out->keys);
    if (out->map == NULL || out->keys == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < given->map_count; i++)
        out->map[i] = is_before ? given->map[i] : (tarn_diff_mapping){given->map[i].after, given->map[i].before};
    for (size_t i = 0; i < out->options.key_count; i++)
        out->keys[i] = own_name(given, is_before, out->options.keys[i]);
    out->options.map = out->map;
    out->options.map_count = is_before || file != NULL ? given->map_count : 0;
    out->options.keys = out->keys;
    return TARN_OK;
}

static tarn_status open_side(tarn_workspace *workspace, const char *name, const tarn_diff_options *given,
                             bool is_before, const tarn_blind_source *file, const tarn_blind_key *key, tarn_task *task,
                             tarn_blind_source **out, tarn_error *error) {
    side_options own = {0};
    tarn_status status = make_side(given, is_before, file, &own, error);
    if (status == TARN_OK)
        status = open_table(workspace, name, &own.options, key, task, out, error);
    free(own.map);
    free(own.keys);
    return status;
}

static tarn_status open_sides(tarn_workspace *workspace, const char *const names[2], const tarn_diff_options *options,
                              const tarn_blind_secret *secret, tarn_task *task, tarn_blind_source *sides[2],
                              tarn_error *error) {
    bool files[2] = {is_file(names[0]), is_file(names[1])};
    tarn_blind_key key = {{0}};
    for (int i = 0; i < 2; i++) {
        if (files[i])
            TARN_TRY(tarn_blind_file(workspace->files, names[i], &sides[i], error));
    }
    if (files[0] && files[1])
        return TARN_OK;
    tarn_status status = derive(secret, files[0] || files[1], &key, error);
    for (int i = 0; i < 2 && status == TARN_OK; i++) {
        if (!files[i])
            status = open_side(workspace, names[i], options, i == 0, files[!i] ? sides[!i] : NULL, &key, task,
                               &sides[i], error);
    }
    tarn_blind_key_clear(&key);
    return status;
}

tarn_status tarn_blind_compare(tarn_workspace *workspace, const char *before, const char *after,
                               const tarn_diff_options *options, const tarn_blind_secret *secret, size_t most,
                               tarn_task *task, tarn_blind **out, tarn_error *error) {
    const char *const names[2] = {before, after};
    tarn_blind_source *sides[2] = {NULL, NULL};
    tarn_status status = open_sides(workspace, names, options, secret, task, sides, error);
    if (status == TARN_OK)
        status = tarn_blind_match(sides[0], sides[1], most, task, out, error);
    for (int i = 0; i < 2; i++) {
        if (sides[i] != NULL)
            sides[i]->close(sides[i]);
    }
    return status;
}
