/* Pairs of records that are alike. Every record is compared with those behind it in alphabetical order that share a
 * block with it, so that each pair is met from one side only, however many blocks it shares. */
#include "cluster/match_internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_PER_TURN = 16384 };

static const char *const names[TARN_SIMILARITIES] = {
    [TARN_SIMILARITY_JARO_WINKLER] = "jaro-winkler",
    [TARN_SIMILARITY_LEVENSHTEIN] = "levenshtein",
    [TARN_SIMILARITY_NGRAM] = "ngram",
    [TARN_SIMILARITY_WORDS] = "words",
    [TARN_SIMILARITY_EXACT] = "exact",
    [TARN_SIMILARITY_NUMBER] = "number",
};

const char *tarn_similarity_name(tarn_similarity similarity) {
    return names[similarity];
}

bool tarn_similarity_find(const char *name, tarn_similarity *out) {
    for (size_t i = 0; i < TARN_SIMILARITIES; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (tarn_similarity)i;
            return true;
        }
    }
    return false;
}

/* What one thread needs to compare a record with others. */
typedef struct bench {
    match_turn turn;
    uint32_t *seen; /* per record: the last one that it was compared with + 1 */
    struct bench *next;
} bench;

typedef struct matching {
    const tarn_match_request *request;
    match_cells cells;
    match_blocks blocks;
    uint32_t *reach; /* per entry: with how many of those that follow its record is compared */
    size_t *entries; /* record after record: the entries of each */
    size_t *starts;  /* where a record's begin; one more */
    size_t *turns;   /* the first record of each turn; one more */
    size_t turn_count;
    uint64_t to_compare;
    tarn_task *task;
    pthread_mutex_t lock;
    bench *benches; /* that nobody uses now; under the lock, as all below */
    tarn_match_pair *pairs;
    size_t pair_count, pair_capacity;
    uint64_t compared;
} matching;

/* ---- what is to be compared with what ------------------------------------------------------------------------------
 */

static void measure_blocks(matching *m, tarn_match_result *out) {
    const match_blocks *blocks = &m->blocks;
    for (size_t begin = 0, end; begin < blocks->count; begin = end) {
        end = begin + 1;
        while (end < blocks->count && blocks->entries[end].key == blocks->entries[begin].key)
            end++;
        size_t size = end - begin, window = size > TARN_MATCH_WHOLE_BLOCK ? TARN_MATCH_WINDOW : size;
        out->large_blocks += size > TARN_MATCH_WHOLE_BLOCK;
        if (size > TARN_MATCH_WHOLE_BLOCK && size > out->largest)
            out->largest = size;
        for (size_t i = begin; i < end; i++) {
            m->reach[i] = (uint32_t)(end - i - 1 < window ? end - i - 1 : window);
            m->to_compare += m->reach[i];
        }
    }
}

static void list_entries(matching *m) {
    size_t count = m->request->count;
    for (size_t i = 0; i < m->blocks.count; i++)
        m->starts[m->blocks.entries[i].record + 1]++;
    for (size_t i = 0; i < count; i++)
        m->starts[i + 1] += m->starts[i];
    for (size_t i = m->blocks.count; i > 0; i--) /* from the back: `starts` of the next record become this one's */
        m->entries[--m->starts[m->blocks.entries[i - 1].record + 1]] = i - 1;
    for (size_t i = 0; i < count; i++)
        m->starts[i] = m->starts[i + 1];
    m->starts[count] = m->blocks.count;
}

static void cut_turns(matching *m) {
    uint64_t work = PAIRS_PER_TURN;
    for (size_t record = 0; record < m->request->count; record++) {
        if (work >= PAIRS_PER_TURN) {
            m->turns[m->turn_count++] = record;
            work = 0;
        }
        work++;
        for (size_t i = m->starts[record]; i < m->starts[record + 1]; i++)
            work += m->reach[m->entries[i]];
    }
    m->turns[m->turn_count] = m->request->count;
}

static tarn_status plan_turns(matching *m, tarn_match_result *out, tarn_error *error) {
    size_t count = m->request->count;
    m->reach = calloc(m->blocks.count + 1, sizeof *m->reach);
    m->entries = calloc(m->blocks.count + 1, sizeof *m->entries);
    m->starts = calloc(count + 2, sizeof *m->starts);
    m->turns = calloc(count + 2, sizeof *m->turns);
    if (m->reach == NULL || m->entries == NULL || m->starts == NULL || m->turns == NULL)
        return tarn_fail_memory(error);
    measure_blocks(m, out);
    list_entries(m);
    cut_turns(m);
    return TARN_OK;
}

/* ---- comparing -----------------------------------------------------------------------------------------------------
 */

static void bench_free(bench *b) {
    if (b == NULL)
        return;
    match_turn_end(&b->turn);
    free(b->seen);
    free(b);
}

static tarn_status bench_take(matching *m, bench **out, tarn_error *error) {
    pthread_mutex_lock(&m->lock);
    bench *b = m->benches;
    if (b != NULL)
        m->benches = b->next;
    pthread_mutex_unlock(&m->lock);
    if (b == NULL) {
        b = calloc(1, sizeof *b);
        if (b == NULL)
            return tarn_fail_memory(error);
        b->seen = calloc(m->request->count + 1, sizeof *b->seen);
        tarn_status status = match_turn_begin(&m->cells, &b->turn, error);
        if (status == TARN_OK && b->seen == NULL)
            status = tarn_fail_memory(error);
        if (status != TARN_OK) {
            bench_free(b);
            return status;
        }
    }
    *out = b;
    return TARN_OK;
}

