/**
 * @file place.h
 * The workspaces that are served, and who is at work in them: each caller has a session of the library's, which has
 * their handles. On the loop's thread only.
 */
#ifndef TARN_SERVER_PLACE_H
#define TARN_SERVER_PLACE_H

#include "server/loop.h"
#include "server/token.h"
#include "tarn/request.h"

typedef struct tarn_places tarn_places;
typedef struct tarn_place tarn_place;

typedef struct tarn_places_options {
    const char *directory; /**< one workspace; or */
    const char *root;      /**< a folder of folders with workspaces, each under its folder's name */
    const char *files;     /**< the folder whose files may be named; NULL: none */
    bool read_only;
} tarn_places_options;

/** Of one workspace, it is opened now; of a root, each when it is first asked. */
tarn_status tarn_places_new(tarn_loop *loop, const tarn_places_options *options, tarn_places **out, tarn_error *error);
/** Ends all sessions, closes all workspaces. */
void tarn_places_free(tarn_places *places);

/** By its name; NULL: the only one. TARN_E_NOT_FOUND for one that is not there. */
tarn_status tarn_places_get(tarn_places *places, const char *name, tarn_place **out, tarn_error *error);
bool tarn_places_are_many(const tarn_places *places);
/** The names of those that there are below the root, or of the only one: a heap list of heap texts. */
char **tarn_places_names(const tarn_places *places, size_t *count);
/** Sums over those that are open. */
void tarn_places_sum(const tarn_places *places, size_t *open, tarn_workspace_info *sum);

tarn_workspace *tarn_place_workspace(const tarn_place *place);
const char *tarn_place_name(const tarn_place *place);
const char *tarn_place_directory(const tarn_place *place);
bool tarn_place_is_read_only(const tarn_place *place);
/** Read only because another process writes. */
bool tarn_place_was_locked(const tarn_place *place);
/** Take in what the process that writes has done since. */
void tarn_place_refresh(tarn_place *place);

/** Somebody at work in a workspace. Counted. */
typedef struct tarn_caller {
    struct tarn_caller *next;
    tarn_place *place;
    tarn_identity *identity;
    tarn_session *session;
    size_t users;
    bool is_shared; /* by all plain requests of that identity */
    tarn_posted ended;
    void *context;
} tarn_caller;

/** The one of plain requests, made when it is first asked for. */
tarn_status tarn_caller_shared(tarn_place *place, tarn_identity *identity, tarn_caller **out, tarn_error *error);
/** One of its own, as a socket has it. `ended` is called with the listener's context when its session has ended and
 *  nothing is told any more. */
tarn_status tarn_caller_new(tarn_place *place, tarn_identity *identity, const tarn_session_listener *listener,
                            tarn_posted ended, tarn_caller **out, tarn_error *error);
void tarn_caller_hold(tarn_caller *caller);
void tarn_caller_release(tarn_caller *caller); /**< with the last holder its session ends */
/** Whether nobody is at work: no more than the sessions that are kept for the next request. */
bool tarn_places_are_quiet(const tarn_places *places);

/** Tokens were read anew: end the sessions of those whose identity is not among them. */
void tarn_places_forget_except(tarn_places *places, const tarn_token_list *list);

#endif
