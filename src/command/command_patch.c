/* `patch`: a comparison in a file, applied to a table. */
#include "base/asker.h"
#include "command/families.h"
#include "command/patch.h"

#include <string.h>

static tarn_status plan_patch(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    plan->kind = TARN_PLAN_PATCH;
    TARN_TRY(tarn_patch_read(run, tarn_run_text(run, "from"), &plan->patch, error));
    TARN_TRY(tarn_patch_find_columns(run, plan->patch, error));
    TARN_TRY(tarn_patch_find_rows(run, plan->patch, error));
    if (plan->patch->conflicts > 0 && tarn_run_is(run, "conflicts", "fail") && run->draft != NULL)
        return tarn_patch_refuse(run, plan->patch, error);
    tarn_patch_decide(plan->patch, tarn_run_text(run, "conflicts"));
    return TARN_OK;
}

static const char *const policies[] = {"fail", "skip", "theirs", NULL};
static const tarn_parameter_spec patch_parameters[] = {
    {.name = "from",
     .type = TARN_PARAMETER_TEXT,
     .required = true,
     .by_row = true,
     .description =
         "an Arrow file that " TARN_ASKER("tarn diff A B -o FILE.arrow", "the export of a comparison") " wrote"},
    {.name = "conflicts",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "fail",
     .choices = policies,
     .description = "when a change does not fit the table (the row is not there, is there already, has another value, "
                    "its key is null or not unique): fail and name them, skip such rows, or do as the file says "
                    "(theirs) where that can be done"},
};
const tarn_command tarn_command_patch = {
    .name = "patch",
    .title = "Apply a diff",
    .description =
        "Does to this table what a comparison in a file says was done to another: rows added and removed, cells "
        "changed, columns added, removed, renamed and given other types. A comparison by key finds rows by their key "
        "and adds new ones last; one by row number finds them by their row ids, and puts rows where they were put.",
    .family = "combine",
    TARN_PARAMETERS(patch_parameters),
    .kind = TARN_KIND_ROWS,
    .plan = plan_patch,
    .columns_from_values = true,
};
