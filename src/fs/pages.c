/* Mapped pages, and the handler that makes a file cut off under its reader an error instead of the process's end. */
#include "fs/pages.h"

#include "base/text.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct tarn_page_losses {
    atomic_size_t holders;
    pthread_mutex_t mutex; /* guards what follows */
    char *path;            /* of the first file that lost pages and is not mapped any more */
};

/* One mapping, as the handler finds it. Taken and given back with the table's mutex held; the handler only reads. */
typedef struct mapped_range {
    atomic_uintptr_t start; /* 0: free */
    atomic_size_t size;
    atomic_bool lost; /* pages of zeros lie in it */
    char *path;
    tarn_page_losses *losses;
    struct mapped_range *next_free;
} mapped_range;

/* Blocks are made when the ones before are full, and stay: the handler may look at them at any time. */
#define BLOCK_RANGES 1024
#define MOST_BLOCKS 256 /* Linux allows a process some 65,000 mappings */

/*
 * A signal handler can only reach what is static, and there is one address space: so there is one table for all hosts
 * of the process.
 */
static struct {
    pthread_once_t once;
    pthread_mutex_t mutex;
    _Atomic(mapped_range *) blocks[MOST_BLOCKS];
    atomic_size_t block_count;
    mapped_range *free_list;
    atomic_bool any_lost; /* of any host, ever: until then nobody need look */
    struct sigaction before;
} table = {.once = PTHREAD_ONCE_INIT, .mutex = PTHREAD_MUTEX_INITIALIZER};

/* ---- the handler ------------------------------------------------------------------------------------------------- */

static mapped_range *find_range(uintptr_t address) {
    size_t count = atomic_load(&table.block_count);
    for (size_t block = 0; block < count; block++) {
        mapped_range *ranges = atomic_load(&table.blocks[block]);
        for (size_t i = 0; i < BLOCK_RANGES; i++) {
            uintptr_t start = atomic_load(&ranges[i].start);
            if (start != 0 && address >= start && address - start < atomic_load(&ranges[i].size))
                return &ranges[i];
        }
    }
    return NULL;
}

/* Not ours: as if this handler were not there. */
static void pass_on(int number, siginfo_t *info, void *context) {
    if ((table.before.sa_flags & SA_SIGINFO) != 0)
        table.before.sa_sigaction(number, info, context);
    else if (table.before.sa_handler != SIG_DFL && table.before.sa_handler != SIG_IGN)
        table.before.sa_handler(number);
    else
        signal(number, SIG_DFL); /* what failed is tried again, and ends the process */
}

static void on_bus_error(int number, siginfo_t *info, void *context) {
    uintptr_t address = (uintptr_t)info->si_addr;
    mapped_range *range = find_range(address);
    uintptr_t page = address - address % (uintptr_t)sysconf(_SC_PAGESIZE);
    size_t left = range != NULL ? atomic_load(&range->start) + atomic_load(&range->size) - page : 0;
    /* From the page that is missing to the end: where a file was cut off, all of that is gone. */
    if (range == NULL ||
        mmap((void *)page, left, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
        pass_on(number, info, context);
        return;
    }
    atomic_store(&range->lost, true);
    atomic_store(&table.any_lost, true);
}

static void install_handler(void) {
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &table.before);
}

/* ---- the table --------------------------------------------------------------------------------------------------- */

/* With the mutex held: false when no more ranges can be had. */
static bool add_block(void) {
    size_t count = atomic_load(&table.block_count);
    mapped_range *ranges = count < MOST_BLOCKS ? calloc(BLOCK_RANGES, sizeof *ranges) : NULL;
    if (ranges == NULL)
        return false;
    for (size_t i = 0; i < BLOCK_RANGES; i++) {
        ranges[i].next_free = table.free_list;
        table.free_list = &ranges[i];
    }
    atomic_store(&table.blocks[count], ranges);
    atomic_store(&table.block_count, count + 1);
    return true;
}

static mapped_range *take_range(uintptr_t start, size_t size, char *path, tarn_page_losses *losses) {
    pthread_mutex_lock(&table.mutex);
    mapped_range *range = table.free_list != NULL || add_block() ? table.free_list : NULL;
    if (range != NULL) {
        table.free_list = range->next_free;
        range->path = path;
        range->losses = losses;
        atomic_fetch_add(&losses->holders, 1);
        atomic_store(&range->lost, false);
        atomic_store(&range->size, size);
        atomic_store(&range->start, start);
    }
    pthread_mutex_unlock(&table.mutex);
    return range;
}

