#include "support_fs.h"

#include "fs/browser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *temporary_folder(void) {
    const char *named = getenv("TMPDIR");
    return named != NULL && named[0] != '\0' ? named : "/tmp";
}

static tarn_status open_host(host_kind kind, tarn_fs **out) {
    switch (kind) {
    case HOST_POSIX:
        return tarn_fs_posix(out, NULL);
    case HOST_MEMORY:
        return tarn_fs_memory(out, NULL);
    case HOST_FAULT:
        return tarn_fs_fault(out, NULL);
    case HOST_OPFS:
        break;
    }
#ifdef __EMSCRIPTEN__
    return tarn_fs_opfs(out, NULL);
#else
    return TARN_E_UNSUPPORTED;
#endif
}

int setup_host(void **state) {
    host_kind kind = (host_kind)(uintptr_t)*state;
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_ok(open_host(kind, &f->fs));
    const char *parent = kind == HOST_POSIX ? temporary_folder() : kind == HOST_OPFS ? "/opfs" : "/";
    assert_ok(tarn_fs_make_unique_directory(f->fs, parent, "tarn-test-", &f->folder, NULL));
    *state = f;
    return 0;
}

int teardown_host(void **state) {
    fixture *f = *state;
    assert_ok(tarn_fs_remove_all(f->fs, f->folder, NULL));
    tarn_fs_free(f->fs);
    free(f->folder);
    free(f);
    return 0;
}

const char *in_folder(fixture *f, const char *name) {
    char *path = f->paths[f->next_path++ % 8];
    snprintf(path, sizeof f->paths[0], "%s/%s", f->folder, name);
    return path;
}

tarn_file *open_file(tarn_fs *fs, const char *path, tarn_open_mode mode) {
    tarn_file *file;
    tarn_error error;
    if (tarn_fs_open(fs, path, mode, &file, &error) != TARN_OK)
        fail_msg("%s", error.message);
    return file;
}

void put_file(tarn_fs *fs, const char *path, const char *text, bool synced) {
    tarn_file *file = open_file(fs, path, TARN_OPEN_CREATE);
    assert_ok(tarn_file_truncate(file, 0, NULL));
    assert_ok(tarn_file_write(file, 0, text, strlen(text), NULL));
    if (synced)
        assert_ok(tarn_file_sync(file, NULL));
    tarn_file_close(file);
}

void assert_content(tarn_fs *fs, const char *path, const char *text) {
    char content[4096];
    size_t got;
    tarn_file *file = open_file(fs, path, TARN_OPEN_READ);
    assert_ok(tarn_file_read(file, 0, content, sizeof content - 1, &got, NULL));
    tarn_file_close(file);
    content[got] = '\0';
    assert_string_equal(content, text);
}

void assert_absent(tarn_fs *fs, const char *path) {
    assert_status(tarn_fs_stat(fs, path, NULL, NULL, NULL), TARN_E_NOT_FOUND);
}

void assert_status(tarn_status got, tarn_status wanted) {
    assert_string_equal(tarn_status_name(got), tarn_status_name(wanted));
}

void assert_ok(tarn_status status) {
    assert_status(status, TARN_OK);
}

void assert_message_has(const tarn_error *error, const char *part) {
    if (strstr(error->message, part) == NULL)
        fail_msg("'%s' does not say '%s'", error->message, part);
}
