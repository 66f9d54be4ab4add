/* One text in place of another, wherever it occurs. */
#include "command/text_kernel.h"

#include <stdlib.h>
#include <string.h>

/* Searched in all texts as if they were one. A find across a border is none; looking at that text does no harm. */
static int64_t next_to_replace(const void *state, const tarn_texts *texts, int64_t i) {
    const tarn_replacement *r = state;
    size_t from = (size_t)texts->ends[i], end = (size_t)texts->ends[texts->count];
    const char *found = end > from ? memmem(texts->data + from, end - from, r->find, r->find_size) : NULL;
    if (found == NULL)
        return texts->count;
    while (texts->data + texts->ends[i + 1] <= found)
        i++;
    return i;
}

static size_t replaced_bound(const void *state, size_t size) {
    const tarn_replacement *r = state;
    return size + size / r->find_size * r->replace_size;
}

static size_t replace_all(const void *state, const char *text, size_t size, char *out) {
    const tarn_replacement *r = state;
    const char *end = text + size, *found;
    char *at = out;
    while ((found = memmem(text, (size_t)(end - text), r->find, r->find_size)) != NULL) {
        memcpy(at, text, (size_t)(found - text));
        at += found - text;
        memcpy(at, r->replace, r->replace_size);
        at += r->replace_size;
        text = found + r->find_size;
    }
    memcpy(at, text, (size_t)(end - text));
    return (size_t)(at + (end - text) - out);
}

const tarn_text_kernel tarn_replace_kernel = {.next = next_to_replace, .bound = replaced_bound, .map = replace_all};

tarn_status tarn_replacement_new(const char *find, const char *replace, tarn_replacement **out, tarn_error *error) {
    size_t find_size = strlen(find), replace_size = strlen(replace);
    tarn_replacement *r = malloc(sizeof *r + find_size + replace_size);
    if (r == NULL)
        return tarn_fail_memory(error);
    char *texts = (char *)(r + 1);
    memcpy(texts, find, find_size);
    memcpy(texts + find_size, replace, replace_size);
    *r = (tarn_replacement){
        .find = texts, .replace = texts + find_size, .find_size = find_size, .replace_size = replace_size};
    *out = r;
    return TARN_OK;
}
