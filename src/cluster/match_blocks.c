/* Which records are compared at all. */
#include "base/hash.h"
#include "cluster/match_internal.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    GRAM = 3,
    EDGE = 1, /* no letter */
    LEAST_GRAMS = 3,
    ENOUGH = 1000, /* other records that a record's stretches lead to */
};

static const char *const names[TARN_BLOCKS] = {
    [TARN_BLOCK_AUTO] = "auto",
    [TARN_BLOCK_NONE] = "none",
    [TARN_BLOCK_FIRST_LETTER] = "first-letter",
    [TARN_BLOCK_FINGERPRINT] = "fingerprint",
    [TARN_BLOCK_METAPHONE] = "metaphone",
    [TARN_BLOCK_NGRAM] = "ngram",
};

const char *tarn_block_name(tarn_block block) {
    return names[block];
}

bool tarn_block_find(const char *name, tarn_block *out) {
    for (size_t i = 0; i < TARN_BLOCKS; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (tarn_block)i;
            return true;
        }
    }
    return false;
}

typedef struct blocking {
    const tarn_match_request *request;
    match_blocks *out;
    size_t capacity;
    uint32_t *ranks;    /* per record */
    tarn_buffer folded; /* all keys' texts, folded */
    size_t *ends;       /* where each one's ends */
    uint32_t *counts;   /* of stretches: how many records have it, by hash */
    size_t mask;
} blocking;

static const char *folded_of(const blocking *b, size_t record, size_t *size) {
    size_t begin = record > 0 ? b->ends[record - 1] : 0;
    *size = b->ends[record] - begin;
    return *size > 0 ? (const char *)b->folded.data + begin : "";
}

static tarn_status add(blocking *b, size_t record, uint64_t key, tarn_error *error) {
    match_blocks *out = b->out;
    TARN_TRY(tarn_grow(&out->entries, &b->capacity, out->count + 1, sizeof *out->entries, error));
    out->entries[out->count++] = (match_entry){key, b->ranks[record], (uint32_t)record};
    return TARN_OK;
}

/* ---- alphabetical order -------------------------------------------------------------------------------------------
 */

typedef struct named {
    const char *text;
    size_t size;
    uint32_t record;
} named;

static int compare_named(const void *a, const void *b) {
    const named *x = a, *y = b;
    int order = memcmp(x->text, y->text, x->size < y->size ? x->size : y->size);
    if (order != 0)
        return order;
    if (x->size != y->size)
        return x->size < y->size ? -1 : 1;
    return (x->record > y->record) - (x->record < y->record);
}

static tarn_status fold_keys(blocking *b, tarn_task *task, tarn_error *error) {
    for (size_t i = 0; i < b->request->count; i++) {
        const tarn_match_value *key = &b->request->keys[i];
        if (i % 4096 == 0)
            TARN_TRY(tarn_task_check(task, error));
        size_t begin = b->folded.size;
        if (!tarn_match_is_blank(key))
            TARN_TRY(tarn_cluster_fold(key->text, key->size, &b->folded, error));
        if (!tarn_match_is_blank(key) && b->folded.size == begin) /* nothing but punctuation */
            TARN_TRY(tarn_buffer_append(&b->folded, key->text, key->size, error));
        b->ends[i] = b->folded.size;
    }
    return TARN_OK;
}

static tarn_status rank_records(blocking *b, tarn_error *error) {
    size_t count = b->request->count;
    named *list = malloc((count + 1) * sizeof *list);
    if (list == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < count; i++) {
        list[i].text = folded_of(b, i, &list[i].size);
        list[i].record = (uint32_t)i;
    }
    qsort(list, count, sizeof *list, compare_named);
    for (size_t i = 0; i < count; i++)
        b->ranks[list[i].record] = (uint32_t)i;
    free(list);
    return TARN_OK;
}

/* ---- keys of one record --------------------------------------------------------------------------------------------
 */

