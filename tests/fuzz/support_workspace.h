/**
 * @file support_workspace.h
 * A workspace as a list of files in memory: made once, copied, edited as an input says, and written to a folder.
 */
#ifndef TARN_FUZZ_SUPPORT_WORKSPACE_H
#define TARN_FUZZ_SUPPORT_WORKSPACE_H

#include "base/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** What an input has left. */
typedef struct fuzz_input {
    const uint8_t *data;
    size_t size;
} fuzz_input;

/** The next byte or bytes; 0 when nothing is left. */
unsigned fuzz_byte(fuzz_input *input);
uint64_t fuzz_number(fuzz_input *input, unsigned bytes);

typedef struct fuzz_file {
    char *path;          /* below the folder */
    tarn_buffer content; /* of a link: where it points */
    enum { FUZZ_FILE, FUZZ_LINK, FUZZ_PIPE, FUZZ_FOLDER } kind;
} fuzz_file;

typedef struct fuzz_tree {
    fuzz_file *files; /* by path */
    size_t count, capacity;
} fuzz_tree;

/** Everything below a folder; folders that are empty are left out. */
void fuzz_tree_read(const char *folder, fuzz_tree *out);
void fuzz_tree_copy(const fuzz_tree *from, fuzz_tree *out);
/** Make `folder`, with the folders that a workspace has, and everything in it. */
void fuzz_tree_write(const fuzz_tree *tree, const char *folder);
void fuzz_tree_clear(fuzz_tree *tree);
/** Remove a folder with everything in it. */
void fuzz_remove(const char *folder);

/**
 * Do one edit that the input chooses: damage to bytes, lengths and names, or to numbers, texts and lines of the
 * journal, whose checksums are then made anew. False when it was of the second kind, which can say anything.
 */
bool fuzz_tree_edit(fuzz_tree *tree, fuzz_input *input);
/** Make the hashes that chain the journal's records anew, so that what was edited is believed. */
void fuzz_tree_chain(fuzz_tree *tree);

#endif
