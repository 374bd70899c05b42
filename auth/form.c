#include "auth/form.h"

#include <string.h>

#include "base/number.h"
#include "base/percent.h"
#include "crypto/base64url.h"
#include "crypto/digest.h"

void tr_form_encode(tr_buf *out, tr_slice value)
{
    tr_percent_encode(out, value, TR_PERCENT_UNRESERVED);
}

void tr_form_add(tr_buf *out, const char *name, tr_slice value)
{
    if (out->size != 0 && out->data[out->size - 1] != '?')
        tr_buf_append(out, "&", 1);
    tr_buf_printf(out, "%s=", name);
    tr_form_encode(out, value);
}

void tr_form_add_basic(tr_buf *out, tr_slice name, tr_slice secret)
{
    tr_buf pair = {0};
    tr_form_encode(&pair, name);
    tr_buf_append(&pair, ":", 1);
    tr_form_encode(&pair, secret);
    tr_buf_printf(out, "Basic ");
    size_t start = out->size;
    tr_base64url_write(out, pair.data, pair.size);
    for (size_t i = start; i < out->size; i++)
        out->data[i] = out->data[i] == '-' ? '+' : out->data[i] == '_' ? '/' : out->data[i];
    while ((out->size - start) % 4 != 0)
        tr_buf_append(out, "=", 1);
    tr_secret_wipe(pair.data, pair.size);
    tr_buf_done(&pair);
}

static bool is_own_machine(tr_slice rest)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = strlen(names[i]);
        if (tr_slice_begins(rest, names[i]) &&
            (rest.size == size || strchr(":/?", rest.data[size]) != NULL))
            return true;
    }
    return false;
}

bool tr_auth_url_is_safe(tr_slice url)
{
    if (url.size > TR_AUTH_URL_CAP_BYTES)
        return false;
    for (uint32_t i = 0; i < url.size; i++)
        if ((unsigned char)url.data[i] <= ' ' || (unsigned char)url.data[i] >= 0x7f ||
            strchr("\"\\<>^`{|}#", url.data[i]) != NULL)
            return false;
    // What stands before an @ is no host, though it looks like one.
    const char *slash = url.size > 8 ? memchr(url.data + 8, '/', url.size - 8) : NULL;
    size_t host = slash != NULL ? (size_t)(slash - url.data) : url.size;
    if (url.size == 0 || memchr(url.data, '@', host) != NULL)
        return false;
    if (tr_slice_begins(url, "https://"))
        return url.size > 8 && url.data[8] != '/';
    return tr_slice_begins(url, "http://") &&
           is_own_machine((tr_slice){url.data + 7, url.size - 7});
}
