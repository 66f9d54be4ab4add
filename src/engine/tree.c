#include "engine/tree.h"

#include "base/asker.h"
#include "base/buffer.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- reading JSON --------------------------------------------------------------------------------------------------
 */

#define SHORT_TEXT 128 /* names that matter are shorter; longer ones are kept cut */

typedef enum node_kind { NODE_OTHER, NODE_TABLE, NODE_TABLE_FUNCTION, NODE_SHOW } node_kind;

/* One open object or array. */
typedef struct frame {
    bool is_array;
    node_kind kind;  /* of an object, from its member "type", which comes first */
    char key[24];    /* the member that it is in its parent ("" for elements) */
    char member[24]; /* the member being read */
    size_t elements; /* values so far */
} frame;

typedef struct walk {
    const char *at;
    frame *frames;
    size_t depth, capacity;
    char table[SHORT_TEXT]; /* name in the table being read */
    tarn_tree_shape shape;
    bool is_checking;
} walk;

static tarn_status bad_tree(tarn_error *error) {
    return tarn_fail(error, TARN_E_INTERNAL, "DuckDB's parse tree is not as expected");
}

static unsigned hex_digits(const char *at) {
    unsigned value = 0;
    for (int i = 0; i < 4 && at[i]; i++)
        value = value * 16 + (unsigned)(at[i] <= '9' ? at[i] - '0' : (at[i] | 32) - 'a' + 10);
    return value;
}

/* The string at walk->at into `out`, cut to `size` - 1 bytes. False when it does not end. */
static bool read_string(walk *walk, char *out, size_t size) {
    size_t used = 0;
    const char *at = walk->at + 1;
    while (*at && *at != '"') {
        char bytes[4] = {*at};
        size_t count = 1;
        if (*at == '\\' && at[1]) {
            at++;
            const char *plain = "\"\\/bfnrt", *meant = "\"\\/\b\f\n\r\t", *found = strchr(plain, *at);
            if (found) {
                bytes[0] = meant[found - plain];
            } else if (*at == 'u' && strnlen(at, 5) == 5) {
                count = tarn_utf8_encode(hex_digits(at + 1), bytes);
                at += 4;
            }
        }
        at++;
        for (size_t i = 0; i < count && used + 1 < size; i++)
            out[used++] = bytes[i];
    }
    out[used] = 0;
    walk->at = *at ? at + 1 : at;
    return *at == '"';
}

/* ---- what is allowed -----------------------------------------------------------------------------------------------
 */

/* Table functions that compute from their arguments or describe the language; everything else could read files, change
 * settings, follow pointers, or run further SQL. */
static const char *const allowed_functions[] = {
    "range",
    "generate_series",
    "unnest",
    "repeat",
    "repeat_row",
    "json_each",
    "json_tree",
    "histogram",
    "histogram_values",
    "icu_calendar_names",
    "duckdb_types",
    "duckdb_functions",
    "duckdb_keywords",
    "pg_timezone_names",
    "test_all_types",
    "tarn_rows",
    "tarn_tables",
    "tarn_diff",
};

/* Scalar functions that leave something behind. */
static const char *const denied_scalars[] = {"write_log", "nextval", "currval"};

static const char *const file_endings[] = {".csv",    ".tsv",     ".txt",    ".json",    ".jsonl",
                                           ".ndjson", ".parquet", ".arrow",  ".feather", ".ipc",
                                           ".xlsx",   ".db",      ".duckdb", ".gz",      ".zst"};

bool tarn_tree_allows_function(const char *name, size_t size) {
    for (size_t i = 0; i < sizeof allowed_functions / sizeof *allowed_functions; i++)
        if (strlen(allowed_functions[i]) == size && strncasecmp(allowed_functions[i], name, size) == 0)
            return true;
    return false;
}

static bool looks_like_file(const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof file_endings / sizeof *file_endings; i++) {
        size_t ending = strlen(file_endings[i]);
        if (length > ending && strcasecmp(name + length - ending, file_endings[i]) == 0)
            return true;
    }
    return strchr(name, '/') || strchr(name, '*');
}

