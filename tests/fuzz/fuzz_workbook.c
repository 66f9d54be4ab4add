/* The reader of workbooks: whatever the archive or its parts hold, reading ends
 * without a crash. Inputs that begin with "PK" are archives as they are; of
 * those that begin with "G" the rest decides what grows by the formats' grammar
 * (support_workbook.h); others are the text of the parts, each begun by a
 * byte 1. The latter two are put into an archive here, since no mutation would
 * get past compression and checksums. */
#include "fs/memory.h"
#include "io/sheet_shape.h"
#include "support_workbook.h"

#include <stdlib.h>
#include <string.h>

static const char *const parts[] = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
                                    "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"};
#define PARTS (sizeof parts / sizeof parts[0])

static uint32_t crc32_of(const uint8_t *data, size_t size) {
    uint32_t crc = 0xFFFFFFFF;
    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
    }
    return ~crc;
}

static void put(tarn_buffer *out, uint32_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++)
        if (tarn_buffer_append(out, &(uint8_t){(uint8_t)(i < 4 ? value >> (8 * i) : 0)}, 1, NULL) != TARN_OK)
            abort();
}

/* What a local header and the directory's entry have in common. */
static void put_entry(tarn_buffer *out, uint32_t crc, size_t size, size_t name_size) {
    put(out, 20, 2);
    put(out, 0, 8); /* no flags, stored, no time */
    put(out, crc, 4);
    put(out, (uint32_t)size, 4);
    put(out, (uint32_t)size, 4);
    put(out, (uint32_t)name_size, 2);
    put(out, 0, 2);
}

/* A part is added to the archive and to its directory, which goes behind all of
 * them. */
static void put_part(tarn_buffer *out, tarn_buffer *directory, const char *name, const uint8_t *data, size_t size) {
    uint32_t crc = crc32_of(data, size), at = (uint32_t)out->size;
    size_t name_size = strlen(name);
    put(out, 0x04034b50, 4);
    put_entry(out, crc, size, name_size);
    put(directory, 0x02014b50, 4);
    put(directory, 20, 2);
    put_entry(directory, crc, size, name_size);
    put(directory, 0, 10);
    put(directory, at, 4);
    if (tarn_buffer_append(out, name, name_size, NULL) != TARN_OK ||
        (size > 0 && tarn_buffer_append(out, data, size, NULL) != TARN_OK) ||
        tarn_buffer_append(directory, name, name_size, NULL) != TARN_OK)
        abort();
}

static void put_directory(tarn_buffer *out, tarn_buffer *directory, uint32_t count) {
    uint32_t at = (uint32_t)out->size;
    if (directory->size > 0 && tarn_buffer_append(out, directory->data, directory->size, NULL) != TARN_OK)
        abort();
    put(out, 0x06054b50, 4);
    put(out, 0, 4);
    put(out, count, 2);
    put(out, count, 2);
    put(out, (uint32_t)directory->size, 4);
    put(out, at, 4);
    put(out, 0, 2);
    tarn_buffer_free(directory);
}

static void build_archive(const uint8_t *data, size_t size, tarn_buffer *out) {
    tarn_buffer directory = {0};
    uint32_t count = 0;
    for (; count < PARTS && size > 0; count++) {
        const uint8_t *end = memchr(data, 1, size);
        size_t length = end != NULL ? (size_t)(end - data) : size;
        put_part(out, &directory, parts[count], data, length);
        data += length + (end != NULL);
        size -= length + (end != NULL);
    }
    put_directory(out, &directory, count);
}

static void build_grown(const uint8_t *data, size_t size, tarn_buffer *out) {
    tarn_buffer directory = {0};
    workbook_part grown[MOST_WORKBOOK_PARTS];
    size_t count = grow_workbook(data, size, grown);
    for (size_t i = 0; i < count; i++) {
        put_part(out, &directory, grown[i].name, grown[i].text.data, grown[i].text.size);
        tarn_buffer_free(&grown[i].text);
    }
    put_directory(out, &directory, (uint32_t)count);
}

static tarn_status print_cells(void *context, uint64_t row, const tarn_sheet_cell *cells, size_t count,
                               tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = row > 0 ? TARN_OK : TARN_E_INTERNAL;
    for (size_t i = 0; i < count && status == TARN_OK; i++) {
        text.size = 0;
        status = tarn_sheet_cell_print(context, &cells[i], &text, error);
    }
    tarn_buffer_free(&text);
    return status;
}

static void read_sheet(const tarn_workbook *book, const tarn_workbook_sheet *which) {
    tarn_import_options options = {0};
    tarn_sheet_shape shape;
    tarn_notes notes = {0};
    tarn_sheet *sheet = NULL;
    if (tarn_sheet_shape_find(book, which, &options, NULL, &shape, &notes, NULL) == TARN_OK)
        tarn_sheet_shape_clear(&shape);
    tarn_notes_clear(&notes);
    if (tarn_sheet_open(book, which, print_cells, (void *)book, &sheet, NULL) != TARN_OK)
        return;
    for (bool more = true; more && tarn_sheet_advance(sheet, &more, NULL) == TARN_OK;)
        continue;
    tarn_sheet_close(sheet);
}

static void read_archive(tarn_file *file) {
    tarn_package *package = NULL;
    tarn_workbook book;
    const tarn_workbook_sheet *which;
    if (tarn_package_open(file, "fuzz.xlsx", NULL, &package, NULL) != TARN_OK)
        return;
    if (tarn_workbook_read(package, "fuzz.xlsx", &book, NULL) == TARN_OK) {
        if (tarn_workbook_find(&book, NULL, &which, NULL) == TARN_OK)
            read_sheet(&book, which);
        tarn_workbook_clear(&book);
    }
    tarn_package_close(package);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tarn_buffer archive = {0};
    tarn_fs *fs;
    tarn_file *file;
    bool whole = size >= 2 && memcmp(data, "PK", 2) == 0;
    if (whole ? tarn_buffer_append(&archive, data, size, NULL) != TARN_OK : false)
        abort();
    if (!whole && size > 0 && data[0] == 'G')
        build_grown(data + 1, size - 1, &archive);
    else if (!whole)
        build_archive(data, size, &archive);
    if (tarn_fs_memory(&fs, NULL) != TARN_OK ||
        tarn_fs_open(fs, "fuzz.xlsx", TARN_OPEN_CREATE, &file, NULL) != TARN_OK ||
        tarn_file_write(file, 0, archive.data, archive.size, NULL) != TARN_OK)
        abort();
    read_archive(file);
    tarn_file_close(file);
    tarn_fs_free(fs);
    tarn_buffer_free(&archive);
    return 0;
}
