// `tarn audit`: list who did what, and prove that the list is whole.
#include "cli.h"
#include "export.h"

#include "audit.h"
#include "grid.h"
#include "human.h"
#include "json.h"
#include "print.h"
#include "progress.h"
#include "terminal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_argument arguments[] = {
    {"TABLE", CLI_KIND_TABLE, true, false, NULL, "only events about this table"},
    {0},
};

static const cli_option options[] = {
    {"rows", 'n', NULL, "N", NULL, CLI_KIND_TEXT, false,
     "only the newest N; with --detail: the first N rows (default: 20)"},
    {"detail", 0, NULL, "EVENT", NULL, CLI_KIND_TEXT, false, "show what the event of this number did, row by row"},
    {"verify", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,
     "compute the chain of hashes again, and say whether it holds"},
    {"expect", 0, NULL, "TIP", NULL, CLI_KIND_TEXT, false,
     "with --verify: an event that must be in the chain, as --tip printed it earlier"},
    {"tip", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "print the last event's number and hash, to be kept elsewhere"},
    {"keep", 0, NULL, "N", NULL, CLI_KIND_TEXT, false,
     "from now on keep only the newest N events; 0: all (the default)"},
    {"csv", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "write as CSV"},
    {"text", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "write as text, one line for each event"},
    {"html", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "write as a page to be printed, or saved as PDF by a browser"},
    {"output", 'o', NULL, "FILE", NULL, CLI_KIND_FILE, false,
     "write to a file (CSV, text or HTML; also by its ending)"},
    EXPORT_FORCE_OPTIONS,
    {0},
};

/* ---- the chain ---- */

static int print_tip(cli *cli) {
    tarn_error error;
    tarn_audit_tip tip;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK || tarn_audit_tip_get(cli->workspace, &tip, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_tip(&tip));
    else
        cli_print("%" PRIu64 ":%s\n", tip.number, tip.hash);
    return CLI_DONE;
}

static int verify(cli *cli) {
    tarn_error error;
    tarn_audit_tip expected, tip = {0};
    uint64_t records = 0;
    const char *given = cli_value(cli, "expect");
    if (given && tarn_audit_tip_parse(given, &expected, &error) != TARN_OK)
        return cli_usage(cli, "--expect: %s", error.message);
    if (cli_find_workspace(cli, &error) != TARN_OK ||
        tarn_audit_verify(cli->directory, given ? &expected : NULL, &records, &tip, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json) {
        json_print(tarn_answer_audit_verified(records, &tip));
    } else if (!cli->quiet) {
        char *count = human_counted((int64_t)records, "event", "events");
        cli_print("the chain holds: %s%s\n", count, given ? ", the expected one among them" : "");
        free(count);
    }
    return CLI_DONE;
}

/* ---- the limit ---- */

static int set_limit(cli *cli) {
    int64_t keep = 0;
    tarn_error error;
    if (!cli_number(cli, "keep", 0, &keep))
        return CLI_WRONG_USAGE;
    if (cli_open(cli, CLI_WRITE, &error) != TARN_OK ||
        tarn_audit_set_limit(cli->workspace, (uint64_t)keep, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json) {
        json_print(tarn_answer_audit_limit((uint64_t)keep));
    } else if (!cli->quiet) {
        char *count = human_counted(keep, "event", "events");
        if (keep)
            cli_print("the newest %s are kept from now on\n", count);
        else
            cli_print("all events are kept from now on\n");
        free(count);
    }
    return CLI_DONE;
}

/* ---- events ---- */

static const char *format_of(const cli *cli) {
    static const char *const formats[] = {"csv", "text", "html"};
    for (size_t i = 0; i < 3; i++)
        if (cli_has(cli, formats[i]))
            return formats[i];
    const char *file = cli_value(cli, "output"), *dot = file ? strrchr(file, '.') : NULL;
    if (!dot)
        return NULL;
    return strcmp(dot, ".csv") == 0       ? "csv"
           : strcmp(dot, ".txt") == 0     ? "text"
           : strncmp(dot, ".htm", 4) == 0 ? "html"
                                          : NULL;
}

static int export(cli *cli, const tarn_audit_filter *filter, const char *format) {
    tarn_error error;
    size_t count = 0;
    const char *file = cli_value(cli, "output");
    tarn_audit_export_options export = {.path = file ? file : "-", .format = format, .no_clobber = true};
    if (!export_read_force(cli, &export.no_clobber))
        return CLI_WRONG_USAGE;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = progress_start(cli, "writing the audit log");
    tarn_status status = tarn_audit_export(cli->workspace, filter, &export, cli->task, &count, &error);
    progress_stop(progress);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (!file)
        return CLI_DONE;
    if (cli->json) {
        json_print(tarn_answer_audit_export(file, format, count));
    } else if (!cli->quiet) {
        char *events = human_counted((int64_t)count, "event", "events");
        cli_print("wrote %s to %s · %s\n", events, file, format);
        free(events);
    }
    return CLI_DONE;
}

static int list(cli *cli, const tarn_audit_filter *filter) {
    tarn_error error;
    tarn_audit_event *events = NULL;
    size_t count = 0;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK ||
        tarn_audit(cli->workspace, filter, &events, &count, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_audit(events, count));
    else
        audit_print(cli, events, count);
    tarn_audit_free(events, count);
    return CLI_DONE;
}

static int detail(cli *cli) {
    int64_t record = 0, limit = 20;
    tarn_error error;
    tarn_audit_detail detail = {0};
    if (!cli_number(cli, "detail", 1, &record) || !cli_number(cli, "rows", 1, &limit))
        return CLI_WRONG_USAGE;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK)
        return cli_fail(cli, &error);
    progress *progress = progress_start(cli, "comparing versions");
    tarn_status status = tarn_audit_detail_get(cli->workspace, (uint64_t)record, cli_argument_at(cli, 0), (size_t)limit,
                                               cli->task, &detail, &error);
    progress_stop(progress);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_audit_detail(&detail));
    else
        audit_detail_print(cli, &detail);
    tarn_audit_detail_clear(&detail);
    return CLI_DONE;
}

