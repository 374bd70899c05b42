// Makes upload URLs as it is told, shows them, and what it hears of them: for tests/stories/uploads*.c.

#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

TR_ASYNC(uploader_heard)
{
    static const char *const states[] = {"running", "stored", "failed"};
    tr_upload upload = tr_upload_of(ev);
    ui_set_textf(ev, "heard", "%s %llu: %llu of %llu %s%s", states[upload.state],
                 (unsigned long long)upload.tag, (unsigned long long)upload.received,
                 (unsigned long long)upload.size, upload.path, upload.error);
    double count = ui_get_number(ev, "counts", "data", 0);
    ui_set_number(ev, "counts", "data", count + 1);
    ui_set_textf(ev, "counts", "%.0f heard", count + 1);
}

static void make(tr_event *ev, uint64_t size_max, unsigned expires_s, bool replaces)
{
    char name[2048];
    char url[TR_UPLOAD_URL_CAP_BYTES];
    ui_get_text(ev, "name", "value", name, sizeof name);
    int result =
        tr_upload_url(ev, url, .file_name = name, .size_max = size_max, .expires_s = expires_s,
                      .replaces = replaces, .tag = UINT64_MAX - 1, .on_upload = uploader_heard);
    ui_set_text(ev, "url", result == 0 ? url : tr_err_name(result));
}

TR_ASYNC(uploader_make)
{
    make(ev, 0, 0, false);
}
TR_SYNC(uploader_make_sync)
{
    make(ev, 0, 0, false);
}
TR_ASYNC(uploader_make_small)
{
    make(ev, 10, 0, false);
}
TR_ASYNC(uploader_make_short)
{
    make(ev, 0, 1, false);
}
TR_ASYNC(uploader_make_replacing)
{
    make(ev, 0, 0, true);
}

TR_ASYNC(uploader_cancel)
{
    char url[TR_UPLOAD_URL_CAP_BYTES];
    ui_get_text(ev, "url", "value", url, sizeof url);
    ui_set_textf(ev, "cancelled", "cancel: %d", tr_upload_cancel(ev, url));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Name", .key = "name"));
    ui_add(page, ui_row(UI(ui_button("Make", .on_click = uploader_make),
                           ui_button("Make in a sync handler", .on_click = uploader_make_sync),
                           ui_button("Make small", .on_click = uploader_make_small),
                           ui_button("Make short", .on_click = uploader_make_short),
                           ui_button("Make replacing", .on_click = uploader_make_replacing),
                           ui_button("Cancel", .on_click = uploader_cancel))));
    ui_add(page, ui_text("", .key = "url", .tooltip = "URL"));
    ui_add(page, ui_text("", .key = "heard", .tooltip = "Heard"));
    ui_add(page, ui_text("0 heard", .key = "counts", .tooltip = "Counts"));
    ui_add(page, ui_text("", .key = "cancelled", .tooltip = "Cancelled"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Uploader", .build = build});
}
