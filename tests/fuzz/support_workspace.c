/* A workspace as files in memory, and edits of them. */
#include "support_workspace.h"

#include "base/hash.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

static void need(bool holds) {
    if (!holds)
        abort();
}

unsigned fuzz_byte(fuzz_input *input) {
    if (input->size == 0)
        return 0;
    input->size--;
    return *input->data++;
}

uint64_t fuzz_number(fuzz_input *input, unsigned bytes) {
    uint64_t number = 0;
    for (unsigned i = 0; i < bytes; i++)
        number = number << 8 | fuzz_byte(input);
    return number;
}

/* ---- trees ------------------------------------------------------------------------------------------------------- */

static fuzz_file *add_file(fuzz_tree *tree, const char *path) {
    need(tarn_grow(&tree->files, &tree->capacity, tree->count + 1, sizeof *tree->files, NULL) == TARN_OK);
    size_t at = tree->count++;
    for (; at > 0 && strcmp(tree->files[at - 1].path, path) > 0; at--)
        tree->files[at] = tree->files[at - 1];
    tree->files[at] = (fuzz_file){.path = strdup(path)};
    need(tree->files[at].path != NULL);
    return &tree->files[at];
}

static void set_content(fuzz_file *file, const void *data, size_t size) {
    file->content.size = 0;
    need(tarn_buffer_append(&file->content, data, size, NULL) == TARN_OK);
}

static void read_file(const char *path, tarn_buffer *out) {
    FILE *file = fopen(path, "rb");
    char piece[4096];
    size_t got;
    need(file != NULL);
    while ((got = fread(piece, 1, sizeof piece, file)) > 0)
        need(tarn_buffer_append(out, piece, got, NULL) == TARN_OK);
    fclose(file);
}

static void read_folder(const char *folder, const char *inner, fuzz_tree *out) {
    char path[PATH_SIZE], name[PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", folder, inner);
    DIR *directory = opendir(path);
    need(directory != NULL);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        need(snprintf(name, sizeof name, "%s%s%s", inner, inner[0] ? "/" : "", entry->d_name) < (int)sizeof name);
        need(snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path && lstat(path, &info) == 0);
        if (S_ISDIR(info.st_mode))
            read_folder(folder, name, out);
        else if (S_ISREG(info.st_mode))
            read_file(path, &add_file(out, name)->content);
    }
    closedir(directory);
}

void fuzz_tree_read(const char *folder, fuzz_tree *out) {
    *out = (fuzz_tree){0};
    read_folder(folder, "", out);
}

void fuzz_tree_copy(const fuzz_tree *from, fuzz_tree *out) {
    *out = (fuzz_tree){0};
    for (size_t i = 0; i < from->count; i++) {
        fuzz_file *file = add_file(out, from->files[i].path);
        file->kind = from->files[i].kind;
        set_content(file, from->files[i].content.data, from->files[i].content.size);
    }
}

void fuzz_tree_clear(fuzz_tree *tree) {
    for (size_t i = 0; i < tree->count; i++) {
        free(tree->files[i].path);
        tarn_buffer_free(&tree->files[i].content);
    }
    free(tree->files);
    *tree = (fuzz_tree){0};
}

static void write_file(const fuzz_file *file, const char *path) {
    char target[PATH_SIZE];
    switch (file->kind) {
    case FUZZ_FILE: {
        FILE *out = fopen(path, "wb");
        need(out != NULL && fwrite(file->content.data, 1, file->content.size, out) == file->content.size);
        fclose(out);
        break;
    }
    case FUZZ_LINK:
        snprintf(target, sizeof target, "%.*s", (int)file->content.size, (const char *)file->content.data);
        need(symlink(target, path) == 0);
        break;
    case FUZZ_PIPE:
        need(mkfifo(path, 0600) == 0);
        break;
    case FUZZ_FOLDER:
        need(mkdir(path, 0700) == 0);
        break;
    }
}

