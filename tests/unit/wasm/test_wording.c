/* What messages say in a page: nothing of the folders that stand for files and workspaces inside. */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "wasm/wording.h"

#include <stdlib.h>
#include <string.h>

static void test_paths_become_names(void **state) {
    static const struct {
        const char *said, *wanted;
    } cases[] = {
        {"/mnt/3/my sales: a.csv: there is no such file", "my sales: a.csv: there is no such file"},
        {"cannot read \"/mnt/12/a.csv\"", "cannot read \"a.csv\""},
        {"cannot sync /opfs/w-1/.tarn/journal/0001.jsonl: gone", "cannot sync the workspace's 0001.jsonl: gone"},
        {"/memory/w/.tarn is not a workspace", "the workspace is not a workspace"},
        {"the journal of /opfs/w/.tarn, it failed", "the journal of the workspace, it failed"},
        {"/opfs/old is no folder to migrate", "old is no folder to migrate"},
        {"/opfs/old/tables/t1.csv: line 3", "old/tables/t1.csv: line 3"},
        {"/opfs/w/.tarnished/a", "w/.tarnished/a"},
        {"a/mnt/3/b and /mnt/ and /mnt/3 and /opfs/ stay", "a/mnt/3/b and /mnt/ and /mnt/3 and /opfs/ stay"},
        {"nothing of that kind: 1/2 of \"x\"", "nothing of that kind: 1/2 of \"x\""},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *said = tarn_wording(NULL, cases[i].said);
        assert_string_equal(said, cases[i].wanted);
        free(said);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths_become_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
