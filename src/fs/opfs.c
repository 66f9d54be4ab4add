/* The browser's host: the origin private file system and dropped files, through the files worker (mailbox.h). */
#include "fs/browser.h"

#ifdef __EMSCRIPTEN__

#include "base/buffer.h"
#include "base/text.h"
#include "fs/host.h"
#include "fs/mailbox.h"

#include <emscripten/emscripten.h>
#include <stdlib.h>
#include <string.h>

/* JavaScript's numbers are exact up to here; no file comes near. */
#define LARGEST_OFFSET (UINT64_C(1) << 53)

typedef struct opfs_file {
    tarn_file base;
    uint32_t number;
    bool writable;
} opfs_file;

/* ---- asking -------------------------------------------------------------------------------------------------- */

/* One module has one files worker: this is the wire to it, as a descriptor table is the kernel's. */
static tarn_mailbox mailbox;

EMSCRIPTEN_KEEPALIVE tarn_mailbox *tarn_opfs_mailbox(void) {
    return &mailbox;
}

static uint32_t address_of(const void *pointer) {
    return (uint32_t)(uintptr_t)pointer;
}

/* Put a request in and wait for the answer. */
static void ask(tarn_mail *mail) {
    if (__atomic_load_n(&mailbox.connected, __ATOMIC_ACQUIRE) == 0) {
        mail->status = TARN_E_UNSUPPORTED;
        memcpy(mail->reason, "no files worker serves this page", sizeof "no files worker serves this page");
        return;
    }
    uint32_t newest = __atomic_load_n(&mailbox.newest, __ATOMIC_RELAXED);
    do {
        mail->next = newest;
    } while (!__atomic_compare_exchange_n(&mailbox.newest, &newest, address_of(mail), false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_RELAXED));
    __builtin_wasm_memory_atomic_notify((int *)&mailbox.newest, 1);
    while (__atomic_load_n(&mail->state, __ATOMIC_SEQ_CST) == 0)
        __builtin_wasm_memory_atomic_wait32((int *)&mail->state, 0, -1);
}

static tarn_status outcome(const tarn_mail *mail, const char *what, const char *path, tarn_error *error) {
    return mail->status == TARN_OK
               ? TARN_OK
               : tarn_fail(error, (tarn_status)mail->status, "cannot %s %s: %s", what, path, mail->reason);
}

static tarn_mail mail_about(tarn_mail_operation operation, const char *path) {
    return (tarn_mail){.operation = operation, .path = address_of(path), .path_size = (uint32_t)strlen(path)};
}

static tarn_mail mail_to(tarn_mail_operation operation, const tarn_file *file) {
    return (tarn_mail){.operation = operation, .file = ((const opfs_file *)file)->number};
}

/* ---- folders and names --------------------------------------------------------------------------------------- */

static void opfs_free(tarn_fs *fs) {
    free(fs);
}

static tarn_status opfs_open(tarn_fs *fs, const char *path, tarn_open_mode mode, tarn_file **out, tarn_error *error) {
    opfs_file *file = NULL;
    tarn_mail mail = mail_about(TARN_MAIL_OPEN, path);
    TARN_TRY(tarn_host_new_file(fs, path, sizeof *file, &file, error));
    mail.mode = (uint32_t)mode;
    ask(&mail);
    tarn_status status = outcome(&mail, "open", path, error);
    if (status != TARN_OK) {
        tarn_host_drop_file(file);
        return status;
    }
    file->number = mail.file;
    file->writable = mode != TARN_OPEN_READ;
    *out = &file->base;
    return TARN_OK;
}

static tarn_status opfs_make_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    tarn_mail mail = mail_about(TARN_MAIL_MAKE, path);
    ask(&mail);
    return outcome(&mail, "make folder", path, error);
}

static tarn_status opfs_stat(tarn_fs *fs, const char *path, tarn_entry_kind *kind, uint64_t *size, tarn_error *error) {
    (void)fs;
    tarn_mail mail = mail_about(TARN_MAIL_STAT, path);
    ask(&mail);
    TARN_TRY(outcome(&mail, "look at", path, error));
    *kind = (tarn_entry_kind)mail.mode;
    *size = mail.value;
    return TARN_OK;
}

#define ENTRY_HEAD 16 /* kind, size, size of the name */

