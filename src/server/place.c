// The workspaces that are served, and who is at work in them.
#include "server/place.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* An unused comparison or view of somebody who asks by plain requests goes after ten minutes. */
#define HANDLE_IDLE INT64_C(600000000)
/* How often a workspace that another process writes to is looked at. */
#define REFRESH_INTERVAL 100000

struct tarn_place {
    tarn_place *next;
    tarn_places *places;
    char *name, *directory;
    tarn_workspace *workspace;
    tarn_service *service;
    tarn_caller *callers;
    bool is_read_only, was_locked;
    int64_t refreshed;
};

struct tarn_places {
    tarn_loop *loop;
    char *root, *files;
    bool read_only;
    tarn_place *first;
    size_t closing; /* sessions that end on another thread */
};

/* ---- opening ----------------------------------------------------------------------------------------------------- */

static tarn_status open_workspace(tarn_place *place, bool read_only, tarn_error *error) {
    tarn_workspace_options options = {.read_only = read_only};
    tarn_status status = tarn_workspace_open(place->directory, &options, &place->workspace, error);
    if (!read_only && (status == TARN_E_LOCKED || status == TARN_E_READ_ONLY)) {
        place->was_locked = status == TARN_E_LOCKED;
        options.read_only = true;
        status = tarn_workspace_open(place->directory, &options, &place->workspace, error);
    }
    place->is_read_only = options.read_only;
    return status;
}

static void place_free(tarn_place *place) {
    tarn_service_free(place->service);
    tarn_workspace_close(place->workspace);
    free(place->name);
    free(place->directory);
    free(place);
}

static tarn_status open_place(tarn_places *places, const char *name, const char *directory, tarn_place **out,
                              tarn_error *error) {
    tarn_place *place = calloc(1, sizeof *place);
    if (place == NULL)
        return tarn_fail_memory(error);
    place->places = places;
    place->name = tarn_strdup(name);
    place->directory = tarn_strdup(directory);
    tarn_status status = place->name == NULL || place->directory == NULL
                             ? tarn_fail_memory(error)
                             : open_workspace(place, places->read_only, error);
    if (status == TARN_OK)
        status = tarn_service_new(&(tarn_service_options){.workspace = place->workspace}, &place->service, error);
    if (status != TARN_OK) {
        place_free(place);
        return status;
    }
    place->next = places->first;
    places->first = place;
    *out = place;
    return TARN_OK;
}

static tarn_status check_folder(const char *path, tarn_error *error) {
    struct stat info;
    if (stat(path, &info) != 0)
        return tarn_fail_errno(error, errno, "cannot find the folder %s", path);
    return S_ISDIR(info.st_mode) ? TARN_OK : tarn_fail(error, TARN_E_INVALID, "%s is no folder", path);
}

tarn_status tarn_places_new(tarn_loop *loop, const tarn_places_options *options, tarn_places **out, tarn_error *error) {
    tarn_places *places = calloc(1, sizeof *places);
    tarn_place *place;
    tarn_status status = TARN_OK;
    if (places == NULL)
        return tarn_fail_memory(error);
    places->loop = loop;
    places->read_only = options->read_only;
    places->root = options->root != NULL ? tarn_strdup(options->root) : NULL;
    places->files = options->files != NULL ? tarn_strdup(options->files) : NULL;
    if ((options->root != NULL && places->root == NULL) || (options->files != NULL && places->files == NULL))
        status = tarn_fail_memory(error);
    if (status == TARN_OK && options->files != NULL)
        status = check_folder(options->files, error);
    if (status == TARN_OK && options->root == NULL)
        status = open_place(places, "default", options->directory, &place, error);
    if (status != TARN_OK) {
        tarn_places_free(places);
        return status;
    }
    *out = places;
    return TARN_OK;
}

void tarn_places_free(tarn_places *places) {
    if (places == NULL)
        return;
    for (tarn_place *place = places->first; place != NULL; place = place->next)
        while (place->callers != NULL)
            tarn_caller_release(place->callers);
    while (places->closing > 0)
        uv_run(&places->loop->uv, UV_RUN_ONCE);
    for (tarn_place *place = places->first, *next; place != NULL; place = next) {
        next = place->next;
        place_free(place);
    }
    free(places->root);
    free(places->files);
    free(places);
}

