/**
 * @file text.h
 * Memory and text for the program. Running out of memory ends it: what is committed is safe at any moment.
 */
#ifndef TARN_CLI_TEXT_H
#define TARN_CLI_TEXT_H

#include "cli.h"

#include <stdarg.h>

/** Zeroed memory for `count` elements; never NULL. Freed with free(). */
void *cli_allocate(size_t count, size_t size);
/** As realloc for `count` elements; never NULL. */
void *cli_resize(void *memory, size_t count, size_t size);
char *cli_copy(const char *text);
char *cli_copy_part(const char *text, size_t size);
char *cli_format(const char *format, ...) CLI_PRINTF(1, 2);
char *cli_format_list(const char *format, va_list list);

/** Text that grows; zeroed is empty; `data` is NUL-terminated once anything was added; freed with cli_text_free. */
typedef struct cli_text {
    char *data;
    size_t size, capacity;
} cli_text;
void cli_text_add(cli_text *text, const char *data, size_t size);
void cli_text_add_string(cli_text *text, const char *string);
void cli_text_printf(cli_text *text, const char *format, ...) CLI_PRINTF(2, 3);
void cli_text_free(cli_text *text);

/** True when `word` is one of the words in `list`, which are separated by spaces. */
bool cli_is_listed(const char *list, const char *word);

/** Characters to change, add, remove or swap to get from one text to the other (bytes, the first 63 of each). */
size_t cli_edit_distance(const char *a, const char *b);
/** True when `word` is likely a misspelt `candidate`. */
bool cli_is_near(const char *word, const char *candidate, size_t *distance);

/** Bytes of the UTF-8 character at `text`; 0 when it is not valid. `*c` is the code point. */
size_t cli_decode(const char *text, size_t size, int32_t *c);

/** All of a file, or of standard input for "-"; NULL with `*error` filled. Ends with a NUL behind `*size` bytes. */
char *cli_read_file(const char *path, size_t *size, tarn_error *error);

#endif