static int compare_keys(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static size_t sort_keys(uint64_t *keys, size_t count) {
    size_t kept = 0;
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || keys[i] != keys[i - 1])
            keys[kept++] = keys[i];
    }
    return kept;
}

/* The different keys of a record, in rising order; heap. */
typedef struct key_list {
    uint64_t *keys;
    size_t count, capacity;
    tarn_buffer text;
} key_list;

static tarn_status push(key_list *list, const void *data, size_t size, tarn_error *error) {
    TARN_TRY(tarn_grow(&list->keys, &list->capacity, list->count + 1, sizeof *list->keys, error));
    list->keys[list->count++] = tarn_hash64_of(data, size);
    return TARN_OK;
}

static tarn_status push_words(key_list *list, const char *text, size_t size, tarn_error *error) {
    for (size_t begin = 0; begin < size;) {
        const char *space = memchr(text + begin, ' ', size - begin);
        size_t end = space != NULL ? (size_t)(space - text) : size;
        list->text.size = 0;
        TARN_TRY(tarn_metaphone(text + begin, end - begin, &list->text, error));
        if (list->text.size > 0)
            TARN_TRY(push(list, list->text.data, list->text.size, error));
        begin = end + 1;
    }
    return TARN_OK;
}

/* Two letters stand for the beginning and the end each, so that these weigh as much as what is between. */
static tarn_status push_grams(key_list *list, const char *text, size_t size, tarn_error *error) {
    utf8proc_int32_t gram[GRAM] = {EDGE, EDGE, EDGE};
    size_t behind = 0;
    for (size_t at = 0; behind < GRAM - 1;) {
        utf8proc_int32_t c = EDGE;
        if (at < size) {
            utf8proc_ssize_t step =
                utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(size - at), &c);
            at = step > 0 ? at + (size_t)step : size;
        } else {
            behind++;
        }
        memmove(gram, gram + 1, (GRAM - 1) * sizeof *gram);
        gram[GRAM - 1] = c;
        TARN_TRY(push(list, gram, sizeof gram, error));
    }
    return TARN_OK;
}

static tarn_status list_keys(const blocking *b, size_t record, key_list *list, tarn_error *error) {
    size_t size;
    const char *text = folded_of(b, record, &size);
    list->count = 0;
    switch (b->out->block) {
    case TARN_BLOCK_NONE:
        TARN_TRY(push(list, "", 0, error));
        break;
    case TARN_BLOCK_METAPHONE:
        TARN_TRY(push_words(list, text, size, error));
        break;
    case TARN_BLOCK_NGRAM:
        TARN_TRY(size > 0 ? push_grams(list, text, size, error) : TARN_OK);
        break;
    case TARN_BLOCK_FINGERPRINT:
        list->text.size = 0;
        if (size > 0)
            TARN_TRY(tarn_cluster_key(text, size, TARN_CLUSTER_FINGERPRINT, &list->text, error));
        TARN_TRY(size > 0 ? push(list, list->text.data, list->text.size, error) : TARN_OK);
        break;
    default: { /* the first letter */
        utf8proc_int32_t c;
        if (utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &c) > 0)
            TARN_TRY(push(list, &c, sizeof c, error));
        break;
    }
    }
    list->count = list->count > 0 ? sort_keys(list->keys, list->count) : 0;
    return TARN_OK;
}

/* ---- rare stretches ------------------------------------------------------------------------------------------------
 */

/* Counted by a part of their hashes: those that fall together count as more frequent than they are, which costs
 * nothing but order. */
static uint32_t *count_of(const blocking *b, uint64_t key) {
    return &b->counts[(key ^ (key >> 32)) & b->mask];
}

