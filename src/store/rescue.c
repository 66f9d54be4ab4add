/* Mending a journal that does not open. What can be proved to continue the chain stays; the rest is set aside in files
 * beside it, so that nothing is thrown away. */
#include "store/internal.h"
#include "store/problems.h"

#include "base/clock.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdlib.h>

typedef struct rescuing {
    tarn_store *store; /* nothing loaded; holds paths and the lock */
    bool repair;
    tarn_verify_report *report;
} rescuing;

/* One journal file as far as it is good. */
typedef struct examined {
    tarn_buffer text;
    bool begins;                      /* its first line is a checkpoint */
    size_t good;                      /* bytes of good lines */
    size_t after_first;               /* where its second line begins */
    uint64_t line;                    /* number of the first bad line; 0: none */
    uint64_t first, record;           /* records: the first (0: none) and the last good one */
    char hash[TARN_SHA256_TEXT_SIZE]; /* of the last good one */
    char first_prev[TARN_SHA256_TEXT_SIZE];
    bool torn;        /* what is bad is only a write that did not end */
    bool is_followed; /* what is bad is only that it names a file that follows it, which is not there */
} examined;

/* Does the line continue the chain? Called for lines whose checksum is right. */
static bool continues(examined *e, const tarn_line *parsed, tarn_slice text) {
    if (parsed->kind == TARN_LINE_KEPT || parsed->kind == TARN_LINE_PAST)
        return true; /* what the checkpoint says already */
    if (parsed->kind == TARN_LINE_CHECKPOINT)
        return false;
    bool known = e->begins || e->first != 0;
    if (known && (parsed->number != e->record + 1 || !tarn_slice_is(parsed->prev, e->hash)))
        return false;
    if (e->first == 0) {
        e->first = parsed->number;
        memcpy(e->first_prev, parsed->prev.data, sizeof e->first_prev - 1);
    }
    e->record = parsed->number;
    tarn_sha256_text(text.data, text.size, e->hash);
    return true;
}

static tarn_status examine_first(examined *e, tarn_line_walk *walk, tarn_error *error) {
    tarn_line parsed = {0};
    tarn_slice line;
    tarn_status status = TARN_OK;
    const char *end = e->text.size > 0 ? memchr(e->text.data, '\n', e->text.size) : NULL;
    e->after_first = end != NULL ? (size_t)(end - (const char *)e->text.data) + 1 : e->text.size;
    if (tarn_line_walk_next(walk, &line) == TARN_WALK_LINE &&
        tarn_line_parse(line.data, line.size, &parsed, NULL) == TARN_OK && parsed.kind == TARN_LINE_CHECKPOINT) {
        tarn_file_start start;
        status = tarn_checkpoint_start(parsed.body, &start, error);
        e->begins = status == TARN_OK;
        e->record = start.record;
        memcpy(e->hash, start.hash, sizeof e->hash);
    }
    if (!e->begins) {
        e->line = 1;
        walk->offset = e->after_first;
        walk->line = 1;
    }
    tarn_line_clear(&parsed);
    return status == TARN_E_MEMORY || status == TARN_E_NEWER ? status : TARN_OK;
}

static tarn_status examine(rescuing *r, uint32_t number, examined *e, tarn_error *error) {
    tarn_line parsed = {0};
    tarn_slice line;
    tarn_status status;
    *e = (examined){0};
    char *path = tarn_journal_path(r->store, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_journal_read_file(r->store->fs, path, &e->text, error));
    tarn_line_walk walk = {.text = (const char *)e->text.data, .size = e->text.size};
    TARN_CHECK(examine_first(e, &walk, error));
    for (e->good = walk.offset;; e->good = walk.offset) {
        tarn_walk_step step = tarn_line_walk_next(&walk, &line);
        if (step == TARN_WALK_END)
            break;
        if (step == TARN_WALK_LINE && tarn_line_parse(line.data, line.size, &parsed, NULL) == TARN_OK &&
            parsed.next != 0) {
            e->is_followed = true;
            e->line = walk.line;
            break;
        }
        if (step != TARN_WALK_LINE || tarn_line_parse(line.data, line.size, &parsed, NULL) != TARN_OK ||
            !continues(e, &parsed, line)) {
            e->torn = step == TARN_WALK_TORN;
            if (e->line == 0)
                e->line = step == TARN_WALK_TORN ? walk.line + 1 : walk.line;
            break;
        }
    }
cleanup:
    tarn_line_clear(&parsed);
    free(path);
    return status;
}

/* ---- setting aside ----------------------------------------------------------------------------------------------- */

static tarn_status write_file(rescuing *r, const char *path, tarn_open_mode mode, const void *data, size_t size,
                              tarn_error *error) {
    tarn_file *file = NULL;
    tarn_status status;
    TARN_CHECK(tarn_fs_open(r->store->fs, path, mode, &file, error));
    TARN_CHECK(tarn_file_truncate(file, 0, error));
    if (size > 0)
        TARN_CHECK(tarn_file_write(file, 0, data, size, error));
    TARN_CHECK(tarn_file_sync(file, error));
cleanup:
    tarn_file_close(file);
    return status;
}

