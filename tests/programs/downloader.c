// Gives files away as it is told, and shows their URLs: for tests/stories/downloads*.c.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>
#include <unistd.h>

struct pattern {
    uint64_t size; // bytes in all
    uint64_t fails_at;
};

// Byte N is N modulo 251; the state counts down, so that a piece that is asked twice would show.
TR_SOURCE(downloader_pattern)
{
    struct pattern *left = tr_piece_state(piece, sizeof *left);
    if (left == NULL || piece->offset + 1 > left->fails_at)
        return TR_EUNAVAILABLE;
    size_t size = left->size < piece->cap ? (size_t)left->size : piece->cap;
    for (size_t i = 0; i < size; i++)
        piece->bytes[i] = (char)((piece->offset + i) % 251);
    left->size -= size;
    return (int64_t)size;
}

TR_SOURCE(downloader_greedy)
{
    return (int64_t)piece->cap + 1;
}

static void show(tr_event *ev, int result, const char *url)
{
    ui_set_text(ev, "url", result == 0 ? url : tr_err_name(result));
}

// What the page's field says: a number, a path or a name.
static const char *wanted(tr_event *ev, char out[2048])
{
    ui_get_text(ev, "name", "value", out, 2048);
    return out;
}

TR_ASYNC(downloader_bytes)
{
    char name[2048];
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    show(
        ev,
        tr_download_url(ev, url, wanted(ev, name), "text/plain", .bytes = "0123456789", .size = 10),
        url);
}

TR_SYNC(downloader_sync)
{
    char name[2048];
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    show(ev, tr_download_url(ev, url, wanted(ev, name), NULL, .bytes = "sync", .size = 4), url);
}

TR_ASYNC(downloader_file)
{
    char path[2048];
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    show(ev, tr_download_url(ev, url, "file.bin", NULL, .file = wanted(ev, path)), url);
}

static void give_pattern(tr_event *ev, struct pattern pattern, uint64_t length)
{
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    show(ev,
         tr_download_url(ev, url, "pattern", NULL, .source = downloader_pattern,
                         TR_SOURCE_STATE(&pattern), .length = length),
         url);
}

static uint64_t number(tr_event *ev)
{
    char text[2048];
    return strtoull(wanted(ev, text), NULL, 10);
}

TR_ASYNC(downloader_source)
{
    give_pattern(ev, (struct pattern){number(ev), UINT64_MAX}, 0);
}
TR_ASYNC(downloader_sized)
{
    give_pattern(ev, (struct pattern){number(ev), UINT64_MAX}, number(ev));
}
TR_ASYNC(downloader_short)
{
    give_pattern(ev, (struct pattern){number(ev) / 2, UINT64_MAX}, number(ev));
}
TR_ASYNC(downloader_failing)
{
    give_pattern(ev, (struct pattern){UINT64_MAX, number(ev)}, 0);
}
TR_ASYNC(downloader_too_many)
{
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    show(ev, tr_download_url(ev, url, "greedy", NULL, .source = downloader_greedy), url);
}

TR_ASYNC(downloader_brief)
{
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    show(ev, tr_download_url(ev, url, "brief", NULL, .bytes = "x", .size = 1, .expires_s = 1), url);
}

TR_ASYNC(downloader_bad_type)
{
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    show(ev,
         tr_download_url(ev, url, "x", "text/plain\r\nSet-Cookie: a=b", .bytes = "x", .size = 1),
         url);
}

TR_ASYNC(downloader_told)
{
    ui_set_textf(ev, "told", "told: %d",
                 tr_download(ev, "told.txt", "text/plain", .bytes = "told", .size = 4));
}

TR_ASYNC(downloader_cancel)
{
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    ui_get_text(ev, "url", "value", url, sizeof url);
    ui_set_textf(ev, "told", "cancel: %d", tr_download_cancel(ev, url));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text_field("Name", .key = "name"));
    ui_add(page, ui_row(UI(ui_button("Bytes", .on_click = downloader_bytes),
                           ui_button("Sync", .on_click = downloader_sync),
                           ui_button("File", .on_click = downloader_file),
                           ui_button("Source", .on_click = downloader_source),
                           ui_button("Sized", .on_click = downloader_sized),
                           ui_button("Short", .on_click = downloader_short),
                           ui_button("Failing", .on_click = downloader_failing),
                           ui_button("Too many", .on_click = downloader_too_many),
                           ui_button("Brief", .on_click = downloader_brief),
                           ui_button("Bad type", .on_click = downloader_bad_type),
                           ui_button("Told", .on_click = downloader_told),
                           ui_button("Cancel", .on_click = downloader_cancel))));
    ui_add(page, ui_text("", .key = "url", .tooltip = "URL"));
    ui_add(page, ui_text("", .key = "told", .tooltip = "Told"));
    ui_add(page, ui_text(ui_format("pid %d", (int)getpid()), .tooltip = "Pid"));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Downloader", .build = build});
}
