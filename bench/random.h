/**
 * @file random.h
 * Numbers that look random and are the same on every machine. A generator is seeded from what it describes (table,
 * row), so that any row can be made without making those before it.
 */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct bench_random {
    uint64_t state;
} bench_random;

static inline bench_random bench_seed(uint64_t stream, uint64_t position) {
    return (bench_random){(stream * 0xd1342543de82ef95ULL) ^ (position * 0x9e3779b97f4a7c15ULL)};
}

/** SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators"). */
static inline uint64_t bench_next(bench_random *random) {
    uint64_t z = (random->state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/** A number from `low` to `high`, both included; the span must be below 2^32. */
static inline int64_t bench_between(bench_random *random, int64_t low, int64_t high) {
    uint64_t span = (uint64_t)(high - low) + 1;
    return low + (int64_t)(((bench_next(random) >> 32) * span) >> 32);
}

/** An index below `count`. */
static inline size_t bench_below(bench_random *random, size_t count) {
    return (size_t)bench_between(random, 0, (int64_t)count - 1);
}

#endif
