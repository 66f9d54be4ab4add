/* Values of records, prepared once and compared often. */
#include "base/hash.h"
#include "cluster/match_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { RECORDS_PER_TURN = 2048, SLACK = 2 };
#define ROUNDING 1e-9 /* sums of weighted similarities may differ in their last digits from what they should be */

/* ---- preparing -----------------------------------------------------------------------------------------------------
 */

typedef struct preparing {
    const tarn_match_request *request;
    match_cell *cells;
    uint32_t *letters; /* each cell's from `begin` on, with room for the text's bytes and SLACK */
} preparing;

bool tarn_match_is_blank(const tarn_match_value *value) {
    size_t i = 0;
    while (value->text != NULL && i < value->size && (unsigned char)value->text[i] <= ' ')
        i++;
    return value->text == NULL || i == value->size;
}

static size_t decode(const char *text, size_t size, uint32_t *out) {
    size_t count = 0;
    for (size_t at = 0; at < size && count < TARN_CLUSTER_MOST_LETTERS;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t step =
            utf8proc_iterate((const utf8proc_uint8_t *)text + at, (utf8proc_ssize_t)(size - at), &c);
        if (step <= 0)
            break;
        at += (size_t)step;
        out[count++] = (uint32_t)c;
    }
    return count;
}

