/* There is no network below the C library: DuckDB has code for one, which nothing here calls. For WebAssembly only. */
#include <errno.h>

#define NO_NETWORK(name, ...)                                                                                          \
    long name(__VA_ARGS__);                                                                                            \
    long name(__VA_ARGS__) {                                                                                           \
        return -ENOSYS;                                                                                                \
    }

#pragma clang diagnostic ignored "-Wunused-parameter"
NO_NETWORK(__syscall_socket, long a, long b, long c, long d, long e, long f)
NO_NETWORK(__syscall_bind, long a, long b, long c, long d, long e, long f)
NO_NETWORK(__syscall_connect, long a, long b, long c, long d, long e, long f)
NO_NETWORK(__syscall_getsockopt, long a, long b, long c, long d, long e, long f)
NO_NETWORK(__syscall_getsockname, long a, long b, long c, long d, long e, long f)
NO_NETWORK(__syscall_getpeername, long a, long b, long c, long d, long e, long f)
NO_NETWORK(__syscall_sendto, long a, long b, long c, long d, long e, long f)
NO_NETWORK(__syscall_recvfrom, long a, long b, long c, long d, long e, long f)
NO_NETWORK(__syscall_poll, long a, long b, long c)