static tarn_status count_grams(blocking *b, tarn_task *task, key_list *list, tarn_error *error) {
    size_t size = 1 << 16;
    while (size < b->request->count * 4)
        size *= 2;
    b->counts = calloc(size, sizeof *b->counts);
    b->mask = size - 1;
    if (b->counts == NULL)
        return tarn_fail_memory(error);
    for (size_t record = 0; record < b->request->count; record++) {
        if (record % 4096 == 0)
            TARN_TRY(tarn_task_check(task, error));
        TARN_TRY(list_keys(b, record, list, error));
        for (size_t i = 0; i < list->count; i++)
            ++*count_of(b, list->keys[i]);
    }
    return TARN_OK;
}

typedef struct rated {
    uint64_t key;
    uint32_t count;
} rated;

/* Rarer ones come first, in one order for all records. */
static int compare_rated(const void *a, const void *b) {
    const rated *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? -1 : 1;
    return (x->key > y->key) - (x->key < y->key);
}

/* Of n stretches the n - half + 1 rarest would do: two records that share half of theirs share one of these. Common
 * ones among these are left out when the rarer ones lead to enough others already. */
static tarn_status keep_rarest(const blocking *b, key_list *list, tarn_error *error) {
    if (list->count < 2)
        return TARN_OK;
    rated *all = malloc(list->count * sizeof *all);
    if (all == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < list->count; i++)
        all[i] = (rated){list->keys[i], *count_of(b, list->keys[i])};
    qsort(all, list->count, sizeof *all, compare_rated);
    size_t most = list->count - (list->count + 1) / 2 + 1;
    list->count = 0;
    for (size_t led = 0; list->count < most && (list->count < LEAST_GRAMS || led < ENOUGH); list->count++) {
        led += all[list->count].count;
        list->keys[list->count] = all[list->count].key;
    }
    free(all);
    return TARN_OK;
}

/* ---- all records --------------------------------------------------------------------------------------------------
 */

static int compare_entries(const void *a, const void *b) {
    const match_entry *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

static tarn_status add_keys(blocking *b, tarn_task *task, key_list *list, tarn_error *error) {
    for (size_t record = 0; record < b->request->count; record++) {
        if (record % 4096 == 0)
            TARN_TRY(tarn_task_check(task, error));
        if (tarn_match_is_blank(&b->request->keys[record])) {
            b->out->unblocked++;
            continue;
        }
        TARN_TRY(list_keys(b, record, list, error));
        if (b->out->block == TARN_BLOCK_NGRAM)
            TARN_TRY(keep_rarest(b, list, error));
        for (size_t i = 0; i < list->count; i++)
            TARN_TRY(add(b, record, list->keys[i], error));
    }
    return TARN_OK;
}

tarn_status match_blocks_make(const tarn_match_request *request, tarn_task *task, match_blocks *out,
                              tarn_error *error) {
    blocking b = {.request = request, .out = out};
    key_list list = {0};
    tarn_status status = TARN_OK;
    *out = (match_blocks){.block = request->block};
    if (out->block == TARN_BLOCK_AUTO)
        out->block = request->count <= TARN_MATCH_WHOLE_BLOCK ? TARN_BLOCK_NONE : TARN_BLOCK_NGRAM;
    b.ranks = calloc(request->count + 1, sizeof *b.ranks);
    b.ends = calloc(request->count + 1, sizeof *b.ends);
    if (b.ranks == NULL || b.ends == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(fold_keys(&b, task, error));
    TARN_CHECK(rank_records(&b, error));
    if (out->block == TARN_BLOCK_NGRAM)
        TARN_CHECK(count_grams(&b, task, &list, error));
    TARN_CHECK(add_keys(&b, task, &list, error));
    if (out->count > 0)
        qsort(out->entries, out->count, sizeof *out->entries, compare_entries);
cleanup:
    free(list.keys);
    tarn_buffer_free(&list.text);
    free(b.ranks);
    free(b.ends);
    free(b.counts);
    tarn_buffer_free(&b.folded);
    return status;
}

void match_blocks_clear(match_blocks *blocks) {
    free(blocks->entries);
    *blocks = (match_blocks){0};
}
