#include "support_questions.h"

#include <stdio.h>

static const random_column *any_column(random_source *random, const random_table *table) {
    return &table->columns[random_below(random, table->column_count)];
}

/* A column with these traits; NULL when none was found. */
static const random_column *column_with(random_source *random, const random_table *table, unsigned traits) {
    for (int i = 0; i < 20; i++) {
        const random_column *column = any_column(random, table);
        if ((column->traits & traits) == traits)
            return column;
    }
    return NULL;
}

static const char *constant_of(random_source *random, const random_column *column) {
    return column->constant_count ? column->constants[random_below(random, column->constant_count)] : "NULL";
}

/* ---- conditions ---- */

static void say_comparison(tarn_buffer *out, random_source *random, const random_column *c) {
    static const char *const operators[] = {
        "=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"};
    say(out, "%s %s (%s)::%s", c->name, operators[random_below(random, 8)], constant_of(random, c), c->type);
}

/* Five values and more become a join with them, after which DuckDB keeps no order, be the tables whose they may. */
static void say_in(tarn_buffer *out, random_source *random, const random_column *c) {
    say(out, "%s IN (", c->name);
    for (uint64_t i = 0, count = 1 + random_below(random, 4); i < count; i++)
        say(out, "%s(%s)::%s", i ? ", " : "", constant_of(random, c), c->type);
    say(out, ")");
}

static void say_text_condition(tarn_buffer *out, random_source *random, const random_column *c) {
    static const char *const conditions[] = {
        "%s LIKE 'text%%1%%'",  "%s LIKE 'k1'",  "prefix(%s, 'text of')", "contains(%s, '7')",
        "length(%s) > 13",      "%s LIKE '%%2'", "starts_with(%s, '')",   "lower(%s) = 'k1'",
        "%s ILIKE 'TEXT%%5%%'", "%s > 'k'"};
    char condition[80];
    snprintf(condition, sizeof condition, conditions[random_below(random, 10)], c->name);
    say(out, "%s", condition);
}

static void say_simple_condition(tarn_buffer *out, random_source *random, const random_table *table) {
    const random_column *c = any_column(random, table);
    uint64_t kind = random_below(random, 10);
    if (kind == 0) {
        say(out, "n BETWEEN %d AND %d", (int)random_below(random, 9000), (int)random_below(random, 12000));
    } else if (kind == 1) {
        say(out, "n = %d", (int)random_below(random, 9000));
    } else if (kind == 2 || !(c->traits & CAN_COMPARE)) {
        say(out, "%s IS %sNULL", c->name, random_below(random, 2) ? "NOT " : "");
    } else if (kind == 3 && c->traits & IS_TEXT) {
        say_text_condition(out, random, c);
    } else if (kind == 4) {
        say_in(out, random, c);
    } else if (kind == 5) {
        say(out, "%s BETWEEN (%s)::%s AND (%s)::%s", c->name, constant_of(random, c), c->type, constant_of(random, c),
            c->type);
    } else {
        say_comparison(out, random, c);
    }
}

static void say_condition(tarn_buffer *out, random_source *random, const random_table *table, int depth) {
    uint64_t kind = random_below(random, depth > 0 ? 6 : 1);
    if (kind < 3) {
        say_simple_condition(out, random, table);
    } else if (kind == 3) {
        say(out, "NOT (");
        say_condition(out, random, table, depth - 1);
        say(out, ")");
    } else {
        say(out, "(");
        say_condition(out, random, table, depth - 1);
        say(out, kind == 4 ? " OR " : " AND ");
        say_condition(out, random, table, depth - 1);
        say(out, ")");
    }
}

static void say_where(tarn_buffer *out, random_source *random, const random_table *table) {
    uint64_t count = random_below(random, 4);
    for (uint64_t i = 0; i < count; i++) {
        say(out, i ? " AND " : " WHERE ");
        say_condition(out, random, table, 2);
    }
}

/* ---- what is selected ---- */

static void say_columns(tarn_buffer *out, random_source *random, const random_table *table, const char *before) {
    say(out, "%sn", before);
    for (uint64_t i = 0, count = random_below(random, 4); i < count; i++)
        say(out, ", %s%s", before, any_column(random, table)->name);
}

