/* The journal's files: finding the newest, reading what follows its checkpoint, appending, beginning new files. */
#include "store/internal.h"

#include "base/asker.h"
#include "base/clock.h"
#include "base/text.h"

#include <stdlib.h>

/* ---- files ------------------------------------------------------------------------------------------------------- */

tarn_status tarn_journal_files(tarn_fs *fs, const char *folder, uint32_t **out, size_t *count, tarn_error *error) {
    tarn_entry *entries = NULL;
    size_t entry_count = 0;
    *out = NULL;
    *count = 0;
    TARN_TRY(tarn_fs_list(fs, folder, &entries, &entry_count, error));
    *out = malloc((entry_count + 1) * sizeof **out);
    if (*out == NULL) {
        tarn_entries_free(entries, entry_count);
        return tarn_fail_memory(error);
    }
    for (size_t i = 0; i < entry_count; i++) { /* names have eight digits, so their order is the numbers' */
        uint32_t number = tarn_file_number(entries[i].name, ".jsonl");
        if (number != 0 && entries[i].kind == TARN_ENTRY_FILE)
            (*out)[(*count)++] = number;
    }
    tarn_entries_free(entries, entry_count);
    return TARN_OK;
}

tarn_status tarn_journal_read_from(tarn_file *file, uint64_t offset, tarn_buffer *out, tarn_error *error) {
    uint64_t size;
    TARN_TRY(tarn_file_size(file, &size, error));
    out->size = 0;
    TARN_TRY(tarn_buffer_reserve(out, size > offset ? size - offset : 1, error)); /* never NULL, even when empty */
    if (size <= offset)
        return TARN_OK;
    size_t got = 0;
    TARN_TRY(tarn_file_read(file, offset, out->data, size - offset, &got, error));
    out->size = got;
    return TARN_OK;
}

tarn_status tarn_journal_read_file(tarn_fs *fs, const char *path, tarn_buffer *out, tarn_error *error) {
    tarn_file *file = NULL;
    TARN_TRY(tarn_fs_open(fs, path, TARN_OPEN_READ, &file, error));
    tarn_status status = tarn_journal_read_from(file, 0, out, error);
    tarn_file_close(file);
    return status;
}

#define FIRST_READ (16 << 10)

/* The first line; when there is none, all there is. */
static tarn_status read_first_line(tarn_file *file, tarn_buffer *out, tarn_error *error) {
    uint64_t size;
    TARN_TRY(tarn_file_size(file, &size, error));
    for (size_t wanted = FIRST_READ;; wanted *= 4) {
        size_t part = wanted < size ? wanted : size, got = 0;
        TARN_TRY(tarn_buffer_reserve(out, part + 1, error));
        TARN_TRY(tarn_file_read(file, 0, out->data, part, &got, error));
        out->size = got;
        const uint8_t *end = memchr(out->data, '\n', got);
        if (end != NULL)
            out->size = (size_t)(end - out->data) + 1;
        if (end != NULL || part == size)
            return TARN_OK;
        out->size = 0;
    }
}

tarn_status tarn_journal_file_start(tarn_file *file, tarn_file_start *out, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    tarn_slice line;
    tarn_status status;
    TARN_CHECK(read_first_line(file, &text, error));
    tarn_line_walk walk = {.text = (const char *)text.data, .size = text.size};
    if (tarn_line_walk_next(&walk, &line) != TARN_WALK_LINE) {
        status = tarn_fail(error, TARN_E_CORRUPT, "line 1 of %s is not a checkpoint", tarn_file_path(file));
        goto cleanup;
    }
    TARN_CHECK(tarn_line_parse(line.data, line.size, &parsed, error));
    status = tarn_checkpoint_start(parsed.body, out, error);
cleanup:
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    return status;
}

void tarn_journal_close_files(tarn_journal_set *set) {
    for (size_t i = 0; i < set->count; i++)
        tarn_shared_file_release(set->files[i]);
    free(set->files);
    free(set->numbers);
    *set = (tarn_journal_set){0};
}

