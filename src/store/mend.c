// What verify does about damaged batches, and about those of which something wrong is noted in their zones.
#include "store/mend.h"

#include "base/text.h"
#include "store/record.h"

#include <stdio.h>
#include <stdlib.h>

void tarn_misnoted_clear(tarn_misnoted *misnoted) {
    for (size_t i = 0; i < misnoted->count; i++)
        free(misnoted->what[i]);
    free(misnoted->what);
    free(misnoted->entries);
    *misnoted = (tarn_misnoted){0};
}

tarn_status tarn_misnoted_add(tarn_misnoted *misnoted, const tarn_batch_entry *entry, const char *what,
                              tarn_error *error) {
    size_t count = misnoted->count;
    TARN_TRY(tarn_grow(&misnoted->entries, &misnoted->capacity, count + 1, sizeof *misnoted->entries, error));
    TARN_TRY(tarn_grow(&misnoted->what, &misnoted->what_capacity, count + 1, sizeof *misnoted->what, error));
    misnoted->what[count] = tarn_format("%s", what);
    if (misnoted->what[count] == NULL)
        return tarn_fail_memory(error);
    misnoted->entries[count] = *entry;
    misnoted->count++;
    return TARN_OK;
}

static tarn_status rewrite(tarn_store *store, tarn_batch_entry *entry, tarn_error *error) {
    tarn_codec codec = tarn_batch_codec(entry);
    tarn_batch *batch = NULL;
    tarn_buffer bytes = {0};
    tarn_status status;
    TARN_CHECK(tarn_store_decode(store, entry, true, &batch, error));
    TARN_CHECK(tarn_batch_encode(tarn_batch_schema(batch), tarn_batch_array(batch), codec, entry->id, &bytes, error));
    status = tarn_segment_append(store, &bytes, entry, error);
cleanup:
    tarn_batch_release(batch);
    tarn_buffer_free(&bytes);
    return status;
}

static tarn_status rewrite_all(tarn_misnoted *misnoted, tarn_store *store, tarn_error *error) {
    for (size_t i = 0; i < misnoted->count; i++)
        TARN_TRY(rewrite(store, &misnoted->entries[i], error));
    return tarn_segment_sync(store, error);
}

tarn_status tarn_misnoted_report(const tarn_misnoted *misnoted, bool repaired, tarn_verify_report *report,
                                 tarn_error *error) {
    for (size_t i = 0; i < misnoted->count; i++)
        TARN_TRY(tarn_report_problem(report, misnoted->what[i], NULL, repaired, error));
    return TARN_OK;
}

tarn_status tarn_store_mend(tarn_store *store, const tarn_lost_batches *lost, tarn_misnoted *misnoted,
                            tarn_error *error) {
    tarn_buffer record = {0};
    char parameters[64];
    snprintf(parameters, sizeof parameters, "{\"batches\":%zu}", lost->count + misnoted->count);
    tarn_event event = {.kind = "repair", .parameters = parameters, .rows = -1, .cells = -1};
    tarn_json_out out = {.buffer = &record};
    tarn_status status;
    TARN_CHECK(rewrite_all(misnoted, store, error));
    TARN_CHECK(tarn_record_begin(store, &event, &out, error));
    tarn_json_out_key(&out, "batches");
    tarn_json_out_open(&out, '[');
    for (size_t i = 0; i < lost->count; i++) {
        tarn_batch_entry entry = {.id = lost->items[i].id};
        tarn_line_write_batch(&out, &entry);
    }
    for (size_t i = 0; i < misnoted->count; i++) {
        if (tarn_lost_find(lost, misnoted->entries[i].id) == NULL)
            tarn_line_write_batch(&out, &misnoted->entries[i]);
    }
    tarn_json_out_close(&out, ']');
    status = out.status == TARN_OK ? tarn_journal_commit(store, &record, error) : tarn_fail_memory(error);
    tarn_cache_clear(&store->cache);
    tarn_zone_cache_clear(&store->zones);
    tarn_versions_forget_recent(store);
cleanup:
    if (status != TARN_OK)
        tarn_segment_abandon(store);
    tarn_buffer_free(&record);
    return status;
}
