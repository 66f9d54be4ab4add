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
/** `notice` may be NULL. */
json_t *tarn_answer_status(const tarn_workspace_info *info, const char *directory, const char *notice);
json_t *tarn_answer_gc(const tarn_gc_result *result, bool dry_run);
json_t *tarn_answer_freeze(const char *table, const tarn_freeze_result *result);
json_t *tarn_answer_verify(const tarn_verify_result *result);
json_t *tarn_answer_migration(const tarn_migration_result *result);

json_t *tarn_answer_table(const tarn_table_info *table);
json_t *tarn_answer_schema(const tarn_table_info *table, const struct ArrowSchema *schema);
json_t *tarn_answer_view(const tarn_view_info *info);
json_t *tarn_answer_rename(const char *before, const char *name);
json_t *tarn_answer_dropped(const char *table, bool is_dropped);
json_t *tarn_answer_transients(const tarn_transient_info *tables, size_t count);
json_t *tarn_answer_tables(const tarn_table_info *tables, size_t count);
/** A list of columns, each with its name, its type as SQL has it, and as Arrow has it. */
json_t *tarn_answer_columns(const struct ArrowSchema *schema);

/** `path` NULL: the file is in the bytes; here and below. */
json_t *tarn_answer_import(const char *path, const tarn_import_result *result);
json_t *tarn_answer_export(const char *path, const tarn_export_result *result);
/** A change by a command that hides values, and where the map of what became which is. */
json_t *tarn_answer_keyed_change(const tarn_change *change, const char *path, const tarn_export_result *map);

json_t *tarn_answer_log(const tarn_log_entry *entries, size_t count);
json_t *tarn_answer_timeline(const tarn_timeline *timeline);
json_t *tarn_answer_audit(const tarn_audit_event *events, size_t count);
json_t *tarn_answer_audit_detail(const tarn_audit_detail *detail);
json_t *tarn_answer_tip(const tarn_audit_tip *tip);
json_t *tarn_answer_audit_verified(uint64_t events, const tarn_audit_tip *tip);
json_t *tarn_answer_audit_export(const char *path, const char *format, size_t events);
json_t *tarn_answer_audit_limit(uint64_t keep);

json_t *tarn_answer_diff(const tarn_diff_info *info, bool differs);
/** The list of pairs of values, and what it is part of. */
json_t *tarn_answer_diff_values(const tarn_diff_values *values);
json_t *tarn_answer_diff_value_counts(const tarn_diff_values *values);
json_t *tarn_answer_blind(const tarn_blind *blind);

/** Changed cells, or what is said of whole rows, which are beside the JSON. */
json_t *tarn_answer_preview(const tarn_preview *preview);
json_t *tarn_answer_clusters(const tarn_clusters *clusters, size_t most);
json_t *tarn_answer_matches(const tarn_matches *matches);
json_t *tarn_answer_recipe_name(const char *name);
json_t *tarn_answer_recipes(const tarn_recipe_info *recipes, size_t count);

#endif
