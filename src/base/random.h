/**
 * @file random.h
 * Numbers that nobody can foretell: for names of temporary files in folders that others may write to.
 */
#ifndef TARN_BASE_RANDOM_H
#define TARN_BASE_RANDOM_H

#include <stdint.h>

/** From the system's generator. Where that cannot be asked, from clock and addresses: unlikely to come twice. */
uint64_t tarn_random(void);

#endif
