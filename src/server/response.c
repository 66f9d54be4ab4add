// Responses: status, fields, and bytes as they are made.
#include "server/response.h"

#include "server/encoding.h"
#include "server/range.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What is shorter is not worth compressing. */
#define LEAST_TO_COMPRESS 1024

const char *tarn_status_reason(int status) {
    static const struct {
        int status;
        const char *reason;
    } known[] = {{101, "Switching Protocols"},
                 {200, "OK"},
                 {201, "Created"},
                 {204, "No Content"},
                 {206, "Partial Content"},
                 {304, "Not Modified"},
                 {400, "Bad Request"},
                 {401, "Unauthorized"},
                 {403, "Forbidden"},
                 {404, "Not Found"},
                 {405, "Method Not Allowed"},
                 {406, "Not Acceptable"},
                 {408, "Request Timeout"},
                 {409, "Conflict"},
                 {412, "Precondition Failed"},
                 {413, "Content Too Large"},
                 {414, "URI Too Long"},
                 {415, "Unsupported Media Type"},
                 {416, "Range Not Satisfiable"},
                 {417, "Expectation Failed"},
                 {421, "Misdirected Request"},
                 {422, "Unprocessable Content"},
                 {423, "Locked"},
                 {426, "Upgrade Required"},
                 {429, "Too Many Requests"},
                 {431, "Request Header Fields Too Large"},
                 {499, "Client Closed Request"},
                 {500, "Internal Server Error"},
                 {501, "Not Implemented"},
                 {503, "Service Unavailable"},
                 {505, "HTTP Version Not Supported"},
                 {507, "Insufficient Storage"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].status == status)
            return known[i].reason;
    return "Unknown";
}

void tarn_response_field(tarn_exchange *exchange, const char *name, const char *format, ...) {
    char value[4096];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    char *to = value;
    for (const char *from = value; *from != '\0'; from++)
        if ((uint8_t)*from >= ' ' && *from != 127)
            *to++ = *from;
    *to = '\0';
    tarn_buffer_printf(&exchange->text, NULL, "%s: %s\r\n", name, value);
}

/* ---- a response in pieces ---------------------------------------------------------------------------------------- */

static void date(char text[64]) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t now = time(NULL);
    struct tm when;
    gmtime_r(&now, &when);
    snprintf(text, 64, "%s, %02d %s %d %02d:%02d:%02d GMT", days[when.tm_wday], when.tm_mday, months[when.tm_mon],
             when.tm_year + 1900, when.tm_hour, when.tm_min, when.tm_sec);
}

/* What every response says, whoever made it: nothing may be guessed from it, framed, or handed on. */
#define ALWAYS                                                                                                         \
    "X-Content-Type-Options: nosniff\r\n"                                                                              \
    "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n"     \
    "Referrer-Policy: no-referrer\r\n"                                                                                 \
    "Cross-Origin-Resource-Policy: same-origin\r\n"

static bool has_no_body(int status) {
    return status < 200 || status == 204 || status == 304;
}

/* The line and the fields, into a buffer of its own. */
static void write_head(tarn_exchange *exchange, const char *media_type, int64_t length, tarn_buffer *head) {
    char now[64];
    bool keep_alive = tarn_exchange_keeps_alive(exchange);
    exchange->chunked = length < 0 && exchange->head->minor == 1 && !has_no_body(exchange->status);
    if (length < 0 && !exchange->chunked && !has_no_body(exchange->status))
        exchange->is_refused = true; /* HTTP/1.0: the end of the connection ends it */
    date(now);
    tarn_buffer_printf(head, NULL, "HTTP/1.1 %d %s\r\nDate: %s\r\nServer: tarn\r\n" ALWAYS, exchange->status,
                       tarn_status_reason(exchange->status), now);
    if (media_type != NULL)
        tarn_buffer_printf(head, NULL, "Content-Type: %s\r\n", media_type);
    if (exchange->chunked)
        tarn_buffer_printf(head, NULL, "Transfer-Encoding: chunked\r\n");
    else if (length >= 0 && !has_no_body(exchange->status))
        tarn_buffer_printf(head, NULL, "Content-Length: %lld\r\n", (long long)length);
    if (exchange->is_refused || !keep_alive)
        tarn_buffer_printf(head, NULL, "Connection: close\r\n");
    else if (exchange->head->minor == 0)
        tarn_buffer_printf(head, NULL, "Connection: keep-alive\r\n");
    tarn_buffer_append(head, exchange->text.data, exchange->text.size, NULL);
    tarn_buffer_append(head, "\r\n", 2, NULL);
}

