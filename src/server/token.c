// Who may ask: the list of names, and what their tokens hash to.
#include "server/token.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* More would not be read through for every request. */
#define MOST_TOKENS 10000

const char *tarn_role_name(tarn_role role) {
    return role == TARN_ROLE_OWNER ? "owner" : role == TARN_ROLE_WRITER ? "writer" : "reader";
}

bool tarn_role_parse(const char *name, tarn_role *out) {
    static const tarn_role roles[] = {TARN_ROLE_OWNER, TARN_ROLE_WRITER, TARN_ROLE_READER};
    for (size_t i = 0; i < 3; i++)
        if (strcmp(name, tarn_role_name(roles[i])) == 0) {
            *out = roles[i];
            return true;
        }
    return false;
}

/* ---- somebody ---------------------------------------------------------------------------------------------------- */

tarn_identity *tarn_identity_new(const char *name, tarn_role role, const char *const *tables, size_t table_count) {
    tarn_identity *identity = calloc(1, sizeof *identity);
    if (identity == NULL)
        return NULL;
    identity->users = 1;
    identity->name = tarn_strdup(name);
    identity->role = role;
    identity->tables = table_count > 0 ? calloc(table_count, sizeof *identity->tables) : NULL;
    bool complete = identity->name != NULL && (table_count == 0 || identity->tables != NULL);
    for (size_t i = 0; complete && i < table_count; i++) {
        identity->tables[identity->table_count++] = tarn_strdup(tables[i]);
        complete = identity->tables[i] != NULL;
    }
    if (complete)
        return identity;
    tarn_identity_release(identity);
    return NULL;
}

void tarn_identity_hold(tarn_identity *identity) {
    identity->users++;
}

void tarn_identity_release(tarn_identity *identity) {
    if (identity == NULL || --identity->users > 0)
        return;
    for (size_t i = 0; i < identity->table_count; i++)
        free(identity->tables[i]);
    free(identity->tables);
    free(identity->name);
    free(identity->created);
    free(identity);
}

bool tarn_identity_equal(const tarn_identity *a, const tarn_identity *b) {
    if (strcmp(a->name, b->name) != 0 || a->role != b->role || a->table_count != b->table_count ||
        !tarn_same_bytes(a->hash, b->hash, sizeof a->hash))
        return false;
    for (size_t i = 0; i < a->table_count; i++)
        if (strcmp(a->tables[i], b->tables[i]) != 0)
            return false;
    return true;
}

void tarn_token_list_clear(tarn_token_list *list) {
    for (size_t i = 0; i < list->count; i++)
        tarn_identity_release(list->items[i]);
    free(list->items);
    *list = (tarn_token_list){0};
}

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

bool tarn_same_bytes(const void *a, const void *b, size_t size) {
    const volatile uint8_t *first = a, *second = b;
    uint8_t difference = 0;
    for (size_t i = 0; i < size; i++)
        difference |= (uint8_t)(first[i] ^ second[i]);
    return difference == 0;
}

tarn_status tarn_token_make(char text[TARN_TOKEN_SIZE], tarn_error *error) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t random[43];
    if (getentropy(random, sizeof random) != 0)
        return tarn_fail_errno(error, errno, "the system gives no random numbers");
    memcpy(text, "tarn_", 5);
    for (size_t i = 0; i < sizeof random; i++)
        text[5 + i] = digits[random[i] & 63]; /* 6 bits each */
    text[5 + sizeof random] = '\0';
    return TARN_OK;
}

void tarn_token_hash(const char *text, size_t size, uint8_t hash[TARN_SHA256_SIZE]) {
    tarn_sha256_of(text, size, hash);
}