static tarn_status check_table_function(const char *name, tarn_error *error) {
    if (tarn_tree_allows_function(name, strlen(name)))
        return TARN_OK;
    if (strncasecmp(name, "read_", 5) == 0 || strcasecmp(name, "parquet_scan") == 0 || strcasecmp(name, "glob") == 0 ||
        strcasecmp(name, "sniff_csv") == 0)
        return tarn_fail(error, TARN_E_FORBIDDEN,
                         "%s is not available: queries cannot read files; import the file first " TARN_ASKER(
                             "(tarn import FILE)", "(import(FILE))"),
                         name);
    return tarn_fail(error, TARN_E_FORBIDDEN, "the table function %s is not available in queries", name);
}

static tarn_status check_scalar(const char *name, tarn_error *error) {
    for (size_t i = 0; i < sizeof denied_scalars / sizeof *denied_scalars; i++)
        if (strcasecmp(name, denied_scalars[i]) == 0)
            return tarn_fail(error, TARN_E_FORBIDDEN, "the function %s is not available in queries", name);
    return TARN_OK;
}

static tarn_status check_show(const char *name, tarn_error *error) {
    size_t quotes = *name == '"'; /* DuckDB keeps its own words in quotes here */
    return tarn_fail(error, TARN_E_FORBIDDEN,
                     "SHOW %.*s is not available here: SHOW TABLES and tarn_tables() list the tables, DESCRIBE T a "
                     "table's columns",
                     (int)(strlen(name) - 2 * quotes), name + quotes);
}

static tarn_status check_member(walk *walk, const frame *frame, const char *value, tarn_error *error) {
    const char *member = frame->member;
    bool is_table = frame->kind == NODE_TABLE;
    if (strcmp(member, "function_name") == 0) {
        const struct frame *parent = walk->depth > 1 ? frame - 1 : NULL;
        if (parent && parent->kind == NODE_TABLE_FUNCTION && strcmp(frame->key, "function") == 0)
            return check_table_function(value, error);
        return check_scalar(value, error);
    }
    if (is_table && *value && (strcmp(member, "schema_name") == 0 || strcmp(member, "catalog_name") == 0))
        return tarn_fail(error, TARN_E_SQL, "\"%s.\" before a table's name means nothing here: tables have no schema",
                         value);
    if (is_table && strcmp(member, "table_name") == 0 && looks_like_file(value))
        return tarn_fail(error, TARN_E_FORBIDDEN,
                         "queries cannot read files: import it first " TARN_ASKER(
                             "(tarn import '%s')", "(import('%s'))") ", then use the table's name",
                         value);
    if (frame->kind == NODE_SHOW && strcmp(member, "table_name") == 0 && *value)
        return check_show(value, error);
    return TARN_OK;
}

/* ---- walking -------------------------------------------------------------------------------------------------------
 */

static frame *top(walk *walk) {
    return walk->depth ? &walk->frames[walk->depth - 1] : NULL;
}

/* The outermost select list is statements[0].node.select_list. */
#define SELECT_LIST_DEPTH 5

static void count_value(walk *walk) {
    frame *frame = top(walk);
    if (!frame || !frame->is_array)
        return;
    frame->elements++;
    if (walk->depth == 2 && strcmp(frame->key, "statements") == 0)
        walk->shape.statements++;
    if (walk->depth == SELECT_LIST_DEPTH && strcmp(frame->key, "select_list") == 0)
        walk->shape.expressions++;
}

