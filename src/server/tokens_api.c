// Tokens as other programs see them: adding, removing, listing.
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "server/token.h"
#include "tarn/serve.h"

#include <stdlib.h>
#include <string.h>

static size_t find(const tarn_token_list *list, const char *name) {
    size_t at = 0;
    while (at < list->count && strcmp(list->items[at]->name, name) != 0)
        at++;
    return at;
}

static tarn_status check_name(const char *name, tarn_error *error) {
    size_t size = strlen(name);
    bool plain = size > 0 && size <= 100 && tarn_utf8_is_valid(name, size);
    for (const char *c = name; plain && *c != '\0'; c++)
        plain = (unsigned char)*c >= ' ' && *c != 127;
    return plain ? TARN_OK
                 : tarn_fail(error, TARN_E_INVALID, "a token's name has 1 to 100 bytes, in UTF-8 and on one line");
}

static tarn_status append(tarn_token_list *list, tarn_identity *identity, tarn_error *error) {
    tarn_identity **grown = realloc(list->items, (list->count + 1) * sizeof *grown);
    if (grown == NULL)
        return tarn_fail_memory(error);
    list->items = grown;
    grown[list->count++] = identity;
    return TARN_OK;
}

tarn_status tarn_token_add(const char *path, const char *name, tarn_role role, const char *const *tables,
                           size_t table_count, char token[TARN_TOKEN_TEXT_SIZE], tarn_error *error) {
    tarn_token_list list = {0};
    tarn_identity *identity = NULL;
    tarn_error wrong = {0};
    char now[TARN_TIME_TEXT_SIZE];
    tarn_status status = TARN_OK;
    TARN_TRY(check_name(name, error));
    status = tarn_token_list_read(path, &list, &wrong);
    if (status == TARN_E_NOT_FOUND)
        status = TARN_OK; /* it is made now */
    else if (status != TARN_OK && error != NULL)
        *error = wrong;
    TARN_CHECK(status);
    if (find(&list, name) < list.count)
        TARN_CHECK(
            tarn_fail(error, TARN_E_EXISTS, "'%s' has a token already: remove it first, or choose another name", name));
    TARN_CHECK(tarn_token_make(token, error));
    identity = tarn_identity_new(name, role, tables, table_count);
    if (identity == NULL)
        TARN_CHECK(tarn_fail_memory(error));
    tarn_token_hash(token, strlen(token), identity->hash);
    tarn_time_format(tarn_now(), now);
    identity->created = tarn_strdup(now);
    TARN_CHECK(append(&list, identity, error));
    identity = NULL;
    TARN_CHECK(tarn_token_list_write(path, &list, error));
cleanup:
    tarn_identity_release(identity);
    tarn_token_list_clear(&list);
    return status;
}

tarn_status tarn_token_remove(const char *path, const char *name, tarn_error *error) {
    tarn_token_list list = {0};
    TARN_TRY(tarn_token_list_read(path, &list, error));
    size_t at = find(&list, name);
    tarn_status status =
        at < list.count ? TARN_OK : tarn_fail(error, TARN_E_NOT_FOUND, "%s has no token of '%s'", path, name);
    if (status == TARN_OK) {
        tarn_identity_release(list.items[at]);
        list.items[at] = list.items[--list.count];
        status = tarn_token_list_write(path, &list, error);
    }
    tarn_token_list_clear(&list);
    return status;
}

static bool describe(const tarn_identity *identity, tarn_token_info *out) {
    out->name = tarn_strdup(identity->name);
    out->role = identity->role;
    out->created = identity->created != NULL ? tarn_strdup(identity->created) : NULL;
    out->tables = calloc(identity->table_count + 1, sizeof *out->tables);
    bool complete = out->name != NULL && out->tables != NULL;
    for (size_t i = 0; complete && i < identity->table_count; i++) {
        out->tables[out->table_count++] = tarn_strdup(identity->tables[i]);
        complete = out->tables[i] != NULL;
    }
    return complete;
}

tarn_status tarn_token_infos(const char *path, tarn_token_info **out, size_t *count, tarn_error *error) {
    tarn_token_list list = {0};
    TARN_TRY(tarn_token_list_read(path, &list, error));
    tarn_token_info *infos = calloc(list.count + 1, sizeof *infos);
    bool complete = infos != NULL;
    for (size_t i = 0; complete && i < list.count; i++)
        complete = describe(list.items[i], &infos[i]);
    size_t found = list.count;
    tarn_token_list_clear(&list);
    if (!complete) {
        if (infos != NULL)
            tarn_token_infos_free(infos, found);
        return tarn_fail_memory(error);
    }
    *out = infos;
    *count = found;
    return TARN_OK;
}

void tarn_token_infos_free(tarn_token_info *infos, size_t count) {
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < infos[i].table_count; j++)
            free(infos[i].tables[j]);
        free(infos[i].tables);
        free(infos[i].name);
        free(infos[i].created);
    }
    free(infos);
}
