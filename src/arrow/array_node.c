// The arrays that Tarn makes.
#include "arrow/array_node.h"

#include "arrow/layout.h"

#include <stdlib.h>
#include <string.h>

/* ---- keepers and piles ------------------------------------------------------------------------------------------- */

void tarn_keeper_init(tarn_keeper *keeper, void (*destroy)(tarn_keeper *keeper)) {
    atomic_init(&keeper->holders, 1);
    keeper->destroy = destroy;
}

void tarn_keeper_retain(tarn_keeper *keeper) {
    if (keeper != NULL)
        atomic_fetch_add_explicit(&keeper->holders, 1, memory_order_relaxed);
}

void tarn_keeper_release(tarn_keeper *keeper) {
    if (keeper != NULL && atomic_fetch_sub_explicit(&keeper->holders, 1, memory_order_acq_rel) == 1)
        keeper->destroy(keeper);
}

struct tarn_pile {
    tarn_keeper keeper;
    tarn_keeper *below;
    void **blocks;
    size_t count, capacity;
};

static void destroy_pile(tarn_keeper *keeper) {
    tarn_pile *pile = (tarn_pile *)keeper;
    for (size_t i = 0; i < pile->count; i++)
        free(pile->blocks[i]);
    free(pile->blocks);
    tarn_keeper_release(pile->below);
    free(pile);
}

tarn_status tarn_pile_new(tarn_keeper *below, tarn_pile **out, tarn_error *error) {
    tarn_pile *pile = calloc(1, sizeof *pile);
    if (pile == NULL)
        return tarn_fail_memory(error);
    tarn_keeper_init(&pile->keeper, destroy_pile);
    tarn_keeper_retain(below);
    pile->below = below;
    *out = pile;
    return TARN_OK;
}

tarn_keeper *tarn_pile_keeper(tarn_pile *pile) {
    return &pile->keeper;
}

tarn_status tarn_pile_add(tarn_pile *pile, void *block, tarn_error *error) {
    if (block == NULL)
        return TARN_OK;
    tarn_status status = tarn_grow(&pile->blocks, &pile->capacity, pile->count + 1, sizeof *pile->blocks, error);
    if (status != TARN_OK) {
        free(block);
        return status;
    }
    pile->blocks[pile->count++] = block;
    return TARN_OK;
}

tarn_status tarn_pile_alloc(tarn_pile *pile, size_t size, void **out, tarn_error *error) {
    void *block = tarn_aligned_alloc(size);
    if (block == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_pile_add(pile, block, error));
    *out = block;
    return TARN_OK;
}

/* ---- nodes ------------------------------------------------------------------------------------------------------- */

/* One allocation: this, then the buffers, the pointers to the children, the children, the dictionary. */
typedef struct array_node {
    tarn_keeper *owner;
} array_node;

static void release_node(struct ArrowArray *array) {
    array_node *node = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        tarn_array_release(array->children[i]);
    tarn_array_release(array->dictionary);
    tarn_keeper_release(node->owner);
    free(node);
    array->release = NULL;
}

tarn_status tarn_node_new(struct ArrowArray *out, int64_t n_buffers, int64_t n_children, bool dictionary,
                          tarn_keeper *owner, tarn_error *error) {
    size_t structures = (size_t)n_children + dictionary;
    size_t size = sizeof(array_node) + (size_t)n_buffers * sizeof(void *) + (size_t)n_children * sizeof(void *) +
                  structures * sizeof(struct ArrowArray);
    array_node *node = calloc(1, size);
    if (node == NULL)
        return tarn_fail_memory(error);
    const void **buffers = (const void **)(node + 1);
    struct ArrowArray **pointers = (struct ArrowArray **)(buffers + n_buffers);
    struct ArrowArray *children = (struct ArrowArray *)(pointers + n_children);
    for (int64_t i = 0; i < n_children; i++)
        pointers[i] = &children[i];
    tarn_keeper_retain(owner);
    node->owner = owner;
    *out = (struct ArrowArray){.n_buffers = n_buffers,
                               .buffers = buffers,
                               .n_children = n_children,
                               .children = n_children > 0 ? pointers : NULL,
                               .dictionary = dictionary ? &children[n_children] : NULL,
                               .release = release_node,
                               .private_data = node};
    return TARN_OK;
}

