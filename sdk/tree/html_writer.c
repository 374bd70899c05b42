#include "sdk/tree/html_writer.h"

#include <string.h>

#include "base/html.h"
#include "sdk/tree/html.h"
#include "sdk/tree/html_address.h"

static void put(tr_html_writer *self, const char *html)
{
    tr_buf_append(self->out, html, strlen(html));
}

bool tr_html_is_full(const tr_html_writer *self)
{
    return self->out->size >= self->cap;
}

static tr_html_element now(const tr_html_writer *self)
{
    return (tr_html_element){.before = self->out->size,
                             .start = self->start,
                             .is_inline = self->is_inline,
                             .is_action = self->is_action,
                             .is_prose = self->is_prose};
}

tr_html_element tr_html_open(tr_html_writer *self, const char *tag, bool is_inline)
{
    tr_html_element element = now(self);
    put(self, tag);
    self->start = self->out->size;
    self->is_inline = self->is_inline || is_inline;
    return element;
}

void tr_html_close(tr_html_writer *self, const tr_html_element *element, const char *tag)
{
    if (self->out->size == self->start)
        self->out->size = element->before;
    else
        put(self, tag);
    self->start = element->start;
    self->is_inline = element->is_inline;
    self->is_action = element->is_action;
    self->is_prose = element->is_prose;
}

static bool ends_with_space(const tr_buf *self)
{
    return self->size != 0 && strchr(" \n", self->data[self->size - 1]) != NULL;
}

static void separate(tr_html_writer *self)
{
    if (!self->is_within && self->out->size != self->start && !ends_with_space(self->out))
        put(self, " ");
}

bool tr_html_begin_run(tr_html_writer *self)
{
    bool is_outer = self->is_run;
    self->is_run = true;
    return is_outer;
}

void tr_html_end_run(tr_html_writer *self, bool is_outer)
{
    self->is_run = is_outer;
    self->is_within = self->is_within && is_outer;
}

static bool is_space(char letter)
{
    return letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
}

// A half word says nothing; a text without spaces is one of another script.
static void cut_word(tr_buf *self)
{
    const void *space = memrchr(self->data, ' ', self->size);
    if (space != NULL)
        self->size = (size_t)((const uint8_t *)space - self->data);
}

// One line of text, without what is markup elsewhere: the gateway escapes it.
static void note_summary(tr_html_writer *self, tr_slice text)
{
    tr_buf *summary = self->summary;
    if (!self->is_prose || self->is_action || self->has_summary)
        return;
    if (!self->is_within && summary->size != 0 && !ends_with_space(summary))
        tr_buf_append(summary, " ", 1);
    for (uint32_t i = 0; i < text.size; i++) {
        bool is_first = ((unsigned char)text.data[i] & 0xC0) != 0x80;
        if (is_first && summary->size + 4 > TR_HTML_SUMMARY_CAP_BYTES) {
            cut_word(summary);
            self->has_summary = true;
            return;
        }
        if (!is_space(text.data[i]))
            tr_buf_append(summary, &text.data[i], 1);
        else if (summary->size != 0 && !ends_with_space(summary))
            tr_buf_append(summary, " ", 1);
    }
}

static bool is_blank(tr_slice text)
{
    for (uint32_t i = 0; i < text.size; i++)
        if (!is_space(text.data[i]))
            return false;
    return true;
}

void tr_html_text(tr_html_writer *self, tr_slice text)
{
    if (tr_html_is_full(self) || (is_blank(text) && !self->is_within))
        return;
    separate(self);
    tr_html_put_text(self->out, text, self->cap);
    note_summary(self, text);
    self->is_within = self->is_run;
}

void tr_html_paragraph(tr_html_writer *self, tr_slice text)
{
    if (self->is_inline) {
        tr_html_text(self, text);
        return;
    }
    tr_html_element element = tr_html_open(self, "<p>", true);
    self->is_prose = true;
    tr_html_text(self, text);
    tr_html_close(self, &element, "</p>");
}

tr_html_element tr_html_open_link(tr_html_writer *self, tr_slice address)
{
    if (self->is_inline)
        separate(self);
    tr_html_element element = now(self);
    put(self, "<a href=\"");
    tr_html_put_text(self->out, address, SIZE_MAX); // half of it would lead elsewhere
    put(self, "\">");
    self->start = self->out->size;
    self->is_inline = self->is_action = true;
    return element;
}

void tr_html_picture(tr_html_writer *self, tr_slice address, tr_slice says)
{
    tr_slice file;
    if (tr_html_is_full(self) || !tr_html_is_file(address, &file)) {
        tr_html_paragraph(self, says);
        return;
    }
    separate(self);
    put(self, "<img src=\"");
    tr_html_put_text(self->out, file, SIZE_MAX);
    put(self, "\" alt=\"");
    tr_html_put_text(self->out, says, self->cap);
    put(self, "\">");
    self->is_within = self->is_run;
}