void fuzz_tree_write(const fuzz_tree *tree, const char *folder) {
    static const char *const folders[] = {"", "journal", "segments", "index", "leases", "tmp"};
    char path[PATH_SIZE];
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, folders[i]);
        need(mkdir(path, 0700) == 0);
    }
    for (size_t i = 0; i < tree->count; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, tree->files[i].path);
        write_file(&tree->files[i], path);
    }
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *walk) {
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

void fuzz_remove(const char *folder) {
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- damage ------------------------------------------------------------------------------------------------------ */

static void drop_file(fuzz_tree *tree, size_t at) {
    free(tree->files[at].path);
    tarn_buffer_free(&tree->files[at].content);
    memmove(&tree->files[at], &tree->files[at + 1], (--tree->count - at) * sizeof *tree->files);
}

static void flip_bit(fuzz_file *file, fuzz_input *input) {
    uint64_t at = fuzz_number(input, 3);
    if (file->content.size > 0)
        file->content.data[at / 8 % file->content.size] ^= (uint8_t)(1u << at % 8);
}

static void cut(fuzz_file *file, fuzz_input *input) {
    uint64_t size = fuzz_number(input, 3);
    file->content.size = file->content.size > 0 ? size % file->content.size : 0;
}

static void swap_contents(fuzz_file *a, fuzz_file *b) {
    tarn_buffer content = a->content;
    a->content = b->content;
    b->content = content;
}

static bool has_path(const fuzz_tree *tree, const char *path) {
    for (size_t i = 0; i < tree->count; i++) {
        if (strcmp(tree->files[i].path, path) == 0)
            return true;
    }
    return false;
}

/* The same file once more, under another number. */
static void duplicate(fuzz_tree *tree, size_t at, fuzz_input *input) {
    char path[PATH_SIZE];
    const fuzz_file *file = &tree->files[at];
    const char *slash = strrchr(file->path, '/'), *ending = strrchr(file->path, '.');
    int before = slash != NULL ? (int)(slash - file->path) + 1 : 0;
    snprintf(path, sizeof path, "%.*s%08u%s", before, file->path, fuzz_byte(input) % 12, ending != NULL ? ending : "");
    if (has_path(tree, path))
        return;
    tarn_buffer content = file->content;
    file = NULL; /* adding one may move it */
    fuzz_file *twin = add_file(tree, path);
    set_content(twin, content.data, content.size);
}

static void become_other(fuzz_file *file, fuzz_input *input) {
    static const char *const targets[] = {"../victim", "../../victim", "/dev/zero", "workspace.json", "."};
    unsigned choice = fuzz_byte(input);
    const char *target = targets[choice / 3 % 5];
    file->kind = choice % 3 == 0 ? FUZZ_PIPE : choice % 3 == 1 ? FUZZ_FOLDER : FUZZ_LINK;
    set_content(file, target, strlen(target));
}

static void append_bytes(fuzz_file *file, fuzz_input *input) {
    uint8_t bytes[64];
    unsigned count = fuzz_byte(input) % sizeof bytes, byte = fuzz_byte(input);
    memset(bytes, (int)byte, sizeof bytes);
    need(tarn_buffer_append(&file->content, bytes, count, NULL) == TARN_OK);
}

/* ---- edits of the journal's lines -------------------------------------------------------------------------------- */

#define SUM_SIZE 26 /* ,"sum":"0123456789abcdef"} */
#define HASH_SIZE 64

static bool is_journal(const fuzz_file *file) {
    return file->kind == FUZZ_FILE && strncmp(file->path, "journal/", 8) == 0;
}

static void seal(uint8_t *line, size_t size) {
    char text[20];
    if (size <= SUM_SIZE)
        return;
    snprintf(text, sizeof text, "%016llx", (unsigned long long)tarn_hash64_of(line, size - SUM_SIZE));
    memcpy(line + size - SUM_SIZE + 8, text, 16);
}

typedef struct line_range {
    size_t start, size; /* without the line feed */
} line_range;

static bool find_line(const fuzz_file *file, size_t wanted, line_range *out) {
    size_t start = 0;
    for (size_t i = 0, line = 0; i < file->content.size; i++) {
        if (file->content.data[i] != '\n')
            continue;
        *out = (line_range){start, i - start};
        if (line++ == wanted)
            return true;
        start = i + 1;
    }
    return false;
}

static size_t count_lines(const fuzz_file *file) {
    line_range range;
    size_t count = 0;
    while (find_line(file, count, &range))
        count++;
    return count;
}

/* Put `text` in place of `size` bytes at `at`. */
static void put_between(fuzz_file *file, size_t at, size_t size, const void *text, size_t length) {
    tarn_buffer made = {0};
    need(tarn_buffer_append(&made, file->content.data, at, NULL) == TARN_OK &&
         tarn_buffer_append(&made, text, length, NULL) == TARN_OK &&
         tarn_buffer_append(&made, file->content.data + at + size, file->content.size - at - size, NULL) == TARN_OK);
    tarn_buffer_free(&file->content);
    file->content = made;
}

static bool is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

/* The number that is the `wanted`th in the line, from 0 in turn; false when there is none. */
static bool find_number(const fuzz_file *file, line_range line, size_t wanted, line_range *out) {
    size_t count = 0, end = line.start + line.size;
    for (int round = 0; round < 2; round++) {
        size_t seen = 0;
        for (size_t i = line.start + 1; i < end; i++) {
            const uint8_t *text = file->content.data;
            if (!is_digit(text[i]) || strchr(":[,", text[i - 1]) == NULL)
                continue;
            size_t size = 1;
            while (i + size < end && is_digit(text[i + size]))
                size++;
            if (round == 1 && seen++ == wanted % count) {
                *out = (line_range){i, size};
                return true;
            }
            count += round == 0;
        }
        if (count == 0)
            return false;
    }
    return false;
}

static uint64_t choose_number(uint64_t before, fuzz_input *input) {
    static const uint64_t interesting[] = {0,
                                           1,
                                           2,
                                           3,
                                           5,
                                           1000,
                                           122880,
                                           122881,
                                           INT32_MAX,
                                           UINT32_MAX,
                                           INT64_MAX,
                                           UINT64_MAX,
                                           UINT32_MAX + 1ull,
                                           INT64_MAX - 1,
                                           UINT64_MAX - 1,
                                           100000000};
    unsigned choice = fuzz_byte(input);
    if (choice < 160)
        return interesting[choice % 16];
    return choice < 200 ? before + 1 : choice < 240 ? before - 1 : before * 2;
}

static void edit_number(fuzz_file *file, line_range line, fuzz_input *input) {
    line_range number;
    char text[24], old[24] = "";
    if (!find_number(file, line, fuzz_number(input, 2), &number))
        return;
    memcpy(old, file->content.data + number.start, number.size < 23 ? number.size : 23);
    int length = snprintf(text, sizeof text, "%llu", (unsigned long long)choose_number(strtoull(old, NULL, 10), input));
    put_between(file, number.start, number.size, text, (size_t)length);
    seal(file->content.data + line.start, line.size - number.size + (size_t)length);
}

/* Any byte of the line becomes another one that JSON may have there. */
static void edit_byte(fuzz_file *file, line_range line, fuzz_input *input) {
    static const char bytes[] = "0123456789abcdef\"{}[],:-. \\nulltrue";
    uint64_t at = fuzz_number(input, 2);
    if (line.size > SUM_SIZE)
        file->content.data[line.start + at % (line.size - SUM_SIZE)] = (uint8_t)bytes[fuzz_byte(input) % sizeof bytes];
    seal(file->content.data + line.start, line.size);
}

static void repeat_line(fuzz_file *file, line_range line, fuzz_input *input) {
    line_range other;
    size_t lines = count_lines(file);
    if (lines == 0 || !find_line(file, fuzz_byte(input) % lines, &other))
        return;
    char *text = malloc(line.size + 1);
    need(text != NULL);
    memcpy(text, file->content.data + line.start, line.size + 1);
    put_between(file, other.start, 0, text, line.size + 1);
    free(text);
}

static void edit_line(fuzz_file *file, fuzz_input *input) {
    line_range line;
    size_t lines = count_lines(file);
    unsigned kind = fuzz_byte(input);
    if (lines == 0 || !find_line(file, fuzz_byte(input) % lines, &line))
        return;
    if (kind < 150)
        edit_number(file, line, input);
    else if (kind < 200)
        edit_byte(file, line, input);
    else if (kind < 228)
        put_between(file, line.start, line.size + 1, "", 0);
    else
        repeat_line(file, line, input);
}

static fuzz_file *choose_journal(fuzz_tree *tree, fuzz_input *input) {
    unsigned choice = fuzz_byte(input);
    size_t count = 0;
    for (size_t i = 0; i < tree->count; i++)
        count += is_journal(&tree->files[i]);
    for (size_t i = 0, seen = 0; i < tree->count; i++) {
        if (is_journal(&tree->files[i]) && seen++ == choice % count)
            return &tree->files[i];
    }
    return NULL;
}

bool fuzz_tree_edit(fuzz_tree *tree, fuzz_input *input) {
    unsigned kind = fuzz_byte(input) % 16;
    if (tree->count == 0)
        return true;
    if (kind >= 8) {
        fuzz_file *journal = choose_journal(tree, input);
        if (journal != NULL)
            edit_line(journal, input);
        return false;
    }
    size_t at = fuzz_byte(input) % tree->count;
    fuzz_file *file = &tree->files[at];
    switch (kind) {
    case 0:
    case 1:
        flip_bit(file, input);
        break;
    case 2:
        cut(file, input);
        break;
    case 3:
        swap_contents(file, &tree->files[fuzz_byte(input) % tree->count]);
        break;
    case 4:
        drop_file(tree, at);
        break;
    case 5:
        duplicate(tree, at, input);
        break;
    case 6:
        become_other(file, input);
        break;
    default:
        append_bytes(file, input);
    }
    return true;
}

/* The last place of `key` in a line; NULL when it is not there, or not that much behind it. */
static uint8_t *find_key(uint8_t *line, size_t size, const char *key, size_t behind) {
    size_t length = strlen(key);
    for (size_t i = size; i-- > 0;) {
        if (i + length + behind <= size && memcmp(line + i, key, length) == 0)
            return line + i + length;
    }
    return NULL;
}

void fuzz_tree_chain(fuzz_tree *tree) {
    char hash[TARN_SHA256_TEXT_SIZE];
    memset(hash, '0', sizeof hash);
    for (size_t i = 0; i < tree->count; i++) {
        line_range range;
        for (size_t n = 0; is_journal(&tree->files[i]) && find_line(&tree->files[i], n, &range); n++) {
            uint8_t *line = tree->files[i].content.data + range.start;
            bool first = range.size > 15 && memcmp(line, "{\"checkpoint\":", 14) == 0;
            uint8_t *place = find_key(line, range.size, first ? "\"hash\":\"" : "\"prev\":\"", HASH_SIZE);
            if (place != NULL)
                memcpy(place, hash, HASH_SIZE);
            seal(line, range.size);
            if (!first && range.size > 10 && memcmp(line, "{\"number\":", 10) == 0)
                tarn_sha256_text(line, range.size, hash);
        }
    }
}