tarn_status tarn_node_begin(struct ArrowArray *out, int64_t n_buffers, int64_t n_children, bool dictionary,
                            tarn_error *error) {
    tarn_pile *pile = NULL;
    TARN_TRY(tarn_pile_new(NULL, &pile, error));
    tarn_status status = tarn_node_new(out, n_buffers, n_children, dictionary, &pile->keeper, error);
    tarn_keeper_release(&pile->keeper);
    return status;
}

tarn_status tarn_node_buffer(struct ArrowArray *array, int64_t index, size_t size, void **out, tarn_error *error) {
    tarn_pile *pile = (tarn_pile *)((array_node *)array->private_data)->owner;
    TARN_TRY(tarn_pile_alloc(pile, size, out, error));
    array->buffers[index] = *out;
    return TARN_OK;
}

struct ArrowArray tarn_array_window(const struct ArrowArray *array, int64_t start, int64_t count) {
    struct ArrowArray window = *array;
    window.offset += start;
    if (count != array->length && array->null_count != 0)
        window.null_count = -1;
    window.length = count;
    return window;
}

int64_t tarn_array_nulls_in(const struct ArrowArray *array) {
    const uint8_t *validity = tarn_validity_of(array);
    if (validity == NULL)
        return 0;
    if (array->null_count > 0)
        return array->null_count;
    return array->length - tarn_bits_count(validity, array->offset, array->length);
}

void tarn_array_release(struct ArrowArray *array) {
    if (array != NULL && array->release != NULL)
        array->release(array);
}

tarn_status tarn_array_make(struct ArrowArray *out, int64_t length, int64_t null_count, void **buffers,
                            int64_t n_buffers, struct ArrowArray *children, int64_t n_children, tarn_error *error) {
    tarn_pile *pile = NULL;
    struct ArrowArray array = {0};
    tarn_status status = tarn_pile_new(NULL, &pile, error);
    int64_t owned = 0;
    if (status != TARN_OK)
        goto cleanup;
    for (; owned < n_buffers; owned++) {
        status = tarn_pile_add(pile, buffers[owned], error);
        if (status != TARN_OK) {
            owned++;
            goto cleanup;
        }
    }
    TARN_CHECK(tarn_node_new(&array, n_buffers, n_children, false, &pile->keeper, error));
    for (int64_t i = 0; i < n_buffers; i++)
        array.buffers[i] = buffers[i];
    for (int64_t i = 0; i < n_children; i++) {
        *array.children[i] = children[i];
        children[i].release = NULL;
    }
    array.length = length;
    array.null_count = null_count;
    *out = array;
cleanup:
    if (status != TARN_OK) {
        for (; owned < n_buffers; owned++)
            free(buffers[owned]);
        for (int64_t i = 0; i < n_children; i++)
            tarn_array_release(&children[i]);
    }
    if (pile != NULL)
        tarn_keeper_release(&pile->keeper);
    return status;
}

const uint8_t *tarn_validity_of(const struct ArrowArray *array) {
    return array->null_count == 0 || array->n_buffers == 0 ? NULL : array->buffers[0];
}

/* Asked for every value of a column: of all types but null and some nested ones the format's first letter says enough.
 */
bool tarn_array_is_null(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i) {
    tarn_shape shape;
    if (schema->format[0] == 'n' || schema->format[0] == '+') {
        if (tarn_shape_of(schema->format, &shape, NULL) != TARN_OK)
            return false;
        if (!tarn_layout_has_validity(shape.layout))
            return shape.layout == TARN_LAYOUT_NULL;
    }
    const uint8_t *validity = tarn_validity_of(array);
    return validity != NULL && !tarn_bit_get(validity, array->offset + i);
}

/* ---- sharing ----------------------------------------------------------------------------------------------------- */

