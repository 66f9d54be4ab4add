/* The disk of a test program under node: the module's own memory, as a web page without durable storage has it. */
#include "fs/browser.h"

tarn_status tarn_fs_posix(tarn_fs **out, tarn_error *error) {
    return tarn_fs_browser(out, error);
}
