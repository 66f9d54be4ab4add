// `tarn recipe`: keep steps of a history, and run them on other tables.
#include "cli.h"

#include "change.h"
#include "grid.h"
#include "human.h"
#include "json.h"
#include "names.h"
#include "print.h"
#include "progress.h"
#include "terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const cli_argument arguments[] = {
    {"ACTION", CLI_KIND_TEXT, false, false, "save run list show edit drop import export", "what to do, see above"},
    {"NAME", CLI_KIND_TEXT, true, false, NULL, "the recipe; import: a file, - is standard input"},
    {"TABLE", CLI_KIND_VERSION, true, false, NULL,
     "run: the table; save: a table, a version, or a range (orders@2..@5); export: a file"},
    {0},
};

static const cli_option options[] = {
    {"map", 'm', NULL, "OLD=NEW", NULL, CLI_KIND_TEXT, true, "run: the recipe's column OLD is NEW in this table"},
    {"set", 's', NULL, "KEY=VALUE", NULL, CLI_KIND_TEXT, true,
     "run: a parameter that the recipe asks for (3.secret=…: only that of step 3)"},
    {"one-step", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "run: as one version, one step to undo (the default)"},
    {"each-step", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "run: a version for each step"},
    {"check", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "run: only say whether the recipe fits the table"},
    {"name", 'n', NULL, "NAME", NULL, CLI_KIND_TEXT, false,
     "import: the recipe's name (default: made from the file's)"},
    {"replace", 0, NULL, NULL, NULL, CLI_KIND_TEXT, false, "save, import: replace the recipe of that name"},
    {0},
};

static int say(cli *cli, const char *done, const char *name) {
    if (cli->json)
        json_print(tarn_answer_recipe_name(name));
    else if (!cli->quiet)
        cli_print("%s %s\n", done, name);
    return CLI_DONE;
}

/* ---- save, list, show, drop ---- */

static int save(cli *cli) {
    tarn_error error;
    const char *name = cli_argument_at(cli, 1);
    if (cli_open(cli, CLI_WRITE, &error) != TARN_OK ||
        tarn_recipe_save(cli->workspace, name, cli_argument_at(cli, 2), cli_has(cli, "replace"), &error) != TARN_OK)
        return cli_fail(cli, &error);
    return say(cli, "saved", name);
}

static void print_list(cli *cli, const tarn_recipe_info *recipes, size_t count) {
    if (count == 0) {
        cli_print("no recipes; 'tarn recipe save NAME TABLE' makes one from a table's history\n");
        return;
    }
    grid grid;
    grid_begin(&grid, 5, cli->colour, terminal_width(STDOUT_FILENO), 0);
    static const char *const names[] = {"recipe", "steps", "asks", "commands", "description"};
    for (size_t i = 0; i < 5; i++)
        grid_column_set(&grid, i, names[i], NULL, i == 1 || i == 2);
    for (size_t i = 0; i < count; i++) {
        grid_add(&grid, recipes[i].name, GRID_PLAIN);
        grid_add_owned(&grid, human_count((int64_t)recipes[i].steps), GRID_PLAIN);
        grid_add_owned(&grid, human_count((int64_t)recipes[i].asks), GRID_PLAIN);
        grid_add(&grid, recipes[i].commands, GRID_PLAIN);
        grid_add(&grid, recipes[i].description ? recipes[i].description : "", GRID_PLAIN);
    }
    grid_print(&grid, stdout);
    grid_free(&grid);
}

static int list(cli *cli) {
    tarn_error error;
    tarn_recipe_info *recipes = NULL;
    size_t count = 0;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK ||
        tarn_recipe_list(cli->workspace, &recipes, &count, &error) != TARN_OK)
        return cli_fail(cli, &error);
    if (cli->json)
        json_print(tarn_answer_recipes(recipes, count));
    else
        print_list(cli, recipes, count);
    tarn_recipe_list_free(recipes, count);
    return CLI_DONE;
}

static int show(cli *cli) {
    tarn_error error;
    char *json = NULL;
    if (cli_open(cli, CLI_READ, &error) != TARN_OK ||
        tarn_recipe_get(cli->workspace, cli_argument_at(cli, 1), &json, &error) != TARN_OK)
        return cli_fail(cli, &error);
    puts(json);
    tarn_free(json);
    return CLI_DONE;
}

