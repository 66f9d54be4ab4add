// Which part of a content a request wants.
#include "server/range.h"

#include <stdlib.h>
#include <string.h>

static bool read_number(const char **at, uint64_t *out) {
    size_t digits = strspn(*at, "0123456789");
    if (digits == 0 || digits > 18)
        return false;
    *out = strtoull(*at, NULL, 10);
    *at += digits;
    return true;
}

/* If-Range: the part is wanted of that very content only. */
static bool is_of(const tarn_head *head, const char *tag) {
    const char *wanted = tarn_head_field(head, "if-range");
    size_t size = strlen(tag);
    return wanted == NULL || (strlen(wanted) == size + 2 && wanted[0] == '"' && wanted[size + 1] == '"' &&
                              strncmp(wanted + 1, tag, size) == 0);
}

tarn_range_outcome tarn_range_find(const tarn_head *head, const char *tag, uint64_t total, uint64_t *from,
                                   uint64_t *size) {
    const char *at = tarn_head_field(head, "range");
    uint64_t first = 0, last = 0;
    if (at == NULL || strcmp(head->method, "GET") != 0 || strncmp(at, "bytes=", 6) != 0 || !is_of(head, tag))
        return TARN_RANGE_ALL;
    at += 6;
    bool has_first = read_number(&at, &first);
    if (*at++ != '-')
        return TARN_RANGE_ALL;
    bool has_last = read_number(&at, &last);
    if (*at != '\0' || (!has_first && !has_last) || (has_first && has_last && last < first))
        return TARN_RANGE_ALL;
    if (!has_first) {
        first = last < total ? total - last : 0;
        if (last == 0)
            first = total;
        last = total - 1;
    } else if (!has_last || last >= total) {
        last = total - 1;
    }
    if (first >= total)
        return TARN_RANGE_OUTSIDE;
    *from = first;
    *size = last - first + 1;
    return TARN_RANGE_PART;
}
