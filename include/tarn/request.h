/**
 * @file request.h
 * Everything that Tarn can do, as requests in JSON with answers in JSON, and bytes beside both. Pages, servers and
 * programs in other languages speak through this; C programs use tarn.h, which says the same in functions.
 *
 * What may be asked is data (tarn_operations): each operation is declared with its parameters and its answer. A request
 * is checked against that before anything runs. docs/requests.md, docs/openapi.json and the types of web/ are generated
 * from it.
 *
 *     tarn_service_new(&(tarn_service_options){.workspace = workspace}, &service, &error);
 *     tarn_session_open(service, &(tarn_context){.user = "anna", .role = TARN_ROLE_WRITER}, NULL, &session, &error);
 *     tarn_session_run(session, &(tarn_request){.json = text, .json_size = strlen(text)}, NULL, &reply);
 *     puts(reply.json);
 *     tarn_reply_clear(&reply);
 *     tarn_session_close(session);
 *     tarn_service_free(service);
 *
 * A request is an object {"op": NAME, …parameters}. Its answer is {"ok": true, …}, or {"ok": false, "code":
 * "TARN_E_…", "message": …}; of a change whose `if_version` is not the table's version any more, the code is
 * "TARN_E_CONFLICT" and the message says which version it has and what was done to it meanwhile. Tables travel as
 * bytes: Arrow IPC streams, or another format where one is asked for.
 *
 * A *service* answers for one workspace. It makes changes one after the other, whoever asks for them. A *session* is
 * one caller's: who that is, what they may do, which files they may name, and the handles (comparisons, views, queries)
 * that they have open, which end with it. All functions are thread-safe.
 */
#ifndef TARN_REQUEST_H
#define TARN_REQUEST_H

#include "tarn/bytes.h"
#include "tarn/context.h"
#include "tarn/error.h"
#include "tarn/tarn.h"
#include "tarn/task.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what may be asked ---- */

/** How an operation is run. */
typedef enum tarn_run {
    TARN_RUN_CONTROL,    /**< when nothing else runs: it opens or closes the workspace. For services without one */
    TARN_RUN_URGENT,     /**< somebody waits for it: overtakes all others */
    TARN_RUN_READ,       /**< beside others */
    TARN_RUN_BACKGROUND, /**< beside others, behind the above */
    TARN_RUN_CHANGE,     /**< one after the other, in the order of the requests */
} tarn_run;

/** What a parameter, or a member of an answer, is. */
typedef enum tarn_field_kind {
    TARN_FIELD_TEXT,
    TARN_FIELD_INTEGER, /**< 64 bits */
    TARN_FIELD_NUMBER,
    TARN_FIELD_FLAG,    /**< true or false */
    TARN_FIELD_TIME,    /**< ISO 8601 in UTC, as text */
    TARN_FIELD_TABLE,   /**< text: a table's name */
    TARN_FIELD_VERSION, /**< text: a table or a version of it, "orders", "orders@3", "orders~1" */
    TARN_FIELD_PATH,    /**< text: a file on the disk of whoever answers; see tarn_context.files */
    TARN_FIELD_VALUE,   /**< text, number, true, false or null */
    TARN_FIELD_OBJECT,  /**< an object of `shape`; without a shape, of any members */
    TARN_FIELD_ANY,     /**< any JSON */
} tarn_field_kind;

typedef struct tarn_shape tarn_shape;

/** A parameter, or a member of an answer. */
typedef struct tarn_field {
    const char *name;
    const char *meaning; /**< one line */
    tarn_field_kind kind;
    bool is_list;               /**< a list of those */
    bool may_be_one;            /**< of a list as a parameter: one alone stands for a list of one */
    bool is_needed;             /**< parameters: must be given; answers: always there */
    bool may_hold_null;         /**< of a list: its elements may be null */
    bool may_be_null;           /**< answers; a parameter that is null is as if it were not given */
    const char *unit;           /**< "rows", "bytes", "microseconds"; NULL: none */
    bool has_range;             /**< numbers, and each of a list of them: */
    double least, most;         /**< bounds, both allowed */
    const char *const *choices; /**< texts: all that are allowed, NULL-ended; NULL: any */
    const char *otherwise;      /**< parameters: what stands for a missing one, as JSON; NULL: nothing */
    const tarn_shape *shape;    /**< of objects; NULL: any */
} tarn_field;

/** Members that go together under a name, which is the name of a type in documents and in other languages. */
struct tarn_shape {
    const char *name, *meaning;
    const tarn_field *fields;
    size_t field_count;
};

/** What the bytes beside a request or an answer are. */
typedef enum tarn_bytes_kind {
    TARN_BYTES_NONE,
    TARN_BYTES_ROWS,  /**< rows of a table: an Arrow IPC stream, or as the parameter `format` says */
    TARN_BYTES_FILE,  /**< a file, as the parameter `format` says */
    TARN_BYTES_MAYBE, /**< rows or none, which the answer says by `rows` */
} tarn_bytes_kind;

typedef struct tarn_operation {
    const char *name, *meaning;
    tarn_run how;
    tarn_role role; /**< the least that may ask for it */
    /**
     * Over HTTP: a method and a path below the API's root, "/tables/{table}/rows". What is named in the path is taken
     * from there. Of GET and DELETE, and of operations that take bytes (which are the body then), all other parameters
     * stand in the query, lists by repeating them, objects as JSON; else the body is a JSON object of them. NULL: not
     * over HTTP.
     */
    const char *method, *path;
    const tarn_field *parameters;
    size_t parameter_count;
    const tarn_shape *answer; /**< besides `ok`; NULL: nothing */
    tarn_bytes_kind takes, gives;
    /** What it answers is the same for ever when each TARN_FIELD_VERSION among the parameters names a version
     *  ("orders@3"), and each is given. */
    bool is_lasting;
} tarn_operation;