/* A value that looks the same for equal ones. */
static void say_group(tarn_buffer *out, const random_column *c) {
    if (c->traits & IS_FLOAT)
        say(out, "CASE WHEN %s = 0 THEN 0 ELSE %s END", c->name, c->name);
    else
        say(out, "%s", c->name);
}

static void say_aggregate(tarn_buffer *out, random_source *random, const random_table *table) {
    const random_column *c = any_column(random, table);
    uint64_t kind = random_below(random, 7);
    if (kind == 0) {
        say(out, "count(*)");
    } else if (kind == 1) {
        say(out, "count(%s)", c->name);
    } else if (kind == 2 && c->traits & CAN_SUM) {
        say(out, "sum(%s)", c->name);
    } else if (kind == 3) {
        say(out, "sum(n)");
    } else if (kind == 4 && c->traits & CAN_GROUP) {
        say(out, "count(DISTINCT %s)", c->name);
    } else if (c->traits & (CAN_GROUP | IS_FLOAT)) {
        say(out, kind == 5 ? "min(" : "max(");
        say_group(out, c);
        say(out, ")");
    } else {
        say(out, "max(n)");
    }
}

static void say_aggregates(tarn_buffer *out, random_source *random, const random_table *table) {
    for (uint64_t i = 0, count = 1 + random_below(random, 4); i < count; i++) {
        say(out, i ? ", " : "");
        say_aggregate(out, random, table);
    }
}

/* ---- whole queries ---- */

static void ask_rows(question *q, random_source *random, const random_table *table, const random_table *other) {
    (void)other;
    say(&q->sql, "SELECT ");
    if (random_below(random, 6) == 0)
        say(&q->sql, "*");
    else
        say_columns(&q->sql, random, table, "");
    say(&q->sql, " FROM %s", table->name);
    say_where(&q->sql, random, table);
}

static void ask_totals(question *q, random_source *random, const random_table *table, const random_table *other) {
    (void)other;
    say(&q->sql, "SELECT ");
    say_aggregates(&q->sql, random, table);
    say(&q->sql, " FROM %s", table->name);
    if (random_below(random, 2))
        say_where(&q->sql, random, table);
}

static void ask_groups(question *q, random_source *random, const random_table *table, const random_table *other) {
    const random_column *c = column_with(random, table, CAN_GROUP), *d = column_with(random, table, CAN_GROUP);
    if (!c || !d) {
        ask_totals(q, random, table, other);
        return;
    }
    say(&q->sql, "SELECT %s, %s, ", c->name, random_below(random, 2) ? d->name : c->name);
    say_aggregates(&q->sql, random, table);
    say(&q->sql, " FROM %s", table->name);
    say_where(&q->sql, random, table);
    say(&q->sql, " GROUP BY ALL ORDER BY ALL");
    q->has_order = true;
}

/* With the number behind it, the order leaves no choice. */
static void ask_top(question *q, random_source *random, const random_table *table, const random_table *other) {
    const random_column *c = any_column(random, table);
    (void)other;
    say(&q->sql, "SELECT ");
    say_columns(&q->sql, random, table, "");
    say(&q->sql, " FROM %s", table->name);
    say_where(&q->sql, random, table);
    if (c->traits & (CAN_GROUP | IS_FLOAT))
        say(&q->sql, " ORDER BY %s %s NULLS %s, n", c->name, random_below(random, 2) ? "DESC" : "ASC",
            random_below(random, 2) ? "FIRST" : "LAST");
    else
        say(&q->sql, " ORDER BY n %s", random_below(random, 2) ? "DESC" : "ASC");
    if (random_below(random, 4))
        say(&q->sql, " LIMIT %d OFFSET %d", (int)random_below(random, 30) + 1, (int)random_below(random, 3) * 7);
    q->has_order = true;
}

/* Only the key: which of several rows with the same one come is nobody's promise. */
static void ask_top_keys(question *q, random_source *random, const random_table *table, const random_table *other) {
    const random_column *c = column_with(random, table, CAN_GROUP);
    if (!c) {
        ask_top(q, random, table, other);
        return;
    }
    say(&q->sql, "SELECT %s FROM %s", c->name, table->name);
    say_where(&q->sql, random, table);
    say(&q->sql, " ORDER BY 1 %s NULLS LAST LIMIT %d", random_below(random, 2) ? "DESC" : "ASC",
        (int)random_below(random, 50) + 1);
    q->has_order = true;
}

