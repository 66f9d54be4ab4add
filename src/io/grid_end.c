/* Judging the last rows of a table: notes below it, and totals. */
#include "io/grid_end.h"

#include "io/csv_value.h"

#include <string.h>
#include <strings.h>

static bool is_note(const tarn_grid_end_row *row) {
    return row->filled == 1 && row->first_kind == TARN_CSV_TEXT;
}

/* What can be said of notes that follow a table: they are preceded by an empty line, or are words where the table has
 * values, or longer than all that stands in its first column. */
static bool are_notes(const tarn_grid_end_row *rows, size_t first, size_t note) {
    size_t top = 0, longest = 0, texts = 0, values = 0;
    const tarn_grid_end_row *found = &rows[note];
    while (top < first && rows[top].filled < 2)
        top++;
    for (size_t i = top; i < first; i++) {
        const tarn_grid_end_row *row = &rows[i];
        if (row->filled < 2)
            return false; /* such rows belong to this table */
        longest = row->first_size > longest ? row->first_size : longest;
        texts += row->first_kind == TARN_CSV_TEXT && i > top;
        values += row->first_kind != TARN_CSV_TEXT && row->first_kind != 0;
    }
    if (first < top + 2)
        return false;
    bool apart = note > first || rows[first].blank_before;
    return apart || (texts == 0 && values > 0) ||
           (found->first_size > longest && memchr(found->first, ' ', found->first_size) != NULL);
}

size_t tarn_grid_notes_begin(const tarn_grid_end_row *rows, size_t count) {
    size_t first = count, note = count;
    while (first > 0 && count - first < TARN_GRID_MOST_NOTES &&
           (is_note(&rows[first - 1]) || rows[first - 1].filled == 0)) {
        first--;
        if (rows[first].filled > 0)
            note = first;
    }
    return note == count || !are_notes(rows, first, note) ? count : first;
}

size_t tarn_grid_total_word(const tarn_grid_end_row *rows, size_t count) {
    static const char *const words[] = {"total",  "totals",    "grand total", "sum",      "sums",   "subtotal", "summe",
                                        "gesamt", "insgesamt", "gesamtsumme", "totaal",   "totale", "somme",    "suma",
                                        "razem",  "summa",     "i alt",       "yhteensä", "celkem", "toplam",   "итого",
                                        "всего",  "合计",      "合計",        "总计"};
    const tarn_grid_end_row *last = count > 2 ? &rows[count - 1] : NULL;
    if (last == NULL || last->filled < 2)
        return 0;
    size_t size = last->first_size;
    while (size > 0 && (last->first[size - 1] == ':' || last->first[size - 1] == ' '))
        size--;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == size && strncasecmp(words[i], last->first, size) == 0)
            return size;
    }
    return 0;
}
