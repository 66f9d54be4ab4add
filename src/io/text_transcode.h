/**
 * @file text_transcode.h
 * Whole texts from the multi-byte encodings to UTF-8, in pieces, by iconv. Lines stay what they are.
 */
#ifndef TARN_IO_TEXT_TRANSCODE_H
#define TARN_IO_TEXT_TRANSCODE_H

#include "io/text_encoding.h"
#include "io/text_source.h"
#include "jobs/jobs.h"

#define TARN_TRANSCODE_LINES 100 /**< numbers of bad lines that are kept */

typedef tarn_status (*tarn_text_write)(void *context, const void *data, size_t size, tarn_error *error);

typedef struct tarn_transcoding {
    const tarn_text_encoding *encoding; /**< a multi-byte one */
    bool keep_utf8;                     /**< lines that are UTF-8 are left as they are */
    tarn_text_write write;
    void *context;
    tarn_task *task;                              /**< may be NULL */
    uint64_t invalid;                             /**< out: bytes that belong to no character, now U+FFFD */
    uint64_t invalid_lines[TARN_TRANSCODE_LINES]; /**< out: where the first of them are, from 1, each once */
    size_t n_invalid_lines;
} tarn_transcoding;

/** Read the source to its end. TARN_E_INVALID when this machine's iconv does not know the encoding. */
tarn_status tarn_text_transcode(const tarn_text_source *source, tarn_transcoding *run, tarn_error *error);

#endif
