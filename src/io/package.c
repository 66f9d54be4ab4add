/* ZIP archives of parts, read through a tarn_file. */
#include "io/package.h"

#include "base/buffer.h"
#include "base/text.h"

#include <minizip/unzip.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_BYTES 4096
#define MOST_PARTS 100000
#define MOST_NAME 1024
#define MOST_UNPACKED ((uint64_t)256 << 20)
#define MOST_RATIO 150
#define FLAG_ENCRYPTED 1

typedef struct part {
    char *name; /* in small letters, with slashes */
    size_t order;
    unz64_file_pos place;
    bool is_encrypted;
} part;

struct tarn_package {
    tarn_file *file;
    tarn_task *task;
    char *shown;
    uint64_t position, size; /* of the file, as minizip sees it */
    uint64_t window_begin;
    size_t window_size; /* minizip reads headers byte by byte */
    uint8_t window[WINDOW_BYTES];
    unzFile archive;
    tarn_error failure; /* of reading the file */
    part *parts;        /* by name */
    size_t count, capacity;
    const part *current; /* the one being unpacked; NULL: none */
    uint64_t packed, unpacked;
};

/* ---- minizip over a tarn_file --------------------------------------------------------------------------------------
 */

static voidpf open_archive(voidpf opaque, const void *name, int mode) {
    (void)name;
    (void)mode;
    return opaque;
}

static bool load_window(tarn_package *package) {
    package->window_begin = package->position;
    return tarn_file_read(package->file, package->position, package->window, WINDOW_BYTES, &package->window_size,
                          &package->failure) == TARN_OK;
}

static uLong read_archive(voidpf opaque, voidpf stream, void *data, uLong size) {
    (void)opaque;
    tarn_package *package = stream;
    size_t got = 0;
    if (size < WINDOW_BYTES / 4) {
        uint64_t window_end = package->window_begin + package->window_size;
        if ((package->position < package->window_begin || package->position + size > window_end) &&
            !load_window(package))
            return 0;
        got = package->window_size - (size_t)(package->position - package->window_begin);
        got = got < size ? got : size;
        memcpy(data, package->window + (package->position - package->window_begin), got);
    } else if (tarn_file_read(package->file, package->position, data, size, &got, &package->failure) != TARN_OK) {
        return 0;
    }
    package->position += got;
    return got;
}

static uLong write_nothing(voidpf opaque, voidpf stream, const void *data, uLong size) {
    (void)opaque;
    (void)stream;
    (void)data;
    (void)size;
    return 0;
}

static ZPOS64_T tell(voidpf opaque, voidpf stream) {
    (void)opaque;
    return ((tarn_package *)stream)->position;
}

static long seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin) {
    (void)opaque;
    tarn_package *package = stream;
    uint64_t from = origin == ZLIB_FILEFUNC_SEEK_END   ? package->size
                    : origin == ZLIB_FILEFUNC_SEEK_CUR ? package->position
                                                       : 0;
    if (offset > package->size - (from < package->size ? from : package->size))
        return -1;
    package->position = from + offset;
    return 0;
}

static int close_archive(voidpf opaque, voidpf stream) {
    (void)opaque;
    (void)stream;
    return 0;
}

static int archive_error(voidpf opaque, voidpf stream) {
    (void)opaque;
    return ((tarn_package *)stream)->failure.code != TARN_OK;
}

/* ---- the parts' names ----------------------------------------------------------------------------------------------
 */

/* As all names are compared: small ASCII letters, slashes, none in front. */
static char *plain_name(const char *name) {
    while (*name == '/' || *name == '\\')
        name++;
    char *plain = tarn_strdup(name);
    for (char *c = plain; c != NULL && *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
        else if (*c == '\\')
            *c = '/';
    }
    return plain;
}

static int compare_parts(const void *a, const void *b) {
    const part *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

static tarn_status add_part(tarn_package *package, tarn_error *error) {
    unz_file_info64 info;
    char name[MOST_NAME + 1] = "";
    if (unzGetCurrentFileInfo64(package->archive, &info, name, MOST_NAME, NULL, 0, NULL, 0) != UNZ_OK)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its ZIP directory cannot be read", package->shown);
    if (info.size_filename >= MOST_NAME)
        return TARN_OK;
    if (package->count == MOST_PARTS)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "%s holds more than %d files, which no workbook needs",
                         package->shown, MOST_PARTS);
    TARN_TRY(tarn_grow(&package->parts, &package->capacity, package->count + 1, sizeof *package->parts, error));
    part *added = &package->parts[package->count];
    *added = (part){.order = package->count, .is_encrypted = info.flag & FLAG_ENCRYPTED};
    added->name = plain_name(name);
    if (added->name == NULL)
        return tarn_fail_memory(error);
    package->count++;
    unzGetFilePos64(package->archive, &added->place);
    return TARN_OK;
}

