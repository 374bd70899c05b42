// Files for bench/files.mjs: each page that opens makes as many URLs as FILES_ROUNDS says, of each kind, and says
// them on the standard output. FILES_FILE is what is downloaded.

#include <stdio.h>
#include <stdlib.h>
#include <troupe/troupe.h>

TR_ASYNC(files_stored)
{
}

// For the load client, which opens a page and wants something to click.
TR_ASYNC(files_add)
{
    char text[32];
    ui_get_text(ev, "count", "value", text, sizeof text);
    ui_set_textf(ev, "count", "%lu", strtoul(text, NULL, 10) + 1);
}

static void say_upload(tr_page *page, unsigned number)
{
    char url[TR_UPLOAD_URL_CAP_BYTES];
    char name[32];
    snprintf(name, sizeof name, "file%u", number);
    if (tr_upload_url(page, url, .file_name = name, .on_upload = files_stored) == 0)
        printf("PUT %s\n", url);
}

static void say_download(tr_page *page, const char *file)
{
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    if (tr_download_url(page, url, "file", NULL, .file = file) == 0)
        printf("GET %s\n", url);
}

static void build(tr_page *page)
{
    const char *rounds = getenv("FILES_ROUNDS");
    const char *file = getenv("FILES_FILE");
    for (unsigned i = 0; rounds != NULL && file != NULL && i < strtoul(rounds, NULL, 10); i++) {
        say_upload(page, i);
        say_download(page, file);
    }
    printf("END\n");
    fflush(stdout);
    ui_add(page, ui_text("0", .key = "count"));
    ui_add(page, ui_button("Add one", .on_click = files_add));
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &(tr_app){.name = "Files", .build = build});
}
