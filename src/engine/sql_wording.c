// DuckDB's sentences in Tarn's words: a table of them.
#include "engine/sql_wording.h"

#include "engine/sql_functions.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MOST_PARTS 6

#define MEMORY "the query needs more than the memory limit"
#define CASTS "; CAST(value AS type) converts a value"
#define FUNCTIONS ": see duckdb_functions() for those there are"
#define TYPES                                                                                                          \
    ": the usual ones are BOOLEAN, INTEGER, BIGINT, DOUBLE, DECIMAL(18,2), VARCHAR, DATE, TIME, TIMESTAMP, INTERVAL, " \
    "UUID, JSON, and INTEGER[] for lists"
#define DATE_PARTS ": year, quarter, month, week, day, hour, minute, second and the like are"

/* * stands for any text, and $1, $2 … for what the first, second … of them stood for. The first that fits is taken. */
static const struct {
    const char *said, *better;
} sentences[] = {
    /* names */
    {"Referenced column \"*\" not found in FROM clause; Candidate bindings: *",
     "there is no column \"$1\"; names nearest to it: $2"},
    {"Referenced column \"*\" not found in FROM clause", "there is no column \"$1\""},
    {"Referenced column \"*\" was not found because the FROM clause is missing",
     "there is no column \"$1\", for there is no FROM with a table"},
    {"Table \"*\" does not have a column named \"*\"; Candidate bindings: : *",
     "the table \"$1\" has no column \"$2\"; names nearest to it: $3"},
    {"Table \"*\" does not have a column named \"*\"", "the table \"$1\" has no column \"$2\""},
    {"Referenced table \"*\" not found; Candidate tables: *", "FROM has no table \"$1\"; it has $2"},
    {"Referenced table \"*\" not found", "FROM has no table \"$1\""},
    {"Ambiguous reference to column name \"*\" (use: *)", "several tables have a column \"$1\": write $2"},
    {"Ambiguous reference to table \"*\" (*",
     "two tables are called \"$1\": give one another name, as in \"FROM T AS a\""},
    {"Column \"*\" in EXCLUDE list not found in FROM clause", "there is no column \"$1\" to EXCLUDE"},
    {"Column \"*\" in REPLACE list not found in FROM clause", "there is no column \"$1\" to REPLACE"},
    {"Column \"*\" referenced in UNPIVOT but no matching entry was found in the table",
     "there is no column \"$1\" to UNPIVOT"},
    {"Column \"*\" does not exist on * side of join*", "the table on the $2 of JOIN has no column \"$1\""},
    {"No columns found to join on in NATURAL JOIN*",
     "the tables of the NATURAL JOIN have no column in common: write JOIN … ON a condition"},
    {"Missing ASOF JOIN inequality", "ASOF JOIN needs a comparison by >=, >, <= or < in its condition"},
    {"Could not find key \"*\" in struct; Candidate Entries: *", "the struct has no field \"$1\"; it has $2"},
    {"Could not find key \"*\" in union; Candidate Entries: *", "the union has no member \"$1\"; it has $2"},
    {"Cannot extract field * from expression \"*\" because it is not a struct*",
     "$2 has no field $1, for it is no struct, map or JSON"},
    {"Cannot extract field from expression \"*\" because it is not a struct*", "$1 has no fields, for it is no struct"},
    {"struct_extract with a string key cannot be used on an unnamed struct*",
     "the fields of row(…) have no names: take them by number, as in row(1, 2)[1]"},
    {"* Function with name * does not exist; Did you mean \"*\"?", "there is no function $2; a name near it: $3"},
    {"* Function with name * does not exist", "there is no function $2"},
    {"Type with name * does not exist*", "there is no type $1" TYPES},
    {"Collation with name * does not exist*",
     "there is no collation \"$1\": they are named by language, as in COLLATE de, or NOCASE, NOACCENT"},
    {"Unknown TimeZone '*'; Candidate time zones: *",
     "there is no time zone '$1': they are named as in 'Europe/Rome'; pg_timezone_names() lists them"},
    {"window \"*\" does not exist", "there is no window \"$1\": write WINDOW $1 AS (…) behind FROM and its conditions"},
    {"Duplicate CTE name \"*\"", "two queries in WITH are called \"$1\""},
    /* arguments */
    {"No function matches the given name and argument types '*(*)'. You might need to add explicit type casts",
     "$1 cannot take ($2): other types, or another number of arguments, are needed" CASTS},
    {"Could not choose a best candidate function for the function call \"*(*)\". In order to *",
     "$1 cannot take ($2) as it is: say the type of what stands in quotes, as in CAST('…' AS DATE)"},
    {"Macro *() does not support the supplied arguments. You might need to add explicit type casts; Candidate macros: "
     "*",
     "$1 cannot take these arguments: it is called as $2"},
    {"Cannot deduce template type 'T' in function: 'list_value*",
     "the entries of the list have types that do not go together: CAST them to one"},
    {"Cannot deduce template type *", "the types of the arguments do not go together: CAST them to one"},
    {"Enum value: unrecognized value \"*\" for enum \"*\"; Candidates: *",
     "\"$1\" is not understood here; $3 would be"},
    {"* is not an aggregate function", "$1 is no function over a window or a group: OVER and FILTER cannot follow it"},
    {"STAR expression is only allowed as the root element of an expression*",
     "* cannot stand here: write the columns' names"},
    {"This lambda function only supports up to two lambda parameters",
     "the lambda has too many parameters: two at most"},
    {"invalid lambda expression", "a lambda can only stand inside a function such as list_transform"},
    {"UNNEST() can only be applied to lists, structs and NULL, not *",
     "unnest takes lists and structs, and this is $1"},
    {"Need named argument for union tag*", "union_value needs a name: union_value(a := 1)"},
    {"Need named argument for struct pack*", "struct_pack needs names: struct_pack(a := 1, b := 2)"},
    {"QUANTILE can only take parameters in the range*", "a quantile is a number from 0 to 1"},
    {"extract specifier \"*\" not recognized", "\"$1\" is no part of a date or time" DATE_PARTS},
    {"Failed to parse format specifier *: *",
     "the format $1 has a letter that is no part of a date: %Y-%m-%d %H:%M:%S are"},
    {"Could not parse string \"*\" according to format specifier \"*\"; *Error: *",
     "\"$1\" does not fit the format \"$2\": try_strptime gives NULL instead"},
    {"Could not parse string \"*\" according to format specifier \"*\"*",
     "\"$1\" does not fit the format \"$2\": try_strptime gives NULL instead"},
    {"missing *: *", "the regular expression $2 lacks a $1"},
    {"Failed to compile regex \"*\": *", "\"$1\" is no regular expression: $2"},
    {"No matching columns found that match regex \"*\"*", "no column's name fits the regular expression \"$1\""},
    {"Star expression \"*\" resulted in an empty set of columns", "no column's name fits the condition of COLUMNS"},
    {"Argument index \"*\" out of range", "the format has more places than there are values"},
    {"Sample sample_size * out of range*", "a sample is from 0 to 100 percent, and not $1"},
    /* grouping, windows, subqueries */
    {"column \"*\" must appear in the GROUP BY clause or must be part of an aggregate function*",
     "column \"$1\" is neither in GROUP BY nor inside an aggregate: add it to GROUP BY, or write any_value(\"$1\")"},
    {"column * must appear in the GROUP BY clause or be used in an aggregate function",
     "column \"$1\" is neither in GROUP BY nor inside an aggregate: add it to GROUP BY, or write any_value(\"$1\")"},
    {"GROUPING child \"*\" must be a grouping column", "grouping() takes columns of GROUP BY, and \"$1\" is none"},
    {"WHERE clause cannot contain aggregates*", "an aggregate cannot stand in WHERE: write the condition in HAVING"},
    {"WHERE clause cannot contain window functions*", "a window cannot stand in WHERE: write the condition in QUALIFY"},
    {"aggregate function calls cannot be nested*",
     "an aggregate cannot stand inside an aggregate: compute the inner one in a subquery"},
    {"at least one window function must appear in the SELECT column or QUALIFY clause",
     "QUALIFY needs a function with OVER: write other conditions in WHERE or HAVING"},
    {"GROUP BY term out of range - should be between * and *",
     "GROUP BY has a number that is no column's: $1 to $2 are"},
    {"ORDER term out of range - should be between * and *", "ORDER BY has a number that is no column's: $1 to $2 are"},
    {"More than one row returned by a subquery used as an expression*",
     "the subquery gives several rows where one value is needed: write IN, an aggregate, or LIMIT 1"},
    {"Subquery returns * columns - expected *", "the subquery gives $1 columns, and here $2 is needed"},
    {"Set operations can only apply to expressions with the same number of result columns",
     "the queries around UNION, EXCEPT or INTERSECT have different numbers of columns"},
    {"VALUES lists must all be the same length", "the rows of VALUES have different numbers of values"},
    {"table \"*\" has * columns available but * columns specified", "\"$1\" has $2 columns, and $3 names are given"},
    {"Columns can only be referenced within the aggregate of a PIVOT expression",
     "USING of PIVOT needs an aggregate, as in sum(price)"},
    {"Cannot unpivot columns of types * and * - an explicit cast is required*",
     "columns of the types $1 and $2 cannot go into one column by UNPIVOT: CAST them to one type first"},
    /* values */
    {"Could not convert string '*' to * when casting from source column *",
     "'$1' in column $3 is no $2: TRY_CAST gives NULL for it"},
    {"Could not convert string '*' to *", "'$1' is no $2"},
    {"Failed to cast value to numerical: *", "$1 is no number"},
    {"Failed to cast decimal value", "a number does not fit into the decimal type"},
    {"Type * with value * can't be cast because the value is out of range for the destination type *",
     "$2 does not fit into $3: take a larger type"},
    {"Casting value \"*\" to type * failed: value is out of range*", "$1 does not fit into $2: take a larger type"},
    {"Overflow in * of * (*)", "the result of $3 does not fit into $2: CAST one side to a larger type, or to DOUBLE"},
    {"Unimplemented type for cast (* -> *)", "a value of type $1 cannot be made one of type $2"},
    {"Cannot compare values of type * and type * - an explicit cast is required",
     "a value of type $1 cannot be compared with one of type $2: CAST one of them"},
    {"Cannot combine types of * and * - an explicit cast is required",
     "values of the types $1 and $2 do not go together: CAST one of them"},
    {"Cannot concatenate lists of types * and * - an explicit cast is required",
     "lists of the types $1 and $2 do not go together: CAST one of them"},
    {"invalid date field format: \"*\"*",
     "\"$1\" is no date: dates are written as 2024-12-31, and strptime('31.12.2024', '%d.%m.%Y') reads other forms"},
    {"date field value out of range: \"*\"*", "there is no day \"$1\""},
    {"invalid timestamp field format: \"*\"*", "\"$1\" is no time: times are written as 2024-12-31 23:59:00"},
    {"timestamp field value out of range: \"*\"*", "there is no time \"$1\""},
    {"time field value out of range: \"*\"*", "there is no time \"$1\": times are written as 23:59:00"},
    {"Date out of range: *", "there is no day $1"},
    {"Width must be between 1 and 38", "DECIMAL(p,s) has 1 to 38 digits: p is one of these"},
    {"Could not decode string \"*\" as base64: *", "\"$1\" is no base64: $2"},
    {"Duplicate struct entry name \"*\"", "two fields of the struct are called \"$1\""},
    {"Value out of range", "the result is too large for its type"},
    {"Failure in decode: could not convert blob to UTF8 string*", "the bytes are no text in UTF-8"},
    {"Invalid UTF8 Codepoint *", "there is no character with the number $1"},
    {"Invalid hex escape code encountered in string -> blob conversion of string \"*\": *",
     "\"$1\" is no BLOB: bytes are written as \\x and two digits from 0 to f"},
    {"Invalid character encountered in string -> bit conversion: *", "a BIT consists of 0 and 1, and not of $1"},
    {"Time out of range: *", "there is no time $1"},
    {"Mismatch Function: Strings must be of equal length*", "the texts for hamming have different lengths"},
    {"Jaccard Function: An argument too short*", "jaccard takes no empty text"},
    {"Insufficient padding in LPAD*", "lpad needs a text to fill up with, and the one given is empty"},
    {"Insufficient padding in RPAD*", "rpad needs a text to fill up with, and the one given is empty"},
    {"Period must be greater than 0*", "the width of a bucket is an interval longer than 0"},
    {"Map keys can not be NULL*", "a key of a map cannot be null"},
    {"The map key list does not align with the map value list*",
     "a map needs as many values as keys: the two lists have different lengths"},
    {"Invalid input for hex digit: *", "'$1' is no digit of a hexadecimal number: 0 to 9 and a to f are"},
    {"JSON path error near '*'*",
     "the path into JSON is wrong at '$1': a dot and a name, or a number in brackets, are its steps"},
    {"*: list dimensions must be equal, got left length '*' and right length '*'",
     "$1 needs lists of the same length, and these have $2 and $3 entries"},
    {"*: Array arguments must be of the same size*", "$1 needs arrays of the same length"},
    /* the statement */
    {"SELECT clause without selection list", "SELECT lacks what to select: columns, expressions, or *"},
    {"syntax error at end of input", "the query ends where something has to follow"},
    {"errhint NOT IMPLEMENTED", "LIMIT takes one number: write LIMIT 10 OFFSET 5"},
    {"Unrecognized sampling method *, expected *", "there is no sampling method $1: $2 are"},
    {"Max expression depth limit of * exceeded*", "the expression is nested deeper than $1 levels: break it up"},
    /* memory */
    {"failed to allocate data of size *", MEMORY},
    {"Failed to allocate *", MEMORY},
    {"could not allocate block of size *", MEMORY},
    {"failed to pin block of size *", MEMORY},
    {"failed to offload data block of size *", "the query needs more than the memory limit and the room on the disk"},
    {"Allocation failure*", MEMORY},
    {"std::bad_alloc*", MEMORY},
};

