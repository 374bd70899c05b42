// says: tr_handler
#include <troupe/troupe.h>

static void work(tr_event *ev)
{
    (void)ev;
}

TR_ASYNC(begin)
{
    char url[TR_UPLOAD_URL_CAP_BYTES];
    tr_upload_url(ev, url, .file_name = "a", .on_upload = work);
}
