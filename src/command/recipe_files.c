/* Recipes in the workspace: recipes/NAME.N.json. A file is never written over: saving writes the next number, makes it
 * durable, and removes the older one, so that whatever is cut off in between a whole recipe is there. */
#include "command/recipe.h"

#include "base/asker.h"
#include "base/buffer.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MOST 100

tarn_status tarn_recipe_check_name(const char *name, tarn_error *error) {
    size_t size = strlen(name);
    const char *why = NULL;
    if (size == 0 || size > NAME_MOST)
        why = "it must have 1 to 100 bytes";
    else if (!tarn_utf8_is_valid(name, size))
        why = "it is not valid UTF-8";
    else if (name[0] == '.' || name[0] == ' ' || name[size - 1] == ' ' || name[size - 1] == '.')
        why = "it must not begin or end with a space or a dot";
    for (size_t i = 0; why == NULL && i < size; i++) {
        unsigned char c = (unsigned char)name[i];
        if (c < 0x20 || c == 0x7F || strchr("/\\:*?\"<>|", c) != NULL)
            why = "it must not have control characters or any of / \\ : * ? \" < > |";
    }
    return why == NULL ? TARN_OK : tarn_fail(error, TARN_E_INVALID, "\"%s\" cannot name a recipe: %s", name, why);
}

/* A recipe's file. */
typedef struct recipe_file {
    char *name, *file;
    uint64_t number;
} recipe_file;

typedef struct listing {
    char *folder;
    recipe_file *files; /* by name, then by falling number */
    size_t count, capacity;
} listing;

static void listing_free(listing *l) {
    for (size_t i = 0; i < l->count; i++) {
        free(l->files[i].name);
        free(l->files[i].file);
    }
    free(l->files);
    free(l->folder);
}

/* "clean.3.json": clean, 3. */
static bool split_name(const char *file, size_t *name_size, uint64_t *number) {
    static const char ending[] = ".json";
    size_t size = strlen(file);
    if (size <= sizeof ending - 1 || strcmp(file + size - (sizeof ending - 1), ending) != 0)
        return false;
    size_t end = size - (sizeof ending - 1), at = end;
    while (at > 0 && file[at - 1] >= '0' && file[at - 1] <= '9')
        at--;
    if (at == end || end - at > 18 || at < 2 || file[at - 1] != '.')
        return false;
    *number = strtoull(file + at, NULL, 10);
    *name_size = at - 1;
    return true;
}

static int compare_files(const void *a, const void *b) {
    const recipe_file *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : x->number < y->number ? 1 : x->number > y->number ? -1 : 0;
}

