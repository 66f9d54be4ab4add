/* Messages of a WebSocket: what is read of them, however short or wrong they are. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "server/message.h"

#include <stdlib.h>
#include <string.h>

/* From memory of exactly this size, so that a sanitizer sees who reads beyond it. */
static tarn_status read_copy(bool is_text, const void *bytes, size_t size, tarn_message *out, tarn_error *error) {
    uint8_t *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    if (size > 0)
        memcpy(copy, bytes, size);
    tarn_status status = tarn_message_read(is_text, copy, size, out, error);
    out->bytes = NULL;
    free(copy);
    return status;
}

static void test_messages_too_short_for_their_length(void **state) {
    (void)state;
    static const uint8_t prefixes[][6] = {{0}, {2, 0, 0, 0, '{'}, {255, 255, 255, 255, '{', '}'}};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        for (size_t size = 0; size <= (i == 1 ? 5 : 6); size++) {
            tarn_message message;
            tarn_error error = {0};
            assert_int_equal(read_copy(false, prefixes[i], size, &message, &error), TARN_E_INVALID);
            if (size < 4 || i > 0)
                assert_non_null(strstr(error.message, "four bytes, little-endian"));
        }
    }
}

static void test_nothing_at_all(void **state) {
    (void)state;
    tarn_message message;
    tarn_error error = {0};
    assert_int_equal(tarn_message_read(true, NULL, 0, &message, &error), TARN_E_INVALID);
    assert_non_null(strstr(error.message, "is not JSON"));
    assert_int_equal(tarn_message_read(false, NULL, 0, &message, NULL), TARN_E_INVALID);
}

static void test_a_request_and_its_bytes(void **state) {
    (void)state;
    static const char json[] = "{\"id\":7,\"op\":\"import\",\"table\":\"t\"}";
    uint8_t data[64] = {sizeof json - 1};
    memcpy(data + 4, json, sizeof json - 1);
    memcpy(data + 4 + sizeof json - 1, "a,b", 3);
    tarn_message message;
    assert_int_equal(tarn_message_read(false, data, 4 + sizeof json - 1 + 3, &message, NULL), TARN_OK);
    assert_int_equal(message.id, 7);
    assert_int_equal(message.kind, TARN_MESSAGE_REQUEST);
    assert_int_equal(message.size, 3);
    assert_memory_equal(message.bytes, "a,b", 3);
    tarn_message_clear(&message);
    assert_int_equal(read_copy(true, json, sizeof json - 1, &message, NULL), TARN_OK);
    assert_int_equal(message.size, 0);
    tarn_message_clear(&message);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_too_short_for_their_length),
        cmocka_unit_test(test_nothing_at_all),
        cmocka_unit_test(test_a_request_and_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