static tarn_status parse_entries(const uint8_t *data, size_t size, tarn_entry **out, size_t *count, tarn_error *error) {
    tarn_entry *entries = NULL;
    size_t capacity = 0, found = 0;
    tarn_status status = TARN_OK;
    for (size_t at = 0; at + ENTRY_HEAD <= size && status == TARN_OK;) {
        uint32_t kind, name_size;
        uint64_t file_size;
        memcpy(&kind, data + at, sizeof kind);
        memcpy(&file_size, data + at + 4, sizeof file_size);
        memcpy(&name_size, data + at + 12, sizeof name_size);
        at += ENTRY_HEAD;
        char *name = name_size <= size - at ? tarn_strndup((const char *)data + at, name_size) : NULL;
        status =
            name == NULL ? tarn_fail_memory(error) : tarn_grow(&entries, &capacity, found + 1, sizeof *entries, error);
        if (status == TARN_OK)
            entries[found++] = (tarn_entry){name, (tarn_entry_kind)kind, file_size};
        else
            free(name);
        at += name_size;
    }
    if (status != TARN_OK) {
        tarn_entries_free(entries, found);
        return status;
    }
    *out = entries;
    *count = found;
    return TARN_OK;
}

#define FIRST_LIST ((size_t)16 << 10)

static tarn_status opfs_list(tarn_fs *fs, const char *path, tarn_entry **out, size_t *count, tarn_error *error) {
    (void)fs;
    uint8_t *data = NULL;
    tarn_status status;
    tarn_mail mail;
    size_t capacity = FIRST_LIST;
    do { /* again when there are more than fit */
        free(data);
        data = malloc(capacity);
        if (data == NULL)
            return tarn_fail_memory(error);
        mail = mail_about(TARN_MAIL_LIST, path);
        mail.data = address_of(data);
        mail.size = (uint32_t)capacity;
        ask(&mail);
        TARN_CHECK(outcome(&mail, "list", path, error));
        capacity = (size_t)mail.value * 2;
    } while (mail.value > mail.size);
    status = parse_entries(data, mail.got, out, count, error);
cleanup:
    free(data);
    return status;
}

static tarn_status opfs_remove(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    tarn_mail mail = mail_about(TARN_MAIL_REMOVE, path);
    ask(&mail);
    return outcome(&mail, "remove", path, error);
}

static tarn_status opfs_rename(tarn_fs *fs, const char *from, const char *to, tarn_error *error) {
    (void)fs;
    tarn_mail mail = mail_about(TARN_MAIL_RENAME, from);
    mail.data = address_of(to);
    mail.size = (uint32_t)strlen(to);
    ask(&mail);
    return mail.status == TARN_OK
               ? TARN_OK
               : tarn_fail(error, (tarn_status)mail.status, "cannot rename %s to %s: %s", from, to, mail.reason);
}

static tarn_status opfs_sync_directory(tarn_fs *fs, const char *path, tarn_error *error) {
    (void)fs;
    tarn_mail mail = mail_about(TARN_MAIL_SYNC_NAMES, path);
    ask(&mail);
    return outcome(&mail, "sync folder", path, error);
}

