/**
 * @file reader.h
 * HTTP/1.1 requests out of the bytes of a connection, strictly: whatever two readers could understand differently is
 * refused. The grammar is llhttp's; this adds what that leaves open (bare line feeds, folded lines, several Host
 * fields, limits). Knows no sockets. One owner; not thread-safe.
 */
#ifndef TARN_SERVER_READER_H
#define TARN_SERVER_READER_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The most bytes of a request's line and fields, and the most fields. */
enum { TARN_HEAD_LIMIT = 32768, TARN_FIELD_LIMIT = 100, TARN_TARGET_LIMIT = 16384 };

typedef struct tarn_pair {
    const char *name, *value;
} tarn_pair;

/** A request without its body. Borrowed from the reader; lives until the next request begins. */
typedef struct tarn_head {
    const char *method;
    const char *target;    /**< as it was sent */
    const char **segments; /**< of the path, decoded: /a/b%2Fc has "a" and "b/c" */
    size_t segment_count;
    tarn_pair *query; /**< decoded */
    size_t query_count;
    const tarn_pair *fields; /**< names in lower case */
    size_t field_count;
    int64_t length;  /**< of the body; -1: chunked */
    int minor;       /**< HTTP/1.minor */
    bool keep_alive; /**< another request may follow */
} tarn_head;

/** The value of the only field of that name (lower case); NULL: none. Of several, the first. */
const char *tarn_head_field(const tarn_head *head, const char *name);
/** True when one of the comma-separated words of any field of that name is `word`, in whatever case. */
bool tarn_head_has_word(const tarn_head *head, const char *name, const char *word);
/** The value of a parameter of the query; NULL: none. */
const char *tarn_head_query(const tarn_head *head, const char *name);

typedef struct tarn_http_reader tarn_http_reader;

typedef enum tarn_http_reader_event {
    TARN_READ_MORE,  /**< all is used; more bytes are needed */
    TARN_READ_HEAD,  /**< a request has begun */
    TARN_READ_BODY,  /**< a piece of its body */
    TARN_READ_END,   /**< it is complete; the next begins behind it */
    TARN_READ_WRONG, /**< nothing that follows can be understood */
} tarn_http_reader_event;

/** NULL when out of memory. */
tarn_http_reader *tarn_http_reader_new(void);
void tarn_http_reader_free(tarn_http_reader *reader);

/** Read on. `*used` of the `size` bytes were taken; of TARN_READ_BODY, `*body` is a piece within `data`. */
tarn_http_reader_event tarn_http_reader_next(tarn_http_reader *reader, const uint8_t *data, size_t size, size_t *used,
                                             const uint8_t **body, size_t *body_size);

const tarn_head *tarn_http_reader_head(const tarn_http_reader *reader);
/** True before the first byte of a request. */
bool tarn_http_reader_is_idle(const tarn_http_reader *reader);
/** Of TARN_READ_WRONG: the status to answer with, and what is wrong. */
int tarn_http_reader_status(const tarn_http_reader *reader);
const char *tarn_http_reader_reason(const tarn_http_reader *reader);

/** Take a path (without its first slash) and a query apart in place, into the head's heap lists; false when they are
 *  malformed, lead upwards, or memory has run out. */
bool tarn_head_split(tarn_head *head, char *path, char *query);

/** "%41" and, in a query, "+" decoded in place; false when it is malformed, has a NUL or is not UTF-8. */
bool tarn_percent_decode(char *text, bool in_query);

#endif
