/* Names that are taken: an open table of name keys, each with the number that its next namesake gets. */
#include "io/name_set.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tarn_taken_name {
    char *key; /* tarn_name_key; NULL: free */
    uint64_t hash;
    unsigned next; /* the first number that may be free behind it */
};

static struct tarn_taken_name *slot_of(const tarn_name_set *set, const char *key, uint64_t hash) {
    size_t slot = (size_t)hash & (set->capacity - 1);
    while (set->slots[slot].key != NULL && (set->slots[slot].hash != hash || strcmp(set->slots[slot].key, key) != 0))
        slot = (slot + 1) & (set->capacity - 1);
    return &set->slots[slot];
}

static tarn_status make_room(tarn_name_set *set, tarn_error *error) {
    if (set->count * 2 < set->capacity)
        return TARN_OK;
    tarn_name_set grown = {.capacity = set->capacity > 0 ? set->capacity * 2 : 16, .count = set->count};
    grown.slots = calloc(grown.capacity, sizeof *grown.slots);
    if (grown.slots == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < set->capacity; i++)
        if (set->slots[i].key != NULL)
            *slot_of(&grown, set->slots[i].key, set->slots[i].hash) = set->slots[i];
    free(set->slots);
    *set = grown;
    return TARN_OK;
}

/* Take a name if it is free. `*hash` and `*key` (heap text) find its place again. */
static tarn_status claim(tarn_name_set *set, const char *name, bool *added, char **key, uint64_t *hash,
                         tarn_error *error) {
    TARN_TRY(make_room(set, error));
    *key = tarn_name_key(name);
    if (*key == NULL)
        return tarn_fail_memory(error);
    *hash = tarn_hash64_of(*key, strlen(*key));
    struct tarn_taken_name *slot = slot_of(set, *key, *hash);
    *added = slot->key == NULL;
    if (!*added)
        return TARN_OK;
    char *copy = tarn_strdup(*key);
    if (copy == NULL)
        return tarn_fail_memory(error);
    *slot = (struct tarn_taken_name){copy, *hash, 2};
    set->count++;
    return TARN_OK;
}

/* At most `most` bytes, without cutting a character. */
static void cut(char *name, size_t most) {
    if (strlen(name) <= most)
        return;
    while (most > 0 && ((unsigned char)name[most] & 0xC0) == 0x80)
        most--;
    while (most > 0 && name[most - 1] == ' ')
        most--;
    name[most] = '\0';
}

static tarn_status try_name(tarn_name_set *set, const char *name, bool *added, char **out, tarn_error *error) {
    char *key = NULL;
    uint64_t hash;
    tarn_status status = claim(set, name, added, &key, &hash, error);
    free(key);
    if (status != TARN_OK || !*added)
        return status;
    *out = tarn_strdup(name);
    return *out != NULL ? TARN_OK : tarn_fail_memory(error);
}

tarn_status tarn_name_set_make(tarn_name_set *set, const char *base, char **out, tarn_error *error) {
    char stem[TARN_LONGEST_NAME + 1], name[TARN_LONGEST_NAME + 1], *key = NULL;
    bool added = false;
    uint64_t hash;
    snprintf(stem, sizeof stem, "%s", base);
    if (strlen(base) > TARN_LONGEST_NAME)
        stem[tarn_utf8_valid_prefix(stem, strlen(stem))] = '\0';
    tarn_status status = claim(set, stem, &added, &key, &hash, error);
    if (status == TARN_OK && added) {
        *out = tarn_strdup(stem);
        status = *out != NULL ? TARN_OK : tarn_fail_memory(error);
    }
    unsigned number = status == TARN_OK && !added ? slot_of(set, key, hash)->next : 2;
    for (; status == TARN_OK && !added; number++) {
        char suffix[16];
        snprintf(suffix, sizeof suffix, "_%u", number);
        cut(stem, TARN_LONGEST_NAME - strlen(suffix));
        size_t length = strlen(stem);
        memcpy(name, stem, length);
        memcpy(name + length, suffix, strlen(suffix) + 1);
        status = try_name(set, name, &added, out, error);
    }
    if (status == TARN_OK)
        slot_of(set, key, hash)->next = number;
    free(key);
    return status;
}

void tarn_name_set_clear(tarn_name_set *set) {
    for (size_t i = 0; i < set->capacity; i++)
        free(set->slots[i].key);
    free(set->slots);
    *set = (tarn_name_set){0};
}
