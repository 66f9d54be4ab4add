/* `merge`: one row in place of several that are the same. */
#include "base/asker.h"
#include "base/text.h"
#include "command/families.h"
#include "command/merge_groups.h"
#include "store/gather.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NOTED = 1000 /* groups that the journal names; more are counted */ };

typedef struct merging {
    tarn_run *run;
    tarn_merge_groups groups;
    size_t row_count; /* in all groups */
    size_t *kept;     /* per group: an index into its rows */
    int64_t filled;   /* cells */
} merging;

static size_t first_of(const merging *m, size_t group) {
    return group > 0 ? m->groups.ends[group - 1] : 0;
}

static bool is_empty(const struct ArrowSchema *type, const struct ArrowArray *values, int64_t i) {
    if (tarn_array_is_null(type, values, i))
        return true;
    if (type->dictionary != NULL || strcmp(type->format, "u") != 0)
        return false;
    const int32_t *offsets = (const int32_t *)values->buffers[1] + values->offset + i;
    return offsets[0] == offsets[1];
}

/* ---- which rows stay -----------------------------------------------------------------------------------------------
 */

/* How many cells of each row are empty. */
static tarn_status count_empty(const merging *m, size_t *empty, tarn_error *error) {
    for (size_t column = 0; column < tarn_version_column_count(m->run->base); column++) {
        const struct ArrowSchema *type = tarn_version_column(m->run->base, column)->type;
        struct ArrowArray values = {0};
        TARN_TRY(tarn_task_check(m->run->task, error));
        TARN_TRY(tarn_gather(m->run->base, column, m->groups.rows, (int64_t)m->row_count, &values, error));
        for (size_t i = 0; i < m->row_count; i++)
            empty[i] += is_empty(type, &values, (int64_t)i);
        tarn_array_release(&values);
    }
    return TARN_OK;
}

static tarn_status choose_fullest(merging *m, tarn_error *error) {
    size_t *empty = calloc(m->row_count + 1, sizeof *empty);
    tarn_status status = empty == NULL ? tarn_fail_memory(error) : count_empty(m, empty, error);
    for (size_t group = 0; status == TARN_OK && group < m->groups.count; group++) {
        for (size_t i = m->kept[group]; i < m->groups.ends[group]; i++)
            m->kept[group] = empty[i] < empty[m->kept[group]] ? i : m->kept[group];
    }
    free(empty);
    return status;
}

static tarn_status choose_rows(merging *m, tarn_error *error) {
    bool last = tarn_run_is(m->run, "keep", "last");
    m->row_count = m->groups.count > 0 ? m->groups.ends[m->groups.count - 1] : 0;
    m->kept = calloc(m->groups.count + 1, sizeof *m->kept);
    if (m->kept == NULL)
        return tarn_fail_memory(error);
    for (size_t group = 0; group < m->groups.count; group++)
        m->kept[group] = last ? m->groups.ends[group] - 1 : first_of(m, group);
    return tarn_run_is(m->run, "keep", "most-complete") ? choose_fullest(m, error) : TARN_OK;
}

/* ---- filling -------------------------------------------------------------------------------------------------------
 */

/* For each kept row whose cell is empty the first other that has one. */
static size_t find_sources(const merging *m, const struct ArrowSchema *type, const struct ArrowArray *values,
                           int64_t *rows, int64_t *sources) {
    size_t count = 0;
    for (size_t group = 0; group < m->groups.count; group++) {
        size_t i = first_of(m, group), end = m->groups.ends[group];
        if (!is_empty(type, values, (int64_t)m->kept[group]))
            continue;
        while (i < end && is_empty(type, values, (int64_t)i))
            i++;
        if (i == end)
            continue;
        rows[count] = m->groups.rows[m->kept[group]];
        sources[count++] = m->groups.rows[i];
    }
    return count;
}

static tarn_status fill_column(merging *m, size_t column, tarn_plan *plan, tarn_error *error) {
    const struct ArrowSchema *type = tarn_version_column(m->run->base, column)->type;
    struct ArrowArray values = {0}, made = {0};
    int64_t *rows = calloc(m->groups.count + 1, sizeof *rows), *sources = calloc(m->groups.count + 1, sizeof *sources);
    tarn_status status = rows == NULL || sources == NULL ? tarn_fail_memory(error) : TARN_OK;
    TARN_CHECK(status);
    TARN_CHECK(tarn_task_check(m->run->task, error));
    TARN_CHECK(tarn_gather(m->run->base, column, m->groups.rows, (int64_t)m->row_count, &values, error));
    size_t count = find_sources(m, type, &values, rows, sources);
    if (count == 0)
        goto cleanup;
    m->filled += (int64_t)count;
    TARN_CHECK(tarn_gather(m->run->base, column, sources, (int64_t)count, &made, error));
    status = tarn_plan_cells(plan, column, rows, (int64_t)count, &made, error);
    rows = NULL; /* taken over */
cleanup:
    free(rows);
    free(sources);
    tarn_array_release(&values);
    return status;
}

/* ---- the plan ------------------------------------------------------------------------------------------------------
 */

static tarn_status remove_others(const merging *m, tarn_plan *plan, tarn_error *error) {
    for (size_t group = 0; group < m->groups.count; group++) {
        for (size_t i = first_of(m, group); i < m->groups.ends[group]; i++) {
            size_t chunk;
            int64_t offset;
            if (i == m->kept[group])
                continue;
            TARN_TRY(tarn_version_find_row(m->run->base, m->groups.rows[i], &chunk, &offset, NULL, error));
            tarn_bit_clear(plan->live[chunk], offset);
        }
    }
    return TARN_OK;
}

