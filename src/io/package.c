#include "io/package.h"

#include "base/text.h"

#include <expat.h>
#include <minizip/unzip.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_BYTES 65536

struct tarn_package {
    tarn_file *file;
    char *shown;
    uint64_t position, size; /* of the file, as minizip sees it */
    unzFile archive;
    tarn_error failure; /* of reading the file */
};

/* ---- minizip over a tarn_file --------------------------------------------------------------------------------------
 */

static voidpf open_archive(voidpf opaque, const void *name, int mode) {
    (void)name;
    (void)mode;
    return opaque;
}

static uLong read_archive(voidpf opaque, voidpf stream, void *data, uLong size) {
    (void)opaque;
    tarn_package *package = stream;
    size_t got = 0;
    if (tarn_file_read(package->file, package->position, data, size, &got, &package->failure) != TARN_OK)
        return 0;
    package->position += got;
    return got;
}

static uLong write_nothing(voidpf opaque, voidpf stream, const void *data, uLong size) {
    (void)opaque;
    (void)stream;
    (void)data;
    (void)size;
    return 0;
}

static ZPOS64_T tell(voidpf opaque, voidpf stream) {
    (void)opaque;
    return ((tarn_package *)stream)->position;
}

static long seek(voidpf opaque, voidpf stream, ZPOS64_T offset, int origin) {
    (void)opaque;
    tarn_package *package = stream;
    uint64_t from = origin == ZLIB_FILEFUNC_SEEK_END   ? package->size
                    : origin == ZLIB_FILEFUNC_SEEK_CUR ? package->position
                                                       : 0;
    if (offset > package->size - (from < package->size ? from : package->size))
        return -1;
    package->position = from + offset;
    return 0;
}

static int close_archive(voidpf opaque, voidpf stream) {
    (void)opaque;
    (void)stream;
    return 0;
}

static int archive_error(voidpf opaque, voidpf stream) {
    (void)opaque;
    return ((tarn_package *)stream)->failure.code != TARN_OK;
}

