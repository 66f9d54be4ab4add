/**
 * @file commands.h
 * One table of cases for everything that has to hold for every command of the registry: what tests of the public
 * interface and of failing disks run. Who adds a command adds its cases here; a command without one fails both tests.
 *
 * The cases are made for two tables. `t` has a column of each type, see case_columns; its rows are made by SQL from
 * row numbers. `small` has the columns `k` (BIGINT) and `word`. case_write_patch makes the file that `patch` reads.
 */
#ifndef TARN_TEST_CASES_COMMANDS_H
#define TARN_TEST_CASES_COMMANDS_H

#include "tarn/tarn.h"

#include <jansson.h>

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct case_column {
    const char *name;
    const char *group; /**< as in a descriptor's column_types */
    const char *value; /**< one that can be typed into a cell */
    const char *sql;   /**< over the row number `n` */
} case_column;

/* Texts that each text command does something to, without a letter that needs escaping in SQL or JSON. */
#define CASE_TEXTS                                                                                                      \
    "[NULL, '', ' two  spaces ', 'ÀÉÎ straße', '$1,234.50', '(500.00)', '2026-01-05', '5 Jan 2026', 'O-ne. Two!', " \
    "'one two', 'One Two', '007', '4111 1111 1111 1234', 'İstanbul ΣΑΣ', 'ana@example.org', 'x' || chr(7)]"

static const case_column case_columns[] = {
    {"k", "number", "7", "n // 2"},
    {"t", "text", "new", CASE_TEXTS "[n % 16 + 1]"},
    {"i", "number", "7", "CASE WHEN n % 5 <> 4 THEN (n % 7)::INTEGER - 3 END"},
    {"d", "number", "7.5", "CASE WHEN n % 4 <> 0 THEN n / 8 END"},
    {"day", "date", "2026-05-05", "CASE WHEN n % 6 <> 1 THEN DATE '2024-02-29' + (n % 9)::INTEGER END"},
    {"bo", "boolean", "true", "CASE WHEN n % 5 <> 2 THEN n % 2 = 0 END"},
    {"e", "text", "red", "CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN 'red' ELSE 'Blue' END::ENUM('red', 'Blue')"},
    {"u", "number", "7", "(n % 5)::UTINYINT"},
    {"ts", "date", "2026-05-05 01:02:03", "CASE WHEN n % 4 <> 3 THEN TIMESTAMP '2026-01-01' + to_minutes(n % 6) END"},
    {"tz", "date", "2026-05-05 01:02:03+00", "TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_minutes(n % 6)"},
    {"tm", "time", "01:02:03", "CASE WHEN n % 4 <> 2 THEN TIME '00:00:00' + to_minutes(n % 6) END"},
    {"de", "number", "7.25", "(n % 13)::DECIMAL(10,2) / 4 - 1"},
    {"hu", "number", "77", "(n % 13)::HUGEINT"},
    {"l", "other", "[1, 2]", "CASE WHEN n % 4 <> 1 THEN [n % 3, NULL] END"},
    {"st", "other", "{'a': 1, 'b': y}", "{'a': n % 2, 'b': 'x'}"},
    {"j", "other", "{}", "('{\"a\":' || (n % 3) || '}')::JSON"},
    {"bl", "other", "zz", "CASE WHEN n % 3 <> 2 THEN ('b' || (n % 3))::BLOB END"},
    {"iv", "other", "3 days", "to_days((n % 3)::INTEGER)"},
    {"id", "other", "00000000-0000-0000-0000-0000000000ff", "('00000000-0000-0000-0000-00000000000' || (n % 9))::UUID"},
};
#define CASE_COLUMN_COUNT (sizeof case_columns / sizeof *case_columns)

typedef struct command_case {
    const char *command;
    /** Names and values by turns. `$c` is the column that the case is run on, `$v` its value as JSON text. A case
     *  without `$c` is run once. */
    const char *parameters[12];
    /** SQL that gives the number of rows afterwards, over `before` and `small`; NULL: as many as before;
     *  "": not looked at. */
    const char *count;
    size_t most_rows; /**< not for larger tables; 0: for all */
} command_case;

/** Rows of the table that cases which name rows need. */
#define CASE_LEAST_ROWS 6

