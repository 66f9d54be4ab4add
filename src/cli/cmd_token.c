// `tarn token`: who may ask a server.
#include "cli.h"

#include "json.h"
#include "print.h"
#include "serving.h"

#include <stdlib.h>
#include <string.h>

static const cli_argument arguments[] = {
    {"ACTION", CLI_KIND_TEXT, false, false, "add list remove", "what to do"},
    {"NAME", CLI_KIND_TEXT, true, false, NULL, "whose token"},
    {0},
};

static const cli_option options[] = {
    {"tokens", 0, NULL, "FILE", NULL, CLI_KIND_FILE, false, "the file of tokens (needed)"},
    {"role", 0, NULL, "ROLE", "reader writer owner", CLI_KIND_TEXT, false,
     "add: what it may: look; change tables; everything (needed)"},
    {"tables", 0, NULL, "PATTERN", NULL, CLI_KIND_TEXT, true,
     "add: only tables whose names are like this ('sales_*'); others are not there for it"},
    {0},
};

static const char *role_name(tarn_role role) {
    return role == TARN_ROLE_OWNER ? "owner" : role == TARN_ROLE_WRITER ? "writer" : "reader";
}

static tarn_role role_of(const char *name) {
    return strcmp(name, "owner") == 0    ? TARN_ROLE_OWNER
           : strcmp(name, "writer") == 0 ? TARN_ROLE_WRITER
                                         : TARN_ROLE_READER;
}

static int add(cli *cli, const serving *library, const char *path, const char *name) {
    char token[TARN_TOKEN_TEXT_SIZE];
    tarn_error error;
    const char *role = cli_value(cli, "role");
    if (!role)
        return cli_usage(cli, "--role is missing: reader, writer or owner");
    size_t count = cli_count(cli, "tables");
    const char **tables = calloc(count + 1, sizeof *tables);
    for (size_t i = 0; tables && i < count; i++)
        tables[i] = cli_value_at(cli, "tables", i);
    tarn_status status = library->token_add(path, name, role_of(role), tables, tables ? count : 0, token, &error);
    free(tables);
    if (status != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(json_pack("{s:s,s:s,s:s}", "name", name, "role", role, "token", token));
    else
        cli_print("%s\n", token);
    cli_note(cli, "this is shown once; the file has only what it hashes to");
    return CLI_DONE;
}

static int remove_token(cli *cli, const serving *library, const char *path, const char *name) {
    tarn_error error;
    if (library->token_remove(path, name, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(json_pack("{s:s,s:b}", "name", name, "removed", 1));
    else if (!cli->quiet)
        cli_print("removed the token of %s; a server that runs hears of it by SIGHUP\n", name);
    return CLI_DONE;
}

static void print_info(const tarn_token_info *info) {
    cli_print("%-7s %s", role_name(info->role), info->name);
    for (size_t i = 0; i < info->table_count; i++)
        cli_print("%s%s", i == 0 ? "  tables: " : ", ", info->tables[i]);
    cli_print("\n");
}

static json_t *info_json(const tarn_token_info *info) {
    json_t *tables = json_array();
    for (size_t i = 0; i < info->table_count; i++)
        json_array_append_new(tables, json_string(info->tables[i]));
    return json_pack("{s:s,s:s,s:o,s:s?}", "name", info->name, "role", role_name(info->role), "tables", tables,
                     "created", info->created);
}

static int list(cli *cli, const serving *library, const char *path) {
    tarn_token_info *infos;
    size_t count;
    tarn_error error;
    if (library->token_infos(path, &infos, &count, &error) != TARN_OK)
        return cli_fail(cli, &error);
    json_t *all = cli->json ? json_array() : NULL;
    for (size_t i = 0; i < count; i++) {
        if (all)
            json_array_append_new(all, info_json(&infos[i]));
        else
            print_info(&infos[i]);
    }
    if (all)
        json_print(all);
    library->token_infos_free(infos, count);
    return CLI_DONE;
}

static int run(cli *cli) {
    const char *action = cli_argument_at(cli, 0), *name = cli_argument_at(cli, 1), *path = cli_value(cli, "tokens");
    bool lists = strcmp(action, "list") == 0, adds = strcmp(action, "add") == 0;
    tarn_error error;
    if (!path)
        return cli_usage(cli, "--tokens FILE is missing");
    if (lists == (name != NULL))
        return cli_usage(cli, lists ? "list takes no NAME" : "NAME is missing");
    if (!adds && (cli_has(cli, "role") || cli_has(cli, "tables")))
        return cli_usage(cli, "--role and --tables go with add");
    const serving *library = serving_load(&error);
    if (!library)
        return cli_fail(cli, &error);
    return lists  ? list(cli, library, path)
           : adds ? add(cli, library, path, name)
                  : remove_token(cli, library, path, name);
}

const cli_command cmd_token = {
    .name = "token",
    .summary = "say who may ask a server",
    .description =
        "Keep a file of tokens for 'tarn serve --tokens FILE'. Each has a name, which goes into the audit "
        "log, a role, and perhaps patterns of the tables that there are for it. The file holds only what "
        "tokens hash to, and is refused when others than its owner can read it.\n\n"
        "A reader looks; a writer changes tables; an owner does everything. A server that runs reads the file "
        "anew by SIGHUP.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn token add anna --role writer --tokens tokens.json\n"
                "tarn token add guest --role reader --tables 'public_*' --tokens tokens.json\n"
                "tarn token list --tokens tokens.json\n"
                "tarn token remove guest --tokens tokens.json\n",
    .run = run,
};
