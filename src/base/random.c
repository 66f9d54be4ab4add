/* Numbers from the system's generator. */
#include "base/random.h"

#include "base/clock.h"
#include "base/hash.h"

#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

uint64_t tarn_random(void) {
    uint64_t number;
    if (getentropy(&number, sizeof number) == 0)
        return number;
    /* A stack address differs between threads, clock and address space layout between processes. */
    int64_t ingredients[] = {tarn_now(), tarn_monotonic(), (int64_t)(intptr_t)&number, (int64_t)getpid()};
    return tarn_hash64_of(ingredients, sizeof ingredients);
}
