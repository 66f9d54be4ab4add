#include "report.h"

#include "system.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

void bench_report_add(bench_report *report, const bench_row *row, const bench_outcome *outcome) {
    if (report->count == report->capacity) {
        report->capacity = report->capacity > 0 ? report->capacity * 2 : 32;
        report->lines = bench_realloc(report->lines, report->capacity * sizeof *report->lines);
    }
    report->lines[report->count++] = (bench_line){.row = row, .outcome = *outcome};
}

void bench_report_free(bench_report *report) {
    free(report->lines);
    report->lines = NULL;
    report->count = report->capacity = 0;
}

static double ratio_of(const bench_outcome *outcome) {
    return outcome->sides[BENCH_TARN].median / outcome->sides[BENCH_PEER].median;
}

typedef enum verdict {
    VERDICT_NONE, /* no goal, or one side missing */
    VERDICT_MET,
    VERDICT_MISSED,
    VERDICT_WRONG,
    VERDICT_FAILED,
} verdict;

static verdict judge(const bench_line *line) {
    if (!line->outcome.done)
        return VERDICT_FAILED;
    if (line->outcome.complaint[0] != '\0')
        return VERDICT_WRONG;
    double value = line->row->goal == BENCH_RATIO ? ratio_of(&line->outcome) : line->outcome.sides[BENCH_TARN].median;
    if (line->row->goal == BENCH_NO_GOAL || isnan(value))
        return VERDICT_NONE;
    return value <= line->row->limit ? VERDICT_MET : VERDICT_MISSED;
}

static const char *verdict_text(verdict verdict) {
    static const char *const texts[] = {"", "yes", "no", "WRONG", "FAILED"};
    return texts[verdict];
}

/* ---- text -------------------------------------------------------------------------------------------------------- */

enum { CELL_SIZE = 96 };

