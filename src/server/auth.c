// Who a request is from: tokens, cookies, and the code in the link.
#include "server/auth.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* The most pages that are known at once; the one that was not seen for longest goes. */
#define MOST_SESSIONS 1000
/* How long a page that does not ask is known: 12 hours. */
#define SESSION_IDLE INT64_C(43200000000)

typedef struct page_session {
    uint8_t hash[TARN_SHA256_SIZE];
    tarn_identity *identity; /* NULL: free */
    int64_t seen;
} page_session;

struct tarn_auth {
    char *path; /* NULL: one token */
    tarn_token_list list;
    char token[TARN_TOKEN_SIZE], code[TARN_TOKEN_SIZE];
    uint8_t code_hash[TARN_SHA256_SIZE];
    bool code_is_used;
    page_session *sessions;
    char cookie_name[24];
};

/* One token, for whoever started the server. */
static tarn_status make_own(tarn_auth *auth, tarn_error *error) {
    const struct passwd *account = getpwuid(getuid());
    const char *name = account != NULL ? account->pw_name : "owner";
    TARN_TRY(tarn_token_make(auth->token, error));
    TARN_TRY(tarn_token_make(auth->code, error));
    tarn_token_hash(auth->code, strlen(auth->code), auth->code_hash);
    auth->list.items = calloc(1, sizeof *auth->list.items);
    tarn_identity *identity = tarn_identity_new(name, TARN_ROLE_OWNER, NULL, 0);
    if (auth->list.items == NULL || identity == NULL) {
        tarn_identity_release(identity);
        return tarn_fail_memory(error);
    }
    tarn_token_hash(auth->token, strlen(auth->token), identity->hash);
    auth->list.items[auth->list.count++] = identity;
    return TARN_OK;
}

tarn_status tarn_auth_new(const char *path, tarn_auth **out, tarn_error *error) {
    tarn_auth *auth = calloc(1, sizeof *auth);
    if (auth == NULL)
        return tarn_fail_memory(error);
    auth->sessions = calloc(MOST_SESSIONS, sizeof *auth->sessions);
    auth->path = path != NULL ? tarn_strdup(path) : NULL;
    tarn_status status = auth->sessions == NULL || (path != NULL && auth->path == NULL) ? tarn_fail_memory(error)
                         : path != NULL ? tarn_token_list_read(path, &auth->list, error)
                                        : make_own(auth, error);
    if (status == TARN_OK && auth->list.count == 0)
        status = tarn_fail(error, TARN_E_INVALID, "%s has no tokens: add one with 'tarn token add'", path);
    if (status != TARN_OK) {
        tarn_auth_free(auth);
        return status;
    }
    *out = auth;
    return TARN_OK;
}

void tarn_auth_set_port(tarn_auth *auth, int port) {
    snprintf(auth->cookie_name, sizeof auth->cookie_name, "tarn-%d", port);
}

static void forget(page_session *session) {
    tarn_identity_release(session->identity);
    *session = (page_session){0};
}

void tarn_auth_free(tarn_auth *auth) {
    if (auth == NULL)
        return;
    for (size_t i = 0; auth->sessions != NULL && i < MOST_SESSIONS; i++)
        forget(&auth->sessions[i]);
    free(auth->sessions);
    tarn_token_list_clear(&auth->list);
    free(auth->path);
    free(auth);
}

const tarn_token_list *tarn_auth_list(const tarn_auth *auth) {
    return &auth->list;
}

const char *tarn_auth_token(const tarn_auth *auth) {
    return auth->path == NULL ? auth->token : NULL;
}

const char *tarn_auth_code(const tarn_auth *auth) {
    return auth->path == NULL ? auth->code : NULL;
}

/* The one of the new list that is the same; those that are keep their sessions. */
static tarn_identity *same_in(const tarn_token_list *list, const tarn_identity *identity) {
    for (size_t i = 0; i < list->count; i++)
        if (tarn_identity_equal(list->items[i], identity))
            return list->items[i];
    return NULL;
}

tarn_status tarn_auth_reload(tarn_auth *auth, tarn_error *error) {
    tarn_token_list list = {0};
    if (auth->path == NULL)
        return TARN_OK;
    TARN_TRY(tarn_token_list_read(auth->path, &list, error));
    for (size_t i = 0; i < MOST_SESSIONS; i++) {
        page_session *session = &auth->sessions[i];
        tarn_identity *now = session->identity != NULL ? same_in(&list, session->identity) : NULL;
        if (session->identity == NULL)
            continue;
        if (now == NULL) {
            forget(session);
            continue;
        }
        tarn_identity_hold(now);
        tarn_identity_release(session->identity);
        session->identity = now;
    }
    tarn_token_list_clear(&auth->list);
    auth->list = list;
    return TARN_OK;
}

