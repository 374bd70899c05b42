#include "gateway/painted_page.h"

#include <string.h>

#include "base/html.h"

// In the file's order.
static const char language[] = "<html lang=\"";
static const char title[] = "<title>";
static const char title_end[] = "</title>";
static const char boot_end[] = "aria-label=\"Loading\"></div>";

static void put(tr_buf *out, const char *html)
{
    tr_buf_append(out, html, strlen(html));
}

static void put_text(tr_buf *out, tr_slice text)
{
    tr_html_put_text(out, text, SIZE_MAX);
}

static tr_slice behind(tr_slice text, size_t size)
{
    return (tr_slice){text.data + size, text.size - (uint32_t)size};
}

// Where `text` ends in the rest of the file; 0: it is not there.
static size_t end_of(tr_slice rest, const char *text)
{
    size_t size = strlen(text);
    const char *at = rest.size != 0 ? memmem(rest.data, rest.size, text, size) : NULL;
    return at != NULL ? (size_t)(at - rest.data) + size : 0;
}

// Copies the file up to and with that text. False, and nothing done: it has none.
static bool copy_with(tr_slice *rest, const char *text, tr_buf *out)
{
    size_t size = end_of(*rest, text);
    tr_buf_append(out, rest->data, size);
    *rest = behind(*rest, size);
    return size != 0;
}

// What stands before that text is left out.
static void skip_to(tr_slice *rest, const char *text)
{
    size_t size = end_of(*rest, text);
    if (size != 0)
        *rest = behind(*rest, size - strlen(text));
}

static void put_language(const tr_painted *self, tr_slice *rest, tr_buf *out)
{
    if (!copy_with(rest, language, out))
        return;
    if (self->language.size != 0) {
        skip_to(rest, "\"");
        put_text(out, self->language);
    }
    if (!self->is_rtl)
        return;
    (void)copy_with(rest, "\"", out);
    put(out, " dir=\"rtl\"");
}

static void put_meta(tr_buf *out, const char *begin, tr_slice text)
{
    if (text.size == 0)
        return;
    put(out, begin);
    put_text(out, text);
    put(out, "\" />");
}

static void put_file(tr_buf *out, const char *begin, const char *name, const char *end)
{
    if (name == NULL)
        return;
    put(out, begin);
    put(out, name);
    put(out, end);
}

static void put_head(const tr_painted *self, const tr_painted_files *files, tr_slice *rest,
                     tr_buf *out)
{
    if (self->title.size != 0 && copy_with(rest, title, out)) {
        skip_to(rest, title_end);
        put_text(out, self->title);
    }
    if (!copy_with(rest, title_end, out))
        return;
    put_meta(out, "<meta name=\"description\" content=\"", self->summary);
    put_meta(out, "<meta property=\"og:title\" content=\"", self->title);
    put_meta(out, "<meta property=\"og:description\" content=\"", self->summary);
    put(out, "<meta property=\"og:type\" content=\"website\" />");
    put_file(out, "<link rel=\"stylesheet\" href=\"", files->style, "\" />");
    put_file(out, "<script type=\"module\" src=\"", files->script, "\"></script>");
}

void tr_painted_page_write(const tr_painted *self, const tr_painted_files *files, tr_slice file,
                           tr_buf *out)
{
    put_language(self, &file, out);
    put_head(self, files, &file, out);
    if (self->html.size != 0 && copy_with(&file, boot_end, out)) {
        put(out, "<main class=\"t-paint\">");
        tr_buf_append(out, self->html.data, self->html.size);
        put(out, "</main>");
    }
    tr_buf_append(out, file.data, file.size);
}
