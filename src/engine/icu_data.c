// ICU's data for WebAssembly, unpacked when it is first needed.
#include "engine/icu_data.h"

#ifdef TARN_DUCKDB_STATIC

#include <stdlib.h>
#include <zstd.h>

/* Made with the module; the array is DuckDB's by its name. */
extern unsigned char icudt66_dat[];
extern const size_t tarn_icu_size, tarn_icu_packed_size;
extern const unsigned char tarn_icu_packed[];

tarn_status tarn_icu_data_unpack(tarn_error *error) {
    const size_t size = tarn_icu_size, half = (size + 1) / 2;
    unsigned char *apart = malloc(size); /* the bytes of even places, then those of odd ones */
    if (!apart)
        return tarn_fail_memory(error);
    size_t unpacked = ZSTD_decompress(apart, size, tarn_icu_packed, tarn_icu_packed_size);
    for (size_t i = 0; unpacked == size && i < size / 2; i++) {
        icudt66_dat[2 * i] = apart[i];
        icudt66_dat[2 * i + 1] = apart[half + i];
    }
    if (unpacked == size && size % 2)
        icudt66_dat[size - 1] = apart[half - 1];
    free(apart);
    if (unpacked != size) /* the frame is part of this program: only its working memory can be missing */
        return tarn_fail_memory(error);
    return TARN_OK;
}

#endif
