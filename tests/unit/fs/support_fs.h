/**
 * What the tests of the file system share: a host and a folder on it, and short ways to put files there and look at
 * them.
 */
#ifndef TARN_TEST_SUPPORT_FS_H
#define TARN_TEST_SUPPORT_FS_H

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "fs/fault.h"
#include "fs/fs.h"

typedef enum host_kind { HOST_POSIX, HOST_MEMORY, HOST_FAULT, HOST_OPFS } host_kind;

typedef struct fixture {
    tarn_fs *fs;
    char *folder; /* empty, removed afterwards */
    char paths[8][512];
    int next_path;
} fixture;

/** For cmocka: the initial state is a host_kind in a pointer. */
int setup_host(void **state);
int teardown_host(void **state);

#define HOST_TEST(function, kind)                                                                                      \
    { #function " (" #kind ")", function, setup_host, teardown_host, (void *)(uintptr_t)(kind) }

/** A path in the folder; valid until eight more were asked for. */
const char *in_folder(fixture *f, const char *name);

tarn_file *open_file(tarn_fs *fs, const char *path, tarn_open_mode mode);

/** Make or replace a file; `synced` makes the content durable, not the name. */
void put_file(tarn_fs *fs, const char *path, const char *text, bool synced);

/** The content must be `text`; or the file must be absent, for NULL. */
void assert_content(tarn_fs *fs, const char *path, const char *text);
void assert_absent(tarn_fs *fs, const char *path);
void assert_status(tarn_status got, tarn_status wanted);
void assert_ok(tarn_status status);
void assert_message_has(const tarn_error *error, const char *part);

#endif
