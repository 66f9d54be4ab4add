// The server as a whole: it opens, listens, serves, and comes to an end.
#include "base/clock.h"
#include "base/text.h"
#include "server/doorway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 250
#define BACKLOG 512
/* How long a request may go on when the server is to end. */
#define LAST_ANSWERS 30000000
#define IDLE 75000000
#define MOST_UPLOAD ((uint64_t)64 << 30)
/* How many ports are tried. */
#define NEXT_PORTS 50

/* ---- options ------------------------------------------------------------------------------------------------------
 */

static bool is_loopback(const char *address) {
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

static tarn_status check_options(const tarn_serve_options *options, const char *address, tarn_log_format *format,
                                 tarn_error *error) {
    bool encrypted = options->certificate != NULL;
    if ((options->directory == NULL) == (options->root == NULL))
        return tarn_fail(error, TARN_E_INVALID, "one folder is served: of a workspace, or of several");
    if ((options->certificate == NULL) != (options->key == NULL))
        return tarn_fail(error, TARN_E_INVALID, "TLS needs both a certificate (--tls-cert) and its key (--tls-key)");
    if (!tarn_log_format_parse(options->log != NULL ? options->log : "none", format))
        return tarn_fail(error, TARN_E_INVALID, "'%s' is no format of a log: there are json, common and none",
                         options->log);
    if (options->port < 0 || options->port > 65535)
        return tarn_fail(error, TARN_E_INVALID, "%d is no port: there are 0 to 65535", options->port);
    if (is_loopback(address) || options->insecure || (encrypted && options->tokens != NULL))
        return TARN_OK;
    return tarn_fail(error, TARN_E_FORBIDDEN,
                     "listening at %s lets other machines in: that needs %s%s%s, or --insecure, which insists", address,
                     options->tokens == NULL ? "tokens (--tokens FILE)" : "",
                     options->tokens == NULL && !encrypted ? " and " : "",
                     encrypted ? "" : "TLS (--tls-cert, --tls-key)");
}

/* ---- listening ----------------------------------------------------------------------------------------------------
 */

static void on_connection(uv_stream_t *listener, int status) {
    tarn_server *server = listener->data;
    if (status != 0)
        return;
    tarn_connection_accept(&server->wire, listener, server->certificate);
}

static int bind_at(tarn_server *server, int port, bool *six) {
    struct sockaddr_in four;
    struct sockaddr_in6 long_one;
    *six = strchr(server->address, ':') != NULL;
    int code = *six ? uv_ip6_addr(server->address, port, &long_one) : uv_ip4_addr(server->address, port, &four);
    if (code == 0)
        code = uv_tcp_init(&server->loop.uv, &server->listener);
    if (code != 0)
        return code;
    server->listener.data = server;
    code = uv_tcp_bind(&server->listener, *six ? (struct sockaddr *)&long_one : (struct sockaddr *)&four, 0);
    if (code == 0)
        code = uv_listen((uv_stream_t *)&server->listener, BACKLOG, on_connection);
    if (code == 0)
        return 0;
    uv_close((uv_handle_t *)&server->listener, NULL);
    uv_run(&server->loop.uv, UV_RUN_NOWAIT);
    return code;
}

static int port_of(const tarn_server *server) {
    struct sockaddr_storage address;
    int size = sizeof address;
    if (uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &size) != 0)
        return 0;
    uint16_t port = address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                  : ((struct sockaddr_in *)&address)->sin_port;
    return ntohs(port);
}