/* The pairs of a turn. */
typedef struct found {
    tarn_match_pair *list;
    size_t count, capacity;
    uint64_t looked, compared;
} found;

static tarn_status compare_record(const matching *m, bench *b, uint32_t record, found *out, tarn_error *error) {
    for (size_t i = m->starts[record]; i < m->starts[record + 1]; i++) {
        const match_entry *entry = &m->blocks.entries[m->entries[i]], *end = entry + m->reach[m->entries[i]];
        out->looked += (uint64_t)(end - entry);
        while (entry < end) {
            uint32_t other = (++entry)->record;
            if (b->seen[other] == record + 1)
                continue;
            b->seen[other] = record + 1;
            out->compared++;
            if (!match_compare(&b->turn, record, other))
                continue;
            TARN_TRY(tarn_grow(&out->list, &out->capacity, out->count + 1, sizeof *out->list, error));
            out->list[out->count++] = record < other ? (tarn_match_pair){.a = record, .b = other}
                                                     : (tarn_match_pair){.a = other, .b = record};
        }
    }
    return TARN_OK;
}

/* Under the lock. */
static tarn_status keep_pairs(matching *m, const found *f, tarn_error *error) {
    m->compared += f->compared;
    if (m->pair_count + f->count > TARN_MATCH_MOST_PAIRS)
        return tarn_fail(error, TARN_E_UNSUPPORTED,
                         "more than %d pairs are alike: raise the threshold, or compare more columns",
                         TARN_MATCH_MOST_PAIRS);
    TARN_TRY(tarn_grow(&m->pairs, &m->pair_capacity, m->pair_count + f->count + 1, sizeof *m->pairs, error));
    if (f->count > 0)
        memcpy(m->pairs + m->pair_count, f->list, f->count * sizeof *f->list);
    m->pair_count += f->count;
    return TARN_OK;
}

static tarn_status compare_turn(void *context, size_t turn, tarn_error *error) {
    matching *m = context;
    bench *b = NULL;
    found f = {0};
    TARN_TRY(bench_take(m, &b, error));
    tarn_status status = TARN_OK;
    for (size_t record = m->turns[turn]; record < m->turns[turn + 1] && status == TARN_OK; record++)
        status = compare_record(m, b, (uint32_t)record, &f, error);
    pthread_mutex_lock(&m->lock);
    if (status == TARN_OK)
        status = keep_pairs(m, &f, error);
    b->next = m->benches;
    m->benches = b;
    pthread_mutex_unlock(&m->lock);
    tarn_task_advance(m->task, f.looked);
    free(f.list);
    return status;
}

/* ---- the result ---------------------------------------------------------------------------------------------------
 */

/* A pair and where its fields' similarities are. */
typedef struct ranked {
    tarn_match_pair pair;
    size_t place;
} ranked;

static int compare_ranked(const void *a, const void *b) {
    const tarn_match_pair *x = &((const ranked *)a)->pair, *y = &((const ranked *)b)->pair;
    if (x->similarity != y->similarity)
        return x->similarity > y->similarity ? -1 : 1;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static tarn_status list_pairs(const matching *m, tarn_match_result *out, tarn_error *error) {
    size_t fields = m->request->field_count, count = m->pair_count;
    ranked *order = malloc((count + 1) * sizeof *order);
    double *values = malloc((count * fields + 1) * sizeof *values);
    out->pairs = malloc((count + 1) * sizeof *out->pairs);
    out->similarities = malloc((count * fields + 1) * sizeof *out->similarities);
    tarn_status status = TARN_OK;
    if (order == NULL || values == NULL || out->pairs == NULL || out->similarities == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = (ranked){m->pairs[i], i};
        order[i].pair.similarity = match_compare_fields(&m->cells, m->pairs[i].a, m->pairs[i].b, values + i * fields);
    }
    qsort(order, count, sizeof *order, compare_ranked);
    for (size_t i = 0; i < count; i++) {
        out->pairs[i] = order[i].pair;
        memcpy(out->similarities + i * fields, values + order[i].place * fields, fields * sizeof *values);
    }
    out->count = count;
cleanup:
    free(order);
    free(values);
    return status;
}

static void clear(matching *m) {
    for (bench *b = m->benches, *next; b != NULL; b = next) {
        next = b->next;
        bench_free(b);
    }
    match_cells_clear(&m->cells);
    match_blocks_clear(&m->blocks);
    free(m->reach);
    free(m->entries);
    free(m->starts);
    free(m->turns);
    free(m->pairs);
    pthread_mutex_destroy(&m->lock);
}

tarn_status tarn_match_find(const tarn_match_request *request, tarn_pool *pool, tarn_task *task, tarn_match_result *out,
                            tarn_error *error) {
    matching m = {.request = request, .task = task, .lock = PTHREAD_MUTEX_INITIALIZER};
    tarn_match_result result = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(match_cells_make(request, pool, task, &m.cells, error));
    TARN_CHECK(match_blocks_make(request, task, &m.blocks, error));
    TARN_CHECK(plan_turns(&m, &result, error));
    tarn_task_begin(task, "comparing", "pairs", m.to_compare);
    TARN_CHECK(tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, m.turn_count, compare_turn, &m, error));
    TARN_CHECK(list_pairs(&m, &result, error));
    result.block = m.blocks.block;
    result.unblocked = m.blocks.unblocked;
    result.compared = m.compared;
    *out = result;
    result = (tarn_match_result){0};
cleanup:
    tarn_match_result_clear(&result);
    clear(&m);
    return status;
}

void tarn_match_result_clear(tarn_match_result *result) {
    free(result->pairs);
    free(result->similarities);
    *result = (tarn_match_result){0};
}
