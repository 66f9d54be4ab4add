/* Tables for queries of every shape: points, ranges, tops, groups, distinct values, texts, windows. */
#include "events.h"

#include "random.h"

#include <stdarg.h>
#include <stdio.h>

#define EVENT_MICROS INT64_C(15000000) /* between two events */
#define FIRST_EVENT INT64_C(1600000000000000)
#define REGION_ROWS (2 * BENCH_CHUNK_ROWS)
#define FACT_DAYS 1500
#define FIRST_DAY 18262 /* 2020-01-01 */

enum {
    EVENT_ID,
    EVENT_TIME,
    EVENT_KEY,
    EVENT_CODE,
    EVENT_GROUP,
    EVENT_SMALL,
    EVENT_KIND,
    EVENT_CITY,
    EVENT_VALUE,
    EVENT_AMOUNT,
    EVENT_REGION,
    EVENT_ZERO,
    EVENT_NOTE,
    EVENT_MAKER,
    EVENT_STREET,
    EVENT_PHONE,
    EVENT_EMAIL,
    EVENT_WIDE,
    EVENT_RISING,
    EVENT_RATIO,
};

static const bench_field event_fields[] = {
    [EVENT_ID] = {"id", BENCH_INT64},         [EVENT_TIME] = {"ts", BENCH_TIMESTAMP},
    [EVENT_KEY] = {"k", BENCH_INT64},         [EVENT_CODE] = {"code", BENCH_TEXT},
    [EVENT_GROUP] = {"g", BENCH_INT32},       [EVENT_SMALL] = {"small", BENCH_INT32},
    [EVENT_KIND] = {"kind", BENCH_TEXT},      [EVENT_CITY] = {"city", BENCH_TEXT},
    [EVENT_VALUE] = {"x", BENCH_DOUBLE},      [EVENT_AMOUNT] = {"amount", BENCH_MONEY},
    [EVENT_REGION] = {"region", BENCH_TEXT},  [EVENT_ZERO] = {"zero", BENCH_INT32},
    [EVENT_NOTE] = {"note", BENCH_TEXT},      [EVENT_MAKER] = {"maker", BENCH_TEXT},
    [EVENT_STREET] = {"street", BENCH_TEXT},  [EVENT_PHONE] = {"phone", BENCH_TEXT},
    [EVENT_EMAIL] = {"email", BENCH_TEXT},    [EVENT_WIDE] = {"wide", BENCH_INT64},
    [EVENT_RISING] = {"rising", BENCH_INT64}, [EVENT_RATIO] = {"ratio", BENCH_DOUBLE},
};

