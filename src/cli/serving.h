/**
 * @file serving.h
 * The library that serves (libtarn_server.so), loaded when it is first needed: all other subcommands start without it.
 */
#ifndef TARN_CLI_SERVING_H
#define TARN_CLI_SERVING_H

#include "tarn/serve.h"

/** Its functions. */
typedef struct serving {
    __typeof__(tarn_server_start) *start;
    __typeof__(tarn_server_url) *url;
    __typeof__(tarn_server_link) *link;
    __typeof__(tarn_server_token) *token;
    __typeof__(tarn_server_notice) *notice;
    __typeof__(tarn_server_run) *run;
    __typeof__(tarn_server_free) *free;
    __typeof__(tarn_token_add) *token_add;
    __typeof__(tarn_token_remove) *token_remove;
    __typeof__(tarn_token_infos) *token_infos;
    __typeof__(tarn_token_infos_free) *token_infos_free;
} serving;

/** NULL with `*error` filled when it is not there. */
const serving *serving_load(tarn_error *error);

#endif
