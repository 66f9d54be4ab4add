/**
 * @file fault.h
 * A memory disk on which things go wrong when a test says so: calls that fail, and power that goes away.
 *
 * It keeps, beside what every file and folder is, what of that is durable: a file's content and size as of its last
 * tarn_file_sync, a folder's names as of its last tarn_fs_sync_directory. The two are independent, as POSIX has it: a
 * synced file whose name was not synced is gone, a synced name of a file that was not is an empty file. Renaming a
 * folder is durable at once.
 *
 * How to cut a scenario everywhere: run it once on a fresh disk, N = tarn_fault_calls(fs, TARN_FAULT_MUTATING). Then
 * for each n from 0 to N - 1, on a fresh disk each time: tarn_fault_freeze(fs, n), run the scenario (it fails
 * somewhere), close what it left open, tarn_fault_power_loss, open again through the same tarn_fs and check.
 *
 * The handle is a tarn_fs; it is thread-safe. Mappings are exact copies, so that a sanitizer sees reads outside of
 * them.
 */
#ifndef TARN_FS_FAULT_H
#define TARN_FS_FAULT_H

#include "fs/fs.h"

/** The kinds of calls; a set of them is the sum. Closing and unlocking cannot fail and are not counted. */
enum {
    TARN_FAULT_OPEN = 1 << 0,   /**< opening a file that exists, or trying to */
    TARN_FAULT_CREATE = 1 << 1, /**< opening that makes a new file */
    TARN_FAULT_MAKE_DIRECTORY = 1 << 2,
    TARN_FAULT_STAT = 1 << 3,
    TARN_FAULT_LIST = 1 << 4,
    TARN_FAULT_REMOVE = 1 << 5,
    TARN_FAULT_RENAME = 1 << 6,
    TARN_FAULT_SYNC_DIRECTORY = 1 << 7,
    TARN_FAULT_FREE_SPACE = 1 << 8,
    TARN_FAULT_READ = 1 << 9,
    TARN_FAULT_WRITE = 1 << 10,
    TARN_FAULT_SYNC = 1 << 11,
    TARN_FAULT_SIZE = 1 << 12,
    TARN_FAULT_TRUNCATE = 1 << 13,
    TARN_FAULT_MAP = 1 << 14,
    TARN_FAULT_LOCK = 1 << 15,
    TARN_FAULT_KINDS = 16, /**< how many there are */

    TARN_FAULT_ANY = (1 << 16) - 1,
    /** Those that change the disk or what of it is durable. */
    TARN_FAULT_MUTATING = TARN_FAULT_CREATE | TARN_FAULT_MAKE_DIRECTORY | TARN_FAULT_REMOVE | TARN_FAULT_RENAME |
                          TARN_FAULT_SYNC_DIRECTORY | TARN_FAULT_WRITE | TARN_FAULT_SYNC | TARN_FAULT_TRUNCATE,
};

/** Which call fails, and how. */
typedef struct tarn_fault_plan {
    unsigned kinds;     /**< only these are counted and fail */
    uint64_t call;      /**< the first one to fail, counted from 1 when the plan is made; 0 for none */
    tarn_status status; /**< TARN_E_IO, TARN_E_FULL, … */
    bool lasting;       /**< every later one of these kinds fails too */
    size_t written;     /**< a write that fails has written this many of its bytes before, at most all */
    /**
     * A sync that fails gives up what it should have made durable, as Linux does: it can be read, but a later sync that
     * succeeds does not make it durable, only the pages of 4096 bytes that were changed again in between.
     */
    bool forgets;
} tarn_fault_plan;

typedef enum tarn_power_loss {
    TARN_POWER_LOSS_DROP, /**< nothing survives that was not synced */
    TARN_POWER_LOSS_KEEP, /**< everything had reached the disk */
    /**
     * Of unsynced content, each sector of 512 bytes survives or not (then it is as it was durable, or zeros), and the
     * size is anything between; each unsynced new, changed or removed name survives or not.
     */
    TARN_POWER_LOSS_TORN,
} tarn_power_loss;

/** A disk with the folder "/", which is durable. Freed with tarn_fs_free. */
tarn_status tarn_fs_fault(tarn_fs **out, tarn_error *error);

/** Calls of these kinds since the disk was made, those that failed included (not those that a dead machine refused). */
uint64_t tarn_fault_calls(tarn_fs *fs, unsigned kinds);

/** Replace the plan; NULL for none. */
void tarn_fault_plan_set(tarn_fs *fs, const tarn_fault_plan *plan);

/** How many calls the present plan has made to fail. */
uint64_t tarn_fault_plan_hits(tarn_fs *fs);

/** After `calls` more mutating calls the machine is off: every later call of any kind fails with TARN_E_IO. */
void tarn_fault_freeze(tarn_fs *fs, uint64_t calls);

/** True once the machine is off. */
bool tarn_fault_is_frozen(tarn_fs *fs);

/**
 * The power goes and comes back. The disk becomes what survives (with TARN_POWER_LOSS_TORN `seed` says what), and that
 * is durable. Every handle from before fails with TARN_E_IO from now on and can only be closed; locks are gone;
 * mappings stay readable. The plan and the freezing are lifted. Fails only for want of memory.
 */
tarn_status tarn_fault_power_loss(tarn_fs *fs, tarn_power_loss mode, uint64_t seed, tarn_error *error);

#endif
