/* Hashes, digits and names that depend on a secret. */
#include "command/secret_kernel.h"

#include <nettle/base16.h>
#include <nettle/hmac.h>
#include <stdlib.h>
#include <string.h>

struct tarn_secret {
    struct hmac_sha256_ctx keyed;
};

tarn_status tarn_secret_new(const char *secret, tarn_secret **out, tarn_error *error) {
    tarn_secret *s = malloc(sizeof *s);
    if (s == NULL)
        return tarn_fail_memory(error);
    hmac_sha256_set_key(&s->keyed, strlen(secret), (const uint8_t *)secret);
    *out = s;
    return TARN_OK;
}

static void digest_of(const tarn_secret *secret, const void *data, size_t size, uint8_t out[SHA256_DIGEST_SIZE]) {
    struct hmac_sha256_ctx work = secret->keyed; /* the state is shared by threads */
    hmac_sha256_update(&work, size, data);
    hmac_sha256_digest(&work, SHA256_DIGEST_SIZE, out);
}

/* ---- hash -------------------------------------------------------------------------------------------------------- */

enum { HASH_TEXT = 2 * SHA256_DIGEST_SIZE };

static size_t hash_bound(const void *state, size_t size) {
    (void)state;
    (void)size;
    return HASH_TEXT;
}

static size_t hash_text(const void *state, const char *text, size_t size, char *out) {
    uint8_t digest[SHA256_DIGEST_SIZE];
    digest_of(state, text, size, digest);
    base16_encode_update(out, sizeof digest, digest);
    return HASH_TEXT;
}

const tarn_text_kernel tarn_hash_kernel = {.bound = hash_bound, .map = hash_text};

/* ---- scramble ---------------------------------------------------------------------------------------------------- */

static size_t same_bound(const void *state, size_t size) {
    (void)state;
    return size;
}

/* Digits without end: from the digest of a text, then from that digest's own, and so on. */
typedef struct digits {
    const tarn_secret *secret;
    const void *from;
    size_t from_size, used;
    uint8_t digest[SHA256_DIGEST_SIZE];
} digits;

/* Only from bytes below 250, so that each digit is as likely. */
static char next_digit(digits *d) {
    for (;;) {
        if (d->used == sizeof d->digest) {
            digest_of(d->secret, d->from, d->from_size, d->digest);
            d->from = d->digest;
            d->from_size = sizeof d->digest;
            d->used = 0;
        }
        uint8_t byte = d->digest[d->used++];
        if (byte < 250)
            return (char)('0' + byte % 10);
    }
}

static size_t scramble_text(const void *state, const char *text, size_t size, char *out) {
    digits d = {.secret = state, .from = text, .from_size = size, .used = sizeof d.digest};
    for (size_t i = 0; i < size; i++)
        out[i] = text[i] >= '0' && text[i] <= '9' ? next_digit(&d) : text[i];
    return size;
}

const tarn_text_kernel tarn_scramble_kernel = {.bound = same_bound, .map = scramble_text};

/* ---- names ------------------------------------------------------------------------------------------------------- */

static const char *const first_names[] = {"Ada",  "Bela",  "Carla", "Dario", "Edith", "Felix", "Greta",  "Hugo",
                                          "Ines", "Jonas", "Karin", "Luca",  "Mara",  "Nils",  "Olga",   "Pavel",
                                          "Rosa", "Silas", "Tessa", "Umar",  "Vera",  "Wanda", "Yusuf",  "Zoe",
                                          "Amir", "Britt", "Cosmo", "Dunja", "Emil",  "Flora", "Gideon", "Hanna"};
static const char *const last_names[] = {
    "Abbott",   "Becker", "Castro", "Dahl",   "Eriksen", "Fischer", "Grant", "Hansen", "Ivanova", "Jansen", "Keller",
    "Lindgren", "Moreau", "Novak",  "Okafor", "Pereira", "Quinn",   "Rossi", "Sato",   "Tanaka",  "Ueda",   "Vargas",
    "Weber",    "Xu",     "Yilmaz", "Zeman",  "Aydin",   "Brandt",  "Costa", "Duarte", "Egger",   "Farkas"};
enum { NAMES = 32, LONGEST_NAME = 16 };
_Static_assert(sizeof first_names / sizeof *first_names == NAMES && sizeof last_names / sizeof *last_names == NAMES,
               "a name is chosen by five bits");

static size_t name_bound(const void *state, size_t size) {
    (void)state;
    (void)size;
    return 2 * LONGEST_NAME;
}

static size_t put(const char *name, char *out) {
    size_t length = strlen(name);
    memcpy(out, name, length);
    return length;
}

static size_t fake_first(const void *state, const char *text, size_t size, char *out) {
    uint8_t digest[SHA256_DIGEST_SIZE];
    digest_of(state, text, size, digest);
    return put(first_names[digest[0] % NAMES], out);
}

static size_t fake_last(const void *state, const char *text, size_t size, char *out) {
    uint8_t digest[SHA256_DIGEST_SIZE];
    digest_of(state, text, size, digest);
    return put(last_names[digest[1] % NAMES], out);
}

static size_t fake_full(const void *state, const char *text, size_t size, char *out) {
    size_t length = fake_first(state, text, size, out);
    out[length++] = ' ';
    return length + fake_last(state, text, size, out + length);
}

const tarn_text_kernel tarn_fake_first_kernel = {.bound = name_bound, .map = fake_first};
const tarn_text_kernel tarn_fake_last_kernel = {.bound = name_bound, .map = fake_last};
const tarn_text_kernel tarn_fake_full_kernel = {.bound = name_bound, .map = fake_full};
