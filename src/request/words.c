// What the library says, in the words of whoever's door it goes through.
#include "request/words.h"

#include "base/buffer.h"

#include <stdlib.h>
#include <string.h>

/* Bytes at `text` that stand for nothing people know: a folder that bytes pass through, with its slash. */
static size_t inner_folder(const char *text, const char *passing) {
    size_t size = passing != NULL ? strlen(passing) : 0;
    return size > 0 && strncmp(text, passing, size) == 0 && text[size] == '/' ? size + 1 : 0;
}

char *tarn_words_for(tarn_door door, const char *passing, const char *text) {
    tarn_buffer out = {0};
    tarn_status status = TARN_OK;
    bool differs = false;
    (void)door;
    for (const char *at = text; *at != '\0' && status == TARN_OK;) {
        size_t taken = inner_folder(at, passing);
        differs = differs || taken > 0;
        if (taken == 0)
            status = tarn_buffer_append(&out, at, taken = 1, NULL);
        at += taken;
    }
    if (status == TARN_OK)
        status = tarn_buffer_append(&out, "", 1, NULL);
    if (status == TARN_OK && differs)
        return (char *)out.data;
    tarn_buffer_free(&out);
    return NULL;
}
