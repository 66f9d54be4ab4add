/**
 * @file serve.h
 * Serving workspaces over HTTP and WebSocket: what `tarn serve` and `tarn token` do, for other programs. In a library
 * of its own, libtarn_server.so, since only who serves needs what it is made of. docs/server.md says what is served.
 *
 *     tarn_server *server;
 *     tarn_server_start(&(tarn_serve_options){.directory = "data", .port = 7474}, &server, &error);
 *     puts(tarn_server_link(server));
 *     tarn_server_run(server);
 *     tarn_server_free(server);
 */
#ifndef TARN_SERVE_H
#define TARN_SERVE_H

#include "tarn/context.h"
#include "tarn/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tarn_server tarn_server;

/** Zeroed but for what is to be served: on 127.0.0.1 alone, with one token that is made anew. */
typedef struct tarn_serve_options {
    const char *directory; /**< the folder with the workspace; or */
    const char *root;      /**< a folder of such folders: each is served below its own name, "/NAME/api/v1/…" */
    const char *bind;      /**< the address to listen at; NULL: 127.0.0.1 */
    int port;              /**< 0: one that the system gives */
    bool next_port;        /**< when `port` is taken: the next that is free */
    const char *tokens;    /**< a file made by tarn_token_add; NULL: one token, and loopback alone */
    const char *files;     /**< the folder whose files requests may name; NULL: none */
    const char *certificate, *key; /**< PEM files: TLS; NULL: none */
    bool insecure;                 /**< listen beyond loopback without TLS or tokens, all the same */
    bool read_only;
    const char *log;          /**< a line for each request, on standard error: "json", "common"; NULL or "none": none */
    const char *const *hosts; /**< further names that it is asked under ("tables.example") */
    size_t host_count;
    const char *const *origins; /**< pages elsewhere that may ask ("https://tables.example") */
    size_t origin_count;
    unsigned slow;        /**< seconds that a request's head may take, and a body may stall; 0: 10 */
    uint64_t most_upload; /**< bytes of an upload; 0: 64 GiB */
} tarn_serve_options;

/** Open, and listen. `*out` is to be freed with tarn_server_free. */
TARN_API tarn_status tarn_server_start(const tarn_serve_options *options, tarn_server **out, tarn_error *error);

/** "http://127.0.0.1:7474/", valid as long as the server. */
TARN_API const char *tarn_server_url(const tarn_server *server);
/** The same with a code behind # that lets one page in, once; without a file of tokens only, else the plain one. */
TARN_API const char *tarn_server_link(const tarn_server *server);
/** The token for programs; NULL with a file of tokens. */
TARN_API const char *tarn_server_token(const tarn_server *server);
/** What should be heard about it (served for reading only, since another process writes …); NULL: nothing. */
TARN_API const char *tarn_server_notice(const tarn_server *server);

/** Serve on this thread until tarn_server_stop, SIGTERM or SIGINT; what is being answered then is finished, for at most
 *  30 seconds. SIGHUP reads tokens and certificate anew. */
TARN_API void tarn_server_run(tarn_server *server);
/** From any thread, or a signal's handler: come to an end. */
TARN_API void tarn_server_stop(tarn_server *server);
TARN_API void tarn_server_free(tarn_server *server); /**< NULL is allowed */

/* ---- tokens ---- */

typedef struct tarn_token_info {
    char *name;
    tarn_role role;
    char **tables; /**< patterns; none: all tables */
    size_t table_count;
    char *created; /**< ISO 8601; NULL: unknown */
} tarn_token_info;

/** Bytes of a token's text, the NUL included. */
#define TARN_TOKEN_TEXT_SIZE 49

/** Add somebody to a file of tokens, which is made when there is none; `token` is told this once and kept nowhere.
 *  TARN_E_EXISTS when the name is taken; TARN_E_FORBIDDEN when others than its owner can read the file. */
TARN_API tarn_status tarn_token_add(const char *path, const char *name, tarn_role role, const char *const *tables,
                                    size_t table_count, char token[TARN_TOKEN_TEXT_SIZE], tarn_error *error);
/** TARN_E_NOT_FOUND when there is none of that name. */
TARN_API tarn_status tarn_token_remove(const char *path, const char *name, tarn_error *error);
TARN_API tarn_status tarn_token_infos(const char *path, tarn_token_info **out, size_t *count, tarn_error *error);
TARN_API void tarn_token_infos_free(tarn_token_info *infos, size_t count);

#ifdef __cplusplus
}
#endif
#endif
