/* Amounts, percentages, dates and time zones as people write them: whatever is read keeps its bounds, and a date that
 * is printed and read again is the same. */
#include "base/text.h"
#include "command/amount.h"
#include "command/date_text.h"
#include "command/percent.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 512, ORNAMENT_EXPONENT = 12 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds) {
    if (!holds)
        abort();
}

static void check_amount(const char *text, size_t size, bool (*read)(const char *, size_t, tarn_amount *)) {
    tarn_amount amount;
    if (!read(text, size, &amount) || amount.is_empty)
        return;
    expect(amount.digits >= 0 && amount.digits <= TARN_AMOUNT_DIGITS);
    expect(amount.decimals >= 0 && (size_t)amount.decimals <= size);
    expect(amount.exponent >= -3 && amount.exponent <= ORNAMENT_EXPONENT);
    expect(memchr(amount.currency, '\0', TARN_CURRENCY_SIZE) != NULL);
}

static void check_date(const char *text, size_t size, tarn_date_number_kind kind) {
    tarn_date_options options = {.pivot = 69, .number = kind};
    tarn_date_reading reading, again;
    char printed[TARN_DATE_TEXT_SIZE];
    if (!tarn_date_read(text, size, &options, &reading))
        return;
    expect(tarn_date_reading_orders(&reading) != 0);
    expect(reading.micros >= 0 && reading.micros <= INT64_C(86401000000)); /* a leap second */
    expect(reading.offset > -16 * 3600 && reading.offset < 16 * 3600);
    for (int i = 0; i < TARN_DATE_ORDERS; i++) {
        if (reading.days[i] == TARN_NO_DATE)
            continue;
        size_t length = tarn_date_print(reading.days[i], printed);
        options.number = TARN_NUMBER_DIGITS;
        expect(tarn_date_read(printed, length, &options, &again) && again.days[i] == reading.days[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int32_t offset;
    size = tarn_utf8_valid_prefix((const char *)data, size < MOST_BYTES ? size : MOST_BYTES);
    char *text = malloc(size + 1); /* with a NUL for zones, whose text ends with one; the others get their size */
    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    check_amount(text, size, tarn_amount_read);
    check_amount(text, size, tarn_percent_read);
    for (int kind = TARN_NUMBER_AUTO; kind <= TARN_NUMBER_EXCEL_1904; kind++)
        check_date(text, size, (tarn_date_number_kind)kind);
    if (memchr(text, '\0', size) == NULL)
        tarn_zone_read(text, &offset);
    free(text);
    return 0;
}
