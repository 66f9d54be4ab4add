// Columns that become wider, so that rows can be appended.
#include "io/widen.h"

#include "arrow/cast.h"
#include "engine/sql_type.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ATTEMPTS 8 /* each takes a step with all columns that need it; a table that others change begins anew */

/* ---- what was learned -------------------------------------------------------------------------------------------- */

void tarn_widening_clear(tarn_widening *widening) {
    free(widening->steps);
    free((void *)widening->wanted);
    *widening = (tarn_widening){0};
}

tarn_status tarn_widening_begin(tarn_widening *widening, const tarn_version *base, tarn_error *error) {
    size_t columns = tarn_version_column_count(base), attempts = widening->attempts;
    widening->became = (tarn_listing){0};
    if (widening->steps != NULL && widening->version == tarn_version_number(base) && widening->count == columns)
        return TARN_OK;
    tarn_widening_clear(widening);
    widening->attempts = attempts;
    widening->version = tarn_version_number(base);
    widening->steps = calloc(columns + 1, sizeof *widening->steps);
    widening->wanted = calloc(columns + 1, sizeof *widening->wanted);
    if (widening->steps == NULL || widening->wanted == NULL)
        return tarn_fail_memory(error);
    widening->count = columns;
    return TARN_OK;
}

tarn_widening_step tarn_widening_step_of(const tarn_widening *widening, size_t column) {
    return widening != NULL && column < widening->count ? (tarn_widening_step)widening->steps[column]
                                                        : TARN_WIDEN_AS_IT_IS;
}

void tarn_widening_want(tarn_widening *widening, size_t column, tarn_widening_step step) {
    if (column >= widening->count)
        return;
    unsigned char before = atomic_load(&widening->wanted[column]);
    while (before < (unsigned char)step &&
           !atomic_compare_exchange_weak(&widening->wanted[column], &before, (unsigned char)step)) {
    }
}

bool tarn_widening_is_wanted(const tarn_widening *widening) {
    for (size_t i = 0; widening != NULL && i < widening->count; i++)
        if (atomic_load(&widening->wanted[i]) > widening->steps[i])
            return true;
    return false;
}

bool tarn_widening_again(tarn_widening *widening) {
    if (!tarn_widening_is_wanted(widening) || ++widening->attempts == MOST_ATTEMPTS)
        return false;
    for (size_t i = 0; i < widening->count; i++)
        widening->steps[i] = atomic_load(&widening->wanted[i]);
    return true;
}

/* ---- which type -------------------------------------------------------------------------------------------------- */

/* Bytes of an integer type; 0 for others. */
static int integer_width(const struct ArrowSchema *type) {
    static const char letters[] = "cCsSiIlL";
    const char *found = strlen(type->format) == 1 ? strchr(letters, type->format[0]) : NULL;
    return found != NULL ? 1 << ((found - letters) / 2) : 0;
}

static bool is_unsigned(const struct ArrowSchema *type) {
    return type->format[0] >= 'A' && type->format[0] <= 'Z';
}

static const char *wider_integer(const struct ArrowSchema *table, const struct ArrowSchema *source) {
    static const char *const signed_formats[] = {[1] = "c", [2] = "s", [4] = "i", [8] = "l"};
    int has = integer_width(table), gets = integer_width(source);
    if (is_unsigned(table) == is_unsigned(source))
        return gets > has ? source->format : NULL;
    int needed = is_unsigned(source) ? 2 * gets : 2 * has; /* of a signed type, for the unsigned one's values */
    int other = is_unsigned(source) ? has : gets;
    needed = needed > other ? needed : other;
    if (needed > 8 || (!is_unsigned(table) && needed <= has))
        return NULL;
    return signed_formats[needed];
}

/* How many of a timestamp's unit make a second, as a rank; 0 for other types. */
static int timestamp_rank(const struct ArrowSchema *type) {
    static const char units[] = "smun";
    const char *found = strncmp(type->format, "ts", 2) == 0 ? strchr(units, type->format[2]) : NULL;
    return found != NULL ? (int)(found - units) + 1 : 0;
}

static const char *wider_time(const struct ArrowSchema *table, const struct ArrowSchema *source) {
    int rank = timestamp_rank(source);
    if (rank == 0)
        return NULL;
    if (strcmp(table->format, "tdD") == 0)
        return source->format[4] == '\0' ? source->format : NULL; /* no zone */
    bool same_zone = timestamp_rank(table) > 0 && strcmp(table->format + 3, source->format + 3) == 0;
    return same_zone && rank > timestamp_rank(table) ? source->format : NULL;
}

static bool is_text(const struct ArrowSchema *type) {
    return type->dictionary != NULL || strcmp(type->format, "u") == 0;
}

static const char *wider_plain(const struct ArrowSchema *table, const struct ArrowSchema *source) {
    bool from_float = strcmp(source->format, "g") == 0 || strcmp(source->format, "f") == 0;
    if (table->dictionary != NULL || (is_text(source) && strchr("+zw", table->format[0]) == NULL))
        return strcmp(table->format, "u") == 0 && table->dictionary == NULL ? NULL : "u";
    if (is_text(source))
        return NULL;
    if (integer_width(table) > 0 && integer_width(source) > 0)
        return wider_integer(table, source);
    if (integer_width(table) > 0 && from_float)
        return "g";
    if (strcmp(table->format, "f") == 0 && (from_float || integer_width(source) > 0))
        return "g";
    return wider_time(table, source);
}

