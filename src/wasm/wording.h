/**
 * @file wording.h
 * What the library says, as a page's people can understand it: they know their files and a workspace, and none of the
 * folders that stand for both inside of the engine. For src/wasm only.
 */
#ifndef TARN_WASM_WORDING_H
#define TARN_WASM_WORDING_H

/**
 * A message in which inner paths are what they stand for: /mnt/3/a.csv is a.csv, /opfs/w/.tarn/journal/1.jsonl is "the
 * workspace's 1.jsonl". Heap; NULL when out of memory. The signature suits tarn_session_listener.
 */
char *tarn_wording(void *context, const char *message);

#endif
