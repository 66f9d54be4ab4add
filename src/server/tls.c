// TLS over buffers.
#include "server/tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

/* Nothing below TLS 1.2. */
#define PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%SERVER_PRECEDENCE"

struct tarn_certificate {
    gnutls_certificate_credentials_t credentials;
    gnutls_priority_t priorities;
    size_t users;
};

struct tarn_tls {
    gnutls_session_t session;
    tarn_certificate *certificate;
    const uint8_t *input; /* borrowed while bytes are received */
    size_t input_size;
    tarn_buffer output;
    bool is_open, failed;
};

static tarn_status fail(tarn_error *error, int code, const char *certificate, const char *key) {
    if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return tarn_fail(error, TARN_E_INVALID, "the key in %s is not that of the certificate in %s", key, certificate);
    if (code == GNUTLS_E_FILE_ERROR)
        return tarn_fail(error, TARN_E_NOT_FOUND, "the certificate %s or its key %s cannot be read", certificate, key);
    return tarn_fail(error, TARN_E_INVALID, "the certificate %s and its key %s cannot be used: %s", certificate, key,
                     gnutls_strerror(code));
}

tarn_status tarn_certificate_load(const char *certificate, const char *key, tarn_certificate **out, tarn_error *error) {
    tarn_certificate *loaded = calloc(1, sizeof *loaded);
    if (loaded == NULL)
        return tarn_fail_memory(error);
    loaded->users = 1;
    int code = gnutls_certificate_allocate_credentials(&loaded->credentials);
    if (code == GNUTLS_E_SUCCESS)
        code = gnutls_certificate_set_x509_key_file(loaded->credentials, certificate, key, GNUTLS_X509_FMT_PEM);
    if (code >= 0)
        code = gnutls_priority_init(&loaded->priorities, PRIORITIES, NULL);
    if (code < 0) {
        tarn_certificate_release(loaded);
        return fail(error, code, certificate, key);
    }
    *out = loaded;
    return TARN_OK;
}

void tarn_certificate_release(tarn_certificate *certificate) {
    if (certificate == NULL || --certificate->users > 0)
        return;
    if (certificate->priorities != NULL)
        gnutls_priority_deinit(certificate->priorities);
    if (certificate->credentials != NULL)
        gnutls_certificate_free_credentials(certificate->credentials);
    free(certificate);
}

static ssize_t push(gnutls_transport_ptr_t context, const void *data, size_t size) {
    tarn_tls *tls = context;
    if (tarn_buffer_append(&tls->output, data, size, NULL) == TARN_OK)
        return (ssize_t)size;
    gnutls_transport_set_errno(tls->session, ENOMEM);
    return -1;
}

static ssize_t pull(gnutls_transport_ptr_t context, void *data, size_t size) {
    tarn_tls *tls = context;
    if (tls->input_size == 0) {
        gnutls_transport_set_errno(tls->session, EAGAIN);
        return -1;
    }
    size_t taken = size < tls->input_size ? size : tls->input_size;
    memcpy(data, tls->input, taken);
    tls->input += taken;
    tls->input_size -= taken;
    return (ssize_t)taken;
}

static int pull_timeout(gnutls_transport_ptr_t context, unsigned milliseconds) {
    const tarn_tls *tls = context;
    (void)milliseconds;
    return tls->input_size > 0;
}

tarn_tls *tarn_tls_new(tarn_certificate *certificate) {
    static const gnutls_datum_t protocol = {(unsigned char *)"http/1.1", 8};
    tarn_tls *tls = calloc(1, sizeof *tls);
    if (tls == NULL || gnutls_init(&tls->session, GNUTLS_SERVER | GNUTLS_NONBLOCK) < 0) {
        free(tls);
        return NULL;
    }
    tls->certificate = certificate;
    certificate->users++;
    gnutls_priority_set(tls->session, certificate->priorities);
    gnutls_credentials_set(tls->session, GNUTLS_CRD_CERTIFICATE, certificate->credentials);
    gnutls_alpn_set_protocols(tls->session, &protocol, 1, 0);
    gnutls_handshake_set_timeout(tls->session, GNUTLS_INDEFINITE_TIMEOUT); /* the connection has a deadline */
    gnutls_transport_set_ptr(tls->session, tls);
    gnutls_transport_set_push_function(tls->session, push);
    gnutls_transport_set_pull_function(tls->session, pull);
    gnutls_transport_set_pull_timeout_function(tls->session, pull_timeout);
    return tls;
}

void tarn_tls_free(tarn_tls *tls) {
    if (tls == NULL)
        return;
    gnutls_deinit(tls->session);
    tarn_certificate_release(tls->certificate);
    tarn_buffer_free(&tls->output);
    free(tls);
}

static bool is_passing(ssize_t code) {
    return code == GNUTLS_E_AGAIN || code == GNUTLS_E_INTERRUPTED;
}

static bool shake_hands(tarn_tls *tls) {
    int code = gnutls_handshake(tls->session);
    while (code < 0 && !gnutls_error_is_fatal(code) && !is_passing(code))
        code = gnutls_handshake(tls->session);
    tls->is_open = code == GNUTLS_E_SUCCESS;
    if (code < 0 && gnutls_error_is_fatal(code)) {
        gnutls_alert_send_appropriate(tls->session, code);
        tls->failed = true;
    }
    return tls->is_open;
}

static void decrypt(tarn_tls *tls, tarn_buffer *clear, bool *ended) {
    for (;;) {
        if (tarn_buffer_reserve(clear, 16384, NULL) != TARN_OK) {
            tls->failed = true;
            return;
        }
        ssize_t got = gnutls_record_recv(tls->session, clear->data + clear->size, 16384);
        if (got > 0) {
            clear->size += (size_t)got;
        } else if (got == 0) {
            *ended = true;
            return;
        } else if (is_passing(got)) {
            return;
        } else if (gnutls_error_is_fatal((int)got)) {
            tls->failed = true;
            return;
        }
    }
}

bool tarn_tls_receive(tarn_tls *tls, const void *data, size_t size, tarn_buffer *clear, bool *ended) {
    *ended = false;
    tls->input = data;
    tls->input_size = size;
    if (!tls->failed && (tls->is_open || shake_hands(tls)))
        decrypt(tls, clear, ended);
    tls->input_size = 0;
    return !tls->failed;
}

bool tarn_tls_send(tarn_tls *tls, const void *data, size_t size) {
    const uint8_t *at = data;
    while (size > 0) {
        ssize_t sent = gnutls_record_send(tls->session, at, size);
        if (sent < 0)
            return false;
        at += sent;
        size -= (size_t)sent;
    }
    return true;
}

void tarn_tls_end(tarn_tls *tls) {
    if (tls->is_open)
        gnutls_bye(tls->session, GNUTLS_SHUT_WR);
}

tarn_buffer *tarn_tls_output(tarn_tls *tls) {
    return &tls->output;
}