static void put_text(bench_batch *batch, size_t column, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void put_text(bench_batch *batch, size_t column, const char *format, ...) {
    char text[128];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    bench_put_text(batch, column, text, (size_t)size);
}

static void put_keys(bench_batch *batch, int64_t row, bench_random *random) {
    uint64_t key = (uint64_t)row * UINT64_C(0x9e3779b97f4a7c15), code = (uint64_t)row * UINT64_C(0xd1342543de82ef95);
    bench_put_int(batch, EVENT_ID, row);
    bench_put_int(batch, EVENT_TIME, FIRST_EVENT + row * EVENT_MICROS + bench_between(random, 0, EVENT_MICROS - 1));
    bench_put_int(batch, EVENT_KEY, (int64_t)(key >> 20));
    put_text(batch, EVENT_CODE, "E-%016llx", (unsigned long long)code);
    bench_put_int(batch, EVENT_GROUP, bench_between(random, 0, 999));
    if (bench_below(random, 20) == 0)
        bench_put_null(batch, EVENT_SMALL);
    else
        bench_put_int(batch, EVENT_SMALL, bench_between(random, 0, 9));
}

static void put_numbers(bench_batch *batch, int64_t row, bench_random *random) {
    if (bench_below(random, 10) == 0)
        bench_put_null(batch, EVENT_VALUE);
    else
        bench_put_double(batch, EVENT_VALUE, (double)bench_between(random, 0, 1 << 30) / 1024);
    bench_put_int(batch, EVENT_AMOUNT, bench_between(random, -99999, 9999999));
    bench_put_int(batch, EVENT_ZERO, 0);
    bench_put_int(batch, EVENT_WIDE, bench_between(random, 0, 1 << 28));
    bench_put_int(batch, EVENT_RISING, row / 10);
    bench_put_double(batch, EVENT_RATIO, (double)bench_between(random, 0, 1 << 28) / 64);
}

static void put_texts(bench_batch *batch, int64_t row, bench_random *random) {
    static const char *const kinds[] = {"groceries and household goods",
                                        "consumer electronics",
                                        "books",
                                        "garden and outdoor living",
                                        "toys and games for children",
                                        "office supplies",
                                        "sports equipment",
                                        "health and personal care"};
    put_text(batch, EVENT_KIND, "%s %d", kinds[bench_below(random, 8)], (int)bench_below(random, 5));
    if (bench_below(random, 50) == 0)
        bench_put_null(batch, EVENT_CITY);
    else
        put_text(batch, EVENT_CITY, "City of %04d-ville", (int)bench_below(random, 5000));
    put_text(batch, EVENT_REGION, "region-%02d", (int)(row / REGION_ROWS));
    put_text(batch, EVENT_NOTE, "note %d about %d and %d", (int)bench_below(random, 1 << 20),
             (int)bench_below(random, 1 << 16), (int)bench_below(random, 999));
    put_text(batch, EVENT_MAKER, "Maker #%03d Ltd", (int)bench_below(random, 300));
    put_text(batch, EVENT_STREET, "%d %c-street", (int)bench_below(random, 9999), 'A' + (int)bench_below(random, 26));
    put_text(batch, EVENT_PHONE, "+49 %03d %07d", (int)bench_below(random, 900), (int)bench_below(random, 9999999));
    put_text(batch, EVENT_EMAIL, "u%07d@mail%02d.example", (int)bench_below(random, 9999999),
             (int)bench_below(random, 40));
}

static bool fill_events(const void *context, int64_t chunk, bench_batch *batch) {
    const event_sizes *sizes = context;
    int64_t row, last;
    if (!bench_chunk(sizes->events, chunk, &row, &last))
        return false;
    for (; row < last; row++) {
        bench_random random = bench_seed(900, (uint64_t)row);
        put_keys(batch, row, &random);
        put_numbers(batch, row, &random);
        put_texts(batch, row, &random);
    }
    return true;
}

/* ---- the browser's tables ---- */

static const bench_field fact_fields[] = {{"id", BENCH_INT64}, {"g", BENCH_INT64},  {"name", BENCH_TEXT},
                                          {"x", BENCH_DOUBLE}, {"day", BENCH_DATE}, {"k", BENCH_INT64}};

static bool fill_facts(const void *context, int64_t chunk, bench_batch *batch) {
    const event_sizes *sizes = context;
    int64_t row, last;
    if (!bench_chunk(sizes->facts, chunk, &row, &last))
        return false;
    for (; row < last; row++) {
        bench_put_int(batch, 0, row);
        bench_put_int(batch, 1, row * 7919 % 1000);
        put_text(batch, 2, "name %d", (int)(row * 104729 % 10007));
        bench_put_double(batch, 3, (double)(row * 31 % 100000) / 100.0);
        bench_put_int(batch, 4, FIRST_DAY + row * 13 % FACT_DAYS);
        if (row % 11 == 0)
            bench_put_null(batch, 5);
        else
            bench_put_int(batch, 5, row * 17 % 50);
    }
    return true;
}

static const bench_field dim_fields[] = {{"g", BENCH_INT64}, {"label", BENCH_TEXT}};

static bool fill_dims(const void *context, int64_t chunk, bench_batch *batch) {
    (void)context;
    for (int64_t i = 0; chunk == 0 && i < 1000; i++) {
        bench_put_int(batch, 0, i);
        put_text(batch, 1, "group %d", (int)(i % 40));
    }
    return chunk == 0;
}

/* ---- all of them ---- */

event_sizes bench_event_sizes(double scale) {
    return (event_sizes){(int64_t)(scale * 3000000), (int64_t)(scale * 5000000)};
}

#define TABLE(name, fields, fill)                                                                                      \
    { name, fields, sizeof(fields) / sizeof *(fields), fill, sizes }

bench_table bench_event_table(size_t index, const event_sizes *sizes) {
    const bench_table tables[EVENT_TABLES] = {TABLE("events", event_fields, fill_events),
                                              TABLE("facts", fact_fields, fill_facts),
                                              TABLE("dims", dim_fields, fill_dims)};
    return tables[index];
}
