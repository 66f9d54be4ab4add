/**
 * @file wording.h
 * What the library says, as a page's people can understand it: they know their files and a workspace, and none of the
 * folders that stand for both inside of the engine. For src/wasm only.
 */
#ifndef TARN_WASM_WORDING_H
#define TARN_WASM_WORDING_H

#include <jansson.h>

/**
 * A message in which inner paths are what they stand for: /mnt/3/a.csv is a.csv, /opfs/w/.tarn/journal/1.jsonl is "the
 * workspace's 1.jsonl". Heap; NULL when out of memory.
 */
char *tarn_wording(const char *message);

/** The same, in place, for all that an answer says to people: messages, warnings, notices, problems. */
void tarn_wording_answer(json_t *answer);

#endif
