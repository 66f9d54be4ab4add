/* The fault host: calls that fail, a machine that stops, power that goes. */
#include "support_fs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void lose_power(fixture *f, tarn_power_loss mode, uint64_t seed) {
    tarn_error error;
    if (tarn_fault_power_loss(f->fs, mode, seed, &error) != TARN_OK)
        fail_msg("%s", error.message);
}

static void sync_folder(fixture *f) {
    assert_ok(tarn_fs_sync_directory(f->fs, "/", NULL));
    assert_ok(tarn_fs_sync_directory(f->fs, f->folder, NULL));
}

/* ---- counting and failing ------------------------------------------------------------------------------------ */

static void test_calls_are_counted(void **state) {
    fixture *f = *state;
    uint64_t before = tarn_fault_calls(f->fs, TARN_FAULT_MUTATING);
    uint64_t any = tarn_fault_calls(f->fs, TARN_FAULT_ANY);
    put_file(f->fs, in_folder(f, "a"), "x", true); /* create, truncate, write, sync */
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_MUTATING) - before, 4);
    put_file(f->fs, in_folder(f, "a"), "y", false); /* truncate, write */
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_MUTATING) - before, 6);
    assert_content(f->fs, in_folder(f, "a"), "y");
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_MUTATING) - before, 6);
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_ANY) - any, 9);
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_CREATE), 1);
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_OPEN), 2);
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_READ), 1);
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_WRITE | TARN_FAULT_TRUNCATE), 4);
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_LOCK | TARN_FAULT_RENAME), 0);
}

/* Make one call of the given kind. */
static tarn_status call_of_kind(fixture *f, unsigned kind, tarn_file *file, tarn_error *error) {
    static char data[4];
    size_t got, count;
    uint64_t number;
    tarn_mapping mapping;
    tarn_entry *entries;
    tarn_file *opened;
    switch (kind) {
    case TARN_FAULT_OPEN:
        return tarn_fs_open(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE, &opened, error);
    case TARN_FAULT_CREATE:
        return tarn_fs_open(f->fs, in_folder(f, "new"), TARN_OPEN_CREATE, &opened, error);
    case TARN_FAULT_MAKE_DIRECTORY:
        return tarn_fs_make_directory(f->fs, in_folder(f, "d"), error);
    case TARN_FAULT_STAT:
        return tarn_fs_stat(f->fs, f->folder, NULL, NULL, error);
    case TARN_FAULT_LIST:
        return tarn_fs_list(f->fs, f->folder, &entries, &count, error);
    case TARN_FAULT_REMOVE:
        return tarn_fs_remove(f->fs, in_folder(f, "a"), error);
    case TARN_FAULT_RENAME:
        return tarn_fs_rename(f->fs, in_folder(f, "a"), in_folder(f, "b"), error);
    case TARN_FAULT_SYNC_DIRECTORY:
        return tarn_fs_sync_directory(f->fs, f->folder, error);
    case TARN_FAULT_FREE_SPACE:
        return tarn_fs_free_space(f->fs, f->folder, &number, error);
    case TARN_FAULT_READ:
        return tarn_file_read(file, 0, data, sizeof data, &got, error);
    case TARN_FAULT_WRITE:
        return tarn_file_write(file, 0, data, sizeof data, error);
    case TARN_FAULT_SYNC:
        return tarn_file_sync(file, error);
    case TARN_FAULT_SIZE:
        return tarn_file_size(file, &number, error);
    case TARN_FAULT_TRUNCATE:
        return tarn_file_truncate(file, 0, error);
    case TARN_FAULT_MAP:
        return tarn_file_map(file, 0, 1, &mapping, error);
    default:
        return tarn_file_lock(file, TARN_LOCK_SHARED, error);
    }
}