/** Instead of the path of the file that case_write_patch wrote. */
#define CASE_PATCH "$p"

/* What the macro spares: most commands have nothing but a column. */
#define CASE_PLAIN(command)                                                                                            \
    { command, {"column", "$c"}, NULL, 0 }

static const command_case command_cases[] = {
    /* text */
    CASE_PLAIN("trim"),
    CASE_PLAIN("collapse-spaces"),
    CASE_PLAIN("uppercase"),
    CASE_PLAIN("lowercase"),
    CASE_PLAIN("title-case"),
    CASE_PLAIN("sentence-case"),
    CASE_PLAIN("remove-accents"),
    CASE_PLAIN("remove-non-printable"),
    CASE_PLAIN("remove-punctuation"),
    CASE_PLAIN("repair-text"),
    {"replace", {"column", "$c", "find", "e", "replace", "é"}, NULL, 0},
    {"replace", {"column", "$c", "find", "([0-9])0", "replace", "<\\1>", "regex", "true", "case", "false"}, NULL, 0},
    {"replace", {"column", "$c", "find", "ONE TWO", "replace", "12", "whole", "true", "case", "false"}, NULL, 0},
    {"replace-empty", {"column", "$c", "value", "red"}, NULL, 0},
    {"extract", {"column", "$c", "pattern", "([a-z]+)@([a-z]+)", "group", "2"}, NULL, 0},
    {"pad", {"column", "$c", "length", "9", "side", "right", "character", "."}, NULL, 0},
    {"truncate", {"column", "$c", "length", "3"}, NULL, 0},
    /* number */
    {"unformat-currency", {"column", "$c", "policy", "null"}, NULL, 0},
    {"percent-to-number", {"column", "$c", "policy", "null", "bare", "number", "decimal", "point"}, NULL, 0},
    CASE_PLAIN("fix-negatives"),
    {"round", {"column", "$c", "digits", "1"}, NULL, 0},
    {"clamp", {"column", "$c", "min", "1", "max", "4"}, NULL, 0},
    {"scale", {"column", "$c", "factor", "1", "offset", "1"}, NULL, 0},
    {"pad-zeros", {"column", "$c", "length", "4"}, NULL, 0},
    /* date */
    {"standardize-date", {"column", "$c", "order", "dmy", "policy", "null"}, NULL, 0},
    {"shift-date", {"column", "$c", "amount", "-1", "unit", "month"}, NULL, 0},
    {"extract-part", {"column", "$c", "part", "year"}, NULL, 0},
    {"calculate-age", {"column", "$c", "on", "2030-01-01"}, NULL, 0},
    {"age-years", {"column", "$c", "on", "2030-01-01"}, NULL, 0},
    {"standardize-time", {"column", "$c", "policy", "null"}, NULL, 0},
    {"standardize-datetime", {"column", "$c", "order", "dmy", "policy", "null"}, NULL, 0},
    /* structure */
    {"rename", {"column", "$c", "to", "renamed"}, NULL, 0},
    CASE_PLAIN("drop"),
    CASE_PLAIN("duplicate"),
    {"duplicate", {"column", "$c", "name", "again"}, NULL, 0},
    {"reorder", {"column", "$c", "position", "3"}, NULL, 0},
    {"add-column", {"name", "x", "expr", "k + 1"}, NULL, 0},
    {"add-column", {"name", "x", "value", "7", "type", "integer", "position", "2"}, NULL, 0},
    {"add-column", {"name", "x", "expr", "sum(k) OVER ()", "type", "double"}, NULL, 0},
    {"split-column", {"column", "$c", "delimiter", "-"}, NULL, 0},
    {"split-column", {"column", "$c", "positions", "1,3", "keep", "true"}, NULL, 0},
    {"split-column", {"column", "$c", "pattern", "[0-9]+"}, NULL, 0},
    {"split-column", {"column", "$c", "every", "7"}, NULL, 0},
    {"split-column", {"column", "$c", "words", "2"}, NULL, 0},
    {"split-column", {"column", "$c", "delimiter", "e", "name", "first", "name", "rest"}, NULL, 0},
    {"split-column",
     {"column", "t", "delimiter", " ", "to", "rows"},
     "SELECT coalesce(sum(coalesce(len(string_split(t, ' ')), 1)), 0)::BIGINT FROM before",
     0},
    {"combine-columns", {"column", "$c", "column", "k", "name", "both"}, NULL, 0},
    {"combine-columns", {"column", "k", "column", "$c", "name", "both", "skip", "false", "keep", "true"}, NULL, 0},
    {"cast", {"column", "$c", "type", "text"}, NULL, 0},
    {"cast", {"column", "$c", "type", "date", "policy", "null"}, NULL, 0},
    {"cast", {"column", "$c", "type", "integer", "policy", "text"}, NULL, 0},
    {"cast", {"column", "$c", "type", "boolean", "policy", "null"}, NULL, 0},
    {"parse-json", {"column", "j"}, NULL, 450},
    {"transpose", {"column", "k"}, "SELECT count(*) - 1 FROM (DESCRIBE before)", 450},
    {"pivot",
     {"column", "i", "value", "$c", "agg", "count", "group", "bo"},
     "SELECT count(DISTINCT bo) + (count(*) > count(bo))::INTEGER FROM before",
     0},
    {"pivot",
     {"column", "$c", "value", "k", "agg", "max", "group", "bo"},
     "SELECT count(DISTINCT bo) + (count(*) > count(bo))::INTEGER FROM before",
     450},
    {"unnest", {"column", "l"}, "SELECT coalesce(sum(greatest(coalesce(len(l), 1), 1)), 0)::BIGINT FROM before", 450},
    {"unnest", {"column", "l", "empty", "drop"}, "SELECT coalesce(sum(len(l)), 0)::BIGINT FROM before", 450},
    {"unnest", {"column", "st", "depth", "2", "names", "plain"}, NULL, 450},
    {"unpivot", {"column", "$c", "nulls", "true"}, NULL, 0},
    {"unpivot", {"column", "i", "column", "k"}, "SELECT count(i) + count(k) FROM before", 0},
    /* rows */
    {"filter", {"where", "k % 3 = 0"}, "SELECT count(*) FROM before WHERE k % 3 = 0", 0},
    {"filter", {"where", "$c IS NOT NULL"}, "SELECT count($c) FROM before", 0},
    {"delete", {"where", "k % 3 = 0"}, "SELECT count(*) FROM before WHERE (k % 3 = 0) IS NOT TRUE", 0},
    {"delete", {"rows", "0-100000000"}, "SELECT 0", 0},
    {"sample", {"size", "10%", "seed", "7"}, "SELECT round(count(*) / 10)::BIGINT FROM before", 0},
    {"remove-duplicates", {NULL}, "SELECT count(*) FROM (SELECT DISTINCT * FROM before)", 0},
    {"remove-duplicates", {"column", "$c"}, "SELECT count(*) FROM (SELECT DISTINCT $c FROM before)", 0},
    {"remove-duplicates", {"column", "$c", "keep", "last"}, "SELECT count(*) FROM (SELECT DISTINCT $c FROM before)", 0},
    {"remove-duplicates",
     {"column", "k", "keep", "highest", "by", "d"},
     "SELECT count(*) FROM (SELECT DISTINCT k FROM before)",
     0},
    {"sort", {"column", "$c", "direction", "desc"}, NULL, 0},
    {"sort", {"column", "$c", "natural", "true", "language", "de"}, NULL, 0},
    {"sort", {"column", "t", "column", "$c", "direction", "asc", "direction", "desc", "nulls", "first"}, NULL, 0},
    {"insert", {"values", "[{\"$c\": $v}, {}]", "position", "0"}, "SELECT count(*) + 2 FROM before", 0},
    {"fill-down", {"column", "$c"}, NULL, 0},
    {"fill-up", {"column", "$c", "empty", "false"}, NULL, 0},
    /* cells */
    {"edit", {"column", "$c", "row", "0", "value", "$t"}, NULL, 0},
    {"edit-many", {"cells", "[{\"row\": 0, \"column\": \"$c\", \"value\": $v}]"}, NULL, 0},
    {"clear", {"column", "$c", "where", "k % 2 = 0"}, NULL, 0},
    CASE_PLAIN("clear"),
    /* standardise */
    CASE_PLAIN("standardize"),
    {"standardize", {"column", "$c", "map", "{\"x\": \"y\", \"red\": \"Blue\"}"}, NULL, 0},
    /* match */
    {"merge", {"pairs", "0:2,4:5"}, "SELECT count(*) - 2 FROM before", 0},
    {"merge", {"column", "$c", "on", "t", "block", "fingerprint", "threshold", "1"}, "", 450},
    /* combine */
    {"stack", {"table", "small"}, "SELECT count(*) + 50 FROM before", 0},
    {"join",
     {"table", "small", "on", "k", "how", "left"},
     "SELECT count(*) FROM before LEFT JOIN small ON before.k = small.k",
     0},
    {"join",
     {"table", "small", "on", "k", "how", "full"},
     "SELECT count(*) FROM before FULL JOIN small ON before.k = small.k",
     0},
    {"join", {"table", "small", "on", "t=word", "how", "anti", "clean", "true"}, "SELECT count(*) FROM before", 0},
    {"patch", {"from", CASE_PATCH}, "SELECT count(*) + 1 FROM before", 0},
    /* match */
    {"merge",
     {"column", "$c", "compare", "exact", "threshold", "1", "block", "fingerprint"},
     "SELECT count(*) FILTER ($c IS NULL OR trim($c::VARCHAR) = '') + count(DISTINCT $c::VARCHAR) FILTER "
     "(trim($c::VARCHAR) <> '') FROM before",
     0},
    /* privacy */
    {"redact", {"column", "$c", "text", "red"}, NULL, 0},
    {"mask", {"column", "$c", "first", "1", "last", "1"}, NULL, 0},
    {"hash", {"column", "$c", "secret", "a secret of the case"}, NULL, 0},
    CASE_PLAIN("last4"),
    CASE_PLAIN("zero"),
    {"scramble", {"column", "$c", "secret", "a secret of the case"}, NULL, 0},
    CASE_PLAIN("year-only"),
    {"jitter-date", {"column", "$c", "days", "30", "seed", "a secret of the case"}, NULL, 0},
    {"fake-name", {"column", "$c", "secret", "a secret of the case"}, NULL, 0},
    /* sql */
    {"set", {"column", "$c", "expr", "CASE WHEN k % 3 <> 0 THEN $c END"}, NULL, 0},
    {"query",
     {"sql", "SELECT $c, count(*) AS n FROM t GROUP BY $c ORDER BY $c"},
     "SELECT count(*) FROM (SELECT DISTINCT $c FROM "
     "before)",
     0},
};
#define COMMAND_CASE_COUNT (sizeof command_cases / sizeof *command_cases)

