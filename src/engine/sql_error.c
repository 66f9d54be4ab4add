// DuckDB's error messages as Tarn's.
#include "engine/sql_error.h"

#include "base/asker.h"
#include "base/buffer.h"
#include "base/text.h"
#include "engine/duckdb/shim.h"
#include "engine/eval_internal.h"
#include "engine/sql_wording.h"

#include <stdbool.h>
#include <string.h>

/* Text after the caret that is shown to say where. */
#define PLACE_BYTES 40

#define NOT_IN_QUERIES "is not available in queries"

/* Column names of tarn_diff have a dot in them: before.city reads as a column of a table "before". */
static const char *quoting_remedy(const char *message) {
    bool side = strstr(message, "Referenced table \"before\"") || strstr(message, "Referenced table \"after\"");
    return side && strstr(message, "tarn_diff") ? ": its columns are written in quotes, as in \"before.NAME\"" : "";
}

static const struct {
    const char *prefix;
    tarn_status status;
    bool keep; /* the prefix says something to people */
} kinds[] = {
    {"Parser Error: ", TARN_E_SQL, false},
    {"Binder Error: ", TARN_E_SQL, false},
    {"Catalog Error: ", TARN_E_SQL, false},
    {"Invalid Input Error: ", TARN_E_SQL, false},
    {"Conversion Error: ", TARN_E_SQL, false},
    {"Invalid Error: ", TARN_E_SQL, false},
    {"Not implemented Error: ", TARN_E_SQL, false},
    {"Out of Range Error: ", TARN_E_SQL, false},
    {"Syntax Error: ", TARN_E_SQL, false},
    {"Parameter Not Allowed Error: ", TARN_E_SQL, false},
    {"Parameter Not Resolved Error: ", TARN_E_SQL, false},
    {"Mismatch Type Error: ", TARN_E_SQL, false},
    {"Constraint Error: ", TARN_E_SQL, false},
    {"Permission Error: ", TARN_E_FORBIDDEN, false},
    {"INTERRUPT Error: ", TARN_E_CANCELLED, true},
    {"Out of Memory Error: ", TARN_E_MEMORY, false},
    {"Failed to allocate ", TARN_E_MEMORY, true},
    {"IO Error: ", TARN_E_IO, false},
    {"FATAL Error: ", TARN_E_ENGINE_LOST, true},
    {"INTERNAL Error: ", TARN_E_ENGINE_LOST, true},
};

/* Where DuckDB shows the line with a caret below it: "\n\nLINE 3: select nosuch …\n               ^". */
typedef struct place {
    const char *line; /* number, as text; NULL: no place */
    size_t line_size;
    const char *near;
    size_t near_size;
} place;

static place find_place(const char *message) {
    place place = {0};
    const char *at = strstr(message, "\nLINE ");
    const char *text_end = at ? strchr(at + 1, '\n') : NULL;
    const char *caret = text_end ? strchr(text_end, '^') : NULL;
    if (!caret)
        return place;
    const char *start = at + 1; /* the caret is as far from its line's start as what it points to */
    size_t column = (size_t)(caret - text_end - 1);
    if (column >= (size_t)(text_end - start))
        return place;
    place.line = start + strlen("LINE ");
    place.line_size = strspn(place.line, "0123456789");
    place.near = start + column;
    place.near_size = (size_t)(text_end - place.near);
    if (place.near_size > PLACE_BYTES)
        place.near_size = PLACE_BYTES;
    place.near_size = tarn_utf8_valid_prefix(place.near, place.near_size);
    return place;
}

/* What people need ends where the place is shown, and where long lists begin: advice of which most is not allowed here,
 * all the types that a function might have, and where in DuckDB something was thrown. */
static size_t useful_size(const char *message) {
    static const char *const ends[] = {"\nLINE ",      "Possible solutions:",     "\n\tCandidate functions:",
                                       "Stack Trace:", ", but it exists in the ", "stack trace"};
    size_t size = strlen(message);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const char *end = strstr(message, ends[i]);
        if (end && (size_t)(end - message) < size)
            size = (size_t)(end - message);
    }
    return size;
}