static void test_each_kind_fails(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "a"), "text", false);
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_WRITE);
    for (unsigned i = 0; i < TARN_FAULT_KINDS; i++) {
        tarn_fault_plan plan = {.kinds = 1u << i, .call = 1, .status = TARN_E_FULL, .lasting = true, .written = 0};
        tarn_fault_plan_set(f->fs, &plan);
        tarn_error error;
        assert_status(call_of_kind(f, 1u << i, file, &error), TARN_E_FULL);
        assert_message_has(&error, f->folder);
        assert_message_has(&error, "injected fault");
        assert_int_equal(tarn_fault_plan_hits(f->fs), 1);
    }
    tarn_fault_plan_set(f->fs, NULL);
    tarn_file_close(file);
    assert_content(f->fs, in_folder(f, "a"), "text");
    assert_absent(f->fs, in_folder(f, "new"));
}

static void test_plan_picks_its_call(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE);
    tarn_fault_plan plan = {.kinds = TARN_FAULT_WRITE | TARN_FAULT_TRUNCATE,
                            .call = 3,
                            .status = TARN_E_IO,
                            .lasting = false,
                            .written = 0};
    tarn_fault_plan_set(f->fs, &plan);
    assert_ok(tarn_file_write(file, 0, "a", 1, NULL));
    assert_ok(tarn_file_sync(file, NULL));
    assert_ok(tarn_file_truncate(file, 0, NULL));
    assert_status(tarn_file_write(file, 0, "b", 1, NULL), TARN_E_IO);
    assert_ok(tarn_file_write(file, 0, "c", 1, NULL));
    assert_int_equal(tarn_fault_plan_hits(f->fs), 1);
    plan.lasting = true;
    tarn_fault_plan_set(f->fs, &plan);
    assert_int_equal(tarn_fault_plan_hits(f->fs), 0);
    for (int i = 1; i <= 5; i++)
        assert_status(tarn_file_write(file, 0, "d", 1, NULL), i < 3 ? TARN_OK : TARN_E_IO);
    assert_int_equal(tarn_fault_plan_hits(f->fs), 3);
    tarn_file_close(file);
}

static void test_short_write(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE);
    tarn_fault_plan plan = {.kinds = TARN_FAULT_WRITE, .call = 1, .status = TARN_E_FULL, .lasting = true, .written = 3};
    tarn_fault_plan_set(f->fs, &plan);
    assert_status(tarn_file_write(file, 0, "abcdef", 6, NULL), TARN_E_FULL);
    assert_content(f->fs, in_folder(f, "a"), "abc");
    assert_status(tarn_file_write(file, 3, "d", 1, NULL), TARN_E_FULL);
    assert_content(f->fs, in_folder(f, "a"), "abcd");
    tarn_file_close(file);
}

/* A page is filled with one letter. */
static void put_page(tarn_file *file, unsigned page, char letter) {
    static char bytes[4096];
    memset(bytes, letter, sizeof bytes);
    assert_ok(tarn_file_write(file, page * sizeof bytes, bytes, sizeof bytes, NULL));
}

static void assert_pages(tarn_file *file, const char *letters) {
    uint64_t size;
    assert_ok(tarn_file_size(file, &size, NULL));
    assert_int_equal(size, strlen(letters) * 4096);
    for (uint64_t at = 0; at < size; at += 4095) {
        char byte;
        size_t got;
        assert_ok(tarn_file_read(file, at, &byte, 1, &got, NULL));
        assert_int_equal(byte, letters[at / 4096] == '0' ? '\0' : letters[at / 4096]);
    }
}