/** True when the case has the column in it. */
static inline bool case_is_by_column(const command_case *c) {
    for (size_t i = 0; i < 12 && c->parameters[i] != NULL; i++) {
        if (strstr(c->parameters[i], "$c") != NULL)
            return true;
    }
    return false;
}

/** True when the case names rows by their ids. */
static inline bool case_names_rows(const command_case *c) {
    return strncmp(c->command, "edit", 4) == 0 ||
           strcmp(c->parameters[0] != NULL ? c->parameters[0] : "", "pairs") == 0;
}

/** A text of a case with a column's name and value put in; free it. */
static inline char *case_fill(const char *text, const case_column *column) {
    char *out = NULL;
    size_t size;
    FILE *stream = open_memstream(&out, &size);
    for (; *text != '\0'; text++) {
        bool is_mark = text[0] == '$' && text[1] != '\0' && strchr("cvt", text[1]) != NULL;
        if (!is_mark)
            fputc(*text, stream);
        else if (*++text == 'c')
            fputs(column->name, stream);
        else
            fprintf(stream, *text == 'v' ? "\"%s\"" : "%s", column->value);
    }
    fclose(stream);
    return out;
}

/** The parameters of a case (at most 6); their values are to be freed with case_clear. */
static inline size_t case_parameters(const command_case *c, const case_column *column, const char *patch,
                                     tarn_parameter *out) {
    size_t count = 0;
    for (; count < 6 && c->parameters[2 * count] != NULL; count++) {
        const char *value = c->parameters[2 * count + 1];
        out[count] = (tarn_parameter){c->parameters[2 * count],
                                      strcmp(value, CASE_PATCH) == 0 ? strdup(patch) : case_fill(value, column)};
    }
    return count;
}

