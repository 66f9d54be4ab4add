/* Stands in for a fuzzer's main: feeds it every file of the folders (and each file) named as arguments, so that what
 * the fuzzers once found stays fixed in builds that cannot fuzz. */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path, size_t size) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        return 1;
    }
    /* An allocation of exactly the input's size lets the address sanitizer see a read one byte past it. */
    uint8_t *data = malloc(size > 0 ? size : 1);
    int failed = data == NULL || fread(data, 1, size, file) != size;
    if (failed)
        fprintf(stderr, "%s: cannot be read whole\n", path);
    else
        LLVMFuzzerTestOneInput(data, size);
    free(data);
    fclose(file);
    return failed;
}

static int replay(const char *path, int *replayed) {
    struct stat info;
    if (stat(path, &info) != 0) {
        perror(path);
        return 1;
    }
    if (!S_ISDIR(info.st_mode)) {
        ++*replayed;
        return replay_file(path, (size_t)info.st_size);
    }
    DIR *folder = opendir(path);
    if (folder == NULL) {
        perror(path);
        return 1;
    }
    int failed = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char inside[PATH_MAX];
        if (entry->d_name[0] == '.')
            continue;
        int length = snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        failed |= length < 0 || (size_t)length >= sizeof inside || replay(inside, replayed);
    }
    closedir(folder);
    return failed;
}

int main(int argc, char **argv) {
    int failed = 0;
    int replayed = 0;
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    for (int i = 1; i < argc; ++i)
        failed |= replay(argv[i], &replayed);
    printf("%d inputs replayed\n", replayed);
    return failed || replayed == 0;
}
