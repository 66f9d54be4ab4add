/**
 * @file report.h
 * The results: kept for all rows, printed as a table or as JSON.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "harness.h"

#define BENCH_COMPLAINT_SIZE 256

typedef struct bench_summary {
    double median; /**< NAN when nothing was measured */
    double spread; /**< between the quartiles */
    int count;
} bench_summary;

/** Plain data: crosses the pipe between a group's process and the driver. */
typedef struct bench_outcome {
    bool done; /**< false when the group's process ended early */
    bench_summary sides[BENCH_SIDES];
    char complaint[BENCH_COMPLAINT_SIZE]; /**< not empty when the results were wrong */
} bench_outcome;

typedef struct bench_line {
    const bench_row *row;
    bench_outcome outcome;
} bench_line;

typedef struct bench_report {
    const bench_options *options;
    const char *peer_version;
    bench_line *lines;
    size_t count;
    size_t capacity;
} bench_report;

void bench_report_add(bench_report *report, const bench_row *row, const bench_outcome *outcome);

/** Print to standard output. 0 when every row was measured and right, whether or not the goals were met; else 1. */
int bench_report_print(const bench_report *report);

void bench_report_free(bench_report *report);

#endif
