/*
 * Where paths lead. Within a guarded folder the way is gone name by name from folder to folder, each opened relative to
 * the one before without following links: whoever made the workspace cannot send us elsewhere.
 */
#include "fs/posix.h"

#include "fs/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Enough to open what is in a folder; macOS has no name for it. */
#if defined(O_PATH)
#define PASSING O_PATH
#else
#define PASSING O_RDONLY
#endif

tarn_status posix_guard_folder(tarn_fs *base, const char *folder, tarn_error *error) {
    posix_fs *fs = (posix_fs *)base;
    size_t length = strlen(folder);
    while (length > 1 && folder[length - 1] == '/')
        length--;
    posix_guard *guard = malloc(sizeof *guard + length + 1);
    if (guard == NULL)
        return tarn_fail_memory(error);
    guard->length = length;
    memcpy(guard->folder, folder, length);
    guard->folder[length] = '\0';
    pthread_mutex_lock(&fs->mutex);
    guard->next = atomic_load(&fs->guards);
    bool known = false;
    for (const posix_guard *other = guard->next; other != NULL && !known; other = other->next)
        known = strcmp(other->folder, guard->folder) == 0;
    if (!known)
        atomic_store(&fs->guards, guard);
    pthread_mutex_unlock(&fs->mutex);
    if (known)
        free(guard);
    return TARN_OK;
}

static const posix_guard *guard_of(tarn_fs *base, const char *path) {
    for (const posix_guard *guard = atomic_load(&((posix_fs *)base)->guards); guard != NULL; guard = guard->next) {
        if (strncmp(path, guard->folder, guard->length) == 0 &&
            (path[guard->length] == '/' || path[guard->length] == '\0'))
            return guard;
    }
    return NULL;
}

static int open_at(int folder, const char *name, int flags, unsigned mode) {
    int descriptor;
    do {
        descriptor = openat(folder, name, flags | O_CLOEXEC, mode);
    } while (descriptor < 0 && errno == EINTR);
    return tarn_descriptor_lift(descriptor);
}

/* Step from place to the folder that its name has `length` bytes of. */
static tarn_status step_into(posix_place *place, size_t length, const char *doing, tarn_error *error) {
    char *name = strndup(place->name, length);
    if (name == NULL)
        return tarn_fail_memory(error);
    tarn_status status = TARN_OK;
    if (strcmp(name, "..") == 0) {
        status = tarn_fail(error, TARN_E_INVALID, "cannot %s %s: it leads out of its folder", doing, place->path);
    } else {
        posix_place step = {place->path, place->folder, name, true};
        int folder = open_at(place->folder, name, PASSING | O_DIRECTORY | O_NOFOLLOW, 0);
        if (folder < 0)
            status = posix_place_fail(&step, errno, doing, error);
        posix_place_leave(place);
        place->folder = folder < 0 ? AT_FDCWD : folder;
    }
    free(name);
    return status;
}

tarn_status posix_place_enter(tarn_fs *fs, const char *path, const char *doing, posix_place *out, tarn_error *error) {
    const posix_guard *guard = guard_of(fs, path);
    *out = (posix_place){.path = path, .folder = AT_FDCWD, .name = path, .guarded = guard != NULL};
    if (guard == NULL || path[guard->length] == '\0')
        return TARN_OK;
    tarn_status status = step_into(out, guard->length, doing, error);
    out->name = path + guard->length + 1;
    for (const char *slash; status == TARN_OK && (slash = strchr(out->name, '/')) != NULL; out->name = slash + 1) {
        if (slash > out->name)
            status = step_into(out, (size_t)(slash - out->name), doing, error);
    }
    if (status != TARN_OK) {
        posix_place_leave(out);
        out->folder = AT_FDCWD;
    }
    return status;
}

void posix_place_leave(const posix_place *place) {
    if (place->folder != AT_FDCWD)
        close(place->folder);
}

int posix_place_open(const posix_place *place, int flags, unsigned mode) {
    return open_at(place->folder, place->name, place->guarded ? flags | O_NOFOLLOW : flags, mode);
}

tarn_status posix_place_fail(const posix_place *place, int errnum, const char *doing, tarn_error *error) {
    struct stat info;
    if (place->guarded && fstatat(place->folder, place->name, &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode))
        return tarn_fail(
            error, TARN_E_CORRUPT,
            "cannot %s %s: there is a link in it, and nothing of a workspace is reached through links; put "
            "what it points to in its place",
            doing, place->path);
    return tarn_fail_errno(error, errnum, "cannot %s %s", doing, place->path);
}
