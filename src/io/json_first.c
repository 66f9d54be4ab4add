/* The first pass: all blocks are read for their shape, in parallel. */
#include "io/json_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- who learns -------------------------------------------------------------------------------------------------- */

static tarn_json_pupil *take_pupil(tarn_json_reader *reader) {
    pthread_mutex_lock(&reader->lock);
    tarn_json_pupil *pupil = reader->idle;
    if (pupil != NULL)
        reader->idle = pupil->next;
    pthread_mutex_unlock(&reader->lock);
    if (pupil != NULL)
        return pupil;
    pupil = calloc(1, sizeof *pupil);
    tarn_json_shape *shape = tarn_json_shape_new(0);
    if (pupil == NULL || shape == NULL) {
        free(pupil);
        tarn_json_shape_free(shape);
        return NULL;
    }
    pupil->shape = shape;
    pupil->learner.task = reader->task;
    return pupil;
}

static void give_back(tarn_json_reader *reader, tarn_json_pupil *pupil) {
    pthread_mutex_lock(&reader->lock);
    pupil->next = reader->idle;
    reader->idle = pupil;
    pthread_mutex_unlock(&reader->lock);
}

/* ---- one block --------------------------------------------------------------------------------------------------- */

static void note_wrong(tarn_json_reader *reader, const tarn_json_wrong *wrong) {
    pthread_mutex_lock(&reader->lock);
    if (reader->wrong.block == SIZE_MAX || wrong->place < reader->wrong.place)
        reader->wrong = *wrong;
    pthread_mutex_unlock(&reader->lock);
}

/* What the parser came upon, unless the page ends there only because it was cut. */
static void judge(const tarn_json_reader *reader, size_t block, const tarn_json_text *text, uint64_t record,
                  tarn_json_wrong *wrong) {
    const tarn_json_block *b = &reader->located.blocks.list[block];
    uint64_t place = tarn_json_place(reader, block, text);
    if (wrong->block != SIZE_MAX && place >= wrong->place)
        return;
    *wrong = (tarn_json_wrong){.block = block, .place = place, .record = record};
    snprintf(wrong->what, sizeof wrong->what, "%s", text->fault);
    if (text->at >= text->end && b->open && b->offset + b->size < reader->view.size)
        snprintf(wrong->what, sizeof wrong->what,
                 "a record does not end within %llu MB: a bracket or a quote is missing, or the records lie deeper and "
                 "need their key",
                 (unsigned long long)(reader->options.most_record >> 20));
}

static tarn_status learn_page(tarn_json_reader *reader, tarn_json_pupil *pupil, size_t block,
                              const tarn_json_page *page, tarn_json_wrong *wrong, tarn_error *error) {
    tarn_json_learner *learner = &pupil->learner;
    uint64_t count = 0;
    learner->base = reader->located.blocks.list[block].offset;
    learner->text = tarn_json_page_text(reader, block, page);
    for (bool more = true; more; count += more) {
        tarn_status status =
            tarn_json_next_record(reader, block, &learner->text, count, &more) ? TARN_OK : TARN_E_FORMAT;
        if (status == TARN_OK && more)
            status = tarn_json_learn(learner, pupil->shape, error);
        if (status == TARN_E_FORMAT) {
            judge(reader, block, &learner->text, count, wrong);
            break;
        }
        TARN_TRY(status);
    }
    reader->rows[block] = count;
    return tarn_task_check(reader->task, error);
}

static tarn_status learn_block(void *context, size_t block, tarn_error *error) {
    tarn_json_reader *reader = context;
    tarn_json_page page = {0};
    tarn_json_wrong wrong = {.block = SIZE_MAX};
    tarn_json_pupil *pupil = take_pupil(reader);
    if (pupil == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_json_page_load(reader, block, &page, &wrong, error);
    if (status == TARN_OK)
        status = learn_page(reader, pupil, block, &page, &wrong, error);
    give_back(reader, pupil);
    free(page.data);
    tarn_task_advance(reader->task, reader->located.blocks.list[block].size);
    if (status != TARN_OK || wrong.block == SIZE_MAX)
        return status;
    note_wrong(reader, &wrong);
    return TARN_E_FORMAT; /* later blocks need not be read */
}

/* ---- all of them ------------------------------------------------------------------------------------------------- */

static tarn_status merge_all(tarn_json_reader *reader, tarn_error *error) {
    reader->shape = tarn_json_shape_new(0);
    if (reader->shape == NULL)
        return tarn_fail_memory(error);
    for (tarn_json_pupil *pupil = reader->idle; pupil != NULL; pupil = pupil->next) {
        TARN_TRY(tarn_task_check(reader->task, error));
        TARN_TRY(tarn_json_shape_merge(reader->shape, pupil->shape, error));
    }
    return TARN_OK;
}

static void free_pupils(tarn_json_reader *reader) {
    while (reader->idle != NULL) {
        tarn_json_pupil *pupil = reader->idle;
        reader->idle = pupil->next;
        tarn_json_learner_free(&pupil->learner);
        tarn_json_shape_free(pupil->shape);
        free(pupil);
    }
}

tarn_status tarn_json_learn_all(tarn_json_reader *reader, tarn_pool *pool, tarn_error *error) {
    size_t count = reader->located.blocks.count;
    reader->wrong.block = SIZE_MAX;
    reader->rows = calloc(count + 1, sizeof *reader->rows);
    if (reader->rows == NULL)
        return tarn_fail_memory(error);
    tarn_task_begin(reader->task, "reading", "bytes", reader->view.size);
    tarn_status status = tarn_parallel_for(pool, tarn_task_priority(reader->task, TARN_PRIORITY_USER_VISIBLE),
                                           reader->task, count, learn_block, reader, error);
    if (status == TARN_E_FORMAT && reader->wrong.block != SIZE_MAX)
        status = TARN_OK; /* the caller tells it */
    if (status == TARN_OK && reader->wrong.block == SIZE_MAX)
        status = merge_all(reader, error);
    free_pupils(reader);
    return status;
}
