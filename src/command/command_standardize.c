/* `standardize`: one spelling for each of several that mean the same. */
#include "arrow/builder.h"
#include "base/asker.h"
#include "base/hash.h"
#include "command/clusters.h"
#include "command/families.h"
#include "command/text_kernel.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

typedef struct text {
    const char *data;
    size_t size;
} text;

/* From text to text; open addressing. */
typedef struct replacement {
    text from, to;
} replacement;

typedef struct standardizing {
    tarn_run *run;
    size_t column;
    tarn_column_clusters clusters; /* own the texts … */
    json_t *map;                   /* … or this does */
    replacement *slots;            /* from.data NULL: free */
    size_t mask;
} standardizing;

static replacement *slot_of(const standardizing *s, text from) {
    size_t i = tarn_hash64_of(from.data, from.size) & s->mask;
    while (s->slots[i].from.data != NULL &&
           (s->slots[i].from.size != from.size || memcmp(s->slots[i].from.data, from.data, from.size) != 0))
        i = (i + 1) & s->mask;
    return &s->slots[i];
}

static tarn_status make_slots(standardizing *s, size_t count, tarn_error *error) {
    size_t size = 16;
    while (size < count * 2)
        size *= 2;
    s->slots = calloc(size, sizeof *s->slots);
    s->mask = size - 1;
    return s->slots == NULL ? tarn_fail_memory(error) : TARN_OK;
}

static text text_of(const tarn_cluster_value *value) {
    return (text){value->text, value->size};
}

/* All of a cluster become its first. */
static tarn_status use_clusters(standardizing *s, const char *method, double threshold, tarn_error *error) {
    const tarn_column_clusters *c = &s->clusters;
    TARN_TRY(tarn_column_clusters_find(s->run->engine, s->run->base, s->column, method, threshold, s->run->task,
                                       &s->clusters, error));
    TARN_TRY(make_slots(s, c->value_count, error));
    for (size_t cluster = 0, i = 0; cluster < c->set.count; cluster++) {
        size_t first = i;
        for (i++; i < c->set.ends[cluster]; i++) {
            text from = text_of(&c->values[c->set.members[i]]);
            *slot_of(s, from) = (replacement){from, text_of(&c->values[c->set.members[first]])};
        }
    }
    return TARN_OK;
}

static tarn_status use_map(standardizing *s, const char *source, tarn_error *error) {
    json_error_t where;
    const char *key;
    json_t *value;
    s->map = json_loads(source, 0, &where);
    if (!json_is_object(s->map))
        return tarn_fail(error, TARN_E_INVALID, "map must be a JSON object such as {\"NYC\": \"New York\"}");
    TARN_TRY(make_slots(s, json_object_size(s->map), error));
    json_object_foreach(s->map, key, value) {
        if (!json_is_string(value))
            return tarn_fail(error, TARN_E_INVALID, "map: what \"%s\" becomes must be a text", key);
        text from = {key, strlen(key)};
        *slot_of(s, from) = (replacement){from, {json_string_value(value), json_string_length(value)}};
    }
    return TARN_OK;
}

static tarn_status standardize_texts(const standardizing *s, const struct ArrowSchema *type,
                                     const tarn_text_piece *piece, struct ArrowArray *out, tarn_error *error) {
    tarn_builder *builder = NULL;
    const tarn_texts *texts = &piece->texts;
    tarn_status status = TARN_OK;
    TARN_TRY(tarn_builder_new(type, &builder, error));
    for (int64_t i = 0; i < texts->count; i++) {
        if (tarn_text_is_null(piece, i)) {
            TARN_CHECK(tarn_builder_null(builder, error));
            continue;
        }
        text value = {texts->data + texts->ends[i], (size_t)(texts->ends[i + 1] - texts->ends[i])};
        const replacement *found = slot_of(s, value);
        text made = found->from.data != NULL ? found->to : value;
        TARN_CHECK(tarn_builder_bytes(builder, made.data, made.size, error));
    }
    TARN_CHECK(tarn_builder_finish(builder, out, error));
cleanup:
    tarn_builder_free(builder);
    return status;
}

static tarn_status standardize_rows(const tarn_cells *cells, size_t chunk, int64_t from, int64_t to,
                                    struct ArrowArray *out, tarn_error *error) {
    const standardizing *s = cells->state;
    tarn_text_piece piece;
    tarn_status status = tarn_text_piece_open(s->run->base, s->column, chunk, from, to, &piece, error);
    if (status == TARN_OK)
        status = standardize_texts(s, &cells->type, &piece, out, error);
    tarn_text_piece_close(&piece);
    return status;
}

static void close_standardize(tarn_cells *cells) {
    standardizing *s = cells->state;
    tarn_column_clusters_clear(&s->clusters);
    json_decref(s->map);
    free(s->slots);
    free(s);
}

static tarn_status find_replacements(standardizing *s, tarn_error *error) {
    const char *map = tarn_run_text(s->run, "map"), *threshold = tarn_run_text(s->run, "threshold");
    return map != NULL ? use_map(s, map, error)
                       : use_clusters(s, tarn_run_text(s->run, "method"),
                                      threshold != NULL ? strtod(threshold, NULL) : 0, error);
}

static tarn_status open_standardize(tarn_run *run, tarn_cells *out, tarn_error *error) {
    standardizing *s = calloc(1, sizeof *s);
    if (s == NULL)
        return tarn_fail_memory(error);
    tarn_cells cells = {.state = s, .column = out->column, .rows = standardize_rows, .close = close_standardize};
    s->run = run;
    s->column = out->column;
    tarn_status status = find_replacements(s, error);
    if (status == TARN_OK)
        status = tarn_schema_make(&cells.type, "u", tarn_version_column(run->base, s->column)->name, error);
    if (status == TARN_OK)
        *out = cells;
    else
        close_standardize(&cells);
    return status;
}

static const char *const methods[] = {
    "fingerprint",         "ngram", "metaphone", "metaphone-words", "levenshtein", "levenshtein-digits", "jaro-winkler",
    "jaro-winkler-digits", NULL};

static const tarn_parameter_spec standardize_parameters[] = {
    TARN_TEXT_COLUMN,
    {.name = "method",
     .type = TARN_PARAMETER_CHOICE,
     .choices = methods,
     .default_value = "fingerprint",
     .description =
         "how texts are found that mean the same; each takes the spelling that most rows have. The distances "
         "leave numbers alone (Item 1, Item 2) unless they end in -digits"},
    {.name = "threshold",
     .type = TARN_PARAMETER_NUMBER,
     .description = "levenshtein: letters that may differ (2); jaro-winkler: least similarity (0.92)"},
    {.name = "map",
     .type = TARN_PARAMETER_TEXT,
     .description = "a JSON object that says what becomes what, instead of a method"},
};

static const tarn_command standardize_command = {
    .name = "standardize",
    .title = "Standardize",
    .description = "Gives texts that mean the same one spelling: those that a method puts together (" TARN_ASKER(
        "'tarn cluster'", "cluster()") " shows "
                                       "them before), or those that a map names.",
    .family = "standardize",
    TARN_PARAMETERS(standardize_parameters),
    .kind = TARN_KIND_KERNEL,
    .open_cells = open_standardize,
};

const tarn_command *const tarn_standardize_commands[] = {&standardize_command, NULL};
