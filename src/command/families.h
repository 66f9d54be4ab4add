/**
 * @file families.h
 * The commands of each family, for the registry alone. A new command is one descriptor in its family's file, or in a
 * file of its own and named below, and one line in the family's list.
 */
#ifndef TARN_COMMAND_FAMILIES_H
#define TARN_COMMAND_FAMILIES_H

#include "command/plan.h"

/** NULL-terminated lists, each sorted by name. */
extern const tarn_command *const tarn_cells_commands[];
extern const tarn_command *const tarn_combine_commands[];
extern const tarn_command *const tarn_date_commands[];
extern const tarn_command *const tarn_match_commands[];
extern const tarn_command *const tarn_number_commands[];
extern const tarn_command *const tarn_privacy_commands[];
extern const tarn_command *const tarn_rows_commands[];
extern const tarn_command *const tarn_sql_commands[];
extern const tarn_command *const tarn_standardize_commands[];
extern const tarn_command *const tarn_structure_commands[];
extern const tarn_command *const tarn_text_commands[];

/* Commands that have files of their own. */
extern const tarn_command tarn_command_add_column;
extern const tarn_command tarn_command_cast;
extern const tarn_command tarn_command_combine_columns;
extern const tarn_command tarn_command_edit_many;
extern const tarn_command tarn_command_fill_down;
extern const tarn_command tarn_command_fill_up;
extern const tarn_command tarn_command_insert;
extern const tarn_command tarn_command_join;
extern const tarn_command tarn_command_parse_json;
extern const tarn_command tarn_command_patch;
extern const tarn_command tarn_command_pivot;
extern const tarn_command tarn_command_remove_duplicates;
extern const tarn_command tarn_command_sort;
extern const tarn_command tarn_command_split_column;
extern const tarn_command tarn_command_standardize_date;
extern const tarn_command tarn_command_standardize_datetime;
extern const tarn_command tarn_command_standardize_time;
extern const tarn_command tarn_command_transpose;
extern const tarn_command tarn_command_unnest;
extern const tarn_command tarn_command_unpivot;

#define TARN_PARAMETERS(list) .parameters = (list), .parameter_count = sizeof(list) / sizeof((list)[0])

/** The columns of a cell command: one or several of certain types. */
#define TARN_COLUMNS_OF(types)                                                                                         \
    {                                                                                                                  \
        .name = "column", .type = TARN_PARAMETER_COLUMN, .required = true, .repeated = true, .accepts = (types),       \
        .description = "the column to change"                                                                          \
    }
#define TARN_TEXT_COLUMN TARN_COLUMNS_OF(TARN_COLUMNS_TEXT)
#define TARN_NUMBER_COLUMN TARN_COLUMNS_OF(TARN_COLUMNS_NUMBER)
#define TARN_DATE_COLUMN TARN_COLUMNS_OF(TARN_COLUMNS_DATE)

#endif
