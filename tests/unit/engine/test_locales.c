/* What depends on languages and places: collations, time zones, calendars. The digests were made by DuckDB with its own
 * data, and hold wherever that data comes from. */
#include "support_engine.h"

#include "base/buffer.h"

#include <stdlib.h>

static void test_orders_of_languages(void **state) {
    fixture *f = *state;
    const char *texts = "(VALUES ('öl'),('zebra'),('ål'),('apa'),('äpple'),('chata'),('cukr')) t(x)";
    const struct {
        const char *collation, *expected;
    } orders[] = {
        {"sv", "apa chata cukr zebra ål äpple öl\n"},
        {"de", "ål apa äpple chata cukr öl zebra\n"},
        {"cs", "ål apa äpple cukr chata öl zebra\n"},
    };
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        tarn_buffer sql = {0};
        assert_ok(tarn_buffer_printf(&sql, error, "SELECT string_agg(x, ' ' ORDER BY x COLLATE %s) FROM %s%c",
                                     orders[i].collation, texts, 0));
        assert_answer(f, (const char *)sql.data, orders[i].expected);
        tarn_buffer_free(&sql);
    }
    assert_answer(f, "SELECT string_agg(x, ' ' ORDER BY x COLLATE zh) FROM (VALUES ('张'),('李'),('王'),('阿')) t(x)",
                  "阿 李 王 张\n");
    assert_answer(f, "SELECT 'café' COLLATE icu_noaccent = 'cafe'", "true\n");
}

/* Keys of texts of many scripts by every collation there is, and by those that only a tag can name. */
static void test_keys_of_every_collation(void **state) {
    fixture *f = *state;
    make_table(
        f, "collations",
        "SELECT collname AS name FROM pragma_collations() WHERE collname NOT IN ('binary', 'nocase', 'noaccent', "
        "'nfc', 'icu_noaccent') ORDER BY name",
        1000);
    char *names =
        answer(f,
               "SELECT name FROM collations UNION SELECT unnest(['zh@collation=stroke', 'zh@collation=zhuyin', "
               "'de@collation=phonebk', 'es@collation=trad', 'und@collation=emoji', 'ja@collation=unihan']) ORDER BY 1",
               NULL);
    tarn_buffer sql = {0};
    assert_ok(tarn_buffer_printf(&sql, error, "SELECT md5(string_agg(concat_ws('|'"));
    size_t count = 0;
    for (char *name = strtok(names, "\n"); name; name = strtok(NULL, "\n"), count++)
        assert_ok(tarn_buffer_printf(&sql, error, ", icu_sort_key(x, '%s')", name));
    assert_ok(tarn_buffer_printf(
        &sql, error,
        "), ' ' ORDER BY x)) FROM (VALUES ('ch'), ('CH'), ('ß'), ('ll'), ('ä'), ('Ø'), ('中'), ('國'), "
        "('ж'), ('한'), ('ไทย'), ('ง'), ('カ'), ('か'), ('क्ष'), ('😀'), ('é')) t(x)%c",
        0));
    assert_int_equal(count, 136);
    char *keys = answer(f, (const char *)sql.data, NULL);
    assert_string_equal(keys, "5b5686a8a58a22c894114a68797be158\n");
    free(keys);
    tarn_buffer_free(&sql);
    free(names);
}

static void test_every_time_zone(void **state) {
    fixture *f = *state;
    assert_answer(
        f,
        "SELECT count(*), md5(string_agg(concat(name, ' ', timezone(name, TIMESTAMPTZ '1969-07-20 20:17:40+00'), "
        "' ', timezone(name, TIMESTAMPTZ '2024-03-31 01:30:00+00'), ' ', timezone(name, TIMESTAMPTZ "
        "'2050-11-06 06:30:00+00')), ',' ORDER BY name)) FROM pg_timezone_names()",
        "638|5e3c36622efe32d825bf70013f027767\n");
}

static void test_dates_by_calendar(void **state) {
    fixture *f = *state;
    assert_answer(f, "SELECT md5(string_agg(name, ' ' ORDER BY name)), count(*) FROM icu_calendar_names()",
                  "94b1bd4b90b875fdfd9411caf8d74212|18\n");
    assert_answer(f,
                  "SELECT date_part('week', TIMESTAMPTZ '2021-01-03 00:00:00+00'), date_trunc('week', TIMESTAMPTZ "
                  "'2021-01-03 00:00:00+00'), TIMESTAMPTZ '2024-01-31 00:00:00+00' + INTERVAL 1 MONTH",
                  "53|2020-12-28 00:00:00+00|2024-02-29 00:00:00+00\n");
    assert_answer(f, "SELECT strptime('2024-02-29 12:00 Asia/Tokyo', '%Y-%m-%d %H:%M %Z')", "2024-02-29 03:00:00+00\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_orders_of_languages, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_keys_of_every_collation, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_every_time_zone, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_dates_by_calendar, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
