/**
 * @file screen_store.h
 * Screens as a workspace keeps them: rows of the table _screens, so that each change of one is a version with its
 * event in the audit log, and can be undone. What is here waits for the library: to be called on a thread of its own.
 */
#ifndef TARN_SERVER_SCREEN_STORE_H
#define TARN_SERVER_SCREEN_STORE_H

#include "tarn/request.h"

#include <jansson.h>

#define TARN_SCREENS_TABLE "_screens"

/** All of them, a list of objects; of a workspace without any, an empty one. `*version` (may be NULL): of the table, 0
 *  without one. */
tarn_status tarn_screens_read(tarn_session *session, json_t **out, int64_t *version, tarn_error *error);

/** One of such a list; NULL: none of that name. Borrowed. */
json_t *tarn_screens_find(const json_t *screens, const char *name);

/**
 * Add one, or put one in the place of that of the same name, when the table is still at `version`. TARN_E_CONFLICT,
 * TARN_E_EXISTS: it is not.
 */
tarn_status tarn_screens_add(tarn_session *session, const json_t *screen, int64_t version, tarn_error *error);
tarn_status tarn_screens_replace(tarn_session *session, const json_t *screen, int64_t version, tarn_error *error);
tarn_status tarn_screens_remove(tarn_session *session, const char *name, int64_t version, tarn_error *error);

/** Ask the library and wait. `*answer` (may be NULL) is a new reference; of rows, the list of them. */
tarn_status tarn_ask_and_wait(tarn_session *session, json_t *request, json_t **answer, tarn_error *error);

#endif
