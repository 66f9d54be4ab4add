// Which operation a method and a path stand for.
#include "server/route.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The part of a template between slashes at `*at`, which is put behind it; false at the end. */
static bool next_part(const char **at, char part[64]) {
    const char *start = *at;
    if (*start == '\0')
        return false;
    start += *start == '/';
    size_t size = strcspn(start, "/");
    snprintf(part, 64, "%.*s", (int)size, start);
    *at = start + size;
    return true;
}

static bool is_named(const char *part) {
    return part[0] == '{';
}

static bool matches(const tarn_operation *operation, const char *const *segments, size_t count) {
    const char *at = operation->path;
    char part[64];
    size_t i = 0;
    for (; next_part(&at, part); i++)
        if (i >= count || (is_named(part) ? segments[i][0] == '\0' : strcmp(part, segments[i]) != 0))
            return false;
    return i == count;
}

static const char *parameter_of(const tarn_operation *operation, const char *name, size_t size) {
    for (size_t i = 0; i < operation->parameter_count; i++)
        if (strlen(operation->parameters[i].name) == size && strncmp(operation->parameters[i].name, name, size) == 0)
            return operation->parameters[i].name;
    return NULL;
}

static void name_parts(const char *const *segments, tarn_route *out) {
    const char *at = out->operation->path;
    char part[64];
    for (size_t i = 0; next_part(&at, part); i++) {
        const char *name = is_named(part) ? parameter_of(out->operation, part + 1, strlen(part) - 2) : NULL;
        if (name != NULL && out->named_count < sizeof out->named / sizeof out->named[0])
            out->named[out->named_count++] = (tarn_pair){name, segments[i]};
    }
}

static bool same_method(const char *asked, const char *declared) {
    return strcmp(asked, declared) == 0 || (strcmp(asked, "HEAD") == 0 && strcmp(declared, "GET") == 0);
}

/* A path that is written out goes before one with names: /recipes/check before /recipes/{name}. */
static size_t fixed_parts(const tarn_operation *operation) {
    size_t names = 0, parts = 0;
    for (const char *c = operation->path; *c != '\0'; c++) {
        names += *c == '{';
        parts += *c == '/';
    }
    return parts - names;
}

void tarn_route_find(const char *method, const char *const *segments, size_t count, tarn_route *out) {
    size_t operations, fixed = 0;
    const tarn_operation *const *list = tarn_operations(&operations);
    *out = (tarn_route){0};
    for (size_t i = 0; i < operations; i++) {
        const tarn_operation *operation = list[i];
        if (operation->path == NULL || !matches(operation, segments, count))
            continue;
        if (same_method(method, operation->method)) {
            if (out->operation == NULL || fixed_parts(operation) > fixed)
                out->operation = operation;
            fixed = fixed_parts(out->operation);
        } else if (strstr(out->allowed, operation->method) == NULL) {
            size_t length = strlen(out->allowed);
            snprintf(out->allowed + length, sizeof out->allowed - length, "%s%s", length > 0 ? ", " : "",
                     operation->method);
        }
    }
    if (out->operation != NULL)
        name_parts(segments, out);
}

/* How far a template is from what was asked; names fit everything. */
static size_t distance_to(const tarn_operation *operation, const char *const *segments, size_t count) {
    const char *at = operation->path;
    char part[64];
    size_t i = 0, sum = 0;
    for (; next_part(&at, part); i++)
        sum += i >= count ? strlen(part) : is_named(part) ? 0 : tarn_edit_distance(part, segments[i]);
    for (; i < count; i++)
        sum += 1 + strlen(segments[i]);
    return sum;
}

void tarn_route_near(const char *method, const char *const *segments, size_t count, char *text, size_t size) {
    size_t operations, nearest = SIZE_MAX;
    const tarn_operation *const *list = tarn_operations(&operations);
    const tarn_operation *found = NULL;
    for (size_t i = 0; i < operations; i++) {
        if (list[i]->path == NULL)
            continue;
        size_t distance = 2 * distance_to(list[i], segments, count) + !same_method(method, list[i]->method);
        if (distance < nearest) {
            nearest = distance;
            found = list[i];
        }
    }
    text[0] = '\0';
    if (found != NULL && nearest <= 9)
        snprintf(text, size, "did you mean %s " TARN_API_ROOT "%s?", found->method, found->path);
}