/* Sentences that tell people to use what Tarn does not have: DuckDB's own options, settings and extensions. */
static bool is_foreign_advice(const char *sentence, size_t size) {
    static const char *const signs[] = {"sample_size",
                                        "union_by_name",
                                        "ignore_errors",
                                        "auto_detect",
                                        "all_varchar",
                                        "strict_mode",
                                        "null_padding",
                                        "maximum_object_size",
                                        "max_line_size",
                                        "records=",
                                        "columns=",
                                        "read_json",
                                        "read_csv",
                                        "read_parquet",
                                        "can be enabled",
                                        "SET ",
                                        "PRAGMA ",
                                        "INSTALL ",
                                        "LOAD ",
                                        "extension",
                                        "duckdb.org",
                                        "github.com",
                                        "preserve_insertion_order",
                                        "max_temp_directory_size"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (memmem(sentence, size, signs[i], strlen(signs[i])))
            return true;
    return false;
}

/* Where the sentence ends: at its stop, or at the end of its line. */
static size_t sentence_size(const char *text, size_t size) {
    size_t at = 0;
    while (at < size && text[at] != '\n') {
        bool stop = text[at] == '.' || text[at] == '!';
        at++;
        if (stop && (at == size || text[at] == '\n' || text[at] == ' '))
            break;
    }
    return at;
}

static tarn_status add_sentence(tarn_buffer *out, const char *text, size_t size, bool is_line_end, tarn_error *error) {
    while (is_line_end && size && (text[size - 1] == '.' || text[size - 1] == '!'))
        size--;
    while (size && text[size - 1] == ' ')
        size--;
    if (size == 0)
        return TARN_OK;
    if (out->size)
        TARN_TRY(tarn_buffer_append(out, " ", 1, error));
    return tarn_buffer_append(out, text, size, error);
}

/* The first paragraphs on one line, without a stop at their end and without advice that helps nobody here. */
static tarn_status flatten(const char *message, tarn_buffer *out, tarn_error *error) {
    size_t size = useful_size(message);
    bool was_line_end = false;
    for (size_t at = 0; at < size;) {
        size_t length = sentence_size(message + at, size - at);
        bool is_line_end = at + length == size || message[at + length] == '\n';
        size_t blank = strspn(message + at, " \t");
        bool is_wanted = length > blank && (out->size == 0 || !is_foreign_advice(message + at, length));
        if (is_wanted && was_line_end && out->size && !strchr(";:,.!", out->data[out->size - 1]))
            TARN_TRY(tarn_buffer_append(out, ";", 1, error));
        if (is_wanted)
            TARN_TRY(add_sentence(out, message + at + blank, length - blank, is_line_end, error));
        was_line_end |= is_line_end;
        if (is_wanted)
            was_line_end = is_line_end;
        at += length + (at + length < size && message[at + length] == '\n');
    }
    while (out->size && strchr(" ;.!:", out->data[out->size - 1]))
        out->size--;
    return TARN_OK;
}

/* The message on one line, in Tarn's words. */
static tarn_status word(const char *message, tarn_buffer *out, tarn_error *error) {
    tarn_buffer flat = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(flatten(message, &flat, error));
    TARN_CHECK(tarn_buffer_append(&flat, "", 1, error));
    status = tarn_word_sql_error((const char *)flat.data, out, error);

cleanup:
    tarn_buffer_free(&flat);
    return status;
}

/* A text in double quotes is a name, and that there is no such column does not tell what was meant. */
static const char *single_quotes_remedy(const char *message, const place *place) {
    bool is_missing = strncmp(message, "Referenced column \"", strlen("Referenced column \"")) == 0 ||
                      (strncmp(message, "Referenced table \"", strlen("Referenced table \"")) == 0);
    return is_missing && place->line && *place->near == '"'
               ? ": texts are written in single quotes, as in 'a text'; double quotes are for the names of columns"
               : "";
}

/* The parser stumbled over what stands behind an expression: that nobody wrote. */
static bool is_unfinished(const char *message, const place *place) {
    static const char behind[] = "FROM " EVAL_TABLE;
    if (strncmp(message, "syntax error", strlen("syntax error")) != 0 || place->line == NULL)
        return false;
    for (size_t i = 0; i + sizeof behind - 1 <= place->near_size && i <= 2; i++) {
        if (memcmp(place->near + i, behind, sizeof behind - 1) == 0)
            return true;
    }
    return false;
}

tarn_status tarn_fail_sql(tarn_error *error, const char *message) {
    tarn_status status = TARN_E_SQL;
    const tarn_duckdb *duckdb = tarn_duckdb_loaded();
    const char *thrown = duckdb ? duckdb->shim->thrown() : NULL;
    if (!message || !*message)
        message = thrown;
    if (!message || !*message)
        message = "DuckDB failed and gave no reason";
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(message, kinds[i].prefix, strlen(kinds[i].prefix)) == 0) {
            status = kinds[i].status;
            message += kinds[i].keep ? 0 : strlen(kinds[i].prefix);
            break;
        }
    if (status == TARN_E_CANCELLED)
        return tarn_fail(error, status, "cancelled");
    if (status == TARN_E_FORBIDDEN && strstr(message, NOT_IN_QUERIES)) /* a plan was looked at: duckdb/confine.cpp */
        return tarn_fail(error, status, "%.*s", (int)strcspn(message, "\n"), message);
    if (status == TARN_E_FORBIDDEN) /* DuckDB's one reason: external access is off */
        return tarn_fail(error, status,
                         "queries cannot read or write files: import them first " TARN_ASKER(
                             "(tarn import FILE)", "(import(FILE))") " (%.*s)",
                         (int)strcspn(message, "\n"), message);
    tarn_buffer line = {0};
    place place = find_place(message);
    const char *remedy = status == TARN_E_MEMORY ? TARN_MEMORY_REMEDY : quoting_remedy(message);
    if (*remedy == 0)
        remedy = single_quotes_remedy(message, &place);
    if (word(message, &line, NULL) != TARN_OK)
        status = tarn_fail_memory(error);
    else if (is_unfinished(message, &place))
        tarn_fail(
            error, status,
            "syntax error: the expression ends where something has to follow, or closes a bracket that none opened");
    else if (place.line)
        tarn_fail(error, status, "%.*s (line %.*s, at: %.*s)%s", (int)line.size, (const char *)line.data,
                  (int)place.line_size, place.line, (int)place.near_size, place.near, remedy);
    else
        tarn_fail(error, status, "%.*s%s", (int)line.size, line.data ? (const char *)line.data : "", remedy);
    tarn_buffer_free(&line);
    return status;
}