/* Functions of other databases, whose nearest name in letters is something else. */
static const struct {
    const char *name, *ours;
} foreign_functions[] = {
    {"nvl", "coalesce"},
    {"isnull", "coalesce"},
    {"to_char", "strftime"},
    {"date_format", "strftime"},
    {"getdate", "now"},
    {"sysdate", "now"},
    {"curdate", "today"},
    {"charindex", "strpos"},
    {"to_date", "strptime"},
    {"str_to_date", "strptime"},
    {"to_number", "CAST(… AS DOUBLE)"},
    {"convert", "CAST(… AS type)"},
    {"dateadd", "day + INTERVAL 1 DAY"},
    {"iff", "CASE WHEN … THEN … ELSE … END"},
    {"row_number", "row_number() OVER ()"},
    {"rank", "rank() OVER (ORDER BY …)"},
    {"instrb", "strpos"},
    {"lag", "lag(…) OVER (ORDER BY …)"},
    {"lead", "lead(…) OVER (ORDER BY …)"},
    {"percentile_cont", "quantile_cont"},
};

/* What DuckDB calls types inside. */
static const struct {
    const char *inner, *name;
} types[] = {
    {"INTEGER_LITERAL", "INTEGER"},
    {"STRING_LITERAL", "VARCHAR"},
    {"INT8", "TINYINT"},
    {"INT16", "SMALLINT"},
    {"INT32", "INTEGER"},
    {"INT64", "BIGINT"},
    {"INT128", "HUGEINT"},
    {"UINT8", "UTINYINT"},
    {"UINT16", "USMALLINT"},
    {"UINT32", "UINTEGER"},
    {"UINT64", "UBIGINT"},
    {"UINT128", "UHUGEINT"},
    {"BOOL", "BOOLEAN"},
};

