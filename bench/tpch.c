#include "tpch.h"

#include "random.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Each table draws from a stream of its own, so that no table's values depend on another's size. */
enum {
    STREAM_REGION = 101,
    STREAM_NATION,
    STREAM_SUPPLIER,
    STREAM_CUSTOMER,
    STREAM_PART,
    STREAM_PRICE,
    STREAM_PARTSUPP,
    STREAM_ORDER,
};

enum {
    SUPPLIERS_PER_PART = 4,
    MOST_LINES = 7,
    ORDERS_PER_CHUNK = BENCH_CHUNK_ROWS / 4, /* an order has four lines on average */
    FIRST_DAY = 8035,                        /* 1992-01-01 */
    LAST_ORDER_DAY = 10440,                  /* 1998-08-02: the last receipt falls into 1998 */
    TODAY = 9298,                            /* 1995-06-17: what was shipped before is closed */
};

static const char *const words[] = {
    "account",   "again",    "among",    "around",     "asset",    "before",  "below",   "blithely", "bold",
    "carefully", "complete", "courier",  "daring",     "deposit",  "detect",  "doubt",   "even",     "express",
    "final",     "fluff",    "furious",  "grow",       "haggle",   "idea",    "instead", "ironic",   "keen",
    "lose",      "maintain", "notable",  "package",    "patient",  "pending", "pinto",   "platelet", "promise",
    "quick",     "quiet",    "regular",  "request",    "ruthless", "silent",  "sleep",   "slow",     "solve",
    "special",   "stealthy", "sublime",  "theodolite", "thin",     "through", "tithe",   "under",    "unusual",
    "use",       "wake",     "warhorse", "within",     "yearly",   "zealous",
};

static const char *const colours[] = {
    "almond", "azure",  "beige",   "black",   "blue",   "blush",   "brown",  "coral",  "cream",  "cyan",
    "dark",   "forest", "frosted", "ghost",   "gold",   "green",   "grey",   "honey",  "indigo", "ivory",
    "khaki",  "lace",   "lemon",   "lime",    "linen",  "magenta", "maroon", "mint",   "misty",  "navy",
    "olive",  "orange", "orchid",  "pale",    "peach",  "pink",    "plum",   "powder", "purple", "red",
    "rose",   "royal",  "saddle",  "salmon",  "sandy",  "sienna",  "sky",    "slate",  "smoke",  "snow",
    "spring", "steel",  "tan",     "thistle", "tomato", "violet",  "wheat",  "white",  "yellow",
};

static const char *const sizes_of_type[] = {"STANDARD", "SMALL", "MEDIUM", "LARGE", "ECONOMY", "PROMO"};
static const char *const finishes[] = {"ANODIZED", "BURNISHED", "PLATED", "POLISHED", "BRUSHED"};
static const char *const metals[] = {"TIN", "NICKEL", "BRASS", "STEEL", "COPPER"};
static const char *const container_sizes[] = {"SM", "LG", "MED", "JUMBO", "WRAP"};
static const char *const container_kinds[] = {"CASE", "BOX", "BAG", "JAR", "PKG", "PACK", "CAN", "DRUM"};
static const char *const segments[] = {"AUTOMOBILE", "BUILDING", "FURNITURE", "HOUSEHOLD", "MACHINERY"};
static const char *const priorities[] = {"1-URGENT", "2-HIGH", "3-MEDIUM", "4-NOT SPECIFIED", "5-LOW"};
static const char *const instructions[] = {"DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"};
static const char *const modes[] = {"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"};
static const char *const regions[] = {"AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"};

static const struct {
    const char *name;
    int region;
} nations[] = {
    {"ALGERIA", 0},      {"ARGENTINA", 1},  {"BRAZIL", 1},  {"CANADA", 1},         {"EGYPT", 4},
    {"ETHIOPIA", 0},     {"FRANCE", 3},     {"GERMANY", 3}, {"INDIA", 2},          {"INDONESIA", 2},
    {"IRAN", 4},         {"IRAQ", 4},       {"JAPAN", 2},   {"JORDAN", 4},         {"KENYA", 0},
    {"MOROCCO", 0},      {"MOZAMBIQUE", 0}, {"PERU", 1},    {"CHINA", 2},          {"ROMANIA", 3},
    {"SAUDI ARABIA", 4}, {"VIETNAM", 2},    {"RUSSIA", 3},  {"UNITED KINGDOM", 3}, {"UNITED STATES", 1},
};

/* ---- text -------------------------------------------------------------------------------------------------------- */

typedef struct text {
    char data[256];
    size_t size;
} text;

