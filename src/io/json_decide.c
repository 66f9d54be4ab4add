/* From the kinds that were seen to one type for each place. */
#include "arrow/array.h"
#include "io/json_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_DIGITS 38 /* of a decimal */

/* Objects with few of the keys that they have together would become mostly nulls, each of which takes memory. */
#define SPARSE_FACTOR 32
#define SPARSE_ROOM 100000

void tarn_json_shape_force(tarn_json_shape *shape, tarn_json_form form, tarn_csv_type type, tarn_csv_decimal decimal) {
    tarn_json_shape_close(shape);
    shape->form = form;
    shape->type = type;
    shape->decimal = decimal;
}

static void make_text(tarn_json_shape *shape) {
    tarn_json_shape_force(shape, TARN_JSON_AS_TEXT, TARN_CSV_TYPE_TEXT, (tarn_csv_decimal){0});
}

static tarn_csv_type whole_type(unsigned kinds) {
    if ((kinds & TARN_JSON_LONG) != 0)
        return TARN_CSV_TYPE_TEXT;
    if ((kinds & (TARN_JSON_UNSIGNED | TARN_JSON_HUGE)) == 0)
        return TARN_CSV_TYPE_INT64;
    return (kinds & (TARN_JSON_HUGE | TARN_JSON_NEGATIVE)) == 0 ? TARN_CSV_TYPE_UINT64 : TARN_CSV_TYPE_HUGEINT;
}

/* Numbers of which some have a point: doubles while they give every digit back, else decimals that do. */
static tarn_csv_type number_type(tarn_json_shape *shape) {
    unsigned kinds = shape->kinds;
    if ((kinds & ~(unsigned)TARN_JSON_WHOLE) == 0)
        return whole_type(kinds);
    if ((kinds & ~(unsigned)(TARN_JSON_INT | TARN_JSON_NEGATIVE | TARN_JSON_FLOAT | TARN_JSON_EXPONENT)) == 0)
        return TARN_CSV_TYPE_FLOAT64;
    size_t digits = shape->whole + shape->behind;
    if ((kinds & (TARN_JSON_EXPONENT | TARN_JSON_ODD)) != 0 || digits > MOST_DIGITS)
        return TARN_CSV_TYPE_TEXT;
    shape->decimal = (tarn_csv_decimal){(uint8_t)(digits > 0 ? digits : 1), (uint8_t)shape->behind};
    return TARN_CSV_TYPE_DECIMAL;
}

static tarn_csv_type moment_type(unsigned kinds) {
    if (kinds == TARN_JSON_DATE)
        return TARN_CSV_TYPE_DATE;
    if (kinds == TARN_JSON_ZONED)
        return TARN_CSV_TYPE_TIMESTAMPTZ;
    if (kinds == TARN_JSON_TIME)
        return TARN_CSV_TYPE_TIME;
    return (kinds & ~(unsigned)(TARN_JSON_DATE | TARN_JSON_TIMESTAMP)) == 0 ? TARN_CSV_TYPE_TIMESTAMP
                                                                            : TARN_CSV_TYPE_TEXT;
}

static void decide_scalar(tarn_json_shape *shape) {
    shape->form = TARN_JSON_AS_SCALAR;
    if (shape->kinds == TARN_JSON_BOOL)
        shape->type = TARN_CSV_TYPE_BOOL;
    else if (shape->kinds != 0 && (shape->kinds & ~(unsigned)TARN_JSON_NUMBER) == 0)
        shape->type = number_type(shape);
    else
        shape->type = shape->kinds != 0 ? moment_type(shape->kinds) : TARN_CSV_TYPE_TEXT;
    if (shape->type == TARN_CSV_TYPE_TEXT)
        make_text(shape);
}

static tarn_status decide_list(tarn_json_shape *shape, tarn_error *error) {
    shape->form = TARN_JSON_AS_LIST;
    if (shape->element == NULL)
        shape->element = tarn_json_shape_new(shape->level + 1);
    return shape->element == NULL ? tarn_fail_memory(error) : tarn_json_shape_decide(shape->element, error);
}

static tarn_status decide_struct(tarn_json_shape *shape, tarn_error *error) {
    bool sparse = shape->level > 0 && shape->objects > SPARSE_ROOM / (shape->count + 1) &&
                  shape->members < UINT64_MAX / SPARSE_FACTOR - SPARSE_ROOM &&
                  shape->objects * shape->count > shape->members * SPARSE_FACTOR + SPARSE_ROOM;
    if (shape->count == 0 || sparse) {
        make_text(shape);
        return TARN_OK;
    }
    shape->form = TARN_JSON_AS_STRUCT;
    TARN_TRY(tarn_json_shape_sort(shape, error));
    for (size_t i = 0; i < shape->count; i++)
        TARN_TRY(tarn_json_shape_decide(shape->fields[i].shape, error));
    return TARN_OK;
}

tarn_status tarn_json_shape_decide(tarn_json_shape *shape, tarn_error *error) {
    if (tarn_json_is_text(shape)) {
        make_text(shape);
        return TARN_OK;
    }
    if ((shape->kinds & TARN_JSON_LIST) != 0)
        return decide_list(shape, error);
    if ((shape->kinds & TARN_JSON_OBJECT) != 0)
        return decide_struct(shape, error);
    decide_scalar(shape);
    return TARN_OK;
}

/* ---- Arrow's types ----------------------------------------------------------------------------------------------- */

/* A NUL cannot stand in a name. */
static tarn_status field_schema(const tarn_json_field *field, struct ArrowSchema *out, tarn_notes *notes,
                                tarn_error *error) {
    char *name = malloc(field->size + 1);
    if (name == NULL)
        return tarn_fail_memory(error);
    for (size_t i = 0; i <= field->size; i++)
        name[i] = field->name[i] == '\0' && i < field->size ? '_' : field->name[i];
    tarn_status status = tarn_json_shape_schema(field->shape, name, out, notes, error);
    free(name);
    return status;
}

static tarn_status struct_schema(const tarn_json_shape *shape, const char *name, struct ArrowSchema *out,
                                 tarn_notes *notes, tarn_error *error) {
    struct ArrowSchema given = {0}, fitted = {0};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_schema_make_nested(&given, "+s", name, (int64_t)shape->count, error));
    for (size_t i = 0; i < shape->count; i++)
        TARN_CHECK(field_schema(&shape->fields[i], given.children[i], notes, error));
    TARN_CHECK(tarn_fit_names(&given, &fitted, notes, error));
    status = tarn_schema_copy(&fitted, name, out, error);
cleanup:
    tarn_schema_release(&given);
    tarn_schema_release(&fitted);
    return status;
}

tarn_status tarn_json_shape_schema(const tarn_json_shape *shape, const char *name, struct ArrowSchema *out,
                                   tarn_notes *notes, tarn_error *error) {
    char format[32];
    if (shape->form == TARN_JSON_AS_STRUCT)
        return struct_schema(shape, name, out, notes, error);
    if (shape->form == TARN_JSON_AS_LIST) {
        TARN_TRY(tarn_schema_make_nested(out, "+l", name, 1, error));
        tarn_status status = tarn_json_shape_schema(shape->element, "item", out->children[0], notes, error);
        if (status != TARN_OK)
            tarn_schema_release(out);
        return status;
    }
    if (shape->type == TARN_CSV_TYPE_DECIMAL)
        snprintf(format, sizeof format, "d:%d,%d", shape->decimal.precision, shape->decimal.scale);
    else
        snprintf(format, sizeof format, "%s", tarn_csv_type_format(shape->type));
    return tarn_schema_make(out, format, name, error);
}
