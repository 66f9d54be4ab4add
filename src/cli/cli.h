/**
 * @file cli.h
 * What every subcommand of `tarn` shares: how it is described, what it was called with, and how it answers.
 *
 * A subcommand is one file cmd_NAME.c that defines one `cli_command`. The list of these in registry.c is the one place
 * that knows them all; parsing, help, completion and the man page are all made from it.
 */
#ifndef TARN_CLI_CLI_H
#define TARN_CLI_CLI_H

#include "tarn/tarn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLI_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))

/** How a process ends. A cancelled one ends with 128 + the signal's number, as shells expect. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_WRONG_USAGE = 2, CLI_CANCELLED = 130, CLI_BROKEN_PIPE = 141 };

/** What a word on the command line stands for; completion offers that. */
typedef enum cli_kind {
    CLI_KIND_TEXT,
    CLI_KIND_FILE,
    CLI_KIND_DIRECTORY,
    CLI_KIND_TABLE,      /**< a table's name */
    CLI_KIND_VERSION,    /**< a table's name, or one of its versions */
    CLI_KIND_COMMAND,    /**< what `tarn apply` can do */
    CLI_KIND_SUBCOMMAND, /**< of `tarn` itself */
} cli_kind;

typedef struct cli_option {
    const char *name;    /**< "header-row"; NULL ends a list */
    char letter;         /**< 'n' for -n; 0: none */
    const char *alias;   /**< another long name; NULL: none */
    const char *value;   /**< what help calls its value; NULL: it takes none; "[N]": a number that may be left out */
    const char *choices; /**< the values allowed, separated by spaces, a last "…": others too; NULL: anything */
    cli_kind kind;
    bool repeats; /**< may be given several times */
    const char *help;
} cli_option;

typedef struct cli_argument {
    const char *name; /**< "FILE"; NULL ends a list */
    cli_kind kind;
    bool optional, repeats;
    const char *choices;
    const char *help;
} cli_argument;

typedef struct cli cli;

/** What an option is that is not in a subcommand's list. */
typedef enum cli_other { CLI_OTHER_UNKNOWN, CLI_OTHER_FLAG, CLI_OTHER_VALUE } cli_other;

typedef struct cli_command {
    const char *name, *summary;
    const char *description; /**< paragraphs separated by empty lines */
    const cli_argument *arguments;
    const cli_option *options; /**< NULL: only those that all have */
    const char *examples;      /**< lines "command<TAB>what it does" */
    /** Options beyond the list, which depend on the words before them; NULL: there are none. Of an unknown one `*near`
     *  becomes the one that was probably meant, if any; it lives as long as the run. */
    cli_other (*other_option)(cli *cli, const char *name, const char **near);
    int (*run)(cli *cli); /**< returns the exit code */
} cli_command;

/** All subcommands in the order in which help lists them, ended by NULL. */
extern const cli_command *const cli_commands[];
/** What may be given with every subcommand. */
extern const cli_option cli_global_options[];

const cli_command *cli_command_find(const char *name);
/** The subcommand whose name is nearest to a misspelt one; NULL when none is near. */
const char *cli_command_near(const char *name);
/** Say that a name is no subcommand, and what was probably meant. Returns CLI_WRONG_USAGE. */
int cli_command_unknown(cli *cli, const char *name);

/** One option as it was given. */
typedef struct cli_given {
    const cli_option *option;
    const char *value; /**< NULL when it has none */
} cli_given;

/** One run of the program. Belongs to main. */
struct cli {
    const cli_command *command; /**< NULL until it is known */
    cli_given *given;
    size_t given_count;
    tarn_parameter *others; /**< options beyond the list (heap names, "true" for a flag) */
    size_t other_count;
    const char **arguments;
    size_t argument_count;
    bool json, quiet;
    bool only_tells;   /**< standard output gets what was done, and not the result: it is done whether it can be told */
    bool colour;       /**< for standard output */
    bool notes_colour; /**< for standard error */
    char *directory;   /**< of the workspace, once opened */
    tarn_workspace *workspace;
    struct json_t *registry; /**< see cli_registry */
    tarn_task *task;         /**< what Ctrl-C cancels */
    int failed;              /**< exit code of a failure that did not end the run; 0: none */
};

/* ---- args.c ---- */

/** Take the command line apart. Returns CLI_DONE, or the exit code after the message has been printed. */
int cli_parse(cli *cli, int argc, char **argv);

const char *cli_argument_at(const cli *cli, size_t i); /**< NULL when there are fewer */
bool cli_has(const cli *cli, const char *option);
const char *cli_value(const cli *cli, const char *option); /**< the last one given; NULL: none */
size_t cli_count(const cli *cli, const char *option);
const char *cli_value_at(const cli *cli, const char *option, size_t i); /**< the i-th time it was given */

/** A whole number of at least `least`, or `*out` as it was when the option is absent; false after a usage message. */
bool cli_number(cli *cli, const char *option, int64_t least, int64_t *out);
/** The same of any text; `what` names it in the message. */
bool cli_parse_number(cli *cli, const char *what, const char *text, int64_t least, int64_t *out);

/* ---- report.c: messages on standard error ---- */

/** "tarn: COMMAND: message", as JSON with --json. Returns the exit code. */
int cli_fail(cli *cli, const tarn_error *error);
int cli_fail_text(cli *cli, tarn_status code, const char *format, ...) CLI_PRINTF(3, 4);
/** A wrong command line: the message and where to read more. Returns CLI_WRONG_USAGE. */
int cli_usage(cli *cli, const char *format, ...) CLI_PRINTF(2, 3);
/** Something worth knowing; not with --quiet. */
void cli_note(cli *cli, const char *format, ...) CLI_PRINTF(2, 3);

/** Write out what is left for standard output. Returns `code`, or that of the failure to write, unless that was only
 *  what had been done: then a note on standard error has to do. */
int cli_finish_output(cli *cli, int code);
/** True when nobody reads standard output any more. */
bool cli_output_is_broken(void);

/* ---- workspace.c ---- */

typedef enum cli_access {
    CLI_READ, /**< works beside a writer */
    CLI_WRITE,
    CLI_WRITE_OR_READ, /**< reads when another process writes or the folder cannot be written */
} cli_access;

/** Find the folder with the workspace: -C, TARN_WORKSPACE, or here and above. Sets cli->directory. */
tarn_status cli_find_workspace(cli *cli, tarn_error *error);
/** Find and open it; closed by main. */
tarn_status cli_open(cli *cli, cli_access access, tarn_error *error);
/** The folder that -C or TARN_WORKSPACE name, or NULL. */
const char *cli_named_directory(const cli *cli);

#endif
