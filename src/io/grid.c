/* Judging the first rows of a table: names are told by how little they are like what stands below them. */
#include "io/grid.h"

#include "base/hash.h"
#include "io/csv_value.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a cell could be, more coarsely than its kind and more finely where it is text. */
typedef enum cell_class {
    CLASS_EMPTY,
    CLASS_NULL, /* a word for nothing, nan and inf among them */
    CLASS_NUMBER,
    CLASS_TRUTH,
    CLASS_MOMENT,
    CLASS_VALUE, /* text, but without letters or mostly digits: 00501, 1.000,5, 31.12.2024, 12 %, 4711-B */
    CLASS_WORD,
    CLASSES,
} cell_class;

#define MOMENTS (TARN_CSV_DATE | TARN_CSV_TIMESTAMP | TARN_CSV_ZONED | TARN_CSV_TIME)
#define NUMBERS (TARN_CSV_INT | TARN_CSV_BIG_INT | TARN_CSV_FLOAT | TARN_CSV_EXPONENT | TARN_CSV_LONG)

static const tarn_grid_cell *cell_at(const tarn_grid *grid, size_t row, size_t column) {
    return &grid->cells[row * grid->width + column];
}

bool tarn_grid_is_null_word(const char *text, size_t size) {
    static const char *const words[] = {"na",  "n/a",     "n.a.", "#n/a", "null", "none", "nil", "nan",
                                        "-",   "--",      "---",  "?",    ".",    "..",   "...", "*",
                                        "\\n", "missing", "#n/v", "n.v.", "k.a.", "s/d",  "n.d."};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == size && strncasecmp(words[i], text, size) == 0)
            return true;
    }
    return false;
}

