/* Keeping files away from the standard descriptors. */
#include "fs/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define FIRST_FOR_FILES 3

int tarn_descriptor_lift(int descriptor) {
    if (descriptor < 0 || descriptor >= FIRST_FOR_FILES)
        return descriptor;
    int lifted = fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST_FOR_FILES);
    int reason = errno;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing < 0 || dup2(nothing, descriptor) < 0)
        close(descriptor);
    if (nothing >= FIRST_FOR_FILES)
        close(nothing);
    errno = reason;
    return lifted;
}
