/* One reading of a statistics file by libreadstat, over Tarn's own files. */
#include "io/statistics.h"

static int open_nothing(const char *path, void *context) {
    (void)path;
    ((tarn_statistics *)context)->position = 0;
    return 0;
}

static int close_nothing(void *context) {
    (void)context;
    return 0;
}

static readstat_off_t seek(readstat_off_t offset, readstat_io_flags_t whence, void *context) {
    tarn_statistics *file = context;
    int64_t base =
        whence == READSTAT_SEEK_SET ? 0 : (int64_t)(whence == READSTAT_SEEK_CUR ? file->position : file->size);
    int64_t target;
    if (__builtin_add_overflow(base, (int64_t)offset, &target) || target < 0 || (uint64_t)target > file->size)
        return -1;
    file->position = (uint64_t)target;
    return (readstat_off_t)target;
}

static ssize_t read_bytes(void *data, size_t size, void *context) {
    tarn_statistics *file = context;
    size_t got = 0;
    tarn_status status = tarn_task_check(file->run->io->task, file->error);
    if (status == TARN_OK)
        status = tarn_file_read(file->run->file, file->position, data, size, &got, file->error);
    if (status != TARN_OK) {
        file->status = status;
        return -1;
    }
    file->position += got;
    return (ssize_t)got;
}

static readstat_error_t update(long size, readstat_progress_handler handler, void *user, void *context) {
    tarn_statistics *file = context;
    (void)size;
    (void)handler;
    (void)user;
    return tarn_task_check(file->run->io->task, NULL) == TARN_OK ? READSTAT_OK : READSTAT_ERROR_USER_ABORT;
}

int tarn_statistics_stop(tarn_statistics *file, tarn_status status) {
    file->status = status;
    return READSTAT_HANDLER_ABORT;
}

static readstat_error_t parse(readstat_parser_t *parser, tarn_file_format format, void *context) {
    switch (format) {
    case TARN_FORMAT_SAV:
        return readstat_parse_sav(parser, "", context);
    case TARN_FORMAT_POR:
        return readstat_parse_por(parser, "", context);
    case TARN_FORMAT_DTA:
        return readstat_parse_dta(parser, "", context);
    case TARN_FORMAT_SAS7BDAT:
        return readstat_parse_sas7bdat(parser, "", context);
    default:
        return readstat_parse_xport(parser, "", context);
    }
}

/* libreadstat tells values of variables only to those who heard of the variables. */
static int hear_of_variable(int index, readstat_variable_t *variable, const char *labels, void *context) {
    (void)index;
    (void)variable;
    (void)labels;
    (void)context;
    return READSTAT_HANDLER_OK;
}

static void set_up(tarn_statistics *file, readstat_parser_t *parser, const readstat_callbacks_t *handlers) {
    readstat_set_open_handler(parser, open_nothing);
    readstat_set_close_handler(parser, close_nothing);
    readstat_set_seek_handler(parser, seek);
    readstat_set_read_handler(parser, read_bytes);
    readstat_set_update_handler(parser, update);
    readstat_set_io_ctx(parser, file);
    readstat_set_metadata_handler(parser, handlers->metadata);
    readstat_set_variable_handler(parser, handlers->variable != NULL ? handlers->variable : hear_of_variable);
    readstat_set_value_handler(parser, handlers->value);
    readstat_set_value_label_handler(parser, handlers->value_label);
    /* No error handler: libreadstat would put bytes of the file into texts for it that it does not end. */
    if (file->run->options->encoding != NULL)
        readstat_set_file_character_encoding(parser, file->run->options->encoding);
}

static tarn_status explain(const tarn_statistics *file, readstat_error_t code, tarn_error *error) {
    bool text = code == READSTAT_ERROR_CONVERT || code == READSTAT_ERROR_CONVERT_BAD_STRING ||
                code == READSTAT_ERROR_UNSUPPORTED_CHARSET;
    if (code == READSTAT_ERROR_MALLOC)
        return tarn_fail_memory(error);
    return tarn_fail(error, TARN_E_FORMAT, "%s cannot be read as %s: %s%s", file->run->shown,
                     tarn_format_describe(file->format), readstat_error_message(code),
                     text ? "; say its encoding" : "");
}

tarn_status tarn_statistics_parse(tarn_statistics *file, const readstat_callbacks_t *handlers, void *context,
                                  tarn_error *error) {
    readstat_parser_t *parser = readstat_parser_init();
    if (parser == NULL)
        return tarn_fail_memory(error);
    file->error = error;
    file->status = TARN_OK;
    set_up(file, parser, handlers);
    readstat_error_t code = parse(parser, file->format, context);
    readstat_parser_free(parser);
    file->error = NULL;
    if (file->status != TARN_OK)
        return file->status;
    TARN_TRY(tarn_task_check(file->run->io->task, error));
    return code == READSTAT_OK ? TARN_OK : explain(file, code, error);
}
