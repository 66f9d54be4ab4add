/* Times of day as people write them. */
#include "command/date_reader.h"

enum { SECOND = 1000000, FRACTION_DIGITS = 6 };

/* am, PM, a.m., p. m. */
static char take_half(date_reader *r) {
    date_reader tried = *r;
    if (tried.at == tried.end || !date_is_one_of(*tried.at, "aApP"))
        return '\0';
    char half = (char)(*tried.at++ | 0x20);
    if (date_take(&tried, '.'))
        date_skip(&tried, " ");
    if (tried.at == tried.end || (*tried.at != 'm' && *tried.at != 'M'))
        return '\0';
    tried.at++;
    date_take(&tried, '.');
    if (tried.at < tried.end && date_is_letter(*tried.at))
        return '\0';
    *r = tried;
    return half;
}

/* Digits behind a second's point, in microseconds; further ones are rounded. */
static int take_fraction(date_reader *r, tarn_date_reading *out) {
    int micros = 0, digits = 0, next = 0;
    for (; r->at < r->end && date_is_digit(*r->at); r->at++, digits++) {
        int digit = *r->at - '0';
        if (digits < FRACTION_DIGITS)
            micros = micros * 10 + digit;
        else if (digits == FRACTION_DIGITS)
            next = digit;
        out->is_rounded = out->is_rounded || (digits >= FRACTION_DIGITS && digit != 0);
    }
    for (; digits < FRACTION_DIGITS; digits++)
        micros *= 10;
    return micros + (next >= 5);
}

/* hhmm and hhmmss */
static bool split_compact(date_number all, date_number *hour, date_number *minute, date_number *second) {
    int hhmm = all.digits == 6 ? all.value / 100 : all.value;
    *hour = (date_number){hhmm / 100, 2};
    *minute = (date_number){hhmm % 100, 2};
    *second = (date_number){all.digits == 6 ? all.value % 100 : 0, 2};
    return all.digits == 4 || all.digits == 6;
}

/* Minutes and seconds behind the hour: 10:05:06, 10.05, 10h05. */
static bool take_rest(date_reader *r, date_number *minute, date_number *second, bool *has_minutes) {
    char sign = r->at < r->end ? *r->at : '\0';
    *has_minutes =
        (sign == ':' || sign == '.' || sign == 'h' || sign == 'H') && r->at + 1 < r->end && date_is_digit(r->at[1]);
    if (!*has_minutes)
        return true;
    r->at++;
    if (!date_take_number(r, 2, minute) || minute->digits != 2)
        return false;
    if (sign == ':' || sign == '.') {
        if (r->end - r->at > 1 && *r->at == sign && date_is_digit(r->at[1])) {
            r->at++;
            return date_take_number(r, 2, second) && second->digits == 2;
        }
        return !date_take(r, ':');
    }
    date_take(r, 'm');
    return true;
}

static bool set_time(tarn_date_reading *out, date_number hour, date_number minute, date_number second, int fraction,
                     char half) {
    if (half != '\0') {
        if (hour.value < 1 || hour.value > 12)
            return false;
        hour.value = hour.value % 12 + (half == 'p' ? 12 : 0);
    }
    if (hour.value > 24 || minute.value > 59 || second.value > 60 ||
        (hour.value == 24 && (minute.value > 0 || second.value > 0 || fraction > 0)))
        return false;
    out->has_time = true;
    out->micros = ((int64_t)hour.value * 3600 + minute.value * 60 + second.value) * SECOND + fraction;
    return true;
}

bool date_take_clock(date_reader *r, tarn_date_reading *out) {
    date_number hour, minute = {0}, second = {0};
    bool has_minutes = false;
    int fraction = 0;
    if (!date_take_number(r, 6, &hour))
        return false;
    if (r->is_compact && hour.digits > 2) {
        has_minutes = split_compact(hour, &hour, &minute, &second);
        if (!has_minutes)
            return false;
    } else if (hour.digits > 2 || !take_rest(r, &minute, &second, &has_minutes)) {
        return false;
    }
    if (has_minutes && r->end - r->at > 1 && (*r->at == '.' || *r->at == ',') && date_is_digit(r->at[1])) {
        r->at++;
        fraction = take_fraction(r, out);
    }
    date_skip(r, " ");
    char half = take_half(r);
    bool has_hours = half == '\0' && date_take_listed(r, " h uhr hrs hs uur uren klo ");
    date_skip(r, " ");
    return (has_minutes || half != '\0' || has_hours) && set_time(out, hour, minute, second, fraction, half);
}

/* (CET) behind an offset says nothing new. */
static void skip_comment(date_reader *r) {
    date_skip(r, " ");
    if (r->at < r->end && *r->at == '(' && r->end[-1] == ')')
        r->at = r->end;
}

bool date_take_time(date_reader *r, tarn_date_reading *out) {
    const char *from = r->at;
    date_skip(r, ", ");
    if (r->at == r->end)
        return true;
    bool has_sign = date_take(r, ':'); /* 31DEC2024:23:59 */
    bool has_t = date_take_word(r, "T");
    r->is_compact = r->is_compact || has_t;
    while (!has_t && !has_sign && date_take_listed(r, " at um kl klo a alle ore om o as las la в ora "))
        date_skip(r, " ");
    if (r->at == from || !date_take_clock(r, out))
        return false;
    if (!date_take_zone(r, out))
        return false;
    if (out->has_zone)
        skip_comment(r);
    date_skip(r, " ");
    return r->at == r->end;
}
