/**
 * @file ole.h
 * What a compound file of Microsoft ([MS-CFB]) holds: old Office documents, and encrypted new ones.
 */
#ifndef TARN_IO_OLE_H
#define TARN_IO_OLE_H

#include "fs/fs.h"

/** For messages, after "it is": what it is and what to do with it. Static text. */
const char *tarn_ole_describe(tarn_file *file);

#endif
