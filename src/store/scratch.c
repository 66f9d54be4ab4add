/* Names for files that live for one piece of work. */
#include "store/internal.h"

#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>
#include <unistd.h>

tarn_status tarn_store_scratch_path(const tarn_store *store, const char *purpose, char **out, tarn_error *error) {
    struct {
        int64_t now;
        const void *address;
        long process;
    } seed = {tarn_monotonic(), out, (long)getpid()};
    unsigned long long unique = tarn_hash64_of(&seed, sizeof seed);
    const char *system = getenv("TMPDIR");
    if (tarn_store_is_read_only(store))
        *out = tarn_format("%s/tarn-%s-%016llx", system != NULL && system[0] ? system : "/tmp", purpose, unique);
    else
        *out = tarn_format("%s/tmp/%s-%016llx", tarn_store_directory(store), purpose, unique);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}
