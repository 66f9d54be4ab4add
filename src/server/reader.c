// HTTP/1.1 requests out of the bytes of a connection.
#include "server/reader.h"

#include "base/buffer.h"

#include <llhttp/llhttp.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What may surround a body's pieces: sizes of chunks, their extensions, trailers. */
#define FRAMING_LIMIT 16384

typedef enum phase { IN_HEAD, IN_BODY, BROKEN } phase;

struct tarn_http_reader {
    llhttp_t parser;
    llhttp_settings_t settings;
    phase phase;
    tarn_buffer text; /* of the head */
    size_t scanned;   /* of it, looked through for its end */
    tarn_pair fields[TARN_FIELD_LIMIT];
    size_t lengths[TARN_FIELD_LIMIT]; /* of the values */
    size_t name_lengths[TARN_FIELD_LIMIT];
    size_t field_count;
    const char *target;
    size_t target_size;
    tarn_head head;
    const uint8_t *body; /* the piece that was just found */
    size_t body_size;
    size_t framing; /* bytes around the body since its last piece */
    uint8_t before; /* the byte of framing before this */
    bool is_complete, too_many;
    int status;
    const char *reason;
};

/* ---- what llhttp tells ------------------------------------------------------------------------------------------ */

static tarn_http_reader *reader_of(llhttp_t *parser) {
    return parser->data;
}

static int on_url(llhttp_t *parser, const char *at, size_t size) {
    tarn_http_reader *reader = reader_of(parser);
    reader->target = reader->target_size == 0 ? at : reader->target;
    reader->target_size += size;
    return 0;
}

static int on_field(llhttp_t *parser, const char *at, size_t size) {
    tarn_http_reader *reader = reader_of(parser);
    if (reader->phase != IN_HEAD)
        return 0; /* a trailer: of no use here */
    if (reader->field_count == TARN_FIELD_LIMIT) {
        reader->too_many = true;
        return HPE_USER;
    }
    tarn_pair *field = &reader->fields[reader->field_count];
    field->name = field->name == NULL ? at : field->name;
    reader->name_lengths[reader->field_count] += size;
    return 0;
}

static int on_value(llhttp_t *parser, const char *at, size_t size) {
    tarn_http_reader *reader = reader_of(parser);
    if (reader->phase != IN_HEAD)
        return 0;
    tarn_pair *field = &reader->fields[reader->field_count];
    field->value = field->value == NULL ? at : field->value;
    reader->lengths[reader->field_count] += size;
    return 0;
}

static int on_value_complete(llhttp_t *parser) {
    tarn_http_reader *reader = reader_of(parser);
    if (reader->phase == IN_HEAD)
        reader->field_count++;
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t size) {
    tarn_http_reader *reader = reader_of(parser);
    if (size == 0)
        return 0; /* nothing of it has come yet */
    reader->body = (const uint8_t *)at;
    reader->body_size = size;
    return HPE_PAUSED;
}

static int on_head_complete(llhttp_t *parser) {
    (void)parser;
    return HPE_PAUSED;
}

static int on_complete(llhttp_t *parser) {
    reader_of(parser)->is_complete = true;
    return HPE_PAUSED;
}

/* ---- a reader --------------------------------------------------------------------------------------------------- */

tarn_http_reader *tarn_http_reader_new(void) {
    tarn_http_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return NULL;
    llhttp_settings_init(&reader->settings);
    reader->settings.on_url = on_url;
    reader->settings.on_header_field = on_field;
    reader->settings.on_header_value = on_value;
    reader->settings.on_header_value_complete = on_value_complete;
    reader->settings.on_headers_complete = on_head_complete;
    reader->settings.on_body = on_body;
    reader->settings.on_message_complete = on_complete;
    return reader;
}

static void forget_head(tarn_http_reader *reader) {
    free(reader->head.segments);
    free(reader->head.query);
    reader->head = (tarn_head){0};
    memset(reader->fields, 0,
           sizeof reader->fields[0] * (reader->field_count + (reader->field_count < TARN_FIELD_LIMIT)));
    memset(reader->lengths, 0, sizeof reader->lengths);
    memset(reader->name_lengths, 0, sizeof reader->name_lengths);
    reader->field_count = 0;
    reader->target = NULL;
    reader->target_size = 0;
    reader->text.size = 0;
    reader->scanned = 0;
    reader->framing = 0;
    reader->before = 0;
    reader->is_complete = false;
}

void tarn_http_reader_free(tarn_http_reader *reader) {
    if (reader == NULL)
        return;
    forget_head(reader);
    tarn_buffer_free(&reader->text);
    free(reader);
}