static void note_loss(tarn_page_losses *losses, char *path) {
    pthread_mutex_lock(&losses->mutex);
    if (losses->path == NULL) {
        losses->path = path;
        path = NULL;
    }
    pthread_mutex_unlock(&losses->mutex);
    free(path);
}

/* Before the pages are unmapped: what has their address afterwards may be somebody else's. */
static void give_range(mapped_range *range) {
    pthread_mutex_lock(&table.mutex);
    atomic_store(&range->start, 0);
    char *path = range->path;
    tarn_page_losses *losses = range->losses;
    bool lost = atomic_load(&range->lost);
    range->path = NULL;
    range->losses = NULL;
    range->next_free = table.free_list;
    table.free_list = range;
    pthread_mutex_unlock(&table.mutex);
    if (lost)
        note_loss(losses, path);
    else
        free(path);
    tarn_page_losses_release(losses);
}

/* ---- mappings ---------------------------------------------------------------------------------------------------- */

static void release_pages(tarn_mapping *mapping) {
    mapped_range *range = mapping->owner;
    void *pages = (void *)atomic_load(&range->start);
    size_t size = atomic_load(&range->size);
    give_range(range);
    munmap(pages, size);
}

tarn_status tarn_pages_map(int descriptor, const char *path, tarn_page_losses *losses, uint64_t offset, size_t size,
                           tarn_mapping *out, tarn_error *error) {
    pthread_once(&table.once, install_handler);
    char *copy = tarn_strdup(path);
    if (copy == NULL)
        return tarn_fail_memory(error);
    size_t before = (size_t)(offset % (uint64_t)sysconf(_SC_PAGESIZE));
    void *pages = mmap(NULL, size + before, PROT_READ, MAP_SHARED, descriptor, (off_t)(offset - before));
    if (pages == MAP_FAILED) {
        free(copy);
        return tarn_fail_errno(error, errno, "cannot map %zu bytes at %llu of %s", size, (unsigned long long)offset,
                               path);
    }
    mapped_range *range = take_range((uintptr_t)pages, size + before, copy, losses);
    if (range == NULL) {
        munmap(pages, size + before);
        free(copy);
        return tarn_fail_memory(error);
    }
    *out = (tarn_mapping){.data = (const uint8_t *)pages + before,
                          .size = size,
                          .owner = range,
                          .release = release_pages,
                          .is_paged = true};
    return TARN_OK;
}

/* ---- losses ------------------------------------------------------------------------------------------------------ */

tarn_page_losses *tarn_page_losses_new(void) {
    tarn_page_losses *losses = calloc(1, sizeof *losses);
    if (losses == NULL)
        return NULL;
    atomic_init(&losses->holders, 1);
    pthread_mutex_init(&losses->mutex, NULL);
    return losses;
}

void tarn_page_losses_release(tarn_page_losses *losses) {
    if (losses == NULL || atomic_fetch_sub(&losses->holders, 1) != 1)
        return;
    pthread_mutex_destroy(&losses->mutex);
    free(losses->path);
    free(losses);
}

static bool has_lost(const mapped_range *range, const tarn_page_losses *losses) {
    return atomic_load(&range->start) != 0 && atomic_load(&range->lost) && range->losses == losses;
}

/* With the mutex held: a mapping of these files that has lost pages, and is there still. */
static const mapped_range *find_lost(const tarn_page_losses *losses) {
    for (size_t block = 0; block < atomic_load(&table.block_count); block++) {
        const mapped_range *ranges = atomic_load(&table.blocks[block]);
        for (size_t i = 0; i < BLOCK_RANGES; i++) {
            if (has_lost(&ranges[i], losses))
                return &ranges[i];
        }
    }
    return NULL;
}

static tarn_status lost(const char *path, tarn_error *error) {
    return tarn_fail(
        error, TARN_E_CORRUPT,
        "%s could not be read to its end: it was cut off meanwhile, or its disk fails; what was read since "
        "is not to be relied on",
        path);
}

tarn_status tarn_page_losses_check(tarn_page_losses *losses, tarn_error *error) {
    tarn_status status = TARN_OK;
    if (!atomic_load_explicit(&table.any_lost, memory_order_acquire))
        return TARN_OK;
    pthread_mutex_lock(&losses->mutex);
    if (losses->path != NULL)
        status = lost(losses->path, error);
    pthread_mutex_unlock(&losses->mutex);
    if (status != TARN_OK)
        return status;
    pthread_mutex_lock(&table.mutex);
    const mapped_range *range = find_lost(losses);
    if (range != NULL)
        status = lost(range->path, error);
    pthread_mutex_unlock(&table.mutex);
    return status;
}