static tarn_status list_parts(tarn_package *package, tarn_error *error) {
    int more = unzGoToFirstFile(package->archive);
    for (; more == UNZ_OK; more = unzGoToNextFile(package->archive)) {
        if (package->count % 256 == 0)
            TARN_TRY(tarn_task_check(package->task, error));
        TARN_TRY(add_part(package, error));
    }
    if (package->failure.code != TARN_OK) {
        if (error != NULL)
            *error = package->failure;
        return package->failure.code;
    }
    if (more != UNZ_END_OF_LIST_OF_FILE)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its ZIP directory cannot be read", package->shown);
    if (package->count > 0)
        qsort(package->parts, package->count, sizeof *package->parts, compare_parts);
    return TARN_OK;
}

/* The first of that name; NULL: none. */
static const part *find(const tarn_package *package, const char *name) {
    char *plain = plain_name(name);
    const part *found = NULL;
    size_t low = 0, high = plain != NULL ? package->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(package->parts[middle].name, plain) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (plain != NULL && low < package->count && strcmp(package->parts[low].name, plain) == 0)
        found = &package->parts[low];
    free(plain);
    return found;
}

tarn_status tarn_package_open(tarn_file *file, const char *shown, tarn_task *task, tarn_package **out,
                              tarn_error *error) {
    tarn_status status = TARN_OK;
    tarn_package *package = calloc(1, sizeof *package);
    if (package == NULL)
        return tarn_fail_memory(error);
    package->file = file;
    package->task = task;
    package->shown = tarn_strdup(shown);
    zlib_filefunc64_def functions = {.zopen64_file = open_archive,
                                     .zread_file = read_archive,
                                     .zwrite_file = write_nothing,
                                     .ztell64_file = tell,
                                     .zseek64_file = seek,
                                     .zclose_file = close_archive,
                                     .zerror_file = archive_error,
                                     .opaque = package};
    if (package->shown == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(tarn_file_size(file, &package->size, error));
    package->archive = unzOpen2_64(shown, &functions);
    if (package->archive == NULL) {
        status = tarn_fail(error, TARN_E_FORMAT, "%s is damaged or cut off: its ZIP directory cannot be read", shown);
        goto cleanup;
    }
    TARN_CHECK(list_parts(package, error));
    *out = package;
    package = NULL;
cleanup:
    tarn_package_close(package);
    return status;
}

void tarn_package_close(tarn_package *package) {
    if (package == NULL)
        return;
    tarn_package_end(package);
    if (package->archive != NULL)
        unzClose(package->archive);
    for (size_t i = 0; i < package->count; i++)
        free(package->parts[i].name);
    free(package->parts);
    free(package->shown);
    free(package);
}

bool tarn_package_has(const tarn_package *package, const char *part) {
    return find(package, part) != NULL;
}

const char *tarn_package_shown(const tarn_package *package) {
    return package->shown;
}

uint64_t tarn_package_size(const tarn_package *package) {
    return package->size;
}

const char *tarn_package_part(const tarn_package *package, size_t index) {
    return index < package->count ? package->parts[index].name : NULL;
}

tarn_status tarn_package_check(const tarn_package *package, tarn_error *error) {
    return tarn_task_check(package->task, error);
}

/* ---- unpacking -----------------------------------------------------------------------------------------------------
 */

tarn_status tarn_package_begin(tarn_package *package, const char *name, tarn_error *error) {
    const part *found = find(package, name);
    unz_file_info64 info;
    tarn_package_end(package);
    if (found != NULL && found->is_encrypted)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s is protected by a password: open it in a spreadsheet program and save it without one",
                         package->shown);
    if (found == NULL || unzGoToFilePos64(package->archive, &found->place) != UNZ_OK ||
        unzGetCurrentFileInfo64(package->archive, &info, NULL, 0, NULL, 0, NULL, 0) != UNZ_OK ||
        unzOpenCurrentFile(package->archive) != UNZ_OK)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s cannot be read", package->shown, name);
    package->current = found;
    package->packed = info.compressed_size;
    package->unpacked = 0;
    return TARN_OK;
}

tarn_status tarn_package_unpack(tarn_package *package, void *data, size_t size, size_t *got, tarn_error *error) {
    *got = 0;
    TARN_TRY(tarn_task_check(package->task, error));
    int count = unzReadCurrentFile(package->archive, data, (unsigned)size);
    if (package->failure.code != TARN_OK) {
        if (error != NULL)
            *error = package->failure;
        return package->failure.code;
    }
    if (count < 0)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s cannot be unpacked", package->shown,
                         package->current->name);
    *got = (size_t)count;
    package->unpacked += *got;
    if (package->unpacked > MOST_UNPACKED && package->unpacked / MOST_RATIO > package->packed)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "%s: its part %s unpacks to more than %d times its size, and is not read on: save the sheet "
                         "as CSV",
                         package->shown, package->current->name, MOST_RATIO);
    if (count > 0)
        return TARN_OK;
    int closed = unzCloseCurrentFile(package->archive);
    const char *name = package->current->name;
    package->current = NULL;
    if (closed == UNZ_CRCERROR)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s has a wrong checksum", package->shown, name);
    return TARN_OK;
}

uint64_t tarn_package_packed(const tarn_package *package) {
    return package->packed;
}

void tarn_package_end(tarn_package *package) {
    if (package->current != NULL)
        unzCloseCurrentFile(package->archive);
    package->current = NULL;
}