static tarn_status add_file(listing *l, const char *file, tarn_error *error) {
    size_t name_size;
    uint64_t number;
    if (!split_name(file, &name_size, &number))
        return TARN_OK;
    TARN_TRY(tarn_grow(&l->files, &l->capacity, l->count + 1, sizeof *l->files, error));
    recipe_file *added = &l->files[l->count++];
    *added = (recipe_file){tarn_strndup(file, name_size), tarn_path_join(l->folder, file), number};
    return added->name == NULL || added->file == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status list_files(tarn_fs *fs, const char *directory, listing *l, tarn_error *error) {
    tarn_entry *entries = NULL;
    size_t count = 0;
    tarn_error problem = {0};
    *l = (listing){.folder = tarn_path_join(directory, "recipes")};
    if (l->folder == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_list(fs, l->folder, &entries, &count, &problem);
    for (size_t i = 0; status == TARN_OK && i < count; i++)
        status = add_file(l, entries[i].name, &problem);
    tarn_entries_free(entries, count);
    if (status == TARN_E_NOT_FOUND) /* there never was one */
        status = TARN_OK;
    if (status != TARN_OK && error != NULL)
        *error = problem;
    if (status == TARN_OK && l->count > 0)
        qsort(l->files, l->count, sizeof *l->files, compare_files);
    if (status != TARN_OK)
        listing_free(l);
    return status;
}

static tarn_status read_text(tarn_fs *fs, const char *path, tarn_buffer *out, tarn_error *error) {
    tarn_file *file = NULL;
    uint64_t size = 0;
    size_t got = 0;
    tarn_status status;
    TARN_CHECK(tarn_fs_open(fs, path, TARN_OPEN_READ, &file, error));
    TARN_CHECK(tarn_file_size(file, &size, error));
    TARN_CHECK(tarn_buffer_resize(out, (size_t)size, error));
    TARN_CHECK(tarn_file_read(file, 0, out->data, (size_t)size, &got, error));
    out->size = got;
cleanup:
    tarn_file_close(file);
    return status;
}

static tarn_status read_recipe(tarn_fs *fs, const char *path, json_t **out, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = read_text(fs, path, &text, error);
    if (status == TARN_OK)
        status = tarn_recipe_parse((const char *)text.data, text.size, out, error);
    tarn_buffer_free(&text);
    return status;
}

static tarn_status not_found(const listing *l, const char *name, tarn_error *error) {
    const char *nearest = NULL;
    size_t least = strlen(name) / 2 + 1;
    for (size_t i = 0; i < l->count; i++) {
        size_t distance = tarn_edit_distance(l->files[i].name, name);
        if (distance < least) {
            least = distance;
            nearest = l->files[i].name;
        }
    }
    if (nearest != NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no recipe \"%s\"; did you mean \"%s\"?", name, nearest);
    return tarn_fail(error, TARN_E_NOT_FOUND,
                     "there is no recipe \"%s\" (" TARN_ASKER("tarn recipe list", "recipes.list()") " shows all)",
                     name);
}

/* The newest file that is whole: one that was cut off is not, and the older one still there. */
static tarn_status read_named(tarn_fs *fs, const listing *l, const char *name, json_t **out, tarn_error *error) {
    tarn_status status = TARN_E_NOT_FOUND;
    for (size_t i = 0; i < l->count; i++) {
        if (!tarn_name_equal(l->files[i].name, name))
            continue;
        status = read_recipe(fs, l->files[i].file, out, error);
        if (status != TARN_E_INVALID)
            return status;
    }
    return status == TARN_E_NOT_FOUND ? not_found(l, name, error)
                                      : tarn_fail_context(error, status, "the recipe \"%s\" in the workspace", name);
}

tarn_status tarn_recipe_read(tarn_fs *fs, const char *directory, const char *name, json_t **out, tarn_error *error) {
    listing l;
    TARN_TRY(list_files(fs, directory, &l, error));
    tarn_status status = read_named(fs, &l, name, out, error);
    listing_free(&l);
    return status;
}

static tarn_status write_text(tarn_fs *fs, const listing *l, const char *name, uint64_t number, const char *text,
                              tarn_error *error) {
    tarn_file *file = NULL;
    tarn_status status;
    char *path = tarn_format("%s/%s.%llu.json", l->folder, name, (unsigned long long)number);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_fs_make_directories(fs, l->folder, error));
    TARN_CHECK(tarn_fs_open(fs, path, TARN_OPEN_CREATE_NEW, &file, error));
    TARN_CHECK(tarn_file_write(file, 0, text, strlen(text), error));
    TARN_CHECK(tarn_file_sync(file, error));
    status = tarn_fs_sync_directory(fs, l->folder, error);
cleanup:
    tarn_file_close(file);
    if (status != TARN_OK && file != NULL)
        tarn_fs_remove(fs, path, NULL);
    free(path);
    return status;
}

static tarn_status remove_named(tarn_fs *fs, const listing *l, const char *name, size_t *removed, tarn_error *error) {
    *removed = 0;
    for (size_t i = l->count; i > 0; i--) { /* the newest last, so that none comes back */
        if (!tarn_name_equal(l->files[i - 1].name, name))
            continue;
        TARN_TRY(tarn_fs_remove(fs, l->files[i - 1].file, error));
        (*removed)++;
    }
    return *removed > 0 ? tarn_fs_sync_directory(fs, l->folder, error) : TARN_OK;
}

tarn_status tarn_recipe_write(tarn_fs *fs, const char *directory, const char *name, const json_t *recipe, bool replace,
                              tarn_error *error) {
    listing l;
    uint64_t number = 0;
    size_t removed;
    char *text = NULL;
    json_t *present = NULL;
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_recipe_check_name(name, error));
    TARN_TRY(list_files(fs, directory, &l, error));
    for (size_t i = 0; i < l.count; i++) {
        if (tarn_name_equal(l.files[i].name, name) && l.files[i].number > number)
            number = l.files[i].number;
    }
    if (!replace && number > 0 && read_named(fs, &l, name, &present, NULL) == TARN_OK) {
        status = tarn_fail(error, TARN_E_EXISTS, "there is a recipe \"%s\" already: choose another name, or replace it",
                           name);
        goto cleanup;
    }
    TARN_CHECK(tarn_recipe_text(recipe, &text, error));
    TARN_CHECK(write_text(fs, &l, name, number + 1, text, error));
    if (number > 0)
        remove_named(fs, &l, name, &removed, NULL); /* those listed; what stays is older and does not count */
cleanup:
    json_decref(present);
    free(text);
    listing_free(&l);
    return status;
}

tarn_status tarn_recipe_remove(tarn_fs *fs, const char *directory, const char *name, tarn_error *error) {
    listing l;
    size_t removed = 0;
    TARN_TRY(list_files(fs, directory, &l, error));
    tarn_status status = remove_named(fs, &l, name, &removed, error);
    if (status == TARN_OK && removed == 0)
        status = not_found(&l, name, error);
    listing_free(&l);
    return status;
}

tarn_status tarn_recipe_names(tarn_fs *fs, const char *directory, char ***out, size_t *count, tarn_error *error) {
    listing l;
    TARN_TRY(list_files(fs, directory, &l, error));
    char **names = calloc(l.count + 1, sizeof *names);
    tarn_status status = names == NULL ? tarn_fail_memory(error) : TARN_OK;
    *count = 0;
    for (size_t i = 0; status == TARN_OK && i < l.count; i++) {
        if (i > 0 && strcmp(l.files[i].name, l.files[i - 1].name) == 0)
            continue;
        names[*count] = tarn_strdup(l.files[i].name);
        status = names[(*count)++] == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    for (size_t i = 0; status != TARN_OK && names != NULL && i < *count; i++)
        free(names[i]);
    if (status != TARN_OK) {
        free(names);
        names = NULL;
    }
    listing_free(&l);
    *out = names;
    return status;
}
