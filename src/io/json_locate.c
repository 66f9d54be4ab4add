/* Without a path: what kind of file it is. */
#include "io/json_locate.h"

#include "base/text.h"
#include "io/json_path.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void tarn_json_located_free(tarn_json_located *located) {
    free(located->blocks.list);
    free(located->under);
    free(located->left_out);
    free(located->deeper);
    *located = (tarn_json_located){0};
}

void tarn_json_locate_fault(tarn_json_located *out, uint64_t place, const char *format, ...) {
    va_list arguments;
    if (out->fault != UINT64_MAX)
        return;
    va_start(arguments, format);
    vsnprintf(out->what, sizeof out->what, format, arguments);
    va_end(arguments);
    out->fault = place;
}

tarn_status tarn_json_locate_array(tarn_json_cursor *cursor, tarn_json_located *out, tarn_error *error) {
    int closing;
    TARN_TRY(tarn_json_cursor_next(cursor, &closing, error)); /* its bracket */
    TARN_TRY(tarn_json_scan(cursor, true, &out->blocks, &closing, error));
    if (closing == '}')
        tarn_json_locate_fault(out, tarn_json_cursor_place(cursor) - 1, "found } where a comma or ] should be");
    return TARN_OK;
}

/* Values one after the other, from here to the end. */
static tarn_status locate_rest(tarn_json_cursor *cursor, tarn_json_located *out, tarn_error *error) {
    int closing;
    TARN_TRY(tarn_json_scan(cursor, false, &out->blocks, &closing, error));
    if (closing != -1)
        tarn_json_locate_fault(out, tarn_json_cursor_place(cursor) - 1, "found %c, which closes nothing", closing);
    return TARN_OK;
}

/* The first element of the array at the cursor, which stays there. */
static tarn_status peek_element(tarn_json_cursor *cursor, int *out, tarn_error *error) {
    uint64_t start = tarn_json_cursor_place(cursor);
    TARN_TRY(tarn_json_cursor_next(cursor, out, error));
    TARN_TRY(tarn_json_cursor_peek(cursor, out, error));
    tarn_json_cursor_seek(cursor, start);
    return TARN_OK;
}

/* The elements of an array; of several arrays one after the other, when they are objects; else the arrays themselves,
 * when there are several. */
static tarn_status locate_arrays(tarn_json_cursor *cursor, bool lines, tarn_json_located *out, tarn_error *error) {
    uint64_t start = tarn_json_cursor_place(cursor);
    int element, next = '[';
    TARN_TRY(peek_element(cursor, &element, error));
    while (next == '[') {
        TARN_TRY(tarn_json_locate_array(cursor, out, error));
        if (out->fault != UINT64_MAX)
            return TARN_OK;
        TARN_TRY(tarn_json_cursor_peek(cursor, &next, error));
        if (element != '{')
            break;
    }
    if (next == -1)
        return TARN_OK;
    if (element != '{' && (next == '[' || lines)) {
        out->blocks.count = 0;
        tarn_json_cursor_seek(cursor, start);
        return locate_rest(cursor, out, error);
    }
    tarn_json_locate_fault(out, tarn_json_cursor_place(cursor), "something follows the end of the array");
    return TARN_OK;
}

/* ---- a lone object ----------------------------------------------------------------------------------------------- */

/* Arrays of objects that lie further down, for a hint. */
typedef struct deeper {
    const char *keys[3]; /* that lead to the object being walked */
    size_t level;
    size_t named, seen; /* arrays; members of objects, of which not too many are looked at */
    tarn_buffer paths;
} deeper;

enum { MOST_LEVELS = sizeof((deeper *)0)->keys / sizeof(char *), MOST_SEEN = 200, PATHS_NAMED = 3 };

/* What its keys lead to. */
typedef struct members {
    size_t count, arrays; /* arrays: of objects */
    uint64_t records;     /* where the first of them begins */
    char *key;            /* heap; of that */
    tarn_buffer others;
    deeper deeper;
} members;

static void members_free(members *m) {
    free(m->key);
    tarn_buffer_free(&m->deeper.paths);
    tarn_buffer_free(&m->others);
}

/* As --records takes it: with slashes where a key has a dot. */
static tarn_status print_path(deeper *d, const char *last, tarn_error *error) {
    bool slashes = strpbrk(last, "./\"") != NULL;
    for (size_t i = 0; i < d->level; i++)
        slashes = slashes || strpbrk(d->keys[i], "./\"") != NULL;
    if (d->paths.size > 0)
        TARN_TRY(tarn_buffer_append(&d->paths, ", ", 2, error));
    for (size_t i = 0; i <= d->level; i++) {
        const char *key = i < d->level ? d->keys[i] : last;
        if (slashes || i > 0)
            TARN_TRY(tarn_buffer_append(&d->paths, slashes ? "/" : ".", 1, error));
        for (const char *c = key; *c != '\0'; c++) {
            bool escape = slashes && (*c == '~' || *c == '/');
            TARN_TRY(tarn_buffer_append(&d->paths, escape ? (*c == '~' ? "~0" : "~1") : c, escape ? 2 : 1, error));
        }
    }
    return TARN_OK;
}