typedef struct part {
    const char *text;
    size_t size;
    bool is_quoted; /* somebody's own text */
} part;

/* Each * takes as little as it can, and the last one all. */
static bool fits(const char *said, const char *message, part *parts, size_t count) {
    const char *start = said;
    while (*said && *said != '*' && *said == *message)
        said++, message++;
    if (*said != '*')
        return *said == 0 && *message == 0;
    for (size_t size = said[1] ? 0 : strlen(message); count < MOST_PARTS; size++) {
        parts[count] = (part){message, size, said > start && (said[-1] == '"' || said[-1] == '\'')};
        if (fits(said + 1, message + size, parts, count + 1))
            return true;
        if (message[size] == 0)
            break;
    }
    return false;
}

static bool is_in_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* A text with the names of types that people know; in quotes it is somebody's own. */
static tarn_status add_words(tarn_buffer *out, const char *text, size_t size, tarn_error *error) {
    bool quoted = false;
    for (size_t at = 0; at < size;) {
        size_t length = 0;
        while (at + length < size && is_in_word(text[at + length]))
            length++;
        const char *word = text + at;
        size_t word_size = length ? length : 1;
        for (size_t i = 0; length && !quoted && i < sizeof types / sizeof *types; i++)
            if (strlen(types[i].inner) == length && memcmp(types[i].inner, text + at, length) == 0) {
                word = types[i].name;
                word_size = strlen(word);
            }
        quoted ^= length == 0 && (text[at] == '\'' || text[at] == '"');
        TARN_TRY(tarn_buffer_append(out, word, word_size, error));
        at += length ? length : 1;
    }
    return TARN_OK;
}

