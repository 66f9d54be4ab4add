/**
 * @file text_common.h
 * The commonest characters of East Asian text. Included by text_cjk.c only.
 */
#ifndef TARN_IO_TEXT_COMMON_H
#define TARN_IO_TEXT_COMMON_H

#include <stddef.h>
#include <stdint.h>

typedef struct tarn_text_common {
    const uint16_t *codes; /**< both bytes, ascending */
    size_t count;
} tarn_text_common;

extern const tarn_text_common tarn_text_common_gbk, tarn_text_common_big5, tarn_text_common_shift_jis,
    tarn_text_common_euc_jp, tarn_text_common_euc_kr;

#endif