static tarn_status listen_at(tarn_server *server, const tarn_serve_options *options, tarn_error *error) {
    bool six = false;
    int port = options->port, code = bind_at(server, port, &six);
    for (int i = 0; code == UV_EADDRINUSE && options->next_port && i < NEXT_PORTS && port < 65535; i++)
        code = bind_at(server, ++port, &six);
    if (code == UV_EADDRINUSE)
        return tarn_fail(error, TARN_E_EXISTS, "port %d is taken: choose another with --port, or 0 for a free one",
                         options->port);
    if (code == UV_EINVAL)
        return tarn_fail(error, TARN_E_INVALID, "'%s' is no address to listen at: it is like 127.0.0.1, 0.0.0.0 or ::1",
                         server->address);
    if (code != 0)
        return tarn_fail_uv(error, code, "cannot listen at %s, port %d", server->address, port);
    server->listening = true;
    server->port = port_of(server);
    snprintf(server->url, sizeof server->url, "%s://%s%s%s:%d/", server->certificate != NULL ? "https" : "http",
             six ? "[" : "", server->address, six ? "]" : "", server->port);
    return TARN_OK;
}

/* ---- coming to an end ----------------------------------------------------------------------------------------------
 */

static void close_quietly(void *handle) {
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void begin_to_end(tarn_server *server) {
    if (server->draining) { /* asked twice: at once */
        tarn_connection_close_all(&server->wire);
        return;
    }
    server->draining = true;
    server->drained_by = tarn_monotonic() + LAST_ANSWERS;
    close_quietly(&server->listener);
    tarn_connection_drain(&server->wire);
}

static void on_tick(uv_timer_t *timer) {
    tarn_server *server = timer->data;
    tarn_connection_tick(&server->wire);
    if (server->draining && tarn_monotonic() > server->drained_by)
        tarn_connection_close_all(&server->wire);
}

static void on_signal(uv_signal_t *signal, int number) {
    (void)number;
    begin_to_end(signal->data);
}

static void on_stop(uv_async_t *stop) {
    begin_to_end(stop->data);
}

static void say_reload(const tarn_error *error) {
    fprintf(stderr, "tarn: serve: read anew: %s\n", error->message);
}

static void on_reload(uv_signal_t *signal, int number) {
    tarn_server *server = signal->data;
    tarn_error error = {0};
    tarn_certificate *certificate = NULL;
    (void)number;
    if (tarn_auth_reload(server->auth, &error) == TARN_OK)
        tarn_places_forget_except(server->places, tarn_auth_list(server->auth));
    else
        say_reload(&error);
    if (server->certificate == NULL)
        return;
    if (tarn_certificate_load(server->certificate_path, server->key_path, &certificate, &error) != TARN_OK) {
        say_reload(&error);
        return;
    }
    tarn_certificate_release(server->certificate);
    server->certificate = certificate;
}

/* ---- the server ----------------------------------------------------------------------------------------------------
 */

static tarn_status copy_text(const char *text, char **out, tarn_error *error) {
    *out = text != NULL ? tarn_strdup(text) : NULL;
    return text == NULL || *out != NULL ? TARN_OK : tarn_fail_memory(error);
}

static void watch(tarn_server *server) {
    uv_timer_init(&server->loop.uv, &server->ticks);
    uv_signal_init(&server->loop.uv, &server->terminate);
    uv_signal_init(&server->loop.uv, &server->interrupt);
    uv_signal_init(&server->loop.uv, &server->reload);
    uv_async_init(&server->loop.uv, &server->stop, on_stop);
    server->ticks.data = server->terminate.data = server->interrupt.data = server->reload.data = server->stop.data =
        server;
    uv_timer_start(&server->ticks, on_tick, TICK_MS, TICK_MS);
    uv_signal_start(&server->terminate, on_signal, SIGTERM);
    uv_signal_start(&server->interrupt, on_signal, SIGINT);
    uv_signal_start(&server->reload, on_reload, SIGHUP);
}

static tarn_status open_all(tarn_server *server, const tarn_serve_options *options, tarn_error *error) {
    const tarn_places_options places = {options->directory, options->root, options->files, options->read_only};
    TARN_TRY(copy_text(options->certificate, &server->certificate_path, error));
    TARN_TRY(copy_text(options->key, &server->key_path, error));
    TARN_TRY(copy_text(options->bind != NULL ? options->bind : "127.0.0.1", &server->address, error));
    TARN_TRY(check_options(options, server->address, &server->log_format, error));
    if (options->certificate != NULL)
        TARN_TRY(tarn_certificate_load(options->certificate, options->key, &server->certificate, error));
    TARN_TRY(tarn_auth_new(options->tokens, &server->auth, error));
    server->clients = tarn_clients_new();
    server->answers = tarn_answers_new(TARN_ANSWERS_KEPT);
    if (server->clients == NULL || server->answers == NULL)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_places_new(&server->loop, &places, &server->places, error));
    TARN_TRY(listen_at(server, options, error));
    tarn_auth_set_port(server->auth, server->port);
    return tarn_origins_new(server->address, server->port, server->certificate != NULL, options->hosts,
                            options->host_count, options->origins, options->origin_count, &server->origins, error);
}