/* Keep bytes of a journal file beside it under a name that no journal file has. */
static tarn_status set_aside(rescuing *r, uint32_t number, const void *data, size_t size, tarn_error *error) {
    tarn_status status = TARN_E_EXISTS;
    tarn_error problem = {0};
    for (int attempt = 1; status == TARN_E_EXISTS; attempt++) {
        char *path = tarn_format("%s/%08u.damaged-%d", r->store->journal_folder, (unsigned)number, attempt);
        if (path == NULL)
            return tarn_fail_memory(error);
        status = write_file(r, path, TARN_OPEN_CREATE_NEW, data, size, &problem);
        free(path);
    }
    if (status != TARN_OK) {
        if (error != NULL)
            *error = problem;
        return status;
    }
    return tarn_fs_sync_directory(r->store->fs, r->store->journal_folder, error);
}

static tarn_status truncate_file(rescuing *r, uint32_t number, uint64_t size, tarn_error *error) {
    tarn_file *file = NULL;
    tarn_status status;
    char *path = tarn_journal_path(r->store, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_fs_open(r->store->fs, path, TARN_OPEN_WRITE, &file, error));
    TARN_CHECK(tarn_file_truncate(file, size, error));
    status = tarn_file_sync(file, error);
cleanup:
    tarn_file_close(file);
    free(path);
    return status;
}

static tarn_status report(rescuing *r, uint32_t number, uint64_t line, const char *what, uint64_t last,
                          tarn_error *error) {
    char *path = tarn_journal_path(r->store, number);
    char *text = path != NULL ? tarn_format("line %" PRIu64 " of %s %s", line, path, what) : NULL;
    char *affects = tarn_format("all that was committed after record %" PRIu64, last);
    tarn_status status = text != NULL && affects != NULL
                             ? tarn_report_problem(r->report, text, affects, r->repair, error)
                             : tarn_fail_memory(error);
    free(path);
    free(text);
    free(affects);
    return status;
}

/* ---- mending ----------------------------------------------------------------------------------------------------- */

/* A file that begins well: cut it behind its last good line. `is_there`: another file follows it. */
static tarn_status mend_tail(rescuing *r, uint32_t number, const examined *e, bool is_there, tarn_error *error) {
    if (e->line == 0 || e->torn) /* a torn end is dropped on opening */
        return TARN_OK;
    if (e->is_followed && is_there) /* what is wrong with the file that follows is told with that */
        return r->repair ? truncate_file(r, number, e->good, error) : TARN_OK;
    TARN_TRY(report(r, number, e->line,
                    e->is_followed ? "names the file that follows, which is missing or damaged"
                                   : "is damaged, or not the next one",
                    e->record, error));
    if (!r->repair)
        return TARN_OK;
    TARN_TRY(set_aside(r, number, e->text.data + e->good, e->text.size - e->good, error));
    return truncate_file(r, number, e->good, error);
}

static tarn_status remove_file(rescuing *r, uint32_t number, tarn_error *error) {
    char *path = tarn_journal_path(r->store, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_fs_remove(r->store->fs, path, error);
    free(path);
    return status == TARN_OK ? tarn_fs_sync_directory(r->store->fs, r->store->journal_folder, error) : status;
}

/* Append the good records of a file whose checkpoint is damaged to the file before it. */
static tarn_status append_records(rescuing *r, uint32_t to, const examined *base, const examined *e,
                                  tarn_error *error) {
    tarn_file *file = NULL;
    tarn_status status;
    char *path = tarn_journal_path(r->store, to);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_fs_open(r->store->fs, path, TARN_OPEN_WRITE, &file, error));
    TARN_CHECK(tarn_file_truncate(file, base->good, error));
    TARN_CHECK(tarn_file_write(file, base->good, e->text.data + e->after_first, e->good - e->after_first, error));
    status = tarn_file_sync(file, error);
cleanup:
    tarn_file_close(file);
    free(path);
    return status;
}

/* A file without a checkpoint, behind `base`, the last one that has one. */
static tarn_status mend_beginning(rescuing *r, uint32_t to, examined *base, uint32_t number, const examined *e,
                                  tarn_error *error) {
    bool fits = e->first == base->record + 1 && strcmp(e->first_prev, base->hash) == 0;
    if (e->first == 0 && e->text.size == e->after_first)
        return TARN_OK; /* never finished: opening ignores it */
    TARN_TRY(report(r, number, 1,
                    fits ? "is damaged; the records behind it are joined to the file before"
                         : "is damaged, and the records behind it do not continue the file before",
                    fits ? e->record : base->record, error));
    if (!r->repair)
        return TARN_OK;
    TARN_TRY(set_aside(r, number, e->text.data, e->text.size, error));
    if (fits) {
        TARN_TRY(append_records(r, to, base, e, error));
        base->good += e->good - e->after_first;
        base->record = e->record;
        memcpy(base->hash, e->hash, sizeof base->hash);
    }
    return remove_file(r, number, error);
}

