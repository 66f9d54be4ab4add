/**
 * @file files.h
 * Files that come with a request or go with an answer, as bytes in place of a path. For src/request only.
 */
#ifndef TARN_REQUEST_FILES_H
#define TARN_REQUEST_FILES_H

#include "request/call.h"

/** True when the request has bytes, at hand or from a source. */
bool tarn_call_has_bytes(const tarn_call *call);

/**
 * The request's bytes as a file called like the last part of `name`, in a folder of the call's own, whose path goes to
 * `*path` (heap). Bytes of a source are read to their end. tarn_passing_remove when it is not needed any more.
 */
tarn_status tarn_passing_file(tarn_call *call, const char *name, char **path, tarn_error *error);
/** A path in such a folder for a file that is not made yet (heap), and the content of such a file as answer's bytes. */
tarn_status tarn_passing_path(tarn_call *call, const char *name, char **path, tarn_error *error);
tarn_status tarn_passing_give(tarn_call *call, const char *path, tarn_error *error);
/** Remove folder and file. Fine when there is none. */
void tarn_passing_remove(tarn_call *call);

/** The request's bytes in memory, for what needs them so; owned by the call. */
tarn_status tarn_call_gather(tarn_call *call, tarn_error *error);

/** The media type of a file format. */
const char *tarn_media_type(const char *format);
/** A sink for tarn_export_options that writes the answer's bytes. */
tarn_byte_sink tarn_call_sink(tarn_call *call);

#endif
