/* What is left of a memory disk when the power goes. */
#include "fs/memory.h"

#include <string.h>

#define SECTOR 512

typedef struct loss {
    tarn_power_loss mode;
    uint64_t number;
    uint64_t random; /* state of a SplitMix64 generator */
} loss;

static uint64_t next_random(loss *event) {
    uint64_t z = event->random += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static bool coin(loss *event) {
    return next_random(event) >> 63 != 0;
}

/* Both ends are as likely as all that lies between: that is where the defects are. */
static uint64_t torn_size(loss *event, uint64_t a, uint64_t b) {
    uint64_t low = a < b ? a : b;
    uint64_t high = a < b ? b : a;
    switch (next_random(event) >> 62) {
    case 0:
        return low;
    case 1:
        return high;
    default:
        return low + next_random(event) % (high - low + 1);
    }
}

/* Lay over `out`, the durable content in its new size, those sectors of the current one that made it to the disk. */
static tarn_status tear(loss *event, const tarn_extent *current, tarn_extent *out, tarn_error *error) {
    uint64_t end = out->size < current->size ? out->size : current->size;
    for (uint64_t at = 0; at < end; at += SECTOR) {
        size_t size = end - at < SECTOR ? (size_t)(end - at) : SECTOR;
        const uint8_t *wanted = tarn_extent_data(current) + at;
        if (memcmp(wanted, tarn_extent_data(out) + at, size) != 0 && coin(event))
            TARN_TRY(tarn_extent_write(out, at, wanted, size, error));
    }
    return TARN_OK;
}

static tarn_status survive_file(tarn_disk_node *file, loss *event, tarn_error *error) {
    tarn_extent_release(&file->forgotten);
    if (event->mode == TARN_POWER_LOSS_KEEP)
        return tarn_disk_node_harden(file, error);
    tarn_extent left = tarn_extent_share(&file->durable);
    tarn_status status = TARN_OK;
    if (event->mode == TARN_POWER_LOSS_TORN) {
        status = tarn_extent_resize(&left, torn_size(event, file->current.size, file->durable.size), error);
        if (status == TARN_OK)
            status = tear(event, &file->current, &left, error);
    }
    if (status != TARN_OK) {
        tarn_extent_release(&left);
        return status;
    }
    tarn_extent_release(&file->current);
    file->current = left;
    return tarn_disk_node_harden(file, error);
}

/* A node keeps one name at most, also when it was moved and both the old and the new name would have survived. */
static tarn_status place_node(tarn_names *survivors, const char *text, tarn_disk_node *node, const loss *event,
                              tarn_error *error) {
    if (node == NULL || node->placed == event->number)
        return TARN_OK;
    node->placed = event->number;
    return tarn_names_add(survivors, text, strlen(text), node, error);
}

/* Merge what is with what is durable, both in the order of names. */
static tarn_status choose_names(tarn_disk_node *folder, loss *event, tarn_names *out, tarn_error *error) {
    const tarn_names *now = &folder->names;
    const tarn_names *then = &folder->durable_names;
    size_t i = 0;
    size_t j = 0;
    while (i < now->count || j < then->count) {
        int order = i == now->count ? 1 : j == then->count ? -1 : strcmp(now->items[i].text, then->items[j].text);
        const char *text = order <= 0 ? now->items[i].text : then->items[j].text;
        tarn_disk_node *current = order <= 0 ? now->items[i++].node : NULL;
        tarn_disk_node *durable = order >= 0 ? then->items[j++].node : NULL;
        bool keeps = event->mode == TARN_POWER_LOSS_KEEP ||
                     (event->mode == TARN_POWER_LOSS_TORN && (current == durable || coin(event)));
        TARN_TRY(place_node(out, text, keeps ? current : durable, event, error));
    }
    return TARN_OK;
}

static tarn_status survive_node(tarn_disk_node *node, loss *event, tarn_error *error);

static tarn_status survive_folder(tarn_disk_node *folder, loss *event, tarn_error *error) {
    tarn_names survivors = {0};
    tarn_status status = choose_names(folder, event, &survivors, error);
    if (status != TARN_OK) {
        tarn_names_free(&survivors);
        return status;
    }
    tarn_names_free(&folder->names);
    folder->names = survivors;
    TARN_TRY(tarn_disk_node_harden(folder, error));
    for (size_t i = 0; i < folder->names.count; i++)
        TARN_TRY(survive_node(folder->names.items[i].node, event, error));
    return TARN_OK;
}

static tarn_status survive_node(tarn_disk_node *node, loss *event, tarn_error *error) {
    node->shared_locks = 0;
    node->exclusive_lock = false;
    return node->kind == TARN_ENTRY_FILE ? survive_file(node, event, error) : survive_folder(node, event, error);
}

tarn_status tarn_disk_node_survive(tarn_disk_node *root, tarn_power_loss mode, uint64_t seed, uint64_t number,
                                   tarn_error *error) {
    loss event = {mode, number, seed};
    return survive_node(root, &event, error);
}
