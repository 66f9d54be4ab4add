/* Learning a shape from values. */
#include "arrow/float_digits.h"
#include "base/buffer.h"
#include "io/csv_number.h"
#include "io/json_fields.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PLACES ((size_t)1 << 18) /* different keys of all objects together: what they need is memory */
#define CHECK_EVERY 4096              /* values, between looks at whether the work is still wanted */

void tarn_json_learner_free(tarn_json_learner *learner) {
    free(learner->scratch);
    learner->scratch = NULL;
    learner->scratch_size = 0;
}

/* ---- single values ----------------------------------------------------------------------------------------------- */

static unsigned kind_of_whole(const tarn_json_number *number) {
    uint64_t wide;
    size_t sign = *number->text == '-', digits = number->size - sign;
    unsigned negative = sign != 0 ? TARN_JSON_NEGATIVE : 0;
    if (digits <= 15)
        return number->whole == 0 && sign != 0 ? TARN_JSON_FLOAT | TARN_JSON_EXPONENT : TARN_JSON_INT | negative;
    switch (tarn_csv_number_kind(number->text, number->size)) {
    case TARN_CSV_INT:
        return TARN_JSON_INT | negative;
    case TARN_CSV_BIG_INT:
        return TARN_JSON_BIG | negative;
    default:
        break;
    }
    if (sign == 0 && tarn_csv_parse_uint64(number->text, number->size, &wide))
        return TARN_JSON_UNSIGNED;
    return (digits <= 38 ? TARN_JSON_HUGE : TARN_JSON_LONG) | negative;
}

/* The digits of a number without zeros at either end, as an integer. */
static uint64_t digits_of(const tarn_json_number *number, int *count) {
    uint64_t digits = 0, zeros = 1;
    *count = 0;
    for (size_t i = 0; i < number->size && (number->text[i] | 32) != 'e'; i++) {
        uint8_t digit = (uint8_t)(number->text[i] - '0');
        if (digit > 9 || (digit == 0 && digits == 0))
            continue;
        if (digit == 0) {
            zeros *= 10;
            continue;
        }
        for (digits *= 10; zeros > 1; zeros /= 10)
            digits *= 10;
        digits += digit;
    }
    for (uint64_t rest = digits; rest > 0; rest /= 10)
        ++*count;
    return digits;
}

/* Whether a number of at most 17 digits is still itself when the nearest double is written with as many. */
static bool survives(const tarn_json_number *number) {
    int count;
    double value;
    char written[40];
    if (number->size <= 16)
        return true;
    uint64_t digits = digits_of(number, &count);
    if (count <= 15)
        return true;
    if (!tarn_csv_parse_double(number->text, number->size, &value))
        return false;
    value = fabs(value);
    if (tarn_shortest_digits(value, false).digits == digits)
        return true;
    int size = snprintf(written, sizeof written, "%.*e", count - 1, value);
    const tarn_json_number back = {.text = (const uint8_t *)written, .size = (size_t)size};
    return digits_of(&back, &count) == digits;
}

static bool learn_number(tarn_json_learner *learner, tarn_json_shape *shape) {
    tarn_json_number number;
    if (!tarn_json_take_number(&learner->text, &number))
        return false;
    if (number.plain) {
        shape->kinds |= kind_of_whole(&number);
    } else {
        bool exact = tarn_csv_number_kind(number.text, number.size) == TARN_CSV_FLOAT && survives(&number);
        shape->kinds |= (exact             ? TARN_JSON_FLOAT
                         : number.exponent ? TARN_JSON_ODD
                                           : TARN_JSON_DECIMAL) |
                        (number.exponent ? TARN_JSON_EXPONENT : 0);
    }
    if (number.exponent)
        return true;
    shape->whole = number.whole > shape->whole ? number.whole : shape->whole;
    shape->behind = number.behind > shape->behind ? number.behind : shape->behind;
    return true;
}

