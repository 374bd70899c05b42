// The functions of troupe/pages/object_store.h.

#include "troupe/pages/object_store.h"

#include <string.h>
#include <time.h>

#include "sdk/catalog/misuse.h"
#include "troupe/err.h"
#include "uploads/object_url.h"

enum { EXPIRES_S = 600 };

static bool is_method(const char *method)
{
    static const char *const all[] = {"GET", "PUT", "HEAD", "DELETE"};
    for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i], method) == 0)
            return true;
    return false;
}

int(tr_object_url)(char out[TR_OBJECT_URL_CAP_BYTES], const tr_object_store *store,
                   const tr_object_terms *terms)
{
    TR_GIVEN(out != NULL && store != NULL && terms != NULL && terms->key != NULL);
    out[0] = '\0';
    const char *method = terms->method != NULL ? terms->method : "GET";
    bool is_put = strcmp(method, "PUT") == 0;
    if (store->url == NULL || store->access_key == NULL || store->secret_key == NULL)
        return tr_misuse_refuse(TR_EINVALID,
                                "the store needs a url, an access_key and a secret_key");
    if (!is_method(method) || (terms->size != 0 && !is_put))
        return tr_misuse_refuse(TR_EINVALID,
                                "an object is for GET, PUT, HEAD or DELETE, and a size for PUT");
    tr_object_request request = {.endpoint = store->url,
                                 .region = store->region != NULL ? store->region : "us-east-1",
                                 .access_key = store->access_key,
                                 .secret_key = store->secret_key,
                                 .method = method,
                                 .key = terms->key,
                                 .size = terms->size,
                                 .expires_s = terms->expires_s != 0 ? terms->expires_s : EXPIRES_S,
                                 .now_s = (uint64_t)time(NULL)};
    tr_buf url = {0};
    int result = tr_object_url_write(&request, &url);
    if (result == 0 && url.size >= TR_OBJECT_URL_CAP_BYTES)
        result = TR_ETOOBIG;
    if (result == 0)
        memcpy(out, tr_buf_text(&url), url.size + 1);
    tr_buf_done(&url);
    return result;
}
