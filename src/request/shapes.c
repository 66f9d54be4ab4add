// What answers are made of that more than one operation gives: as src/answer makes them.
#include "request/declare.h"

const char *const tarn_row_formats[] = {"arrow-stream", "arrow", "csv", "tsv", "json", "ndjson", "parquet", NULL};
const char *const tarn_file_formats[] = {"csv",          "tsv",  "json", "ndjson", "parquet", "arrow",
                                         "arrow-stream", "xlsx", "sav",  "dta",    NULL};
const char *const tarn_if_exists_choices[] = {"fail", "replace", "append", NULL};

#define SHAPE(id, name_, meaning_, list)                                                                               \
    const tarn_shape tarn_shape_##id = {.name = (name_), .meaning = (meaning_), TARN_FIELDS(list)}

static const tarn_field step_change[] = {
    TARN_MEMBER(INTEGER, "step", "its number, from 1 on"),
    TARN_MEMBER(TEXT, "command", "its command"),
    TARN_MEMBER(FLAG, "changed", "whether anything differed"),
    TARN_MEMBER(INTEGER, "rows_changed", "null: not known", .may_be_null = true),
    TARN_MEMBER(INTEGER, "cells_changed", "null: not known", .may_be_null = true),
    TARN_MEMBER(TEXT, "message", "what the command says", .may_be_null = true),
};
SHAPE(step_change, "StepChange", "What one step of a recipe's run did.", step_change);

static const tarn_field change[] = {
    TARN_CHANGE_MEMBERS,
    TARN_SOMETIMES(OBJECT, "steps", "of a recipe's run: what each step did", .is_list = true,
                   .shape = &tarn_shape_step_change),
};
SHAPE(change, "Change", "What a change did to a table.", change);

static const tarn_field column[] = {
    TARN_MEMBER(TEXT, "name", "its name"),
    TARN_MEMBER(TEXT, "type", "as SQL has it: \"BIGINT\" …"),
    TARN_MEMBER(TEXT, "arrow", "as Arrow has it: \"int64\", \"timestamp[us, UTC]\" …"),
};
SHAPE(column, "ColumnInfo", "A column.", column);

static const tarn_field table[] = {
    TARN_MEMBER(TABLE, "name", "its name"),
    TARN_MEMBER(INTEGER, "rows", "of this version"),
    TARN_MEMBER(INTEGER, "columns", "of this version"),
    TARN_MEMBER(INTEGER, "version", "the version that this is about: the head unless another one was asked for"),
    TARN_MEMBER(INTEGER, "newest", "the highest number of a version"),
    TARN_MEMBER(FLAG, "can_undo", "whether there is a version before the head"),
    TARN_MEMBER(FLAG, "can_redo", "whether there is one behind it"),
    TARN_MEMBER(FLAG, "dropped", "whether it was dropped, and can be brought back"),
    TARN_MEMBER(TIME, "created", "when it was made"),
    TARN_MEMBER(TIME, "changed", "when it was changed last"),
};
SHAPE(table, "TableInfo", "A table.", table);

static const tarn_field log_entry[] = {
    TARN_MEMBER(INTEGER, "version", "its number"),
    TARN_MEMBER(INTEGER, "parent", "what it was made of; null: nothing", .may_be_null = true),
    TARN_MEMBER(TIME, "time", "when it was made; null, as what follows: the record of it is gone", .may_be_null = true),
    TARN_MEMBER(TEXT, "user", "who made it", .may_be_null = true),
    TARN_MEMBER(TEXT, "kind", "import, command, edit …", .may_be_null = true),
    TARN_MEMBER(TEXT, "command", "by which command", .may_be_null = true),
    TARN_MEMBER(OBJECT, "parameters", "with which parameters", .may_be_null = true),
    TARN_MEMBER(INTEGER, "rows_changed", "null: not known", .may_be_null = true),
    TARN_MEMBER(INTEGER, "cells_changed", "null: not known", .may_be_null = true),
    TARN_MEMBER(INTEGER, "rows", "that it has", .may_be_null = true),
    TARN_MEMBER(INTEGER, "columns", "that it has", .may_be_null = true),
    TARN_MEMBER(INTEGER, "duration_us", "how long it took", .unit = "microseconds", .may_be_null = true),
    TARN_MEMBER(FLAG, "head", "whether people see it"),
    TARN_MEMBER(FLAG, "on_line", "whether undo and redo come to it"),
    TARN_MEMBER(FLAG, "tip", "whether it is the end of that line"),
    TARN_MEMBER(FLAG, "reachable", "whether its data is there"),
};
SHAPE(log_entry, "LogEntry", "A version, and what made it.", log_entry);

static const tarn_field rows[] = {
    TARN_MEMBER(INTEGER, "rows", "in the bytes"),
};
SHAPE(rows, "Rows", "Rows, which are in the bytes.", rows);

static const tarn_field tip[] = {
    TARN_MEMBER(INTEGER, "number", "of the last event; 0: there is none"),
    TARN_MEMBER(TEXT, "hash", "its SHA-256"),
};
SHAPE(tip, "AuditTip", "The last event of the audit log: kept elsewhere, it shows whether the log was rewritten.", tip);

static const tarn_field text_pair[] = {
    TARN_MEMBER(TEXT, "before", "the value before", .may_be_null = true),
    TARN_MEMBER(TEXT, "after", "the value after", .may_be_null = true),
    TARN_MEMBER(INTEGER, "count", "how often"),
};
SHAPE(text_pair, "ValueChange", "A value that became another one.", text_pair);

static const tarn_field changed_cell[] = {
    TARN_MEMBER(INTEGER, "row", "the row's id"),
    TARN_MEMBER(TEXT, "column", "the column"),
    TARN_MEMBER(TEXT, "before", "the value before", .may_be_null = true),
    TARN_MEMBER(TEXT, "after", "the value after", .may_be_null = true),
};
SHAPE(changed_cell, "CellChange", "A changed cell.", changed_cell);

static const tarn_field export[] = {
    TARN_MEMBER(TEXT, "path", "where the file is; null: it is in the bytes", .may_be_null = true),
    TARN_MEMBER(TEXT, "format", "its format"),
    TARN_MEMBER(INTEGER, "rows", "in it"),
    TARN_MEMBER(INTEGER, "columns", "in it"),
    TARN_MEMBER(INTEGER, "bytes", "its size", .unit = "bytes"),
    TARN_MEMBER(INTEGER, "duration_us", "how long it took", .unit = "microseconds"),
    TARN_MEMBER(TEXT, "warnings", "what the file could not hold exactly as it was", .is_list = true),
};
SHAPE(export, "ExportInfo", "A file that was written.", export);
