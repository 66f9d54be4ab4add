/* `unnest`: lists to rows, structs to columns. */
#include "base/text.h"
#include "command/families.h"
#include "command/sqltext.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 5000 };

/* A column on its way to the new table. */
typedef struct item {
    char *expression; /* heap; SQL over what is selected from */
    char *name;       /* heap; wanted, perhaps taken */
    const struct ArrowSchema *type;
    size_t source; /* column of the base; SIZE_MAX when it was made */
    bool open;     /* came out of the column that is unnested, and may be taken apart further */
} item;

typedef struct unnesting {
    tarn_run *run;
    item *items;
    size_t count, capacity;
    tarn_buffer from; /* what is selected from; empty: the table itself */
} unnesting;

static void item_clear(item *i) {
    free(i->expression);
    free(i->name);
}

static void unnesting_clear(unnesting *u) {
    for (size_t i = 0; i < u->count; i++)
        item_clear(&u->items[i]);
    free(u->items);
    tarn_buffer_free(&u->from);
}

static tarn_status insert_item(unnesting *u, size_t place, const item *made, tarn_error *error) {
    if (made->expression == NULL || made->name == NULL)
        return tarn_fail_memory(error);
    if (u->count >= MOST_COLUMNS)
        return tarn_fail(error, TARN_E_INVALID, "there would be more than %d columns: unnest fewer levels",
                         MOST_COLUMNS);
    TARN_TRY(tarn_grow(&u->items, &u->capacity, u->count + 1, sizeof *u->items, error));
    memmove(u->items + place + 1, u->items + place, (u->count - place) * sizeof *u->items);
    u->items[place] = *made;
    u->count++;
    return TARN_OK;
}

static tarn_status add_item(unnesting *u, size_t place, tarn_buffer *expression, const char *name,
                            const struct ArrowSchema *type, size_t source, bool open, tarn_error *error) {
    item made = {.expression = tarn_strndup((const char *)expression->data, expression->size),
                 .name = tarn_strdup(name),
                 .type = type,
                 .source = source,
                 .open = open};
    tarn_status status = insert_item(u, place, &made, error);
    if (status != TARN_OK)
        item_clear(&made);
    return status;
}

static bool is_struct(const struct ArrowSchema *type) {
    return strcmp(type->format, "+s") == 0;
}

static bool is_map(const struct ArrowSchema *type) {
    return strcmp(type->format, "+m") == 0;
}

static bool is_list(const struct ArrowSchema *type) {
    return strcmp(type->format, "+l") == 0 || strncmp(type->format, "+w", 2) == 0 || is_map(type);
}

/* ---- lists to rows ----------------------------------------------------------------------------------------------- */

/* One row per element; an empty or absent list is a row with a null, unless it is to be dropped. */
static tarn_status write_elements(const unnesting *u, const item *i, tarn_buffer *sql, tarn_error *error) {
    const char *open = is_map(i->type) ? "map_entries(" : "(";
    if (tarn_run_is(u->run, "empty", "drop"))
        return tarn_sql_write(sql, error, "unnest(%s%s))", open, i->expression);
    return tarn_sql_write(sql, error, "unnest(CASE WHEN len(%s%s)) > 0 THEN %s%s) ELSE [NULL] END)", open,
                          i->expression, open, i->expression);
}

/* What is selected so far becomes what is selected from, with the list's elements in place of the list. */
static tarn_status unnest_list(unnesting *u, size_t place, tarn_error *error) {
    tarn_buffer inner = {0};
    tarn_status status = tarn_sql_write(&inner, error, "(SELECT ");
    for (size_t i = 0; i < u->count && status == TARN_OK; i++) {
        status = tarn_sql_write(&inner, error, i == 0 ? "" : ", ");
        if (status == TARN_OK)
            status = i == place ? write_elements(u, &u->items[i], &inner, error)
                                : tarn_sql_write(&inner, error, "%s", u->items[i].expression);
        if (status == TARN_OK)
            status = tarn_sql_write(&inner, error, " AS _c%d", (int)i);
    }
    if (status == TARN_OK)
        status =
            tarn_sql_write(&inner, error, " FROM %s)", u->from.size > 0 ? (const char *)u->from.data : "tarn_table");
    for (size_t i = 0; i < u->count && status == TARN_OK; i++) {
        char *expression = tarn_format("_c%zu", i);
        if (expression == NULL)
            status = tarn_fail_memory(error);
        free(u->items[i].expression);
        u->items[i].expression = expression;
    }
    u->items[place].type = u->items[place].type->children[0];
    tarn_buffer_free(&u->from);
    u->from = inner;
    return status;
}

