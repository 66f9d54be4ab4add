#include "support_arrow.h"

#include "arrow/array_node.h"
#include "arrow/array_work.h"
#include "arrow/builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const plain_types[] = {"n",           "b",
                                   "c",           "S",
                                   "i",           "L",
                                   "e",           "f",
                                   "g",           "u",
                                   "U",           "z",
                                   "Z",           "w:3",
                                   "w:100",       "d:10,2",
                                   "d:50,3,256",  "d:9,1,32",
                                   "tdD",         "tdm",
                                   "ttm",         "ttu",
                                   "tsu:UTC",     "tsn:",
                                   "tDs",         "tiM",
                                   "tiD",         "tin",
                                   "+l<i>",       "+L<u>",
                                   "+w:2<g>",     "+w:0<i>",
                                   "+s<i;u>",     "+s<+s<b;g>;+l<u>>",
                                   "+m<+s<u;i>>", "~c<u>",
                                   "~I<l>",       "~i<+s<u;i>>",
                                   "+l<~s<u>>",   "+l<+l<+s<u>>>",
                                   "+s<n;w:0>",   "~c<~s<b>>",
                                   NULL};

const char *const other_types[] = {"vu",      "vz",          "+vl<i>",           "+vL<vu>",
                                   "+r<i;u>", "+r<s;vu>",    "+r<l;g>",          "+s<vu;+r<i;b>>",
                                   "~c<vu>",  "+vl<+vl<S>>", "+l<+r<i;+l<vz>>>", NULL};

void must(tarn_status status, const tarn_error *error) {
    if (status != TARN_OK)
        fail_msg("%s: %s", tarn_status_name(status), error->message);
}

void must_fail(tarn_status status, tarn_status wanted, const tarn_error *error, const char *text) {
    if (status != wanted || strstr(error->message, text) == NULL)
        fail_msg("%s (%s) instead of %s (%s)", tarn_status_name(status), status == TARN_OK ? "" : error->message,
                 tarn_status_name(wanted), text);
}

/* ---- schemas ----------------------------------------------------------------------------------------------------- */

/* Parts of "a;b<c;d>;e" on the top level, at most 8. */
static int split_parts(char *text, char *parts[8]) {
    int count = 0, depth = 0;
    if (*text == '\0')
        return 0;
    parts[count++] = text;
    for (char *p = text; *p != '\0'; p++) {
        depth += (*p == '<') - (*p == '>');
        if (*p == ';' && depth == 0) {
            *p = '\0';
            parts[count++] = p + 1;
        }
    }
    return count;
}

static void make_named(char *description, const char *name, struct ArrowSchema *out) {
    tarn_error error = {0};
    char *parts[8];
    int count = 0;
    char *open = strchr(description, '<');
    bool dictionary = description[0] == '~';
    if (open != NULL) {
        *open = '\0';
        open[strlen(open + 1)] = '\0'; /* the closing bracket */
        count = split_parts(open + 1, parts);
    }
    if (dictionary) {
        must(tarn_schema_make(out, description + 1, name, &error), &error);
        must(tarn_schema_add_dictionary(out, &error), &error);
        make_named(parts[0], "", out->dictionary);
        return;
    }
    must(tarn_schema_make_nested(out, description, name, count, &error), &error);
    for (int i = 0; i < count; i++)
        make_named(parts[i], (char[]){(char)('a' + i), '\0'}, out->children[i]);
}

