#include "uploads/object_url.h"

#include <string.h>
#include <time.h>

#include "base/percent.h"
#include "crypto/digest.h"
#include "crypto/signature.h"
#include "troupe/err.h"

enum { HOST_CAP_BYTES = 512, DATE_BYTES = 9, TIME_BYTES = 17, HEX_BYTES = 2 * TR_DIGEST_BYTES + 1 };

// Where an endpoint's parts are.
typedef struct place {
    const char *scheme;        // "https://"
    char host[HOST_CAP_BYTES]; // with its port, as clients write it into Host
    tr_slice path;             // of the bucket: "" or "/bucket"
} place;

// Browsers name a host in small letters, and no port that is the scheme's own: the signature is of what
// they send.
static int read_host(tr_slice text, const char *port, char out[HOST_CAP_BYTES])
{
    if (text.size == 0 || text.size >= HOST_CAP_BYTES)
        return TR_EINVALID;
    for (uint32_t i = 0; i < text.size; i++)
        out[i] = (char)(text.data[i] >= 'A' && text.data[i] <= 'Z' ? text.data[i] + ('a' - 'A')
                                                                   : text.data[i]);
    out[text.size] = '\0';
    char *colon = strrchr(out, ':');
    bool is_port = colon != NULL && strchr(colon, ']') == NULL;
    if (is_port && (colon[1] == '\0' || strcmp(colon, port) == 0))
        *colon = '\0';
    return *out != '\0' ? 0 : TR_EINVALID;
}

static int read_endpoint(const char *text, place *out)
{
    bool is_secure = strncmp(text, "https://", 8) == 0;
    if ((!is_secure && strncmp(text, "http://", 7) != 0) || strpbrk(text, "?#@ \r\n") != NULL)
        return TR_EINVALID;
    out->scheme = is_secure ? "https://" : "http://";
    const char *at = text + strlen(out->scheme);
    size_t size = strcspn(at, "/");
    size_t left = strlen(at + size);
    while (left != 0 && at[size + left - 1] == '/')
        left--;
    out->path = (tr_slice){at + size, (uint32_t)left};
    return read_host((tr_slice){at, (uint32_t)size}, is_secure ? ":443" : ":80", out->host);
}

// Browsers take "a/../b" for "b", and the signature would be of another address.
static bool is_key(const char *key)
{
    if (*key == '\0' || strlen(key) > TR_OBJECT_KEY_CAP_BYTES)
        return false;
    for (;;) {
        size_t size = strcspn(key, "/");
        if (size == 0 || (size == 1 && *key == '.') || (size == 2 && memcmp(key, "..", 2) == 0))
            return false;
        if (key[size] == '\0')
            return true;
        key += size + 1;
    }
}

static void encode(tr_slice text, bool keeps_slashes, tr_buf *out)
{
    tr_percent_encode(out, text, keeps_slashes ? TR_PERCENT_UNRESERVED "/" : TR_PERCENT_UNRESERVED);
}

static void hex(const uint8_t bytes[TR_DIGEST_BYTES], char out[HEX_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < TR_DIGEST_BYTES; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[HEX_BYTES - 1] = '\0';
}

// -- the four steps --

static void write_query(const tr_object_request *request, const char *scope, const char *time,
                        tr_buf *out)
{
    tr_buf_printf(out, "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=");
    encode(tr_slice_of(request->access_key), false, out);
    encode(TR_SLICE("/"), false, out);
    encode(tr_slice_of(scope), false, out);
    tr_buf_printf(out, "&X-Amz-Date=%s&X-Amz-Expires=%llu&X-Amz-SignedHeaders=%s", time,
                  (unsigned long long)request->expires_s,
                  request->size != 0 ? "content-length%3Bhost" : "host");
}

static void write_canonical(const tr_object_request *request, const place *where, tr_slice path,
                            tr_slice query, tr_buf *out)
{
    tr_buf_printf(out, "%s\n", request->method);
    tr_buf_append(out, path.data, path.size);
    tr_buf_printf(out, "\n");
    tr_buf_append(out, query.data, query.size);
    tr_buf_printf(out, "\n");
    if (request->size != 0)
        tr_buf_printf(out, "content-length:%llu\n", (unsigned long long)request->size);
    tr_buf_printf(out, "host:%s\n\n%s\nUNSIGNED-PAYLOAD", where->host,
                  request->size != 0 ? "content-length;host" : "host");
}

static void sign(const tr_object_request *request, const char *date, tr_slice text,
                 char out[HEX_BYTES])
{
    tr_buf secret = {0};
    uint8_t key[TR_DIGEST_BYTES];
    tr_buf_printf(&secret, "AWS4%s", request->secret_key);
    const tr_slice steps[] = {tr_slice_of(date), tr_slice_of(request->region), TR_SLICE("s3"),
                              TR_SLICE("aws4_request"), text};
    tr_hmac(tr_buf_slice(&secret), steps[0], key);
    for (unsigned i = 1; i < sizeof steps / sizeof *steps; i++)
        tr_hmac((tr_slice){(const char *)key, sizeof key}, steps[i], key);
    hex(key, out);
    tr_secret_wipe(key, sizeof key);
    tr_secret_wipe(secret.data, secret.size);
    tr_buf_done(&secret);
}

static void write_signed(const tr_object_request *request, const place *where, tr_buf *out)
{
    char date[DATE_BYTES];
    char time[TIME_BYTES];
    char digest[HEX_BYTES];
    uint8_t bytes[TR_DIGEST_BYTES];
    struct tm now;
    time_t now_s = (time_t)request->now_s;
    tr_buf path = {0};
    tr_buf scope = {0};
    tr_buf query = {0};
    tr_buf text = {0};
    (void)gmtime_r(&now_s, &now);
    (void)strftime(date, sizeof date, "%Y%m%d", &now);
    (void)strftime(time, sizeof time, "%Y%m%dT%H%M%SZ", &now);
    encode(where->path, true, &path);
    tr_buf_append(&path, "/", 1);
    encode(tr_slice_of(request->key), true, &path);
    tr_buf_printf(&scope, "%s/%s/s3/aws4_request", date, request->region);
    write_query(request, tr_buf_text(&scope), time, &query);
    write_canonical(request, where, tr_buf_slice(&path), tr_buf_slice(&query), &text);
    tr_digest(tr_buf_slice(&text), bytes);
    hex(bytes, digest);
    text.size = 0;
    tr_buf_printf(&text, "AWS4-HMAC-SHA256\n%s\n%s\n%s", time, tr_buf_text(&scope), digest);
    sign(request, date, tr_buf_slice(&text), digest);
    tr_buf_printf(out, "%s%s%s?%s&X-Amz-Signature=%s", where->scheme, where->host,
                  tr_buf_text(&path), tr_buf_text(&query), digest);
    tr_buf_done(&path);
    tr_buf_done(&scope);
    tr_buf_done(&query);
    tr_buf_done(&text);
}

int tr_object_url_write(const tr_object_request *request, tr_buf *out)
{
    place where;
    int result = read_endpoint(request->endpoint, &where);
    bool is_time = request->expires_s != 0 && request->expires_s <= TR_OBJECT_EXPIRES_CAP_S;
    if (result == 0 && (!is_time || !is_key(request->key)))
        result = TR_EINVALID;
    if (result == 0)
        write_signed(request, &where, out);
    return result;
}