/** At most one of these says what is to be done. */
static bool is_clear(cli *cli) {
    static const char *const actions[] = {"verify", "tip", "keep", "detail", "csv", "text", "html"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
        if (!cli_has(cli, actions[i]))
            continue;
        if (first) {
            cli_usage(cli, "--%s and --%s do not go together", first, actions[i]);
            return false;
        }
        first = actions[i];
    }
    if (cli_has(cli, "expect") && !cli_has(cli, "verify")) {
        cli_usage(cli, "--expect goes with --verify");
        return false;
    }
    return true;
}

static int run(cli *cli) {
    int64_t limit = 0;
    if (!is_clear(cli) || !cli_number(cli, "rows", 1, &limit))
        return CLI_WRONG_USAGE;
    if (cli_has(cli, "verify"))
        return verify(cli);
    if (cli_has(cli, "tip"))
        return print_tip(cli);
    if (cli_has(cli, "keep"))
        return set_limit(cli);
    if (cli_has(cli, "detail"))
        return detail(cli);
    tarn_audit_filter filter = {.table = cli_argument_at(cli, 0), .limit = (size_t)limit};
    const char *format = format_of(cli);
    if (format)
        return export(cli, &filter, format);
    if (cli_has(cli, "output"))
        return cli_usage(cli, "say --csv, --text or --html: the file's ending does not tell");
    return list(cli, &filter);
}

const cli_command cmd_audit = {
    .name = "audit",
    .summary = "list who did what, and prove that the list is whole",
    .description =
        "List the events of the workspace, or of one table: imports, commands, edits, undo, redo, checkout, exports, "
        "gc … with time, user, versions, parameters (secrets are replaced), and rows and cells changed. A single edit "
        "has the cell's old and new value; what a bulk command did row by row is computed from its two versions by "
        "--detail, as long as gc has removed neither.\n\n"
        "Each event has the SHA-256 of the one before it. --verify finds an event that was changed, and one that is "
        "missing or out of order between others. It cannot see that the newest events were cut off, or that all was "
        "written anew by somebody who can write the files: keep what --tip prints in another place, and have it "
        "compared by --verify --expect.\n\n"
        "Nothing is removed unless --keep sets a limit; then only the newest events are kept, and still verify.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn audit orders -n 10\tthe ten newest events of a table\n"
                "tarn audit --detail 12 -n 100\tthe rows that event 12 changed, before and after\n"
                "tarn audit --verify\trecompute the chain\n"
                "tarn audit --tip > /elsewhere/tip\tnote the present end …\n"
                "tarn audit --verify --expect \"$(cat /elsewhere/tip)\"\t… and prove later that it is still there\n"
                "tarn audit --keep 1000\tkeep the newest 1,000 events only\n"
                "tarn audit -o audit.html\ta page for printing\n",
    .run = run,
};
