// Which names the server is asked under, and which pages may ask it.
#include "server/origin.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct tarn_origins {
    char **hosts; /* with the port, where it is not the scheme's own also without */
    size_t host_count;
    char **pages; /* origins, "https://tables.example" */
    size_t page_count;
    const char *scheme;
};

static tarn_status add(char ***list, size_t *count, char *text, tarn_error *error) {
    char **grown = text != NULL ? realloc(*list, (*count + 1) * sizeof *grown) : NULL;
    if (grown == NULL) {
        free(text);
        return tarn_fail_memory(error);
    }
    *list = grown;
    grown[(*count)++] = text;
    return TARN_OK;
}

static tarn_status add_host(tarn_origins *origins, const char *name, int port, bool encrypted, tarn_error *error) {
    bool six = strchr(name, ':') != NULL && name[0] != '[';
    const char *before = six ? "[" : "", *behind = six ? "]" : "";
    TARN_TRY(add(&origins->hosts, &origins->host_count, tarn_format("%s%s%s:%d", before, name, behind, port), error));
    if (port != (encrypted ? 443 : 80))
        return TARN_OK;
    return add(&origins->hosts, &origins->host_count, tarn_format("%s%s%s", before, name, behind), error);
}

static bool is_loopback(const char *address) {
    return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0 || strcmp(address, "localhost") == 0;
}

static tarn_status fill(tarn_origins *origins, const char *address, int port, bool encrypted, const char *const *hosts,
                        size_t host_count, const char *const *pages, size_t page_count, tarn_error *error) {
    static const char *const everywhere[] = {"127.0.0.1", "localhost", "::1"};
    bool any = strcmp(address, "0.0.0.0") == 0 || strcmp(address, "::") == 0;
    for (size_t i = 0; i < 3 && (any || is_loopback(address)); i++)
        TARN_TRY(add_host(origins, everywhere[i], port, encrypted, error));
    TARN_TRY(add_host(origins, address, port, encrypted, error));
    for (size_t i = 0; i < host_count; i++) {
        /* As it is, and with the port, for who names only the machine. */
        TARN_TRY(add(&origins->hosts, &origins->host_count, tarn_strdup(hosts[i]), error));
        TARN_TRY(add_host(origins, hosts[i], port, encrypted, error));
    }
    for (size_t i = 0; i < page_count; i++) {
        if (strncmp(pages[i], "http://", 7) != 0 && strncmp(pages[i], "https://", 8) != 0)
            return tarn_fail(error, TARN_E_INVALID, "'%s' is no origin of a page: it is like https://tables.example",
                             pages[i]);
        TARN_TRY(add(&origins->pages, &origins->page_count, tarn_strdup(pages[i]), error));
    }
    return TARN_OK;
}

tarn_status tarn_origins_new(const char *address, int port, bool encrypted, const char *const *hosts, size_t host_count,
                             const char *const *pages, size_t page_count, tarn_origins **out, tarn_error *error) {
    tarn_origins *origins = calloc(1, sizeof *origins);
    if (origins == NULL)
        return tarn_fail_memory(error);
    origins->scheme = encrypted ? "https://" : "http://";
    tarn_status status = fill(origins, address, port, encrypted, hosts, host_count, pages, page_count, error);
    if (status == TARN_OK)
        *out = origins;
    else
        tarn_origins_free(origins);
    return status;
}

void tarn_origins_free(tarn_origins *origins) {
    if (origins == NULL)
        return;
    for (size_t i = 0; i < origins->host_count; i++)
        free(origins->hosts[i]);
    for (size_t i = 0; i < origins->page_count; i++)
        free(origins->pages[i]);
    free(origins->hosts);
    free(origins->pages);
    free(origins);
}

static bool is_host(const tarn_origins *origins, const char *host) {
    for (size_t i = 0; i < origins->host_count; i++)
        if (strcasecmp(origins->hosts[i], host) == 0)
            return true;
    return false;
}

bool tarn_origins_know_host(const tarn_origins *origins, const tarn_head *head) {
    const char *host = tarn_head_field(head, "host");
    return host != NULL && is_host(origins, host);
}

tarn_origin tarn_origins_find(const tarn_origins *origins, const tarn_head *head) {
    const char *origin = tarn_head_field(head, "origin");
    size_t scheme = strlen(origins->scheme);
    if (origin == NULL)
        return TARN_ORIGIN_NONE;
    if (strncmp(origin, origins->scheme, scheme) == 0 && is_host(origins, origin + scheme))
        return TARN_ORIGIN_OWN;
    for (size_t i = 0; i < origins->page_count; i++)
        if (strcmp(origins->pages[i], origin) == 0)
            return TARN_ORIGIN_ALLOWED;
    return TARN_ORIGIN_FOREIGN;
}
