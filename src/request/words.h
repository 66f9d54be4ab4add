/**
 * @file words.h
 * What the library says, in the words of whoever's door it goes through. For src/request only.
 *
 * The library speaks as the program's people do: "say --replace or --append". A page's people would write ifExists:
 * 'replace'. Every such phrase is a hint of base/hints.h, with what it is called at each door.
 */
#ifndef TARN_REQUEST_WORDS_H
#define TARN_REQUEST_WORDS_H

#include "tarn/context.h"

/** The text in a door's words; the folder `passing` (may be NULL) is left out of paths, since it stands for the bytes
 *  of a request. Heap; NULL: nothing is different, or out of memory. */
char *tarn_words_for(tarn_door door, const char *passing, const char *text);

#endif