/* Open file after file of those that are listed from `oldest` to `newest`. */
static tarn_status open_listed(tarn_store *store, const uint32_t *numbers, size_t count, uint32_t oldest,
                               uint32_t newest, tarn_journal_set *out, tarn_error *error) {
    for (size_t i = 0; i < count; i++) {
        if (numbers[i] < oldest || numbers[i] > newest)
            continue;
        char *path = tarn_journal_path(store, numbers[i]);
        tarn_status status =
            path == NULL ? tarn_fail_memory(error)
                         : tarn_shared_file_open(store->fs, path, TARN_OPEN_READ, &out->files[out->count], error);
        free(path);
        TARN_TRY(status);
        out->numbers[out->count++] = numbers[i];
    }
    return out->count > 0
               ? TARN_OK
               : tarn_fail(error, TARN_E_NOT_FOUND, "the journal files in %s are gone", store->journal_folder);
}

static tarn_status open_range(tarn_store *store, uint32_t oldest, uint32_t newest, tarn_journal_set *out,
                              tarn_error *error) {
    uint32_t *numbers = NULL;
    size_t count = 0;
    *out = (tarn_journal_set){0};
    TARN_TRY(tarn_journal_files(store->fs, store->journal_folder, &numbers, &count, error));
    out->files = calloc(count + 1, sizeof *out->files);
    out->numbers = calloc(count + 1, sizeof *out->numbers);
    tarn_status status = out->files == NULL || out->numbers == NULL
                             ? tarn_fail_memory(error)
                             : open_listed(store, numbers, count, oldest, newest, out, error);
    if (status != TARN_OK)
        tarn_journal_close_files(out);
    free(numbers);
    return status;
}

static tarn_status share_held(const tarn_store *store, tarn_journal_set *out, tarn_error *error) {
    size_t count = store->held.count;
    *out = (tarn_journal_set){.files = calloc(count + 1, sizeof *out->files),
                              .numbers = calloc(count + 1, sizeof *out->numbers)};
    if (out->files == NULL || out->numbers == NULL) {
        tarn_journal_close_files(out);
        return tarn_fail_memory(error);
    }
    for (; out->count < count; out->count++) {
        out->files[out->count] = tarn_shared_file_retain(store->held.files[out->count]);
        out->numbers[out->count] = store->held.numbers[out->count];
    }
    return TARN_OK;
}

#define OPEN_ATTEMPTS 100

tarn_status tarn_journal_open_files(tarn_store *store, tarn_journal_set *out, tarn_error *error) {
    if (store->is_held)
        return share_held(store, out, error);
    tarn_status status = TARN_E_NOT_FOUND;
    for (int attempt = 0; status == TARN_E_NOT_FOUND && attempt < OPEN_ATTEMPTS; attempt++) {
        if (attempt > 0)
            TARN_TRY(tarn_store_refresh(store, NULL, error));
        pthread_mutex_lock(&store->lock);
        uint32_t oldest = store->ledger.first_file, newest = store->journal.number;
        pthread_mutex_unlock(&store->lock);
        status = open_range(store, oldest, newest, out, error);
    }
    return status;
}

tarn_status tarn_store_hold(tarn_store *store, tarn_error *error) {
    if (!store->options.read_only)
        return TARN_OK;
    tarn_journal_set files;
    TARN_TRY(tarn_journal_open_files(store, &files, error));
    pthread_mutex_lock(&store->lock);
    store->held = files;
    store->is_held = true;
    pthread_mutex_unlock(&store->lock);
    return TARN_OK;
}

void tarn_store_let_go(tarn_store *store) {
    pthread_mutex_lock(&store->lock);
    tarn_journal_set files = store->held;
    store->held = (tarn_journal_set){0};
    store->is_held = false;
    pthread_mutex_unlock(&store->lock);
    tarn_journal_close_files(&files);
}

/* ---- lines ------------------------------------------------------------------------------------------------------- */

tarn_walk_step tarn_line_walk_next(tarn_line_walk *walk, tarn_slice *line) {
    if (walk->offset >= walk->size)
        return TARN_WALK_END;
    const char *start = walk->text + walk->offset;
    size_t left = walk->size - walk->offset;
    const char *end = memchr(start, '\n', left);
    if (end == NULL)
        return TARN_WALK_TORN;
    size_t size = (size_t)(end - start);
    tarn_line_look look = tarn_line_check(start, size);
    walk->line++;
    if (look == TARN_LINE_GOOD) {
        *line = (tarn_slice){start, size};
        walk->offset += size + 1;
        return TARN_WALK_LINE;
    }
    /* Only the last write can be torn, and zeros inside it may hide or fake line ends: what follows decides. */
    bool last = size + 1 == left;
    for (const char *p = end + 1; !last && p < start + left;) {
        const char *next = memchr(p, '\n', (size_t)(start + left - p));
        if (next == NULL)
            break;
        if (tarn_line_check(p, (size_t)(next - p)) == TARN_LINE_GOOD)
            return TARN_WALK_DAMAGED;
        p = next + 1;
    }
    return look == TARN_LINE_TORN ? TARN_WALK_TORN : TARN_WALK_DAMAGED;
}