static int drop(cli *cli) {
    tarn_error error;
    const char *name = cli_argument_at(cli, 1);
    if (cli_open(cli, CLI_WRITE, &error) != TARN_OK || tarn_recipe_drop(cli->workspace, name, &error) != TARN_OK)
        return cli_fail(cli, &error);
    return say(cli, "dropped", name);
}

/* ---- files ---- */

/** "recipes/clean.json": clean. */
static char *name_of_file(const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');
    return cli_copy_part(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

static int import(cli *cli) {
    tarn_error error;
    size_t size;
    const char *path = cli_argument_at(cli, 1), *given = cli_value(cli, "name");
    if (strcmp(path, "-") == 0 && !given)
        return cli_usage(cli, "standard input has no name; say --name");
    char *text = cli_read_file(path, &size, &error);
    if (!text)
        return cli_fail(cli, &error);
    char *name = given ? cli_copy(given) : name_of_file(path);
    tarn_status status = cli_open(cli, CLI_WRITE, &error);
    if (status == TARN_OK)
        status = tarn_recipe_put(cli->workspace, name, text, cli_has(cli, "replace"), &error);
    int code = status == TARN_OK ? say(cli, "imported", name) : cli_fail(cli, &error);
    free(name);
    free(text);
    return code;
}

static bool write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    bool good = file && fputs(text, file) >= 0 && fputc('\n', file) != EOF;
    return file && fclose(file) == 0 && good;
}

static int export(cli *cli) {
    tarn_error error;
    char *json = NULL;
    const char *path = cli_argument_at(cli, 2);
    if (strcmp(path, "-") == 0)
        return show(cli);
    if (cli_open(cli, CLI_READ, &error) != TARN_OK ||
        tarn_recipe_get(cli->workspace, cli_argument_at(cli, 1), &json, &error) != TARN_OK)
        return cli_fail(cli, &error);
    bool good = write_file(path, json);
    tarn_free(json);
    return good ? say(cli, "exported", cli_argument_at(cli, 1))
                : cli_fail_text(cli, TARN_E_IO, "%s could not be written", path);
}

/* ---- edit ---- */

/** Let the user's editor work on a file; false when it failed. */
static bool run_editor(const char *path) {
    const char *editor = getenv("VISUAL");
    if (!editor || !*editor)
        editor = getenv("EDITOR");
    char *command = cli_format("%s '%s'", editor && *editor ? editor : "vi", path);
    bool good = system(command) == 0;
    free(command);
    return good;
}

static int keep_edited(cli *cli, const char *name, const char *before, const char *path) {
    tarn_error error;
    size_t size;
    char *text = cli_read_file(path, &size, &error);
    if (!text)
        return cli_fail(cli, &error);
    bool same = size == strlen(before) + 1 && strncmp(text, before, size - 1) == 0;
    tarn_status status = same ? TARN_OK : tarn_recipe_put(cli->workspace, name, text, true, &error);
    free(text);
    if (status != TARN_OK)
        return cli_fail_text(cli, error.code, "%s (what you wrote is in %s)", error.message, path);
    unlink(path);
    return say(cli, same ? "nothing changed in" : "changed", name);
}

static int edit(cli *cli) {
    tarn_error error;
    char *json = NULL;
    const char *name = cli_argument_at(cli, 1), *folder = getenv("TMPDIR");
    if (cli_open(cli, CLI_WRITE, &error) != TARN_OK || tarn_recipe_get(cli->workspace, name, &json, &error) != TARN_OK)
        return cli_fail(cli, &error);
    char *path = cli_format("%s/tarn-recipe-XXXXXX.json", folder && *folder && !strchr(folder, '\'') ? folder : "/tmp");
    int file = mkstemps(path, 5), code;
    if (file < 0 || close(file) != 0 || !write_file(path, json))
        code = cli_fail_text(cli, TARN_E_IO, "%s could not be written", path);
    else if (!run_editor(path))
        code = cli_fail_text(cli, TARN_E_IO, "the editor failed (set EDITOR); the recipe is as it was");
    else
        code = keep_edited(cli, name, json, path);
    free(path);
    tarn_free(json);
    return code;
}

/* ---- run ---- */

/** What each step said, as it says it when it is applied by hand. */
static void print_steps(const cli *cli, const tarn_change *change) {
    for (size_t i = 0; !cli->json && !cli->quiet && i < change->step_count; i++) {
        const tarn_step_change *step = &change->steps[i];
        cli_print("  %sstep %zu:%s %s: %s\n", style_dim(cli->colour), i + 1, style_end(cli->colour), step->command,
                  step->message ? step->message : "changed nothing");
    }
}

static int apply(cli *cli, const tarn_recipe_run_options *run) {
    tarn_error error;
    tarn_change change = {0};
    const char *name = cli_argument_at(cli, 1), *table = cli_argument_at(cli, 2);
    if (cli_open(cli, CLI_WRITE, &error) != TARN_OK)
        return cli_fail(cli, &error);
    char *label = cli_format("%s %s", name, table);
    progress *progress = progress_start(cli, label);
    tarn_status status = tarn_recipe_apply(cli->workspace, name, table, run, cli->task, &change, &error);
    progress_stop(progress);
    free(label);
    if (status == TARN_OK && run->only_check && !cli->json && !cli->quiet)
        cli_print("%s fits %s\n", name, table);
    else if (status == TARN_OK && (!run->only_check || cli->json))
        change_print(cli, &change, "recipe");
    if (status == TARN_OK)
        print_steps(cli, &change);
    tarn_change_clear(&change);
    return status == TARN_OK ? CLI_DONE : cli_fail(cli, &error);
}

static int run_recipe(cli *cli) {
    if (cli_has(cli, "one-step") && cli_has(cli, "each-step"))
        return cli_usage(cli, "--one-step and --each-step do not go together");
    tarn_recipe_run_options run = {.each_step = cli_has(cli, "each-step"), .only_check = cli_has(cli, "check")};
    tarn_parameter *map = cli_pairs(cli, "map", "OLD=NEW", &run.map_count);
    tarn_parameter *answers = map ? cli_pairs(cli, "set", "KEY=VALUE", &run.answer_count) : NULL;
    run.map = map;
    run.answers = answers;
    int code = answers ? apply(cli, &run) : CLI_WRONG_USAGE;
    cli_pairs_free(map, run.map_count);
    cli_pairs_free(answers, run.answer_count);
    return code;
}

/* ---- choosing ---- */

typedef struct action {
    const char *name;
    size_t arguments;  /**< besides its name */
    const char *needs; /**< for messages */
    const char *options;
    int (*run)(cli *cli);
} action;

static const action actions[] = {
    {"save", 2, "NAME and TABLE", "replace", save},
    {"run", 2, "NAME and TABLE", "map set one-step each-step check", run_recipe},
    {"list", 0, "nothing else", "", list},
    {"show", 1, "NAME", "", show},
    {"edit", 1, "NAME", "", edit},
    {"drop", 1, "NAME", "", drop},
    {"import", 1, "FILE", "name replace", import},
    {"export", 2, "NAME and FILE", "", export},
};

static int run(cli *cli) {
    const char *name = cli_argument_at(cli, 0);
    const action *chosen = actions;
    while (strcmp(chosen->name, name) != 0) /* the parser lets no other names through */
        chosen++;
    if (cli->argument_count != chosen->arguments + 1)
        return cli_usage(cli, "'recipe %s' needs %s", name, chosen->needs);
    for (const cli_option *option = options; option->name; option++)
        if (cli_has(cli, option->name) && !cli_is_listed(chosen->options, option->name))
            return cli_usage(cli, "--%s is not for 'recipe %s'", option->name, name);
    return chosen->run(cli);
}

const cli_command cmd_recipe = {
    .name = "recipe",
    .summary = "keep steps of a history, and run them on other tables",
    .description =
        "A recipe is a stretch of a table's history as JSON, kept in the workspace:\n\n"
        "save NAME TABLE keeps the commands since the table was imported; TABLE@5 those up to version 5, and "
        "TABLE@2..@5 those that lead from version 2 to version 5.\n\n"
        "run NAME TABLE first checks that every step fits the table, and says which does not and why; then it runs "
        "them, as one version and one step to undo, or with --each-step as a version for each. Cancelled or failed, "
        "the "
        "table is as it was. --map tells which columns are named otherwise here, in SQL expressions too. A recipe "
        "holds no secrets: what it asks for is given by --set each time.\n\n"
        "list, show NAME, edit NAME (in $EDITOR), drop NAME, import FILE and export NAME FILE do what they say.",
    .arguments = arguments,
    .options = options,
    .examples = "tarn recipe save clean orders\tkeep what was done to orders\n"
                "tarn recipe run clean orders_2026\tdo the same to the next file\n"
                "tarn recipe run clean customers --map city=town --set secret=\"$KEY\"\tother columns, and a secret\n"
                "tarn recipe run clean orders_2026 --check\tonly look whether it fits\n"
                "tarn recipe show clean > clean.json\tread it\n",
    .run = run,
};
