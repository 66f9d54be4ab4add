/**
 * @file node.h
 * Files and folders in memory: what the memory host and, through it, the fault host are made of. Included by those
 * only.
 *
 * A node is counted: each name that leads to it holds one count, so does each handle and each durable name. Nodes are
 * not thread-safe, their host's mutex guards them. Contents are counted by themselves and atomically, and the bytes
 * that anybody else may see are never written to again, so that reading and mapping need no lock and no copy.
 *
 * Where a disk records what is durable, a file node also keeps its content as of the last sync, and a folder node its
 * names as of the last sync.
 */
#ifndef TARN_FS_NODE_H
#define TARN_FS_NODE_H

#include "fs/fs.h"

typedef struct tarn_disk_node tarn_disk_node;

/** Bytes that nobody changes while more than one holds them, except behind the last byte that was ever used. */
typedef struct tarn_content tarn_content;

typedef struct tarn_extent {
    tarn_content *content; /**< NULL while nothing was written */
    uint64_t size;
} tarn_extent;

typedef struct tarn_name {
    char *text; /**< owned */
    tarn_disk_node *node;
} tarn_name;

/** The names in a folder, in byte order. */
typedef struct tarn_names {
    tarn_name *items;
    size_t count, capacity;
} tarn_names;

struct tarn_disk_node {
    size_t holders;
    tarn_entry_kind kind;
    tarn_extent
        forgotten; /**< of a file: what it was when a sync failed; pages that are so still will not be durable */
    tarn_extent current, durable;    /**< of a file */
    tarn_names names, durable_names; /**< of a folder */
    size_t shared_locks;
    bool exclusive_lock;
    uint64_t placed; /**< the last loss of power in which the node got its place among what survived */
};

/** A node with one holder; NULL when out of memory. */
tarn_disk_node *tarn_disk_node_new(tarn_entry_kind kind);
void tarn_disk_node_retain(tarn_disk_node *node);
void tarn_disk_node_release(tarn_disk_node *node); /**< NULL is allowed */

/** Take a node that records durability as it is: from now on nothing of it can be lost. Folders: the names only. */
tarn_status tarn_disk_node_harden(tarn_disk_node *node, tarn_error *error);

/* ---- contents ---- */

/** Another holder of the same bytes. */
tarn_extent tarn_extent_share(const tarn_extent *extent);
void tarn_extent_release(tarn_extent *extent);
const uint8_t *tarn_extent_data(const tarn_extent *extent); /**< 64-byte aligned; NULL when nothing was written */

/** Write, growing the extent as needed; a gap becomes zeros. On failure nothing has changed. */
tarn_status tarn_extent_write(tarn_extent *extent, uint64_t offset, const void *data, size_t size, tarn_error *error);
tarn_status tarn_extent_resize(tarn_extent *extent, uint64_t size, tarn_error *error);

/* ---- names ---- */

/** The node of a name, NULL when absent. */
tarn_disk_node *tarn_names_find(const tarn_names *names, const char *text, size_t length);

/** Add a name that is absent; the names become a holder of the node. */
tarn_status tarn_names_add(tarn_names *names, const char *text, size_t length, tarn_disk_node *node, tarn_error *error);
void tarn_names_remove(tarn_names *names, const char *text, size_t length); /**< fine when absent */
tarn_status tarn_names_copy(const tarn_names *names, tarn_names *out, tarn_error *error);
void tarn_names_free(tarn_names *names);

#endif
