// Numbers about what is served, as Prometheus reads them.
#include "server/metrics.h"

static const double bounds[TARN_DURATION_CLASSES] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 5, 30};

void tarn_metrics_count(tarn_metrics *metrics, int status, int64_t microseconds) {
    double seconds = (double)microseconds / 1e6;
    size_t at = 0;
    while (at < TARN_DURATION_CLASSES && seconds > bounds[at])
        at++;
    metrics->durations[at]++;
    metrics->seconds += seconds;
    metrics->requests[status >= 100 && status < 600 ? status / 100 : 0]++;
}

static void print_durations(const tarn_metrics *metrics, tarn_buffer *out) {
    uint64_t sum = 0;
    tarn_buffer_printf(out, NULL,
                       "# HELP tarn_request_duration_seconds From a request's head to its answer's end.\n"
                       "# TYPE tarn_request_duration_seconds histogram\n");
    for (size_t i = 0; i <= TARN_DURATION_CLASSES; i++) {
        sum += metrics->durations[i];
        if (i < TARN_DURATION_CLASSES)
            tarn_buffer_printf(out, NULL, "tarn_request_duration_seconds_bucket{le=\"%g\"} %llu\n", bounds[i],
                               (unsigned long long)sum);
        else
            tarn_buffer_printf(out, NULL, "tarn_request_duration_seconds_bucket{le=\"+Inf\"} %llu\n",
                               (unsigned long long)sum);
    }
    tarn_buffer_printf(out, NULL, "tarn_request_duration_seconds_sum %.6f\ntarn_request_duration_seconds_count %llu\n",
                       metrics->seconds, (unsigned long long)sum);
}

void tarn_metrics_print(const tarn_metrics *metrics, const tarn_metrics_more *more, tarn_buffer *out) {
    tarn_buffer_printf(out, NULL,
                       "# HELP tarn_requests_total Requests answered, by class of status.\n"
                       "# TYPE tarn_requests_total counter\n");
    for (int class = 1; class < 6; class ++)
        tarn_buffer_printf(out, NULL, "tarn_requests_total{status=\"%dxx\"} %llu\n", class,
                           (unsigned long long)metrics->requests[class]);
    tarn_buffer_printf(out, NULL, "tarn_requests_total{status=\"none\"} %llu\n",
                       (unsigned long long)metrics->requests[0]);
    print_durations(metrics, out);
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } rows[] = {
        {"tarn_tokens_refused_total", "counter", "Requests whose token was nobody's.", metrics->refused_tokens},
        {"tarn_streams", "gauge", "Uploads, exports and queries that run.", metrics->running_streams},
        {"tarn_sockets", "gauge", "WebSockets that are open.", metrics->sockets},
        {"tarn_sockets_total", "counter", "WebSockets that were opened.", metrics->sockets_opened},
        {"tarn_socket_messages_total", "counter", "Requests that came over WebSockets.", metrics->messages},
        {"tarn_connections", "gauge", "Connections that are open.", more->connections},
        {"tarn_received_bytes_total", "counter", "Bytes that came in.", more->received},
        {"tarn_sent_bytes_total", "counter", "Bytes that went out.", more->sent},
        {"tarn_workspaces", "gauge", "Workspaces that are open.", more->workspaces},
        {"tarn_tables", "gauge", "Tables in them.", more->tables},
        {"tarn_versions", "gauge", "Versions in them.", more->versions},
        {"tarn_workspace_bytes", "gauge", "Bytes on the disk.", more->bytes},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tarn_buffer_printf(out, NULL, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", rows[i].name, rows[i].help, rows[i].name,
                           rows[i].type, rows[i].name, (unsigned long long)rows[i].value);
}
