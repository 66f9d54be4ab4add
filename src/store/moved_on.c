// What was done to a table since the version that somebody knows.
#include "store/internal.h"

#include "base/text.h"

#include <inttypes.h>

/* As many as a message can name. */
#define MOST_NAMED 4

typedef struct meanwhile {
    uint64_t table;
    uint64_t record; /* that made the version which is known */
    size_t count;
    tarn_buffer text;
} meanwhile;

static tarn_status find_record(void *context, const tarn_record *record, tarn_error *error) {
    meanwhile *m = context;
    (void)error;
    m->record = record->number;
    return TARN_OK;
}

static tarn_status describe(meanwhile *m, const tarn_record *record, uint64_t after, tarn_error *error) {
    m->count++;
    if (m->count > MOST_NAMED)
        return TARN_OK;
    return tarn_buffer_printf(&m->text, error, "%s%s by %s (version %" PRIu64 ")", m->count > 1 ? ", " : "",
                              record->command != NULL ? record->command : record->kind, record->user, after);
}

static tarn_status visit(void *context, const tarn_record *record, tarn_error *error) {
    meanwhile *m = context;
    for (size_t i = 0; i < record->table_count; i++) {
        const tarn_record_table *table = &record->tables[i];
        if (table->table == m->table && table->before != table->after)
            return describe(m, record, table->after, error);
    }
    return TARN_OK;
}

tarn_status tarn_table_moved_on(tarn_store *store, const tarn_table_state *table, uint64_t expected,
                                tarn_error *error) {
    meanwhile m = {.table = table->id};
    tarn_error ignored = {0};
    tarn_status status = tarn_store_record_of(store, table->id, expected, find_record, &m, &ignored);
    if (status == TARN_OK)
        status = tarn_store_walk(store, m.record + 1, visit, &m, &ignored);
    if (status == TARN_OK)
        status = tarn_buffer_append(&m.text, "", 1, &ignored);
    if (status == TARN_OK && m.count > MOST_NAMED)
        tarn_fail(error, TARN_E_CONFLICT,
                  "%s has version %" PRIu64 " by now, not %" PRIu64 ": meanwhile %s and %zu more", table->name,
                  table->head, expected, (const char *)m.text.data, m.count - MOST_NAMED);
    else if (status == TARN_OK && m.count > 0)
        tarn_fail(error, TARN_E_CONFLICT, "%s has version %" PRIu64 " by now, not %" PRIu64 ": meanwhile %s",
                  table->name, table->head, expected, (const char *)m.text.data);
    else
        tarn_fail(error, TARN_E_CONFLICT, "%s has version %" PRIu64 " by now, not %" PRIu64, table->name, table->head,
                  expected);
    tarn_buffer_free(&m.text);
    return TARN_E_CONFLICT;
}