/* Which rows became which, the one that stays first: "12:40:41,7:9". */
static tarn_status note_rows(merging *m, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_status status = TARN_OK;
    for (size_t group = 0; group < m->groups.count && group < MOST_NOTED; group++) {
        TARN_CHECK(tarn_buffer_printf(&text, error, "%s%lld", group > 0 ? "," : "",
                                      (long long)m->groups.rows[m->kept[group]]));
        for (size_t i = first_of(m, group); i < m->groups.ends[group]; i++) {
            if (i != m->kept[group])
                TARN_CHECK(tarn_buffer_printf(&text, error, ":%lld", (long long)m->groups.rows[i]));
        }
    }
    if (m->groups.count > MOST_NOTED)
        TARN_CHECK(tarn_buffer_printf(&text, error, " and %zu more", m->groups.count - MOST_NOTED));
    m->run->result = tarn_strndup((const char *)text.data, text.size);
    status = m->run->result == NULL ? tarn_fail_memory(error) : TARN_OK;
cleanup:
    tarn_buffer_free(&text);
    return status;
}

/* In words that suit what was done and what would be. */
static tarn_status note_merge(merging *m, tarn_error *error) {
    const char *more = m->groups.note != NULL ? m->groups.note : "", *between = more[0] != '\0' ? "; " : "";
    char *groups = tarn_say_count((int64_t)m->groups.count, "group becomes one row", "groups become one row each");
    char *cells = tarn_say_count(m->filled, "empty cell", "empty cells");
    if (groups != NULL && cells != NULL)
        m->run->note = m->filled > 0 ? tarn_format("%s, filling %s%s%s", groups, cells, between, more)
                                     : tarn_format("%s%s%s", groups, between, more);
    free(groups);
    free(cells);
    return m->run->note == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static tarn_status merge_rows(tarn_run *run, tarn_plan *plan, tarn_error *error) {
    merging m = {.run = run};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_merge_groups_find(run, &m.groups, error));
    TARN_CHECK(choose_rows(&m, error));
    for (size_t column = 0;
         tarn_run_is(run, "fill", "true") && m.groups.count > 0 && column < tarn_version_column_count(run->base);
         column++)
        TARN_CHECK(fill_column(&m, column, plan, error));
    TARN_CHECK(tarn_plan_keep(run, plan, error));
    TARN_CHECK(remove_others(&m, plan, error));
    if (m.groups.count > 0)
        TARN_CHECK(note_rows(&m, error));
    TARN_CHECK(note_merge(&m, error));
cleanup:
    tarn_merge_groups_clear(&m.groups);
    free(m.kept);
    return status;
}

static const char *const blocks[] = {"auto", "none", "first-letter", "fingerprint", "metaphone", "ngram", NULL};
static const char *const comparisons[] = {"auto",  "jaro-winkler", "levenshtein", "ngram",
                                          "words", "exact",        "number",      NULL};
static const char *const keeps[] = {"first", "last", "most-complete", NULL};
static const tarn_parameter_spec merge_parameters[] = {
    {.name = "pairs",
     .type = TARN_PARAMETER_TEXT,
     .by_row = true,
     .description =
         "ids of the rows to merge, such as 12:40,7:9:31 (" TARN_ASKER("'tarn match'", "match()") " lists them)"},
    {.name = "column",
     .type = TARN_PARAMETER_COLUMN,
     .repeated = true,
     .description = "instead of pairs: the columns whose values are compared, to merge all rows that are alike"},
    {.name = "weight",
     .type = TARN_PARAMETER_NUMBER,
     .repeated = true,
     .least = 0.001,
     .most = 1000,
     .description = "how much a column counts; once for each column, in their order (default: all the same)"},
    {.name = "compare",
     .type = TARN_PARAMETER_CHOICE,
     .repeated = true,
     .choices = comparisons,
     .description = "how values are compared; once for all columns or once for each (default: auto, which is "
                    "jaro-winkler for text, number for numbers, levenshtein for dates and times, exact for the rest)"},
    {.name = "block",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "auto",
     .choices = blocks,
     .description =
         "only rows are compared whose values in the column on begin alike (first-letter), have the same "
         "words (fingerprint), a word that sounds the same (metaphone) or half of their stretches of three "
         "letters in common, rare ones among them (ngram); auto is none for up to 4,000 different rows, else ngram"},
    {.name = "on", .type = TARN_PARAMETER_COLUMN, .description = "the column for block (default: the first column)"},
    {.name = "threshold",
     .type = TARN_PARAMETER_NUMBER,
     .default_value = "0.85",
     .least = 0.01,
     .most = 1,
     .description = "the least similarity of rows that are merged, from 0 (nothing in common) to 1 (the same)"},
    {.name = "keep",
     .type = TARN_PARAMETER_CHOICE,
     .default_value = "first",
     .choices = keeps,
     .description = "which row stays: the first or last shown, or the first of those with the fewest empty cells"},
    {.name = "fill",
     .type = TARN_PARAMETER_BOOLEAN,
     .default_value = "true",
     .description = "fill empty cells of the row that stays from the others, the first shown first"},
};
static const tarn_command merge_command = {
    .name = "merge",
    .title = "Merge rows",
    .description =
        "Makes one row of several that probably are the same: those that pairs names, or all that are at "
        "least as alike as threshold by the columns given (" TARN_ASKER(
            "'tarn match'",
            "match()") " shows them before). Chains of pairs "
                       "are one group. Numbers are as alike as the smaller is large in proportion to the larger; case, "
                       "accents and punctuation of text do not count; a column that one of two rows has no value in "
                       "does "
                       "not count for them.",
    .family = "match",
    TARN_PARAMETERS(merge_parameters),
    .kind = TARN_KIND_LIVE_SET,
    .plan = merge_rows,
};

const tarn_command *const tarn_match_commands[] = {&merge_command, NULL};