static tarn_status damaged_line(const char *path, uint64_t line, const char *what, tarn_error *error) {
    return tarn_fail(error, TARN_E_CORRUPT,
                     "line %llu of %s %s: " TARN_ASKER(
                         "tarn verify --repair", "opening it with repair: true") " sets it and what follows aside",
                     (unsigned long long)line, path, what);
}

/* Take in the lines of `walk`, which lie in file `number` from `base` on. */
static tarn_status take_lines(tarn_ledger *ledger, tarn_line_walk *walk, uint64_t base, uint32_t number,
                              const char *path, bool *torn, tarn_error *error) {
    tarn_line parsed = {0};
    tarn_slice text, last = {NULL, 0};
    tarn_status status = TARN_OK;
    tarn_walk_step step;
    for (;;) {
        uint64_t offset = base + walk->offset;
        step = tarn_line_walk_next(walk, &text);
        if (step != TARN_WALK_LINE)
            break;
        status = tarn_line_parse(text.data, text.size, &parsed, error);
        if (status == TARN_OK && parsed.kind == TARN_LINE_RECORD && parsed.number != ledger->record + 1) {
            status = tarn_fail(error, TARN_E_CORRUPT,
                               "line %llu of %s is record %llu where %llu is expected: records are missing or out of "
                               "order; " TARN_ASKER("tarn verify --repair",
                                                    "opening it with repair: true") " sets it and what follows aside",
                               (unsigned long long)walk->line, path, (unsigned long long)parsed.number,
                               (unsigned long long)ledger->record + 1);
            goto cleanup;
        }
        if (status == TARN_OK)
            status = tarn_ledger_apply(ledger, &parsed, number, offset, (uint32_t)text.size, error);
        if (status != TARN_OK) {
            if (status == TARN_E_CORRUPT)
                status = tarn_fail_context(error, status, "line %llu of %s", (unsigned long long)walk->line, path);
            goto cleanup;
        }
        if (parsed.kind == TARN_LINE_RECORD)
            last = text;
    }
    if (last.data != NULL)
        tarn_sha256_text(last.data, last.size, ledger->hash);
    if (step == TARN_WALK_DAMAGED)
        status = damaged_line(path, walk->line, "was changed or is damaged", error);
    *torn = step == TARN_WALK_TORN;
cleanup:
    tarn_line_clear(&parsed);
    return status;
}

/* ---- loading ----------------------------------------------------------------------------------------------------- */

static tarn_status open_index_files(tarn_store *store, tarn_ledger *ledger, const tarn_index_file *files, size_t count,
                                    bool *complete, tarn_error *error) {
    *complete = true;
    for (size_t i = 0; i < count; i++) {
        tarn_status status = tarn_index_open_file(&ledger->index, store->fs, store->index_folder, files[i].number,
                                                  files[i].size, files[i].checksum, error);
        if (status == TARN_E_CORRUPT || status == TARN_E_NOT_FOUND)
            *complete = false;
        else if (status != TARN_OK)
            return status;
    }
    return TARN_OK;
}

/* Kept lines were written together with their checkpoint: a file that does not have them all was never finished. */
static bool has_kept_lines(tarn_line_walk walk, uint64_t bytes) {
    size_t start = walk.offset;
    tarn_slice line;
    while (walk.offset - start < bytes && tarn_line_walk_next(&walk, &line) == TARN_WALK_LINE)
        continue;
    return walk.offset - start == bytes;
}

/* Begin a ledger with the checkpoint that is the first line. `*valid` is false when there is none. */
static tarn_status take_checkpoint(tarn_store *store, tarn_line_walk *walk, tarn_ledger *ledger, bool *valid,
                                   bool *complete, tarn_error *error) {
    tarn_line parsed = {0};
    tarn_slice text;
    tarn_index_file *files = NULL;
    size_t count = 0;
    tarn_status status = TARN_OK;
    *valid = false;
    if (tarn_line_walk_next(walk, &text) != TARN_WALK_LINE)
        return TARN_OK;
    TARN_CHECK(tarn_line_parse(text.data, text.size, &parsed, error));
    if (parsed.kind != TARN_LINE_CHECKPOINT)
        goto cleanup;
    TARN_CHECK(tarn_checkpoint_read(parsed.body, ledger, &files, &count, error));
    if (!has_kept_lines(*walk, ledger->kept_bytes))
        goto cleanup;
    TARN_CHECK(open_index_files(store, ledger, files, count, complete, error));
    *valid = true;
cleanup:
    free(files);
    tarn_line_clear(&parsed);
    return status;
}

