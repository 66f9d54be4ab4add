/**
 * @file system.h
 * Files, folders, processes and memory, as the benchmarks need them. All end the process with a message when they fail.
 */
#ifndef BENCH_SYSTEM_H
#define BENCH_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Seconds on a clock that never goes backwards. */
double bench_now(void);

/** printf into fresh memory, owned by the caller. */
char *bench_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Memory that is never NULL. */
void *bench_alloc(size_t size);
void *bench_realloc(void *memory, size_t size);

/** The whole file as text, owned by the caller. */
char *bench_read_file(const char *path);

void bench_make_folder(const char *path);
bool bench_exists(const char *path);

/** Remove a file or a folder with what is in it; fine when absent. */
void bench_remove(const char *path);

/** Bytes of a file, or of all files in a folder. */
int64_t bench_size(const char *path);

/** Wait until a file is on disk. */
void bench_sync(const char *path);

/** Wait until everything written so far is on disk, so that it does not disturb what is measured next. */
void bench_settle(void);

/** Run `body` in a child process and give its peak resident memory in bytes. Dies when the child fails. */
int64_t bench_peak_memory(void (*body)(void *context), void *context);

/** Run a program with its output thrown away and give its peak resident memory. `arguments` ends with NULL. */
int64_t bench_program_memory(const char *const *arguments);

/** The same of its memory that is no file's: what it allocated. By looking every millisecond; 0 where /proc is not. */
int64_t bench_peak_anonymous(void (*body)(void *context), void *context);

/** Run a program with its output thrown away; how long it took. It is ended after `limit` seconds, which are the answer
 *  then. */
double bench_program_seconds(const char *const *arguments, double limit);

/** The path of a program, heap; NULL when PATH has none. */
char *bench_find_program(const char *name);

/** A program that answers one line for every line it is sent. */
typedef struct bench_helper bench_helper;
bench_helper *bench_helper_start(const char *const *arguments);
/** Owned by the helper, valid until the next call; without the line's end. */
const char *bench_helper_ask(bench_helper *helper, const char *line);
void bench_helper_stop(bench_helper *helper);

#endif
