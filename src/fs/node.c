// Files and folders in memory.
#include "fs/node.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define PAGE 4096

struct tarn_content {
    atomic_size_t holders;
    size_t used; /* bytes that were ever part of an extent; those behind it nobody can see */
    size_t capacity;
    uint8_t *data;
};

/* ---- nodes --------------------------------------------------------------------------------------------------- */

tarn_disk_node *tarn_disk_node_new(tarn_entry_kind kind) {
    tarn_disk_node *node = calloc(1, sizeof *node);
    if (node != NULL) {
        node->holders = 1;
        node->kind = kind;
    }
    return node;
}

void tarn_disk_node_retain(tarn_disk_node *node) {
    node->holders++;
}

void tarn_disk_node_release(tarn_disk_node *node) {
    if (node == NULL || --node->holders > 0)
        return;
    tarn_extent_release(&node->current);
    tarn_extent_release(&node->durable);
    tarn_extent_release(&node->forgotten);
    tarn_names_free(&node->names);
    tarn_names_free(&node->durable_names);
    free(node);
}

/* The bytes of an extent in a page: fewer at its end, none behind it. */
static size_t bytes_in_page(const tarn_extent *extent, uint64_t at) {
    uint64_t left = at < extent->size ? extent->size - at : 0;
    return left < PAGE ? (size_t)left : PAGE;
}

static bool is_page_equal(const tarn_extent *a, const tarn_extent *b, uint64_t at) {
    size_t size = bytes_in_page(a, at);
    if (size != bytes_in_page(b, at))
        return false;
    return size == 0 || memcmp(tarn_extent_data(a) + at, tarn_extent_data(b) + at, size) == 0;
}

/* Put into `hard`, which is the current content, the durable bytes of those pages that are as when they were forgotten.
 */
static tarn_status keep_forgotten(const tarn_disk_node *file, tarn_extent *hard, tarn_error *error) {
    static const uint8_t zeros[PAGE];
    for (uint64_t at = 0; at < file->current.size; at += PAGE) {
        if (!is_page_equal(&file->current, &file->forgotten, at))
            continue;
        size_t size = bytes_in_page(&file->current, at);
        size_t old = bytes_in_page(&file->durable, at);
        old = old < size ? old : size;
        if (old > 0)
            TARN_TRY(tarn_extent_write(hard, at, tarn_extent_data(&file->durable) + at, old, error));
        TARN_TRY(tarn_extent_write(hard, at + old, zeros, size - old, error));
    }
    return TARN_OK;
}

static tarn_status harden_file(tarn_disk_node *file, tarn_error *error) {
    tarn_extent hard = tarn_extent_share(&file->current);
    tarn_status status = file->forgotten.content != NULL ? keep_forgotten(file, &hard, error) : TARN_OK;
    if (status != TARN_OK) {
        tarn_extent_release(&hard);
        return status;
    }
    tarn_extent_release(&file->durable);
    file->durable = hard;
    return TARN_OK;
}

tarn_status tarn_disk_node_harden(tarn_disk_node *node, tarn_error *error) {
    if (node->kind == TARN_ENTRY_FILE)
        return harden_file(node, error);
    tarn_names names;
    TARN_TRY(tarn_names_copy(&node->names, &names, error));
    tarn_names_free(&node->durable_names);
    node->durable_names = names;
    return TARN_OK;
}

/* ---- contents ------------------------------------------------------------------------------------------------ */

static tarn_content *content_new(size_t capacity) {
    tarn_content *content = calloc(1, sizeof *content);
    if (content == NULL)
        return NULL;
    content->data = tarn_aligned_alloc(capacity);
    if (content->data == NULL) {
        free(content);
        return NULL;
    }
    atomic_init(&content->holders, 1);
    content->capacity = capacity;
    return content;
}

tarn_extent tarn_extent_share(const tarn_extent *extent) {
    if (extent->content != NULL)
        atomic_fetch_add_explicit(&extent->content->holders, 1, memory_order_relaxed);
    return *extent;
}

void tarn_extent_release(tarn_extent *extent) {
    tarn_content *content = extent->content;
    *extent = (tarn_extent){0};
    if (content == NULL || atomic_fetch_sub_explicit(&content->holders, 1, memory_order_acq_rel) > 1)
        return;
    free(content->data);
    free(content);
}

const uint8_t *tarn_extent_data(const tarn_extent *extent) {
    return extent->content != NULL ? extent->content->data : NULL;
}