/* ---- finding ----------------------------------------------------------------------------------------------------- */

bool tarn_places_are_many(const tarn_places *places) {
    return places->root != NULL;
}

/* A folder's name, and nothing that leads elsewhere. */
static bool is_plain_name(const char *name) {
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

/* "ROOT/NAME" when it has a workspace; heap, else NULL. */
static char *directory_of(const tarn_places *places, const char *name) {
    struct stat about;
    char *directory = is_plain_name(name) ? tarn_format("%s/%s", places->root, name) : NULL;
    char *inside = directory != NULL ? tarn_format("%s/.tarn", directory) : NULL;
    bool there = inside != NULL && lstat(directory, &about) == 0 && S_ISDIR(about.st_mode) &&
                 lstat(inside, &about) == 0 && S_ISDIR(about.st_mode);
    free(inside);
    if (there)
        return directory;
    free(directory);
    return NULL;
}

tarn_status tarn_places_get(tarn_places *places, const char *name, tarn_place **out, tarn_error *error) {
    for (tarn_place *place = places->first; place != NULL; place = place->next)
        if (name == NULL || strcmp(place->name, name) == 0) {
            *out = place;
            return TARN_OK;
        }
    char *directory = name != NULL && places->root != NULL ? directory_of(places, name) : NULL;
    if (directory == NULL)
        return tarn_fail(error, TARN_E_NOT_FOUND, "there is no workspace '%s'", name != NULL ? name : "");
    tarn_status status = open_place(places, name, directory, out, error);
    free(directory);
    return status;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **tarn_places_names(const tarn_places *places, size_t *count) {
    char **names = NULL;
    size_t capacity = 0;
    *count = 0;
    DIR *folder = places->root != NULL ? opendir(places->root) : NULL;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char *directory = directory_of(places, entry->d_name);
        if (directory != NULL && tarn_grow(&names, &capacity, *count + 1, sizeof *names, NULL) == TARN_OK) {
            names[*count] = tarn_strdup(entry->d_name);
            *count += names[*count] != NULL;
        }
        free(directory);
    }
    if (folder != NULL)
        closedir(folder);
    if (*count > 0)
        qsort(names, *count, sizeof *names, compare_names);
    return names;
}

void tarn_places_sum(const tarn_places *places, size_t *open, tarn_workspace_info *sum) {
    *open = 0;
    *sum = (tarn_workspace_info){0};
    for (const tarn_place *place = places->first; place != NULL; place = place->next) {
        tarn_workspace_info info;
        if (tarn_workspace_info_get(place->workspace, &info, NULL) != TARN_OK)
            continue;
        (*open)++;
        sum->tables += info.tables;
        sum->versions += info.versions;
        sum->bytes_total += info.bytes_total;
    }
}

tarn_workspace *tarn_place_workspace(const tarn_place *place) {
    return place->workspace;
}

const char *tarn_place_name(const tarn_place *place) {
    return place->name;
}

const char *tarn_place_directory(const tarn_place *place) {
    return place->directory;
}

bool tarn_place_is_read_only(const tarn_place *place) {
    return place->is_read_only;
}

bool tarn_place_was_locked(const tarn_place *place) {
    return place->was_locked;
}

void tarn_place_refresh(tarn_place *place) {
    int64_t now = tarn_monotonic();
    if (!place->is_read_only || now - place->refreshed < REFRESH_INTERVAL)
        return;
    place->refreshed = now;
    tarn_refresh(place->workspace, NULL, NULL);
}

/* ---- who is at work ---------------------------------------------------------------------------------------------- */

tarn_status tarn_caller_new(tarn_place *place, tarn_identity *identity, const tarn_session_listener *listener,
                            tarn_posted ended, tarn_caller **out, tarn_error *error) {
    tarn_caller *caller = calloc(1, sizeof *caller);
    if (caller == NULL)
        return tarn_fail_memory(error);
    const tarn_context context = {.user = identity->name,
                                  .role = identity->role,
                                  .door = TARN_DOOR_SERVER,
                                  .files = place->places->files != NULL ? TARN_FILES_BELOW : TARN_FILES_NONE,
                                  .folder = place->places->files,
                                  .tables = (const char *const *)identity->tables,
                                  .table_count = identity->table_count,
                                  .handle_idle = listener == NULL ? HANDLE_IDLE : 0};
    tarn_status status = tarn_session_open(place->service, &context, listener, &caller->session, error);
    if (status != TARN_OK) {
        free(caller);
        return status;
    }
    tarn_identity_hold(identity);
    caller->identity = identity;
    caller->place = place;
    caller->ended = ended;
    caller->context = listener != NULL ? listener->context : NULL;
    caller->users = 1;
    caller->next = place->callers;
    place->callers = caller;
    *out = caller;
    return TARN_OK;
}

tarn_status tarn_caller_shared(tarn_place *place, tarn_identity *identity, tarn_caller **out, tarn_error *error) {
    for (tarn_caller *caller = place->callers; caller != NULL; caller = caller->next)
        if (caller->is_shared && (caller->identity == identity || tarn_identity_equal(caller->identity, identity))) {
            tarn_caller_hold(caller);
            *out = caller;
            return TARN_OK;
        }
    TARN_TRY(tarn_caller_new(place, identity, NULL, NULL, out, error));
    (*out)->is_shared = true;
    tarn_caller_hold(*out); /* it stays for the next request */
    return TARN_OK;
}

void tarn_caller_hold(tarn_caller *caller) {
    caller->users++;
}

bool tarn_places_are_quiet(const tarn_places *places) {
    for (const tarn_place *place = places->first; place != NULL; place = place->next)
        for (const tarn_caller *caller = place->callers; caller != NULL; caller = caller->next)
            if (!caller->is_shared || caller->users > 1)
                return false;
    return places->closing == 0;
}

typedef struct closing {
    uv_work_t work;
    tarn_places *places;
    tarn_session *session;
    tarn_posted ended;
    void *context;
} closing;

static void close_session(uv_work_t *work) {
    closing *task = work->data;
    tarn_session_close(task->session);
}

static void session_closed(uv_work_t *work, int status) {
    closing *task = work->data;
    (void)status;
    task->places->closing--;
    if (task->ended != NULL)
        task->ended(task->context);
    free(task);
}

static void take_out(tarn_caller *caller) {
    tarn_caller **at = &caller->place->callers;
    while (*at != caller)
        at = &(*at)->next;
    *at = caller->next;
}

void tarn_caller_release(tarn_caller *caller) {
    if (--caller->users > 0)
        return;
    tarn_places *places = caller->place->places;
    closing *task = calloc(1, sizeof *task);
    take_out(caller);
    if (task != NULL) {
        *task =
            (closing){.places = places, .session = caller->session, .ended = caller->ended, .context = caller->context};
        task->work.data = task;
    }
    if (task != NULL && uv_queue_work(&places->loop->uv, &task->work, close_session, session_closed) == 0) {
        places->closing++;
    } else {
        free(task);
        tarn_session_close(caller->session);
        if (caller->ended != NULL)
            caller->ended(caller->context);
    }
    tarn_identity_release(caller->identity);
    free(caller);
}

static bool is_among(const tarn_token_list *list, const tarn_identity *identity) {
    for (size_t i = 0; i < list->count; i++)
        if (tarn_identity_equal(list->items[i], identity))
            return true;
    return false;
}

void tarn_places_forget_except(tarn_places *places, const tarn_token_list *list) {
    for (tarn_place *place = places->first; place != NULL; place = place->next)
        for (tarn_caller *caller = place->callers, *next; caller != NULL; caller = next) {
            next = caller->next;
            if (!caller->is_shared || is_among(list, caller->identity))
                continue;
            caller->is_shared = false; /* found no more */
            tarn_caller_release(caller);
        }
}
