// The file system of the host that this is.
#include "fs/browser.h"

tarn_status tarn_fs_native(tarn_fs **out, tarn_error *error) {
#ifdef __EMSCRIPTEN__
    return tarn_fs_browser(out, error);
#else
    return tarn_fs_posix(out, error);
#endif
}