static tarn_status opfs_free_space(tarn_fs *fs, const char *path, uint64_t *out, tarn_error *error) {
    (void)fs;
    tarn_mail mail = mail_about(TARN_MAIL_FREE_SPACE, path);
    ask(&mail);
    *out = mail.value;
    return outcome(&mail, "tell the free space at", path, error);
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static tarn_status opfs_read(tarn_file *file, uint64_t offset, void *data, size_t size, size_t *got,
                             tarn_error *error) {
    *got = 0;
    if (size == 0 || offset > LARGEST_OFFSET)
        return TARN_OK;
    tarn_mail mail = mail_to(TARN_MAIL_READ, file);
    mail.offset = offset;
    mail.data = address_of(data);
    mail.size = (uint32_t)size;
    ask(&mail);
    *got = mail.got;
    return outcome(&mail, "read", file->path, error);
}

static tarn_status check_writable(const tarn_file *file, const char *what, tarn_error *error) {
    return ((const opfs_file *)file)->writable
               ? TARN_OK
               : tarn_fail(error, TARN_E_IO, "cannot %s %s: it was opened for reading", what, file->path);
}

static tarn_status opfs_write(tarn_file *file, uint64_t offset, const void *data, size_t size, tarn_error *error) {
    TARN_TRY(check_writable(file, "write", error));
    if (offset > LARGEST_OFFSET || size > LARGEST_OFFSET - offset)
        return tarn_fail(error, TARN_E_FULL, "cannot write %s: the place is beyond the largest file", file->path);
    if (size == 0)
        return TARN_OK;
    tarn_mail mail = mail_to(TARN_MAIL_WRITE, file);
    mail.offset = offset;
    mail.data = address_of(data);
    mail.size = (uint32_t)size;
    ask(&mail);
    return outcome(&mail, "write", file->path, error);
}

static tarn_status opfs_sync(tarn_file *file, tarn_error *error) {
    tarn_mail mail = mail_to(TARN_MAIL_SYNC, file);
    ask(&mail);
    return outcome(&mail, "sync", file->path, error);
}

static tarn_status opfs_size(tarn_file *file, uint64_t *out, tarn_error *error) {
    tarn_mail mail = mail_to(TARN_MAIL_SIZE, file);
    ask(&mail);
    *out = mail.value;
    return outcome(&mail, "look at", file->path, error);
}

static tarn_status opfs_truncate(tarn_file *file, uint64_t size, tarn_error *error) {
    TARN_TRY(check_writable(file, "resize", error));
    if (size > LARGEST_OFFSET)
        return tarn_fail(error, TARN_E_FULL, "cannot resize %s: that is beyond the largest file", file->path);
    tarn_mail mail = mail_to(TARN_MAIL_TRUNCATE, file);
    mail.offset = size;
    ask(&mail);
    return outcome(&mail, "resize", file->path, error);
}

static void release_copy(tarn_mapping *mapping) {
    free(mapping->owner);
}

static tarn_status check_stretch(tarn_file *file, uint64_t offset, size_t size, tarn_error *error) {
    uint64_t file_size = 0;
    TARN_TRY(opfs_size(file, &file_size, error));
    return tarn_host_check_stretch(file, offset, size, file_size, error);
}

/* A stretch this large is not allocated before it is known to be there. */
#define LARGE_STRETCH ((size_t)1 << 20)

/* There is no mmap: a mapping is a copy, which the store's cache counts. */
static tarn_status opfs_map(tarn_file *file, uint64_t offset, size_t size, tarn_mapping *out, tarn_error *error) {
    size_t got = 0;
    if (size == 0 || size > LARGE_STRETCH)
        TARN_TRY(check_stretch(file, offset, size, error));
    if (size == 0)
        return TARN_OK;
    uint8_t *data = tarn_aligned_alloc(size);
    if (data == NULL)
        return tarn_fail_memory(error);
    tarn_status status = opfs_read(file, offset, data, size, &got, error);
    if (status == TARN_OK && got < size)
        status = check_stretch(file, offset, size, error);
    if (status == TARN_OK && got < size)
        status = tarn_fail(error, TARN_E_IO, "cannot map %s: it changed while it was read", file->path);
    if (status != TARN_OK) {
        free(data);
        return status;
    }
    *out = (tarn_mapping){.data = data, .size = size, .owner = data, .release = release_copy};
    return TARN_OK;
}

static tarn_status opfs_lock(tarn_file *file, tarn_lock_kind kind, tarn_error *error) {
    tarn_mail mail = mail_to(TARN_MAIL_LOCK, file);
    mail.mode = (uint32_t)kind;
    ask(&mail);
    return outcome(&mail, "lock", file->path, error);
}

static void opfs_unlock(tarn_file *file) {
    tarn_mail mail = mail_to(TARN_MAIL_UNLOCK, file);
    ask(&mail);
}

static void opfs_close(tarn_file *file) {
    tarn_mail mail = mail_to(TARN_MAIL_CLOSE, file);
    ask(&mail);
    free(file);
}

static const tarn_fs_operations opfs_operations = {
    .free = opfs_free,
    .open = opfs_open,
    .make_directory = opfs_make_directory,
    .stat = opfs_stat,
    .list = opfs_list,
    .remove = opfs_remove,
    .rename = opfs_rename,
    .sync_directory = opfs_sync_directory,
    .free_space = opfs_free_space,
    .read = opfs_read,
    .write = opfs_write,
    .sync = opfs_sync,
    .size = opfs_size,
    .truncate = opfs_truncate,
    .map = opfs_map,
    .lock = opfs_lock,
    .unlock = opfs_unlock,
    .close = opfs_close,
};

tarn_status tarn_fs_opfs(tarn_fs **out, tarn_error *error) {
    return tarn_host_new(&opfs_operations, out, error);
}

#endif
