#include "auth/browser_cookie.h"

#include <string.h>

#include "base/number.h"
#include "base/random.h"
#include "crypto/base64url.h"
#include "crypto/digest.h"

enum { RANDOM_BYTES = 32, RANDOM_SIZE = TR_BASE64URL_SIZE(RANDOM_BYTES) };

static const char plain_name[] = "troupe_browser";
static const char secure_name[] = "__Host-troupe_browser";

_Static_assert(RANDOM_SIZE + 1 + TR_SIGNATURE_TEXT_BYTES < TR_BROWSER_COOKIE_CAP_BYTES,
               "the value fits");

static void write_key(tr_browser_cookie *io)
{
    uint8_t digest[TR_DIGEST_BYTES];
    tr_digest(tr_slice_of(io->value), digest);
    for (unsigned i = 0; i < sizeof digest; i++)
        (void)tr_format(io->key + (size_t)2 * i, 3, "%02x", digest[i]);
}

void tr_browser_cookie_make(const tr_auth_settings *settings, tr_browser_cookie *out)
{
    uint8_t bytes[RANDOM_BYTES];
    char signature[TR_SIGNATURE_TEXT_BYTES + 1];
    tr_buf value = {0};
    tr_random_bytes(bytes, sizeof bytes);
    tr_base64url_write(&value, bytes, sizeof bytes);
    tr_sign(&settings->cookie_key, tr_buf_slice(&value), signature);
    tr_buf_printf(&value, ".%s", signature);
    memcpy(out->value, tr_buf_text(&value), value.size + 1);
    tr_secret_wipe(bytes, sizeof bytes);
    tr_secret_wipe(signature, sizeof signature);
    tr_secret_wipe(value.data, value.size);
    tr_buf_done(&value);
    write_key(out);
}

static bool is_ours(tr_slice value, const tr_auth_settings *settings)
{
    if (value.size != RANDOM_SIZE + 1 + TR_SIGNATURE_TEXT_BYTES || value.data[RANDOM_SIZE] != '.')
        return false;
    return tr_signature_is(&settings->cookie_key, (tr_slice){value.data, RANDOM_SIZE},
                           (tr_slice){value.data + RANDOM_SIZE + 1, TR_SIGNATURE_TEXT_BYTES});
}

static tr_slice trim(tr_slice text)
{
    while (text.size != 0 && (*text.data == ' ' || *text.data == '\t'))
        text = (tr_slice){text.data + 1, text.size - 1};
    while (text.size != 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

// Cookies of one name may come more than once: neighbours set them, too.
static bool find(tr_slice header, const char *name, const tr_auth_settings *settings,
                 tr_browser_cookie *out)
{
    while (header.size != 0) {
        const char *end = memchr(header.data, ';', header.size);
        uint32_t size = end != NULL ? (uint32_t)(end - header.data) : header.size;
        tr_slice pair = trim((tr_slice){header.data, size});
        size += end != NULL;
        header = (tr_slice){header.data + size, header.size - size};
        const char *equals = pair.size != 0 ? memchr(pair.data, '=', pair.size) : NULL;
        if (equals == NULL ||
            !tr_slice_is((tr_slice){pair.data, (uint32_t)(equals - pair.data)}, name))
            continue;
        tr_slice value = {equals + 1, pair.size - (uint32_t)(equals + 1 - pair.data)};
        if (!is_ours(value, settings))
            continue;
        memcpy(out->value, value.data, value.size);
        out->value[value.size] = '\0';
        write_key(out);
        return true;
    }
    return false;
}

bool tr_browser_cookie_find(tr_slice header, const tr_auth_settings *settings, bool is_secure,
                            tr_browser_cookie *out)
{
    return find(header, secure_name, settings, out) ||
           (!is_secure && find(header, plain_name, settings, out));
}

void tr_browser_cookie_write(const tr_browser_cookie *cookie, const tr_auth_settings *settings,
                             bool is_secure, tr_buf *out)
{
    tr_buf_printf(out, "%s=%s; Path=%s; Max-Age=%u; HttpOnly; SameSite=Lax%s",
                  is_secure ? secure_name : plain_name, cookie->value,
                  is_secure ? "/" : settings->cookie_path, TR_BROWSER_COOKIE_LIFE_S,
                  is_secure ? "; Secure" : "");
}
