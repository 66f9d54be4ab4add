/* The program: from its start to its exit code. */
#include "cli.h"

#include "help.h"
#include "human.h"
#include "signals.h"
#include "terminal.h"
#include "text.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/** Address space beside the memory that is limited: stacks, the libraries' own data, what allocators keep in reserve.
 */
enum { MEMORY_BESIDE = 512 << 20 };

/** The bytes that may be allocated: the machine's, or those that --memory-limit says and a tenth more. 0: not known. */
static rlim_t memory_bound(const cli *cli) {
    long pages = sysconf(_SC_PHYS_PAGES), page_size = sysconf(_SC_PAGESIZE);
    rlim_t bound = pages > 0 && page_size > 0 ? (rlim_t)pages * (rlim_t)page_size : 0;
    const char *text = cli_value(cli, "memory-limit");
    uint64_t limit;
    if (!text || !human_parse_size(text, &limit) || limit >= bound)
        return bound;
    rlim_t more = limit / 10 + MEMORY_BESIDE;
    return limit + more < bound ? limit + more : bound;
}

/*
 * DuckDB's limit does not count what one call of a function builds, such as repeat('x', 2000000000) for many rows. With
 * more than there is, the system would end this process, or another one; so it is told to refuse, which is an error
 * like any other. A sanitizer takes more than any machine has: then things stay as they are.
 */
static void bound_memory(const cli *cli) {
    struct rlimit limit;
    long page_size = sysconf(_SC_PAGESIZE);
    rlim_t bound = memory_bound(cli);
    if (bound == 0 || getrlimit(RLIMIT_DATA, &limit) != 0)
        return;
    struct rlimit before = limit;
    limit.rlim_cur = bound;
    if (before.rlim_cur <= limit.rlim_cur || setrlimit(RLIMIT_DATA, &limit) != 0)
        return;
    void *trial = mmap(NULL, (size_t)page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (trial == MAP_FAILED)
        setrlimit(RLIMIT_DATA, &before);
    else
        munmap(trial, (size_t)page_size);
}

/*
 * Started without them, as by some daemons, the next file that is opened would be taken for standard input, output or
 * error. So each that is closed becomes one that takes up its number and fails as a closed one does: it cannot be read
 * from (standard input), or written to. Called before anything else is opened.
 */
static void take_standard_descriptors(void) {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0)
            continue;
        int opened = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        if (opened >= 0 && opened != descriptor)
            close(opened); /* there is no lower one that is free: somebody else opens files already */
    }
}

static int run(cli *cli, int argc, char **argv) {
    int code = cli_parse(cli, argc, argv);
    if (code)
        return code;
    if (cli_has(cli, "version"))
        return help_print_version(cli);
    if (cli_has(cli, "help"))
        return cli->command ? help_print_command(cli, cli->command) : help_print_overview(stdout);
    if (!cli->command) {
        help_print_overview(stderr);
        return CLI_WRONG_USAGE;
    }
    tarn_error error;
    if (tarn_task_new(&cli->task, &error) != TARN_OK)
        return cli_fail(cli, &error);
    bound_memory(cli);
    signals_watch(cli->task);
    code = cli->command->run(cli);
    if (code == CLI_DONE && cli->workspace && tarn_workspace_intact(cli->workspace, &error) != TARN_OK)
        return cli_fail(cli, &error);
    return code;
}

int main(int argc, char **argv) {
    take_standard_descriptors();
    signals_make_errors();
    cli cli = {.colour = terminal_has_colour(STDOUT_FILENO), .notes_colour = terminal_has_colour(STDERR_FILENO)};
    int code = run(&cli, argc, argv);
    code = cli_finish_output(&cli, code);
    signals_closing();
    tarn_workspace_close(cli.workspace);
    signals_unwatch();
    tarn_task_release(cli.task);
    free(cli.directory);
    free(cli.given);
    for (size_t i = 0; i < cli.other_count; i++)
        free((void *)cli.others[i].name);
    free(cli.others);
    json_decref(cli.registry);
    free(cli.arguments);
    if (signals_exit_code())
        _exit(code); /* without waiting for a reader of what is left to print */
    return code;
}
