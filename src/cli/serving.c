// Loading the library that serves.
#include "serving.h"

#include <dlfcn.h>
#include <stdio.h>

#ifdef __APPLE__
#define LIBRARY "libtarn_server.dylib"
#else
#define LIBRARY "libtarn_server.so.0"
#endif

static const serving *fail(tarn_error *error) {
    error->code = TARN_E_NOT_FOUND;
    snprintf(error->message, sizeof error->message, "what serves cannot be loaded: %s", dlerror());
    return NULL;
}

const serving *serving_load(tarn_error *error) {
    static serving loaded;
    const struct {
        const char *name;
        void *into;
    } functions[] = {{"tarn_server_start", &loaded.start},
                     {"tarn_server_url", &loaded.url},
                     {"tarn_server_link", &loaded.link},
                     {"tarn_server_token", &loaded.token},
                     {"tarn_server_notice", &loaded.notice},
                     {"tarn_server_run", &loaded.run},
                     {"tarn_server_free", &loaded.free},
                     {"tarn_token_add", &loaded.token_add},
                     {"tarn_token_remove", &loaded.token_remove},
                     {"tarn_token_infos", &loaded.token_infos},
                     {"tarn_token_infos_free", &loaded.token_infos_free}};
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return fail(error);
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        void *found = dlsym(library, functions[i].name);
        if (!found)
            return fail(error);
        *(void **)functions[i].into = found;
    }
    return &loaded;
}
