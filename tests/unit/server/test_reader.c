// Requests out of bytes: what is taken, and what is refused because two readers could understand it differently.
#include "server/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What came of some bytes: "HEAD BODY(hello) END", or "WRONG 400". */
typedef struct outcome {
    char text[4096];
    tarn_http_reader *reader;
} outcome;

static void note(outcome *to, const char *what) {
    snprintf(to->text + strlen(to->text), sizeof to->text - strlen(to->text), "%s%s", to->text[0] ? " " : "", what);
}

/* A body's pieces that follow each other are one. */
static void note_body(outcome *to, const uint8_t *body, size_t size) {
    size_t length = strlen(to->text);
    bool again = length > 0 && to->text[length - 1] == ')';
    if (again)
        to->text[length - 1] = '\0';
    else
        note(to, "BODY(");
    length = strlen(to->text);
    snprintf(to->text + length, sizeof to->text - length, "%.*s)", (int)size, (const char *)body);
}

/* Give all bytes, at most `step` at a time. */
static outcome read_all(const char *bytes, size_t size, size_t step) {
    outcome result = {.reader = tarn_http_reader_new()};
    for (size_t at = 0; at <= size;) {
        size_t there = size - at < step ? size - at : step, used, body_size;
        const uint8_t *body;
        tarn_http_reader_event event =
            tarn_http_reader_next(result.reader, (const uint8_t *)bytes + at, there, &used, &body, &body_size);
        at += used;
        if (event == TARN_READ_HEAD) {
            note(&result, "HEAD");
        } else if (event == TARN_READ_BODY) {
            note_body(&result, body, body_size);
        } else if (event == TARN_READ_END) {
            note(&result, "END");
        } else if (event == TARN_READ_WRONG) {
            char text[32];
            snprintf(text, sizeof text, "WRONG %d", tarn_http_reader_status(result.reader));
            note(&result, text);
            break;
        } else if (used == 0 || at == size) {
            if (there == size - at + used)
                break;
        }
    }
    return result;
}

/* The same whether it comes at once, in pieces or byte by byte. */
static void expect(const char *bytes, const char *wanted) {
    static const size_t steps[] = {SIZE_MAX, 7, 1};
    for (size_t i = 0; i < 3; i++) {
        outcome result = read_all(bytes, strlen(bytes), steps[i]);
        if (strcmp(result.text, wanted) != 0)
            print_error("of %s\nin steps of %zu\n", bytes, steps[i]);
        assert_string_equal(result.text, wanted);
        tarn_http_reader_free(result.reader);
    }
}

#define HOST "Host: h\r\n"

static void plain_requests_are_read(void **state) {
    (void)state;
    expect("GET / HTTP/1.1\r\n" HOST "\r\n", "HEAD END");
    expect("\r\nGET / HTTP/1.1\r\n" HOST "\r\n", "HEAD END");
    expect("POST /x HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello", "HEAD BODY(hello) END");
    expect("POST /x HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", "HEAD END");
    expect("PUT /x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
           "HEAD BODY(hello!) END");
    expect("PUT /x HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n0\r\nTrailer: x\r\n\r\n", "HEAD END");
    expect("GET /a HTTP/1.1\r\n" HOST "\r\nGET /b HTTP/1.1\r\n" HOST "\r\n", "HEAD END HEAD END");
    expect("GET /x HTTP/1.0\r\n\r\n", "HEAD END");
    expect("GET /x HTTP/1.1\r\n" HOST "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n", "HEAD END");
}

