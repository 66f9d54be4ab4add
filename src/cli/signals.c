// Ctrl-C and polite killing.
#include "signals.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

/* A signal handler can only reach what is static: the one thing in the program that is. */
static _Atomic(tarn_task *) watched;
static volatile sig_atomic_t received;
static volatile sig_atomic_t closing;

/** How long a cancelled run may take to give back what it holds. */
enum { END_AFTER_US = 500000 };

static const int cancelling[] = {SIGINT, SIGTERM, SIGHUP};

static void on_timer(int number) {
    (void)number;
    _exit(128 + received);
}

static void end_soon(void) {
    struct sigaction action = {.sa_handler = on_timer};
    struct itimerval timer = {.it_value = {.tv_usec = END_AFTER_US}};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGALRM, &action, NULL) == 0)
        setitimer(ITIMER_REAL, &timer, NULL);
}

static void on_signal(int number) {
    if (received)
        _exit(128 + number);
    received = number;
    if (closing)
        end_soon();
    tarn_task *task = atomic_load(&watched);
    if (task)
        tarn_task_cancel(task);
}

static void set_handlers(void (*handler)(int)) {
    /* Without SA_RESTART, so that waiting for input or for a reader of the output ends too. */
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(cancelling) / sizeof(*cancelling); i++) {
        struct sigaction present;
        /* What nohup and background jobs of a script ignore stays ignored. */
        if (sigaction(cancelling[i], NULL, &present) == 0 && present.sa_handler != SIG_IGN)
            sigaction(cancelling[i], &action, NULL);
    }
}

void signals_make_errors(void) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may grow no further is like a full disk */
}

void signals_watch(tarn_task *task) {
    atomic_store(&watched, task);
    set_handlers(on_signal);
}

void signals_unwatch(void) {
    set_handlers(SIG_DFL);
    atomic_store(&watched, NULL);
}

void signals_closing(void) {
    closing = 1;
    if (received)
        end_soon();
}

int signals_exit_code(void) {
    return received ? 128 + received : 0;
}
