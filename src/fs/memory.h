/**
 * @file memory.h
 * The memory disk with what the fault host needs of it. Included by these two only.
 */
#ifndef TARN_FS_MEMORY_H
#define TARN_FS_MEMORY_H

#include "fs/fault.h"
#include "fs/node.h"

/** A memory disk that records what is durable: what was synced, and the names in folders that were synced. */
tarn_status tarn_memory_recording(tarn_fs **out, tarn_error *error);

/** A sync of the file failed: what is not durable of it now will not be, unless it is written again. */
void tarn_memory_forget(tarn_file *file);

/** See tarn_fault_power_loss. `memory` is a disk from tarn_memory_recording. */
tarn_status tarn_memory_power_loss(tarn_fs *memory, tarn_power_loss mode, uint64_t seed, tarn_error *error);

/**
 * Turn the tree below `root` into what survives, current and durable alike, and drop all locks. `number` is one that
 * no earlier call on this tree was given.
 */
tarn_status tarn_disk_node_survive(tarn_disk_node *root, tarn_power_loss mode, uint64_t seed, uint64_t number,
                                   tarn_error *error);

#endif
