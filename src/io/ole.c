/* The directory of a compound file, of which names of streams tell what it holds. */
#include "io/ole.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define HEADER_BYTES 512
#define ENTRY_BYTES 128
#define SEARCHED_BYTES ((size_t)64 << 10)
#define MOST_SECTORS 64 /* of the directory that are looked at */
#define DIFAT_IN_HEADER 109

static uint32_t u32_at(const uint8_t *data, size_t at) {
    return data[at] | (uint32_t)data[at + 1] << 8 | (uint32_t)data[at + 2] << 16 | (uint32_t)data[at + 3] << 24;
}

static bool read_exactly(tarn_file *file, uint64_t at, uint8_t *data, size_t size) {
    size_t got;
    return tarn_file_read(file, at, data, size, &got, NULL) == TARN_OK && got == size;
}

static const char general[] = "an old Office document; save the table as xlsx or CSV";

static const struct {
    const char *name, *what;
} streams[] = {
    {"EncryptedPackage", "protected by a password: open it in a spreadsheet program and save it without one"},
    {"Workbook", "an old Excel workbook (xls); open it in a spreadsheet program and save it as xlsx"},
    {"Book", "an old Excel workbook (xls); open it in a spreadsheet program and save it as xlsx"},
    {"WordDocument", "an old Word document; save its table as xlsx or CSV"},
    {"PowerPoint Document", "an old PowerPoint presentation; save its table as xlsx or CSV"},
    {"WksSSWorkBook", "a Works spreadsheet; open it in a spreadsheet program and save it as xlsx"},
};
#define STREAMS (sizeof streams / sizeof streams[0])

/* Names are UTF-16 with a NUL behind; those that are looked for are ASCII. */
static bool is_name(const uint8_t *text, const char *name) {
    size_t size = strlen(name) + 1;
    for (size_t i = 0; i < size; i++) {
        if (text[2 * i] != (uint8_t)name[i] || text[2 * i + 1] != 0)
            return false;
    }
    return true;
}

static const char *describe_entry(const uint8_t *entry) {
    for (size_t i = 0; i < STREAMS; i++) {
        if (is_name(entry, streams[i].name))
            return streams[i].what;
    }
    return NULL;
}

/* Of files whose directory cannot be followed: a name anywhere in the beginning. */
static const char *search(tarn_file *file) {
    uint8_t *head = calloc(1, SEARCHED_BYTES + ENTRY_BYTES);
    size_t got = 0;
    const char *what = NULL;
    if (head != NULL && tarn_file_read(file, 0, head, SEARCHED_BYTES, &got, NULL) != TARN_OK)
        got = 0;
    for (size_t at = 8; at < got && what == NULL; at += 2)
        what = describe_entry(head + at);
    free(head);
    return what != NULL ? what : general;
}

/* The sector after this one of a stream, by the file's allocation table. */
static bool next_sector(tarn_file *file, const uint8_t *header, size_t sector_size, uint32_t *sector) {
    uint8_t next[4];
    uint32_t per_sector = (uint32_t)(sector_size / 4);
    if (*sector / per_sector >= DIFAT_IN_HEADER)
        return false;
    uint64_t table = u32_at(header, 76 + 4 * (*sector / per_sector));
    if (!read_exactly(file, (table + 1) * sector_size + *sector % per_sector * 4, next, sizeof next))
        return false;
    *sector = u32_at(next, 0);
    return *sector < 0xFFFFFFFA; /* the rest are marks */
}

const char *tarn_ole_describe(tarn_file *file) {
    uint8_t header[HEADER_BYTES], entry[ENTRY_BYTES];
    if (!read_exactly(file, 0, header, sizeof header))
        return general;
    unsigned shift = header[30];
    if (shift != 9 && shift != 12)
        return search(file);
    size_t sector_size = (size_t)1 << shift;
    uint32_t sector = u32_at(header, 48);
    for (int i = 0; i < MOST_SECTORS; i++) {
        for (size_t at = 0; at < sector_size; at += ENTRY_BYTES) {
            if (!read_exactly(file, ((uint64_t)sector + 1) * sector_size + at, entry, sizeof entry))
                return search(file);
            const char *what = describe_entry(entry);
            if (what != NULL)
                return what;
        }
        if (!next_sector(file, header, sector_size, &sector))
            break;
    }
    return search(file);
}