static void add(text *to, const char *word) {
    size_t size = strlen(word);
    if (to->size + size + 1 > sizeof to->data)
        return;
    if (to->size > 0)
        to->data[to->size++] = ' ';
    memcpy(to->data + to->size, word, size);
    to->size += size;
}

static text sentence(bench_random *random, int64_t fewest, int64_t most) {
    text made = {.size = 0};
    for (int64_t count = bench_between(random, fewest, most); count > 0; count--)
        add(&made, words[bench_below(random, COUNT(words))]);
    return made;
}

static void put(bench_batch *batch, size_t column, const text *value) {
    bench_put_text(batch, column, value->data, value->size);
}

static void put_word(bench_batch *batch, size_t column, const char *word) {
    bench_put_text(batch, column, word, strlen(word));
}

static void put_sentence(bench_batch *batch, size_t column, bench_random *random, int64_t fewest, int64_t most) {
    text made = sentence(random, fewest, most);
    put(batch, column, &made);
}

/* "Supplier#000000042" */
static void put_numbered(bench_batch *batch, size_t column, const char *what, int64_t number) {
    text made;
    made.size = (size_t)snprintf(made.data, sizeof made.data, "%s#%09lld", what, (long long)number);
    put(batch, column, &made);
}

static void put_address(bench_batch *batch, size_t column, bench_random *random) {
    text made = sentence(random, 1, 3);
    char number[16];
    snprintf(number, sizeof number, "%d", (int)bench_between(random, 1, 9999));
    add(&made, number);
    put(batch, column, &made);
}

/* The first two digits tell the nation. */
static void put_phone(bench_batch *batch, size_t column, bench_random *random, int64_t nation) {
    text made;
    made.size = (size_t)snprintf(made.data, sizeof made.data, "%02d-%03d-%03d-%04d", (int)nation + 10,
                                 (int)bench_between(random, 100, 999), (int)bench_between(random, 100, 999),
                                 (int)bench_between(random, 1000, 9999));
    put(batch, column, &made);
}

/* ---- the six tables around the orders ---------------------------------------------------------------------------- */

static const bench_field region_fields[] = {
    {"r_regionkey", BENCH_INT64}, {"r_name", BENCH_TEXT}, {"r_comment", BENCH_TEXT}};

static bool fill_region(const void *context, int64_t chunk, bench_batch *batch) {
    (void)context;
    for (size_t i = 0; chunk == 0 && i < COUNT(regions); i++) {
        bench_random random = bench_seed(STREAM_REGION, i);
        bench_put_int(batch, 0, (int64_t)i);
        put_word(batch, 1, regions[i]);
        put_sentence(batch, 2, &random, 5, 15);
    }
    return chunk == 0;
}

static const bench_field nation_fields[] = {
    {"n_nationkey", BENCH_INT64}, {"n_name", BENCH_TEXT}, {"n_regionkey", BENCH_INT64}, {"n_comment", BENCH_TEXT}};

static bool fill_nation(const void *context, int64_t chunk, bench_batch *batch) {
    (void)context;
    for (size_t i = 0; chunk == 0 && i < COUNT(nations); i++) {
        bench_random random = bench_seed(STREAM_NATION, i);
        bench_put_int(batch, 0, (int64_t)i);
        put_word(batch, 1, nations[i].name);
        bench_put_int(batch, 2, nations[i].region);
        put_sentence(batch, 3, &random, 5, 15);
    }
    return chunk == 0;
}

static const bench_field supplier_fields[] = {
    {"s_suppkey", BENCH_INT64}, {"s_name", BENCH_TEXT},     {"s_address", BENCH_TEXT}, {"s_nationkey", BENCH_INT64},
    {"s_phone", BENCH_TEXT},    {"s_acctbal", BENCH_MONEY}, {"s_comment", BENCH_TEXT}};

static bool fill_supplier(const void *context, int64_t chunk, bench_batch *batch) {
    const tpch_sizes *sizes = context;
    int64_t row;
    int64_t last;
    if (!bench_chunk(sizes->suppliers, chunk, &row, &last))
        return false;
    for (; row < last; row++) {
        bench_random random = bench_seed(STREAM_SUPPLIER, (uint64_t)row);
        int64_t nation = (int64_t)bench_below(&random, COUNT(nations));
        bench_put_int(batch, 0, row + 1);
        put_numbered(batch, 1, "Supplier", row + 1);
        put_address(batch, 2, &random);
        bench_put_int(batch, 3, nation);
        put_phone(batch, 4, &random, nation);
        bench_put_int(batch, 5, bench_between(&random, -99999, 999999));
        text comment = sentence(&random, 4, 10);
        if (bench_below(&random, 500) == 0) {
            add(&comment, "Customer");
            add(&comment, words[bench_below(&random, COUNT(words))]);
            add(&comment, "Complaints");
        }
        put(batch, 6, &comment);
    }
    return true;
}