static bool is_record(const char *text, size_t size) {
    static const char beginning[] = "{\"number\":";
    return size > sizeof beginning && memcmp(text, beginning, sizeof beginning - 1) == 0 &&
           tarn_line_check(text, size) == TARN_LINE_GOOD;
}

/* True when the text has a record: then a bad first line is damage, not a file never finished. */
static bool has_records(const tarn_buffer *text) {
    if (text->size == 0)
        return false;
    const char *start = (const char *)text->data, *end = start + text->size;
    const char *p = memchr(start, '\n', text->size);
    while (p != NULL && ++p < end) {
        const char *next = memchr(p, '\n', (size_t)(end - p));
        if (next != NULL && is_record(p, (size_t)(next - p)))
            return true;
        p = next;
    }
    return false;
}

static tarn_status index_text(const tarn_buffer *text, uint32_t number, tarn_ledger *ledger, tarn_line *parsed,
                              tarn_error *error) {
    tarn_line_walk walk = {.text = (const char *)text->data, .size = text->size};
    tarn_slice line;
    for (;;) {
        uint64_t offset = walk.offset;
        if (tarn_line_walk_next(&walk, &line) != TARN_WALK_LINE)
            return TARN_OK;
        TARN_TRY(tarn_line_parse(line.data, line.size, parsed, error));
        if (parsed->kind != TARN_LINE_CHECKPOINT && parsed->number <= ledger->record)
            TARN_TRY(tarn_ledger_index_line(ledger, parsed, number, offset, (uint32_t)line.size, error));
    }
}

static tarn_status index_files(const tarn_journal_set *set, uint32_t newest, uint64_t end, tarn_ledger *ledger,
                               tarn_error *error) {
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    tarn_status status = TARN_OK;
    tarn_index_clear(&ledger->index);
    for (size_t i = 0; i < set->count; i++) {
        TARN_CHECK(tarn_journal_read_from(set->files[i]->file, 0, &text, error));
        if (set->numbers[i] == newest && text.size > end)
            text.size = end; /* what came since is not this state's */
        TARN_CHECK(index_text(&text, set->numbers[i], ledger, &parsed, error));
    }
cleanup:
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    return status;
}

/* From the files up to `newest`, of which `end` bytes count. */
static tarn_status rebuild_index(tarn_store *store, tarn_ledger *ledger, uint32_t newest, uint64_t end,
                                 tarn_error *error) {
    tarn_journal_set set;
    TARN_TRY(store->is_held ? share_held(store, &set, error)
                            : open_range(store, ledger->first_file, newest, &set, error));
    tarn_status status = index_files(&set, newest, end, ledger, error);
    tarn_journal_close_files(&set);
    return status;
}

tarn_status tarn_journal_rebuild_index(tarn_store *store, tarn_ledger *ledger, tarn_error *error) {
    return rebuild_index(store, ledger, store->journal.number, store->journal.end, error);
}