/* ---- what a request brings --------------------------------------------------------------------------------------- */

/* Of "Authorization: Bearer …"; NULL: there is none. */
static const char *bearer(const tarn_head *head) {
    const char *value = tarn_head_field(head, "authorization");
    if (value == NULL)
        return NULL;
    if (strncasecmp(value, "bearer ", 7) != 0)
        return "";
    return value + 7 + strspn(value + 7, " ");
}

/* The cookie's value, whose size is `*size`; NULL: there is none. */
static const char *find_cookie(const tarn_auth *auth, const tarn_head *head, size_t *size) {
    size_t length = strlen(auth->cookie_name);
    for (size_t i = 0; i < head->field_count; i++) {
        if (strcmp(head->fields[i].name, "cookie") != 0)
            continue;
        for (const char *at = head->fields[i].value; *at != '\0';) {
            at += strspn(at, "; ");
            size_t all = strcspn(at, ";");
            if (all > length && strncmp(at, auth->cookie_name, length) == 0 && at[length] == '=') {
                *size = all - length - 1;
                return at + length + 1;
            }
            at += all;
        }
    }
    return NULL;
}

static page_session *find_session(tarn_auth *auth, const char *text, size_t size) {
    uint8_t hash[TARN_SHA256_SIZE];
    int64_t now = tarn_monotonic();
    page_session *found = NULL;
    tarn_token_hash(text, size, hash);
    for (size_t i = 0; i < MOST_SESSIONS; i++) {
        page_session *session = &auth->sessions[i];
        if (session->identity != NULL && tarn_same_bytes(session->hash, hash, sizeof hash))
            found = session;
    }
    if (found != NULL && now - found->seen > SESSION_IDLE) {
        forget(found);
        found = NULL;
    }
    if (found != NULL)
        found->seen = now;
    return found;
}

tarn_identity *tarn_auth_find(tarn_auth *auth, const tarn_head *head, tarn_asked_by *by) {
    const char *token = bearer(head);
    *by = TARN_BY_NOTHING;
    if (token != NULL) {
        *by = TARN_BY_TOKEN;
        return tarn_token_find(&auth->list, token, strlen(token));
    }
    size_t size;
    const char *cookie = find_cookie(auth, head, &size);
    if (cookie == NULL)
        return NULL;
    page_session *session = find_session(auth, cookie, size);
    *by = TARN_BY_COOKIE;
    return session != NULL ? session->identity : NULL;
}

/* ---- a page's cookie --------------------------------------------------------------------------------------------- */

static page_session *take_session(tarn_auth *auth) {
    page_session *oldest = &auth->sessions[0];
    for (size_t i = 0; i < MOST_SESSIONS && oldest->identity != NULL; i++)
        if (auth->sessions[i].identity == NULL || auth->sessions[i].seen < oldest->seen)
            oldest = &auth->sessions[i];
    forget(oldest);
    return oldest;
}

static bool use_code(tarn_auth *auth, const char *text) {
    uint8_t hash[TARN_SHA256_SIZE];
    tarn_token_hash(text, strlen(text), hash);
    if (auth->path != NULL || auth->code_is_used || !tarn_same_bytes(hash, auth->code_hash, sizeof hash))
        return false;
    auth->code_is_used = true;
    return true;
}

tarn_identity *tarn_auth_begin(tarn_auth *auth, const tarn_head *head, bool encrypted, char cookie[256]) {
    const char *given = bearer(head);
    char secret[TARN_TOKEN_SIZE];
    if (given == NULL)
        return NULL;
    tarn_identity *identity = tarn_token_find(&auth->list, given, strlen(given));
    if (identity == NULL && use_code(auth, given))
        identity = auth->list.items[0];
    if (identity == NULL || tarn_token_make(secret, NULL) != TARN_OK)
        return NULL;
    page_session *session = take_session(auth);
    tarn_token_hash(secret, strlen(secret), session->hash);
    tarn_identity_hold(identity);
    session->identity = identity;
    session->seen = tarn_monotonic();
    snprintf(cookie, 256, "%s=%s; HttpOnly; SameSite=Strict; Path=/%s", auth->cookie_name, secret,
             encrypted ? "; Secure" : "");
    return identity;
}

void tarn_auth_end(tarn_auth *auth, const tarn_head *head, char cookie[256]) {
    size_t size;
    const char *text = find_cookie(auth, head, &size);
    page_session *session = text != NULL ? find_session(auth, text, size) : NULL;
    if (session != NULL)
        forget(session);
    snprintf(cookie, 256, "%s=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0", auth->cookie_name);
}