/* No file has a checkpoint: the first one needs none but the empty one, when its records begin with the first. */
static tarn_status mend_first(rescuing *r, uint32_t number, const examined *e, tarn_error *error) {
    tarn_ledger empty;
    tarn_buffer text = {0};
    tarn_ledger_init(&empty);
    tarn_status status;
    bool fits = number == 1 && (e->first == 0 || (e->first == 1 && strcmp(e->first_prev, empty.hash) == 0));
    TARN_CHECK(
        report(r, number, 1, fits ? "is damaged" : "is damaged, and no other file has a checkpoint", e->record, error));
    if (!fits) {
        r->report->problems[r->report->problem_count - 1].repaired = false;
        goto cleanup;
    }
    if (!r->repair)
        goto cleanup;
    TARN_CHECK(set_aside(r, number, e->text.data, e->text.size, error));
    TARN_CHECK(tarn_checkpoint_write(&empty, tarn_now(), &text, error));
    TARN_CHECK(tarn_buffer_append(&text, e->text.data + e->after_first, e->good - e->after_first, error));
    char *path = tarn_journal_path(r->store, number);
    status = path != NULL ? write_file(r, path, TARN_OPEN_WRITE, text.data, text.size, error) : tarn_fail_memory(error);
    free(path);
cleanup:
    tarn_ledger_clear(&empty);
    tarn_buffer_free(&text);
    return status;
}

static tarn_status mend_journal(rescuing *r, tarn_error *error) {
    uint32_t *numbers = NULL;
    size_t count = 0, base_at;
    examined base = {0}, next = {0};
    tarn_status status;
    TARN_CHECK(tarn_journal_files(r->store->fs, r->store->journal_folder, &numbers, &count, error));
    for (base_at = count; base_at > 0; base_at--) { /* the newest that begins with a checkpoint */
        tarn_buffer_free(&base.text);
        TARN_CHECK(examine(r, numbers[base_at - 1], &base, error));
        if (base.begins)
            break;
    }
    if (count == 0)
        status = tarn_report_problem(r->report, "there is no journal", "everything", false, error);
    else if (base_at == 0)
        status = mend_first(r, numbers[0], &base, error); /* `base` is the oldest now */
    else
        status = mend_tail(r, numbers[base_at - 1], &base, base_at < count, error);
    for (size_t i = base_at; status == TARN_OK && base_at > 0 && i < count; i++) {
        tarn_buffer_free(&next.text);
        TARN_CHECK(examine(r, numbers[i], &next, error));
        status = mend_beginning(r, numbers[base_at - 1], &base, numbers[i], &next, error);
    }
    r->report->records = base.record;
cleanup:
    tarn_buffer_free(&base.text);
    tarn_buffer_free(&next.text);
    free(numbers);
    return status;
}

static tarn_status mend_description(rescuing *r, tarn_error *error) {
    tarn_error problem;
    tarn_status status = tarn_store_check_description(r->store->fs, r->store->directory, &problem);
    if (status == TARN_OK)
        return TARN_OK;
    if (status != TARN_E_CORRUPT) {
        if (error != NULL)
            *error = problem;
        return status;
    }
    TARN_TRY(tarn_report_problem(r->report, problem.message, NULL, r->repair, error));
    return r->repair ? tarn_store_describe(r->store->fs, r->store->directory, error) : TARN_OK;
}

/* Whatever was found and mended: what still does not open is not sound. */
static tarn_status check_opens(tarn_fs *fs, const char *directory, tarn_verify_report *report, tarn_error *error) {
    for (size_t i = 0; i < report->problem_count; i++) {
        if (!report->problems[i].repaired)
            return TARN_OK; /* it is said already */
    }
    tarn_store *store = NULL;
    tarn_store_options options = {.read_only = true};
    tarn_error problem;
    tarn_status status = tarn_store_open(fs, directory, &options, &store, &problem);
    tarn_store_close(store);
    return status == TARN_E_CORRUPT ? tarn_report_problem(report, problem.message, "everything", false, error)
                                    : TARN_OK;
}

tarn_status tarn_store_rescue(tarn_fs *fs, const char *directory, bool repair, tarn_verify_report *out,
                              tarn_error *error) {
    rescuing r = {.repair = repair, .report = out};
    *out = (tarn_verify_report){0};
    TARN_TRY(tarn_fs_guard(fs, directory, error));
    TARN_TRY(tarn_store_allocate(fs, directory, NULL, &r.store, error));
    tarn_status status = TARN_OK;
    if (repair)
        TARN_CHECK(tarn_lock_take(r.store, error));
    TARN_CHECK(mend_description(&r, error));
    status = mend_journal(&r, error);
cleanup:
    tarn_store_close(r.store);
    if (status == TARN_OK)
        status = check_opens(fs, directory, out, error);
    if (status != TARN_OK)
        tarn_verify_report_clear(out);
    return status;
}
