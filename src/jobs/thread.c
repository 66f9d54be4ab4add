// Starting a thread of the library's own.
#include "jobs/thread.h"

#include <signal.h>

int tarn_thread_start(pthread_t *out, void *(*run)(void *argument), void *argument) {
    static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPIPE};
    sigset_t blocked, before;
    sigfillset(&blocked);
    for (unsigned i = 0; i < sizeof own / sizeof own[0]; i++)
        sigdelset(&blocked, own[i]);
    /* A thread inherits its maker's mask; setting it in the new thread would leave a gap at its start. */
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    int errnum = pthread_create(out, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return errnum;
}