static tarn_status load_file(tarn_store *store, uint32_t number, bool *valid, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_ledger ledger;
    bool complete = true;
    tarn_shared_file *file = NULL;
    tarn_status status;
    tarn_ledger_init(&ledger);
    char *path = tarn_journal_path(store, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_shared_file_open(store->fs, path, store->options.read_only ? TARN_OPEN_READ : TARN_OPEN_WRITE,
                                     &file, error));
    TARN_CHECK(tarn_journal_read_from(file->file, 0, &text, error));
    tarn_line_walk walk = {.text = (const char *)text.data, .size = text.size};
    status = take_checkpoint(store, &walk, &ledger, valid, &complete, error);
    if (status == TARN_OK && !*valid && has_records(&text))
        status = damaged_line(path, 1, "is not a checkpoint", error);
    if (status != TARN_OK || !*valid)
        goto cleanup;
    uint64_t started = ledger.record;
    bool torn;
    TARN_CHECK(take_lines(&ledger, &walk, 0, number, path, &torn, error));
    if (ledger.next_file != 0) { /* it was there already, or comes to be seen only when the folder is listed again */
        status = tarn_fail(
            error, TARN_E_NOT_FOUND,
            "%s says that file %llu follows, and that is not there or does not begin with a checkpoint: "
            "put it back, or go on without it by " TARN_ASKER("tarn verify --repair", "opening it with repair: true"),
            path, (unsigned long long)ledger.next_file);
        goto cleanup;
    }
    if (!complete)
        TARN_CHECK(rebuild_index(store, &ledger, number, walk.offset, error));
    tarn_shared_file_release(store->journal.file);
    store->journal = (tarn_journal){.number = number, .file = file, .end = walk.offset, .started = started};
    store->torn = torn;
    file = NULL;
    store->index_incomplete = !complete;
    tarn_ledger_clear(&store->ledger);
    store->ledger = ledger;
    tarn_ledger_init(&ledger);
cleanup:
    tarn_ledger_clear(&ledger);
    tarn_shared_file_release(file);
    tarn_buffer_free(&text);
    free(path);
    return status;
}

static tarn_status load_newest(tarn_store *store, tarn_error *error) {
    uint32_t *numbers = NULL;
    size_t count = 0;
    bool valid = false;
    tarn_status status = tarn_journal_files(store->fs, store->journal_folder, &numbers, &count, error);
    for (size_t i = count; status == TARN_OK && !valid && i > 0; i--)
        status = load_file(store, numbers[i - 1], &valid, error);
    if (status == TARN_OK && !valid)
        status = tarn_fail(error, TARN_E_NOT_FOUND,
                           "%s has no journal file that begins with a checkpoint: " TARN_ASKER(
                               "tarn verify --repair", "opening it with repair: true") " looks for what is left",
                           store->journal_folder);
    free(numbers);
    return status;
}

#define LOAD_ATTEMPTS 20

/* Between listing the folder and opening what is in it, a writer may begin a file and remove those before it. */
tarn_status tarn_journal_load(tarn_store *store, tarn_error *error) {
    tarn_error problem = {0};
    tarn_status status = TARN_E_NOT_FOUND;
    for (int attempt = 0; status == TARN_E_NOT_FOUND && attempt < LOAD_ATTEMPTS; attempt++)
        status = load_newest(store, &problem);
    if (status == TARN_E_NOT_FOUND)
        status = TARN_E_CORRUPT;
    return status == TARN_OK ? TARN_OK : tarn_fail(error, status, "%s", problem.message);
}

/* ---- following --------------------------------------------------------------------------------------------------- */

/* Take in what was appended to the present file. TARN_E_CONFLICT: it is not a continuation of what was read. */
static tarn_status follow_file(tarn_store *store, bool *changed, tarn_error *error) {
    tarn_buffer text = {0};
    bool torn;
    tarn_status status;
    uint64_t size, before = store->ledger.record;
    TARN_CHECK(tarn_file_size(store->journal.file->file, &size, error));
    if (size < store->journal.end) {
        status = tarn_fail(error, TARN_E_CONFLICT, "%s became shorter", tarn_file_path(store->journal.file->file));
        goto cleanup;
    }
    if (size == store->journal.end)
        goto cleanup;
    TARN_CHECK(tarn_journal_read_from(store->journal.file->file, store->journal.end, &text, error));
    tarn_line_walk walk = {.text = (const char *)text.data, .size = text.size};
    status = take_lines(&store->ledger, &walk, store->journal.end, store->journal.number,
                        tarn_file_path(store->journal.file->file), &torn, error);
    if (status == TARN_OK)
        store->journal.end += walk.offset;
    if (store->ledger.record != before)
        *changed = true;
cleanup:
    tarn_buffer_free(&text);
    return status;
}

/* No file follows; but when the present one is not there any more, others have taken its place. */
static tarn_status check_last(tarn_store *store, tarn_error *error) {
    const char *path = tarn_file_path(store->journal.file->file);
    tarn_error problem = {0};
    tarn_status status = tarn_fs_stat(store->fs, path, NULL, NULL, &problem);
    return status == TARN_E_NOT_FOUND ? tarn_fail(error, TARN_E_CONFLICT, "%s was removed", path) : TARN_OK;
}