/* The first rows, in an order that nobody wrote. */
static void ask_first(question *q, random_source *random, const random_table *table, const random_table *other) {
    (void)other;
    say(&q->sql, "SELECT ");
    say_columns(&q->sql, random, table, "");
    say(&q->sql, " FROM %s", table->name);
    say_where(&q->sql, random, table);
    say(&q->sql, " LIMIT %d OFFSET %d", (int)random_below(random, 200), (int)random_below(random, 3000));
    q->needs_order = true;
}

static void ask_join(question *q, random_source *random, const random_table *table, const random_table *other) {
    static const char *const joins[] = {"JOIN", "LEFT JOIN", "SEMI JOIN", "ANTI JOIN", "FULL JOIN"};
    uint64_t join = random_below(random, 5);
    bool one_side = join == 2 || join == 3;
    const random_column *c = column_with(random, table, CAN_GROUP), *found = NULL;
    for (int i = 0; c && i < 20 && !found; i++) {
        const random_column *d = column_with(random, other, CAN_GROUP);
        found = d && strcmp(c->type, d->type) == 0 && random_below(random, 4) ? d : NULL;
    }
    say(&q->sql, "SELECT a.n%s FROM %s a %s (SELECT * FROM %s", one_side ? "" : ", b.n", table->name, joins[join],
        other->name);
    say_where(&q->sql, random, other);
    if (found && other->rows < 6000)
        say(&q->sql, " LIMIT %d) b ON a.%s = b.%s AND a.n %% 5 = b.n %% 5", (int)random_below(random, 100), c->name,
            found->name);
    else
        say(&q->sql, ") b ON a.n = b.n");
    say(&q->sql, " ORDER BY ALL");
    q->has_order = true;
    q->needs_order = found != NULL;
}

static void ask_in(question *q, random_source *random, const random_table *table, const random_table *other) {
    say(&q->sql, "SELECT ");
    say_columns(&q->sql, random, table, "");
    say(&q->sql, " FROM %s WHERE n %sIN (SELECT n FROM %s", table->name, random_below(random, 3) ? "" : "NOT ",
        other->name);
    say_where(&q->sql, random, other);
    say(&q->sql, ") ORDER BY n");
    q->has_order = true;
}

static void ask_window(question *q, random_source *random, const random_table *table, const random_table *other) {
    const random_column *c = column_with(random, table, CAN_GROUP);
    if (!c) {
        ask_top(q, random, table, other);
        return;
    }
    say(&q->sql, "SELECT n, %s, row_number() OVER (PARTITION BY %s ORDER BY n DESC), lag(%s) OVER (ORDER BY n)",
        c->name, c->name, any_column(random, table)->name);
    say(&q->sql, " FROM %s", table->name);
    say_where(&q->sql, random, table);
    say(&q->sql, " ORDER BY n LIMIT 300");
    q->has_order = true;
}

static void ask_distinct(question *q, random_source *random, const random_table *table, const random_table *other) {
    const random_column *c = column_with(random, table, CAN_GROUP);
    (void)other;
    say(&q->sql, "SELECT DISTINCT %s FROM %s", c ? c->name : "n", table->name);
    say_where(&q->sql, random, table);
    say(&q->sql, " ORDER BY ALL");
    q->has_order = true;
}

static void ask_both(question *q, random_source *random, const random_table *table, const random_table *other) {
    say(&q->sql, "SELECT n FROM %s", table->name);
    say_where(&q->sql, random, table);
    say(&q->sql, " UNION ALL SELECT n FROM %s", other->name);
    say_where(&q->sql, random, other);
}

question random_question(random_source *random, const random_table *tables, size_t count) {
    static void (*const kinds[])(question *, random_source *, const random_table *, const random_table *) = {
        ask_rows,     ask_rows,  ask_rows, ask_totals, ask_totals, ask_groups,   ask_top,  ask_top,
        ask_top_keys, ask_first, ask_join, ask_in,     ask_window, ask_distinct, ask_both,
    };
    question q = {0};
    const random_table *table = &tables[random_below(random, count)], *other = &tables[random_below(random, count)];
    kinds[random_below(random, sizeof kinds / sizeof *kinds)](&q, random, table, other);
    return q;
}