static void test_failed_sync_forgets(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE);
    put_page(file, 0, 'a');
    put_page(file, 1, 'b');
    assert_ok(tarn_file_sync(file, NULL));
    sync_folder(f);
    put_page(file, 1, 'B');
    put_page(file, 2, 'c');
    put_page(file, 3, 'd');
    tarn_fault_plan plan = {.kinds = TARN_FAULT_SYNC, .call = 1, .status = TARN_E_IO, .forgets = true};
    tarn_fault_plan_set(f->fs, &plan);
    assert_status(tarn_file_sync(file, NULL), TARN_E_IO);
    put_page(file, 3, 'D');
    put_page(file, 4, 'e');
    assert_ok(tarn_file_sync(file, NULL));
    assert_pages(file, "aBcDe"); /* as if all were well */
    tarn_file_close(file);
    lose_power(f, TARN_POWER_LOSS_DROP, 0);
    file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_WRITE);
    assert_pages(file, "ab0De");
    /* A sync that fails without forgetting can be made up for; and forgetting ends with the power. */
    put_page(file, 2, 'c');
    plan.forgets = false;
    tarn_fault_plan_set(f->fs, &plan);
    assert_status(tarn_file_sync(file, NULL), TARN_E_IO);
    assert_ok(tarn_file_sync(file, NULL));
    tarn_file_close(file);
    lose_power(f, TARN_POWER_LOSS_DROP, 0);
    file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_READ);
    assert_pages(file, "abcDe");
    tarn_file_close(file);
}

/* ---- a machine that stops ------------------------------------------------------------------------------------ */

static void test_freeze(void **state) {
    fixture *f = *state;
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE);
    tarn_fault_freeze(f->fs, 2);
    assert_ok(tarn_file_write(file, 0, "a", 1, NULL));
    char data[4];
    size_t got;
    assert_ok(tarn_file_read(file, 0, data, 1, &got, NULL));
    assert_false(tarn_fault_is_frozen(f->fs));
    assert_ok(tarn_file_write(file, 1, "b", 1, NULL));
    assert_true(tarn_fault_is_frozen(f->fs));
    uint64_t calls = tarn_fault_calls(f->fs, TARN_FAULT_ANY);
    for (unsigned i = 0; i < TARN_FAULT_KINDS; i++) {
        tarn_error error;
        assert_status(call_of_kind(f, 1u << i, file, &error), TARN_E_IO);
        assert_message_has(&error, "the machine is off");
    }
    assert_int_equal(tarn_fault_calls(f->fs, TARN_FAULT_ANY), calls);
    tarn_file_close(file);
    lose_power(f, TARN_POWER_LOSS_KEEP, 0);
    assert_false(tarn_fault_is_frozen(f->fs));
    assert_content(f->fs, in_folder(f, "a"), "ab");
}

/* ---- power that goes ----------------------------------------------------------------------------------------- */

static void test_drop_keeps_what_was_synced(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "synced"), "old", true);
    put_file(f->fs, in_folder(f, "unsynced"), "gone", false);
    put_file(f->fs, in_folder(f, "removed"), "back", true);
    sync_folder(f);
    put_file(f->fs, in_folder(f, "synced"), "changed", false);
    put_file(f->fs, in_folder(f, "unnamed"), "content without a name", true);
    assert_ok(tarn_fs_remove(f->fs, in_folder(f, "removed"), NULL));
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "folder"), NULL));
    lose_power(f, TARN_POWER_LOSS_DROP, 0);
    assert_content(f->fs, in_folder(f, "synced"), "old");
    assert_content(f->fs, in_folder(f, "unsynced"), "");
    assert_content(f->fs, in_folder(f, "removed"), "back");
    assert_absent(f->fs, in_folder(f, "unnamed"));
    assert_absent(f->fs, in_folder(f, "folder"));
    /* What survived is durable: going again changes nothing. */
    lose_power(f, TARN_POWER_LOSS_DROP, 0);
    assert_content(f->fs, in_folder(f, "synced"), "old");
}

static void test_keep_keeps_everything(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "a"), "old", true);
    put_file(f->fs, in_folder(f, "removed"), "x", true);
    sync_folder(f);
    put_file(f->fs, in_folder(f, "a"), "new", false);
    put_file(f->fs, in_folder(f, "b"), "new too", false);
    assert_ok(tarn_fs_remove(f->fs, in_folder(f, "removed"), NULL));
    lose_power(f, TARN_POWER_LOSS_KEEP, 0);
    lose_power(f, TARN_POWER_LOSS_DROP, 0);
    assert_content(f->fs, in_folder(f, "a"), "new");
    assert_content(f->fs, in_folder(f, "b"), "new too");
    assert_absent(f->fs, in_folder(f, "removed"));
}

