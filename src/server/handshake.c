// How an HTTP request becomes a WebSocket.
#include "server/handshake.h"

#include "server/problem.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#define MAGIC "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

/* 16 bytes in base64. */
static bool is_key(const char *key) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    return key != NULL && strlen(key) == 24 && strspn(key, digits) == 22 && strcmp(key + 22, "==") == 0;
}

bool tarn_handshake_check(tarn_exchange *exchange) {
    const tarn_head *head = exchange->head;
    const char *version = tarn_head_field(head, "sec-websocket-version");
    if (strcmp(head->method, "GET") != 0 || head->minor == 0 || !tarn_head_has_word(head, "upgrade", "websocket") ||
        !tarn_head_has_word(head, "connection", "upgrade")) {
        tarn_response_field(exchange, "Upgrade", "websocket");
        tarn_problem(exchange, 426, TARN_E_INVALID, "here is a WebSocket: ask with Upgrade: websocket");
    } else if (version == NULL || strcmp(version, "13") != 0) {
        tarn_response_field(exchange, "Sec-WebSocket-Version", "13");
        tarn_problem(exchange, 426, TARN_E_INVALID, "of WebSocket, version 13 is spoken here");
    } else if (!is_key(tarn_head_field(head, "sec-websocket-key"))) {
        tarn_problem(exchange, 400, TARN_E_INVALID, "Sec-WebSocket-Key is missing or malformed");
    } else if (head->length != 0) {
        tarn_problem(exchange, 400, TARN_E_INVALID, "what becomes a WebSocket has no body");
    } else {
        return true;
    }
    return false;
}

bool tarn_handshake_accept(tarn_exchange *exchange) {
    char joined[128];
    uint8_t digest[20];
    gnutls_datum_t raw = {digest, sizeof digest}, encoded = {0};
    int size = snprintf(joined, sizeof joined, "%s" MAGIC, tarn_head_field(exchange->head, "sec-websocket-key"));
    if (gnutls_hash_fast(GNUTLS_DIG_SHA1, joined, (size_t)size, digest) < 0 ||
        gnutls_base64_encode2(&raw, &encoded) < 0)
        return false;
    char head[512];
    size = snprintf(
        head, sizeof head,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: %.*s\r\n%s\r\n",
        (int)encoded.size, (const char *)encoded.data,
        tarn_head_has_word(exchange->head, "sec-websocket-protocol", "tarn") ? "Sec-WebSocket-Protocol: tarn\r\n" : "");
    gnutls_free(encoded.data);
    exchange->status = 101;
    tarn_connection_send(exchange->connection, head, (size_t)size, NULL, 0, NULL, NULL);
    return true;
}
