#include "system.h"

#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double bench_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

char *bench_format(const char *format, ...) {
    va_list list;
    va_start(list, format);
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    va_end(list);
    char *text = bench_alloc((size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

void *bench_alloc(size_t size) {
    return bench_realloc(NULL, size);
}

void *bench_realloc(void *memory, size_t size) {
    void *larger = realloc(memory, size > 0 ? size : 1);
    if (larger == NULL)
        bench_die("out of memory for %zu bytes", size);
    return larger;
}

char *bench_read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        bench_die("cannot read %s: %s", path, strerror(errno));
    size_t size = 0;
    size_t capacity = 4096;
    char *text = bench_alloc(capacity);
    for (size_t got; (got = fread(text + size, 1, capacity - size - 1, file)) > 0;) {
        size += got;
        if (capacity - size - 1 == 0)
            text = bench_realloc(text, capacity *= 2);
    }
    fclose(file);
    text[size] = '\0';
    return text;
}

void bench_make_folder(const char *path) {
    if (mkdir(path, 0755) != 0 && errno != EEXIST)
        bench_die("cannot make the folder %s: %s", path, strerror(errno));
}

bool bench_exists(const char *path) {
    return access(path, F_OK) == 0;
}

void bench_remove(const char *path) {
    char *const paths[] = {(char *)path, NULL};
    FTS *walk = bench_exists(path) ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    for (FTSENT *entry; walk != NULL && (entry = fts_read(walk)) != NULL;)
        if (entry->fts_info != FTS_D && remove(entry->fts_accpath) != 0)
            bench_die("cannot remove %s: %s", entry->fts_path, strerror(errno));
    if (walk != NULL)
        fts_close(walk);
}

int64_t bench_size(const char *path) {
    char *const paths[] = {(char *)path, NULL};
    int64_t total = 0;
    FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    for (FTSENT *entry; walk != NULL && (entry = fts_read(walk)) != NULL;)
        if (entry->fts_info == FTS_F)
            total += entry->fts_statp->st_size;
    if (walk == NULL || fts_close(walk) != 0)
        bench_die("cannot read the folder %s: %s", path, strerror(errno));
    return total;
}

void bench_sync(const char *path) {
    int file = open(path, O_RDONLY);
    if (file < 0 || fsync(file) != 0)
        bench_die("cannot sync %s", path);
    close(file);
}

void bench_settle(void) {
    sync();
}

/* ---- processes --------------------------------------------------------------------------------------------------- */

static int64_t wait_for_memory(pid_t child, const char *what) {
    int status = 0;
    struct rusage usage;
    while (wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR)
            bench_die("cannot wait for %s: %s", what, strerror(errno));
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        bench_die("%s failed", what);
#ifdef __APPLE__
    return (int64_t)usage.ru_maxrss;
#else
    return (int64_t)usage.ru_maxrss * 1024;
#endif
}

static pid_t start_child(void) {
    fflush(NULL);
    pid_t child = fork();
    if (child < 0)
        bench_die("cannot start a process: %s", strerror(errno));
    return child;
}

int64_t bench_peak_memory(void (*body)(void *context), void *context) {
    pid_t child = start_child();
    if (child == 0) {
        body(context);
        fflush(NULL);
        _exit(0);
    }
    return wait_for_memory(child, "the process whose memory is measured");
}

/* A number of kB that /proc says of a process; -1: it does not. */
static int64_t status_of(pid_t child, const char *field) {
    char line[256];
    long long value = -1;
    char *path = bench_format("/proc/%d/status", (int)child);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, field, strlen(field)) == 0)
            value = strtoll(line + strlen(field), NULL, 10);
    }
    if (file != NULL)
        fclose(file);
    free(path);
    return value;
}

int64_t bench_peak_anonymous(void (*body)(void *context), void *context) {
    const struct timespec pause = {.tv_nsec = 1000000};
    int status = 0;
    int64_t peak = 0;
    pid_t child = start_child();
    if (child == 0) {
        body(context);
        fflush(NULL);
        _exit(0);
    }
    while (waitpid(child, &status, WNOHANG) == 0) {
        int64_t present = status_of(child, "RssAnon:");
        peak = present > peak ? present : peak;
        nanosleep(&pause, NULL);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        bench_die("the process whose memory is measured failed");
    return peak * 1024;
}

static void become(const char *const *arguments) {
    int sink = open("/dev/null", O_WRONLY);
    if (sink >= 0)
        dup2(sink, STDOUT_FILENO);
    execvp(arguments[0], (char *const *)arguments);
    fprintf(stderr, "tarn-bench: cannot run %s: %s\n", arguments[0], strerror(errno));
    _exit(127);
}

double bench_program_seconds(const char *const *arguments, double limit) {
    const struct timespec pause = {.tv_nsec = 1000000};
    int status = 0;
    double begun = bench_now();
    pid_t child = start_child();
    if (child == 0)
        become(arguments);
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (bench_now() - begun > limit) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            return limit;
        }
        nanosleep(&pause, NULL);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        bench_die("%s failed", arguments[0]);
    return bench_now() - begun;
}

char *bench_find_program(const char *name) {
    const char *path = getenv("PATH");
    for (const char *at = path; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ":");
        char *candidate = bench_format("%.*s/%s", (int)length, at, name);
        if (access(candidate, X_OK) == 0)
            return candidate;
        free(candidate);
        at += length + (at[length] == ':');
    }
    return NULL;
}

int64_t bench_program_memory(const char *const *arguments) {
    pid_t child = start_child();
    if (child == 0)
        become(arguments);
    return wait_for_memory(child, arguments[0]);
}

struct bench_helper {
    pid_t child;
    FILE *to;
    FILE *from;
    char *line;
    size_t capacity;
};

bench_helper *bench_helper_start(const char *const *arguments) {
    int to[2];
    int from[2];
    if (pipe(to) != 0 || pipe(from) != 0)
        bench_die("cannot make a pipe: %s", strerror(errno));
    pid_t child = start_child();
    if (child == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        close(to[1]);
        close(from[0]);
        execvp(arguments[0], (char *const *)arguments);
        fprintf(stderr, "tarn-bench: cannot run %s: %s\n", arguments[0], strerror(errno));
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    signal(SIGPIPE, SIG_IGN);
    bench_helper *helper = bench_alloc(sizeof *helper);
    *helper = (bench_helper){.child = child, .to = fdopen(to[1], "w"), .from = fdopen(from[0], "r")};
    if (helper->to == NULL || helper->from == NULL)
        bench_die("cannot open a pipe: %s", strerror(errno));
    return helper;
}

const char *bench_helper_ask(bench_helper *helper, const char *line) {
    fprintf(helper->to, "%s\n", line);
    fflush(helper->to);
    ssize_t size = getline(&helper->line, &helper->capacity, helper->from);
    if (size <= 0)
        bench_die("the helper program ended when it was asked: %s", line);
    helper->line[strcspn(helper->line, "\n")] = '\0';
    return helper->line;
}

void bench_helper_stop(bench_helper *helper) {
    fclose(helper->to);
    fclose(helper->from);
    wait_for_memory(helper->child, "the helper program");
    free(helper->line);
    free(helper);
}