static tarn_status fill(const char *better, const part *parts, tarn_buffer *out, tarn_error *error) {
    while (*better) {
        size_t plain = strcspn(better, "$");
        TARN_TRY(tarn_buffer_append(out, better, plain, error));
        better += plain;
        if (*better == '$') {
            const part *part = &parts[better[1] - '1'];
            TARN_TRY(part->is_quoted ? tarn_buffer_append(out, part->text, part->size, error)
                                     : add_words(out, part->text, part->size, error));
            better += 2;
        }
    }
    return TARN_OK;
}

/* The name of a function that nobody knows: what it is called here, or the nearest one, unless queries may not use it.
 */
static tarn_status word_missing_function(const part *parts, tarn_buffer *out, tarn_error *error) {
    char name[100], near[100];
    snprintf(name, sizeof name, "%.*s", (int)parts[1].size, parts[1].text);
    snprintf(near, sizeof near, "%.*s", parts[2].text ? (int)parts[2].size : 0, parts[2].text ? parts[2].text : "");
    for (size_t i = 0; i < sizeof foreign_functions / sizeof *foreign_functions; i++)
        if (strcasecmp(foreign_functions[i].name, name) == 0)
            return tarn_buffer_printf(out, error, "there is no function %s here: use %s", name,
                                      foreign_functions[i].ours);
    bool is_usable = tarn_judge_function(near) == TARN_HARMLESS || tarn_judge_table_function(near) == TARN_HARMLESS;
    bool is_word = is_in_word(near[0]);
    if (is_usable && is_word)
        return tarn_buffer_printf(out, error, "there is no function %s: did you mean %s?", name, near);
    return tarn_buffer_printf(out, error, "there is no function %s" FUNCTIONS, name);
}

tarn_status tarn_word_sql_error(const char *message, tarn_buffer *out, tarn_error *error) {
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        part parts[MOST_PARTS] = {{0}};
        if (!fits(sentences[i].said, message, parts, 0))
            continue;
        if (strncmp(sentences[i].said, "* Function with name", 20) == 0)
            return word_missing_function(parts, out, error);
        return fill(sentences[i].better, parts, out, error);
    }
    return add_words(out, message, strlen(message), error);
}