static void begin(tarn_exchange *exchange, int status) {
    exchange->status = status;
    exchange->without_body =
        has_no_body(status) || (exchange->head->method != NULL && strcmp(exchange->head->method, "HEAD") == 0);
}

void tarn_response_begin(tarn_exchange *exchange, int status, const char *media_type, int64_t length) {
    tarn_buffer head = {0};
    begin(exchange, status);
    write_head(exchange, media_type, length, &head);
    tarn_connection_send(exchange->connection, head.data, head.size, NULL, 0, NULL, NULL);
    tarn_buffer_free(&head);
}

static void release_now(tarn_release release, void *context) {
    if (release != NULL)
        release(context);
}

void tarn_response_write(tarn_exchange *exchange, const void *data, size_t size, tarn_release release, void *context) {
    if (exchange->without_body || size == 0) {
        release_now(release, context);
        return;
    }
    exchange->sent += size;
    if (!exchange->chunked) {
        tarn_connection_send(exchange->connection, NULL, 0, data, size, release, context);
        return;
    }
    char line[24];
    int length = snprintf(line, sizeof line, "%zx\r\n", size);
    tarn_connection_send(exchange->connection, line, (size_t)length, data, size, release, context);
    tarn_connection_send(exchange->connection, "\r\n", 2, NULL, 0, NULL, NULL);
}

void tarn_response_end(tarn_exchange *exchange) {
    if (exchange->chunked && !exchange->without_body)
        tarn_connection_send(exchange->connection, "0\r\n\r\n", 5, NULL, 0, NULL, NULL);
    tarn_exchange_finish(exchange, tarn_exchange_keeps_alive(exchange));
}

/* ---- whole ones -------------------------------------------------------------------------------------------------- */

bool tarn_response_is_known(const tarn_exchange *exchange, const char *tag) {
    const char *list = tarn_head_field(exchange->head, "if-none-match");
    size_t size = strlen(tag);
    if (list == NULL)
        return false;
    if (strcmp(list, "*") == 0)
        return true;
    for (const char *at = list; (at = strchr(at, '"')) != NULL;) {
        const char *end = strchr(at + 1, '"');
        if (end == NULL)
            return false;
        size_t length = (size_t)(end - at - 1);
        if (length >= size && strncmp(at + 1, tag, size) == 0 &&
            (length == size || tarn_encoding_is_suffix(at + 1 + size, length - size)))
            return true;
        at = end + 1;
    }
    return false;
}

void tarn_response_caching(tarn_exchange *exchange, const char *tag, const char *encoding, bool is_lasting) {
    if (tag != NULL)
        tarn_response_field(exchange, "ETag", "\"%s%s%s\"", tag, encoding != NULL ? "-" : "",
                            encoding != NULL ? encoding : "");
    tarn_response_field(exchange, "Cache-Control", "%s",
                        tag == NULL  ? "no-store"
                        : is_lasting ? "private, max-age=31536000, immutable"
                                     : "private, no-cache");
    if (tag != NULL)
        tarn_response_field(exchange, "Vary", "Accept, Accept-Encoding, Authorization, Cookie");
}

static void free_content(const tarn_content *content) {
    release_now(content->release, content->owner);
}

