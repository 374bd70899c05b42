// The functions of troupe/pages/page_info.h.

#include "troupe/pages/page_info.h"

#include <string.h>

#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "troupe/pages/page.h"
#include "wire/writer.h"

enum { LOGIN_TEXTS_CAP_BYTES = 1024 };

double tr_page_width(tr_event *ev)
{
    return ui_get_number(ev, NULL, "width", 0);
}

double tr_page_height(tr_event *ev)
{
    return ui_get_number(ev, NULL, "height", 0);
}

// A part of the page's media map; its texts lie in `storage`.
static tr_value media_part(tr_event *ev, const char *name, tr_buf *storage)
{
    tr_change change = {.what = TR_CHANGE_GET, .is_page = true, .property = TR_SLICE("media")};
    if (tr_submit(ev, &change, storage) < 0)
        return TR_NIL;
    tr_reader part = tr_reader_find(tr_buf_slice(storage), name);
    return tr_value_read(&part);
}

double tr_page_pixel_ratio(tr_event *ev)
{
    tr_buf storage = {0};
    double ratio = tr_value_as_number(media_part(ev, "device_pixel_ratio", &storage), 1);
    tr_buf_done(&storage);
    return ratio;
}

bool tr_page_is_portrait(tr_event *ev)
{
    tr_buf storage = {0};
    tr_value value = media_part(ev, "orientation", &storage);
    bool is_portrait = value.kind == TR_VALUE_TEXT && tr_slice_is(value.slice, "portrait");
    tr_buf_done(&storage);
    return is_portrait;
}

bool tr_page_is_dark(tr_event *ev)
{
    char mode[16];
    ui_get_text(ev, NULL, "theme_mode", mode, sizeof mode);
    if (strcmp(mode, "dark") != 0 && strcmp(mode, "light") != 0)
        ui_get_text(ev, NULL, "platform_brightness", mode, sizeof mode);
    return strcmp(mode, "dark") == 0;
}

bool tr_page_is_first_paint(tr_event *ev)
{
    TR_GIVEN_OR(ev != NULL, false);
    // What runs on a pool thread belongs to a page that lives on.
    return ev->thread == NULL && ev->session != NULL && ev->session->is_painted;
}

int tr_page_route(tr_event *ev, char *out, size_t size)
{
    return ui_get_text(ev, NULL, "route", out, size);
}

int tr_page_platform(tr_event *ev, char *out, size_t size)
{
    return ui_get_text(ev, NULL, "platform", out, size);
}

int tr_page_client_ip(tr_event *ev, char *out, size_t size)
{
    return ui_get_text(ev, NULL, "client_ip", out, size);
}

int tr_page_user_agent(tr_event *ev, char *out, size_t size)
{
    return ui_get_text(ev, NULL, "client_user_agent", out, size);
}

static int tell(tr_event *ev, const char *event, const tr_buf *data)
{
    tr_change change = {.what = TR_CHANGE_PAGE_EVENT,
                        .is_page = true,
                        .property = tr_slice_of(event),
                        .value = tr_value_bytes(tr_buf_slice(data))};
    return tr_submit(ev, &change, NULL);
}

static void write_text_or_nil(tr_buf *out, const char *text)
{
    if (text != NULL)
        tr_write_text(out, tr_slice_of(text));
    else
        tr_write_nil(out);
}

int tr_logged_in(tr_event *ev, const char *error, const char *description)
{
    size_t size =
        (error != NULL ? strlen(error) : 0) + (description != NULL ? strlen(description) : 0);
    if (size > LOGIN_TEXTS_CAP_BYTES)
        return TR_ETOOBIG;
    tr_buf data = {0};
    tr_write_map(&data, 2);
    tr_write_literal(&data, "error");
    write_text_or_nil(&data, error);
    tr_write_literal(&data, "error_description");
    write_text_or_nil(&data, description);
    int result = tell(ev, "login", &data);
    tr_buf_done(&data);
    return result;
}

int tr_logged_out(tr_event *ev)
{
    return tell(ev, "logout", &(tr_buf){0});
}
