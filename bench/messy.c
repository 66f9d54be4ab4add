#include "messy.h"

#include "harness.h"
#include "random.h"
#include "system.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_MESSY = 17, NAME_SIZE = 64 };

static const bench_field messy_fields[MESSY_COLUMNS] = {
    [MESSY_ID] = {"id", BENCH_INT64},
    [MESSY_CUSTOMER] = {"customer", BENCH_INT64},
    [MESSY_QUANTITY] = {"quantity", BENCH_INT64},
    [MESSY_PRICE] = {"price", BENCH_DOUBLE},
    [MESSY_SCORE] = {"score", BENCH_DOUBLE},
    [MESSY_DAY] = {"day", BENCH_DATE},
    [MESSY_CREATED] = {"created", BENCH_TIMESTAMP},
    [MESSY_STATUS] = {"status", BENCH_TEXT},
    [MESSY_CITY] = {"city", BENCH_TEXT},
    [MESSY_NAME] = {"name", BENCH_TEXT},
};

static const char *const statuses[] = {"new", "paid", "shipped", "delivered", "returned", "cancelled"};

static const char *const cities[] = {
    "Aberdeen",  "Århus",    "Athens",    "Austin, TX", "Bergen",   "Bern",    "Bordeaux",       "Bremen",
    "Brno",      "Cádiz",    "Chicago",   "Como",       "Córdoba",  "Dresden", "Dublin",         "Freiburg",
    "Gdańsk",    "Genève",   "Göteborg",  "Graz",       "Kraków",   "Linz",    "Lyon",           "Malmö",
    "Marseille", "Memphis",  "München",   "New York",   "Nürnberg", "Odense",  "Portland, OR",   "Porto",
    "Reykjavík", "San José", "São Paulo", "Trondheim",  "Uppsala",  "Utrecht", "Washington, DC", "Zürich",
};

static const char *const first_names[] = {"Ada",   "Béla",   "Clara", "Dennis", "Edith",  "Felix", "Grace",    "Hans",
                                          "Ines",  "Jürgen", "Karl",  "Lotte",  "Maria",  "Nils",  "Olga",     "Pavel",
                                          "Quinn", "Rosa",   "Søren", "Tomás",  "Ursula", "Vera",  "Wolfgang", "Zoë"};

