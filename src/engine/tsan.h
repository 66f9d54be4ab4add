/**
 * @file tsan.h
 * DuckDB is not instrumented, so that ThreadSanitizer does not see the locks by which it hands memory from one of its
 * threads to another. Where our code meets such memory it says so itself; in all other builds that is nothing.
 */
#ifndef TARN_ENGINE_TSAN_H
#define TARN_ENGINE_TSAN_H

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TARN_THREAD_SANITIZER 1
#endif
#elif defined(__SANITIZE_THREAD__)
#define TARN_THREAD_SANITIZER 1
#endif

#ifdef TARN_THREAD_SANITIZER
extern int tarn_duckdb_handover;
/** All that any thread did before its own call happens before what follows this one. */
static inline void tarn_after_duckdb(void) {
    (void)__atomic_fetch_add(&tarn_duckdb_handover, 1, __ATOMIC_ACQ_REL);
}
#else
static inline void tarn_after_duckdb(void) {}
#endif

#endif
