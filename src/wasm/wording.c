/* What the library says, as a page's people can understand it. */
#include "wasm/wording.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define STORE "/.tarn"

/* Where a name of the engine's own ends: they have neither of these, in contrast to names that people give. */
static size_t name_size(const char *text) {
    return strcspn(text, "/ \t\"',;:()");
}

/* A prefix and one name behind it, "/mnt/3": what they take, 0 when this is not it. */
static size_t below(const char *text, const char *prefix) {
    size_t size = strlen(prefix);
    size_t name = strncmp(text, prefix, size) == 0 ? name_size(text + size) : 0;
    return name > 0 ? size + name : 0;
}

/* A folder that stands for a file given by the page, in front of the file's name. */
static size_t folder_of_file(const char *text) {
    size_t size = below(text, "/mnt/");
    return size > 0 && text[size] == '/' ? size + 1 : 0;
}

/* The workspace, or a file of its own; what it takes of `text`. */
static size_t put_workspace(const char *text, tarn_buffer *out, tarn_status *status) {
    static const char *const places[] = {"/opfs/", "/memory/"};
    size_t size = 0;
    for (size_t i = 0; size == 0 && i < sizeof places / sizeof *places; i++)
        size = below(text, places[i]);
    if (size == 0)
        return 0;
    const char *rest = text + size;
    if (strncmp(rest, STORE, sizeof STORE - 1) != 0 || name_size(rest + 1) != sizeof STORE - 2) {
        /* a folder of the page's: its name is what people know it by */
        const char *name = strchr(text + 1, '/') + 1;
        *status = tarn_buffer_append(out, name, (size_t)(rest - name), NULL);
        return size;
    }
    rest += sizeof STORE - 1;
    const char *name = NULL;
    size_t length = 0;
    while (*rest == '/' && name_size(rest + 1) > 0) {
        name = rest + 1;
        length = name_size(name);
        rest = name + length;
    }
    *status = tarn_buffer_printf(out, NULL, name != NULL ? "the workspace's %.*s" : "the workspace", (int)length,
                                 name != NULL ? name : "");
    return (size_t)(rest - text);
}

/* A path begins a message, or stands behind something that is no part of a name. */
static bool may_begin(const char *message, const char *at) {
    return *at == '/' && (at == message || strchr(" \t\"'(:,;=", at[-1]) != NULL);
}

char *tarn_wording(void *context, const char *message) {
    (void)context;
    tarn_buffer out = {0};
    tarn_status status = TARN_OK;
    for (const char *at = message; *at != '\0' && status == TARN_OK;) {
        size_t taken = may_begin(message, at) ? folder_of_file(at) : 0;
        if (taken == 0 && may_begin(message, at))
            taken = put_workspace(at, &out, &status);
        if (taken == 0) {
            status = tarn_buffer_append(&out, at, 1, NULL);
            taken = 1;
        }
        at += taken;
    }
    if (status == TARN_OK)
        status = tarn_buffer_append(&out, "", 1, NULL);
    if (status != TARN_OK) {
        tarn_buffer_free(&out);
        return NULL;
    }
    return (char *)out.data;
}
