/**
 * @file doorway.h
 * What every request passes before it is answered: the name it asks under, the page it comes from, whose token it has,
 * how much its client has in hand.
 */
#ifndef TARN_SERVER_DOORWAY_H
#define TARN_SERVER_DOORWAY_H

#include "server/serving.h"

/** Answer a request, or refuse it. */
void tarn_doorway_begin(void *server, tarn_exchange *exchange);
/** What cannot be understood. */
void tarn_doorway_wrong(void *server, tarn_exchange *exchange, int status, const char *reason);
/** For the log and the numbers. */
void tarn_doorway_finished(void *server, const tarn_exchange *exchange);

/** What needs no workspace: the page, /healthz, /readyz, /metrics, sessions. True when the path is one of these. */
bool tarn_serve_house(tarn_server *server, tarn_exchange *exchange);
/** Whose it is, as far as that is needed: NULL when it was refused. */
tarn_identity *tarn_doorway_identify(tarn_server *server, tarn_exchange *exchange);
/** Refuse a token that is nobody's; the answer waits the longer the more often that happens. */
void tarn_doorway_refuse_token(tarn_server *server, tarn_exchange *exchange);

#endif