tarn_status tarn_package_open(tarn_file *file, const char *shown, tarn_package **out, tarn_error *error) {
    tarn_status status = TARN_OK;
    tarn_package *package = calloc(1, sizeof *package);
    if (package == NULL)
        return tarn_fail_memory(error);
    package->file = file;
    package->shown = tarn_strdup(shown);
    zlib_filefunc64_def functions = {.zopen64_file = open_archive,
                                     .zread_file = read_archive,
                                     .zwrite_file = write_nothing,
                                     .ztell64_file = tell,
                                     .zseek64_file = seek,
                                     .zclose_file = close_archive,
                                     .zerror_file = archive_error,
                                     .opaque = package};
    if (package->shown == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    TARN_CHECK(tarn_file_size(file, &package->size, error));
    package->archive = unzOpen2_64(shown, &functions);
    if (package->archive == NULL) {
        status = tarn_fail(error, TARN_E_FORMAT, "%s is damaged or cut off: its ZIP directory cannot be read", shown);
        goto cleanup;
    }
    *out = package;
    package = NULL;
cleanup:
    tarn_package_close(package);
    return status;
}

void tarn_package_close(tarn_package *package) {
    if (package == NULL)
        return;
    if (package->archive != NULL)
        unzClose(package->archive);
    free(package->shown);
    free(package);
}

#define IGNORING_CASE 2

bool tarn_package_has(tarn_package *package, const char *part) {
    return unzLocateFile(package->archive, part, IGNORING_CASE) == UNZ_OK;
}

/* ---- parts ---------------------------------------------------------------------------------------------------------
 */

struct tarn_part_reader {
    tarn_package *package;
    char *part;
    tarn_part_handler handler;
    XML_Parser parser;
    bool is_open;
    tarn_error failure; /* of the handler */
};

/* "x:row" is a row. */
static const char *local_name(const char *name) {
    const char *colon = strrchr(name, ':');
    return colon != NULL ? colon + 1 : name;
}

const char *tarn_part_attribute(const char **attributes, const char *name) {
    for (; attributes[0] != NULL; attributes += 2) {
        if (strcmp(local_name(attributes[0]), name) == 0)
            return attributes[1];
    }
    return NULL;
}

static void stop_on(tarn_part_reader *reader, tarn_status status) {
    if (status != TARN_OK)
        XML_StopParser(reader->parser, XML_FALSE);
}

static void XMLCALL on_begin(void *context, const XML_Char *name, const XML_Char **attributes) {
    tarn_part_reader *reader = context;
    if (reader->failure.code == TARN_OK)
        stop_on(reader, reader->handler.begin(reader->handler.context, local_name(name), attributes, &reader->failure));
}

static void XMLCALL on_end(void *context, const XML_Char *name) {
    tarn_part_reader *reader = context;
    if (reader->failure.code == TARN_OK)
        stop_on(reader, reader->handler.end(reader->handler.context, local_name(name), &reader->failure));
}

static void XMLCALL on_text(void *context, const XML_Char *text, int size) {
    tarn_part_reader *reader = context;
    if (reader->failure.code == TARN_OK && reader->handler.text != NULL)
        stop_on(reader, reader->handler.text(reader->handler.context, text, (size_t)size, &reader->failure));
}

tarn_status tarn_part_open(tarn_package *package, const char *part, const tarn_part_handler *handler,
                           tarn_part_reader **out, tarn_error *error) {
    tarn_part_reader *reader = calloc(1, sizeof *reader);
    tarn_status status = TARN_OK;
    if (reader == NULL)
        return tarn_fail_memory(error);
    reader->package = package;
    reader->handler = *handler;
    reader->part = tarn_strdup(part);
    reader->parser = XML_ParserCreate(NULL);
    if (reader->part == NULL || reader->parser == NULL) {
        status = tarn_fail_memory(error);
        goto cleanup;
    }
    if (!tarn_package_has(package, part) || unzOpenCurrentFile(package->archive) != UNZ_OK) {
        status = tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s cannot be read", package->shown, part);
        goto cleanup;
    }
    reader->is_open = true;
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_begin, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    *out = reader;
    reader = NULL;
cleanup:
    tarn_part_close(reader);
    return status;
}

static tarn_status parse_failure(const tarn_part_reader *reader, tarn_error *error) {
    if (reader->failure.code != TARN_OK) {
        if (error != NULL)
            *error = reader->failure;
        return reader->failure.code;
    }
    if (XML_GetErrorCode(reader->parser) == XML_ERROR_NO_MEMORY)
        return tarn_fail_memory(error);
    return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s, line %llu: %s", reader->package->shown,
                     reader->part, (unsigned long long)XML_GetCurrentLineNumber(reader->parser),
                     XML_ErrorString(XML_GetErrorCode(reader->parser)));
}

tarn_status tarn_part_advance(tarn_part_reader *reader, bool *more, tarn_error *error) {
    void *piece = XML_GetBuffer(reader->parser, PIECE_BYTES);
    if (piece == NULL)
        return tarn_fail_memory(error);
    int got = unzReadCurrentFile(reader->package->archive, piece, PIECE_BYTES);
    if (reader->package->failure.code != TARN_OK) {
        if (error != NULL)
            *error = reader->package->failure;
        return reader->package->failure.code;
    }
    if (got < 0)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s cannot be unpacked", reader->package->shown,
                         reader->part);
    if (XML_ParseBuffer(reader->parser, got, got == 0) != XML_STATUS_OK)
        return parse_failure(reader, error);
    *more = got > 0;
    if (!*more && unzCloseCurrentFile(reader->package->archive) == UNZ_CRCERROR)
        return tarn_fail(error, TARN_E_FORMAT, "%s is damaged: its part %s has a wrong checksum",
                         reader->package->shown, reader->part);
    reader->is_open = *more;
    return TARN_OK;
}

void tarn_part_close(tarn_part_reader *reader) {
    if (reader == NULL)
        return;
    if (reader->is_open)
        unzCloseCurrentFile(reader->package->archive);
    if (reader->parser != NULL)
        XML_ParserFree(reader->parser);
    free(reader->part);
    free(reader);
}

tarn_status tarn_package_read(tarn_package *package, const char *part, const tarn_part_handler *handler,
                              tarn_error *error) {
    tarn_part_reader *reader = NULL;
    TARN_TRY(tarn_part_open(package, part, handler, &reader, error));
    tarn_status status = TARN_OK;
    for (bool more = true; more && status == TARN_OK;)
        status = tarn_part_advance(reader, &more, error);
    tarn_part_close(reader);
    return status;
}
