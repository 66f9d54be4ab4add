/* Takes the one table out of a ZIP archive. */
#include "io/archive.h"

#include "base/text.h"
#include "io/decompress.h"
#include "io/format.h"
#include "io/package.h"
#include "io/scratch.h"

#include <stdlib.h>
#include <string.h>

#define PIECE ((size_t)256 << 10)

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with) {
    size_t size = strlen(text), length = strlen(with);
    return size >= length && strcmp(text + size - length, with) == 0;
}

/* What office programs write, each kind known by one of these. */
static bool is_of_program(const tarn_package *package) {
    static const char *const beginnings[] = {
        "[content_types].xml", "mimetype", "meta-inf/", "xl/", "word/", "ppt/", "visio/", "index.zip"};
    const char *part;
    for (size_t i = 0; (part = tarn_package_part(package, i)) != NULL; i++) {
        for (size_t k = 0; k < sizeof beginnings / sizeof beginnings[0]; k++)
            if (begins(part, beginnings[k]))
                return true;
        if (begins(part, "index/") && ends(part, ".iwa"))
            return true;
    }
    return false;
}

/* Folders, and what systems put beside files. */
static bool is_nothing(const char *part) {
    const char *slash = strrchr(part, '/');
    const char *name = slash != NULL ? slash + 1 : part;
    return *name == '\0' || *name == '.' || begins(part, "__macosx/") || strcmp(name, "thumbs.db") == 0 ||
           strcmp(name, "desktop.ini") == 0;
}

static bool is_named_as_table(const char *part) {
    char *plain = tarn_uncompressed_name(part);
    bool known = plain != NULL && tarn_format_of_name(plain) != TARN_FORMAT_UNKNOWN;
    free(plain);
    return known;
}

typedef struct choice {
    const char *table, *other; /* the last ones seen */
    size_t tables, others;
    tarn_listing table_names, other_names;
} choice;

static choice look_through(const tarn_package *package) {
    choice c = {0};
    const char *part;
    for (size_t i = 0; (part = tarn_package_part(package, i)) != NULL; i++) {
        if (is_nothing(part))
            continue;
        bool is_table = is_named_as_table(part);
        *(is_table ? &c.table : &c.other) = part;
        c.tables += is_table;
        c.others += !is_table;
        tarn_listing_add(is_table ? &c.table_names : &c.other_names, "%.80s", part);
    }
    return c;
}

static tarn_status choose(const tarn_package *package, const char **out, tarn_notes *notes, tarn_error *error) {
    choice c = look_through(package);
    char list[700];
    const char *shown = tarn_package_shown(package);
    if (c.tables > 1)
        return tarn_fail(error, TARN_E_FORMAT,
                         "%s is an archive of several files that may be tables: unpack it, and import those that are "
                         "wanted: %s",
                         shown, tarn_listing_text(&c.table_names, list, sizeof list));
    if (c.tables == 0 && c.others != 1)
        return tarn_fail(error, TARN_E_FORMAT, "%s is an archive without a file that is named as tables are%s%s", shown,
                         c.others > 0 ? ": unpack it, and import what is wanted: " : "",
                         tarn_listing_text(&c.other_names, list, sizeof list));
    *out = c.tables == 1 ? c.table : c.other;
    if (c.tables == 0 || c.others == 0)
        return TARN_OK;
    return tarn_notes_add(notes, error, "read from the archive: %.200s; left out: %s", *out,
                          tarn_listing_text(&c.other_names, list, sizeof list));
}

static tarn_status copy_out(tarn_package *package, tarn_file *to, tarn_error *error) {
    uint8_t *piece = malloc(PIECE);
    tarn_status status = piece == NULL ? tarn_fail_memory(error) : TARN_OK;
    uint64_t at = 0;
    for (size_t got = 1; status == TARN_OK && got > 0; at += got) {
        status = tarn_package_unpack(package, piece, PIECE, &got, error);
        if (status == TARN_OK && got > 0)
            status = tarn_file_write(to, at, piece, got, error);
    }
    free(piece);
    return status;
}

static tarn_status unpack(const tarn_io *io, tarn_package *package, const char *part, char **path, tarn_error *error) {
    tarn_file *to = NULL;
    char *made = NULL;
    TARN_TRY(tarn_scratch_path(io, "unpacked", &made, error));
    tarn_status status = tarn_fs_open(io->fs, made, TARN_OPEN_CREATE_PRIVATE, &to, error);
    if (status == TARN_OK)
        status = tarn_package_begin(package, part, error);
    if (status == TARN_OK)
        status = copy_out(package, to, error);
    tarn_package_end(package);
    tarn_file_close(to);
    if (status == TARN_OK) {
        *path = made;
        return TARN_OK;
    }
    tarn_fs_remove_all(io->fs, made, NULL);
    free(made);
    return status;
}

tarn_status tarn_archive_unpack(const tarn_io *io, tarn_file *file, const char *shown, char **path, char **name,
                                tarn_notes *notes, tarn_error *error) {
    tarn_package *package = NULL;
    const char *part = NULL;
    *path = *name = NULL;
    TARN_TRY(tarn_package_open(file, shown, io->task, &package, error));
    tarn_status status = TARN_OK;
    if (is_of_program(package))
        goto cleanup;
    TARN_CHECK(choose(package, &part, notes, error));
    *name = tarn_strdup(part);
    status = *name == NULL ? tarn_fail_memory(error) : unpack(io, package, part, path, error);
    if (status != TARN_OK) {
        free(*name);
        *name = NULL;
    }
cleanup:
    tarn_package_close(package);
    return status;
}
