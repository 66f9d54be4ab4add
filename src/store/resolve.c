// Versions by text, as people write them on the command line and in SQL: `orders` (the head), `orders@3` (version 3),
// `orders~2` (two before the head, along the parents).
#include "store/resolve.h"

#include "base/text.h"
#include "store/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A table's name holds neither '@' nor '~', so the first of them ends it. */
static tarn_status split(const char *text, char **name, char *mark, uint64_t *number, tarn_error *error) {
    size_t size = strcspn(text, "@~");
    *mark = text[size];
    *number = 0;
    if (*mark != '\0') {
        const char *digits = text + size + 1;
        char *end = NULL;
        errno = 0;
        unsigned long long value = strtoull(digits, &end, 10);
        if (digits[0] < '0' || digits[0] > '9' || *end != '\0' || errno != 0)
            return tarn_fail(
                error, TARN_E_INVALID,
                "\"%s\" is not a version: write orders@3 for version 3, or orders~2 for two before the head", text);
        *number = value;
    }
    *name = tarn_strndup(text, size);
    return *name == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status step_back(tarn_store *store, const tarn_table_state *table, uint64_t steps, uint64_t *number,
                             tarn_error *error) {
    uint64_t at = table->head;
    for (uint64_t step = 0; step < steps; step++) {
        uint64_t parent;
        TARN_TRY(tarn_store_parent(store, table->id, at, &parent, error));
        if (parent == 0)
            return tarn_fail(error, TARN_E_NOT_FOUND, "%s~%llu does not exist: version %llu has %llu before it",
                             table->name, (unsigned long long)steps, (unsigned long long)table->head,
                             (unsigned long long)step);
        at = parent;
    }
    *number = at;
    return TARN_OK;
}

tarn_status tarn_store_resolve(tarn_store *store, const char *text, tarn_table_state *table, uint64_t *number,
                               tarn_error *error) {
    char *name = NULL;
    char mark;
    uint64_t given;
    *table = (tarn_table_state){0};
    TARN_TRY(split(text, &name, &mark, &given, error));
    tarn_status status = tarn_store_find(store, name, table, error);
    if (status == TARN_OK && mark == '@' && given == 0)
        status = tarn_fail(error, TARN_E_NOT_FOUND, "%s has no version 0: versions count from 1", table->name);
    else if (status == TARN_OK && mark == '@')
        *number = given;
    else if (status == TARN_OK && mark == '~')
        status = step_back(store, table, given, number, error);
    else if (status == TARN_OK)
        *number = table->head;
    free(name);
    if (status != TARN_OK)
        tarn_table_state_clear(table);
    return status;
}

tarn_status tarn_store_open_version(tarn_store *store, const char *text, tarn_version **out, tarn_error *error) {
    tarn_table_state table;
    uint64_t number;
    TARN_TRY(tarn_store_resolve(store, text, &table, &number, error));
    tarn_status status = tarn_store_version(store, table.id, number, out, error);
    tarn_table_state_clear(&table);
    return status;
}

bool tarn_store_keeps(tarn_store *store, uint64_t table, uint64_t number) {
    tarn_version_entry entry;
    return number != 0 && tarn_store_version_entry(store, table, number, &entry) &&
           !(entry.flags & TARN_VERSION_REMOVED);
}

bool tarn_store_version_info(tarn_store *store, uint64_t table, uint64_t number, tarn_version_info *out) {
    tarn_version_entry entry;
    if (number == 0 || !tarn_store_version_entry(store, table, number, &entry))
        return false;
    *out = (tarn_version_info){.parent = entry.parent,
                               .record = entry.record,
                               .rows = entry.rows,
                               .columns = entry.columns,
                               .removed = (entry.flags & TARN_VERSION_REMOVED) != 0};
    return true;
}
