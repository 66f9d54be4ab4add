/**
 * @file recipe.h
 * Recipes: a stretch of a table's history as JSON that can be read, edited, and run on another table. Part of tarn.h.
 *
 *     {
 *       "tarn_recipe": 1,                                    the format's version
 *       "description": "as the registry wants its cities",   for people; may be absent
 *       "made": {"table": "orders", "from": 1, "to": 3},     where it comes from; may be absent
 *       "steps": [
 *         {"command": "set", "parameters": {"column": "city", "expr": "trim(city)"}},
 *         {"command": "hash", "parameters": {"column": ["email"]}, "ask": ["secret"]}
 *       ]
 *     }
 *
 * Commands and parameters are those of `tarn commands`; values are strings, numbers, true and false, or arrays of them
 * for parameters that may be repeated. Secrets are never in it: `ask` names the parameters that whoever runs the recipe
 * is asked for.
 */
#ifndef TARN_RECIPE_H
#define TARN_RECIPE_H

#include "tarn/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tarn_recipe_info {
    char *name;
    char *description; /**< NULL when there is none */
    uint64_t steps;
    char *commands; /**< "set, rename, drop" */
    uint64_t asks;  /**< parameters that must be given when it is run */
} tarn_recipe_info;

#ifdef __cplusplus
}
#endif
#endif
