/**
 * @file csv_dialect.h
 * What the files share that find out how delimited text is written: reading a sample of it in some dialect.
 */
#ifndef TARN_IO_CSV_DIALECT_H
#define TARN_IO_CSV_DIALECT_H

#include "io/csv_reader.h"

/* How a sample reads in a dialect. Titles above the table and notes below it are counted in none but `aside`. */
typedef struct tarn_csv_reading {
    size_t records;
    size_t aside;
    uint32_t regular;   /* the commonest number of cells, 2 or more where `share` is above 0 */
    double share;       /* of the records that have it */
    bool first_fits;    /* the first record of all has it too */
    uint64_t quoted;    /* quoted cells */
    uint64_t untidy;    /* text after quotes, quotes that do not close */
    uint32_t commonest; /* the commonest number of cells, 1 included */
} tarn_csv_reading;

tarn_status tarn_csv_read_sample(const tarn_csv_dialect *dialect, const tarn_csv_head *head, tarn_csv_reading *out,
                                 tarn_error *error);

/* Does every comma stand inside of a value of one column: 1,11 or 1.234,50 EUR, or "Smith, Ann", below one name? */
bool tarn_csv_commas_are_inside(const tarn_csv_head *head);

/* Look for lines that begin with # and are no records, in a text that reads as `now` in a dialect of width `regular`
 * with such lines left out. `*found`: there are some; the reader knows then where they end to be comments however they
 * are written, and which of them has the names. */
tarn_status tarn_csv_find_comments(tarn_csv_reader *reader, const tarn_csv_head *head, uint32_t regular, bool *found,
                                   tarn_error *error);

/* Do any lines begin with #? */
bool tarn_csv_has_hashed_line(const tarn_csv_head *head);

/* Does `first` stand right before `second` somewhere? */
bool tarn_csv_has_pair(const tarn_csv_head *head, uint8_t first, uint8_t second);

/* Lines of one cell in which the same places are blank everywhere seem to have columns of fixed width: note them. */
tarn_status tarn_csv_guess_widths(tarn_csv_reader *reader, const tarn_csv_head *head, tarn_error *error);

#endif
