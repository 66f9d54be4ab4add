/**
 * @file text_kernel.h
 * Cells of text made by own code over Arrow arrays, text by text. Stretches that a kernel does not change are copied as
 * one piece, and stretches of texts that keep their sizes can be done at once. Dead rows keep the texts that they had.
 */
#ifndef TARN_COMMAND_TEXT_KERNEL_H
#define TARN_COMMAND_TEXT_KERNEL_H

#include "command/command.h"
#include "command/unicode.h"

/** Texts one after the other: text i is data[ends[i] … ends[i + 1] - 1]. Valid UTF-8, what is under nulls too. */
typedef struct tarn_texts {
    const char *data;
    const int32_t *ends;
    int64_t count;
} tarn_texts;

/** The texts of a stretch of a chunk, wherever the column keeps them (ENUMs are written out). */
typedef struct tarn_text_piece {
    tarn_texts texts;
    const struct ArrowArray *array; /**< the same as an array, for its nulls */
    tarn_batch *batch;
    struct ArrowArray window, cast; /**< one of them is `array` */
} tarn_text_piece;
/** Not to be moved while it is open. Close it also when opening failed. */
tarn_status tarn_text_piece_open(const tarn_version *version, size_t column, size_t chunk, int64_t from, int64_t to,
                                 tarn_text_piece *out, tarn_error *error);
void tarn_text_piece_close(tarn_text_piece *piece);
/** True when text i is null. */
bool tarn_text_is_null(const tarn_text_piece *piece, int64_t i);

typedef struct tarn_text_kernel {
    /** The first text from `i` on that may change; `count` when there is none. NULL: every text may. */
    int64_t (*next)(const void *state, const tarn_texts *texts, int64_t i);
    /** The most bytes that a text of `size` bytes can become. */
    size_t (*bound)(const void *state, size_t size);
    /** Write what a text becomes, and return its bytes. */
    size_t (*map)(const void *state, const char *text, size_t size, char *out);
    /**
     * The same for several texts in a row, as long as every character keeps its size and the borders of the texts mean
     * nothing: the bytes that were done, fewer than `size` at the first character that needs `map`. NULL: there is
     * none.
     */
    size_t (*map_evenly)(const void *state, const char *text, size_t size, char *out);
} tarn_text_kernel;

/** Fill in `out`, whose column is text or ENUM; the new values are text. `state` is freed with free() when the cells
 * are closed, also when this fails; it must not change meanwhile. */
tarn_status tarn_text_kernel_open(tarn_run *run, const tarn_text_kernel *kernel, void *state, tarn_cells *out,
                                  tarn_error *error);

/* ---- the kernels; state as said ---- */

extern const tarn_text_kernel tarn_trim_kernel;        /**< no state */
extern const tarn_text_kernel tarn_collapse_kernel;    /**< no state */
extern const tarn_text_kernel tarn_upper_kernel;       /**< state of upper case */
extern const tarn_text_kernel tarn_lower_kernel;       /**< state of lower case */
extern const tarn_text_kernel tarn_title_kernel;       /**< no state */
extern const tarn_text_kernel tarn_sentence_kernel;    /**< no state */
extern const tarn_text_kernel tarn_accents_kernel;     /**< no state */
extern const tarn_text_kernel tarn_unprintable_kernel; /**< no state */
extern const tarn_text_kernel tarn_punctuation_kernel; /**< no state */
extern const tarn_text_kernel tarn_repair_kernel;      /**< no state */

/** State of the kernels of upper and lower case. */
typedef struct tarn_even_case tarn_even_case;
tarn_status tarn_even_case_new(tarn_case wanted, tarn_even_case **out, tarn_error *error);

/** State of the kernel that replaces parts of texts; both texts follow the structure in one piece of memory. */
typedef struct tarn_replacement {
    const char *find, *replace;
    size_t find_size, replace_size; /**< find_size > 0 */
} tarn_replacement;
extern const tarn_text_kernel tarn_replace_kernel;
tarn_status tarn_replacement_new(const char *find, const char *replace, tarn_replacement **out, tarn_error *error);

#endif