tarn_status tarn_server_start(const tarn_serve_options *options, tarn_server **out, tarn_error *error) {
    tarn_server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_loop_init(&server->loop, error);
    if (status != TARN_OK) {
        free(server);
        return status;
    }
    server->log_descriptor = STDERR_FILENO;
    server->most_upload = options->most_upload > 0 ? options->most_upload : MOST_UPLOAD;
    server->wire = (tarn_wire){.loop = &server->loop,
                               .context = server,
                               .begin = tarn_doorway_begin,
                               .wrong = tarn_doorway_wrong,
                               .finished = tarn_doorway_finished,
                               .most = TARN_MOST_CONNECTIONS,
                               .slow = (int64_t)(options->slow > 0 ? options->slow : 10) * 1000000,
                               .idle = IDLE};
    watch(server);
    status = open_all(server, options, error);
    if (status != TARN_OK) {
        tarn_server_free(server);
        return status;
    }
    const char *code = tarn_auth_code(server->auth);
    snprintf(server->link, sizeof server->link, "%s%s%s", server->url, code != NULL ? "#" : "",
             code != NULL ? code : "");
    *out = server;
    return TARN_OK;
}

const char *tarn_server_url(const tarn_server *server) {
    return server->url;
}

const char *tarn_server_link(const tarn_server *server) {
    return server->link;
}

const char *tarn_server_token(const tarn_server *server) {
    return tarn_auth_token(server->auth);
}

const char *tarn_server_notice(const tarn_server *server) {
    tarn_place *place;
    if (tarn_places_are_many(server->places) || tarn_places_get(server->places, NULL, &place, NULL) != TARN_OK)
        return NULL;
    const char *notice = tarn_workspace_notice(tarn_place_workspace(place));
    if (notice == NULL && tarn_place_was_locked(place))
        return "another process writes to the workspace: it is served for reading only";
    return notice;
}

void tarn_server_run(tarn_server *server) {
    while (!server->draining || server->wire.count > 0 || !tarn_places_are_quiet(server->places))
        uv_run(&server->loop.uv, UV_RUN_ONCE);
}

void tarn_server_stop(tarn_server *server) {
    uv_async_send(&server->stop);
}

void tarn_server_free(tarn_server *server) {
    if (server == NULL)
        return;
    tarn_connection_close_all(&server->wire);
    if (server->listening)
        close_quietly(&server->listener);
    while (server->wire.count > 0 || (server->places != NULL && !tarn_places_are_quiet(server->places)))
        uv_run(&server->loop.uv, UV_RUN_ONCE);
    tarn_places_free(server->places);
    close_quietly(&server->ticks);
    close_quietly(&server->terminate);
    close_quietly(&server->interrupt);
    close_quietly(&server->reload);
    close_quietly(&server->stop);
    tarn_loop_free(&server->loop);
    tarn_clients_free(server->clients);
    tarn_answers_free(server->answers);
    tarn_origins_free(server->origins);
    tarn_auth_free(server->auth);
    tarn_certificate_release(server->certificate);
    free(server->certificate_path);
    free(server->key_path);
    free(server->address);
    free(server);
}