/** All of them, in the order in which documents list them. Static. */
TARN_API const tarn_operation *const *tarn_operations(size_t *count);
/** By name; NULL when there is none. */
TARN_API const tarn_operation *tarn_operation_find(const char *name);
/** What a document of all operations is for. */
typedef enum tarn_document {
    TARN_DOCUMENT_JSON,       /**< the declarations themselves: for generators in other languages */
    TARN_DOCUMENT_OPENAPI,    /**< OpenAPI 3.1, in JSON */
    TARN_DOCUMENT_TYPESCRIPT, /**< types, and an interface with a method for each operation */
    TARN_DOCUMENT_MARKDOWN,   /**< a reference for people */
} tarn_document;
/** Made from the declarations, always the same text. Free with tarn_free. */
TARN_API tarn_status tarn_operations_document(tarn_document document, char **out, tarn_error *error);

/* ---- services ---- */

typedef struct tarn_service tarn_service;

typedef struct tarn_service_options {
    tarn_workspace *workspace; /**< borrowed: closed by the caller, after the service. NULL: the operation `open` opens
                                    one, and the service closes it */
} tarn_service_options;

/** Starts one thread, which decides what runs next and tells progress. */
TARN_API tarn_status tarn_service_new(const tarn_service_options *options, tarn_service **out, tarn_error *error);
/** All sessions must be closed. NULL is allowed. */
TARN_API void tarn_service_free(tarn_service *service);

/* ---- sessions ---- */

typedef struct tarn_session tarn_session;

/** What is told while it happens. Called on any thread, and not at all when a member is NULL; texts are valid during
 *  the call, which must not wait. */
typedef struct tarn_session_listener {
    void *context;
    /** How far a request of this session is that was submitted: {"progress": {…}}, at most every 50 ms. */
    void (*progress)(void *context, uint64_t id, const char *json, size_t size);
    /** What happened in the workspace, after the operation `listen`: {"event": "version", …}. See docs/requests.md. */
    void (*event)(void *context, const char *json, size_t size);
    /** Put a message's or warning's inner names into words that people know; heap, NULL: as it is. */
    char *(*word)(void *context, const char *message);
} tarn_session_listener;

/** `context` is copied; `listener` may be NULL. */
TARN_API tarn_status tarn_session_open(tarn_service *service, const tarn_context *context,
                                       const tarn_session_listener *listener, tarn_session **out, tarn_error *error);
/** Cancels what runs, waits for it, releases its handles. NULL is allowed. */
TARN_API void tarn_session_close(tarn_session *session);

/* ---- requests ---- */

typedef struct tarn_request {
    const char *json; /**< need not be terminated */
    size_t json_size;
    const void *bytes; /**< beside it; NULL: none, or from `source` */
    size_t byte_count;
    bool hands_over; /**< submitting: `bytes` come from malloc and are the session's from now on, to be freed as soon
                          as they are not needed any more */
    const tarn_byte_source *source; /**< read before the operation begins to change anything, on the thread that runs
                                         the request; NULL: none */
    const tarn_byte_sink *sink;     /**< where the answer's bytes go, on that thread; NULL: into the reply */
} tarn_request;

typedef struct tarn_reply {
    tarn_status status;
    char *json; /**< NUL-terminated; never NULL */
    size_t json_size;
    uint8_t *bytes; /**< NULL: none, or they went to the sink */
    size_t byte_count;
    const char *media_type; /**< of the bytes; static; NULL: none */
} tarn_reply;
TARN_API void tarn_reply_clear(tarn_reply *reply);

/**
 * Answer a request on this thread, which must not be one of the workspace's own. A change waits until those before it
 * are made. With a sink, bytes go there first and `reply` tells how it ended: when `status` is not TARN_OK, what was
 * written is void. `task` (may be NULL) cancels it, and knows how far it is. Gives `reply->status`.
 */
TARN_API tarn_status tarn_session_run(tarn_session *session, const tarn_request *request, tarn_task *task,
                                      tarn_reply *reply);

/** Called once for each request, on any thread; what is in `reply` is the receiver's. */
typedef void (*tarn_session_receive)(void *context, uint64_t id, tarn_reply *reply);

/**
 * The same on the workspace's own threads; returns at once. `json` and `bytes` of the request are copied; its source
 * and sink are used until the answer, and must not wait for long: the threads are few. `id` is the caller's, and not
 * used again while it is not answered. Urgent requests overtake all others; changes are made in the order of
 * submission.
 */
TARN_API void tarn_session_submit(tarn_session *session, uint64_t id, const tarn_request *request,
                                  tarn_session_receive receive, void *context);

/** Ask for a submitted request to stop; it is answered with TARN_E_CANCELLED unless it was done. Unknown ids are fine.
 */
TARN_API void tarn_session_cancel(tarn_session *session, uint64_t id);

/** tarn_version_tag as this session's caller may know it: for answering whether something is still as it was. */
TARN_API tarn_status tarn_session_tag(tarn_session *session, const char *version, char tag[TARN_TAG_SIZE],
                                      tarn_error *error);

#ifdef __cplusplus
}
#endif
#endif
