// Numbers, sizes and times as people read them.
#include "human.h"

#include "text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

char *human_count(int64_t number) {
    char digits[32];
    snprintf(digits, sizeof(digits), "%lld", (long long)number);
    const char *from = digits;
    cli_text text = {0};
    if (*from == '-')
        cli_text_add(&text, from++, 1);
    for (size_t left = strlen(from); left > 0; left--) {
        cli_text_add(&text, from++, 1);
        if (left > 1 && left % 3 == 1)
            cli_text_add(&text, ",", 1);
    }
    return text.data;
}

char *human_counted(int64_t number, const char *one, const char *many) {
    char *count = human_count(number);
    char *text = cli_format("%s %s", count, number == 1 ? one : many);
    free(count);
    return text;
}

char *human_size(uint64_t bytes) {
    static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000)
        return cli_format("%llu %s", (unsigned long long)bytes, bytes == 1 ? "byte" : "bytes");
    double value = (double)bytes / 1000;
    size_t unit = 0;
    while (value >= 999.95 && unit + 1 < sizeof(units) / sizeof(*units)) {
        value /= 1000;
        unit++;
    }
    return cli_format("%.1f %s", value, units[unit]);
}

char *human_duration(int64_t microseconds) {
    if (microseconds < 1000)
        return cli_format("%lld µs", (long long)microseconds);
    if (microseconds < 10000)
        return cli_format("%.1f ms", (double)microseconds / 1e3);
    if (microseconds < 1000000)
        return cli_format("%lld ms", (long long)(microseconds / 1000));
    if (microseconds < 60000000)
        return cli_format("%.1f s", (double)microseconds / 1e6);
    long long seconds = microseconds / 1000000;
    if (seconds < 3600)
        return cli_format("%lld min %lld s", seconds / 60, seconds % 60);
    return cli_format("%lld h %lld min", seconds / 3600, seconds / 60 % 60);
}

/** Whole seconds and the microseconds that are left, also before 1970. */
static time_t split_time(int64_t microseconds, int *rest) {
    int64_t seconds = microseconds / 1000000;
    int64_t left = microseconds % 1000000;
    if (left < 0) {
        left += 1000000;
        seconds--;
    }
    *rest = (int)left;
    return (time_t)seconds;
}

char *human_time(int64_t microseconds) {
    int rest;
    time_t seconds = split_time(microseconds, &rest);
    struct tm parts;
    char text[64] = "?";
    if (localtime_r(&seconds, &parts))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &parts);
    return cli_copy(text);
}

char *human_time_iso(int64_t microseconds) {
    int rest;
    time_t seconds = split_time(microseconds, &rest);
    struct tm parts;
    char text[64] = "?";
    if (gmtime_r(&seconds, &parts))
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &parts);
    return cli_format("%s.%06dZ", text, rest);
}

bool human_parse_size(const char *text, uint64_t *out) {
    static const struct {
        const char *name;
        double factor;
    } units[] = {
        {"", 1},
        {"b", 1},
        {"k", 1e3},
        {"kb", 1e3},
        {"kib", 1024.0},
        {"m", 1e6},
        {"mb", 1e6},
        {"mib", 1048576.0},
        {"g", 1e9},
        {"gb", 1e9},
        {"gib", 1073741824.0},
        {"t", 1e12},
        {"tb", 1e12},
        {"tib", 1099511627776.0},
    };
    if (*text < '0' || *text > '9')
        return false;
    char *end;
    double value = strtod(text, &end);
    end += strspn(end, " ");
    for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
        if (strcasecmp(end, units[i].name) == 0) {
            value *= units[i].factor;
            if (!isfinite(value) || value < 1 || value >= 1.8e19)
                return false;
            *out = (uint64_t)value;
            return true;
        }
    return false;
}