/* ---- structs to columns ------------------------------------------------------------------------------------------ */

static char *field_name(const unnesting *u, const char *outer, const char *inner, int64_t number) {
    if (inner == NULL || inner[0] == '\0')
        return tarn_format("%s_%lld", outer, (long long)number);
    return tarn_run_is(u->run, "names", "plain") ? tarn_strdup(inner) : tarn_format("%s_%s", outer, inner);
}

static tarn_status add_field(unnesting *u, size_t place, const item *outer, int64_t index, tarn_error *error) {
    const struct ArrowSchema *type = outer->type->children[index];
    tarn_buffer sql = {0};
    bool named = type->name != NULL && type->name[0] != '\0';
    tarn_status status = named
                             ? tarn_sql_write(&sql, error, "struct_extract(%s, %l)", outer->expression, type->name)
                             : tarn_sql_write(&sql, error, "struct_extract(%s, %d)", outer->expression, (int)index + 1);
    char *name = field_name(u, outer->name, type->name, index + 1);
    if (status == TARN_OK && name == NULL)
        status = tarn_fail_memory(error);
    if (status == TARN_OK)
        status = add_item(u, place, &sql, name, type, SIZE_MAX, true, error);
    free(name);
    tarn_buffer_free(&sql);
    return status;
}

/* The fields in place of the struct; `*added` of them. */
static tarn_status unnest_struct(unnesting *u, size_t place, size_t *added, tarn_error *error) {
    item outer = u->items[place];
    tarn_status status = TARN_OK;
    *added = 0;
    u->count--;
    memmove(u->items + place, u->items + place + 1, (u->count - place) * sizeof *u->items);
    for (int64_t i = 0; i < outer.type->n_children && status == TARN_OK; i++) {
        status = add_field(u, place + *added, &outer, i, error);
        *added += status == TARN_OK;
    }
    item_clear(&outer);
    return status;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static tarn_status begin(unnesting *u, size_t column, tarn_error *error) {
    for (size_t i = 0; i < tarn_version_column_count(u->run->base); i++) {
        const tarn_column *c = tarn_version_column(u->run->base, i);
        tarn_buffer sql = {0};
        tarn_status status = tarn_sql_write(&sql, error, "%i", c->name);
        if (status == TARN_OK)
            status = add_item(u, i, &sql, c->name, c->type, i, i == column, error);
        tarn_buffer_free(&sql);
        TARN_TRY(status);
    }
    return TARN_OK;
}

/* One level: each open column is taken apart once. */
static tarn_status unnest_level(unnesting *u, bool *any, tarn_error *error) {
    *any = false;
    for (size_t place = 0; place < u->count;) {
        size_t added = 1;
        const item *i = &u->items[place];
        bool list = i->open && i->type->dictionary == NULL && is_list(i->type);
        bool fields = i->open && i->type->dictionary == NULL && is_struct(i->type) && i->type->n_children > 0;
        if (list)
            TARN_TRY(unnest_list(u, place, error));
        else if (fields)
            TARN_TRY(unnest_struct(u, place, &added, error));
        *any |= list || fields;
        place += added;
    }
    return TARN_OK;
}

/* The new columns with names that no other has. */
static tarn_status put_columns(unnesting *u, tarn_plan *plan, tarn_error *error) {
    TARN_TRY(tarn_plan_columns(u->run, plan, false, error));
    for (int kept = 1; kept >= 0; kept--) { /* columns that stay keep their names, whatever the fields are called */
        for (size_t i = 0; i < u->count && kept == 1; i++) {
            const item *c = &u->items[i];
            if (c->source != SIZE_MAX && !c->open)
                TARN_TRY(tarn_plan_put_column(plan, SIZE_MAX, c->name, c->source, NULL, error));
        }
        for (size_t i = 0; i < u->count && kept == 0; i++) {
            const item *c = &u->items[i];
            if (c->source != SIZE_MAX && !c->open)
                continue;
            char *name = tarn_plan_free_name(plan, c->name);
            tarn_status status = name == NULL ? tarn_fail_memory(error)
                                              : tarn_plan_put_column(plan, i, name, SIZE_MAX, c->expression, error);
            free(name);
            TARN_TRY(status);
        }
    }
    return TARN_OK;
}

/* The same columns by a query, which makes new rows. */
static tarn_status put_rows(unnesting *u, tarn_plan *plan, tarn_error *error) {
    tarn_plan columns = {0};
    tarn_buffer sql = {0};
    tarn_status status = put_columns(u, &columns, error);
    if (status == TARN_OK)
        status = tarn_sql_write(&sql, error, "SELECT ");
    for (size_t i = 0; i < u->count && status == TARN_OK; i++)
        status = tarn_sql_write(&sql, error, "%s%s AS %i", i == 0 ? "" : ", ", u->items[i].expression,
                                columns.columns[i].name);
    if (status == TARN_OK)
        status = tarn_sql_write(&sql, error, " FROM %s", (const char *)u->from.data);
    if (status == TARN_OK)
        status = tarn_plan_query(u->run, plan, (const char *)sql.data, NULL, 0, error);
    tarn_plan_clear(&columns);
    tarn_buffer_free(&sql);
    return status;
}

static tarn_status refuse(const tarn_column *column, tarn_error *error) {
    if (strcmp(column->type->format, "u") == 0)
        return tarn_fail(
            error, TARN_E_INVALID,
            "column \"%s\" is text, and only lists, maps and structs can be unnested: if it is JSON, apply "
            "parse-json to it first",
            column->name);
    char *type = tarn_schema_type_name(column->type);
    tarn_status status =
        tarn_fail(error, TARN_E_INVALID, "column \"%s\" has type %s: only lists, maps and structs can be unnested",
                  column->name, type != NULL ? type : column->type->format);
    free(type);
    return status;
}

static tarn_status unnest(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    unnesting u = {.run = run};
    size_t column;
    bool any = true, first = true;
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_run_column(run, "column", &column, error));
    TARN_CHECK(begin(&u, column, error));
    for (int64_t level = tarn_run_integer(run, "depth"); level > 0 && any; level--) {
        TARN_CHECK(unnest_level(&u, &any, error));
        if (first && !any) {
            status = refuse(tarn_version_column(run->base, column), error);
            goto cleanup;
        }
        first = false;
    }
    status = u.from.size > 0 ? put_rows(&u, plan, error) : put_columns(&u, plan, error);
cleanup:
    unnesting_clear(&u);
    return status;
}