static size_t display_width(const char *text) {
    size_t width = 0;
    for (; *text != '\0'; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void print_cell(const char *text, int width, bool right) {
    int padding = width - (int)display_width(text);
    padding = padding > 0 ? padding : 0;
    printf("%*s%s%*s", right ? padding : 0, "", text, right ? 0 : padding, "");
}

static void format_amount(char text[CELL_SIZE], bench_unit unit, double value) {
    if (unit == BENCH_BYTES)
        snprintf(text, CELL_SIZE, "%.1f MB", value / 1e6);
    else if (value < 1e-3)
        snprintf(text, CELL_SIZE, "%.0f µs", value * 1e6);
    else if (value < 1)
        snprintf(text, CELL_SIZE, value < 0.1 ? "%.2f ms" : "%.0f ms", value * 1e3);
    else
        snprintf(text, CELL_SIZE, "%.2f s", value);
}

static void format_side(char text[CELL_SIZE], bench_unit unit, const bench_summary *side) {
    if (isnan(side->median)) {
        snprintf(text, CELL_SIZE, "-");
        return;
    }
    char amount[CELL_SIZE];
    format_amount(amount, unit, side->median);
    if (side->count > 1)
        snprintf(text, CELL_SIZE, "%.40s ±%2.0f %%", amount, 50 * side->spread / side->median);
    else
        snprintf(text, CELL_SIZE, "%.40s      ", amount);
}

static void format_goal(char text[CELL_SIZE], const bench_row *row) {
    char amount[CELL_SIZE];
    text[0] = '\0';
    if (row->goal == BENCH_RATIO) {
        snprintf(text, CELL_SIZE, "≤ %g ×", row->limit);
    } else if (row->goal == BENCH_LIMIT) {
        format_amount(amount, row->unit, row->limit);
        snprintf(text, CELL_SIZE, "≤ %.40s", amount);
    }
}

static void format_ratio(char text[CELL_SIZE], const bench_outcome *outcome) {
    double ratio = ratio_of(outcome);
    if (isnan(ratio))
        snprintf(text, CELL_SIZE, "-");
    else
        snprintf(text, CELL_SIZE, ratio < 0.1 ? "%.4f" : "%.2f", ratio);
}

enum { WORK_WIDTH = 52, SIDE_WIDTH = 16, RATIO_WIDTH = 8, GOAL_WIDTH = 12, PEER_WIDTH = 10 };

static void print_line(const char *work, const char *tarn, const char *peer, const char *ratio, const char *goal,
                       const char *ok, const char *peer_name) {
    print_cell(work, WORK_WIDTH, false);
    print_cell(tarn, SIDE_WIDTH, true);
    print_cell(peer, SIDE_WIDTH, true);
    print_cell(ratio, RATIO_WIDTH, true);
    printf("  ");
    print_cell(goal, GOAL_WIDTH, false);
    print_cell(ok, 7, false);
    printf("%s\n", peer_name);
}

static void print_table(const bench_report *report) {
    const bench_options *options = report->options;
    struct utsname host;
    uname(&host);
    double load[1] = {0};
    bool known = getloadavg(load, 1) == 1;
    printf("\n%s %s, %ld processors, %d threads, %d repetitions after a warm-up, DuckDB %s", host.sysname, host.machine,
           sysconf(_SC_NPROCESSORS_ONLN), options->threads, options->repetitions, report->peer_version);
    if (known)
        printf(", load %.1f", load[0]);
    printf("\nmedians; ± is half the distance between the quartiles\n\n");
    print_line("work", "Tarn", "peer", "ratio", "goal", "ok", "the peer");
    for (size_t i = 0; i < report->count; i++) {
        const bench_line *line = &report->lines[i];
        char tarn[CELL_SIZE];
        char peer[CELL_SIZE];
        char ratio[CELL_SIZE];
        char goal[CELL_SIZE];
        format_side(tarn, line->row->unit, &line->outcome.sides[BENCH_TARN]);
        format_side(peer, line->row->unit, &line->outcome.sides[BENCH_PEER]);
        format_ratio(ratio, &line->outcome);
        format_goal(goal, line->row);
        print_line(line->row->work, tarn, peer, ratio, goal, verdict_text(judge(line)), line->row->peer);
    }
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

static void print_string(const char *text) {
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            printf("\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            printf("\\u%04x", (unsigned)*text);
        else
            putchar(*text);
    }
    putchar('"');
}

static void print_number(const char *key, double value) {
    if (isnan(value))
        printf("\"%s\":null", key);
    else
        printf("\"%s\":%.9g", key, value);
}

static void print_side(const char *key, const bench_summary *side) {
    printf(",\"%s\":{", key);
    print_number("median", side->median);
    putchar(',');
    print_number("spread", side->spread);
    printf(",\"samples\":%d}", side->count);
}

static void print_json(const bench_report *report) {
    const bench_options *options = report->options;
    printf("{\"threads\":%d,\"repetitions\":%d,\"rows\":%lld,\"scale\":%g,\"duckdb\":", options->threads,
           options->repetitions, (long long)options->rows, options->scale);
    print_string(report->peer_version);
    printf(",\"results\":[");
    for (size_t i = 0; i < report->count; i++) {
        const bench_line *line = &report->lines[i];
        static const char *const goals[] = {"none", "ratio", "limit"};
        static const char *const verdicts[] = {"none", "met", "missed", "wrong", "failed"};
        printf("%s\n{\"name\":", i > 0 ? "," : "");
        print_string(line->row->name);
        printf(",\"work\":");
        print_string(line->row->work);
        printf(",\"peer_name\":");
        print_string(line->row->peer);
        printf(",\"unit\":\"%s\"", line->row->unit == BENCH_BYTES ? "bytes" : "seconds");
        print_side("tarn", &line->outcome.sides[BENCH_TARN]);
        print_side("peer", &line->outcome.sides[BENCH_PEER]);
        putchar(',');
        print_number("ratio", ratio_of(&line->outcome));
        printf(",\"goal\":\"%s\",", goals[line->row->goal]);
        print_number("limit", line->row->goal == BENCH_NO_GOAL ? NAN : line->row->limit);
        printf(",\"verdict\":\"%s\"}", verdicts[judge(line)]);
    }
    printf("\n]}\n");
}

int bench_report_print(const bench_report *report) {
    if (report->options->json)
        print_json(report);
    else
        print_table(report);
    int status = 0;
    for (size_t i = 0; i < report->count; i++) {
        const bench_line *line = &report->lines[i];
        verdict verdict = judge(line);
        if (verdict == VERDICT_WRONG)
            bench_say("%s: %s", line->row->name, line->outcome.complaint);
        if (verdict == VERDICT_WRONG || verdict == VERDICT_FAILED)
            status = 1;
    }
    return status;
}
