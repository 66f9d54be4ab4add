// A line for each request.
#include "server/access_log.h"

#include "base/clock.h"
#include "base/json_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool tarn_log_format_parse(const char *name, tarn_log_format *out) {
    static const char *const names[] = {"none", "json", "common"};
    for (size_t i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0) {
            *out = (tarn_log_format)i;
            return true;
        }
    return false;
}

static const char *or_none(const char *text) {
    return text != NULL && text[0] != '\0' ? text : "-";
}

static void quoted(tarn_buffer *line, const char *text) {
    if (tarn_json_text_quote(line, or_none(text), NULL) != TARN_OK)
        tarn_buffer_printf(line, NULL, "\"\"");
}

static void write_json(const tarn_exchange *exchange, tarn_buffer *line) {
    char now[TARN_TIME_TEXT_SIZE];
    tarn_time_format(tarn_now(), now);
    tarn_buffer_printf(line, NULL, "{\"time\":\"%s\",\"client\":\"%s\",\"user\":", now,
                       tarn_connection_peer(exchange->connection));
    quoted(line, exchange->who);
    tarn_buffer_printf(line, NULL, ",\"method\":\"%s\",\"path\":", or_none(exchange->head->method));
    quoted(line, exchange->head->target);
    tarn_buffer_printf(line, NULL, ",\"status\":%d,\"received\":%llu,\"sent\":%llu,\"micros\":%lld}\n",
                       exchange->status, (unsigned long long)exchange->taken, (unsigned long long)exchange->sent,
                       (long long)(tarn_monotonic() - exchange->began));
}

static void write_common(const tarn_exchange *exchange, tarn_buffer *line) {
    char now[64];
    time_t seconds = time(NULL);
    struct tm when;
    gmtime_r(&seconds, &when);
    strftime(now, sizeof now, "%d/%b/%Y:%H:%M:%S +0000", &when);
    tarn_buffer_printf(line, NULL, "%s - ", tarn_connection_peer(exchange->connection));
    /* A name with spaces would make fields of its parts. */
    for (const char *c = or_none(exchange->who); *c != '\0'; c++)
        tarn_buffer_printf(line, NULL, "%c", (uint8_t)*c <= ' ' ? '_' : *c);
    tarn_buffer_printf(line, NULL, " [%s] \"%s %s HTTP/1.%d\" %d %llu\n", now, or_none(exchange->head->method),
                       or_none(exchange->head->target), exchange->head->minor, exchange->status,
                       (unsigned long long)exchange->sent);
}

void tarn_access_log_write(tarn_log_format format, int descriptor, const tarn_exchange *exchange) {
    tarn_buffer line = {0};
    if (format == TARN_LOG_NONE)
        return;
    if (format == TARN_LOG_JSON)
        write_json(exchange, &line);
    else
        write_common(exchange, &line);
    /* A log that cannot be written keeps nobody from being served. */
    ssize_t written = write(descriptor, line.data, line.size);
    (void)written;
    tarn_buffer_free(&line);
}
