/**
 * @file arguments.h
 * A request over HTTP as a request of the library: {"op": NAME, …}, from a path, a query or a body.
 */
#ifndef TARN_SERVER_ARGUMENTS_H
#define TARN_SERVER_ARGUMENTS_H

#include "server/route.h"

#include <jansson.h>

/** From path and query. `*out` is a new object. */
tarn_status tarn_arguments_of_query(const tarn_route *route, const tarn_head *head, json_t **out, tarn_error *error);
/** From path and a body, which is a JSON object or nothing; the query must be empty. */
tarn_status tarn_arguments_of_body(const tarn_route *route, const tarn_head *head, const void *body, size_t size,
                                   json_t **out, tarn_error *error);
/** Whether parameters stand in the query: of GET and DELETE, and where the body is bytes. */
bool tarn_arguments_in_query(const tarn_operation *operation);

/**
 * Choose the parameter `format` by Accept, where the operation has one and the request says nothing of it. False when
 * none that is acceptable can be given.
 */
bool tarn_arguments_accept(const tarn_operation *operation, const tarn_head *head, json_t *arguments);

/** Of an operation that says in JSON what its bytes are too, and that has no `format`: whether Accept asks for these.
 */
bool tarn_wants_bytes(const tarn_operation *operation, const tarn_head *head);

/** The parameter of that name; NULL: none. */
const tarn_field *tarn_operation_parameter(const tarn_operation *operation, const char *name);

#endif