/* Digits before the point and behind it that hold the values of an integer or decimal; false for other types. */
static bool digits_of(const struct ArrowSchema *type, int *whole, int *fraction) {
    static const int of_width[] = {[0] = 0, [1] = 3, [2] = 5, [4] = 10, [8] = 20};
    int precision;
    *fraction = 0;
    *whole = of_width[integer_width(type)];
    if (integer_width(type) > 0)
        return true;
    if (sscanf(type->format, "d:%d,%d", &precision, fraction) != 2)
        return false;
    *whole = precision - *fraction;
    return true;
}

static bool wider_decimal(const struct ArrowSchema *table, const struct ArrowSchema *source, char *out) {
    enum { MOST = 38 };
    int has, has_behind, gets, gets_behind;
    if ((table->format[0] != 'd' && source->format[0] != 'd') || !digits_of(table, &has, &has_behind) ||
        !digits_of(source, &gets, &gets_behind))
        return false;
    int whole = has > gets ? has : gets, fraction = has_behind > gets_behind ? has_behind : gets_behind;
    if (whole + fraction > MOST) /* what is there may fit all the same */
        whole = MOST - fraction;
    bool same = table->format[0] == 'd' && whole == has && fraction == has_behind;
    snprintf(out, TARN_WIDER_FORMAT_SIZE, "d:%d,%d", whole + fraction, fraction);
    return !same && whole >= 0;
}

bool tarn_wider_format(const struct ArrowSchema *table, const struct ArrowSchema *source,
                       char out[TARN_WIDER_FORMAT_SIZE]) {
    const char *plain = wider_plain(table, source);
    if (plain == NULL)
        return wider_decimal(table, source, out);
    return (size_t)snprintf(out, TARN_WIDER_FORMAT_SIZE, "%s", plain) < TARN_WIDER_FORMAT_SIZE;
}

/* ---- the column's values ----------------------------------------------------------------------------------------- */

typedef struct recasting {
    const tarn_io *io;
    tarn_transaction *transaction;
    const tarn_version *base;
    size_t column;
    struct ArrowSchema type;
    tarn_batch_id *ids;
} recasting;

static tarn_status recast_chunk(void *context, size_t chunk, tarn_error *error) {
    recasting *r = context;
    struct ArrowArray wider = {0};
    tarn_batch *batch = NULL;
    int64_t failed = -1;
    TARN_TRY(tarn_task_check(r->io->task, error));
    TARN_TRY(tarn_version_read(r->base, r->column, chunk, &batch, error));
    tarn_status status =
        tarn_array_cast(tarn_batch_schema(batch), tarn_batch_array(batch), &r->type, &wider, &failed, error);
    if (status == TARN_OK)
        status = tarn_transaction_put(r->transaction, &r->type, &wider, &r->ids[chunk], error);
    tarn_array_release(&wider);
    tarn_batch_release(batch);
    return status;
}

static tarn_status remember(tarn_widening *widening, const tarn_column *column, const struct ArrowSchema *type,
                            tarn_error *error) {
    tarn_buffer was = {0}, is = {0};
    tarn_status status = tarn_sql_type(column->type, &was, error);
    if (status == TARN_OK)
        status = tarn_sql_type(type, &is, error);
    if (status == TARN_OK)
        tarn_listing_add(&widening->became, "%.60s became %.*s (was %.*s)", column->name, (int)is.size,
                         (const char *)is.data, (int)was.size, (const char *)was.data);
    tarn_buffer_free(&was);
    tarn_buffer_free(&is);
    return status;
}

tarn_status tarn_widen_column(tarn_widening *widening, const tarn_io *io, tarn_transaction *transaction,
                              tarn_draft *draft, const tarn_version *base, size_t column, const char *format,
                              tarn_error *error) {
    const tarn_column *old = tarn_version_column(base, column);
    size_t chunks = tarn_version_chunk_count(base);
    recasting r = {.io = io, .transaction = transaction, .base = base, .column = column};
    tarn_status status = TARN_OK;
    TARN_CHECK(tarn_schema_make(&r.type, format, old->name, error));
    TARN_CHECK(remember(widening, old, &r.type, error));
    r.ids = calloc(chunks + 1, sizeof *r.ids);
    if (r.ids == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    status = tarn_parallel_for(io->pool, TARN_PRIORITY_USER_VISIBLE, io->task, chunks, recast_chunk, &r, error);
    if (status == TARN_E_INVALID)
        status = tarn_fail_context(error, status, "column \"%s\" of the table cannot become wider", old->name);
    TARN_CHECK(status);
    status = tarn_draft_replace_column(draft, column, &r.type, r.ids, error);
cleanup:
    tarn_schema_release(&r.type);
    free(r.ids);
    return status;
}
