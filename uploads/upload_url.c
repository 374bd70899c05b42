#include "uploads/upload_url.h"

#include <string.h>

#include "base/number.h"
#include "base/percent.h"
#include "troupe/err.h"

// What is signed. The name comes last: whatever is in it, nothing else can be meant.
static void append_signed(const tr_upload_grant *grant, const char *path, tr_buf *out)
{
    tr_buf_printf(out, "%s\n%llu\n%llu\n%s\n%d\n%s", path, (unsigned long long)grant->expires_s,
                  (unsigned long long)grant->size_max, grant->token, grant->replaces, grant->name);
}

void tr_upload_url_write(const tr_upload_grant *grant, const tr_upload_settings *settings,
                         tr_buf *out)
{
    char signature[TR_SIGNATURE_TEXT_BYTES + 1];
    tr_buf text = {0};
    append_signed(grant, settings->path, &text);
    tr_sign(&settings->key, tr_buf_slice(&text), signature);
    tr_buf_done(&text);
    tr_buf_printf(out, "%s?f=", settings->path);
    tr_percent_encode(out, tr_slice_of(grant->name), TR_PERCENT_UNRESERVED);
    tr_buf_printf(out, "&e=%llu", (unsigned long long)grant->expires_s);
    if (grant->size_max != TR_UPLOAD_NO_LIMIT)
        tr_buf_printf(out, "&m=%llu", (unsigned long long)grant->size_max);
    tr_buf_printf(out, "&t=%s%s&s=%s", grant->token, grant->replaces ? "&r=1" : "", signature);
}

static int read_name(tr_slice text, tr_upload_grant *out)
{
    if (text.size > TR_FILE_NAME_CAP_BYTES || !tr_file_name_is_safe(text))
        return TR_EMALFORMED;
    memcpy(out->name, text.data, text.size);
    return 0;
}

static int read_token(tr_slice text, tr_upload_grant *out)
{
    if (tr_session_id_shard(text) < 0)
        return TR_EMALFORMED;
    memcpy(out->token, text.data, TR_SESSION_ID_SIZE);
    return 0;
}

// One "x=VALUE"; what it is not known by is passed over: a proxy may have added it.
static int read_part(tr_slice part, unsigned *seen, tr_upload_grant *out, tr_slice *signature)
{
    static const char names[] = "femtrs";
    const char *name = part.size >= 2 && part.data[1] == '=' && part.data[0] != '\0'
                           ? strchr(names, part.data[0])
                           : NULL;
    if (name == NULL)
        return 0;
    unsigned bit = 1u << (name - names);
    tr_slice value = {part.data + 2, part.size - 2};
    if ((*seen & bit) != 0)
        return TR_EMALFORMED;
    *seen |= bit;
    switch (*name) {
    case 'f':
        return read_name(value, out);
    case 'e':
        return tr_digits_parse(value, &out->expires_s) ? 0 : TR_EMALFORMED;
    case 'm':
        return tr_digits_parse(value, &out->size_max) ? 0 : TR_EMALFORMED;
    case 't':
        return read_token(value, out);
    case 'r':
        out->replaces = tr_slice_is(value, "1");
        return out->replaces ? 0 : TR_EMALFORMED;
    default:
        *signature = value;
        return 0;
    }
}

int tr_upload_url_read(const tr_slice *parts, unsigned count, const tr_upload_settings *settings,
                       tr_upload_grant *out)
{
    enum { NEEDED = 1 | 2 | 8 | 32 }; // f, e, t, s
    tr_upload_grant grant = {.size_max = TR_UPLOAD_NO_LIMIT};
    tr_slice signature = {0};
    unsigned seen = 0;
    for (unsigned i = 0; i < count; i++) {
        int result = read_part(parts[i], &seen, &grant, &signature);
        if (result < 0)
            return result;
    }
    if ((seen & NEEDED) != NEEDED)
        return TR_EMALFORMED;
    tr_buf text = {0};
    append_signed(&grant, settings->path, &text);
    bool is_right = tr_signature_is(&settings->key, tr_buf_slice(&text), signature);
    tr_buf_done(&text);
    if (!is_right)
        return TR_EREFUSED;
    *out = grant;
    return 0;
}

tr_slice tr_upload_url_token(tr_slice url)
{
    const char *at = url.size != 0 ? memmem(url.data, url.size, "&t=", 3) : NULL;
    size_t left = at != NULL ? url.size - (size_t)(at + 3 - url.data) : 0;
    if (left < TR_SESSION_ID_SIZE)
        return (tr_slice){0};
    tr_slice token = {at + 3, TR_SESSION_ID_SIZE};
    return tr_session_id_shard(token) >= 0 ? token : (tr_slice){0};
}