static const char *const last_names[] = {"Abbott",  "Bergström", "Castro", "Dvořák",   "Eriksen",  "Fischer",
                                         "García",  "Hughes",    "Ito",    "Jansen",   "Kowalski", "Lindberg",
                                         "Müller",  "Nguyen",    "Okafor", "Petersen", "Quist",    "Rossi",
                                         "Schmidt", "Tanaka",    "Ulrich", "Vogel",    "Weber",    "Young"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct messy_row {
    int64_t id;
    int64_t customer;
    int64_t quantity;
    int64_t cents;
    int64_t score; /* millionths; negative for an empty cell */
    int64_t day;
    int64_t created; /* seconds */
    const char *status;
    const char *city;
    char name[NAME_SIZE];
    size_t name_size;
} messy_row;

static const char *spaces(bench_random *random) {
    static const char *const runs[] = {"", " ", "  "};
    return runs[bench_below(random, COUNT(runs))];
}

static void make_row(int64_t row, messy_row *out) {
    bench_random random = bench_seed(STREAM_MESSY, (uint64_t)row);
    out->id = row + 1;
    out->customer = bench_between(&random, 1, 50000);
    out->quantity = bench_between(&random, 1, 100);
    out->cents = bench_between(&random, 50, 99999);
    out->score = bench_below(&random, 50) == 0 ? -1 : bench_between(&random, 0, 999999);
    out->day = bench_between(&random, 16436, 20088); /* 2015 to 2024 */
    out->created = out->day * 86400 + bench_between(&random, 0, 86399);
    out->status = statuses[bench_below(&random, COUNT(statuses))];
    out->city = cities[bench_below(&random, COUNT(cities))];
    const char *first = first_names[bench_below(&random, COUNT(first_names))];
    const char *last = last_names[bench_below(&random, COUNT(last_names))];
    long long number = (long long)bench_between(&random, 100, 99999);
    const char *before = spaces(&random);
    int size = snprintf(out->name, NAME_SIZE, "%s%s %s %lld%s", before, first, last, number, spaces(&random));
    out->name_size = (size_t)size;
}

/* ---- as Arrow ---------------------------------------------------------------------------------------------------- */

static bool fill_messy(const void *context, int64_t chunk, bench_batch *batch) {
    int64_t row;
    int64_t last;
    if (!bench_chunk(*(const int64_t *)context, chunk, &row, &last))
        return false;
    for (; row < last; row++) {
        messy_row made;
        make_row(row, &made);
        bench_put_int(batch, MESSY_ID, made.id);
        bench_put_int(batch, MESSY_CUSTOMER, made.customer);
        bench_put_int(batch, MESSY_QUANTITY, made.quantity);
        bench_put_double(batch, MESSY_PRICE, (double)made.cents / 100);
        if (made.score < 0)
            bench_put_null(batch, MESSY_SCORE);
        else
            bench_put_double(batch, MESSY_SCORE, (double)made.score / 1e6);
        bench_put_int(batch, MESSY_DAY, made.day);
        bench_put_int(batch, MESSY_CREATED, made.created * 1000000);
        bench_put_text(batch, MESSY_STATUS, made.status, strlen(made.status));
        bench_put_text(batch, MESSY_CITY, made.city, strlen(made.city));
        bench_put_text(batch, MESSY_NAME, made.name, made.name_size);
    }
    return true;
}

bench_table bench_messy_table(const char *name, const int64_t *rows) {
    return (bench_table){
        .name = name, .fields = messy_fields, .field_count = MESSY_COLUMNS, .fill = fill_messy, .context = rows};
}

/* ---- as CSV ------------------------------------------------------------------------------------------------------ */

/* Howard Hinnant's civil_from_days, for the years that occur here. */
static int format_day(char *text, int64_t days) {
    int64_t shifted = days + 719468;
    int64_t era = shifted / 146097;
    int64_t day_of_era = shifted % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153;
    int day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    int civil_month = (int)(month < 10 ? month + 3 : month - 9);
    int year = (int)(year_of_era + era * 400 + (civil_month <= 2));
    return sprintf(text, "%04d-%02d-%02d", year, civil_month, day);
}

static int format_row(char *text, size_t size, const messy_row *row) {
    char score[16] = "";
    char day[40];
    const char *quote = strchr(row->city, ',') != NULL ? "\"" : "";
    if (row->score >= 0)
        snprintf(score, sizeof score, "0.%06d", (int)row->score);
    format_day(day, row->day);
    int second = (int)(row->created % 86400);
    return snprintf(text, size, "%lld,%lld,%lld,%lld.%02d,%s,%s,%s %02d:%02d:%02d,%s,%s%s%s,%s\n", (long long)row->id,
                    (long long)row->customer, (long long)row->quantity, (long long)(row->cents / 100),
                    (int)(row->cents % 100), score, day, day, second / 3600, second / 60 % 60, second % 60, row->status,
                    quote, row->city, quote, row->name);
}

int64_t bench_messy_csv(const char *path, int64_t rows, int64_t bytes) {
    FILE *file = fopen(path, "wb");
    if (file == NULL)
        bench_die("cannot write %s: %s", path, strerror(errno));
    for (int i = 0; i < MESSY_COLUMNS; i++)
        fprintf(file, "%s%c", messy_fields[i].name, i + 1 < MESSY_COLUMNS ? ',' : '\n');
    int64_t row = 0;
    for (int64_t written = 0; bytes > 0 ? written < bytes : row < rows; row++) {
        messy_row made;
        char text[512];
        make_row(row, &made);
        int size = format_row(text, sizeof text, &made);
        written += size;
        if (fwrite(text, 1, (size_t)size, file) != (size_t)size)
            bench_die("cannot write %s: %s", path, strerror(errno));
    }
    if (fclose(file) != 0)
        bench_die("cannot write %s: %s", path, strerror(errno));
    return row;
}
