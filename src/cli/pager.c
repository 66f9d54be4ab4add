// Long answers through a pager, as git does it.
#include "pager.h"

#include "terminal.h"
#include "text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct pager {
    pid_t process;
    int terminal; /* what standard output was */
};

static bool is_installed(const char *program) {
    const char *path = getenv("PATH");
    bool found = false;
    while (path && *path && !found) {
        size_t size = strcspn(path, ":");
        char *file = cli_format("%.*s/%s", (int)size, path, program);
        found = access(file, X_OK) == 0;
        free(file);
        path += size + (path[size] == ':');
    }
    return found;
}

/** The command line of the pager; NULL: none. */
static const char *choose(void) {
    const char *command = getenv("TARN_PAGER");
    if (!command)
        command = getenv("PAGER");
    if (!command)
        command = is_installed("less") ? "less" : "";
    return *command && strcmp(command, "cat") != 0 ? command : NULL;
}

bool pager_is_wanted(const cli *cli) {
    return !cli->json && !cli_has(cli, "no-pager") && terminal_is_capable(STDOUT_FILENO) && choose() != NULL;
}

/** In the child: becomes the pager. */
static void run(const char *command, int input) {
    dup2(input, STDIN_FILENO);
    /* less: leave at once when all fits on the screen, let colours through, do not clear the screen. */
    setenv("LESS", "FRX", 0);
    setenv("LV", "-c", 0);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

/** What is printed has the terminal's width, also when it goes through a pipe. */
static void keep_width(void) {
    char *width = cli_format("%zu", terminal_width(STDOUT_FILENO));
    setenv("COLUMNS", width, 1);
    free(width);
}

pager *pager_start(const cli *cli) {
    int ends[2];
    if (!pager_is_wanted(cli) || pipe(ends) != 0)
        return NULL;
    keep_width();
    fflush(stdout);
    pager *started = cli_allocate(1, sizeof(*started));
    started->terminal = dup(STDOUT_FILENO);
    started->process = fork();
    if (started->process == 0) {
        close(ends[1]);
        run(choose(), ends[0]);
    }
    close(ends[0]);
    if (started->process > 0 && started->terminal >= 0 && dup2(ends[1], STDOUT_FILENO) >= 0) {
        close(ends[1]);
        return started;
    }
    close(ends[1]);
    if (started->process > 0)
        waitpid(started->process, NULL, 0);
    free(started);
    return NULL;
}

void pager_stop(pager *pager) {
    if (!pager)
        return;
    /* The terminal is the pager's: Ctrl-C there is not meant for this process any more. */
    signal(SIGINT, SIG_IGN);
    fflush(stdout);
    clearerr(stdout);
    dup2(pager->terminal, STDOUT_FILENO);
    close(pager->terminal);
    while (waitpid(pager->process, NULL, 0) < 0 && errno == EINTR)
        ;
    free(pager);
}