static void what_could_be_read_in_two_ways_is_refused(void **state) {
    (void)state;
    /* lines that end otherwise */
    expect("GET / HTTP/1.1\nHost: h\n\n", "WRONG 400");
    expect("GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", "WRONG 400");
    expect("GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", "WRONG 400");
    expect("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n", "WRONG 400");
    /* a body's length that is said twice */
    expect("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", "WRONG 400");
    expect("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "WRONG 400");
    expect("POST / HTTP/1.1\r\n" HOST "Content-Length: 5, 5\r\n\r\nhello", "WRONG 400");
    expect("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "WRONG 400");
    expect("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "WRONG 400");
    expect("POST / HTTP/1.1\r\n" HOST "Content-Length: +5\r\n\r\nhello", "WRONG 400");
    expect("POST / HTTP/1.1\r\n" HOST "Content-Length: 0x5\r\n\r\nhello", "WRONG 400");
    expect("POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\nhello", "WRONG 400");
    /* codings that only some know */
    expect("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", "WRONG 400");
    expect("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "WRONG 501");
    expect("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "WRONG 400");
    expect("POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "WRONG 400");
    /* hosts */
    expect("GET / HTTP/1.1\r\n\r\n", "WRONG 400");
    expect("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "WRONG 400");
    /* names of fields */
    expect("GET / HTTP/1.1\r\n" HOST "Content-Length : 5\r\n\r\nhello", "WRONG 400");
    expect("GET / HTTP/1.1\r\n" HOST "X y: 5\r\n\r\n", "WRONG 400");
}

static void chunks_are_framed_strictly(void **state) {
    (void)state;
#define CHUNKED "PUT /x HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
    expect(CHUNKED "5\nhello\r\n0\r\n\r\n", "HEAD WRONG 400");
    expect(CHUNKED "5\r\nhello\n0\r\n\r\n", "HEAD BODY(hello) WRONG 400");
    expect(CHUNKED "-5\r\nhello\r\n0\r\n\r\n", "HEAD WRONG 400");
    expect(CHUNKED "0x5\r\nhello\r\n0\r\n\r\n", "HEAD WRONG 400");
    expect(CHUNKED "5\r\nhelloX\r\n0\r\n\r\n", "HEAD BODY(hello) WRONG 400");
    expect(CHUNKED "fffffffffffffffff\r\nhello", "HEAD WRONG 400");
    expect(CHUNKED "zz\r\n", "HEAD WRONG 400");
}

static void targets_lead_nowhere_else(void **state) {
    (void)state;
    expect("GET /a/../b HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
    expect("GET /%2e%2e/b HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
    expect("GET /a%00 HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
    expect("GET /a%zz HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
    expect("GET /%ff HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
    expect("GET http://h/ HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
    expect("GET /?a=%C3%28 HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
    expect("CONNECT h:80 HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
    expect("GET * HTTP/1.1\r\n" HOST "\r\n", "WRONG 400");
}

static void what_is_no_request_is_refused(void **state) {
    (void)state;
    expect("HELO there\r\n\r\n", "WRONG 400");
    expect("QUERY /x HTTP/1.1\r\n" HOST "\r\n", "WRONG 405");
    expect("GET / HTTP/2.0\r\n" HOST "\r\n", "WRONG 505");
    expect("GET / HTTP/1.9\r\n" HOST "\r\n", "WRONG 505");
    expect("GET /\r\n\r\n", "WRONG 505");
    expect("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "WRONG 400");
    expect("\x16\x03\x01\x02", "");
}

static void heads_have_a_limit(void **state) {
    (void)state;
    char *line = malloc(100000);
    memset(line, 'a', 100000);
    memcpy(line, "GET /", 5);
    line[99999] = '\0';
    expect(line, "WRONG 414");
    memcpy(line, "GET / HTTP/1.1\r\nX: ", 19);
    expect(line, "WRONG 431");
    size_t at = (size_t)sprintf(line, "GET / HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 200; i++)
        at += (size_t)sprintf(line + at, "X%d: y\r\n", i);
    strcpy(line + at, "\r\n");
    expect(line, "WRONG 431");
    free(line);
}

static void paths_and_queries_are_decoded(void **state) {
    (void)state;
    static const char bytes[] =
        "GET /api/a%2Fb%20c/?x=1+2&y=%C3%A9&z HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nX-Some:  v \t\r\n\r\n";
    outcome result = read_all(bytes, sizeof bytes - 1, SIZE_MAX);
    const tarn_head *head = tarn_http_reader_head(result.reader);
    assert_string_equal(result.text, "HEAD END");
    assert_int_equal(head->segment_count, 3);
    assert_string_equal(head->segments[0], "api");
    assert_string_equal(head->segments[1], "a/b c");
    assert_string_equal(head->segments[2], "");
    assert_string_equal(tarn_head_query(head, "x"), "1 2");
    assert_string_equal(tarn_head_query(head, "y"), "\xC3\xA9");
    assert_string_equal(tarn_head_query(head, "z"), "");
    assert_null(tarn_head_query(head, "w"));
    assert_string_equal(tarn_head_field(head, "x-some"), "v");
    assert_string_equal(tarn_head_field(head, "x-empty"), "");
    assert_true(head->keep_alive);
    tarn_http_reader_free(result.reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_requests_are_read),       cmocka_unit_test(what_could_be_read_in_two_ways_is_refused),
        cmocka_unit_test(chunks_are_framed_strictly),    cmocka_unit_test(targets_lead_nowhere_else),
        cmocka_unit_test(what_is_no_request_is_refused), cmocka_unit_test(heads_have_a_limit),
        cmocka_unit_test(paths_and_queries_are_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