static bool is_letter(unsigned char c) {
    return c >= 0x80 || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static bool is_digit(unsigned char c) {
    return c >= '0' && c <= '9';
}

/* Text with no letter in it, or that begins with a digit and goes on mostly so. */
static bool is_like_a_value(const tarn_grid_cell *cell) {
    size_t letters = 0, digits = 0;
    for (size_t i = 0; i < cell->size; i++) {
        letters += is_letter((unsigned char)cell->text[i]);
        digits += is_digit((unsigned char)cell->text[i]);
    }
    return digits > 0 && (letters == 0 || (is_digit((unsigned char)cell->text[0]) && digits >= letters));
}

static cell_class class_of(const tarn_grid_cell *cell) {
    if (cell->kind == 0)
        return CLASS_EMPTY;
    if ((cell->kind & NUMBERS) != 0)
        return CLASS_NUMBER;
    if ((cell->kind & MOMENTS) != 0)
        return CLASS_MOMENT;
    if (cell->kind == TARN_CSV_BOOL)
        return CLASS_TRUTH;
    if (cell->kind == TARN_CSV_NAN || tarn_grid_is_null_word(cell->text, cell->size))
        return CLASS_NULL;
    return is_like_a_value(cell) ? CLASS_VALUE : CLASS_WORD;
}

size_t tarn_grid_filled(const tarn_grid *grid, size_t row) {
    size_t filled = 0;
    for (size_t column = 0; column < grid->width; column++)
        filled += cell_at(grid, row, column)->kind != 0;
    return filled;
}

static bool same_text(const tarn_grid_cell *a, const tarn_grid_cell *b) {
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

/* ---- numbers as names ---------------------------------------------------------------------------------------------
 */

/* The whole numbers of a row: how many, and whether each is as far from the one before it. */
typedef struct sequence {
    size_t count;
    bool is_even;  /* steps of one size, not 0 */
    bool is_years; /* all within 1800 and 2100, and no two neighbours equal */
    int64_t step;
} sequence;

static bool is_year(int64_t value) {
    return value >= 1800 && value <= 2100;
}

static sequence sequence_of(const tarn_grid *grid, size_t row) {
    sequence found = {.is_even = true, .is_years = true};
    int64_t before = 0, value;
    for (size_t column = 0; column < grid->width; column++) {
        const tarn_grid_cell *cell = cell_at(grid, row, column);
        if (cell->kind != TARN_CSV_INT || !tarn_csv_parse_int((const uint8_t *)cell->text, cell->size, &value))
            continue;
        found.is_years = found.is_years && is_year(value) && (found.count == 0 || value != before);
        if (found.count == 1)
            found.step = value - before;
        if (found.count > 0 && (value - before != found.step || found.step == 0))
            found.is_even = false;
        before = value;
        found.count++;
    }
    return found;
}

/* Do the numbers of a row read as names: 1990, 1991 … or 1, 2, 3 … above rows that do not go on like that? */
static bool has_numbered_names(const tarn_grid *grid, size_t row) {
    sequence here = sequence_of(grid, row);
    cell_class first = class_of(cell_at(grid, row, 0));
    bool is_named = first == CLASS_WORD || first == CLASS_EMPTY; /* what the rows are is said in the first column */
    if (row + 1 >= grid->rows || here.count == 0 || (!here.is_even && !here.is_years))
        return false;
    if (here.count >= 3 && here.is_even && here.is_years)
        is_named = true;
    if (here.count < 4 && !(is_named && here.count >= (here.is_years ? 1 : 3)))
        return false;
    size_t alike = 0, looked_at = 0;
    for (size_t i = row + 1; i < grid->rows && looked_at < 20; i++, looked_at++) {
        sequence below = sequence_of(grid, i);
        alike += below.count == here.count && (here.is_years ? below.is_years : below.is_even);
    }
    return alike * 4 < looked_at;
}

/* ---- a column ------------------------------------------------------------------------------------------------------
 */

/* What stands below a cell. */
typedef struct below {
    size_t count[CLASSES];
    size_t filled;     /* neither empty nor a word for nothing */
    cell_class common; /* of nearly all of them; CLASSES: of none */
    size_t equal;      /* to the cell above */
    size_t distinct;
    size_t shortest, longest;
    size_t with_digit, with_space, with_sign, upper_first, lower_first;
} below;

enum { DISTINCT_SLOTS = 2048 };

static bool has_digit(const tarn_grid_cell *cell) {
    for (size_t i = 0; i < cell->size; i++)
        if (is_digit((unsigned char)cell->text[i]))
            return true;
    return false;
}

static bool has_sign(const tarn_grid_cell *cell) {
    for (size_t i = 0; i < cell->size; i++)
        if (cell->text[i] == '@' || cell->text[i] == '/' || cell->text[i] == ':')
            return true;
    return false;
}

static bool has_space(const tarn_grid_cell *cell) {
    return memchr(cell->text, ' ', cell->size) != NULL;
}

static bool is_upper_first(const tarn_grid_cell *cell) {
    return cell->text[0] >= 'A' && cell->text[0] <= 'Z';
}

static bool is_lower_first(const tarn_grid_cell *cell) {
    return cell->text[0] >= 'a' && cell->text[0] <= 'z';
}

static void look_at_text(below *b, const tarn_grid_cell *cell, uint64_t *slots) {
    b->with_digit += has_digit(cell);
    b->with_space += has_space(cell);
    b->with_sign += has_sign(cell);
    b->upper_first += is_upper_first(cell);
    b->lower_first += is_lower_first(cell);
    uint64_t hash = tarn_hash64_of(cell->text, cell->size) | 1;
    size_t slot = (size_t)(hash >> 1) % DISTINCT_SLOTS;
    for (size_t tries = 0; tries < 64 && slots[slot] != 0 && slots[slot] != hash; tries++)
        slot = (slot + 1) % DISTINCT_SLOTS;
    b->distinct += slots[slot] != hash;
    slots[slot] = hash;
}

static void look_below(const tarn_grid *grid, size_t row, size_t column, uint64_t *slots, below *b) {
    const tarn_grid_cell *head = cell_at(grid, row, column);
    bool is_text = class_of(head) == CLASS_WORD;
    *b = (below){.common = CLASSES, .shortest = SIZE_MAX};
    if (is_text)
        memset(slots, 0, DISTINCT_SLOTS * sizeof *slots);
    for (size_t i = row + 1; i < grid->rows; i++) {
        const tarn_grid_cell *cell = cell_at(grid, i, column);
        cell_class class = class_of(cell);
        b->count[class]++;
        if (class == CLASS_EMPTY || class == CLASS_NULL)
            continue;
        b->filled++;
        b->shortest = cell->size < b->shortest ? cell->size : b->shortest;
        b->longest = cell->size > b->longest ? cell->size : b->longest;
        b->equal += same_text(head, cell);
        if (is_text && cell->size > 0)
            look_at_text(b, cell, slots);
    }
    for (int class = CLASS_NUMBER; class < CLASSES; class ++) {
        if (b->filled > 0 && b->count[class] * 20 >= b->filled * 19)
            b->common = (cell_class) class;
    }
}

/* A word above words: what they all have in common and it has not, or the other way round. */
static double compare_words(const tarn_grid_cell *head, const below *b) {
    double score = 0;
    size_t n = b->filled;
    if (b->equal > 0)
        return b->equal * 50 >= n ? -3 : -1.5;
    if (n < 3)
        return 0;
    if (b->distinct * 2 <= n + 1)
        score += 1.5; /* a few values that come again and again, and this is none of them */
    if (b->shortest == b->longest && head->size != b->longest)
        score += 1.2;
    else if (b->shortest == b->longest && b->with_digit == n && has_digit(head))
        score -= 1; /* one more code among codes */
    else if (head->size < b->shortest || head->size > b->longest)
        score += 0.4;
    if (b->with_digit == n && !has_digit(head))
        score += 1;
    if (b->with_digit == 0 && has_digit(head))
        score -= 0.5;
    if (b->with_space == n && !has_space(head))
        score += 0.7;
    if (b->with_sign == n && !has_sign(head))
        score += 0.7;
    if ((b->upper_first == n && is_lower_first(head)) || (b->lower_first == n && is_upper_first(head)))
        score += 0.8;
    return score;
}

/* A cell above values of one class that is not words. */
static double above_values(cell_class class, const below *b, bool is_numbered) {
    double certain = b->filled >= 2 ? 1 : 0.7;
    if (class == CLASS_WORD)
        return 3 * certain;
    if (class == CLASS_EMPTY || class == CLASS_NULL)
        return 0;
    if (class == CLASS_NUMBER && is_numbered)
        return 1.5;
    if (class == b->common)
        return -2;
    if (class == CLASS_VALUE)
        return b->count[CLASS_VALUE] == 0 && b->filled >= 2 ? 0.7 : -0.5; /* "0-4" above numbers */
    if (class == CLASS_NUMBER)
        return b->common == CLASS_VALUE ? -1 : 0.5;
    return 1.5; /* a date above numbers, true above dates */
}

static double judge_cell(const tarn_grid_cell *head, const below *b, bool is_numbered) {
    cell_class class = class_of(head);
    bool is_value = class == CLASS_NUMBER || class == CLASS_TRUTH || class == CLASS_MOMENT || class == CLASS_VALUE;
    if (b->filled == 0)
        return class == CLASS_WORD ? 0.3 : is_value ? (is_numbered && class == CLASS_NUMBER ? 0.5 : -1) : 0;
    if (b->common != CLASSES && b->common != CLASS_WORD)
        return above_values(class, b, is_numbered);
    if (class == CLASS_WORD)
        return b->common == CLASS_WORD ? compare_words(head, b) : b->equal > 0 ? -2 : 0.3;
    if (is_value)
        return is_numbered && class == CLASS_NUMBER ? 1 : b->common == CLASS_WORD ? -1.5 : -1;
    return class == CLASS_NULL ? -0.3 : 0;
}

/* ---- a row ---------------------------------------------------------------------------------------------------------
 */

static int compare_hashes(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Words of a row that stand there before. `hashes` has room for the row. */
static size_t repeated_words(const tarn_grid *grid, size_t row, uint64_t *hashes) {
    size_t count = 0, repeated = 0;
    for (size_t column = 0; column < grid->width; column++) {
        const tarn_grid_cell *cell = cell_at(grid, row, column);
        if (class_of(cell) == CLASS_WORD)
            hashes[count++] = tarn_hash64_of(cell->text, cell->size);
    }
    qsort(hashes, count, sizeof *hashes, compare_hashes);
    for (size_t i = 1; i < count; i++)
        repeated += hashes[i] == hashes[i - 1];
    return repeated;
}

/* Most tables have names, and names are words that are short and all different. */
static double prior(const tarn_grid *grid, size_t row, uint64_t *hashes) {
    size_t words = 0, values = 0, bytes = 0;
    for (size_t column = 0; column < grid->width; column++) {
        const tarn_grid_cell *cell = cell_at(grid, row, column);
        cell_class class = class_of(cell);
        words += class == CLASS_WORD;
        bool may_be_name = class == CLASS_NULL && is_letter((unsigned char)cell->text[0]);
        values += class != CLASS_WORD && class != CLASS_EMPTY && !may_be_name;
        bytes += class == CLASS_WORD ? cell->size : 0;
    }
    double repeated = 0.5 * (double)repeated_words(grid, row, hashes);
    double score = words > 0 && values == 0 ? 0.6 : -0.3;
    score -= repeated < 1.5 ? repeated : 1.5;
    return grid->width > 1 && bytes > words * 120 ? score - 1 : score;
}

double tarn_grid_header_score(const tarn_grid *grid, size_t row) {
    size_t slots = grid->width > DISTINCT_SLOTS ? grid->width : DISTINCT_SLOTS;
    uint64_t *scratch = malloc(slots * sizeof *scratch);
    if (scratch == NULL)
        return 0;
    bool is_numbered = has_numbered_names(grid, row);
    double score = prior(grid, row, scratch);
    size_t words = 0;
    for (size_t column = 0; column < grid->width; column++) {
        const tarn_grid_cell *head = cell_at(grid, row, column);
        below b;
        look_below(grid, row, column, scratch, &b);
        score += judge_cell(head, &b, is_numbered);
        words += head->kind != 0 && (class_of(head) == CLASS_WORD || is_numbered);
    }
    free(scratch);
    return words > 0 || score > 1 ? score : -1;
}

/* ---- the shape ----------------------------------------------------------------------------------------------------
 */

/* How many cells hold something in a usual row: the median of those looked at. */
static size_t usual_fill(const tarn_grid *grid) {
    enum { LOOKED_AT = 128 };
    size_t fills[LOOKED_AT], count = 0;
    for (size_t row = grid->rows > 1 ? 1 : 0; row < grid->rows && count < LOOKED_AT; row++) {
        size_t filled = tarn_grid_filled(grid, row), i = count++;
        for (; i > 0 && fills[i - 1] > filled; i--)
            fills[i] = fills[i - 1];
        fills[i] = filled;
    }
    return count > 0 ? fills[count / 2] : 0;
}

static bool has_values_below(const tarn_grid *grid, size_t row, size_t column) {
    size_t values = 0;
    for (size_t i = row; i < grid->rows; i++) {
        cell_class class = class_of(cell_at(grid, i, column));
        if (class == CLASS_WORD)
            return false;
        values += class != CLASS_EMPTY && class != CLASS_NULL;
    }
    return values > 0;
}

/*
 * A second row of names: it has words under every empty name of the first (at least one), no values, and above at least
 * one column of values it has a word, so that it cannot be data.
 */
static bool has_second_row(const tarn_grid *grid, size_t row) {
    size_t empty = 0;
    bool differs = false;
    if (row + 2 >= grid->rows)
        return false;
    for (size_t column = 0; column < grid->width; column++) {
        cell_class top = class_of(cell_at(grid, row, column)), sub = class_of(cell_at(grid, row + 1, column));
        if (sub != CLASS_WORD && sub != CLASS_EMPTY)
            return false;
        if (top == CLASS_EMPTY && sub == CLASS_EMPTY)
            return false;
        empty += top == CLASS_EMPTY;
        differs |= sub == CLASS_WORD && has_values_below(grid, row + 2, column);
    }
    return empty > 0 && differs;
}

/* Is a third of a column's cells filled? Notes below a table are not its first column. */
static bool is_column_below(const tarn_grid *grid, size_t row, size_t column) {
    size_t filled = 0;
    for (size_t i = row; i < grid->rows; i++)
        filled += cell_at(grid, i, column)->kind != 0;
    return filled > 0 && filled * 3 >= grid->rows - row;
}

/* Upper names of a second row, and not a title or a note and its value above one row of names: one of them stands past
 * where a title would, or has no second name below it, but values. */
static bool are_upper_names(const tarn_grid *grid, size_t row) {
    size_t filled = tarn_grid_filled(grid, row);
    if (!has_second_row(grid, row))
        return false;
    for (size_t column = 0; column < grid->width; column++) {
        bool is_alone = cell_at(grid, row + 1, column)->kind == 0 && is_column_below(grid, row + 2, column);
        if (cell_at(grid, row, column)->kind != 0 && (column >= filled || is_alone))
            return true;
    }
    return false;
}

/* Titles and notes: written with one cell, or half the cells at most; or padded, with one text or a word and its value
 * in a table whose rows are fuller than that. */
static bool is_title(const tarn_grid *grid, size_t row, size_t usual) {
    size_t filled = tarn_grid_filled(grid, row);
    if (grid->regular < 2)
        return false;
    if (grid->counts != NULL && grid->counts[row] <= grid->regular / 2)
        return true;
    if (filled == 0)
        return true;
    if (filled > 2 || filled * 2 > usual || are_upper_names(grid, row))
        return false;
    cell_class first = class_of(cell_at(grid, row, 0));
    return usual >= 3 || first == CLASS_WORD || first == CLASS_EMPTY;
}

static size_t titles_above(const tarn_grid *grid) {
    size_t row = 0, usual = usual_fill(grid);
    while (row < grid->rows && row < TARN_GRID_MOST_ABOVE && is_title(grid, row, usual))
        row++;
    return row < grid->rows && row < TARN_GRID_MOST_ABOVE ? row : 0;
}

/* A row of units below complete names: short words, or nothing, above every column of values, of which there are two at
 * least (or one, and no other column). */
static bool has_units(const tarn_grid *grid, size_t row) {
    enum { LONGEST_UNIT = 24 };
    size_t units = 0, of_values = 0, filled = 0;
    bool lone_digits = false; /* a unit has some now and then, a value in one column of them always */
    if (row + 3 >= grid->rows)
        return false;
    for (size_t column = 0; column < grid->width; column++) {
        const tarn_grid_cell *cell = cell_at(grid, row + 1, column);
        cell_class class = class_of(cell);
        bool is_sign = class == CLASS_NULL && (cell->text[0] == '-' || cell->text[0] == '.');
        filled += class != CLASS_EMPTY;
        lone_digits |= has_digit(cell);
        if (has_values_below(grid, row + 2, column)) {
            of_values++;
            if ((class != CLASS_WORD && class != CLASS_EMPTY && !is_sign && !(class == CLASS_NULL && cell->size == 1) &&
                 !(cell->size == 1 && cell->text[0] == '%')) ||
                cell->size > LONGEST_UNIT)
                return false;
            units += class == CLASS_WORD;
        } else if (class != CLASS_EMPTY && (cell->size > LONGEST_UNIT || class != CLASS_WORD)) {
            return false;
        }
    }
    bool is_lone = units == 1 && filled == 1 && of_values == 1 && !lone_digits;
    return units * 2 > of_values && (units >= 2 || is_lone);
}

/* May titles be left out above a table without names? Only when they cannot be its values. */
static bool are_certain(const tarn_grid *grid, size_t above) {
    for (size_t row = 0; row < above; row++) {
        cell_class class = class_of(cell_at(grid, row, 0));
        if (class != CLASS_WORD && class != CLASS_EMPTY)
            return false;
    }
    return has_values_below(grid, above, 0);
}

void tarn_grid_judge(const tarn_grid *grid, tarn_grid_shape *out) {
    *out = (tarn_grid_shape){.above = titles_above(grid)};
    if (out->above >= grid->rows)
        return;
    if (has_second_row(grid, out->above))
        out->header_rows = 2;
    else if (tarn_grid_header_score(grid, out->above) > 0)
        out->header_rows = 1;
    if (out->header_rows == 1 && has_units(grid, out->above))
        out->unit_rows = 1;
    if (out->header_rows == 0 && out->above > 0 && !are_certain(grid, out->above))
        out->above = 0;
}
