/**
 * @file answers.h
 * Answers that are kept in memory because somebody may ask for the same again: each under its tag, which stands for its
 * content, so that none is ever out of date. Those that were not asked for longest go. On the loop's thread only.
 */
#ifndef TARN_SERVER_ANSWERS_H
#define TARN_SERVER_ANSWERS_H

#include "server/response.h"

typedef struct tarn_answers tarn_answers;

/** At most `limit` bytes are kept. NULL when out of memory. */
tarn_answers *tarn_answers_new(size_t limit);
/** What is being sent stays until it is. */
void tarn_answers_free(tarn_answers *answers);

/** Answer by what is kept under a tag; false when nothing is. */
bool tarn_answers_give(tarn_answers *answers, tarn_exchange *exchange, const char *tag, bool is_lasting);

/** Keep a copy. `beside` (may be NULL) is what the field Tarn-Answer says; `media_type` is static. */
void tarn_answers_keep(tarn_answers *answers, const char *tag, const char *media_type, const char *beside,
                       const void *data, size_t size);

#endif
