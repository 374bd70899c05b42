#include "gateway/http_call.h"

#include "base/mem.h"

void tr_http_call_free(tr_http_call **self)
{
    if (*self == NULL)
        return;
    tr_buf_done(&(*self)->path);
    tr_buf_done(&(*self)->query);
    tr_buf_done(&(*self)->headers);
    tr_buf_done(&(*self)->body);
    tr_free(*self);
    *self = NULL;
}