static void test_synced_names_and_folders(void **state) {
    fixture *f = *state;
    assert_ok(tarn_fs_make_directories(f->fs, in_folder(f, "a/b"), NULL)); /* syncs the parents */
    put_file(f->fs, in_folder(f, "a/b/file"), "x", true);
    assert_ok(tarn_fs_sync_directory(f->fs, in_folder(f, "a/b"), NULL));
    assert_ok(tarn_fs_sync_directory(f->fs, "/", NULL));
    lose_power(f, TARN_POWER_LOSS_DROP, 0);
    assert_content(f->fs, in_folder(f, "a/b/file"), "x");
}

static void test_renames_and_power(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "a"), "a", true);
    assert_ok(tarn_fs_make_directory(f->fs, in_folder(f, "d"), NULL));
    sync_folder(f);
    assert_ok(tarn_fs_rename(f->fs, in_folder(f, "a"), in_folder(f, "b"), NULL));
    assert_ok(tarn_fs_rename(f->fs, in_folder(f, "d"), in_folder(f, "e"), NULL));
    lose_power(f, TARN_POWER_LOSS_DROP, 0);
    assert_content(f->fs, in_folder(f, "a"), "a");
    assert_absent(f->fs, in_folder(f, "b"));
    assert_absent(f->fs, in_folder(f, "d"));
    assert_ok(tarn_fs_stat(f->fs, in_folder(f, "e"), NULL, NULL, NULL));
    /* Torn, a moved file has one name at most. */
    for (uint64_t seed = 0; seed < 32; seed++) {
        put_file(f->fs, in_folder(f, "from"), "x", true);
        tarn_fs_remove_all(f->fs, in_folder(f, "to"), NULL);
        sync_folder(f);
        assert_ok(tarn_fs_rename(f->fs, in_folder(f, "from"), in_folder(f, "to"), NULL));
        lose_power(f, TARN_POWER_LOSS_TORN, seed);
        bool at_old = tarn_fs_stat(f->fs, in_folder(f, "from"), NULL, NULL, NULL) == TARN_OK;
        bool at_new = tarn_fs_stat(f->fs, in_folder(f, "to"), NULL, NULL, NULL) == TARN_OK;
        assert_false(at_old && at_new);
    }
}

static void test_handles_die_with_the_power(void **state) {
    fixture *f = *state;
    put_file(f->fs, in_folder(f, "a"), "text", true);
    sync_folder(f);
    tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_WRITE);
    assert_ok(tarn_file_lock(file, TARN_LOCK_EXCLUSIVE, NULL));
    tarn_mapping mapping;
    assert_ok(tarn_file_map(file, 0, 4, &mapping, NULL));
    lose_power(f, TARN_POWER_LOSS_DROP, 0);

    static const unsigned kinds[] = {TARN_FAULT_READ,     TARN_FAULT_WRITE, TARN_FAULT_SYNC, TARN_FAULT_SIZE,
                                     TARN_FAULT_TRUNCATE, TARN_FAULT_MAP,   TARN_FAULT_LOCK};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        assert_status(call_of_kind(f, kinds[i], file, NULL), TARN_E_IO);
    assert_memory_equal(mapping.data, "text", 4);
    tarn_mapping_release(&mapping);

    tarn_file *again = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_WRITE);
    assert_ok(tarn_file_lock(again, TARN_LOCK_EXCLUSIVE, NULL));
    tarn_file_unlock(file); /* the dead handle's: changes nothing */
    tarn_file_close(file);
    file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_WRITE);
    assert_status(tarn_file_lock(file, TARN_LOCK_SHARED, NULL), TARN_E_LOCKED);
    tarn_file_close(file);
    tarn_file_close(again);
    assert_content(f->fs, in_folder(f, "a"), "text");
}

