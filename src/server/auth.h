/**
 * @file auth.h
 * Who a request is from: by a token in Authorization, or by a page's cookie, which it got for a token or for the
 * code in the link that was printed. Tokens are never looked for in a path or a query. On the loop's thread only.
 */
#ifndef TARN_SERVER_AUTH_H
#define TARN_SERVER_AUTH_H

#include "server/reader.h"
#include "server/token.h"

typedef struct tarn_auth tarn_auth;

/** With a file of tokens, or NULL: one token that is made now. `port` tells cookies of several servers apart. */
tarn_status tarn_auth_new(const char *path, tarn_auth **out, tarn_error *error);
void tarn_auth_set_port(tarn_auth *auth, int port);
void tarn_auth_free(tarn_auth *auth);

/** Read the file anew; on failure the old list stays. Sessions of tokens that have gone end. */
tarn_status tarn_auth_reload(tarn_auth *auth, tarn_error *error);

const tarn_token_list *tarn_auth_list(const tarn_auth *auth);

/** Without a file: the token for programs, and the code that works once, for a page. NULL otherwise. */
const char *tarn_auth_token(const tarn_auth *auth);
const char *tarn_auth_code(const tarn_auth *auth);

typedef enum tarn_asked_by { TARN_BY_NOTHING, TARN_BY_TOKEN, TARN_BY_COOKIE } tarn_asked_by;

/** Who it is; NULL with `*by` TARN_BY_NOTHING: nothing was given; else what was given is nobody's. Borrowed. */
tarn_identity *tarn_auth_find(tarn_auth *auth, const tarn_head *head, tarn_asked_by *by);

/** A cookie's field for somebody, into `cookie`; for the code in Authorization as well, which is used up by it. NULL:
 *  nobody's. */
tarn_identity *tarn_auth_begin(tarn_auth *auth, const tarn_head *head, bool encrypted, char cookie[256]);
/** Forget the cookie that came; a field that removes it into `cookie`. */
void tarn_auth_end(tarn_auth *auth, const tarn_head *head, char cookie[256]);

#endif