tarn_identity *tarn_token_find(const tarn_token_list *list, const char *text, size_t size) {
    uint8_t hash[TARN_SHA256_SIZE];
    tarn_identity *found = NULL;
    tarn_token_hash(text, size, hash);
    for (size_t i = 0; i < list->count; i++)
        found = tarn_same_bytes(list->items[i]->hash, hash, sizeof hash) ? list->items[i] : found;
    return found;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static bool read_hash(const char *text, uint8_t hash[TARN_SHA256_SIZE]) {
    if (text == NULL || strncmp(text, "sha256:", 7) != 0 || strlen(text) != 7 + 2 * TARN_SHA256_SIZE ||
        strspn(text + 7, "0123456789abcdef") != 2 * TARN_SHA256_SIZE)
        return false;
    for (size_t i = 0; i < TARN_SHA256_SIZE; i++) {
        char pair[3] = {text[7 + 2 * i], text[8 + 2 * i], '\0'};
        hash[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return true;
}

/* An element of the file's list; NULL when it is none. */
static tarn_identity *read_identity(const json_t *item) {
    const char *name = json_string_value(json_object_get(item, "name"));
    const char *role_name = json_string_value(json_object_get(item, "role"));
    const json_t *tables = json_object_get(item, "tables");
    size_t count = json_array_size(tables);
    tarn_role role;
    uint8_t hash[TARN_SHA256_SIZE];
    if (name == NULL || role_name == NULL || !tarn_role_parse(role_name, &role) ||
        !read_hash(json_string_value(json_object_get(item, "hash")), hash))
        return NULL;
    const char **patterns = calloc(count + 1, sizeof *patterns);
    bool readable = patterns != NULL;
    for (size_t i = 0; readable && i < count; i++)
        readable = (patterns[i] = json_string_value(json_array_get(tables, i))) != NULL;
    tarn_identity *identity = readable ? tarn_identity_new(name, role, patterns, count) : NULL;
    free(patterns);
    if (identity == NULL)
        return NULL;
    memcpy(identity->hash, hash, sizeof hash);
    const char *created = json_string_value(json_object_get(item, "created"));
    identity->created = created != NULL ? tarn_strdup(created) : NULL;
    return identity;
}

static tarn_status check_mode(const char *path, int descriptor, tarn_error *error) {
    struct stat about;
    if (fstat(descriptor, &about) != 0)
        return tarn_fail_errno(error, errno, "%s cannot be read", path);
    if (!S_ISREG(about.st_mode))
        return tarn_fail(error, TARN_E_INVALID, "%s is no file with tokens: it is no plain file", path);
    if ((about.st_mode & 077) != 0)
        return tarn_fail(error, TARN_E_FORBIDDEN, "others can read %s: make it its owner's alone with 'chmod 600 %s'",
                         path, path);
    return TARN_OK;
}

static tarn_status parse(const char *path, const json_t *document, tarn_token_list *out, tarn_error *error) {
    const json_t *list = json_object_get(document, "tokens");
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count > MOST_TOKENS)
        return tarn_fail(error, TARN_E_FORMAT, "%s is no file with tokens: make one with 'tarn token add'", path);
    out->items = calloc(count + 1, sizeof *out->items);
    if (out->items == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        tarn_identity *identity = read_identity(json_array_get(list, i));
        if (identity == NULL)
            return tarn_fail(error, TARN_E_FORMAT,
                             "%s: entry %zu is no token: it needs name, role (reader, writer, owner) and hash", path,
                             i + 1);
        out->items[out->count++] = identity;
    }
    return TARN_OK;
}

tarn_status tarn_token_list_read(const char *path, tarn_token_list *out, tarn_error *error) {
    tarn_token_list list = {0};
    json_t *document = NULL;
    json_error_t wrong;
    tarn_status status = TARN_OK;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return tarn_fail_errno(error, errno, "the tokens in %s cannot be read", path);
    TARN_CHECK(check_mode(path, descriptor, error));
    document = json_loadfd(descriptor, JSON_REJECT_DUPLICATES, &wrong);
    if (document == NULL)
        TARN_CHECK(tarn_fail(error, TARN_E_FORMAT, "%s is no file with tokens: %s", path, wrong.text));
    TARN_CHECK(parse(path, document, &list, error));
    *out = list;
cleanup:
    if (status != TARN_OK)
        tarn_token_list_clear(&list);
    json_decref(document);
    close(descriptor);
    return status;
}

static json_t *identity_json(const tarn_identity *identity) {
    char hash[7 + 2 * TARN_SHA256_SIZE + 1] = "sha256:";
    for (size_t i = 0; i < TARN_SHA256_SIZE; i++)
        snprintf(hash + 7 + 2 * i, 3, "%02x", identity->hash[i]);
    json_t *item =
        json_pack("{s:s,s:s,s:s}", "name", identity->name, "role", tarn_role_name(identity->role), "hash", hash);
    json_t *tables = json_array();
    for (size_t i = 0; i < identity->table_count; i++)
        json_array_append_new(tables, json_string(identity->tables[i]));
    if (identity->table_count > 0)
        json_object_set(item, "tables", tables);
    json_decref(tables);
    if (identity->created != NULL)
        json_object_set_new(item, "created", json_string(identity->created));
    return item;
}

static tarn_status write_text(const char *path, const char *text, tarn_error *error) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0)
        return tarn_fail_errno(error, errno, "%s cannot be written", path);
    size_t size = strlen(text);
    int code = fchmod(descriptor, 0600);
    while (code == 0 && size > 0) {
        ssize_t written = write(descriptor, text, size);
        if (written < 0 && errno != EINTR)
            code = -1;
        text += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    code = code == 0 ? fsync(descriptor) : code;
    int errnum = errno;
    close(descriptor);
    return code == 0 ? TARN_OK : tarn_fail_errno(error, errnum, "%s cannot be written", path);
}

tarn_status tarn_token_list_write(const char *path, const tarn_token_list *list, tarn_error *error) {
    json_t *items = json_array();
    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(items, identity_json(list->items[i]));
    json_t *document = json_pack("{s:o}", "tokens", items);
    char *text = document != NULL ? json_dumps(document, JSON_INDENT(2)) : NULL;
    char *temporary = tarn_format("%s.new", path);
    tarn_status status =
        text != NULL && temporary != NULL ? write_text(temporary, text, error) : tarn_fail_memory(error);
    if (status == TARN_OK && rename(temporary, path) != 0)
        status = tarn_fail_errno(error, errno, "%s cannot be written", path);
    if (status != TARN_OK && temporary != NULL)
        unlink(temporary);
    free(temporary);
    free(text);
    json_decref(document);
    return status;
}
