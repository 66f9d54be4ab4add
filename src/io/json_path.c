/* Keys and the values that they lead to, found without reading what lies beside them. */
#include "io/json_path.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_KEY ((size_t)4096)
#define MOST_ARRAYS 64 /* within each other, on the way */

/* ---- passing over ------------------------------------------------------------------------------------------------ */

/* Behind an opening quote: up to behind the closing one. `key` (may be NULL) gets what stands between, as far as it
 * fits. False at the end of the file. */
static tarn_status pass_string(tarn_json_cursor *cursor, tarn_buffer *key, bool *closed, tarn_error *error) {
    int c = 0;
    bool escaped = false;
    for (*closed = false; !*closed;) {
        TARN_TRY(tarn_json_cursor_next(cursor, &c, error));
        if (c == -1)
            return TARN_OK;
        *closed = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        if (!*closed && key != NULL && key->size <= LONGEST_KEY)
            TARN_TRY(tarn_buffer_append(key, &(uint8_t){(uint8_t)c}, 1, error));
    }
    return TARN_OK;
}

/* The value at the cursor, whose brackets are counted and not compared. */
static tarn_status pass_value(tarn_json_cursor *cursor, tarn_error *error) {
    int c, closing;
    bool closed;
    TARN_TRY(tarn_json_cursor_next(cursor, &c, error));
    if (c == '{' || c == '[')
        return tarn_json_scan(cursor, true, NULL, &closing, error);
    if (c == '"')
        return pass_string(cursor, NULL, &closed, error);
    while (c != -1 && strchr(",]}", c) == NULL && !tarn_json_is_space((uint8_t)c))
        TARN_TRY(tarn_json_cursor_next(cursor, &c, error));
    cursor->at -= c != -1; /* every window begins with a byte that was not read before */
    return TARN_OK;
}

/* What a key means; NULL in `*out` when it is too long or none. */
static tarn_status read_key(tarn_buffer *raw, char **out, tarn_error *error) {
    tarn_json_string string;
    tarn_json_text text = {0};
    *out = NULL;
    if (raw->size > LONGEST_KEY)
        return TARN_OK;
    size_t size = raw->size;
    TARN_TRY(tarn_buffer_append(raw, "\"", 1, error));
    TARN_TRY(tarn_buffer_resize(raw, raw->size + 1 + TARN_JSON_PADDING, error));
    memmove(raw->data + 1, raw->data, size + 1);
    raw->data[0] = '"';
    text.at = text.begin = raw->data;
    text.end = raw->data + size + 2;
    if (!tarn_json_take_string(&text, &string) || !tarn_utf8_is_valid(string.raw, string.size))
        return TARN_OK;
    char *key = malloc(string.size + 1);
    if (key == NULL)
        return tarn_fail_memory(error);
    key[tarn_json_unescape(&string, (uint8_t *)key)] = '\0';
    *out = key;
    return TARN_OK;
}

/* ---- objects ----------------------------------------------------------------------------------------------------- */

static tarn_status walk_member(tarn_json_cursor *cursor, tarn_json_member member, void *context, const char **missing,
                               tarn_error *error) {
    tarn_buffer raw = {0};
    char *key = NULL;
    int c;
    bool closed = false, passed = false;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_json_cursor_peek(cursor, &c, error));
    *missing = c == '"' ? NULL : "a key in double quotes";
    if (*missing != NULL)
        goto cleanup;
    cursor->at++;
    TARN_CHECK(pass_string(cursor, &raw, &closed, error));
    TARN_CHECK(read_key(&raw, &key, error));
    TARN_CHECK(tarn_json_cursor_peek(cursor, &c, error));
    *missing = c == ':' ? NULL : "a colon";
    if (*missing != NULL)
        goto cleanup;
    cursor->at++;
    TARN_CHECK(tarn_json_cursor_peek(cursor, &c, error));
    *missing = c == -1 || strchr(",:]}", c) != NULL ? "a value" : NULL;
    if (*missing != NULL)
        goto cleanup;
    uint64_t place = tarn_json_cursor_place(cursor);
    TARN_CHECK(member(context, cursor, key, &passed, error));
    if (!passed) {
        tarn_json_cursor_seek(cursor, place);
        status = pass_value(cursor, error);
    }