/** Write what inserting a row at the top of `t` does, as tarn diff writes it; `t` is as it was afterwards. */
static inline tarn_status case_write_patch(tarn_workspace *workspace, const char *path, tarn_error *error) {
    const tarn_parameter parameters[] = {{"values", "[{\"k\": 7}]"}, {"position", "0"}};
    const tarn_diff_page_options all = {.count = INT64_MAX};
    const tarn_export_options options = {.path = path, .format = "arrow"};
    struct ArrowArrayStream stream = {0};
    tarn_export_result result = {0};
    tarn_change change = {0};
    tarn_diff *diff = NULL;
    tarn_status status = tarn_apply(workspace, "t", "insert", parameters, 2, NULL, &change, error);
    tarn_change_clear(&change);
    if (status == TARN_OK)
        status = tarn_diff_open(workspace, "t~1", "t", &(tarn_diff_options){.complete = true}, NULL, &diff, error);
    if (status == TARN_OK)
        status = tarn_diff_stream(diff, &all, NULL, &stream, error);
    if (status == TARN_OK)
        status = tarn_write_stream(workspace, &stream, &options, NULL, &result, error);
    tarn_export_result_clear(&result);
    tarn_diff_close(diff);
    if (status == TARN_OK)
        status = tarn_undo(workspace, "t", 1, &change, error);
    tarn_change_clear(&change);
    return status;
}

