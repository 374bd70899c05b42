#include "sdk/tree/html_address.h"

#include <string.h>

#include "base/number.h"

enum { FILE_CAP_BYTES = 1024 };

// "https" of "https://…"; empty: it has none.
static tr_slice scheme_of(tr_slice address)
{
    for (uint32_t i = 0; i < address.size; i++)
        if (strchr(":/?#\\", address.data[i]) != NULL)
            return (tr_slice){address.data, address.data[i] == ':' ? i : 0};
    return (tr_slice){0};
}

// A browser takes spaces and line breaks out before it looks at the scheme.
static bool is_plain(tr_slice address)
{
    for (uint32_t i = 0; i < address.size; i++)
        if ((unsigned char)address.data[i] <= ' ' || address.data[i] == 0x7f)
            return false;
    return address.size != 0;
}

static bool is_one_of(tr_slice scheme, const char *const *names)
{
    for (; *names != NULL; names++)
        if (scheme.size == strlen(*names) &&
            tr_compare_caseless_n(scheme.data, *names, scheme.size) == 0)
            return true;
    return false;
}

bool tr_html_is_link(tr_slice address)
{
    static const char *const schemes[] = {"http", "https", "mailto", "tel", "sms", "geo", NULL};
    if (!is_plain(address))
        return false;
    tr_slice scheme = scheme_of(address);
    bool has_colon = scheme.size != 0 || address.data[0] == ':';
    return !has_colon || is_one_of(scheme, schemes);
}

bool tr_html_is_file(tr_slice address, tr_slice *out)
{
    static const char *const schemes[] = {"http", "https", NULL};
    // Without a dot it is no name of a file and no host: a picture's bytes in base64.
    if (!is_plain(address) || address.size > FILE_CAP_BYTES ||
        memchr(address.data, '.', address.size) == NULL)
        return false;
    tr_slice scheme = scheme_of(address);
    if (scheme.size != 0 ? !is_one_of(scheme, schemes) : address.data[0] == ':')
        return false;
    // Assets may be written from the root on, which means the app's.
    bool is_rooted = address.data[0] == '/' && (address.size == 1 || address.data[1] != '/');
    *out = (tr_slice){address.data + is_rooted, address.size - is_rooted};
    return out->size != 0;
}
