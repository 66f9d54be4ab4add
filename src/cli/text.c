// Memory and text for the program.
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utf8proc.h>

static void out_of_memory(void) {
    static const char message[] = "tarn: out of memory\n";
    ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);
    (void)written;
    _exit(CLI_FAILED);
}

void *cli_allocate(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory)
        out_of_memory();
    return memory;
}

void *cli_resize(void *memory, size_t count, size_t size) {
    size_t bytes;
    void *grown = NULL;
    if (!__builtin_mul_overflow(count ? count : 1, size, &bytes))
        grown = realloc(memory, bytes);
    if (!grown)
        out_of_memory();
    return grown;
}

char *cli_copy_part(const char *text, size_t size) {
    char *copy = cli_allocate(size + 1, 1);
    if (size)
        memcpy(copy, text, size);
    return copy;
}

char *cli_copy(const char *text) {
    return cli_copy_part(text, strlen(text));
}

char *cli_format_list(const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    char *text = cli_allocate(size < 0 ? 1 : (size_t)size + 1, 1);
    if (size > 0)
        vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

char *cli_format(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = cli_format_list(format, list);
    va_end(list);
    return text;
}

void cli_text_add(cli_text *text, const char *data, size_t size) {
    if (text->capacity - text->size < size + 1) {
        size_t capacity = (text->size + size + 1) * 2;
        text->data = cli_resize(text->data, capacity, 1);
        text->capacity = capacity;
    }
    if (size)
        memcpy(text->data + text->size, data, size);
    text->size += size;
    text->data[text->size] = 0;
}

void cli_text_add_string(cli_text *text, const char *string) {
    cli_text_add(text, string, strlen(string));
}

void cli_text_printf(cli_text *text, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *added = cli_format_list(format, list);
    va_end(list);
    cli_text_add_string(text, added);
    free(added);
}

void cli_text_free(cli_text *text) {
    free(text->data);
    *text = (cli_text){0};
}

bool cli_is_listed(const char *list, const char *word) {
    size_t size = strlen(word);
    while (*list) {
        size_t length = strcspn(list, " ");
        if (length == size && memcmp(list, word, size) == 0)
            return true;
        list += length;
        list += strspn(list, " ");
    }
    return false;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

size_t cli_edit_distance(const char *a, const char *b) {
    enum { LIMIT = 63 };
    size_t m = strnlen(a, LIMIT), n = strnlen(b, LIMIT);
    size_t before_last[LIMIT + 1], last[LIMIT + 1], row[LIMIT + 1];
    memset(before_last, 0, sizeof(before_last));
    for (size_t j = 0; j <= n; j++)
        last[j] = j;
    for (size_t i = 1; i <= m; i++) {
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            row[j] = least(last[j - 1] + (a[i - 1] != b[j - 1]), least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before_last[j - 2] + 1);
        }
        memcpy(before_last, last, sizeof(last));
        memcpy(last, row, sizeof(row));
    }
    return last[n];
}

bool cli_is_near(const char *word, const char *candidate, size_t *distance) {
    size_t size = strlen(candidate);
    *distance = cli_edit_distance(word, candidate);
    if (strlen(word) >= 3 && strncmp(candidate, word, strlen(word)) == 0)
        *distance = least(*distance, 1);
    return *distance <= (size <= 4 ? 1 : size <= 7 ? 2 : 3);
}

size_t cli_decode(const char *text, size_t size, int32_t *c) {
    utf8proc_ssize_t length = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, c);
    return length > 0 ? (size_t)length : 0;
}

static tarn_status read_failed(tarn_error *error, const char *path) {
    int number = errno;
    error->code = number == ENOENT ? TARN_E_NOT_FOUND : number == EINTR ? TARN_E_CANCELLED : TARN_E_IO;
    snprintf(error->message, sizeof(error->message), "cannot read %s: %s",
             strcmp(path, "-") == 0 ? "standard input" : path, number == EINTR ? "cancelled" : strerror(number));
    return error->code;
}

char *cli_read_file(const char *path, size_t *size, tarn_error *error) {
    bool standard = strcmp(path, "-") == 0;
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        read_failed(error, path);
        return NULL;
    }
    cli_text text = {0};
    char part[65536];
    ssize_t got;
    while ((got = read(file, part, sizeof(part))) > 0)
        cli_text_add(&text, part, (size_t)got);
    if (got < 0)
        read_failed(error, path);
    else
        cli_text_add(&text, "", 0);
    if (!standard)
        close(file);
    if (got < 0) {
        cli_text_free(&text);
        return NULL;
    }
    *size = text.size;
    return text.data;
}
