#include "fuzz.h"

#include <string.h>

#include "base/must.h"
#include "sdk/tree/html_writer.h"

enum { CAP = 4096, SLACK = 64 << 10 };

static const char *const tags[] = {
    "<h1>",   "<h2>",  "<h3>",  "<h4>",  "<h5>",  "<h6>",       "<p>",         "<pre>", "<ul>",
    "<ol>",   "<li>",  "</h1>", "</h2>", "</h3>", "</h4>",      "</h5>",       "</h6>", "</p>",
    "</pre>", "</ul>", "</ol>", "</li>", "</a>",  "<a href=\"", "<img src=\"",
};

static const char *const never[] = {
    "href=\"javascript:", "href=\"data:", "src=\"javascript:", "src=\"data:"};

static bool is_ours(const char *at)
{
    for (unsigned i = 0; i < sizeof tags / sizeof *tags; i++)
        if (strncmp(at, tags[i], strlen(tags[i])) == 0)
            return true;
    return false;
}

// Whatever people write, the markup is ours, each element that is opened is closed, and no more is written than was
// asked for, but for the last address and the ends of what is open.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tr_buf out = {0};
    tr_buf summary = {0};
    tr_html_writer writer = {.out = &out, .summary = &summary, .cap = CAP};
    tr_html_markdown(&writer, (tr_slice){(const char *)data, (uint32_t)size});
    const char *html = tr_buf_text(&out);
    int depth = 0;
    for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
        tr_must(is_ours(at));
        depth += at[1] == '/' ? -1 : strncmp(at, "<img", 4) != 0;
        tr_must(depth >= 0);
    }
    tr_must(depth == 0);
    for (unsigned i = 0; i < sizeof never / sizeof *never; i++)
        tr_must(strstr(html, never[i]) == NULL);
    tr_must(out.size < CAP + SLACK);
    tr_buf_done(&out);
    tr_buf_done(&summary);
    return 0;
}