void make_schema(const char *description, struct ArrowSchema *out) {
    char text[256];
    snprintf(text, sizeof text, "%s", description);
    make_named(text, "c", out);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

void assert_same_text_across(const struct ArrowSchema *schema_a, const struct ArrowArray *a, int64_t i,
                             const struct ArrowSchema *schema_b, const struct ArrowArray *b, int64_t j) {
    tarn_error error = {0};
    tarn_buffer text_a = {0}, text_b = {0};
    bool null_a, null_b;
    must(tarn_array_print(schema_a, a, i, &text_a, &null_a, &error), &error);
    must(tarn_array_print(schema_b, b, j, &text_b, &null_b, &error), &error);
    if (null_a != null_b || text_a.size != text_b.size ||
        (text_a.size > 0 && memcmp(text_a.data, text_b.data, text_a.size) != 0))
        fail_msg("%s: '%.*s' is not '%.*s'", schema_a->format, (int)text_a.size, (char *)text_a.data, (int)text_b.size,
                 (char *)text_b.data);
    tarn_buffer_free(&text_a);
    tarn_buffer_free(&text_b);
}

void assert_same_text(const struct ArrowSchema *schema, const struct ArrowArray *a, int64_t i,
                      const struct ArrowArray *b, int64_t j) {
    assert_same_text_across(schema, a, i, schema, b, j);
}

void assert_text(const struct ArrowSchema *schema, const struct ArrowArray *array, int64_t i, const char *text) {
    tarn_error error = {0};
    tarn_buffer printed = {0};
    bool is_null;
    must(tarn_array_print(schema, array, i, &printed, &is_null, &error), &error);
    if (is_null != (text == NULL) ||
        (text != NULL &&
         (printed.size != strlen(text) || (printed.size > 0 && memcmp(printed.data, text, printed.size) != 0))))
        fail_msg("element %d is '%.*s', not '%s'", (int)i, (int)printed.size, (char *)printed.data,
                 text ? text : "null");
    tarn_buffer_free(&printed);
}

static void build(const struct ArrowSchema *schema, struct ArrowArray *out, int64_t count, const char *const *texts,
                  const int64_t *values) {
    tarn_error error = {0};
    tarn_builder *builder;
    must(tarn_builder_new(schema, &builder, &error), &error);
    for (int64_t i = 0; i < count; i++) {
        if (values != NULL)
            must(tarn_builder_int(builder, values[i], &error), &error);
        else if (texts[i] == NULL)
            must(tarn_builder_null(builder, &error), &error);
        else
            must(tarn_builder_bytes(builder, texts[i], strlen(texts[i]), &error), &error);
    }
    must(tarn_builder_finish(builder, out, &error), &error);
    tarn_builder_free(builder);
}

void make_texts(const char *const *texts, int64_t count, struct ArrowSchema *schema, struct ArrowArray *out) {
    make_schema("u", schema);
    build(schema, out, count, texts, NULL);
}

void make_integers(const char *format, const int64_t *values, int64_t count, struct ArrowSchema *schema,
                   struct ArrowArray *out) {
    make_schema(format, schema);
    build(schema, out, count, NULL, values);
}

void make_dictionary(const int32_t *indices, int64_t count, const char *const *values, int64_t value_count,
                     struct ArrowSchema *schema, struct ArrowArray *out) {
    tarn_error error = {0};
    struct ArrowSchema value_schema, plain;
    struct ArrowArray value_array, index_array, with_null;
    int64_t take[64];
    int64_t wide[64];
    assert_true(count <= 64);
    for (int64_t i = 0; i < count; i++) {
        wide[i] = indices[i] < 0 ? 0 : indices[i];
        take[i] = indices[i] < 0 ? -1 : i;
    }
    make_texts(values, value_count, &value_schema, &value_array);
    make_integers("i", wide, count, &plain, &index_array);
    must(tarn_array_take(&plain, &index_array, take, count, &with_null, &error), &error);
    make_schema("~i<u>", schema);
    /* Two owners under one array: only to look at, until concat makes one of it. */
    struct ArrowArray whole = with_null;
    whole.dictionary = &value_array;
    const struct ArrowArray *parts[] = {&whole};
    must(tarn_array_concat(schema, parts, 1, out, &error), &error);
    tarn_array_release(&value_array);
    tarn_array_release(&index_array);
    tarn_array_release(&with_null);
    tarn_schema_release(&value_schema);
    tarn_schema_release(&plain);
}

void make_table(struct ArrowSchema *schema, struct ArrowArray *array, struct ArrowSchema *table_schema,
                struct ArrowArray *table) {
    tarn_error error = {0};
    void *buffers[1] = {NULL};
    must(tarn_schema_make_nested(table_schema, "+s", "", 1, &error), &error);
    *table_schema->children[0] = *schema;
    schema->release = NULL;
    must(tarn_array_make(table, array->length, 0, buffers, 1, array, 1, &error), &error);
}
