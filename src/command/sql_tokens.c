/* SQL text cut into tokens, as DuckDB cuts it. */
#include "command/sql_tokens.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool starts(const char *at, const char *end, const char *text) {
    size_t size = strlen(text);
    return (size_t)(end - at) >= size && memcmp(at, text, size) == 0;
}

/* The bytes of a space that is none in ASCII, as DuckDB counts them: no-break, those of typographers, wide, byte order
 * mark; 0 when there is none. */
static size_t wide_space(const char *at, const char *end) {
    static const char *const spaces[] = {"\xc2\xa0",     "\xe2\x80\xaf", "\xe2\x81\x9f",
                                         "\xe2\x81\xa0", "\xe3\x80\x80", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (starts(at, end, spaces[i]))
            return strlen(spaces[i]);
    bool typographic = end - at >= 3 && starts(at, end, "\xe2\x80") && (unsigned char)at[2] <= 0x8b;
    return typographic ? 3 : 0;
}

/* Behind a comment that begins at `at`; block comments nest. */
static const char *skip_comment(const char *at, const char *end) {
    if (*at == '-') {
        while (at < end && *at != '\n' && *at != '\r')
            at++;
        return at;
    }
    int depth = 0;
    while (at < end) {
        if (starts(at, end, "/*")) {
            depth++;
            at += 2;
        } else if (starts(at, end, "*/")) {
            at += 2;
            if (--depth == 0)
                break;
        } else {
            at++;
        }
    }
    return at;
}

static const char *skip_blank(const char *at, const char *end) {
    while (at < end) {
        if (is_space(*at))
            at++;
        else if (wide_space(at, end))
            at += wide_space(at, end);
        else if (starts(at, end, "--") || starts(at, end, "/*"))
            at = skip_comment(at, end);
        else
            break;
    }
    return at;
}

/* Behind a quoted text that begins at `at` with its mark; doubled marks are inside. */
static const char *skip_quoted(const char *at, const char *end, bool backslashes) {
    char mark = *at++;
    while (at < end) {
        if (backslashes && *at == '\\' && at + 1 < end)
            at += 2;
        else if (*at == mark && at + 1 < end && at[1] == mark)
            at += 2;
        else if (*at++ == mark)
            break;
    }
    return at;
}

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* Behind $tag$…$tag$; `at` itself when it is none. */
static const char *skip_dollars(const char *at, const char *end) {
    const char *tag_end = at + 1;
    while (tag_end < end && *tag_end != '$' && is_word(*tag_end))
        tag_end++;
    if (tag_end == end || *tag_end != '$' || isdigit((unsigned char)at[1]))
        return at;
    size_t tag = (size_t)(tag_end - at) + 1;
    for (const char *close = at + tag; close + tag <= end; close++)
        if (memcmp(close, at, tag) == 0)
            return close + tag;
    return end;
}

tarn_token tarn_token_next(const char **at, const char *end) {
    const char *start = skip_blank(*at, end);
    const char *stop = start;
    tarn_token_kind kind = TARN_TOKEN_OTHER;
    if (start == end) {
        kind = TARN_TOKEN_END;
    } else if (*start == '\'') {
        kind = TARN_TOKEN_STRING;
        stop = skip_quoted(start, end, false);
    } else if ((*start == 'e' || *start == 'E') && start + 1 < end && start[1] == '\'') {
        kind = TARN_TOKEN_STRING;
        stop = skip_quoted(start + 1, end, true);
    } else if (*start == '"') {
        kind = TARN_TOKEN_QUOTED;
        stop = skip_quoted(start, end, false);
    } else if (*start == '$' && skip_dollars(start, end) != start) {
        kind = TARN_TOKEN_STRING;
        stop = skip_dollars(start, end);
    } else if (is_word(*start)) {
        kind = isdigit((unsigned char)*start) || *start == '$' ? TARN_TOKEN_OTHER : TARN_TOKEN_WORD;
        while (stop < end && is_word(*stop) && !wide_space(stop, end))
            stop++;
    } else {
        stop = start + 1;
    }
    *at = stop;
    return (tarn_token){.kind = kind, .text = start, .size = (size_t)(stop - start)};
}

bool tarn_token_is(const tarn_token *token, const char *keyword) {
    return token->kind == TARN_TOKEN_WORD && token->size == strlen(keyword) &&
           strncasecmp(token->text, keyword, token->size) == 0;
}

bool tarn_token_is_mark(const tarn_token *token, char mark) {
    return token->kind == TARN_TOKEN_OTHER && token->size == 1 && *token->text == mark;
}
