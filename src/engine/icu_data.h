#ifndef TARN_ENGINE_ICU_DATA_H
#define TARN_ENGINE_ICU_DATA_H

#include "base/error.h"

/* In a module with DuckDB linked in, ICU's data lies packed (scripts/wasm/icu_data.mjs). Put it where ICU looks for it:
 * once, before DuckDB is opened, by one thread. Fails with TARN_E_MEMORY, and may then be tried again. */
tarn_status tarn_icu_data_unpack(tarn_error *error);

#endif
