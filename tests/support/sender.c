#include "tests/support/sender.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"

const char *sender_url(browser *page, const char *button, const char *name)
{
    static char url[2048];
    char before[2048];
    snprintf(before, sizeof before, "%s", browser_text(page, "URL"));
    browser_type(page, "Name", name);
    browser_click(page, button);
    eventually(strcmp(browser_text(page, "URL"), before) != 0);
    snprintf(url, sizeof url, "%s", browser_text(page, "URL"));
    return url;
}

unsigned sender_status(int peer)
{
    return raw_status_of(raw_take_head(peer));
}

unsigned sender_request(const char *method, const char *url, const char *more, const void *bytes,
                        size_t size)
{
    char head[4096];
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    int length = snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n", method,
                          url, more);
    raw_put(peer, head, (size_t)length);
    raw_put(peer, bytes, size);
    unsigned status = sender_status(peer);
    close(peer);
    return status;
}

unsigned sender_put(const char *url, const char *more, const void *bytes, size_t size)
{
    char lines[1024];
    snprintf(lines, sizeof lines, "Content-Length: %zu\r\n%s", size, more);
    return sender_request("PUT", url, lines, bytes, size);
}

int sender_begin(const char *url, size_t size)
{
    char head[4096];
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    int length =
        snprintf(head, sizeof head,
                 "PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %zu\r\n\r\n", url, size);
    raw_put(peer, head, (size_t)length);
    return peer;
}

static unsigned count_in(const char *path)
{
    unsigned count = 0;
    DIR *folder = opendir(path);
    for (struct dirent *one; folder != NULL && (one = readdir(folder)) != NULL;)
        count += one->d_name[0] != '.';
    if (folder != NULL)
        closedir(folder);
    return count;
}

unsigned folder_count(const char *folder)
{
    return count_in(folder);
}

unsigned folder_incoming(const char *folder)
{
    char path[256];
    snprintf(path, sizeof path, "%s/.incoming", folder);
    return count_in(path);
}

long folder_size(const char *folder, const char *name)
{
    char path[1024];
    struct stat facts;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &facts) == 0 ? (long)facts.st_size : -1;
}