static tarn_status push(walk *walk, bool is_array, tarn_error *error) {
    count_value(walk);
    TARN_TRY(tarn_grow(&walk->frames, &walk->capacity, walk->depth + 1, sizeof *walk->frames, error));
    frame *parent = top(walk);
    frame *made = &walk->frames[walk->depth++];
    *made = (frame){.is_array = is_array};
    if (parent && !parent->is_array)
        memcpy(made->key, parent->member, sizeof made->key);
    if (walk->is_checking && parent && parent->kind == NODE_TABLE && strcmp(made->key, "at_clause") == 0)
        return tarn_fail(error, TARN_E_SQL,
                         "versions are named in the table's name here: write \"orders@3\" or "
                         "\"orders~1\"");
    return TARN_OK;
}

static void note_type(walk *walk, frame *frame, const char *value) {
    tarn_tree_shape *shape = &walk->shape;
    if (strcmp(value, "BASE_TABLE") == 0)
        frame->kind = NODE_TABLE;
    else if (strcmp(value, "TABLE_FUNCTION") == 0)
        frame->kind = NODE_TABLE_FUNCTION;
    else if (strcmp(value, "SHOW_REF") == 0)
        frame->kind = NODE_SHOW;
    bool is_source = frame->kind != NODE_OTHER || strcmp(value, "EXPRESSION_LIST") == 0 || strcmp(value, "JOIN") == 0 ||
                     strcmp(value, "PIVOT") == 0;
    shape->tables += is_source;
    shape->has_subquery |= strcmp(value, "SUBQUERY") == 0;
    shape->has_star |= strcmp(value, "STAR") == 0;
    shape->has_parameter |= strcmp(value, "VALUE_PARAMETER") == 0;
}

static tarn_status read_value_string(walk *walk, tarn_error *error) {
    char value[SHORT_TEXT];
    frame *frame = top(walk);
    count_value(walk);
    if (!read_string(walk, value, sizeof value) || !frame)
        return bad_tree(error);
    if (frame->is_array)
        return TARN_OK;
    if (strcmp(frame->member, "type") == 0)
        note_type(walk, frame, value);
    else if (strcmp(frame->member, "class") == 0)
        walk->shape.has_window |= strcmp(value, "WINDOW") == 0;
    return walk->is_checking ? check_member(walk, frame, value, error) : TARN_OK;
}

/* A string in an object is a member's name when it stands before a colon, that is, when none was read yet. */
static tarn_status step(walk *walk, bool *expect_name, tarn_error *error) {
    frame *frame = top(walk);
    switch (*walk->at) {
    case '{':
    case '[':
        *expect_name = *walk->at == '{';
        TARN_TRY(push(walk, *walk->at++ == '[', error));
        return TARN_OK;
    case '}':
    case ']':
        if (!frame)
            return bad_tree(error);
        walk->depth--;
        walk->at++;
        return TARN_OK;
    case ',':
        walk->at++;
        *expect_name = frame && !frame->is_array;
        return TARN_OK;
    case ':':
        walk->at++;
        *expect_name = false;
        return TARN_OK;
    case '"':
        if (!frame)
            return bad_tree(error);
        if (*expect_name)
            return read_string(walk, frame->member, sizeof frame->member) ? TARN_OK : bad_tree(error);
        return read_value_string(walk, error);
    case ' ':
    case '\n':
        walk->at++;
        return TARN_OK;
    default:
        count_value(walk); /* a number, true, false, null */
        walk->at += strcspn(walk->at, ",]}");
        return TARN_OK;
    }
}

static tarn_status walk_tree(const char *json, walk *walk, tarn_error *error) {
    tarn_status status = TARN_OK;
    bool expect_name = false;
    walk->at = json;
    while (*walk->at && status == TARN_OK)
        status = step(walk, &expect_name, error);
    if (status == TARN_OK && walk->depth)
        status = bad_tree(error);
    free(walk->frames);
    return status;
}

tarn_status tarn_tree_check(const char *json, tarn_error *error) {
    walk walk = {.is_checking = true};
    return walk_tree(json, &walk, error);
}

tarn_status tarn_tree_examine(const char *json, tarn_tree_shape *out, tarn_error *error) {
    walk walk = {.is_checking = false};
    tarn_status status = walk_tree(json, &walk, error);
    *out = walk.shape;
    return status;
}
