/**
 * @file answer.h
 * What the library's functions hand out, as JSON: the one place that says how, for `tarn --json` and for the browser.
 * Built on include/tarn alone.
 *
 * Every function makes a new value (free it with json_decref) and gives NULL when out of memory. Texts that are not
 * UTF-8 have U+FFFD for what is wrong in them; numbers that are unknown are null; times are ISO 8601 in UTC.
 */
#ifndef TARN_ANSWER_ANSWER_H
#define TARN_ANSWER_ANSWER_H

#include "tarn/tarn.h"

#include <jansson.h>

json_t *tarn_answer_text(const char *text);       /**< NULL gives null */
json_t *tarn_answer_parameters(const char *text); /**< an object as text; NULL, and what is none, give null */
json_t *tarn_answer_count(int64_t count);         /**< -1, which says unknown, gives null */
json_t *tarn_answer_number(uint64_t number);      /**< of a version or a record; 0, which says none, gives null */
json_t *tarn_answer_time(int64_t microseconds);   /**< since 1970 */
json_t *tarn_answer_texts(char *const *texts, size_t count);

json_t *tarn_answer_change(const tarn_change *change);
json_t *tarn_answer_info(const tarn_workspace_info *info);
json_t *tarn_answer_gc(const tarn_gc_result *result, bool dry_run);
json_t *tarn_answer_freeze(const char *table, const tarn_freeze_result *result);
json_t *tarn_answer_verify(const tarn_verify_result *result);
json_t *tarn_answer_migration(const tarn_migration_result *result);

json_t *tarn_answer_table(const tarn_table_info *table);
json_t *tarn_answer_tables(const tarn_table_info *tables, size_t count);
/** A list of columns, each with its name, its type as SQL has it, and as Arrow has it. */
json_t *tarn_answer_columns(const struct ArrowSchema *schema);

json_t *tarn_answer_import(const tarn_import_result *result, const struct ArrowSchema *schema);
json_t *tarn_answer_export(const char *path, const tarn_export_result *result);

json_t *tarn_answer_log(const tarn_log_entry *entries, size_t count);
json_t *tarn_answer_timeline(const tarn_timeline *timeline);
json_t *tarn_answer_audit(const tarn_audit_event *events, size_t count);
json_t *tarn_answer_audit_detail(const tarn_audit_detail *detail);

json_t *tarn_answer_diff(const tarn_diff_info *info);
json_t *tarn_answer_diff_values(const tarn_diff_values *values);

/** Changed cells. What is previewed as whole rows has them beside the JSON. */
json_t *tarn_answer_preview(const tarn_preview *preview);
json_t *tarn_answer_clusters(const tarn_clusters *clusters, size_t most);
json_t *tarn_answer_matches(const tarn_matches *matches);
json_t *tarn_answer_recipes(const tarn_recipe_info *recipes, size_t count);

#endif