static unsigned kind_of_string(const tarn_json_string *string) {
    if (string->escaped || string->size < 8 || string->size > 40 || (uint8_t)(*string->raw - '0') > 9)
        return TARN_JSON_STRING;
    switch (tarn_csv_kind_of(string->raw, string->size)) {
    case TARN_CSV_DATE:
        return TARN_JSON_DATE;
    case TARN_CSV_TIMESTAMP:
        return TARN_JSON_TIMESTAMP;
    case TARN_CSV_ZONED:
        return TARN_JSON_ZONED;
    case TARN_CSV_TIME:
        return TARN_JSON_TIME;
    default:
        return TARN_JSON_STRING;
    }
}

static bool learn_string(tarn_json_learner *learner, tarn_json_shape *shape) {
    tarn_json_string string;
    if (!tarn_json_take_string(&learner->text, &string))
        return false;
    if ((shape->kinds & TARN_JSON_STRING) == 0)
        shape->kinds |= kind_of_string(&string);
    return true;
}

/* ---- nested values ----------------------------------------------------------------------------------------------- */

static tarn_status learn_value(tarn_json_learner *learner, tarn_json_shape *shape, tarn_error *error);

static tarn_status as_status(bool good) {
    return good ? TARN_OK : TARN_E_FORMAT;
}

static tarn_status new_place(tarn_json_learner *learner, const tarn_json_shape *parent, tarn_json_shape **out,
                             tarn_error *error) {
    if (++learner->places > MOST_PLACES) {
        tarn_json_fault(&learner->text, learner->text.at, "there are more than %zu different keys", MOST_PLACES);
        return TARN_E_FORMAT;
    }
    *out = tarn_json_shape_new(parent->level + 1);
    return *out == NULL ? tarn_fail_memory(error) : TARN_OK;
}

tarn_status tarn_json_key(tarn_json_text *text, uint8_t **scratch, size_t *scratch_size, tarn_json_string *key,
                          tarn_error *error) {
    tarn_json_skip_space(text);
    if (*text->at != '"')
        return as_status(tarn_json_unexpected(text, "a key in double quotes"));
    if (!tarn_json_take_string(text, key))
        return TARN_E_FORMAT;
    tarn_json_skip_space(text);
    if (*text->at != ':')
        return as_status(tarn_json_unexpected(text, "a colon"));
    text->at++;
    if (!key->escaped)
        return TARN_OK;
    TARN_TRY(tarn_grow(scratch, scratch_size, key->size + 1, 1, error));
    key->size = tarn_json_unescape(key, *scratch);
    key->raw = *scratch;
    return TARN_OK;
}

/* The field that a key names, made when it is new. NULL: the object has become too wide to be taken apart. */
static tarn_status find_field(tarn_json_learner *learner, tarn_json_shape *shape, const tarn_json_string *key,
                              uint64_t place, size_t *next, tarn_json_field **out, tarn_error *error) {
    tarn_json_shape *part = NULL;
    *out = tarn_json_shape_find(shape, key->raw, key->size, next);
    if (*out != NULL)
        return TARN_OK;
    if (shape->level > 0 && shape->count >= TARN_JSON_FIELDS) {
        tarn_json_shape_close(shape);
        return TARN_OK;
    }
    if (shape->count >= TARN_JSON_COLUMNS) {
        tarn_json_fault(&learner->text, learner->text.at, "the records have more than %d different keys",
                        TARN_JSON_COLUMNS);
        return TARN_E_FORMAT;
    }
    TARN_TRY(new_place(learner, shape, &part, error));
    tarn_status status = tarn_json_shape_add(shape, key->raw, key->size, part, out, error);
    if (status != TARN_OK) {
        tarn_json_shape_free(part);
        return status;
    }
    (*out)->first = place;
    *next = shape->count;
    return TARN_OK;
}

