/**
 * @file token.h
 * Who may ask: names with roles and the tables they may see, in a file that holds only what their tokens hash to.
 */
#ifndef TARN_SERVER_TOKEN_H
#define TARN_SERVER_TOKEN_H

#include "base/hash.h"
#include "tarn/context.h"

#include <stdbool.h>

/** Bytes of a token as text, the NUL included. */
enum { TARN_TOKEN_SIZE = 49 };

/** Somebody. Counted, since requests outlive a list that is read anew; on the loop's thread only. */
typedef struct tarn_identity {
    size_t users;
    char *name;
    tarn_role role;
    char **tables; /* patterns; NULL: all */
    size_t table_count;
    char *created;
    uint8_t hash[TARN_SHA256_SIZE];
} tarn_identity;

tarn_identity *tarn_identity_new(const char *name, tarn_role role, const char *const *tables, size_t table_count);
void tarn_identity_hold(tarn_identity *identity);
void tarn_identity_release(tarn_identity *identity); /**< NULL is allowed */
bool tarn_identity_equal(const tarn_identity *a, const tarn_identity *b);

typedef struct tarn_token_list {
    tarn_identity **items;
    size_t count;
} tarn_token_list;

/** Read a file; TARN_E_FORBIDDEN when others than its owner can read it. */
tarn_status tarn_token_list_read(const char *path, tarn_token_list *out, tarn_error *error);
/** Write it anew, for its owner only; it appears complete or not at all. */
tarn_status tarn_token_list_write(const char *path, const tarn_token_list *list, tarn_error *error);
void tarn_token_list_clear(tarn_token_list *list);

/** 256 random bits, "tarn_" in front. */
tarn_status tarn_token_make(char text[TARN_TOKEN_SIZE], tarn_error *error);
void tarn_token_hash(const char *text, size_t size, uint8_t hash[TARN_SHA256_SIZE]);
/** Whose token it is; NULL: nobody's. Takes as long in either case. */
tarn_identity *tarn_token_find(const tarn_token_list *list, const char *text, size_t size);
/** In a time that does not tell where they differ. */
bool tarn_same_bytes(const void *a, const void *b, size_t size);

const char *tarn_role_name(tarn_role role);
bool tarn_role_parse(const char *name, tarn_role *out);

#endif
