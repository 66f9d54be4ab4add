/* The journal reader: whatever a journal says, opening it, walking it, checking its chain and loading its versions ends
 * without a crash. The first byte chooses: even, the input is the journal file as it is; odd, it is lines without their
 * checksums, which are put behind them here, since no mutation would get past those. */
#include "fs/memory.h"
#include "store/internal.h"

#include <stdlib.h>

#define MOST_VERSIONS 40

static void write_file(tarn_fs *fs, const char *path, const void *data, size_t size) {
    tarn_file *file;
    if (tarn_fs_open(fs, path, TARN_OPEN_CREATE, &file, NULL) != TARN_OK)
        abort();
    if (tarn_file_truncate(file, 0, NULL) != TARN_OK ||
        (size > 0 && tarn_file_write(file, 0, data, size, NULL) != TARN_OK))
        abort();
    tarn_file_close(file);
}

/* Lines that end in '}' get a checksum in its place; a checkpoint is put before a text that does not begin with one. */
static void seal_lines(const char *text, size_t size, tarn_buffer *out) {
    static const char checkpoint[] = "{\"checkpoint\":";
    if (size < sizeof checkpoint || memcmp(text, checkpoint, sizeof checkpoint - 1) != 0) {
        tarn_ledger empty;
        tarn_ledger_init(&empty);
        if (tarn_checkpoint_write(&empty, 0, out, NULL) != TARN_OK)
            abort();
    }
    while (size > 0) {
        const char *end = memchr(text, '\n', size);
        size_t length = end != NULL ? (size_t)(end - text) : size;
        size_t start = out->size;
        bool whole = length > 1 && text[length - 1] == '}';
        if (tarn_buffer_append(out, text, whole ? length - 1 : length, NULL) != TARN_OK)
            abort();
        if (whole && tarn_line_seal(out, start, NULL) != TARN_OK)
            abort();
        size_t step = end != NULL ? length + 1 : length;
        text += step;
        size -= step;
    }
}

static tarn_status ignore_record(void *context, const tarn_record *record, tarn_error *error) {
    (void)context;
    (void)error;
    return record->hash[0] != '\0' ? TARN_OK : TARN_E_INTERNAL;
}

static void read_version(const tarn_version *version) {
    const tarn_part *parts;
    size_t count;
    struct ArrowSchema schema;
    if (tarn_version_schema(version, &schema, NULL) == TARN_OK)
        tarn_schema_release(&schema);
    if (tarn_version_rows(version) < 100000)
        tarn_version_parts(version, &parts, &count, NULL);
    for (size_t column = 0; column < tarn_version_column_count(version) && column < 8; column++) {
        for (size_t chunk = 0; chunk < tarn_version_chunk_count(version) && chunk < 4; chunk++) {
            tarn_batch *batch;
            if (tarn_version_read(version, column, chunk, &batch, NULL) == TARN_OK)
                tarn_batch_release(batch);
        }
    }
}

static void read_store(tarn_store *store) {
    tarn_table_state *tables;
    size_t count;
    tarn_store_walk(store, 1, ignore_record, NULL, NULL);
    tarn_store_verify_journal(store, NULL, NULL, NULL);
    if (tarn_store_tables(store, true, &tables, &count, NULL) != TARN_OK)
        return;
    for (size_t i = 0; i < count && i < 8; i++) {
        for (uint64_t number = 0; number <= tables[i].newest && number < MOST_VERSIONS; number++) {
            tarn_version *version;
            if (tarn_store_version(store, tables[i].id, number, &version, NULL) != TARN_OK)
                continue;
            read_version(version);
            tarn_version_release(version);
        }
    }
    tarn_table_states_free(tables, count);
    tarn_verify_report report;
    if (tarn_store_verify(store, false, NULL, &report, NULL) == TARN_OK)
        tarn_verify_report_clear(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tarn_fs *fs;
    tarn_store *store;
    tarn_buffer text = {0};
    if (size == 0 || tarn_fs_memory(&fs, NULL) != TARN_OK)
        return 0;
    if (tarn_store_create(fs, "/w", NULL) != TARN_OK)
        abort();
    if (data[0] % 2 == 0) {
        write_file(fs, "/w/journal/00000001.jsonl", data + 1, size - 1);
    } else {
        seal_lines((const char *)data + 1, size - 1, &text);
        write_file(fs, "/w/journal/00000001.jsonl", text.data, text.size);
    }
    tarn_buffer_free(&text);
    tarn_store_options options = {.read_only = true, .cache_bytes = 1 << 20};
    if (tarn_store_open(fs, "/w", &options, &store, NULL) == TARN_OK) {
        read_store(store);
        tarn_store_close(store);
    }
    tarn_verify_report report;
    if (tarn_store_rescue(fs, "/w", true, &report, NULL) == TARN_OK)
        tarn_verify_report_clear(&report);
    if (tarn_store_open(fs, "/w", NULL, &store, NULL) == TARN_OK)
        tarn_store_close(store);
    tarn_fs_free(fs);
    return 0;
}
