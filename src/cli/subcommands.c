// The subcommands of the program, and what to say of a name that is none of them.
#include "cli.h"

#include "registry.h"
#include "text.h"

#include <string.h>

/* One line each, so that a new one moves no other. */
/* clang-format off */
extern const cli_command
    cmd_init,
    cmd_import,
    cmd_tables,
    cmd_schema,
    cmd_show,
    cmd_sql,
    cmd_commands,
    cmd_apply,
    cmd_cluster,
    cmd_match,
    cmd_undo,
    cmd_redo,
    cmd_checkout,
    cmd_log,
    cmd_diff,
    cmd_audit,
    cmd_recipe,
    cmd_export,
    cmd_rename,
    cmd_drop,
    cmd_migrate,
    cmd_freeze,
    cmd_thaw,
    cmd_gc,
    cmd_verify,
    cmd_info,
    cmd_serve,
    cmd_token,
    cmd_help,
    cmd_completion,
    cmd_version;

const cli_command *const cli_commands[] = {
    &cmd_init,
    &cmd_import,
    &cmd_tables,
    &cmd_schema,
    &cmd_show,
    &cmd_sql,
    &cmd_commands,
    &cmd_apply,
    &cmd_cluster,
    &cmd_match,
    &cmd_undo,
    &cmd_redo,
    &cmd_checkout,
    &cmd_log,
    &cmd_diff,
    &cmd_audit,
    &cmd_recipe,
    &cmd_export,
    &cmd_rename,
    &cmd_drop,
    &cmd_migrate,
    &cmd_freeze,
    &cmd_thaw,
    &cmd_gc,
    &cmd_verify,
    &cmd_info,
    &cmd_serve,
    &cmd_token,
    &cmd_help,
    &cmd_completion,
    &cmd_version,
    NULL,
};
/* clang-format on */

const cli_option cli_global_options[] = {
    {"directory", 'C', NULL, "DIR", NULL, CLI_KIND_DIRECTORY, false,
     "use the workspace in DIR, the folder that has .tarn"},
    {"json", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "answer in JSON, errors too"},
    {"quiet", 'q', NULL, NULL, NULL, CLI_KIND_TEXT, false, "no progress, no notes, no reports of success"},
    {"threads", 0, NULL, "N", NULL, CLI_KIND_TEXT, false, "use N threads (default: one per processor)"},
    {"memory-limit", 0, NULL, "SIZE", NULL, CLI_KIND_TEXT, false,
     "memory for queries, such as 2GB; a tenth and 64 MiB more are borne (default: 80 % of the machine's)"},
    {"user", 0, NULL, "NAME", NULL, CLI_KIND_TEXT, false, "who the log says did it (default: the account's name)"},
    {"help", 'h', NULL, NULL, NULL, CLI_KIND_TEXT, false, "explain the command"},
    {"version", 'V', NULL, NULL, NULL, CLI_KIND_TEXT, false, "print the version"},
    {0},
};

const cli_command *cli_command_find(const char *name) {
    for (const cli_command *const *command = cli_commands; *command; command++)
        if (strcmp((*command)->name, name) == 0)
            return *command;
    return NULL;
}

const char *cli_command_near(const char *name) {
    const char *nearest = NULL;
    size_t least = SIZE_MAX, distance;
    for (const cli_command *const *command = cli_commands; *command; command++)
        if (cli_is_near(name, (*command)->name, &distance) && distance < least) {
            least = distance;
            nearest = (*command)->name;
        }
    return nearest;
}

/** What other programs call it, and how it is said here. */
static const struct {
    const char *names, *instead;
} elsewhere[] = {
    {"ls list ll dir", "'tarn tables' lists the tables"},
    {"status st",
     "'tarn tables' lists the tables, 'tarn log TABLE' what was done to one, 'tarn info' what the workspace takes"},
    {"head cat view less print preview", "'tarn show TABLE' prints rows"},
    {"tail", "'tarn show TABLE --offset N' prints rows from N on"},
    {"count wc size", "'tarn tables' tells how many rows each table has; 'tarn sql' counts others"},
    {"describe desc columns fields headers", "'tarn schema TABLE' lists the columns and their types"},
    {"stats summary summarize", "\"tarn sql 'SUMMARIZE TABLE'\" tells each column's values"},
    {"history", "'tarn log TABLE' lists a table's versions, 'tarn audit' all events"},
    {"add load open read", "'tarn import FILE' makes a table of a file"},
    {"save write convert", "'tarn export TABLE FILE' writes a table to a file"},
    {"query select", "'tarn sql QUERY' asks in SQL"},
    {"rm remove delete",
     "'tarn drop TABLE' removes a table, 'tarn apply TABLE drop' columns, 'tarn apply TABLE filter' rows"},
    {"mv", "'tarn rename TABLE NEW' renames a table, 'tarn apply TABLE rename' a column"},
    {"compare", "'tarn diff A B' compares versions and tables"},
    {"revert reset back", "'tarn undo TABLE' goes a step back, 'tarn checkout TABLE@N' to version N"},
    {"restore switch", "'tarn checkout TABLE@N' makes version N the present one"},
    {"commit", "nothing has to be committed: every command is a version of its own ('tarn log TABLE')"},
    {"grep search find where", "'tarn sql' finds rows, 'tarn apply TABLE filter' keeps those that fit a condition"},
    {"dedup dedupe uniq", "'tarn apply TABLE remove-duplicates' keeps one row of each"},
    {"run", "'tarn recipe run NAME TABLE' runs a recipe"},
    {"check fsck", "'tarn verify' checks the workspace"},
};

static const char *name_elsewhere(const char *name) {
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
        if (cli_is_listed(elsewhere[i].names, name))
            return elsewhere[i].instead;
    return NULL;
}

int cli_command_unknown(cli *cli, const char *name) {
    const char *instead = name_elsewhere(name), *near = cli_command_near(name);
    if (cli_registry_find(cli, name))
        return cli_usage(cli, "'%s' changes a table: 'tarn apply TABLE %s' does it, 'tarn help %s' explains it", name,
                         name, name);
    if (instead)
        return cli_usage(cli, "'%s' is no command of tarn: %s", name, instead);
    if (!near)
        near = cli_registry_near(cli, name);
    if (near)
        return cli_usage(cli, "'%s' is no command of tarn; did you mean '%s'?", name, near);
    return cli_usage(cli, "'%s' is no command of tarn", name);
}
