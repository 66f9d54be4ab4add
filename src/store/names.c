// Which names tables and columns may have, and which one was meant.
#include "store/internal.h"

#include "base/text.h"

#include <stdlib.h>

#define MAX_TABLE_NAME 255
#define MAX_COLUMN_NAME 65535

static tarn_status check_text(const char *name, const char *what, size_t limit, tarn_error *error) {
    size_t size = strlen(name);
    if (size == 0)
        return tarn_fail(error, TARN_E_INVALID, "the name of a %s may not be empty", what);
    if (!tarn_utf8_is_valid(name, size))
        return tarn_fail(error, TARN_E_INVALID, "the name of a %s must be valid UTF-8", what);
    if (size > limit)
        return tarn_fail(error, TARN_E_INVALID, "the name of a %s may have %zu bytes, this one has %zu", what, limit,
                         size);
    return TARN_OK;
}

static bool has_control_character(const char *name) {
    for (; *name != '\0'; name++) {
        if ((unsigned char)*name < 0x20 || *name == 0x7F)
            return true;
    }
    return false;
}

/* Endings by which a name would be taken for a file's. */
static const char *const file_endings[] = {".csv",     ".tsv",    ".txt",    ".tab",     ".json", ".ndjson", ".jsonl",
                                           ".parquet", ".arrow",  ".arrows", ".feather", ".ipc",  ".xlsx",   ".xls",
                                           ".db",      ".duckdb", ".sqlite", ".gz",      ".zst"};

/* Beginnings of the names of views and functions that the engine has itself. */
static const char *const system_prefixes[] = {"duckdb_", "pragma_", "pg_", "sqlite_", "information_schema", "tarn_"};

static bool ends_with(const char *text, const char *ending) {
    size_t size = strlen(text), ending_size = strlen(ending);
    return size >= ending_size && strcmp(text + size - ending_size, ending) == 0;
}

static tarn_status check_reserved(const char *name, const char *key, tarn_error *error) {
    for (size_t i = 0; i < sizeof file_endings / sizeof file_endings[0]; i++) {
        if (ends_with(key, file_endings[i]))
            return tarn_fail(error, TARN_E_INVALID,
                             "a table may not be named \"%s\": with the ending %s it would be taken for a file", name,
                             file_endings[i]);
    }
    for (size_t i = 0; i < sizeof system_prefixes / sizeof system_prefixes[0]; i++) {
        if (strncmp(key, system_prefixes[i], strlen(system_prefixes[i])) == 0)
            return tarn_fail(error, TARN_E_INVALID,
                             "a table may not be named \"%s\": names that begin with \"%s\" are "
                             "the system's",
                             name, system_prefixes[i]);
    }
    return TARN_OK;
}

tarn_status tarn_check_table_name(const char *name, tarn_error *error) {
    TARN_TRY(check_text(name, "table", MAX_TABLE_NAME, error));
    if (has_control_character(name))
        return tarn_fail(error, TARN_E_INVALID, "the name of a table may not have control characters");
    const char *forbidden = strpbrk(name, "@~/\\");
    if (forbidden != NULL)
        return tarn_fail(error, TARN_E_INVALID, "a table may not be named \"%s\": the character %c has another meaning",
                         name, *forbidden);
    if (name[0] == ' ' || name[strlen(name) - 1] == ' ')
        return tarn_fail(error, TARN_E_INVALID, "the name \"%s\" begins or ends with a space: leave it out", name);
    char *key = tarn_name_key(name);
    if (key == NULL)
        return tarn_fail_memory(error);
    tarn_status status = check_reserved(name, key, error);
    free(key);
    return status;
}

tarn_status tarn_check_column_name(const char *name, tarn_error *error) {
    TARN_TRY(check_text(name, "column", MAX_COLUMN_NAME, error));
    if (strcmp(name, "_tarn_id") == 0)
        return tarn_fail(error, TARN_E_INVALID, "a column may not be named _tarn_id: that is the number of the row");
    return TARN_OK;
}

void tarn_suggest(tarn_suggestion *suggestion, const char *candidate) {
    size_t distance = tarn_edit_distance(suggestion->wanted, candidate);
    size_t limit = strlen(suggestion->wanted) / 3 + 1;
    if (distance <= limit && (suggestion->best == NULL || distance < suggestion->distance)) {
        suggestion->best = candidate;
        suggestion->distance = distance;
    }
}