cleanup:
    tarn_buffer_free(&raw);
    free(key);
    return status;
}

tarn_status tarn_json_walk_object(tarn_json_cursor *cursor, tarn_json_member member, void *context,
                                  const char **missing, tarn_error *error) {
    int c;
    *missing = NULL;
    cursor->at++; /* its bracket */
    TARN_TRY(tarn_json_cursor_peek(cursor, &c, error));
    for (bool more = c != '}'; more;) {
        TARN_TRY(walk_member(cursor, member, context, missing, error));
        if (*missing != NULL)
            return TARN_OK;
        TARN_TRY(tarn_json_cursor_peek(cursor, &c, error));
        more = c == ',';
        *missing = more || c == '}' ? NULL : "a comma or }";
        if (*missing != NULL)
            return TARN_OK;
        cursor->at += more;
    }
    cursor->at++;
    return TARN_OK;
}

/* ---- paths ------------------------------------------------------------------------------------------------------- */

typedef struct search {
    tarn_json_located *out;
    char *text;  /* owned; the path, cut into its keys */
    char **keys; /* owned; point into `text` */
    size_t count;
    size_t level; /* keys that led here */
    unsigned arrays;
    size_t deepest; /* level up to which the path led, and what was there instead of the next key: */
    tarn_buffer others;
    unsigned named;
    bool has_dots; /* one of those others */
    bool found;
} search;

/* One key of "/a~1b/c": up to the next slash, which is passed; NULL at the end. */
static char *cut_pointer(char *at) {
    char *end = strchr(at, '/'), *write = at;
    if (end != NULL)
        *end++ = '\0';
    for (; *at != '\0'; at++) {
        bool escape = *at == '~' && (at[1] == '0' || at[1] == '1');
        *write++ = (char)(!escape ? *at : at[1] == '0' ? '~' : '/');
        at += escape;
    }
    *write = '\0';
    return end;
}

/* One key of `a."b.c"`: up to the next dot outside of quotes, which is passed; NULL at the end. */
static char *cut_dotted(char *at) {
    char *quote = *at == '"' ? strchr(at + 1, '"') : NULL;
    bool is_quoted = quote != NULL && (quote[1] == '.' || quote[1] == '\0');
    char *end = is_quoted ? quote + 1 : strchr(at, '.');
    if (end != NULL && *end != '\0')
        *end++ = '\0';
    else
        end = NULL;
    if (is_quoted) {
        memmove(at, at + 1, (size_t)(quote - at - 1));
        quote[-1] = '\0';
    }
    return end;
}

/* "/a~1b/c" is the keys a/b and c; "a.b" the keys a and b. */
static tarn_status cut_path(search *s, const char *path, tarn_error *error) {
    bool is_pointer = *path == '/';
    s->text = tarn_strdup(is_pointer ? path + 1 : path);
    s->keys = calloc(strlen(path) + 1, sizeof *s->keys);
    if (s->text == NULL || s->keys == NULL)
        return tarn_fail_memory(error);
    for (char *at = s->text; at != NULL;) {
        s->keys[s->count++] = at;
        at = is_pointer ? cut_pointer(at) : cut_dotted(at);
    }
    return TARN_OK;
}

static tarn_status search_value(search *s, tarn_json_cursor *cursor, tarn_error *error);

enum { KEYS_NAMED = 10 };

static tarn_status note_other(search *s, const char *key, tarn_error *error) {
    if (s->level < s->deepest || s->found || s->named > KEYS_NAMED)
        return TARN_OK;
    if (s->level > s->deepest) {
        s->deepest = s->level;
        s->others.size = 0;
        s->named = 0;
        s->has_dots = false;
    }
    s->has_dots = s->has_dots || (key != NULL && strchr(key, '.') != NULL);
    bool full = ++s->named > KEYS_NAMED || key == NULL;
    const char *comma = s->others.size > 0 ? ", " : "";
    return full ? tarn_buffer_printf(&s->others, error, "%s…", comma)
                : tarn_buffer_printf(&s->others, error, "%s\"%.60s\"", comma, key);
}

static tarn_status search_member(void *context, tarn_json_cursor *cursor, const char *key, bool *passed,
                                 tarn_error *error) {
    search *s = context;
    if (key == NULL || strcmp(key, s->keys[s->level]) != 0)
        return note_other(s, key, error);
    *passed = true;
    s->level++;
    if (s->level > s->deepest) {
        s->deepest = s->level;
        s->others.size = 0;
        s->named = 0;
    }
    tarn_status status = search_value(s, cursor, error);
    s->level--;
    return status;
}

