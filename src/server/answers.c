// Answers that are kept in memory.
#include "server/answers.h"

#include "base/hash.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096
/* What is longer is not asked for often. */
#define LARGEST (256u * 1024)

typedef struct kept {
    struct kept *in_bucket;     /* the next one there */
    struct kept *newer, *older; /* by when they were asked for last */
    size_t users;               /* the list, and responses that are under way */
    const char *media_type;
    char *beside;
    size_t size, bucket;
    char tag[96];
    uint8_t data[];
} kept;

struct tarn_answers {
    kept *buckets[BUCKETS];
    kept *newest, *oldest;
    size_t bytes, limit;
};

static void release(void *context) {
    kept *entry = context;
    if (--entry->users > 0)
        return;
    free(entry->beside);
    free(entry);
}

static size_t cost_of(const kept *entry) {
    return sizeof *entry + entry->size;
}

static void unlink_entry(tarn_answers *answers, kept *entry) {
    *(entry->newer != NULL ? &entry->newer->older : &answers->newest) = entry->older;
    *(entry->older != NULL ? &entry->older->newer : &answers->oldest) = entry->newer;
}

static void link_newest(tarn_answers *answers, kept *entry) {
    entry->newer = NULL;
    entry->older = answers->newest;
    *(answers->newest != NULL ? &answers->newest->newer : &answers->oldest) = entry;
    answers->newest = entry;
}

static void drop(tarn_answers *answers, kept *entry) {
    kept **at = &answers->buckets[entry->bucket];
    while (*at != entry)
        at = &(*at)->in_bucket;
    *at = entry->in_bucket;
    unlink_entry(answers, entry);
    answers->bytes -= cost_of(entry);
    release(entry);
}

tarn_answers *tarn_answers_new(size_t limit) {
    tarn_answers *answers = calloc(1, sizeof *answers);
    if (answers != NULL)
        answers->limit = limit;
    return answers;
}

void tarn_answers_free(tarn_answers *answers) {
    if (answers == NULL)
        return;
    while (answers->oldest != NULL)
        drop(answers, answers->oldest);
    free(answers);
}

static size_t bucket_of(const char *tag) {
    return (size_t)(tarn_hash64_of(tag, strlen(tag)) % BUCKETS);
}

static kept *find(const tarn_answers *answers, const char *tag) {
    kept *entry = answers->buckets[bucket_of(tag)];
    while (entry != NULL && strcmp(entry->tag, tag) != 0)
        entry = entry->in_bucket;
    return entry;
}

bool tarn_answers_give(tarn_answers *answers, tarn_exchange *exchange, const char *tag, bool is_lasting) {
    kept *entry = find(answers, tag);
    if (entry == NULL)
        return false;
    unlink_entry(answers, entry);
    link_newest(answers, entry);
    entry->users++;
    if (entry->beside != NULL)
        tarn_response_field(exchange, "Tarn-Answer", "%s", entry->beside);
    const tarn_content content = {.media_type = entry->media_type,
                                  .data = entry->data,
                                  .size = entry->size,
                                  .release = release,
                                  .owner = entry,
                                  .tag = tag,
                                  .is_lasting = is_lasting};
    tarn_response_give(exchange, 200, &content);
    return true;
}

void tarn_answers_keep(tarn_answers *answers, const char *tag, const char *media_type, const char *beside,
                       const void *data, size_t size) {
    if (size > LARGEST || strlen(tag) >= sizeof((kept *)0)->tag || find(answers, tag) != NULL)
        return;
    kept *entry = malloc(sizeof *entry + size);
    char *copy = beside != NULL ? tarn_strdup(beside) : NULL;
    if (entry == NULL || (beside != NULL && copy == NULL)) {
        free(entry);
        free(copy);
        return;
    }
    *entry = (kept){.users = 1, .media_type = media_type, .beside = copy, .size = size, .bucket = bucket_of(tag)};
    memcpy(entry->tag, tag, strlen(tag) + 1);
    memcpy(entry->data, data, size);
    entry->in_bucket = answers->buckets[entry->bucket];
    answers->buckets[entry->bucket] = entry;
    link_newest(answers, entry);
    answers->bytes += cost_of(entry);
    while (answers->bytes > answers->limit && answers->oldest != entry)
        drop(answers, answers->oldest);
}
