// Messages on standard error, and the end of standard output.
#include "cli.h"

#include "json.h"
#include "print.h"
#include "signals.h"
#include "terminal.h"
#include "text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_json_error(const char *code, const char *message) {
    json_t *error = json_pack("{s:{s:s,s:o}}", "error", "code", code, "message", tarn_answer_text(message));
    json_write(error, stderr, false);
}

/** Whether a message begins with a command's name, as one does of what the library calls by that name too. */
static bool names(const char *message, const char *command) {
    size_t length = strlen(command);
    return strncmp(message, command, length) == 0 && (message[length] == ':' || message[length] == ' ');
}

static void print_message(cli *cli, const char *code, const char *message) {
    if (cli->json) {
        print_json_error(code, message);
        return;
    }
    cli_print_error("%starn:%s ", style_red(cli->notes_colour), style_end(cli->notes_colour));
    if (cli->command && !names(message, cli->command->name))
        cli_print_error("%s: ", cli->command->name);
    cli_print_error("%s\n", message);
}

int cli_fail(cli *cli, const tarn_error *error) {
    if (!cli->only_tells && cli_output_is_broken())
        return CLI_BROKEN_PIPE;
    bool advise = error->code == TARN_E_CORRUPT && !strstr(error->message, "tarn verify");
    char *message = cli_format("%s%s", error->message, advise ? ": 'tarn verify' tells what is damaged" : "");
    print_message(cli, tarn_status_name(error->code), message);
    free(message);
    return signals_exit_code() ? signals_exit_code() : CLI_FAILED;
}

int cli_fail_text(cli *cli, tarn_status code, const char *format, ...) {
    tarn_error error = {.code = code};
    va_list list;
    va_start(list, format);
    vsnprintf(error.message, sizeof(error.message), format, list);
    va_end(list);
    return cli_fail(cli, &error);
}

int cli_usage(cli *cli, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = cli_format_list(format, list);
    va_end(list);
    char *message = cli->command ? cli_format("%s (see 'tarn help %s')", text, cli->command->name)
                                 : cli_format("%s (see 'tarn help')", text);
    print_message(cli, tarn_status_name(TARN_E_INVALID), message);
    free(message);
    free(text);
    return CLI_WRONG_USAGE;
}

void cli_note(cli *cli, const char *format, ...) {
    if (cli->quiet)
        return;
    va_list list;
    va_start(list, format);
    char *text = cli_format_list(format, list);
    va_end(list);
    cli_print_error("%starn:%s %s\n", style_yellow(cli->notes_colour), style_end(cli->notes_colour), text);
    free(text);
}

bool cli_output_is_broken(void) {
    struct pollfd output = {.fd = STDOUT_FILENO, .events = 0};
    return poll(&output, 1, 0) > 0 && (output.revents & POLLERR);
}

/** Room for what stdio holds back, so that writing it cannot wait for a reader. */
static bool output_is_ready(void) {
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&output, 1, 0) > 0;
}

int cli_finish_output(cli *cli, int code) {
    if (signals_exit_code() && !output_is_ready())
        return signals_exit_code();
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    int number = errno;
    if (signals_exit_code())
        return signals_exit_code();
    bool is_unread = number == EPIPE || cli_output_is_broken();
    if (cli->only_tells && code == CLI_DONE) {
        if (!is_unread)
            cli_note(cli, "done, but what was done could not be told on standard output: %s",
                     number ? strerror(number) : "the write failed");
        return CLI_DONE;
    }
    if (is_unread)
        return CLI_BROKEN_PIPE;
    return cli_fail_text(cli, number == ENOSPC ? TARN_E_FULL : TARN_E_IO, "cannot write to standard output: %s",
                         number ? strerror(number) : "the write failed");
}
