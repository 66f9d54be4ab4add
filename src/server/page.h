/**
 * @file page.h
 * The files of the page that are compiled in: src/server/page, by cmake/TarnServer.cmake.
 */
#ifndef TARN_SERVER_PAGE_H
#define TARN_SERVER_PAGE_H

#include <stddef.h>

typedef struct tarn_page_file {
    const char *path, *media_type;
    const unsigned char *data;
    size_t size;
} tarn_page_file;

extern const tarn_page_file tarn_page_files[];
extern const size_t tarn_page_file_count;

#endif
