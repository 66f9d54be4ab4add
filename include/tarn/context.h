/**
 * @file context.h
 * Who asks, from where, and what they may. Part of tarn.h.
 */
#ifndef TARN_CONTEXT_H
#define TARN_CONTEXT_H

#include "tarn/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What somebody may do; each may what those before it may. */
typedef enum tarn_role {
    TARN_ROLE_OWNER,  /**< everything */
    TARN_ROLE_WRITER, /**< change tables */
    TARN_ROLE_READER, /**< look */
} tarn_role;

/** Where somebody asks from: messages that say how to ask for something else say it in that door's words. */
typedef enum tarn_door {
    TARN_DOOR_PROGRAM, /**< the command line: "--if-exists replace" */
    TARN_DOOR_PAGE,    /**< a page's call: "ifExists: 'replace'" */
    TARN_DOOR_SERVER,  /**< a parameter over HTTP: "if_exists=replace" */
    TARN_DOOR_PYTHON,  /**< an argument: if_exists="replace" */
} tarn_door;

/** Which files of the disk somebody may name. */
typedef enum tarn_files {
    TARN_FILES_ALL,   /**< those that the process may open */
    TARN_FILES_NONE,  /**< none */
    TARN_FILES_BELOW, /**< those below `folder`, which relative paths begin at; links that lead elsewhere are not
                           followed */
} tarn_files;

/** Zeroed: the owner, at the program's door, with all files. Texts are copied by whoever takes it. */
typedef struct tarn_context {
    const char *user; /**< for the audit log; NULL: as the workspace was opened */
    tarn_role role;
    tarn_door door;
    tarn_files files;
    const char *folder;        /**< of TARN_FILES_BELOW: a folder that is there */
    const char *const *tables; /**< patterns of the tables that there are for them ("sales_*"); NULL: all */
    size_t table_count;
    size_t handle_limit;   /**< open comparisons, views and queries; 0: 64. Beyond it the one unused longest goes */
    uint64_t handle_bytes; /**< that their results may take; 0: 256 MiB */
    int64_t handle_idle;   /**< microseconds after which an unused one goes; 0: never */
} tarn_context;

#ifdef __cplusplus
}
#endif
#endif