static char *say_unnested(const tarn_run *run) {
    size_t column;
    if (tarn_run_column(run, "column", &column, NULL) == TARN_OK &&
        is_list(tarn_version_column(run->base, column)->type))
        return tarn_plan_say(run, TARN_PLAN_REPLACE, false);
    return tarn_format("unnested column %s", tarn_run_text(run, "column"));
}

static const char *const namings[] = {"prefixed", "plain", NULL};
static const char *const empties[] = {"keep", "drop", NULL};
static const tarn_parameter_spec unnest_parameters[] = {
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .required = true,
     .description = "the column to take apart: a list, a map or a struct"},
    {.name = "depth",
     .type = TARN_PARAMETER_INTEGER,
     .default_value = "1",
     .least = 1,
     .most = 64,
     .description = "how many levels: what comes out of the first is taken apart for the second, and so on"},
    {.name = "names",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "prefixed",
     .choices = namings,
     .description = "what the columns of a struct are called: address_city, or city"},
    {.name = "empty",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "keep",
     .choices = empties,
     .description = "rows whose list is empty or null: keep them, with a null, or drop them"},
};
const tarn_command tarn_command_unnest = {
    .name = "unnest",
    .title = "Unnest",
    .description = "Takes nested values apart: a list becomes a row for each of its elements, with the other columns "
                   "repeated, a map a row for each of its entries, and a struct a column for each of its fields.",
    .family = "structure",
    TARN_PARAMETERS(unnest_parameters),
    .kind = TARN_KIND_ROWS,
    .plan = unnest,
    .say = say_unnested,
};