/* Make the bytes from `from` up to `to` ones that may be written: nobody else sees them, and there is room for them. */
static tarn_status make_writable(tarn_extent *extent, size_t from, size_t to, tarn_error *error) {
    tarn_content *content = extent->content;
    size_t capacity = content != NULL ? content->capacity : 0;
    bool alone = content != NULL && atomic_load_explicit(&content->holders, memory_order_acquire) == 1;
    bool unseen = content != NULL && from >= content->used;
    if (to <= capacity && (alone || unseen)) {
        content->used = content->used > to ? content->used : to;
        return TARN_OK;
    }
    if (to > capacity)
        capacity = capacity < SIZE_MAX / 2 && capacity * 2 > to ? capacity * 2 : to;
    tarn_content *copy = content_new(capacity);
    if (copy == NULL)
        return tarn_fail_memory(error);
    uint64_t size = extent->size;
    if (size > 0)
        memcpy(copy->data, content->data, (size_t)size);
    copy->used = size > to ? (size_t)size : to;
    tarn_extent_release(extent);
    *extent = (tarn_extent){copy, size};
    return TARN_OK;
}

tarn_status tarn_extent_write(tarn_extent *extent, uint64_t offset, const void *data, size_t size, tarn_error *error) {
    if (size == 0)
        return TARN_OK;
    if (offset > SIZE_MAX - size)
        return tarn_fail_memory(error);
    uint64_t from = offset < extent->size ? offset : extent->size;
    TARN_TRY(make_writable(extent, (size_t)from, (size_t)offset + size, error));
    uint8_t *bytes = extent->content->data;
    if (offset > extent->size)
        memset(bytes + extent->size, 0, (size_t)(offset - extent->size));
    memcpy(bytes + offset, data, size);
    if (extent->size < offset + size)
        extent->size = offset + size;
    return TARN_OK;
}

tarn_status tarn_extent_resize(tarn_extent *extent, uint64_t size, tarn_error *error) {
    if (size > extent->size) {
        if (size > SIZE_MAX)
            return tarn_fail_memory(error);
        TARN_TRY(make_writable(extent, (size_t)extent->size, (size_t)size, error));
        memset(extent->content->data + extent->size, 0, (size_t)(size - extent->size));
    }
    extent->size = size;
    return TARN_OK;
}

/* ---- names --------------------------------------------------------------------------------------------------- */

/* As strcmp, of a string and one that ends after `length` bytes. */
static int compare_name(const char *a, const char *b, size_t length) {
    int order = strncmp(a, b, length);
    return order != 0 ? order : a[length] != '\0';
}

/* The first place whose name does not come before `text`. */
static size_t lower_bound(const tarn_names *names, const char *text, size_t length) {
    size_t low = 0;
    size_t high = names->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_name(names->items[middle].text, text, length) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const tarn_names *names, size_t place, const char *text, size_t length) {
    return place < names->count && compare_name(names->items[place].text, text, length) == 0;
}

tarn_disk_node *tarn_names_find(const tarn_names *names, const char *text, size_t length) {
    size_t place = lower_bound(names, text, length);
    return is_at(names, place, text, length) ? names->items[place].node : NULL;
}

tarn_status tarn_names_add(tarn_names *names, const char *text, size_t length, tarn_disk_node *node,
                           tarn_error *error) {
    TARN_TRY(tarn_grow(&names->items, &names->capacity, names->count + 1, sizeof *names->items, error));
    char *copy = tarn_strndup(text, length);
    if (copy == NULL)
        return tarn_fail_memory(error);
    size_t place = lower_bound(names, text, length);
    memmove(names->items + place + 1, names->items + place, (names->count - place) * sizeof *names->items);
    names->items[place] = (tarn_name){copy, node};
    names->count++;
    tarn_disk_node_retain(node);
    return TARN_OK;
}

void tarn_names_remove(tarn_names *names, const char *text, size_t length) {
    size_t place = lower_bound(names, text, length);
    if (!is_at(names, place, text, length))
        return;
    tarn_name removed = names->items[place];
    names->count--;
    memmove(names->items + place, names->items + place + 1, (names->count - place) * sizeof *names->items);
    free(removed.text);
    tarn_disk_node_release(removed.node);
}

tarn_status tarn_names_copy(const tarn_names *names, tarn_names *out, tarn_error *error) {
    *out = (tarn_names){0};
    for (size_t i = 0; i < names->count; i++) {
        const tarn_name *name = &names->items[i];
        tarn_status status = tarn_names_add(out, name->text, strlen(name->text), name->node, error);
        if (status != TARN_OK) {
            tarn_names_free(out);
            return status;
        }
    }
    return TARN_OK;
}

void tarn_names_free(tarn_names *names) {
    for (size_t i = 0; i < names->count; i++) {
        free(names->items[i].text);
        tarn_disk_node_release(names->items[i].node);
    }
    free(names->items);
    *names = (tarn_names){0};
}