static inline void case_clear(tarn_parameter *parameters, size_t count) {
    for (size_t i = 0; i < count; i++)
        free((char *)parameters[i].value);
}

/** The registry, as everybody can read it; json_decref it. */
static inline json_t *case_registry(void) {
    char *text = NULL;
    tarn_status status = tarn_commands_json(&text, NULL);
    json_t *registry = status == TARN_OK ? json_loads(text, 0, NULL) : NULL;
    tarn_free(text);
    return registry;
}

static inline const json_t *case_descriptor(const json_t *registry, const char *command) {
    size_t i;
    const json_t *descriptor;
    json_array_foreach(registry, i, descriptor) {
        if (strcmp(json_string_value(json_object_get(descriptor, "name")), command) == 0)
            return descriptor;
    }
    return NULL;
}

static inline const json_t *case_parameter(const json_t *descriptor, const char *name) {
    size_t i;
    const json_t *parameter;
    json_array_foreach(json_object_get(descriptor, "parameters"), i, parameter) {
        if (strcmp(json_string_value(json_object_get(parameter, "name")), name) == 0)
            return parameter;
    }
    return NULL;
}

/** Whether the registry says that a command works on columns of a type. */
static inline bool case_accepts(const json_t *descriptor, const case_column *column) {
    size_t i;
    const json_t *group, *groups = json_object_get(case_parameter(descriptor, "column"), "column_types");
    json_array_foreach(groups, i, group) {
        if (strcmp(json_string_value(group), column->group) == 0)
            return true;
    }
    return groups == NULL;
}

/** The first command of the registry that has no case; NULL: all have one. */
static inline const char *case_missing(const json_t *registry) {
    size_t i;
    const json_t *descriptor;
    json_array_foreach(registry, i, descriptor) {
        const char *name = json_string_value(json_object_get(descriptor, "name"));
        bool found = false;
        for (size_t c = 0; c < COMMAND_CASE_COUNT && !found; c++)
            found = strcmp(command_cases[c].command, name) == 0;
        if (!found)
            return name;
    }
    return NULL;
}

/** SQL for `rows` rows of the first `columns` columns; free it. */
static inline char *case_table_sql(size_t columns, const char *rows) {
    char *out = NULL;
    size_t size;
    FILE *stream = open_memstream(&out, &size);
    fputs("SELECT ", stream);
    for (size_t i = 0; i < columns; i++)
        fprintf(stream, "%s%s AS %s", i == 0 ? "" : ", ", case_columns[i].sql, case_columns[i].name);
    fprintf(stream, " FROM range(%s) AS r(n)", rows);
    fclose(stream);
    return out;
}
#define CASE_SMALL_SQL "SELECT n AS k, 'word ' || n AS word FROM range(50) AS r(n)"

#endif
