/**
 * @file array_node.h
 * The arrays that Tarn makes: a tree of nodes, each of which holds a reference to whatever owns its buffers. Sharing an
 * array is then another tree of nodes over the same owners, and any node can be moved out of its parent.
 * Private to src/arrow.
 */
#ifndef TARN_ARROW_ARRAY_NODE_H
#define TARN_ARROW_ARRAY_NODE_H

#include "arrow/array.h"

#include <stdatomic.h>

/** Memory with several holders. Embedded as the first member of what it counts; `destroy` frees all of it. */
typedef struct tarn_keeper {
    atomic_size_t holders;
    void (*destroy)(struct tarn_keeper *keeper);
} tarn_keeper;

void tarn_keeper_init(tarn_keeper *keeper, void (*destroy)(tarn_keeper *keeper)); /**< one holder: the caller */
void tarn_keeper_retain(tarn_keeper *keeper);
void tarn_keeper_release(tarn_keeper *keeper); /**< NULL is allowed */

/** Memory that lasts as long as some arrays: blocks that are freed together, and another keeper that is let go then. */
typedef struct tarn_pile tarn_pile;

/** `below` (may be NULL) is retained. One holder: the caller, who lets go with tarn_keeper_release. */
tarn_status tarn_pile_new(tarn_keeper *below, tarn_pile **out, tarn_error *error);
tarn_keeper *tarn_pile_keeper(tarn_pile *pile);
/** Take over a block from tarn_aligned_alloc (NULL is allowed); frees it at once when it fails. */
tarn_status tarn_pile_add(tarn_pile *pile, void *block, tarn_error *error);
/** A fresh block, aligned to 64 bytes, not cleared. */
tarn_status tarn_pile_alloc(tarn_pile *pile, size_t size, void **out, tarn_error *error);

/**
 * An empty node: `n_buffers` NULL buffers, `n_children` released children, a released dictionary when asked for.
 * Retains `owner` (may be NULL). The caller fills in the rest; releasing it half-filled is fine.
 */
tarn_status tarn_node_new(struct ArrowArray *out, int64_t n_buffers, int64_t n_children, bool dictionary,
                          tarn_keeper *owner, tarn_error *error);

/** As tarn_node_new, over a fresh pile of its own, for arrays that are made from nothing. */
tarn_status tarn_node_begin(struct ArrowArray *out, int64_t n_buffers, int64_t n_children, bool dictionary,
                            tarn_error *error);

/** Make buffer `index` of a node from tarn_node_begin: `size` bytes, not cleared. */
tarn_status tarn_node_buffer(struct ArrowArray *array, int64_t index, size_t size, void **out, tarn_error *error);

/** Nulls in the array by its validity bitmap, counted when null_count is not known. */
int64_t tarn_array_nulls_in(const struct ArrowArray *array);

/** Validity bitmap, NULL when every value is valid as far as null_count and buffers say. */
const uint8_t *tarn_validity_of(const struct ArrowArray *array);

#endif
