/**
 * @file secret_kernel.h
 * Text in place of text, as HMAC-SHA-256 (RFC 2104, by nettle) of the old one under a secret has it.
 */
#ifndef TARN_COMMAND_SECRET_KERNEL_H
#define TARN_COMMAND_SECRET_KERNEL_H

#include "command/text_kernel.h"

/** The state of these kernels. One piece of memory, to be given to tarn_text_kernel_open. */
typedef struct tarn_secret tarn_secret;
tarn_status tarn_secret_new(const char *secret, tarn_secret **out, tarn_error *error);

extern const tarn_text_kernel tarn_hash_kernel;       /**< 64 hexadecimal digits; empty stays empty */
extern const tarn_text_kernel tarn_scramble_kernel;   /**< other digits for digits */
extern const tarn_text_kernel tarn_fake_first_kernel; /**< a first name; empty stays empty */
extern const tarn_text_kernel tarn_fake_last_kernel;  /**< a last name; empty stays empty */
extern const tarn_text_kernel tarn_fake_full_kernel;  /**< both */

#endif
