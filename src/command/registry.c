// The registry: every family of commands, and finding one by name.
#include "base/asker.h"
#include "base/text.h"
#include "command/command.h"
#include "command/families.h"

#include <string.h>

/* clang-format off */
static const tarn_command *const *const families[] = {
    tarn_cells_commands,
    tarn_combine_commands,
    tarn_date_commands,
    tarn_match_commands,
    tarn_number_commands,
    tarn_privacy_commands,
    tarn_rows_commands,
    tarn_sql_commands,
    tarn_standardize_commands,
    tarn_structure_commands,
    tarn_text_commands,
};
/* clang-format on */
#define FAMILY_COUNT (sizeof families / sizeof families[0])

void tarn_command_each(bool (*visit)(void *context, const tarn_command *command), void *context) {
    for (size_t f = 0; f < FAMILY_COUNT; f++) {
        for (size_t i = 0; families[f][i] != NULL; i++) {
            if (!visit(context, families[f][i]))
                return;
        }
    }
}

typedef struct search {
    const char *name;
    const tarn_command *found, *nearest;
    size_t distance;
} search;

static bool compare_name(void *context, const tarn_command *command) {
    search *looking = context;
    if (strcmp(command->name, looking->name) == 0) {
        looking->found = command;
        return false;
    }
    size_t distance = tarn_edit_distance(command->name, looking->name);
    if (distance < looking->distance) {
        looking->distance = distance;
        looking->nearest = command;
    }
    return true;
}

tarn_status tarn_command_find(const char *name, const tarn_command **out, tarn_error *error) {
    search looking = {.name = name, .distance = strlen(name) / 2 + 1};
    tarn_command_each(compare_name, &looking);
    if (looking.found != NULL) {
        *out = looking.found;
        return TARN_OK;
    }
    if (looking.nearest != NULL)
        return tarn_fail(
            error, TARN_E_NOT_FOUND,
            "there is no command \"%s\"; did you mean %s? (" TARN_ASKER("tarn commands", "commands()") " lists all)",
            name, looking.nearest->name);
    return tarn_fail(error, TARN_E_NOT_FOUND,
                     "there is no command \"%s\" (" TARN_ASKER("tarn commands", "commands()") " lists all)", name);
}
