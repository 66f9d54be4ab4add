/* Keys that texts with the same meaning share. */
#include "cluster/cluster_internal.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* ---- folding -------------------------------------------------------------------------------------------------------
 */

/* Letters that are none with an accent to Unicode, and are written without their stroke, or in two, where keyboards
 * lack them. None takes more bytes than it did. */
static size_t unfold(utf8proc_int32_t c, char out[2]) {
    static const struct {
        utf8proc_int32_t letter;
        char as[3];
    } letters[] = {{0xE6, "ae"}, {0xF0, "d"},  {0xF8, "o"},  {0xFE, "th"}, {0x111, "d"},  {0x127, "h"},
                   {0x131, "i"}, {0x138, "q"}, {0x142, "l"}, {0x14B, "n"}, {0x153, "oe"}, {0x167, "t"},
                   {0x180, "b"}, {0x19A, "l"}, {0x1B6, "z"}, {0x1E5, "g"}, {0x24D, "r"},  {0x24F, "y"},
                   {0x247, "e"}, {0x268, "i"}, {0x289, "u"}, {0xDF, "ss"}, {0x237, "j"},  {0x23C, "c"}};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (letters[i].letter == c) {
            memcpy(out, letters[i].as, 2);
            return strlen(letters[i].as);
        }
    }
    return 0;
}

/* In place; the new size. */
static size_t unfold_text(char *text, size_t size) {
    size_t to = 0;
    utf8proc_ssize_t step;
    for (size_t from = 0; from < size; from += (size_t)step) {
        utf8proc_int32_t c;
        char letters[2];
        step = utf8proc_iterate((utf8proc_uint8_t *)text + from, (utf8proc_ssize_t)(size - from), &c);
        if (step <= 0)
            break;
        size_t made = step == 2 ? unfold(c, letters) : 0;
        if (made > 0)
            memcpy(text + to, letters, made);
        else
            memmove(text + to, text + from, (size_t)step);
        to += made > 0 ? made : (size_t)step;
    }
    return to;
}

/* Case and accents folded, compatibility forms resolved; heap. */
static tarn_status fold(const char *text, size_t size, char **out, size_t *out_size, tarn_error *error) {
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t got = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)size, &folded,
                                        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
    if (got == UTF8PROC_ERROR_NOMEM)
        return tarn_fail_memory(error);
    if (got < 0)
        return tarn_fail(error, TARN_E_INVALID, "a text is not valid UTF-8");
    *out = (char *)folded;
    *out_size = unfold_text((char *)folded, (size_t)got);
    return TARN_OK;
}

typedef enum letter_kind { LETTER, SPACE, NOISE } letter_kind;

static letter_kind kind_of(utf8proc_int32_t c) {
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return SPACE;
    case UTF8PROC_CATEGORY_CC:
        return c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v' ? SPACE : NOISE;
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
        return NOISE;
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
        return c < 0x80 ? NOISE : LETTER; /* ASCII's $ + < = > ^ ` | ~ count as punctuation */
    default:
        return LETTER;
    }
}

/* A stretch of a text: a word, or a pair of letters. */
typedef struct piece {
    const char *text;
    size_t size;
} piece;

typedef struct pieces {
    piece *list;
    size_t count, capacity;
} pieces;

static tarn_status add_piece(pieces *all, const char *text, size_t size, tarn_error *error) {
    TARN_TRY(tarn_grow(&all->list, &all->capacity, all->count + 1, sizeof *all->list, error));
    all->list[all->count++] = (piece){text, size};
    return TARN_OK;
}

static int compare_pieces(const void *a, const void *b) {
    const piece *x = a, *y = b;
    int order = memcmp(x->text, y->text, x->size < y->size ? x->size : y->size);
    return order != 0 ? order : (x->size > y->size) - (x->size < y->size);
}

/* The different ones in order. */
static tarn_status write_sorted(pieces *all, const char *between, tarn_buffer *out, tarn_error *error) {
    if (all->count > 0)
        qsort(all->list, all->count, sizeof *all->list, compare_pieces);
    for (size_t i = 0; i < all->count; i++) {
        if (i > 0 && compare_pieces(&all->list[i - 1], &all->list[i]) == 0)
            continue;
        if (i > 0)
            TARN_TRY(tarn_buffer_append(out, between, strlen(between), error));
        TARN_TRY(tarn_buffer_append(out, all->list[i].text, all->list[i].size, error));
    }
    return TARN_OK;
}

/* Squeeze the noise out of a folded text in place, spaces to single ones (or to none); returns the new size. */
static size_t squeeze(char *text, size_t size, bool keep_spaces) {
    size_t to = 0;
    bool pending = false;
    for (size_t from = 0; from < size;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t step = utf8proc_iterate((utf8proc_uint8_t *)text + from, (utf8proc_ssize_t)(size - from), &c);
        if (step <= 0)
            break;
        letter_kind kind = kind_of(c);
        pending |= kind == SPACE;
        if (kind == LETTER) {
            if (pending && keep_spaces && to > 0)
                text[to++] = ' ';
            pending = false;
            memmove(text + to, text + from, (size_t)step);
            to += (size_t)step;
        }
        from += (size_t)step;
    }
    return to;
}

tarn_status tarn_cluster_fold(const char *text, size_t size, tarn_buffer *out, tarn_error *error) {
    char *folded = NULL;
    TARN_TRY(fold(text, size, &folded, &size, error));
    tarn_status status = tarn_buffer_append(out, folded, squeeze(folded, size, true), error);
    free(folded);
    return status;
}

