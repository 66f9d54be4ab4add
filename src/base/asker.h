/**
 * @file asker.h
 * Messages that say how to ask for something else have to name it as whoever asks does: an option of the command line,
 * or a member of a page's call.
 */
#ifndef TARN_BASE_ASKER_H
#define TARN_BASE_ASKER_H

/** One of two string literals: what people write on a command line, and in a page's call. */
#ifdef __EMSCRIPTEN__
#define TARN_ASKER(line, page) page
#else
#define TARN_ASKER(line, page) line
#endif

#endif