enum { SECTOR = 512, OLD_SECTORS = 4, NEW_SECTORS = 12 };

/* What one torn loss of an appended and overwritten file showed, over many seeds. */
typedef struct torn_seen {
    bool old_sector, new_sector, zero_sector, shortest, longest, between;
} torn_seen;

static void look_at_torn(const uint8_t *data, size_t size, torn_seen *seen) {
    assert_in_range(size, OLD_SECTORS * SECTOR, NEW_SECTORS * SECTOR);
    seen->shortest |= size == OLD_SECTORS * SECTOR;
    seen->longest |= size == NEW_SECTORS * SECTOR;
    seen->between |= size % SECTOR != 0;
    for (size_t at = 0; at < size; at += SECTOR) {
        size_t end = size - at < SECTOR ? size : at + SECTOR;
        for (size_t i = at; i < end; i++)
            assert_int_equal(data[i], data[at]); /* a sector is written as one */
        assert_true(data[at] == 'n' || data[at] == (at < OLD_SECTORS * SECTOR ? 'o' : 0));
        seen->old_sector |= data[at] == 'o';
        seen->new_sector |= data[at] == 'n';
        seen->zero_sector |= data[at] == 0;
    }
}

static void test_torn_content(void **state) {
    fixture *f = *state;
    torn_seen seen = {0};
    uint8_t data[NEW_SECTORS * SECTOR];
    for (uint64_t seed = 0; seed < 64; seed++) {
        tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_CREATE);
        memset(data, 'o', sizeof data);
        assert_ok(tarn_file_truncate(file, 0, NULL));
        assert_ok(tarn_file_write(file, 0, data, OLD_SECTORS * SECTOR, NULL));
        assert_ok(tarn_file_sync(file, NULL));
        sync_folder(f);
        memset(data, 'n', sizeof data);
        assert_ok(tarn_file_write(file, 0, data, sizeof data, NULL));
        tarn_file_close(file);
        lose_power(f, TARN_POWER_LOSS_TORN, seed);
        file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_READ);
        size_t got;
        assert_ok(tarn_file_read(file, 0, data, sizeof data, &got, NULL));
        tarn_file_close(file);
        look_at_torn(data, got, &seen);
    }
    assert_true(seen.old_sector && seen.new_sector && seen.zero_sector);
    assert_true(seen.shortest && seen.longest && seen.between);
}

static void test_torn_names(void **state) {
    fixture *f = *state;
    bool seen[2][2] = {{false}}; /* the new name survived, the removed name came back: all four ways */
    for (uint64_t seed = 0; seed < 64; seed++) {
        tarn_fs_remove_all(f->fs, in_folder(f, "new"), NULL);
        put_file(f->fs, in_folder(f, "old"), "x", true);
        put_file(f->fs, in_folder(f, "same"), "same", true);
        sync_folder(f);
        put_file(f->fs, in_folder(f, "new"), "x", true);
        assert_ok(tarn_fs_remove(f->fs, in_folder(f, "old"), NULL));
        lose_power(f, TARN_POWER_LOSS_TORN, seed);
        bool has_new = tarn_fs_stat(f->fs, in_folder(f, "new"), NULL, NULL, NULL) == TARN_OK;
        bool has_old = tarn_fs_stat(f->fs, in_folder(f, "old"), NULL, NULL, NULL) == TARN_OK;
        seen[has_new][has_old] = true;
        assert_content(f->fs, in_folder(f, "same"), "same");
    }
    assert_true(seen[0][0] && seen[0][1] && seen[1][0] && seen[1][1]);
}

static void test_seed_decides(void **state) {
    fixture *f = *state;
    uint64_t sizes[2];
    for (int round = 0; round < 2; round++) {
        tarn_fs_remove_all(f->fs, in_folder(f, "a"), NULL);
        put_file(f->fs, in_folder(f, "a"), "", true);
        sync_folder(f);
        tarn_file *file = open_file(f->fs, in_folder(f, "a"), TARN_OPEN_WRITE);
        assert_ok(tarn_file_truncate(file, 1000000, NULL));
        tarn_file_close(file);
        lose_power(f, TARN_POWER_LOSS_TORN, 6);
        assert_ok(tarn_fs_stat(f->fs, in_folder(f, "a"), NULL, &sizes[round], NULL));
    }
    assert_int_equal(sizes[0], sizes[1]);
}

