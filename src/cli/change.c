// What a change did, as people and as programs read it.
#include "change.h"

#include "human.h"
#include "json.h"
#include "print.h"
#include "terminal.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

/** " · version 4 → 5", or " · version 1" for a table that was not there. */
static void print_versions(cli *cli, const tarn_change *change) {
    cli_print("%s · version ", style_dim(cli->colour));
    if (change->before)
        cli_print("%llu → ", (unsigned long long)change->before);
    cli_print("%llu", (unsigned long long)change->after);
    char *duration = human_duration(change->duration);
    cli_print(" · %s%s\n", duration, style_end(cli->colour));
    free(duration);
}

static void print_unchanged(const tarn_change *change) {
    cli_print("nothing changed; %s stays at version %llu\n", change->table, (unsigned long long)change->after);
}

void change_print(cli *cli, const tarn_change *change, const char *what) {
    if (cli->json) {
        json_print(tarn_answer_change(change));
        return;
    }
    if (cli->quiet)
        return;
    if (!change->changed) {
        print_unchanged(change);
        return;
    }
    if (what)
        cli_print("%s: ", what);
    if (change->message) {
        cli_print("%s", change->message);
    } else {
        char *cells = human_counted(change->cells, "cell", "cells");
        char *rows = human_counted(change->rows, "row", "rows");
        cli_print("changed %s in %s of %s", cells, rows, change->table);
        free(rows);
        free(cells);
    }
    print_versions(cli, change);
}

void change_print_move(cli *cli, const tarn_change *change) {
    if (cli->json) {
        json_print(tarn_answer_change(change));
        return;
    }
    if (cli->quiet)
        return;
    if (!change->changed) {
        print_unchanged(change);
        return;
    }
    char *rows = human_counted(change->table_rows, "row", "rows");
    cli_print("%s: version %llu → %llu%s · %s%s\n", change->table, (unsigned long long)change->before,
              (unsigned long long)change->after, style_dim(cli->colour), rows, style_end(cli->colour));
    free(rows);
}