/* Another library's array, kept whole for those who share it. */
typedef struct foreign_root {
    tarn_keeper keeper;
    struct ArrowArray original;
} foreign_root;

static void destroy_foreign(tarn_keeper *keeper) {
    foreign_root *root = (foreign_root *)keeper;
    tarn_array_release(&root->original);
    free(root);
}

static tarn_status refer(const struct ArrowArray *array, tarn_keeper *owner, struct ArrowArray *out, tarn_error *error);

static tarn_status refer_below(const struct ArrowArray *array, tarn_keeper *owner, struct ArrowArray *out,
                               tarn_error *error) {
    for (int64_t i = 0; i < array->n_children; i++)
        TARN_TRY(refer(array->children[i], owner, out->children[i], error));
    return array->dictionary == NULL ? TARN_OK : refer(array->dictionary, owner, out->dictionary, error);
}

/* A tree of nodes over the buffers of `array`, all held by `owner`. */
static tarn_status refer(const struct ArrowArray *array, tarn_keeper *owner, struct ArrowArray *out,
                         tarn_error *error) {
    TARN_TRY(tarn_node_new(out, array->n_buffers, array->n_children, array->dictionary != NULL, owner, error));
    out->length = array->length;
    out->null_count = array->null_count;
    out->offset = array->offset;
    for (int64_t i = 0; i < array->n_buffers; i++)
        out->buffers[i] = array->buffers[i];
    return refer_below(array, owner, out, error);
}

/* Put another library's array under a keeper, and nodes of our own in its place. */
static tarn_status adopt(struct ArrowArray *array, tarn_error *error) {
    foreign_root *root = calloc(1, sizeof *root);
    if (root == NULL)
        return tarn_fail_memory(error);
    tarn_keeper_init(&root->keeper, destroy_foreign);
    struct ArrowArray nodes = {0};
    tarn_status status = refer(array, &root->keeper, &nodes, error);
    if (status == TARN_OK) {
        root->original = *array;
        *array = nodes;
    } else {
        tarn_array_release(&nodes);
    }
    tarn_keeper_release(&root->keeper);
    return status;
}

/* The same nodes once more, for arrays of ours; foreign parts of them are adopted on the way. */
static tarn_status share_tree(struct ArrowArray *array, struct ArrowArray *out, tarn_error *error) {
    if (array->release != release_node)
        TARN_TRY(adopt(array, error));
    tarn_keeper *owner = ((array_node *)array->private_data)->owner;
    TARN_TRY(tarn_node_new(out, array->n_buffers, array->n_children, array->dictionary != NULL, owner, error));
    out->length = array->length;
    out->null_count = array->null_count;
    out->offset = array->offset;
    for (int64_t i = 0; i < array->n_buffers; i++)
        out->buffers[i] = array->buffers[i];
    for (int64_t i = 0; i < array->n_children; i++)
        TARN_TRY(share_tree(array->children[i], out->children[i], error));
    return array->dictionary == NULL ? TARN_OK : share_tree(array->dictionary, out->dictionary, error);
}

tarn_status tarn_array_share(struct ArrowArray *array, int64_t offset, int64_t length, struct ArrowArray *out,
                             tarn_error *error) {
    if (array->release == NULL)
        return tarn_fail(error, TARN_E_INVALID, "cannot share an array that was released");
    if (offset < 0 || length < 0 || offset > array->length - length)
        return tarn_fail(error, TARN_E_INVALID, "cannot cut %lld values from %lld on out of an array of %lld",
                         (long long)length, (long long)offset, (long long)array->length);
    struct ArrowArray shared = {0};
    tarn_status status = share_tree(array, &shared, error);
    if (status != TARN_OK) {
        tarn_array_release(&shared);
        return status;
    }
    if (array->null_count == array->length)
        shared.null_count = length;
    else if (length != array->length && array->null_count != 0)
        shared.null_count = -1;
    shared.offset += offset;
    shared.length = length;
    *out = shared;
    return TARN_OK;
}
