/* Keys for digests. */
#include "diff/blind.h"

#include <nettle/hmac.h>
#include <nettle/pbkdf2.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Makes guessing a weak secret slow: about a tenth of a second for each guess. */
#define ITERATIONS 200000
static const char salt[] = "tarn blind digests 1";

tarn_status tarn_blind_key_derive(const void *secret, size_t size, tarn_blind_key *out, tarn_error *error) {
    if (secret == NULL) {
        if (getentropy(out->bytes, sizeof out->bytes) != 0)
            return tarn_fail(error, TARN_E_IO, "the system gives no random bytes");
        return TARN_OK;
    }
    if (size == 0)
        return tarn_fail(error, TARN_E_INVALID,
                         "the secret is empty: both sides need the same text that nobody guesses");
    pbkdf2_hmac_sha256(size, secret, ITERATIONS, sizeof salt - 1, (const uint8_t *)salt, sizeof out->bytes, out->bytes);
    return TARN_OK;
}

void tarn_blind_key_clear(tarn_blind_key *key) {
    explicit_bzero(key, sizeof *key);
}

static void free_names(char **names, size_t count) {
    for (size_t i = 0; names != NULL && i < count; i++)
        free(names[i]);
    free(names);
}

void tarn_blind_about_clear(tarn_blind_about *about) {
    free(about->name);
    free_names(about->keys, about->key_count);
    free_names(about->columns, about->column_count);
    *about = (tarn_blind_about){0};
}