/* Step to the next file when there is one whose checkpoint continues what was read. */
static tarn_status step_file(tarn_store *store, bool *stepped, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_line parsed = {0};
    tarn_slice line;
    tarn_shared_file *file = NULL;
    tarn_status status = TARN_OK;
    *stepped = false;
    char *path = tarn_journal_path(store, store->journal.number + 1);
    if (path == NULL)
        return tarn_fail_memory(error);
    if (tarn_fs_stat(store->fs, path, NULL, NULL, NULL) != TARN_OK) {
        status = check_last(store, error);
        goto cleanup;
    }
    TARN_CHECK(tarn_shared_file_open(store->fs, path, TARN_OPEN_READ, &file, error));
    TARN_CHECK(tarn_journal_read_from(file->file, 0, &text, error));
    tarn_line_walk walk = {.text = (const char *)text.data, .size = text.size};
    if (tarn_line_walk_next(&walk, &line) != TARN_WALK_LINE)
        goto cleanup; /* being written */
    tarn_file_start start;
    TARN_CHECK(tarn_line_parse(line.data, line.size, &parsed, error));
    TARN_CHECK(tarn_checkpoint_start(parsed.body, &start, error));
    if (start.record > store->ledger.record) { /* the present file has grown meanwhile */
        *stepped = true;
        goto cleanup;
    }
    if (start.record != store->ledger.record || strcmp(start.hash, store->ledger.hash) != 0) {
        status = tarn_fail(error, TARN_E_CONFLICT, "%s does not continue what was read", path);
        goto cleanup;
    }
    tarn_shared_file_release(store->journal.file);
    store->journal.file = file;
    file = NULL;
    store->journal.number++;
    store->journal.end = walk.offset;
    store->journal.started = start.record;
    store->ledger.first_file = start.first_file;
    store->ledger.next_file = 0;
    *stepped = true;
cleanup:
    tarn_line_clear(&parsed);
    tarn_buffer_free(&text);
    tarn_shared_file_release(file);
    free(path);
    return status;
}

#define FOLLOWED_ENTRIES 50000 /* in memory; past this an idle reader starts again from the newest checkpoint */
#define FOLLOWED_STEPS 100000  /* files in one go; a chain that never fits together must not keep us busy */

tarn_status tarn_journal_follow(tarn_store *store, bool *changed, tarn_error *error) {
    uint64_t before = store->ledger.record;
    char hash[TARN_SHA256_TEXT_SIZE];
    memcpy(hash, store->ledger.hash, sizeof hash);
    bool stepped = true;
    tarn_status status = TARN_OK;
    for (int steps = 0; status == TARN_OK && stepped && steps < FOLLOWED_STEPS; steps++) {
        status = follow_file(store, changed, error);
        if (status == TARN_OK)
            status = step_file(store, &stepped, error);
    }
    const tarn_index *index = &store->ledger.index;
    bool heavy = *changed && index->batches.count + index->versions.count > FOLLOWED_ENTRIES;
    /* The writer took an append back, or files went away while they were followed: begin again. */
    if (status == TARN_E_CONFLICT || status == TARN_E_CORRUPT || stepped || (heavy && store->version_count == 0))
        status = tarn_journal_load(store, error);
    *changed = *changed || before != store->ledger.record || strcmp(hash, store->ledger.hash) != 0;
    return status;
}

/* ---- appending --------------------------------------------------------------------------------------------------- */

/* Undo an append of which it is not known how much of it reached the disk. */
static void take_back(tarn_store *store) {
    tarn_journal *journal = &store->journal;
    if (tarn_file_truncate(journal->file->file, journal->end, NULL) != TARN_OK ||
        tarn_file_sync(journal->file->file, NULL) != TARN_OK)
        journal->poisoned = true;
}

static tarn_status take_in(tarn_store *store, const tarn_buffer *line, tarn_error *error) {
    tarn_line parsed = {0};
    const char *text = (const char *)line->data;
    size_t size = line->size - 1;
    tarn_status status = tarn_line_parse(text, size, &parsed, error);
    pthread_mutex_lock(&store->lock);
    if (status == TARN_OK)
        status = tarn_ledger_apply(&store->ledger, &parsed, store->journal.number, store->journal.end, (uint32_t)size,
                                   error);
    if (status == TARN_OK) {
        if (parsed.kind == TARN_LINE_RECORD)
            tarn_sha256_text(text, size, store->ledger.hash);
        store->journal.end += line->size;
    } else {
        store->journal.poisoned = true; /* it is on disk: only opening again tells memory and disk alike */
    }
    pthread_mutex_unlock(&store->lock);
    tarn_line_clear(&parsed);
    return status;
}

