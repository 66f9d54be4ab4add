/**
 * @file match.h
 * Which of many records probably mean the same thing: records are compared field by field, and those that are alike
 * enough are pairs.
 *
 * Not all records are compared with all: only those that share a block, which is a cheap key of one text per record.
 * - none: all are in one block
 * - first-letter: the first letter or digit, case and accents folded
 * - fingerprint: the key of that name (cluster.h)
 * - metaphone: a word that sounds the same (or the same number); a record is in a block for each of its words
 * - ngram: a stretch of three letters, beginning and end counting as letters. A record is in the blocks of its rarest
 *   ones only, as many as it takes to find every pair that shares half of them (prefix filtering: Chaudhuri, Ganti,
 *   Kaushik, "A Primitive Operator for Similarity Joins", 2006); but no more once they lead to 1,000 other records, so
 *   that pairs which have only common stretches in common may be missed.
 * - auto: none for up to TARN_MATCH_WHOLE_BLOCK records, ngram for more
 *
 * In a block of more than TARN_MATCH_WHOLE_BLOCK records each is compared with the TARN_MATCH_WINDOW that follow it in
 * alphabetical order only (sorted neighbourhood: Hernández, Stolfo, "The Merge/Purge Problem", 1995); the result says
 * that there were such blocks.
 */
#ifndef TARN_CLUSTER_MATCH_H
#define TARN_CLUSTER_MATCH_H

#include "cluster/cluster.h"

enum {
    TARN_MATCH_WHOLE_BLOCK = 4000,
    TARN_MATCH_WINDOW = 1000,
    TARN_MATCH_MOST_PAIRS = 5000000,
    TARN_MATCH_MOST_FIELDS = 100,
};

/** How two values of a field are compared; each gives 0 (nothing in common) to 1 (the same). But for exact and number,
 *  case, accents and punctuation do not count. */
typedef enum tarn_similarity {
    TARN_SIMILARITY_JARO_WINKLER, /**< for names */
    TARN_SIMILARITY_LEVENSHTEIN,  /**< 1 - letters to change, add or remove / letters of the longer one */
    TARN_SIMILARITY_NGRAM,        /**< pairs of letters in common (Dice's coefficient) */
    TARN_SIMILARITY_WORDS,        /**< levenshtein, the words being in alphabetical order */
    TARN_SIMILARITY_EXACT,        /**< 1 or 0 */
    TARN_SIMILARITY_NUMBER,       /**< 1 - difference / the larger one, both without sign; at least 0 */
    TARN_SIMILARITIES
} tarn_similarity;

typedef enum tarn_block {
    TARN_BLOCK_AUTO,
    TARN_BLOCK_NONE,
    TARN_BLOCK_FIRST_LETTER,
    TARN_BLOCK_FINGERPRINT,
    TARN_BLOCK_METAPHONE,
    TARN_BLOCK_NGRAM,
    TARN_BLOCKS
} tarn_block;

/** "jaro-winkler", …, "first-letter", …; and back: false for other names. */
const char *tarn_similarity_name(tarn_similarity similarity);
bool tarn_similarity_find(const char *name, tarn_similarity *out);
const char *tarn_block_name(tarn_block block);
bool tarn_block_find(const char *name, tarn_block *out);

typedef struct tarn_match_field {
    tarn_similarity similarity;
    double weight; /**< > 0 */
} tarn_match_field;

/** Valid UTF-8; `text` NULL: there is no value. */
typedef struct tarn_match_value {
    const char *text;
    size_t size;
} tarn_match_value;
/** No text, or nothing but spaces: counts as no value. */
bool tarn_match_is_blank(const tarn_match_value *value);

typedef struct tarn_match_request {
    const tarn_match_field *fields;
    size_t field_count;             /**< 1 … TARN_MATCH_MOST_FIELDS */
    const tarn_match_value *values; /**< record after record, `field_count` each */
    const tarn_match_value *keys;   /**< what is blocked by, one per record; without a value it is compared with none */
    size_t count;                   /**< records, at most UINT32_MAX */
    tarn_block block;
    double threshold; /**< least similarity of a pair, above 0 and up to 1 */
} tarn_match_request;

typedef struct tarn_match_pair {
    uint32_t a, b; /**< a < b */
    double similarity;
} tarn_match_pair;

typedef struct tarn_match_result {
    tarn_match_pair *pairs; /**< the most alike first, then by a and b */
    double *similarities;   /**< per pair and field; NaN where one of the two has no value */
    size_t count;
    tarn_block block;    /**< that was used */
    size_t unblocked;    /**< records without a value to block by */
    size_t large_blocks; /**< in which only neighbours were compared */
    size_t largest;      /**< records in the largest of these */
    uint64_t compared;   /**< pairs that were looked at */
} tarn_match_result;

/**
 * Find the pairs. A pair's similarity is the mean of its fields' by their weights; a field that one of the two lacks
 * does not count, and without any that both have there is no pair. Runs on the pool (may be NULL); the result does not
 * depend on the number of threads. TARN_E_UNSUPPORTED when there are more than TARN_MATCH_MOST_PAIRS. Progress:
 * "comparing", pairs.
 */
tarn_status tarn_match_find(const tarn_match_request *request, tarn_pool *pool, tarn_task *task, tarn_match_result *out,
                            tarn_error *error);
void tarn_match_result_clear(tarn_match_result *result);

#endif
