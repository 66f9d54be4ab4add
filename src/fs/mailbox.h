/**
 * @file mailbox.h
 * How threads of a WebAssembly module ask the files worker of the page for something. Only the browser's host uses it.
 *
 * Handles of the origin private file system belong to the worker that opened them and cannot be handed to another, so
 * one worker owns them all and serves the other threads through the module's shared memory: a thread links a request
 * into a list and waits for its state to change; the worker takes the whole list, carries the requests out and answers
 * in place. No message is posted and nothing is cloned: read bytes go straight to where the thread wants them.
 *
 * The other side is web/engine/src/files/mailbox.ts, which knows this layout. All numbers are little-endian, as
 * WebAssembly's memory is; addresses have 32 bits.
 */
#ifndef TARN_FS_MAILBOX_H
#define TARN_FS_MAILBOX_H

#include "tarn/error.h"

#include <stdint.h>

typedef enum tarn_mail_operation {
    TARN_MAIL_OPEN = 1,   /**< path, mode → file */
    TARN_MAIL_CLOSE,      /**< file */
    TARN_MAIL_READ,       /**< file, offset, data, size → got */
    TARN_MAIL_WRITE,      /**< file, offset, data, size */
    TARN_MAIL_SYNC,       /**< file */
    TARN_MAIL_SIZE,       /**< file → value */
    TARN_MAIL_TRUNCATE,   /**< file, offset is the new size */
    TARN_MAIL_LOCK,       /**< file, mode is the kind */
    TARN_MAIL_UNLOCK,     /**< file */
    TARN_MAIL_STAT,       /**< path → mode is the kind, value the size */
    TARN_MAIL_LIST,       /**< path, data, size → got bytes of entries; value is how many bytes they need */
    TARN_MAIL_MAKE,       /**< path: a folder */
    TARN_MAIL_REMOVE,     /**< path */
    TARN_MAIL_RENAME,     /**< path; data and size are the new path */
    TARN_MAIL_SYNC_NAMES, /**< path: a folder */
    TARN_MAIL_FREE_SPACE, /**< path → value */
} tarn_mail_operation;

#define TARN_MAIL_REASON_SIZE 200

/**
 * One request, on the stack of the thread that asks. An entry of a list is: kind (u32), size (u64, unaligned), size of
 * the name (u32), the name.
 */
typedef struct tarn_mail {
    uint32_t state; /**< 0 asked, 1 answered */
    uint32_t next;  /**< address of the request that was put in before this one; 0: none */
    uint32_t operation;
    uint32_t file; /**< the worker's number of an open file */
    uint32_t mode;
    uint32_t path, path_size;
    uint32_t data, size;
    uint32_t status; /**< a tarn_status */
    uint32_t got;
    uint32_t reserved;
    uint64_t offset;
    uint64_t value;
    char reason[TARN_MAIL_REASON_SIZE]; /**< why it failed: UTF-8, NUL-terminated */
} tarn_mail;

/** Where requests are put in. */
typedef struct tarn_mailbox {
    uint32_t newest;    /**< address of the request that was put in last; 0: none. The worker waits for it to change */
    uint32_t connected; /**< 1 once a worker serves it */
} tarn_mailbox;

/** The module's only one: the page gives its address to the files worker before the module is asked for anything. */
tarn_mailbox *tarn_opfs_mailbox(void);

#endif