static void fault_here(search *s, const tarn_json_cursor *cursor, const char *missing) {
    tarn_json_locate_fault(s->out, tarn_json_cursor_place(cursor), "%s is missing", missing);
}

/* An array on the way: all of its elements. */
static tarn_status search_elements(search *s, tarn_json_cursor *cursor, tarn_error *error) {
    int c = 0;
    if (++s->arrays > MOST_ARRAYS)
        return tarn_fail(error, TARN_E_FORMAT, "arrays lie in each other deeper than %d levels", MOST_ARRAYS);
    cursor->at++;
    TARN_TRY(tarn_json_cursor_peek(cursor, &c, error));
    for (bool more = c != ']'; more && s->out->fault == UINT64_MAX;) {
        TARN_TRY(search_value(s, cursor, error));
        TARN_TRY(tarn_json_cursor_peek(cursor, &c, error));
        more = c == ',';
        if (!more && c != ']')
            fault_here(s, cursor, "a comma or ]");
        cursor->at += more;
    }
    cursor->at += c == ']';
    s->arrays--;
    return TARN_OK;
}

/* The path's end: records. */
static tarn_status take_records(search *s, tarn_json_cursor *cursor, int c, tarn_error *error) {
    s->found = true;
    if (c == '[')
        return tarn_json_locate_array(cursor, s->out, error);
    uint64_t place = tarn_json_cursor_place(cursor);
    TARN_TRY(pass_value(cursor, error));
    uint64_t size = tarn_json_cursor_place(cursor) - place;
    if (size > cursor->most_record)
        tarn_json_locate_fault(s->out, place, "a record of more than %llu MB",
                               (unsigned long long)(cursor->most_record >> 20));
    if (s->out->fault != UINT64_MAX)
        return TARN_OK;
    return tarn_json_blocks_add(&s->out->blocks, (tarn_json_block){.offset = place, .size = (size_t)size, .last = true},
                                error);
}

static tarn_status search_value(search *s, tarn_json_cursor *cursor, tarn_error *error) {
    int c;
    const char *missing = NULL;
    TARN_TRY(tarn_json_cursor_peek(cursor, &c, error));
    if (c == -1 || strchr(",:]}", c) != NULL) {
        fault_here(s, cursor, "a value");
        return TARN_OK;
    }
    if (s->level == s->count)
        return take_records(s, cursor, c, error);
    if (c == '[')
        return search_elements(s, cursor, error);
    if (c != '{')
        return pass_value(cursor, error);
    TARN_TRY(tarn_json_walk_object(cursor, search_member, s, &missing, error));
    if (missing != NULL)
        fault_here(s, cursor, missing);
    return TARN_OK;
}

static tarn_status fail_not_found(const search *s, const char *path, tarn_error *error) {
    if (s->others.size == 0)
        return tarn_fail(error, TARN_E_INVALID, "it has no records under \"%s\": nothing is under \"%s\"", path,
                         s->keys[s->deepest < s->count ? s->deepest : s->count - 1]);
    return tarn_fail(error, TARN_E_INVALID, "it has no records under \"%s\": instead of \"%s\" there are %.*s%s", path,
                     s->keys[s->deepest], (int)s->others.size, (const char *)s->others.data,
                     s->has_dots && *path != '/' ? "; where keys have dots, slashes lead to them: /a.b/c" : "");
}

tarn_status tarn_json_locate_path(tarn_json_cursor *cursor, const char *path, tarn_json_located *out,
                                  tarn_error *error) {
    search s = {.out = out};
    int c = 0;
    tarn_status status = cut_path(&s, path, error);
    while (status == TARN_OK && c != -1 && out->fault == UINT64_MAX) {
        status = search_value(&s, cursor, error);
        if (status == TARN_OK)
            status = tarn_json_cursor_peek(cursor, &c, error);
    }
    if (status == TARN_OK && !s.found && out->fault == UINT64_MAX)
        status = fail_not_found(&s, path, error);
    tarn_buffer_free(&s.others);
    free(s.keys);
    free(s.text);
    return status;
}