static const bench_field customer_fields[] = {
    {"c_custkey", BENCH_INT64}, {"c_name", BENCH_TEXT},     {"c_address", BENCH_TEXT},    {"c_nationkey", BENCH_INT64},
    {"c_phone", BENCH_TEXT},    {"c_acctbal", BENCH_MONEY}, {"c_mktsegment", BENCH_TEXT}, {"c_comment", BENCH_TEXT}};

static bool fill_customer(const void *context, int64_t chunk, bench_batch *batch) {
    const tpch_sizes *sizes = context;
    int64_t row;
    int64_t last;
    if (!bench_chunk(sizes->customers, chunk, &row, &last))
        return false;
    for (; row < last; row++) {
        bench_random random = bench_seed(STREAM_CUSTOMER, (uint64_t)row);
        int64_t nation = (int64_t)bench_below(&random, COUNT(nations));
        bench_put_int(batch, 0, row + 1);
        put_numbered(batch, 1, "Customer", row + 1);
        put_address(batch, 2, &random);
        bench_put_int(batch, 3, nation);
        put_phone(batch, 4, &random, nation);
        bench_put_int(batch, 5, bench_between(&random, -99999, 999999));
        put_word(batch, 6, segments[bench_below(&random, COUNT(segments))]);
        put_sentence(batch, 7, &random, 5, 14);
    }
    return true;
}

/* In cents. A line item's price is that of its part, so both tables ask here. */
static int64_t part_price(int64_t part) {
    bench_random random = bench_seed(STREAM_PRICE, (uint64_t)part);
    return bench_between(&random, 90000, 210000);
}

static const bench_field part_fields[] = {
    {"p_partkey", BENCH_INT64},  {"p_name", BENCH_TEXT},         {"p_mfgr", BENCH_TEXT},
    {"p_brand", BENCH_TEXT},     {"p_type", BENCH_TEXT},         {"p_size", BENCH_INT32},
    {"p_container", BENCH_TEXT}, {"p_retailprice", BENCH_MONEY}, {"p_comment", BENCH_TEXT}};

static void put_part(bench_batch *batch, int64_t part) {
    bench_random random = bench_seed(STREAM_PART, (uint64_t)part);
    text name = {.size = 0};
    for (int i = 0; i < 5; i++)
        add(&name, colours[bench_below(&random, COUNT(colours))]);
    char maker[32];
    char brand[32];
    int maker_number = (int)bench_between(&random, 1, 5);
    snprintf(maker, sizeof maker, "Manufacturer#%d", maker_number);
    snprintf(brand, sizeof brand, "Brand#%d%d", maker_number, (int)bench_between(&random, 1, 5));
    text type = {.size = 0};
    add(&type, sizes_of_type[bench_below(&random, COUNT(sizes_of_type))]);
    add(&type, finishes[bench_below(&random, COUNT(finishes))]);
    add(&type, metals[bench_below(&random, COUNT(metals))]);
    text container = {.size = 0};
    add(&container, container_sizes[bench_below(&random, COUNT(container_sizes))]);
    add(&container, container_kinds[bench_below(&random, COUNT(container_kinds))]);
    bench_put_int(batch, 0, part);
    put(batch, 1, &name);
    put_word(batch, 2, maker);
    put_word(batch, 3, brand);
    put(batch, 4, &type);
    bench_put_int(batch, 5, bench_between(&random, 1, 50));
    put(batch, 6, &container);
    bench_put_int(batch, 7, part_price(part));
    put_sentence(batch, 8, &random, 1, 3);
}

static bool fill_part(const void *context, int64_t chunk, bench_batch *batch) {
    const tpch_sizes *sizes = context;
    int64_t row;
    int64_t last;
    if (!bench_chunk(sizes->parts, chunk, &row, &last))
        return false;
    for (; row < last; row++)
        put_part(batch, row + 1);
    return true;
}

/* One of the suppliers of a part; the four differ as long as there are four suppliers. */
static int64_t part_supplier(const tpch_sizes *sizes, int64_t part, int64_t which) {
    return (part + part / sizes->suppliers + which * (sizes->suppliers / SUPPLIERS_PER_PART)) % sizes->suppliers + 1;
}

static const bench_field partsupp_fields[] = {{"ps_partkey", BENCH_INT64},
                                              {"ps_suppkey", BENCH_INT64},
                                              {"ps_availqty", BENCH_INT32},
                                              {"ps_supplycost", BENCH_MONEY},
                                              {"ps_comment", BENCH_TEXT}};

