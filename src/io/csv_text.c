// Single cells and lines of delimited text.
#include "io/csv_scan.h"

/* A cell without quotes: an escape goes where it stands before a character that would mean something. */
static size_t unescape_plain(const tarn_csv_dialect *dialect, const uint8_t *p, size_t size, uint8_t *out) {
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        bool escapes = p[i] == dialect->escape && i + 1 < size &&
                       (p[i + 1] == dialect->delimiter || p[i + 1] == dialect->quote || p[i + 1] == dialect->escape ||
                        p[i + 1] == '\n' || p[i + 1] == '\r');
        i += escapes;
        out[used++] = p[i];
    }
    return used;
}

size_t tarn_csv_unescape(const tarn_csv_dialect *dialect, const uint8_t *data, tarn_csv_field field, uint8_t *out) {
    size_t size = tarn_csv_field_size(field), used = 0, i = 0;
    const uint8_t *p = data + field.start;
    if ((field.size_and_flags & TARN_CSV_QUOTED) == 0)
        return unescape_plain(dialect, p, size, out);
    for (; i < size; i++) {
        bool more = i + 1 < size;
        if (dialect->escape != 0 && p[i] == dialect->escape && p[i] != dialect->quote && more &&
            (p[i + 1] == dialect->quote || p[i + 1] == dialect->escape ||
             (dialect->escapes_plain && p[i + 1] == dialect->delimiter))) {
            out[used++] = p[++i];
        } else if (p[i] == dialect->quote) {
            if (!more || p[i + 1] != dialect->quote)
                break;
            out[used++] = p[++i];
        } else {
            out[used++] = p[i];
        }
    }
    size_t end = size;
    while (dialect->spaced_quotes && end > i + 1 && (p[end - 1] == ' ' || p[end - 1] == '\t'))
        end--;
    for (i++; i < end; i++) /* what follows the closing quote */
        out[used++] = p[i];
    return used;
}

uint64_t tarn_csv_count_lines(const uint8_t *data, size_t size) {
    uint64_t lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n' || (data[i] == '\r' && (i + 1 == size || data[i + 1] != '\n'));
    return lines;
}

size_t tarn_csv_next_line(const uint8_t *data, size_t size, size_t from) {
    for (size_t i = from; i < size; i++) {
        if (data[i] == '\n')
            return i + 1;
        if (data[i] == '\r')
            return i + 1 < size && data[i + 1] == '\n' ? i + 2 : i + 1;
    }
    return size;
}
