// Which tables there are for somebody.
#include "store/resolve.h"
#include "store/store.h"

#include "base/text.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

bool tarn_table_is_permitted(const tarn_table_filter *filter, const char *table) {
    bool permitted = filter == NULL;
    for (size_t i = 0; !permitted && i < filter->count; i++)
        permitted = fnmatch(filter->patterns[i], table, 0) == 0;
    return permitted;
}

tarn_status tarn_store_open_permitted(tarn_store *store, const tarn_table_filter *filter, const char *version,
                                      tarn_version **out, tarn_error *error) {
    if (filter != NULL) {
        char *table = tarn_strndup(version, strcspn(version, "@~"));
        bool permitted = table != NULL && tarn_table_is_permitted(filter, table);
        free(table);
        if (!permitted)
            return tarn_fail(error, TARN_E_NOT_FOUND, "there is no table \"%s\"", version);
    }
    return tarn_store_open_version(store, version, out, error);
}