static int compare_numbers(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Letters become the different pairs of neighbours, beginning and end counting as letters; one more than letters. */
static size_t make_pairs(uint32_t *letters, size_t size) {
    uint32_t before = 0;
    size_t kept = 0;
    for (size_t i = 0; i <= size; i++) {
        uint32_t pair[2] = {before, i < size ? letters[i] : 0};
        before = pair[1];
        letters[i] = (uint32_t)tarn_hash64_of(pair, sizeof pair);
    }
    qsort(letters, size + 1, sizeof *letters, compare_numbers);
    for (size_t i = 0; i <= size; i++) {
        if (i == 0 || letters[i] != letters[i - 1])
            letters[kept++] = letters[i];
    }
    return kept;
}

/* The text as it is compared, in `out`; texts of nothing but punctuation stay what they are. */
static tarn_status fold_value(const tarn_match_value *value, tarn_similarity similarity, tarn_buffer *out,
                              tarn_error *error) {
    out->size = 0;
    if (similarity == TARN_SIMILARITY_WORDS)
        TARN_TRY(tarn_cluster_key(value->text, value->size, TARN_CLUSTER_FINGERPRINT, out, error));
    else if (similarity != TARN_SIMILARITY_EXACT && similarity != TARN_SIMILARITY_NUMBER)
        TARN_TRY(tarn_cluster_fold(value->text, value->size, out, error));
    return out->size > 0 ? TARN_OK : tarn_buffer_append(out, value->text, value->size, error);
}

/* Folding may make a text longer than its letters have room for (a ligature becomes three): the rest is cut off. */
static size_t read_letters(const tarn_buffer *text, size_t room, uint32_t *out, tarn_error *error,
                           tarn_status *status) {
    uint32_t *all = NULL;
    if (text->size <= room)
        return decode((const char *)text->data, text->size, out);
    all = malloc(text->size * sizeof *all);
    if (all == NULL) {
        *status = tarn_fail_memory(error);
        return 0;
    }
    size_t count = decode((const char *)text->data, text->size, all);
    count = count < room ? count : room;
    memcpy(out, all, count * sizeof *all);
    free(all);
    return count;
}

static tarn_status prepare_cell(const preparing *p, size_t record, size_t field, tarn_buffer *text, tarn_error *error) {
    size_t index = record * p->request->field_count + field;
    const tarn_match_value *value = &p->request->values[index];
    tarn_similarity similarity = p->request->fields[field].similarity;
    match_cell *cell = &p->cells[index];
    tarn_status status = TARN_OK;
    cell->missing = tarn_match_is_blank(value);
    if (cell->missing)
        return TARN_OK;
    TARN_TRY(fold_value(value, similarity, text, error));
    cell->hash = tarn_hash64_of(text->data, text->size);
    if (similarity == TARN_SIMILARITY_NUMBER) {
        TARN_TRY(tarn_buffer_append(text, "", 1, error));
        cell->number = strtod((const char *)text->data, NULL);
        return TARN_OK;
    }
    if (similarity == TARN_SIMILARITY_EXACT)
        return TARN_OK;
    uint32_t *letters = p->letters + cell->begin;
    size_t count = read_letters(text, value->size, letters, error, &status);
    if (similarity == TARN_SIMILARITY_NGRAM)
        count = make_pairs(letters, count);
    else
        tarn_bag_fill(&cell->bag, letters, count);
    cell->size = (uint32_t)count;
    return status;
}

static tarn_status prepare_records(void *context, size_t turn, tarn_error *error) {
    const preparing *p = context;
    size_t end = (turn + 1) * RECORDS_PER_TURN;
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    for (size_t record = turn * RECORDS_PER_TURN; record < end && record < p->request->count; record++) {
        for (size_t field = 0; field < p->request->field_count && status == TARN_OK; field++)
            status = prepare_cell(p, record, field, &text, error);
    }
    tarn_buffer_free(&text);
    return status;
}

tarn_status match_cells_make(const tarn_match_request *request, tarn_pool *pool, tarn_task *task, match_cells *out,
                             tarn_error *error) {
    size_t cells = request->count * request->field_count, letters = 0;
    preparing p = {.request = request, .cells = calloc(cells + 1, sizeof *p.cells)};
    *out = (match_cells){.request = request, .list = p.cells};
    if (p.cells == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i < cells; i++) {
        tarn_similarity similarity = request->fields[i % request->field_count].similarity;
        bool has_letters = similarity != TARN_SIMILARITY_EXACT && similarity != TARN_SIMILARITY_NUMBER;
        p.cells[i].begin = letters;
        letters += has_letters && request->values[i].text != NULL ? request->values[i].size + SLACK : 0;
    }
    out->letters = p.letters = malloc((letters + 1) * sizeof *p.letters);
    if (p.letters == NULL)
        return tarn_fail_memory(error);
    return tarn_parallel_for(pool, TARN_PRIORITY_USER_VISIBLE, task, request->count / RECORDS_PER_TURN + 1,
                             prepare_records, &p, error);
}

void match_cells_clear(match_cells *cells) {
    free(cells->list);
    free(cells->letters);
    *cells = (match_cells){0};
}

/* ---- comparing ----------------------------------------------------------------------------------------------------
 */

static double compare_pairs(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size) {
    size_t common = 0;
    for (size_t i = 0, j = 0; i < a_size && j < b_size;) {
        common += a[i] == b[j];
        size_t step_a = a[i] <= b[j], step_b = b[j] <= a[i];
        i += step_a;
        j += step_b;
    }
    return 2 * (double)common / (double)(a_size + b_size);
}

static double compare_values(double a, double b) {
    double larger = fmax(fabs(a), fabs(b)), difference = fabs(a - b);
    if (isnan(difference) || isinf(larger))
        return 0;
    return larger == 0 ? 1 : fmax(0, 1 - difference / larger);
}

/* No less than the similarity of the two, quickly. */
static double bound_of(const match_cells *cells, tarn_similarity similarity, const match_cell *a, const match_cell *b) {
    if (a->hash == b->hash || similarity == TARN_SIMILARITY_NUMBER)
        return 1;
    if (similarity == TARN_SIMILARITY_EXACT)
        return 0;
    size_t longer = a->size > b->size ? a->size : b->size, shorter = a->size + b->size - longer;
    if (similarity == TARN_SIMILARITY_NGRAM)
        return 2 * (double)shorter / (double)(longer + shorter);
    size_t common = tarn_bag_common(&a->bag, &b->bag, longer);
    common = common < shorter ? common : shorter;
    if (similarity != TARN_SIMILARITY_JARO_WINKLER)
        return (double)common / (double)longer;
    size_t prefix = tarn_common_prefix(cells->letters + a->begin, a->size, cells->letters + b->begin, b->size);
    return tarn_jaro_winkler_bound(common, a->size, b->size, prefix);
}

/* The letters of `a` may be set as a pattern, when it is compared with many; NULL: not. Right when it is at least
 * `least`; below that it may be anything less. */
static double similarity_of(const match_cells *cells, tarn_similarity similarity, const match_cell *a,
                            const match_cell *b, const tarn_pattern *pattern, double least) {
    const uint32_t *x = cells->letters + a->begin, *y = cells->letters + b->begin;
    if (a->hash == b->hash)
        return 1;
    size_t longer = a->size > b->size ? a->size : b->size;
    switch (similarity) {
    case TARN_SIMILARITY_JARO_WINKLER:
        return pattern != NULL ? tarn_pattern_jaro_winkler(pattern, y, b->size)
                               : tarn_cluster_jaro_winkler(y, b->size, x, a->size);
    case TARN_SIMILARITY_NGRAM:
        return compare_pairs(x, a->size, y, b->size);
    case TARN_SIMILARITY_NUMBER:
        return compare_values(a->number, b->number);
    case TARN_SIMILARITY_LEVENSHTEIN:
    case TARN_SIMILARITY_WORDS: {
        size_t most = (size_t)fmin(ceil((1 - fmax(least, 0)) * (double)longer), (double)longer);
        size_t distance = pattern != NULL ? tarn_pattern_levenshtein(pattern, y, b->size, most)
                                          : tarn_cluster_levenshtein(y, b->size, x, a->size, most);
        return 1 - fmin((double)distance, (double)longer) / (double)longer;
    }
    case TARN_SIMILARITY_EXACT:
    case TARN_SIMILARITIES:
        break;
    }
    return 0;
}

tarn_status match_turn_begin(const match_cells *cells, match_turn *out, tarn_error *error) {
    size_t count = cells->request->field_count;
    *out = (match_turn){.cells = cells, .record = SIZE_MAX};
    out->patterns = calloc(count, sizeof *out->patterns);
    out->is_set = calloc(count, sizeof *out->is_set);
    return out->patterns == NULL || out->is_set == NULL ? tarn_fail_memory(error) : TARN_OK;
}

void match_turn_end(match_turn *turn) {
    free(turn->patterns);
    free(turn->is_set);
}

/* A pattern is set when it is first needed: most pairs are told apart before. */
static const tarn_pattern *pattern_of(match_turn *turn, size_t field, const match_cell *cell) {
    tarn_similarity similarity = turn->cells->request->fields[field].similarity;
    if (similarity != TARN_SIMILARITY_JARO_WINKLER && similarity != TARN_SIMILARITY_LEVENSHTEIN &&
        similarity != TARN_SIMILARITY_WORDS)
        return NULL;
    if (!turn->is_set[field])
        tarn_pattern_set(&turn->patterns[field], turn->cells->letters + cell->begin, cell->size);
    turn->is_set[field] = true;
    return &turn->patterns[field];
}

bool match_compare(match_turn *turn, size_t record, size_t other) {
    const tarn_match_request *request = turn->cells->request;
    const match_cell *x = turn->cells->list + record * request->field_count;
    const match_cell *y = turn->cells->list + other * request->field_count;
    double bounds[TARN_MATCH_MOST_FIELDS], weights = 0, reachable;
    if (turn->record != record)
        memset(turn->is_set, 0, request->field_count * sizeof *turn->is_set);
    turn->record = record;
    for (size_t i = 0; i < request->field_count; i++)
        weights += x[i].missing || y[i].missing ? 0 : request->fields[i].weight;
    if (weights == 0)
        return false;
    double needed = request->threshold * weights - ROUNDING * weights;
    reachable = weights;
    for (size_t i = 0; i < request->field_count; i++) {
        if (x[i].missing || y[i].missing)
            continue;
        bounds[i] = bound_of(turn->cells, request->fields[i].similarity, &x[i], &y[i]);
        reachable -= request->fields[i].weight * (1 - bounds[i]);
        if (reachable < needed)
            return false;
    }
    for (size_t i = 0; i < request->field_count; i++) {
        if (x[i].missing || y[i].missing)
            continue;
        double weight = request->fields[i].weight, others = reachable - weight * bounds[i];
        reachable = others + weight * similarity_of(turn->cells, request->fields[i].similarity, &x[i], &y[i],
                                                    pattern_of(turn, i, &x[i]), (needed - others) / weight - ROUNDING);
        if (reachable < needed)
            return false;
    }
    return true;
}

double match_compare_fields(const match_cells *cells, size_t a, size_t b, double *out) {
    const tarn_match_request *request = cells->request;
    const match_cell *x = cells->list + a * request->field_count, *y = cells->list + b * request->field_count;
    double sum = 0, weights = 0;
    for (size_t i = 0; i < request->field_count; i++) {
        out[i] = NAN;
        if (x[i].missing || y[i].missing)
            continue;
        out[i] = similarity_of(cells, request->fields[i].similarity, &x[i], &y[i], NULL, 0);
        sum += request->fields[i].weight * out[i];
        weights += request->fields[i].weight;
    }
    return sum / weights;
}
