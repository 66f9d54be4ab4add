/* Time zones as people write them. */
#include "command/date_reader.h"

typedef struct zone_name {
    char name[6];
    int16_t minutes; /* east of UTC */
} zone_name;

enum { HOUR = 60, HALF = 30 };

/* Those of one meaning, or of one that RFC 5322 gives them. */
static const zone_name zone_names[] = {
    {"WET", 0},
    {"WEST", HOUR},
    {"CET", HOUR},
    {"CEST", 2 * HOUR},
    {"MEZ", HOUR},
    {"MESZ", 2 * HOUR},
    {"MET", HOUR},
    {"MEST", 2 * HOUR},
    {"EET", 2 * HOUR},
    {"EEST", 3 * HOUR},
    {"MSK", 3 * HOUR},
    {"EST", -5 * HOUR},
    {"EDT", -4 * HOUR},
    {"CDT", -5 * HOUR},
    {"MST", -7 * HOUR},
    {"MDT", -6 * HOUR},
    {"PST", -8 * HOUR},
    {"PDT", -7 * HOUR},
    {"AKST", -9 * HOUR},
    {"AKDT", -8 * HOUR},
    {"HST", -10 * HOUR},
    {"NDT", -2 * HOUR - HALF},
    {"BRT", -3 * HOUR},
    {"SAST", 2 * HOUR},
    {"EAT", 3 * HOUR},
    {"WIB", 7 * HOUR},
    {"HKT", 8 * HOUR},
    {"SGT", 8 * HOUR},
    {"AWST", 8 * HOUR},
    {"JST", 9 * HOUR},
    {"KST", 9 * HOUR},
    {"ACST", 9 * HOUR + HALF},
    {"ACDT", 10 * HOUR + HALF},
    {"AEST", 10 * HOUR},
    {"AEDT", 11 * HOUR},
    {"NZST", 12 * HOUR},
    {"NZDT", 13 * HOUR},
};

/* Each is the name of several zones, hours apart. */
static const char *const ambiguous_names[] = {"IST", "CST", "BST", "AST", "ADT", "AMT", "GST",
                                              "SST", "ECT", "LMT", "WST", "NST", "PYT"};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static bool take_name(date_reader *r, tarn_date_reading *out) {
    for (size_t i = 0; i < COUNT(zone_names); i++) {
        if (!date_take_word(r, zone_names[i].name))
            continue;
        out->has_zone = true;
        out->offset = zone_names[i].minutes * 60;
        return true;
    }
    return false;
}

/* +02:00, -0530, +1, Z, UTC, GMT+1, CET; an offset has 15 hours at most. */
bool date_take_zone(date_reader *r, tarn_date_reading *out) {
    date_number hours, minutes = {0};
    bool is_named = date_take_word(r, "Z") || date_take_word(r, "UTC") || date_take_word(r, "GMT");
    if (!is_named && take_name(r, out))
        return true;
    if (r->at == r->end || (*r->at != '+' && *r->at != '-')) {
        out->has_zone = out->has_zone || is_named;
        return true;
    }
    int sign = *r->at++ == '-' ? -1 : 1;
    if (!date_take_number(r, 4, &hours) || hours.digits == 3)
        return false;
    if (hours.digits == 4) {
        minutes.value = hours.value % 100;
        hours.value /= 100;
    } else if (date_take(r, ':') && (!date_take_number(r, 2, &minutes) || minutes.digits != 2)) {
        return false;
    }
    out->has_zone = true;
    out->offset = sign * (hours.value * 3600 + minutes.value * 60);
    return hours.value <= 15 && minutes.value < 60;
}

static bool is_region(const char *name, size_t size) {
    size_t slashes = 0;
    for (size_t i = 0; i < size; i++) {
        bool is_letter = date_is_letter(name[i]);
        slashes += name[i] == '/' && i > 0;
        if (!is_letter && (i == 0 || (!date_is_digit(name[i]) && strchr("/_-+", name[i]) == NULL)))
            return false;
    }
    return slashes > 0;
}

tarn_zone_trouble tarn_zone_trouble_of(const char *text, size_t size) {
    size_t from = size;
    while (from > 0 && text[from - 1] != ' ')
        from--;
    const char *name = text + from;
    size -= from;
    for (size_t i = 0; i < COUNT(ambiguous_names); i++)
        if (size == strlen(ambiguous_names[i]) && strncasecmp(name, ambiguous_names[i], size) == 0)
            return TARN_ZONE_AMBIGUOUS;
    return is_region(name, size) ? TARN_ZONE_REGION : TARN_ZONE_NONE;
}
