// `tarn serve`: the workspace over HTTP and WebSocket.
#include "cli.h"

#include "print.h"
#include "serving.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_PORT = 7474 };

static const cli_argument arguments[] = {
    {"DIR", CLI_KIND_DIRECTORY, true, false, NULL, "the folder with the workspace (default: as everywhere)"},
    {0},
};

static const cli_option options[] = {
    {"port", 'p', NULL, "PORT", NULL, CLI_KIND_TEXT, false,
     "listen at this port; 0: any that is free (default: 7474, or the next that is free)"},
    {"bind", 0, NULL, "ADDRESS", NULL, CLI_KIND_TEXT, false, "listen at this address (default: 127.0.0.1)"},
    {"root", 0, NULL, "DIR", NULL, CLI_KIND_DIRECTORY, false,
     "serve every workspace in a folder of this one, below its name"},
    {"tokens", 0, NULL, "FILE", NULL, CLI_KIND_FILE, false,
     "who may ask: a file made by 'tarn token add' (default: one token, made anew)"},
    {"files", 0, NULL, "DIR", NULL, CLI_KIND_DIRECTORY, false,
     "requests may name files below this folder (default: none)"},
    {"tls-cert", 0, NULL, "FILE", NULL, CLI_KIND_FILE, false, "the certificate, with its chain (PEM)"},
    {"tls-key", 0, NULL, "FILE", NULL, CLI_KIND_FILE, false, "its key (PEM)"},
    {"read-only", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "change nothing, and let another process write"},
    {"open", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "open the page in a browser"},
    {"host", 0, NULL, "NAME", NULL, CLI_KIND_TEXT, true, "a further name that the server is asked under"},
    {"allow-origin", 0, NULL, "ORIGIN", NULL, CLI_KIND_TEXT, true,
     "a page elsewhere that may ask, such as https://tables.example"},
    {"log", 0, NULL, "FORMAT", "json common none", CLI_KIND_TEXT, false,
     "a line for each request, on standard error (default: none)"},
    {"slow", 0, NULL, "SECONDS", NULL, CLI_KIND_TEXT, false,
     "end requests whose head takes longer, or whose body stalls (default: 10)"},
    {"max-upload", 0, NULL, "BYTES", NULL, CLI_KIND_TEXT, false, "refuse longer uploads (default: 64 GiB)"},
    {"insecure", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false,
     "let other machines in without tokens or TLS, all the same"},
    {0},
};

/** All values of an option that may be given several times; heap. */
static const char **values_of(const cli *cli, const char *option, size_t *count) {
    *count = cli_count(cli, option);
    const char **values = calloc(*count + 1, sizeof *values);
    for (size_t i = 0; values && i < *count; i++)
        values[i] = cli_value_at(cli, option, i);
    return values;
}

static bool read_numbers(cli *cli, tarn_serve_options *out) {
    int64_t port = DEFAULT_PORT, slow = 0, most = 0;
    if (!cli_number(cli, "port", 0, &port) || !cli_number(cli, "slow", 1, &slow) ||
        !cli_number(cli, "max-upload", 1, &most))
        return false;
    if (port > 65535) {
        cli_usage(cli, "--port: there are 0 to 65535");
        return false;
    }
    out->port = (int)port;
    out->next_port = !cli_has(cli, "port");
    out->slow = slow < 86400 ? (unsigned)slow : 86400;
    out->most_upload = (uint64_t)most;
    return true;
}

/** False after a message, with the exit code in `*code`. */
static bool find_directory(cli *cli, tarn_serve_options *out, int *code) {
    tarn_error error;
    out->root = cli_value(cli, "root");
    out->directory = cli_argument_at(cli, 0);
    if (out->root && out->directory) {
        *code = cli_usage(cli, "give DIR, or --root, not both");
        return false;
    }
    if (out->root || out->directory)
        return true;
    if (cli_find_workspace(cli, &error) != TARN_OK) {
        *code = cli_fail(cli, &error);
        return false;
    }
    out->directory = cli->directory;
    return true;
}

/** Without a shell, and without waiting for it. */
static void open_browser(const char *link) {
#ifdef __APPLE__
    static const char opener[] = "open";
#else
    static const char opener[] = "xdg-open";
#endif
    if (fork() == 0) {
        execlp(opener, opener, link, (char *)NULL);
        _exit(127);
    }
}

static void announce(cli *cli, const serving *library, const tarn_server *server) {
    const char *token = library->token(server), *notice = library->notice(server);
    if (notice)
        cli_note(cli, "%s", notice);
    if (cli->json) {
        cli_print("{\"url\": \"%s\", \"link\": \"%s\"", library->url(server), library->link(server));
        if (token)
            cli_print(", \"token\": \"%s\"", token);
        cli_print("}\n");
    } else {
        cli_print("serving at %s\n", library->link(server));
        if (token)
            cli_print("for programs: TARN_TOKEN=%s\n", token);
    }
    cli_finish_output(cli, CLI_DONE);
}

static int serve(cli *cli, const serving *library, const tarn_serve_options *what) {
    tarn_error error;
    tarn_server *server;
    if (library->start(what, &server, &error) != TARN_OK)
        return cli_fail(cli, &error);
    announce(cli, library, server);
    if (cli_has(cli, "open"))
        open_browser(library->link(server));
    library->run(server);
    library->free(server);
    return CLI_DONE;
}

static int run(cli *cli) {
    int code = CLI_DONE;
    tarn_error error;
    tarn_serve_options what = {.bind = cli_value(cli, "bind"),
                               .tokens = cli_value(cli, "tokens"),
                               .files = cli_value(cli, "files"),
                               .certificate = cli_value(cli, "tls-cert"),
                               .key = cli_value(cli, "tls-key"),
                               .insecure = cli_has(cli, "insecure"),
                               .read_only = cli_has(cli, "read-only"),
                               .log = cli_value(cli, "log")};
    if (!read_numbers(cli, &what))
        return CLI_WRONG_USAGE;
    if (!find_directory(cli, &what, &code))
        return code;
    const serving *library = serving_load(&error);
    if (!library)
        return cli_fail(cli, &error);
    what.hosts = values_of(cli, "host", &what.host_count);
    what.origins = values_of(cli, "allow-origin", &what.origin_count);
    code = serve(cli, library, &what);
    free((void *)what.hosts);
    free((void *)what.origins);
    return code;
}

const cli_command cmd_serve = {
    .name = "serve",
    .summary = "serve the workspace to pages and programs",
    .description =
        "Listen at 127.0.0.1:7474, or the next port that is free, and answer over HTTP and WebSocket whatever the "
        "program can do. The link that is printed lets one page in, once; programs use the token below it: "
        "Authorization: Bearer TOKEN. With --tokens there is none of that: who has a token in the file may ask, with "
        "that token's role, for the tables that it names, and is named in the audit log.\n\n"
        "Whoever listens elsewhere than at a loopback address needs tokens and TLS. Nothing is opened by itself; files "
        "of this machine can be named by requests only below --files.\n\n"
        "A workspace that another process writes to is served for reading only. SIGTERM finishes what is being "
        "answered, for at most 30 seconds; SIGHUP reads tokens and certificate anew.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn serve\n"
                "tarn serve --open\topen the page\n"
                "tarn serve --bind 0.0.0.0 --tokens tokens.json --tls-cert cert.pem --tls-key key.pem --log json\n"
                "tarn serve --root /srv/workspaces --tokens tokens.json\n",
    .run = run,
};
