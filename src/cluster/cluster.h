/**
 * @file cluster.h
 * Which of many different texts probably mean the same: by equal keys, or by being near each other.
 *
 * Methods by key, as in OpenRefine: texts with equal keys are one cluster.
 * - fingerprint: case and accents folded, punctuation removed, the different words in alphabetical order
 * - ngram: case and accents folded, all but letters and digits removed, the different pairs of letters in order
 * - metaphone: how an English reader would say the words (Lawrence Philips, "Hanging on the Metaphone", 1990); words
 *   with digits and of other scripts stand for themselves
 * - metaphone-words: the same, the different words in any order
 *
 * Folding writes ł, ø, đ, æ, œ, ß, þ, ð and ı as l, o, d, ae, oe, ss, th, d and i, too.
 *
 * Methods by distance, over texts with case folded and spaces collapsed; a chain of near ones is one cluster:
 * Texts whose numbers are not the same are not near each other ("Item 1", "Item 2"), but for levenshtein-digits and
 * jaro-winkler-digits, which take digits for letters.
 * - levenshtein: at most `threshold` letters changed, added or removed, and at most one in three of the shorter
 *   text. All such pairs are found (segments: Li, Deng,
 *   Wang, Feng, "Pass-Join", 2011).
 * - jaro-winkler: a similarity of at least `threshold` (0 to 1). Looked for among texts that share three letters in a
 *   row, twice for texts of 8 letters and more and thresholds from 0.9 on; the rarest first, until 2,000 were met.
 *
 * Everything here is a pure function over memory; thread-safe.
 */
#ifndef TARN_CLUSTER_CLUSTER_H
#define TARN_CLUSTER_CLUSTER_H

#include "base/buffer.h"
#include "jobs/jobs.h"

typedef enum tarn_cluster_method {
    TARN_CLUSTER_FINGERPRINT,
    TARN_CLUSTER_NGRAM,
    TARN_CLUSTER_METAPHONE,
    TARN_CLUSTER_METAPHONE_WORDS,
    TARN_CLUSTER_LEVENSHTEIN,
    TARN_CLUSTER_LEVENSHTEIN_DIGITS,
    TARN_CLUSTER_JARO_WINKLER,
    TARN_CLUSTER_JARO_WINKLER_DIGITS,
    TARN_CLUSTER_METHODS
} tarn_cluster_method;

/** "fingerprint", "ngram", …; and back: false for other names. */
const char *tarn_cluster_method_name(tarn_cluster_method method);
bool tarn_cluster_method_find(const char *name, tarn_cluster_method *out);

/** 2 letters for levenshtein, 0.92 for jaro-winkler, 0 for the others, which have none. */
double tarn_cluster_default_threshold(tarn_cluster_method method);

/** One of the different texts (valid UTF-8), and how many rows have it. */
typedef struct tarn_cluster_value {
    const char *text;
    size_t size;
    int64_t rows;
} tarn_cluster_value;

/** Clusters of two or more, those with most rows first; the members of each are indexes into the values, the one with
 *  most rows (then the first in byte order) first: that is the suggested one. */
typedef struct tarn_cluster_set {
    size_t *members; /**< cluster after cluster */
    size_t *ends;    /**< where each ends in `members` */
    size_t count;
} tarn_cluster_set;

tarn_status tarn_cluster_find(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                              double threshold, tarn_task *task, tarn_cluster_set *out, tarn_error *error);
void tarn_cluster_set_clear(tarn_cluster_set *set);

/** Append the key of a text by a method that has keys; nothing for a text without letters and digits. */
tarn_status tarn_cluster_key(const char *text, size_t size, tarn_cluster_method method, tarn_buffer *out,
                             tarn_error *error);

/** Levenshtein distance of code points, or `most` + 1 when it is more. */
size_t tarn_cluster_levenshtein(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size, size_t most);
/** Jaro-Winkler similarity, 0 to 1, with the usual 0.1 per letter of a common beginning of up to 4. */
double tarn_cluster_jaro_winkler(const uint32_t *a, size_t a_size, const uint32_t *b, size_t b_size);

#endif
