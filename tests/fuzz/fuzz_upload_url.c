#include "fuzz.h"

#include <string.h>

#include "base/must.h"
#include "gateway/chunked.h"
#include "uploads/upload_url.h"

// A query as it comes: parts with zero bytes between them. A URL that is taken for signed says
// exactly what was signed; a name that is taken is safe.
static void read_query(const uint8_t *data, size_t size)
{
    enum { PARTS_CAP = 16 };
    tr_slice parts[PARTS_CAP];
    unsigned count = 0;
    tr_upload_settings settings = {.path = "/upload"};
    tr_upload_grant grant;
    tr_signing_key_derive(TR_SLICE("fuzz"), "fuzz", &settings.key);
    while (size != 0 && count < PARTS_CAP) {
        const uint8_t *end = memchr(data, 0, size);
        size_t length = end != NULL ? (size_t)(end - data) : size;
        parts[count++] = (tr_slice){(const char *)data, (uint32_t)length};
        size_t used = length + (end != NULL);
        data += used;
        size -= used;
    }
    if (tr_upload_url_read(parts, count, &settings, &grant) == 0)
        tr_must(tr_file_name_is_safe(tr_slice_of(grant.name)));
}

static void make_name(const uint8_t *data, size_t size)
{
    char name[TR_FILE_NAME_CAP_BYTES + 1];
    tr_file_name_make((tr_slice){(const char *)data, (uint32_t)size}, name);
    tr_must(strlen(name) != 0 && strpbrk(name, "/\\") == NULL && name[0] != '.');
    tr_must(tr_file_name_is_safe(tr_slice_of(name)));
}

static void take_chunks(const uint8_t *data, size_t size)
{
    tr_chunked chunked = {0};
    tr_slice in = {(const char *)data, (uint32_t)size};
    tr_slice piece;
    size_t taken = 0;
    while (tr_chunked_next(&chunked, &in, &piece) == TR_CHUNKED_PIECE) {
        tr_must(piece.size != 0);
        taken += piece.size;
    }
    tr_must(taken + in.size <= size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_query(data, size);
    make_name(data, size);
    take_chunks(data, size);
    return 0;
}