/* Of the content, from `from` on. */
static void send_whole(tarn_exchange *exchange, int status, const tarn_content *content, size_t from, size_t size) {
    tarn_buffer head = {0};
    begin(exchange, status);
    write_head(exchange, content->media_type, (int64_t)size, &head);
    bool has_body = !exchange->without_body && size > 0;
    exchange->sent = has_body ? size : 0;
    /* What nobody releases stays where it is, but has to be copied by who cannot know that. */
    tarn_connection_send(exchange->connection, head.data, head.size,
                         has_body ? (const uint8_t *)content->data + from : NULL, has_body ? size : 0,
                         has_body ? content->release : NULL, content->owner);
    if (!has_body)
        free_content(content);
    tarn_buffer_free(&head);
    tarn_exchange_finish(exchange, tarn_exchange_keeps_alive(exchange));
}

void tarn_response_empty(tarn_exchange *exchange, int status) {
    static const tarn_content nothing = {0};
    send_whole(exchange, status, &nothing, 0, 0);
}

/* True when a part, or nothing, was given in place of all. */
static bool give_range(tarn_exchange *exchange, const tarn_content *content) {
    uint64_t from, size;
    tarn_range_outcome outcome = tarn_range_find(exchange->head, content->tag, content->size, &from, &size);
    if (outcome == TARN_RANGE_ALL)
        return false;
    tarn_response_caching(exchange, content->tag, NULL, content->is_lasting);
    if (outcome == TARN_RANGE_OUTSIDE) {
        tarn_response_field(exchange, "Content-Range", "bytes */%zu", content->size);
        free_content(content);
        tarn_response_empty(exchange, 416);
        return true;
    }
    tarn_response_field(exchange, "Content-Range", "bytes %llu-%llu/%zu", (unsigned long long)from,
                        (unsigned long long)(from + size - 1), content->size);
    send_whole(exchange, 206, content, (size_t)from, (size_t)size);
    return true;
}

void tarn_response_give(tarn_exchange *exchange, int status, const tarn_content *content) {
    if (content->tag != NULL && tarn_response_is_known(exchange, content->tag)) {
        free_content(content);
        tarn_response_caching(exchange, content->tag, NULL, content->is_lasting);
        tarn_response_empty(exchange, 304);
        return;
    }
    if (content->tag != NULL && status == 200) {
        tarn_response_field(exchange, "Accept-Ranges", "bytes");
        if (give_range(exchange, content))
            return;
    }
    tarn_encoding encoding = content->size >= LEAST_TO_COMPRESS && tarn_encoding_suits(content->media_type)
                                 ? tarn_encoding_choose(exchange->head)
                                 : TARN_ENCODING_NONE;
    tarn_buffer packed = {0};
    if (encoding != TARN_ENCODING_NONE && !tarn_encode(encoding, content->data, content->size, &packed)) {
        encoding = TARN_ENCODING_NONE;
        tarn_buffer_free(&packed);
    }
    tarn_response_caching(exchange, content->tag, tarn_encoding_name(encoding), content->is_lasting);
    if (encoding == TARN_ENCODING_NONE) {
        send_whole(exchange, status, content, 0, content->size);
        return;
    }
    free_content(content);
    tarn_response_field(exchange, "Content-Encoding", "%s", tarn_encoding_name(encoding));
    const tarn_content smaller = {.media_type = content->media_type,
                                  .data = packed.data,
                                  .size = packed.size,
                                  .release = free,
                                  .owner = packed.data};
    send_whole(exchange, status, &smaller, 0, packed.size);
}

void tarn_response_json(tarn_exchange *exchange, int status, json_t *json) {
    char *text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
    json_decref(json);
    tarn_content content = {.media_type = "application/json",
                            .data = text,
                            .size = text != NULL ? strlen(text) : 0,
                            .release = free,
                            .owner = text};
    tarn_response_give(exchange, text != NULL ? status : 503, &content);
}