/* ---- cutting a scenario everywhere --------------------------------------------------------------------------- */

/* A counter that must never lose an acknowledged step: each step is a byte appended and synced. */
static tarn_status append_steps(tarn_fs *fs, unsigned *acknowledged, tarn_error *error) {
    tarn_file *file;
    *acknowledged = 0;
    TARN_TRY(tarn_fs_open(fs, "/journal", TARN_OPEN_CREATE, &file, error));
    tarn_status status = tarn_fs_sync_directory(fs, "/", error);
    for (unsigned step = 0; step < 5 && status == TARN_OK; step++) {
        status = tarn_file_write(file, step, "s", 1, error);
        if (status == TARN_OK)
            status = tarn_file_sync(file, error);
        if (status == TARN_OK)
            *acknowledged = step + 1;
    }
    tarn_file_close(file);
    return status;
}

static void check_steps(tarn_fs *fs, unsigned acknowledged) {
    char data[16];
    size_t got = 0;
    if (tarn_fs_stat(fs, "/journal", NULL, NULL, NULL) == TARN_OK) {
        tarn_file *file = open_file(fs, "/journal", TARN_OPEN_READ);
        assert_ok(tarn_file_read(file, 0, data, sizeof data, &got, NULL));
        tarn_file_close(file);
    }
    assert_in_range(got, acknowledged, acknowledged + 1);
    for (size_t i = 0; i < acknowledged; i++)
        assert_int_equal(data[i], 's');
}

static void test_cut_everywhere(void **state) {
    (void)state;
    tarn_fs *fs;
    unsigned acknowledged;
    assert_ok(tarn_fs_fault(&fs, NULL));
    assert_ok(append_steps(fs, &acknowledged, NULL));
    uint64_t calls = tarn_fault_calls(fs, TARN_FAULT_MUTATING);
    tarn_fs_free(fs);
    assert_int_equal(calls, 12);
    static const tarn_power_loss modes[] = {TARN_POWER_LOSS_DROP, TARN_POWER_LOSS_KEEP, TARN_POWER_LOSS_TORN};
    for (uint64_t cut = 0; cut < calls * 3; cut++) {
        assert_ok(tarn_fs_fault(&fs, NULL));
        tarn_fault_freeze(fs, cut / 3);
        assert_status(append_steps(fs, &acknowledged, NULL), TARN_E_IO);
        assert_ok(tarn_fault_power_loss(fs, modes[cut % 3], cut, NULL));
        check_steps(fs, acknowledged);
        tarn_fs_free(fs);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        HOST_TEST(test_calls_are_counted, HOST_FAULT),
        HOST_TEST(test_each_kind_fails, HOST_FAULT),
        HOST_TEST(test_plan_picks_its_call, HOST_FAULT),
        HOST_TEST(test_short_write, HOST_FAULT),
        HOST_TEST(test_failed_sync_forgets, HOST_FAULT),
        HOST_TEST(test_freeze, HOST_FAULT),
        HOST_TEST(test_drop_keeps_what_was_synced, HOST_FAULT),
        HOST_TEST(test_keep_keeps_everything, HOST_FAULT),
        HOST_TEST(test_synced_names_and_folders, HOST_FAULT),
        HOST_TEST(test_renames_and_power, HOST_FAULT),
        HOST_TEST(test_handles_die_with_the_power, HOST_FAULT),
        HOST_TEST(test_torn_content, HOST_FAULT),
        HOST_TEST(test_torn_names, HOST_FAULT),
        HOST_TEST(test_seed_decides, HOST_FAULT),
        cmocka_unit_test(test_cut_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
