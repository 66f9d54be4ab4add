/**
 * @file types.h
 * Names that Tarn gives to types which Arrow has no format of its own for, kept as the field metadata
 * ARROW:extension:name over a type that every reader understands. docs/format.md has the whole table of types.
 */
#ifndef TARN_ENGINE_TYPES_H
#define TARN_ENGINE_TYPES_H

#define TARN_EXTENSION_KEY "ARROW:extension:name"

#define TARN_EXTENSION_UUID "arrow.uuid"        /* 16 bytes, most significant first */
#define TARN_EXTENSION_JSON "arrow.json"        /* utf8 */
#define TARN_EXTENSION_HUGEINT "tarn.hugeint"   /* decimal128(38, 0) */
#define TARN_EXTENSION_UHUGEINT "tarn.uhugeint" /* decimal128(38, 0) */
#define TARN_EXTENSION_TIME_TZ "tarn.time_tz"   /* utf8: 12:34:56.789+02:00 */
#define TARN_EXTENSION_BIT "tarn.bit"           /* utf8: 0110 */

#endif