static bool fill_partsupp(const void *context, int64_t chunk, bench_batch *batch) {
    const tpch_sizes *sizes = context;
    int64_t row;
    int64_t last;
    if (!bench_chunk(sizes->parts * SUPPLIERS_PER_PART, chunk, &row, &last))
        return false;
    for (; row < last; row++) {
        bench_random random = bench_seed(STREAM_PARTSUPP, (uint64_t)row);
        int64_t part = row / SUPPLIERS_PER_PART + 1;
        bench_put_int(batch, 0, part);
        bench_put_int(batch, 1, part_supplier(sizes, part, row % SUPPLIERS_PER_PART));
        bench_put_int(batch, 2, bench_between(&random, 1, 9999));
        bench_put_int(batch, 3, bench_between(&random, 100, 100000));
        put_sentence(batch, 4, &random, 8, 24);
    }
    return true;
}

/* ---- orders and their lines -------------------------------------------------------------------------------------- */

typedef struct line {
    int64_t part, supplier, quantity, price, discount, tax; /* amounts in cents or hundredths */
    int64_t shipped, committed, received;
    const char *return_flag, *status, *instruction, *mode;
    text comment;
} line;

typedef struct order {
    int64_t key, customer, total, day;
    const char *status, *priority;
    int line_count;
    line lines[MOST_LINES];
} order;

static void make_line(const tpch_sizes *sizes, bench_random *random, int64_t day, line *out) {
    out->part = bench_between(random, 1, sizes->parts);
    out->supplier = part_supplier(sizes, out->part, bench_between(random, 0, SUPPLIERS_PER_PART - 1));
    out->quantity = bench_between(random, 1, 50);
    out->price = out->quantity * part_price(out->part);
    out->discount = bench_between(random, 0, 10);
    out->tax = bench_between(random, 0, 8);
    out->shipped = day + bench_between(random, 1, 121);
    out->committed = day + bench_between(random, 30, 90);
    out->received = out->shipped + bench_between(random, 1, 30);
    const char *settled = bench_below(random, 2) == 0 ? "A" : "R";
    out->return_flag = out->received <= TODAY ? settled : "N";
    out->status = out->shipped > TODAY ? "O" : "F";
    out->instruction = instructions[bench_below(random, COUNT(instructions))];
    out->mode = modes[bench_below(random, COUNT(modes))];
    out->comment = sentence(random, 2, 6);
}

/* Returns the generator's state, from which the order's own comment is made. */
static bench_random make_order(const tpch_sizes *sizes, int64_t row, order *out) {
    bench_random random = bench_seed(STREAM_ORDER, (uint64_t)row);
    out->key = row / 8 * 32 + row % 8 + 1; /* keys have gaps, as in a table that lived */
    /* A third of the customers never order. */
    out->customer = bench_between(&random, 0, (sizes->customers - 1) / 3) * 3 + bench_between(&random, 1, 2);
    if (out->customer > sizes->customers)
        out->customer = 1;
    out->day = bench_between(&random, FIRST_DAY, LAST_ORDER_DAY);
    out->priority = priorities[bench_below(&random, COUNT(priorities))];
    out->line_count = (int)bench_between(&random, 1, MOST_LINES);
    out->total = 0;
    int open = 0;
    for (int i = 0; i < out->line_count; i++) {
        line *line = &out->lines[i];
        make_line(sizes, &random, out->day, line);
        out->total += line->price * (100 - line->discount) / 100 * (100 + line->tax) / 100;
        open += line->status[0] == 'O';
    }
    out->status = open == out->line_count ? "O" : open == 0 ? "F" : "P";
    return random;
}

/* The orders of a chunk: [*first, *last). */
static bool order_chunk(const tpch_sizes *sizes, int64_t chunk, int64_t *first, int64_t *last) {
    *first = chunk * ORDERS_PER_CHUNK;
    *last = *first + ORDERS_PER_CHUNK < sizes->orders ? *first + ORDERS_PER_CHUNK : sizes->orders;
    return *first < sizes->orders;
}

static const bench_field order_fields[] = {
    {"o_orderkey", BENCH_INT64},   {"o_custkey", BENCH_INT64},      {"o_orderstatus", BENCH_TEXT},
    {"o_totalprice", BENCH_MONEY}, {"o_orderdate", BENCH_DATE},     {"o_orderpriority", BENCH_TEXT},
    {"o_clerk", BENCH_TEXT},       {"o_shippriority", BENCH_INT32}, {"o_comment", BENCH_TEXT}};