tarn_status tarn_journal_commit(tarn_store *store, tarn_buffer *line, tarn_error *error) {
    tarn_json_out out = {.buffer = line, .comma = true};
    TARN_TRY(tarn_store_check_intact(store, error)); /* nothing is committed that was made of zeros */
    /* Whoever reads only an older form has to learn it before there is anything that it would misread. */
    if (store->ledger.format < TARN_FORMAT_VERSION)
        TARN_TRY(tarn_journal_rotate(store, NULL, error));
    if (store->ledger.between > 0) {
        tarn_json_out_key(&out, "between");
        tarn_json_out_u64(&out, store->ledger.between);
    }
    tarn_json_out_key(&out, "prev");
    tarn_json_out_text(&out, store->ledger.hash);
    if (out.status != TARN_OK)
        return tarn_fail_memory(error);
    TARN_TRY(tarn_line_seal(line, 0, error));
    if (line->size > UINT32_MAX)
        return tarn_fail(error, TARN_E_UNSUPPORTED, "the change is too large for one journal record");
    tarn_status status = tarn_file_write(store->journal.file->file, store->journal.end, line->data, line->size, error);
    if (status == TARN_OK)
        status = tarn_file_sync(store->journal.file->file, error);
    if (status != TARN_OK) {
        take_back(store);
        return tarn_fail_context(error, status, "the journal could not be written, nothing was changed");
    }
    TARN_TRY(take_in(store, line, error));
    /* A new file makes opening quick; not getting one now is no reason to fail what is committed. */
    if (store->journal.end >= store->options.journal_bytes)
        tarn_journal_rotate(store, NULL, NULL);
    return TARN_OK;
}

static tarn_status write_journal_file(tarn_store *store, const char *path, const tarn_buffer *text,
                                      tarn_shared_file **out, tarn_error *error) {
    TARN_TRY(tarn_shared_file_open(store->fs, path, TARN_OPEN_CREATE, out, error));
    tarn_file *file = (*out)->file;
    tarn_status status = tarn_file_truncate(file, 0, error);
    if (status == TARN_OK)
        status = tarn_file_write(file, 0, text->data, text->size, error);
    if (status == TARN_OK)
        status = tarn_file_sync(file, error);
    if (status == TARN_OK)
        status = tarn_fs_sync_directory(store->fs, store->journal_folder, error);
    return status;
}

static tarn_status flush_index(tarn_store *store, const tarn_index_filter *filter, tarn_error *error) {
    tarn_index *index = &store->ledger.index;
    pthread_mutex_lock(&store->lock);
    tarn_status status = tarn_index_flush(index, store->fs, store->index_folder, store->last_index + 1, filter, error);
    if (status == TARN_OK)
        store->last_index++;
    pthread_mutex_unlock(&store->lock);
    return status == TARN_OK ? tarn_fs_sync_directory(store->fs, store->index_folder, error) : status;
}

/*
 * Say at the end of a file which one follows, once that is durable: else nobody would miss it, and what the file says
 * would be taken for the present state. Not being able to say it is no reason to fail.
 */
static void point_to_next(tarn_file *file, uint64_t end, uint32_t next, const char *hash) {
    tarn_buffer line = {0};
    tarn_json_out out = {.buffer = &line};
    tarn_json_out_open(&out, '{');
    tarn_json_out_key(&out, "kept");
    tarn_json_out_open(&out, '[');
    tarn_json_out_close(&out, ']');
    tarn_json_out_key(&out, "next");
    tarn_json_out_u64(&out, next);
    tarn_json_out_key(&out, "prev");
    tarn_json_out_text(&out, hash);
    if (out.status == TARN_OK && tarn_line_seal(&line, 0, NULL) == TARN_OK)
        (void)tarn_file_write(file, end, line.data, line.size, NULL);
    tarn_buffer_free(&line);
}

