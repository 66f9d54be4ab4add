/**
 * @file sql_tokens.h
 * SQL text cut into tokens the way DuckDB cuts it: enough to see what kind of statement somebody typed. Internal.
 */
#ifndef TARN_COMMAND_SQL_TOKENS_H
#define TARN_COMMAND_SQL_TOKENS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum tarn_token_kind {
    TARN_TOKEN_END,
    TARN_TOKEN_WORD,   /* keyword or plain identifier */
    TARN_TOKEN_QUOTED, /* "identifier" */
    TARN_TOKEN_STRING, /* '…', E'…', $$…$$ */
    TARN_TOKEN_OTHER,  /* a number, one character of punctuation */
} tarn_token_kind;

typedef struct tarn_token {
    tarn_token_kind kind;
    const char *text; /* inside the SQL, quotes included */
    size_t size;
} tarn_token;

/** The next token at `*at`, which moves behind it. Comments and white space are skipped. `end` is the text's end. */
tarn_token tarn_token_next(const char **at, const char *end);

/** True for this keyword, ignoring case. */
bool tarn_token_is(const tarn_token *token, const char *keyword);

/** True for this one character of punctuation. */
bool tarn_token_is_mark(const tarn_token *token, char mark);

#endif
