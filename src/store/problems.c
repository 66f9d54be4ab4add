// Gathering what verify and rescue find.
#include "store/problems.h"

#include "base/buffer.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

tarn_status tarn_report_problem(tarn_verify_report *report, const char *what, const char *affects, bool repaired,
                                tarn_error *error) {
    tarn_problem problem = {
        .what = tarn_strdup(what), .affects = affects != NULL ? tarn_strdup(affects) : NULL, .repaired = repaired};
    size_t capacity = report->problem_count;
    tarn_status status = problem.what != NULL && (affects == NULL || problem.affects != NULL)
                             ? tarn_grow(&report->problems, &capacity, report->problem_count + 1, sizeof problem, error)
                             : tarn_fail_memory(error);
    if (status != TARN_OK) {
        free(problem.what);
        free(problem.affects);
        return status;
    }
    report->problems[report->problem_count++] = problem;
    return TARN_OK;
}

void tarn_verify_report_clear(tarn_verify_report *report) {
    for (size_t i = 0; i < report->problem_count; i++) {
        free(report->problems[i].what);
        free(report->problems[i].affects);
    }
    free(report->problems);
    *report = (tarn_verify_report){0};
}

typedef struct lost_place {
    tarn_batch_id id;
    uint64_t position;
} lost_place;

void tarn_lost_init(tarn_lost_batches *lost) {
    *lost = (tarn_lost_batches){.places.entry_size = sizeof(lost_place)};
}

tarn_status tarn_lost_add(tarn_lost_batches *lost, tarn_batch_id id, const char *what, tarn_error *error) {
    TARN_TRY(tarn_grow(&lost->items, &lost->capacity, lost->count + 1, sizeof *lost->items, error));
    lost->items[lost->count] = (tarn_lost_batch){.id = id, .what = tarn_strdup(what)};
    if (lost->items[lost->count].what == NULL)
        return tarn_fail_memory(error);
    lost_place place = {id, lost->count++};
    return tarn_keyed_map_put(&lost->places, &place, error);
}

tarn_lost_batch *tarn_lost_find(const tarn_lost_batches *lost, tarn_batch_id id) {
    const lost_place *place = tarn_keyed_map_find(&lost->places, id.hi, id.lo);
    return place != NULL ? &lost->items[place->position] : NULL;
}

/* Finish the mention that was being widened. */
static tarn_status end_mention(tarn_lost_batch *batch, tarn_error *error) {
    if (batch->place == NULL)
        return TARN_OK;
    const char *separator = batch->mentions++ > 0 ? "; " : "";
    tarn_status status =
        batch->first_version == batch->last_version
            ? tarn_buffer_printf(&batch->affects, error, "%s%s of version %llu", separator, batch->place,
                                 (unsigned long long)batch->first_version)
            : tarn_buffer_printf(&batch->affects, error, "%s%s of versions %llu to %llu", separator, batch->place,
                                 (unsigned long long)batch->first_version, (unsigned long long)batch->last_version);
    free(batch->place);
    batch->place = NULL;
    return status;
}

tarn_status tarn_lost_mention(tarn_lost_batch *batch, const char *table_name, uint64_t table, uint64_t version,
                              const char *place, tarn_error *error) {
    char *whole = tarn_format("table \"%s\", %s", table_name, place);
    if (whole == NULL)
        return tarn_fail_memory(error);
    if (batch->place != NULL && batch->table == table && strcmp(batch->place, whole) == 0) {
        batch->last_version = version;
        free(whole);
        return TARN_OK;
    }
    tarn_status status = end_mention(batch, error);
    batch->place = whole;
    batch->table = table;
    batch->first_version = batch->last_version = version;
    return status;
}

tarn_status tarn_lost_report(tarn_lost_batches *lost, bool repaired, tarn_verify_report *report, tarn_error *error) {
    for (size_t i = 0; i < lost->count; i++) {
        tarn_lost_batch *batch = &lost->items[i];
        TARN_TRY(end_mention(batch, error));
        TARN_TRY(tarn_buffer_append(&batch->affects, "", 1, error));
        const char *affects = batch->affects.size > 1 ? (const char *)batch->affects.data : NULL;
        TARN_TRY(tarn_report_problem(report, batch->what, affects, repaired, error));
    }
    return TARN_OK;
}

void tarn_lost_clear(tarn_lost_batches *lost) {
    for (size_t i = 0; i < lost->count; i++) {
        free(lost->items[i].what);
        free(lost->items[i].place);
        tarn_buffer_free(&lost->items[i].affects);
    }
    free(lost->items);
    tarn_keyed_map_clear(&lost->places);
    tarn_lost_init(lost);
}