const tarn_head *tarn_http_reader_head(const tarn_http_reader *reader) {
    return &reader->head;
}

bool tarn_http_reader_is_idle(const tarn_http_reader *reader) {
    return reader->phase == IN_HEAD && (reader->text.size == 0 || reader->head.method != NULL);
}

int tarn_http_reader_status(const tarn_http_reader *reader) {
    return reader->status;
}

const char *tarn_http_reader_reason(const tarn_http_reader *reader) {
    return reader->reason;
}

static tarn_http_reader_event wrong(tarn_http_reader *reader, int status, const char *reason) {
    reader->phase = BROKEN;
    reader->status = status;
    reader->reason = reason;
    return TARN_READ_WRONG;
}

/* ---- the head --------------------------------------------------------------------------------------------------- */

/* "QUERY /x": a method, if only one that nobody knows. */
static bool begins_with_word(const tarn_http_reader *reader) {
    size_t i = 0;
    while (i < reader->text.size && reader->text.data[i] >= 'A' && reader->text.data[i] <= 'Z')
        i++;
    return i > 0 && i + 1 < reader->text.size && reader->text.data[i] == ' ' && reader->text.data[i + 1] == '/';
}

static tarn_http_reader_event refused_by_parser(tarn_http_reader *reader) {
    switch (llhttp_get_errno(&reader->parser)) {
    case HPE_INVALID_METHOD:
        return begins_with_word(reader) ? wrong(reader, 405, "the method is none that is served here")
                                        : wrong(reader, 400, "the request is no HTTP/1.1");
    case HPE_INVALID_VERSION:
        return wrong(reader, 505, "the version is none of HTTP/1.0 and HTTP/1.1");
    case HPE_INVALID_CONTENT_LENGTH:
    case HPE_UNEXPECTED_CONTENT_LENGTH:
        return wrong(reader, 400, "Content-Length is malformed, is there twice, or stands beside Transfer-Encoding");
    case HPE_INVALID_TRANSFER_ENCODING:
        return wrong(reader, 400, "Transfer-Encoding is none that a request's end could be known by");
    case HPE_INVALID_CHUNK_SIZE:
        return wrong(reader, 400, "a chunk's size is no hexadecimal number");
    default:
        if (reader->too_many)
            return wrong(reader, 431, "the request has more than 100 fields");
        return wrong(reader, 400, "the request is no HTTP/1.1");
    }
}

/* Where the head's end is behind `text.size`: bytes of `data` that belong to it; 0: not in there. Sets a reason when
 * its lines are not ended as they have to be. */
static size_t find_end(tarn_http_reader *reader, const uint8_t *data, size_t size, const char **reason) {
    const uint8_t *text = reader->text.data;
    size_t had = reader->text.size;
    for (size_t i = 0; i < size; i++) {
        size_t at = had + i;
        uint8_t before = at == 0 ? 0 : i > 0 ? data[i - 1] : text[at - 1];
        if (data[i] == '\n' && before != '\r')
            *reason = "a line ends with a line feed alone";
        else if (data[i] != '\n' && before == '\r')
            *reason = "a carriage return stands alone";
        else if (data[i] == 0)
            *reason = "a NUL byte is in it";
        else if ((data[i] == ' ' || data[i] == '\t') && before == '\n')
            *reason = "a field is folded over several lines";
        if (*reason != NULL)
            return 0;
        if (data[i] != '\n' || at < 3)
            continue;
        uint8_t second = i >= 2 ? data[i - 2] : text[at - 2];
        if (second == '\n')
            return i + 1;
    }
    return 0;
}

static void end_texts(tarn_http_reader *reader) {
    char *text = (char *)reader->text.data;
    for (size_t i = 0; i < reader->field_count; i++) {
        tarn_pair *field = &reader->fields[i];
        char *name = text + (field->name - text);
        name[reader->name_lengths[i]] = '\0';
        for (char *c = name; *c != '\0'; c++)
            *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
        if (field->value == NULL || reader->lengths[i] == 0) { /* llhttp says then that it is behind the line */
            field->value = "";
            continue;
        }
        char *value = text + (field->value - text);
        size_t length = reader->lengths[i];
        while (length > 0 && (value[length - 1] == ' ' || value[length - 1] == '\t'))
            length--;
        value[length] = '\0';
    }
    text[(reader->target - text) + (ptrdiff_t)reader->target_size] = '\0';
}

