/* tarn-bench: Tarn and its peers on the same work, side by side, in one run. */

#include "groups.h"
#include "messy.h"
#include "system.h"

#include <duckdb.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const bench_group *const groups[] = {
    &bench_table_group, &bench_rows_group,  &bench_diff_group,   &bench_diff_tools_group, &bench_diff_wide_group,
    &bench_sql_group,   &bench_arrow_group, &bench_memory_group, &bench_jobs_group,       &bench_large_group};

enum { GROUPS = sizeof groups / sizeof *groups };

static const char usage[] =
    "usage: tarn-bench [options]\n"
    "\n"
    "  --only NAMES        rows or groups, separated by commas (--list tells their names)\n"
    "  --list              print the names of all rows and end\n"
    "  --repeat N          repetitions after a warm-up (5)\n"
    "  --threads N         threads of every program (one per processor)\n"
    "  --rows N            rows of the table of ten columns (1000000)\n"
    "  --wide-rows N       rows of the table for the memory measurement (10000000)\n"
    "  --scale F           scale of the analytical tables; 1 is 6 million line items (1)\n"
    "  --double            amounts as DOUBLE instead of DECIMAL(15,2)\n"
    "  --csv-bytes N       size of the file for `large`, which runs on request only (5000000000)\n"
    "  --peer-only         leave Tarn out\n"
    "  --json              print JSON instead of a table\n"
    "  --keep              keep the folder with what was generated\n"
    "  --sources DIR       the folder with queries/ and pyarrow_ipc.py (bench)\n"
    "  --program FILE      the tarn command (beside this program's folder)\n"
    "  --python FILE       the interpreter that has pyarrow (python3)\n"
    "  --write-csv FILE    write the table of ten columns (--rows, --csv-bytes) there and end\n"
    "\n"
    "Everything is generated in a fresh folder inside TARN_BENCH_DIR, or the system's temporary folder.\n";

typedef struct request {
    bench_options options;
    const char *csv; /* write only this */
    bool list;
    bool csv_bytes_given;
} request;

static double parse_number(const char *name, const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value > 0))
        bench_die("--%s needs a number above 0, not '%s'", name, text);
    return value;
}

static bool take_number(request *request, const char *name, const char *text) {
    bench_options *options = &request->options;
    if (strcmp(name, "repeat") == 0)
        options->repetitions = (int)parse_number(name, text);
    else if (strcmp(name, "threads") == 0)
        options->threads = (int)parse_number(name, text);
    else if (strcmp(name, "rows") == 0)
        options->rows = (int64_t)parse_number(name, text);
    else if (strcmp(name, "wide-rows") == 0)
        options->wide_rows = (int64_t)parse_number(name, text);
    else if (strcmp(name, "scale") == 0)
        options->scale = parse_number(name, text);
    else if (strcmp(name, "csv-bytes") == 0) {
        options->csv_bytes = (int64_t)parse_number(name, text);
        request->csv_bytes_given = true;
    } else
        return false;
    return true;
}

static bool take_text(request *request, const char *name, const char *text) {
    bench_options *options = &request->options;
    if (strcmp(name, "only") == 0)
        options->only = text;
    else if (strcmp(name, "sources") == 0)
        options->sources = text;
    else if (strcmp(name, "program") == 0)
        options->program = text;
    else if (strcmp(name, "python") == 0)
        options->python = text;
    else if (strcmp(name, "write-csv") == 0)
        request->csv = text;
    else
        return false;
    return true;
}

static void take_flag(request *request, const char *name) {
    bench_options *options = &request->options;
    if (strcmp(name, "list") == 0)
        request->list = true;
    else if (strcmp(name, "double") == 0)
        options->double_money = true;
    else if (strcmp(name, "peer-only") == 0)
        options->peer_only = true;
    else if (strcmp(name, "json") == 0)
        options->json = true;
    else if (strcmp(name, "keep") == 0)
        options->keep = true;
}

static void parse(int count, char **arguments, request *request) {
    static const struct option known[] = {{"only", required_argument, NULL, 'o'},
                                          {"repeat", required_argument, NULL, 'o'},
                                          {"threads", required_argument, NULL, 'o'},
                                          {"rows", required_argument, NULL, 'o'},
                                          {"wide-rows", required_argument, NULL, 'o'},
                                          {"scale", required_argument, NULL, 'o'},
                                          {"csv-bytes", required_argument, NULL, 'o'},
                                          {"sources", required_argument, NULL, 'o'},
                                          {"program", required_argument, NULL, 'o'},
                                          {"python", required_argument, NULL, 'o'},
                                          {"write-csv", required_argument, NULL, 'o'},
                                          {"list", no_argument, NULL, 'o'},
                                          {"double", no_argument, NULL, 'o'},
                                          {"peer-only", no_argument, NULL, 'o'},
                                          {"json", no_argument, NULL, 'o'},
                                          {"keep", no_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int index = 0;
    for (int option; (option = getopt_long(count, arguments, "h", known, &index)) != -1;) {
        if (option != 'o') {
            fputs(usage, option == 'h' ? stdout : stderr);
            exit(option == 'h' ? 0 : 2);
        }
        const char *name = known[index].name;
        if (optarg == NULL)
            take_flag(request, name);
        else if (!take_number(request, name, optarg))
            take_text(request, name, optarg);
    }
    if (optind < count) {
        fputs(usage, stderr);
        exit(2);
    }
}

/* <folder of this program>/../tarn */
static char *program_beside(const char *self) {
    const char *slash = strrchr(self, '/');
    return slash == NULL ? bench_format("tarn") : bench_format("%.*s/../tarn", (int)(slash - self), self);
}

static char *fresh_folder(void) {
    const char *parent = getenv("TARN_BENCH_DIR");
    if (parent == NULL)
        parent = getenv("TMPDIR");
    char *folder = bench_format("%s/tarn-bench-XXXXXX", parent != NULL ? parent : "/tmp");
    if (mkdtemp(folder) == NULL)
        bench_die("cannot make the folder %s: %s; set TARN_BENCH_DIR to a folder that can be written", folder,
                  strerror(errno));
    return folder;
}

int main(int count, char **arguments) {
    char *program = program_beside(arguments[0]);
    request request = {.options = {.program = program,
                                   .sources = "bench",
                                   .python = "python3",
                                   .repetitions = 5,
                                   .threads = (int)sysconf(_SC_NPROCESSORS_ONLN),
                                   .scale = 1,
                                   .rows = 1000000,
                                   .wide_rows = 10000000,
                                   .csv_bytes = 5000000000}};
    int status = 0;
    parse(count, arguments, &request);
    if (request.list) {
        bench_list(groups, GROUPS);
    } else if (request.csv != NULL) {
        bench_messy_csv(request.csv, request.options.rows, request.csv_bytes_given ? request.options.csv_bytes : 0);
    } else {
        if (!bench_exists(request.options.sources))
            bench_die("there is no folder %s here: run in the project's folder, or give --sources",
                      request.options.sources);
        char *folder = fresh_folder();
        request.options.directory = folder;
        status = bench_main(&request.options, groups, GROUPS, duckdb_library_version());
        if (request.options.keep)
            bench_say("kept %s", folder);
        else
            bench_remove(folder);
        free(folder);
    }
    free(program);
    return status;
}
