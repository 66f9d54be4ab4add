/* The reader of HTTP requests: whatever bytes come, in whatever pieces, it takes each once, and ends. */
#include "server/reader.h"

#include <stdlib.h>

/* What is told of the same bytes must not depend on how they were cut. */
typedef struct told {
    size_t heads, ends, body;
    int status;
} told;

static told read_all(const uint8_t *data, size_t size, size_t step) {
    told result = {0};
    tarn_http_reader *reader = tarn_http_reader_new();
    for (size_t at = 0; reader != NULL;) {
        size_t there = size - at < step ? size - at : step, used, body_size;
        const uint8_t *body;
        tarn_http_reader_event event = tarn_http_reader_next(reader, data + at, there, &used, &body, &body_size);
        if (used > there || (event == TARN_READ_BODY && (body < data + at || body + body_size > data + at + used)))
            abort();
        at += used;
        result.heads += event == TARN_READ_HEAD;
        result.ends += event == TARN_READ_END;
        result.body += body_size;
        if (event == TARN_READ_HEAD) {
            const tarn_head *head = tarn_http_reader_head(reader);
            tarn_head_has_word(head, "connection", "close");
            tarn_head_field(head, "host");
            tarn_head_query(head, "x");
        }
        if (event == TARN_READ_WRONG)
            result.status = tarn_http_reader_status(reader);
        if (event == TARN_READ_WRONG || (event == TARN_READ_MORE && at == size))
            break;
        if (event == TARN_READ_MORE && used == 0)
            abort(); /* it would wait for ever with bytes before it */
    }
    tarn_http_reader_free(reader);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    told whole = read_all(data, size, SIZE_MAX), pieces = read_all(data, size, 3);
    if (whole.heads != pieces.heads || whole.ends != pieces.ends || whole.body != pieces.body ||
        (whole.status != 0) != (pieces.status != 0))
        abort();
    return 0;
}