/* ---- the keys ------------------------------------------------------------------------------------------------------
 */

static tarn_status split_words(const char *text, size_t size, pieces *out, tarn_error *error) {
    for (size_t begin = 0; begin < size;) {
        const char *space = memchr(text + begin, ' ', size - begin);
        size_t end = space != NULL ? (size_t)(space - text) : size;
        TARN_TRY(add_piece(out, text + begin, end - begin, error));
        begin = end + 1;
    }
    return TARN_OK;
}

static bool is_first_byte(char c) {
    return ((unsigned char)c & 0xC0) != 0x80;
}

/* Pairs of neighbouring letters; a single letter is a piece by itself. */
static tarn_status split_pairs(const char *text, size_t size, pieces *out, tarn_error *error) {
    size_t first = 0, second = 1;
    while (second < size && !is_first_byte(text[second]))
        second++;
    if (second >= size)
        return size > 0 ? add_piece(out, text, size, error) : TARN_OK;
    while (second < size) {
        size_t end = second + 1;
        while (end < size && !is_first_byte(text[end]))
            end++;
        TARN_TRY(add_piece(out, text + first, end - first, error));
        first = second;
        second = end;
    }
    return TARN_OK;
}

static bool has_digit(const piece *word) {
    for (size_t i = 0; i < word->size; i++) {
        if (word->text[i] >= '0' && word->text[i] <= '9')
            return true;
    }
    return false;
}

/* How a word sounds. One without a sound, as of another script, and one with a digit, which is a number and not said as
 * it is written, stand for themselves. */
static tarn_status write_sound(const piece *word, tarn_buffer *out, tarn_error *error) {
    size_t before = out->size;
    if (!has_digit(word))
        TARN_TRY(tarn_metaphone(word->text, word->size, out, error));
    return out->size > before ? TARN_OK : tarn_buffer_append(out, word->text, word->size, error);
}

static tarn_status write_sounds(const pieces *words, tarn_buffer *out, tarn_error *error) {
    for (size_t i = 0; i < words->count; i++) {
        if (i > 0)
            TARN_TRY(tarn_buffer_append(out, " ", 1, error));
        TARN_TRY(write_sound(&words->list[i], out, error));
    }
    return TARN_OK;
}

/* The different sounds in order, so that the order of the words does not matter. */
static tarn_status write_sorted_sounds(const pieces *words, tarn_buffer *out, tarn_error *error) {
    tarn_buffer said = {0};
    pieces sounds = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(write_sounds(words, &said, error));
    TARN_CHECK(split_words((const char *)said.data, said.size, &sounds, error));
    TARN_CHECK(write_sorted(&sounds, " ", out, error));
cleanup:
    free(sounds.list);
    tarn_buffer_free(&said);
    return status;
}

tarn_status tarn_cluster_key(const char *text, size_t size, tarn_cluster_method method, tarn_buffer *out,
                             tarn_error *error) {
    char *folded = NULL;
    pieces all = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(fold(text, size, &folded, &size, error));
    size = squeeze(folded, size, method != TARN_CLUSTER_NGRAM);
    if (method == TARN_CLUSTER_NGRAM) {
        TARN_CHECK(split_pairs(folded, size, &all, error));
        TARN_CHECK(write_sorted(&all, "", out, error));
    } else {
        TARN_CHECK(split_words(folded, size, &all, error));
        TARN_CHECK(method == TARN_CLUSTER_METAPHONE         ? write_sounds(&all, out, error)
                   : method == TARN_CLUSTER_METAPHONE_WORDS ? write_sorted_sounds(&all, out, error)
                                                            : write_sorted(&all, " ", out, error));
    }
cleanup:
    free(all.list);
    free(folded);
    return status;
}

/* ---- equal keys ----------------------------------------------------------------------------------------------------
 */

typedef struct keyed {
    piece key;
    size_t index;
} keyed;

static int compare_keys(const void *a, const void *b) {
    return compare_pieces(&((const keyed *)a)->key, &((const keyed *)b)->key);
}

tarn_status tarn_cluster_join_keys(const tarn_cluster_value *values, size_t count, tarn_cluster_method method,
                                   tarn_task *task, size_t *parents, tarn_error *error) {
    tarn_buffer text = {0};
    size_t *ends = calloc(count + 1, sizeof *ends);
    keyed *keys = calloc(count + 1, sizeof *keys);
    tarn_status status = ends == NULL || keys == NULL ? tarn_fail_memory(error) : TARN_OK;
    TARN_CHECK(status);
    for (size_t i = 0; i < count; i++) {
        if (i % 1024 == 0)
            TARN_CHECK(tarn_task_check(task, error));
        tarn_buffer key = {0};
        status = tarn_cluster_key(values[i].text, values[i].size, method, &key, error);
        if (status == TARN_OK && key.size > 0)
            status = tarn_buffer_append(&text, key.data, key.size, error);
        tarn_buffer_free(&key);
        TARN_CHECK(status);
        ends[i] = text.size;
    }
    for (size_t i = 0; i < count; i++) {
        size_t begin = i > 0 ? ends[i - 1] : 0;
        keys[i] = (keyed){{ends[i] > begin ? (const char *)text.data + begin : "", ends[i] - begin}, i};
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 1; i < count; i++) {
        if (keys[i].key.size > 0 && compare_keys(&keys[i - 1], &keys[i]) == 0)
            tarn_cluster_join(parents, keys[i - 1].index, keys[i].index);
    }
cleanup:
    tarn_buffer_free(&text);
    free(ends);
    free(keys);
    return status;
}
