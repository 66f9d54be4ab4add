#include "cli.h"

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
     "memory for queries, such as 2GB (default: 80 % of the machine's)"},
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