static tarn_status begin_file(tarn_store *store, const tarn_buffer *carried, tarn_error *error) {
    tarn_buffer text = {0};
    tarn_shared_file *file = NULL;
    tarn_status status;
    char *path = tarn_journal_path(store, store->journal.number + 1);
    if (path == NULL)
        return tarn_fail_memory(error);
    TARN_CHECK(tarn_checkpoint_write(&store->ledger, tarn_now(), &text, error));
    if (carried != NULL)
        TARN_CHECK(tarn_buffer_append(&text, carried->data, carried->size, error));
    status = write_journal_file(store, path, &text, &file, error);
    if (status != TARN_OK) {
        tarn_fs_remove(store->fs, path, NULL);
        goto cleanup;
    }
    if (store->ledger.format == TARN_FORMAT_VERSION) /* an older file stays as it is */
        point_to_next(store->journal.file->file, store->journal.end, store->journal.number + 1, store->ledger.hash);
    pthread_mutex_lock(&store->lock);
    tarn_shared_file_release(store->journal.file);
    store->ledger.format = TARN_FORMAT_VERSION;
    store->ledger.between = 0;
    store->journal = (tarn_journal){
        .number = store->journal.number + 1, .file = file, .end = text.size, .started = store->ledger.record};
    file = NULL;
    pthread_mutex_unlock(&store->lock);
cleanup:
    tarn_shared_file_release(file);
    tarn_buffer_free(&text);
    free(path);
    return status;
}

tarn_status tarn_journal_rotate(tarn_store *store, const tarn_index_filter *filter, tarn_error *error) {
    TARN_TRY(flush_index(store, filter, error));
    store->ledger.kept_bytes = 0;
    store->ledger.is_anchored = false;
    TARN_TRY(begin_file(store, NULL, error));
    store->index_incomplete = false;
    return tarn_store_sweep_index(store, error); /* those that were merged */
}

tarn_status tarn_journal_carry_over(tarn_store *store, const tarn_carried *carried, tarn_error *error) {
    tarn_ledger *ledger = &store->ledger;
    uint32_t first_file = ledger->first_file;
    ledger->kept_bytes = carried->lines.size;
    ledger->is_anchored = true;
    ledger->anchor = carried->anchor;
    memcpy(ledger->anchor_hash, carried->anchor_hash, sizeof ledger->anchor_hash);
    ledger->first_file = store->journal.number + 1;
    tarn_status status = begin_file(store, &carried->lines, error);
    if (status != TARN_OK)
        ledger->first_file = first_file;
    return status;
}

/* ---- reading lines again ----------------------------------------------------------------------------------------- */

static tarn_status file_of(tarn_store *store, uint32_t number, tarn_shared_file **out, tarn_error *error) {
    pthread_mutex_lock(&store->lock);
    *out = store->journal.number == number ? tarn_shared_file_retain(store->journal.file) : NULL;
    for (size_t i = 0; i < store->held.count && *out == NULL; i++) {
        if (store->held.numbers[i] == number)
            *out = tarn_shared_file_retain(store->held.files[i]);
    }
    pthread_mutex_unlock(&store->lock);
    if (*out != NULL)
        return TARN_OK;
    char *path = tarn_journal_path(store, number);
    if (path == NULL)
        return tarn_fail_memory(error);
    tarn_status status = tarn_shared_file_open(store->fs, path, TARN_OPEN_READ, out, error);
    if (status == TARN_E_NOT_FOUND)
        status = tarn_fail(error, TARN_E_CORRUPT, "the journal file %s is missing", path);
    free(path);
    return status;
}

tarn_status tarn_journal_read_line(tarn_store *store, uint32_t number, uint64_t offset, uint32_t length,
                                   tarn_buffer *out, tarn_error *error) {
    tarn_shared_file *file = NULL;
    size_t got = 0;
    out->size = 0;
    TARN_TRY(file_of(store, number, &file, error));
    tarn_status status = TARN_OK;
    uint64_t size;
    TARN_CHECK(tarn_file_size(file->file, &size, error));
    if (offset > size || length > size - offset) {
        status = tarn_fail(error, TARN_E_CORRUPT, "%s is shorter than it was", tarn_file_path(file->file));
        goto cleanup;
    }
    TARN_CHECK(tarn_buffer_reserve(out, length, error));
    TARN_CHECK(tarn_file_read(file->file, offset, out->data, length, &got, error));
    out->size = got;
    if (got != length || tarn_line_check((const char *)out->data, length) != TARN_LINE_GOOD)
        status = tarn_fail(error, TARN_E_CORRUPT, "the journal record at byte %llu of %s was changed or is damaged",
                           (unsigned long long)offset, tarn_file_path(file->file));
cleanup:
    tarn_shared_file_release(file);
    return status;
}