/* A field's name is a word, its value has no control characters: what llhttp lets pass is looked at again. */
static bool has_plain_fields(const tarn_http_reader *reader) {
    static const char word[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz";
    for (size_t i = 0; i < reader->field_count; i++) {
        const tarn_pair *field = &reader->fields[i];
        if (field->name[0] == '\0' || strspn(field->name, word) != strlen(field->name))
            return false;
        for (const char *c = field->value; *c != '\0'; c++)
            if (((uint8_t)*c < ' ' && *c != '\t') || *c == 127)
                return false;
    }
    return true;
}

static size_t count_of(const tarn_http_reader *reader, const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < reader->field_count; i++)
        count += strcmp(reader->fields[i].name, name) == 0;
    return count;
}

/* The body's length by the fields; what llhttp accepts and two readers may understand differently is refused. */
static tarn_http_reader_event read_framing(tarn_http_reader *reader) {
    tarn_head *head = &reader->head;
    size_t lengths = count_of(reader, "content-length"), encodings = count_of(reader, "transfer-encoding");
    if (count_of(reader, "host") != 1 && !(head->minor == 0 && count_of(reader, "host") == 0))
        return wrong(reader, 400, "exactly one Host field is needed");
    if (lengths > 1 || encodings > 1 || (lengths > 0 && encodings > 0))
        return wrong(reader, 400, "Content-Length is there twice, or stands beside Transfer-Encoding");
    if (encodings > 0 && head->minor == 0)
        return wrong(reader, 400, "HTTP/1.0 knows no Transfer-Encoding");
    if (encodings > 0 && strcasecmp(tarn_head_field(head, "transfer-encoding"), "chunked") != 0)
        return wrong(reader, 501, "of transfer encodings only chunked is understood");
    head->length = encodings > 0 ? -1 : 0;
    if (lengths == 0)
        return TARN_READ_HEAD;
    const char *text = tarn_head_field(head, "content-length");
    if (text[0] == '\0' || strspn(text, "0123456789") != strlen(text) || strlen(text) > 18)
        return wrong(reader, 400, "Content-Length is no number");
    head->length = strtoll(text, NULL, 10);
    return TARN_READ_HEAD;
}

static tarn_http_reader_event read_target(tarn_http_reader *reader);

static tarn_http_reader_event parse_head(tarn_http_reader *reader) {
    llhttp_init(&reader->parser, HTTP_REQUEST, &reader->settings);
    reader->parser.data = reader;
    if (tarn_buffer_reserve(&reader->text, reader->text.size + 1, NULL) != TARN_OK)
        return wrong(reader, 503, "out of memory");
    const char *text = (const char *)reader->text.data;
    llhttp_errno_t outcome = llhttp_execute(&reader->parser, text, reader->text.size);
    if (outcome == HPE_PAUSED_UPGRADE || outcome == HPE_PAUSED_H2_UPGRADE)
        return wrong(reader, 405, "the method is none that is served here");
    if (outcome != HPE_PAUSED || reader->target == NULL)
        return refused_by_parser(reader);
    if (reader->parser.http_major != 1 || reader->parser.http_minor > 1)
        return wrong(reader, 505, "the version is none of HTTP/1.0 and HTTP/1.1");
    end_texts(reader);
    if (!has_plain_fields(reader))
        return wrong(reader, 400, "a field's name or value has a character that has no place there");
    reader->head.method = llhttp_method_name((llhttp_method_t)reader->parser.method);
    reader->head.minor = reader->parser.http_minor;
    reader->head.fields = reader->fields;
    reader->head.field_count = reader->field_count;
    tarn_http_reader_event event = read_framing(reader);
    if (event == TARN_READ_HEAD)
        event = read_target(reader);
    if (event != TARN_READ_HEAD)
        return event;
    reader->head.keep_alive = reader->head.minor == 1 ? !tarn_head_has_word(&reader->head, "connection", "close")
                                                      : tarn_head_has_word(&reader->head, "connection", "keep-alive");
    llhttp_resume(&reader->parser);
    reader->parser.upgrade = 0; /* whether it becomes another protocol is decided by who answers */
    reader->phase = IN_BODY;
    return TARN_READ_HEAD;
}