static tarn_status learn_member(tarn_json_learner *learner, tarn_json_shape *shape, uint64_t object, size_t *next,
                                tarn_error *error) {
    tarn_json_string key;
    tarn_json_field *field = NULL;
    tarn_json_text *text = &learner->text;
    tarn_json_skip_space(text);
    uint64_t place = learner->base + (uint64_t)(text->at - text->begin);
    TARN_TRY(tarn_json_key(text, &learner->scratch, &learner->scratch_size, &key, error));
    if (!tarn_json_is_text(shape))
        TARN_TRY(find_field(learner, shape, &key, place, next, &field, error));
    tarn_json_skip_space(text);
    if (field == NULL)
        return as_status(tarn_json_skip_value(text, shape->level + 1));
    shape->members++;
    if (field->seen == object)
        tarn_json_shape_note_twice(shape, place, key.raw, key.size);
    field->seen = object;
    return learn_value(learner, field->shape, error);
}

tarn_status tarn_json_more(tarn_json_text *text, char closing, bool *more) {
    tarn_json_skip_space(text);
    *more = *text->at == ',';
    if (!*more && *text->at != (uint8_t)closing)
        return as_status(tarn_json_unexpected(text, closing == '}' ? "a comma or }" : "a comma or ]"));
    text->at++;
    return TARN_OK;
}

bool tarn_json_is_empty(tarn_json_text *text, char closing) {
    tarn_json_skip_space(text);
    if (*text->at != (uint8_t)closing)
        return false;
    text->at++;
    return true;
}

static tarn_status learn_object(tarn_json_learner *learner, tarn_json_shape *shape, tarn_error *error) {
    uint64_t object = ++learner->objects;
    size_t next = 0;
    bool more = true;
    shape->objects++;
    learner->text.at++;
    if (tarn_json_is_empty(&learner->text, '}'))
        return TARN_OK;
    while (more) {
        TARN_TRY(learn_member(learner, shape, object, &next, error));
        TARN_TRY(tarn_json_more(&learner->text, '}', &more));
    }
    return TARN_OK;
}

static tarn_status learn_list(tarn_json_learner *learner, tarn_json_shape *shape, tarn_error *error) {
    bool more = true;
    learner->text.at++;
    if (tarn_json_is_empty(&learner->text, ']'))
        return TARN_OK;
    if (shape->element == NULL)
        TARN_TRY(new_place(learner, shape, &shape->element, error));
    while (more) {
        tarn_json_skip_space(&learner->text);
        TARN_TRY(learn_value(learner, shape->element, error));
        TARN_TRY(tarn_json_more(&learner->text, ']', &more));
    }
    return TARN_OK;
}

static tarn_status learn_nested(tarn_json_learner *learner, tarn_json_shape *shape, tarn_error *error) {
    bool object = *learner->text.at == '{';
    shape->kinds |= object ? TARN_JSON_OBJECT : TARN_JSON_LIST;
    if (shape->level >= TARN_JSON_LEVELS)
        shape->kinds |= TARN_JSON_DEEP;
    if (tarn_json_is_text(shape)) {
        tarn_json_shape_close(shape);
        return as_status(tarn_json_skip_value(&learner->text, shape->level));
    }
    return object ? learn_object(learner, shape, error) : learn_list(learner, shape, error);
}

static tarn_status learn_value(tarn_json_learner *learner, tarn_json_shape *shape, tarn_error *error) {
    tarn_json_text *text = &learner->text;
    if (++learner->values % CHECK_EVERY == 0)
        TARN_TRY(tarn_task_check(learner->task, error));
    switch (*text->at) {
    case '"':
        return as_status(learn_string(learner, shape));
    case '{':
    case '[':
        return learn_nested(learner, shape, error);
    case 't':
        shape->kinds |= TARN_JSON_BOOL;
        return as_status(tarn_json_take_word(text, "true", 4));
    case 'f':
        shape->kinds |= TARN_JSON_BOOL;
        return as_status(tarn_json_take_word(text, "false", 5));
    case 'n':
        return as_status(tarn_json_take_word(text, "null", 4));
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
        return as_status(learn_number(learner, shape));
    default:
        return as_status(tarn_json_unexpected(text, "a value"));
    }
}

tarn_status tarn_json_learn(tarn_json_learner *learner, tarn_json_shape *shape, tarn_error *error) {
    return learn_value(learner, shape, error);
}