static bool fill_orders(const void *context, int64_t chunk, bench_batch *batch) {
    const tpch_sizes *sizes = context;
    int64_t row;
    int64_t last;
    if (!order_chunk(sizes, chunk, &row, &last))
        return false;
    for (; row < last; row++) {
        order order;
        bench_random random = make_order(sizes, row, &order);
        bench_put_int(batch, 0, order.key);
        bench_put_int(batch, 1, order.customer);
        put_word(batch, 2, order.status);
        bench_put_int(batch, 3, order.total);
        bench_put_int(batch, 4, order.day);
        put_word(batch, 5, order.priority);
        put_numbered(batch, 6, "Clerk", bench_between(&random, 1, sizes->orders / 1500 + 1));
        bench_put_int(batch, 7, 0);
        text comment = sentence(&random, 3, 8);
        if (bench_below(&random, 90) == 0) {
            add(&comment, "special");
            add(&comment, words[bench_below(&random, COUNT(words))]);
            add(&comment, "requests");
        }
        put(batch, 8, &comment);
    }
    return true;
}

static const bench_field lineitem_fields[] = {
    {"l_orderkey", BENCH_INT64},   {"l_partkey", BENCH_INT64},     {"l_suppkey", BENCH_INT64},
    {"l_linenumber", BENCH_INT32}, {"l_quantity", BENCH_MONEY},    {"l_extendedprice", BENCH_MONEY},
    {"l_discount", BENCH_MONEY},   {"l_tax", BENCH_MONEY},         {"l_returnflag", BENCH_TEXT},
    {"l_linestatus", BENCH_TEXT},  {"l_shipdate", BENCH_DATE},     {"l_commitdate", BENCH_DATE},
    {"l_receiptdate", BENCH_DATE}, {"l_shipinstruct", BENCH_TEXT}, {"l_shipmode", BENCH_TEXT},
    {"l_comment", BENCH_TEXT}};

static void put_line(bench_batch *batch, int64_t order, int number, const line *line) {
    bench_put_int(batch, 0, order);
    bench_put_int(batch, 1, line->part);
    bench_put_int(batch, 2, line->supplier);
    bench_put_int(batch, 3, number);
    bench_put_int(batch, 4, line->quantity * 100);
    bench_put_int(batch, 5, line->price);
    bench_put_int(batch, 6, line->discount);
    bench_put_int(batch, 7, line->tax);
    put_word(batch, 8, line->return_flag);
    put_word(batch, 9, line->status);
    bench_put_int(batch, 10, line->shipped);
    bench_put_int(batch, 11, line->committed);
    bench_put_int(batch, 12, line->received);
    put_word(batch, 13, line->instruction);
    put_word(batch, 14, line->mode);
    put(batch, 15, &line->comment);
}

static bool fill_lineitem(const void *context, int64_t chunk, bench_batch *batch) {
    const tpch_sizes *sizes = context;
    int64_t row;
    int64_t last;
    if (!order_chunk(sizes, chunk, &row, &last))
        return false;
    for (; row < last; row++) {
        order order;
        make_order(sizes, row, &order);
        for (int i = 0; i < order.line_count; i++)
            put_line(batch, order.key, i + 1, &order.lines[i]);
    }
    return true;
}

/* ---- all --------------------------------------------------------------------------------------------------------- */

tpch_sizes bench_tpch_sizes(double scale) {
    tpch_sizes sizes = {.suppliers = (int64_t)(scale * 10000),
                        .customers = (int64_t)(scale * 150000),
                        .parts = (int64_t)(scale * 200000),
                        .orders = (int64_t)(scale * 1500000)};
    if (sizes.suppliers < SUPPLIERS_PER_PART)
        sizes.suppliers = SUPPLIERS_PER_PART;
    return sizes;
}

bench_table bench_tpch_table(size_t index, const tpch_sizes *sizes) {
#define TABLE(name, fields, fill)                                                                                      \
    { name, fields, COUNT(fields), fill, NULL }
    static const bench_table tables[TPCH_TABLES] = {TABLE("region", region_fields, fill_region),
                                                    TABLE("nation", nation_fields, fill_nation),
                                                    TABLE("supplier", supplier_fields, fill_supplier),
                                                    TABLE("customer", customer_fields, fill_customer),
                                                    TABLE("part", part_fields, fill_part),
                                                    TABLE("partsupp", partsupp_fields, fill_partsupp),
                                                    TABLE("orders", order_fields, fill_orders),
                                                    TABLE("lineitem", lineitem_fields, fill_lineitem)};
#undef TABLE
    bench_table table = tables[index];
    table.context = sizes;
    return table;
}