/* The value at the cursor: an object is walked, and passed then. */
static tarn_status look_deeper(deeper *d, tarn_json_cursor *cursor, const char *key, bool *passed, tarn_error *error);

static tarn_status look_at_member(void *context, tarn_json_cursor *cursor, const char *key, bool *passed,
                                  tarn_error *error) {
    deeper *d = context;
    int c, inner;
    uint64_t place = tarn_json_cursor_place(cursor);
    *passed = false;
    if (key == NULL || d->seen++ >= MOST_SEEN)
        return TARN_OK;
    TARN_TRY(tarn_json_cursor_next(cursor, &c, error));
    if (c == '[')
        TARN_TRY(tarn_json_cursor_peek(cursor, &inner, error));
    tarn_json_cursor_seek(cursor, place);
    if (c == '[' && inner == '{' && d->named++ < PATHS_NAMED)
        return print_path(d, key, error);
    return c == '{' ? look_deeper(d, cursor, key, passed, error) : TARN_OK;
}

static tarn_status look_deeper(deeper *d, tarn_json_cursor *cursor, const char *key, bool *passed, tarn_error *error) {
    const char *missing;
    if (key == NULL || d->level == MOST_LEVELS || d->seen >= MOST_SEEN)
        return TARN_OK;
    d->keys[d->level++] = key;
    tarn_status status = tarn_json_walk_object(cursor, look_at_member, d, &missing, error);
    d->level--;
    *passed = status == TARN_OK && missing == NULL;
    return status;
}

enum { KEYS_NAMED = 10 };

static tarn_status note_member(void *context, tarn_json_cursor *cursor, const char *key, bool *passed,
                               tarn_error *error) {
    members *m = context;
    int c, inner = 0;
    *passed = false; /* whoever walks passes over it */
    uint64_t place = tarn_json_cursor_place(cursor);
    TARN_TRY(tarn_json_cursor_next(cursor, &c, error));
    if (c == '[')
        TARN_TRY(tarn_json_cursor_peek(cursor, &inner, error));
    tarn_json_cursor_seek(cursor, place);
    if (inner == '{' && ++m->arrays == 1) {
        m->records = place;
        m->key = tarn_strdup(key != NULL ? key : "…");
        return m->key == NULL ? tarn_fail_memory(error) : TARN_OK;
    }
    if (c == '{')
        TARN_TRY(look_deeper(&m->deeper, cursor, key, passed, error));
    if (++m->count > KEYS_NAMED + 1)
        return TARN_OK;
    const char *comma = m->others.size > 0 ? ", " : "";
    return m->count > KEYS_NAMED || key == NULL ? tarn_buffer_printf(&m->others, error, "%s…", comma)
                                                : tarn_buffer_printf(&m->others, error, "%s\"%.60s\"", comma, key);
}

static tarn_status use_member(tarn_json_cursor *cursor, members *m, tarn_json_located *out, tarn_error *error) {
    tarn_json_cursor_seek(cursor, m->records);
    out->under = m->key;
    m->key = NULL;
    if (m->others.size > 0) {
        out->left_out = tarn_strndup((const char *)m->others.data, m->others.size);
        if (out->left_out == NULL)
            return tarn_fail_memory(error);
    }
    return tarn_json_locate_array(cursor, out, error);
}

/* An object: the only one, perhaps with the records in it, or the first of many. */
static tarn_status locate_object(tarn_json_cursor *cursor, tarn_json_located *out, tarn_error *error) {
    uint64_t start = tarn_json_cursor_place(cursor);
    members m = {0};
    const char *missing = NULL;
    int next = 0;
    tarn_status status = tarn_json_walk_object(cursor, note_member, &m, &missing, error);
    if (status == TARN_OK)
        status = tarn_json_cursor_peek(cursor, &next, error);
    if (status == TARN_OK && missing == NULL && next == -1 && m.arrays == 1) {
        status = use_member(cursor, &m, out, error);
    } else if (status == TARN_OK) {
        if (missing == NULL && next == -1 && m.arrays == 0 && m.deeper.paths.size > 0)
            out->deeper = tarn_strndup((const char *)m.deeper.paths.data, m.deeper.paths.size);
        tarn_json_cursor_seek(cursor, start);
        status = locate_rest(cursor, out, error);
    }
    members_free(&m);
    return status;
}

tarn_status tarn_json_locate(tarn_json_cursor *cursor, const char *path, bool lines, tarn_json_located *out,
                             tarn_error *error) {
    int first;
    *out = (tarn_json_located){.fault = UINT64_MAX};
    TARN_TRY(tarn_json_cursor_peek(cursor, &first, error));
    if (first == -1)
        return tarn_fail(error, TARN_E_FORMAT, "there is nothing in it");
    if (path != NULL && strcmp(path, "") != 0 && strcmp(path, "/") != 0 && strcmp(path, ".") != 0)
        return tarn_json_locate_path(cursor, path, out, error);
    if (first == '[')
        return locate_arrays(cursor, lines, out, error);
    return first == '{' && !lines && path == NULL ? locate_object(cursor, out, error) : locate_rest(cursor, out, error);
}