static tarn_http_reader_event read_head(tarn_http_reader *reader, const uint8_t *data, size_t size, size_t *used) {
    const char *reason = NULL;
    size_t skipped = 0;
    /* An empty line before a request is what some clients leave behind the body before it. */
    if (reader->text.size == 0 && size >= 2 && data[0] == '\r' && data[1] == '\n')
        skipped = 2;
    size_t end = find_end(reader, data + skipped, size - skipped, &reason);
    *used = skipped + (end > 0 ? end : size - skipped);
    if (reason != NULL)
        return wrong(reader, 400, reason);
    size_t taken = *used - skipped;
    if (reader->text.size + taken > TARN_HEAD_LIMIT) {
        bool in_line = reader->text.size == 0 ? memchr(data, '\n', size) == NULL
                                              : memchr(reader->text.data, '\n', reader->text.size) == NULL;
        return wrong(reader, in_line ? 414 : 431,
                     in_line ? "the request's path is too long" : "the request's fields are too long");
    }
    if (tarn_buffer_append(&reader->text, data + skipped, taken, NULL) != TARN_OK)
        return wrong(reader, 503, "out of memory");
    return end > 0 ? parse_head(reader) : TARN_READ_MORE;
}

/* ---- the target ------------------------------------------------------------------------------------------------- */

/* What is taken apart lies behind the head in its buffer, where room was made for it. */
static tarn_http_reader_event read_target(tarn_http_reader *reader) {
    tarn_head *head = &reader->head;
    size_t size = reader->target_size;
    if (size > TARN_TARGET_LIMIT)
        return wrong(reader, 414, "the request's path is too long");
    if (reader->target[0] != '/')
        return wrong(reader, 400, "the request's target is no path");
    for (size_t i = 0; i < size; i++)
        if ((uint8_t)reader->target[i] <= ' ' || (uint8_t)reader->target[i] >= 127 || reader->target[i] == '#' ||
            reader->target[i] == '\\')
            return wrong(reader, 400, "the request's target has a character that has to be written as %XX");
    char *copy = (char *)reader->text.data + reader->text.size;
    head->target = reader->target;
    memcpy(copy, head->target, size + 1);
    char *query = strchr(copy, '?');
    if (query != NULL)
        *query++ = '\0';
    else
        query = copy + size;
    if (!tarn_head_split(head, copy + 1, query))
        return wrong(reader, 400, "the request's path or query is not UTF-8 in %XX, or leads upwards");
    return TARN_READ_HEAD;
}

/* ---- the body --------------------------------------------------------------------------------------------------- */

/* Bytes that are neither of the head nor of the body: their lines have to end as others. */
static const char *check_framing(tarn_http_reader *reader, const uint8_t *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if ((data[i] == '\n') != (reader->before == '\r'))
            return "a line between chunks is not ended by carriage return and line feed";
        reader->before = data[i];
    }
    reader->framing += size;
    return reader->framing <= FRAMING_LIMIT ? NULL : "there is more around the body's chunks than in them";
}

static tarn_http_reader_event read_body(tarn_http_reader *reader, const uint8_t *data, size_t size, size_t *used,
                                        const uint8_t **body, size_t *body_size) {
    reader->body = NULL;
    reader->body_size = 0;
    llhttp_errno_t outcome = llhttp_execute(&reader->parser, (const char *)data, size);
    if (outcome != HPE_OK && outcome != HPE_PAUSED)
        return refused_by_parser(reader);
    *used = outcome == HPE_OK ? size : (size_t)((const uint8_t *)llhttp_get_error_pos(&reader->parser) - data);
    if (reader->head.length < 0) {
        const uint8_t *end = data + *used, *piece = reader->body != NULL ? reader->body : end;
        const char *reason = check_framing(reader, data, (size_t)(piece - data));
        if (reason == NULL)
            reason =
                check_framing(reader, piece + reader->body_size, (size_t)(end - piece - (ptrdiff_t)reader->body_size));
        if (reason != NULL)
            return wrong(reader, 400, reason);
    }
    if (outcome == HPE_OK)
        return TARN_READ_MORE;
    llhttp_resume(&reader->parser);
    if (reader->body != NULL) {
        *body = reader->body;
        *body_size = reader->body_size;
        reader->framing = 0;
        return TARN_READ_BODY;
    }
    if (!reader->is_complete)
        return TARN_READ_MORE;
    reader->phase = IN_HEAD;
    reader->is_complete = false;
    return TARN_READ_END;
}

tarn_http_reader_event tarn_http_reader_next(tarn_http_reader *reader, const uint8_t *data, size_t size, size_t *used,
                                             const uint8_t **body, size_t *body_size) {
    *used = 0;
    *body = NULL;
    *body_size = 0;
    if (reader->phase == BROKEN)
        return TARN_READ_WRONG;
    if (reader->phase == IN_BODY)
        return read_body(reader, data, size, used, body, body_size);
    if (size == 0)
        return TARN_READ_MORE;
    if (reader->head.method != NULL)
        forget_head(reader);
    return read_head(reader, data, size, used);
}
