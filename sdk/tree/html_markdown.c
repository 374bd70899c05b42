// Markdown as HTML: headings, lists, code, paragraphs, links and pictures. What else there is stays
// as it was written.

#include <string.h>

#include "base/html.h"
#include "sdk/tree/html_address.h"
#include "sdk/tree/html_writer.h"

// What a link says and where it leads are looked for so far and no farther: each of a million brackets may begin one.
enum { HEADING_LEVELS = 6, ADDRESS_CAP_BYTES = 4096, SAYS_CAP_BYTES = 1024 };

typedef struct document {
    tr_html_writer *writer;
    tr_html_element block;
    const char *end;  // of the block that is open; NULL: none
    const char *kind; // its start tag
    tr_html_element item;
    bool has_item;
} document;

static tr_slice from(tr_slice text, uint32_t at)
{
    return (tr_slice){text.data + at, text.size - at};
}

static tr_slice first(tr_slice text, uint32_t size)
{
    return (tr_slice){text.data, text.size < size ? text.size : size};
}

static bool begins(tr_slice text, const char *with)
{
    size_t size = strlen(with);
    return text.size >= size && memcmp(text.data, with, size) == 0;
}

// -- within a line --

static uint32_t find(tr_slice text, uint32_t at, char letter)
{
    const char *found = at < text.size ? memchr(text.data + at, letter, text.size - at) : NULL;
    return found != NULL ? (uint32_t)(found - text.data) : text.size;
}

// "[says](address)" at the beginning: its size; 0: it is none.
static uint32_t read_link(tr_slice text, tr_slice *says, tr_slice *address)
{
    uint32_t middle = find(first(text, SAYS_CAP_BYTES), 0, ']');
    if (!begins(from(text, middle), "]("))
        return 0;
    tr_slice link = first(text, middle + ADDRESS_CAP_BYTES);
    uint32_t end = find(link, middle, ')');
    if (end == link.size)
        return 0;
    *says = (tr_slice){text.data + 1, middle - 1};
    *address = (tr_slice){text.data + middle + 2, end - middle - 2};
    address->size = find(*address, 0, ' '); // without a title
    return end + 1;
}

static void write_link(tr_html_writer *writer, tr_slice says, tr_slice address)
{
    if (writer->is_action || !tr_html_is_link(address)) {
        tr_html_text(writer, says);
        return;
    }
    tr_html_element link = tr_html_open_link(writer, address);
    tr_html_text(writer, says);
    tr_html_close(writer, &link, "</a>");
}

static bool is_punctuation(char letter)
{
    return letter != '\0' && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", letter) != NULL;
}

// What stands for emphasis and code, or for the letter behind it.
static uint32_t mark_size(tr_slice text)
{
    if (begins(text, "**") || begins(text, "__") || begins(text, "~~"))
        return 2;
    bool is_escape = text.size > 1 && text.data[0] == '\\' && is_punctuation(text.data[1]);
    return is_escape || text.data[0] == '`' ? 1 : 0;
}

static void flush(tr_html_writer *writer, tr_buf *words)
{
    tr_html_text(writer, tr_buf_slice(words));
    words->size = 0;
}

static void write_line(tr_html_writer *writer, tr_slice line)
{
    tr_buf words = {0};
    bool is_outer = tr_html_begin_run(writer);
    for (uint32_t at = 0; at < line.size && !tr_html_is_full(writer);) {
        tr_slice rest = from(line, at);
        tr_slice says, address;
        bool is_picture = begins(rest, "![");
        uint32_t size = is_picture || rest.data[0] == '['
                            ? read_link(from(rest, is_picture), &says, &address)
                            : 0;
        uint32_t mark = mark_size(rest);
        if (size != 0) {
            flush(writer, &words);
            if (is_picture)
                tr_html_picture(writer, address, says);
            else
                write_link(writer, says, address);
            at += size + is_picture;
        } else if (mark != 0) {
            at += mark;
            if (rest.data[0] == '\\')
                tr_buf_append(&words, line.data + at++, 1);
        } else {
            tr_buf_append(&words, rest.data, 1);
            at++;
        }
    }
    flush(writer, &words);
    tr_html_end_run(writer, is_outer);
    tr_buf_done(&words);
}

// -- blocks --

static void end_item(document *self)
{
    if (self->has_item)
        tr_html_close(self->writer, &self->item, "</li>");
    self->has_item = false;
}

static void end_block(document *self)
{
    end_item(self);
    if (self->end != NULL)
        tr_html_close(self->writer, &self->block, self->end);
    self->end = self->kind = NULL;
}

// Goes on with a block of that kind, or begins one.
static void in_block(document *self, const char *kind, const char *end, bool is_inline)
{
    if (self->kind == kind)
        return;
    end_block(self);
    self->block = tr_html_open(self->writer, kind, is_inline);
    self->kind = kind;
    self->end = end;
}

static const char paragraph[] = "<p>";
static const char code[] = "<pre>";
static const char bullets[] = "<ul>";
static const char numbers[] = "<ol>";

static void write_heading(document *self, uint32_t level, tr_slice line)
{
    static const char *const tags[HEADING_LEVELS][2] = {{"<h1>", "</h1>"}, {"<h2>", "</h2>"},
                                                        {"<h3>", "</h3>"}, {"<h4>", "</h4>"},
                                                        {"<h5>", "</h5>"}, {"<h6>", "</h6>"}};
    end_block(self);
    in_block(self, tags[level - 1][0], tags[level - 1][1], true);
    write_line(self->writer, line);
    end_block(self);
}

static void write_item(document *self, bool is_number, tr_slice line)
{
    in_block(self, is_number ? numbers : bullets, is_number ? "</ol>" : "</ul>", false);
    end_item(self);
    self->item = tr_html_open(self->writer, "<li>", true);
    self->has_item = true;
    write_line(self->writer, line);
}

static void write_prose(document *self, tr_slice line)
{
    if (!self->has_item) {
        in_block(self, paragraph, "</p>", true);
        self->writer->is_prose = true;
    }
    write_line(self->writer, line);
}

// "# ", "- ", "1. ": how long it is; 0: the line has none.
static uint32_t heading_of(tr_slice line)
{
    uint32_t level = 0;
    while (level < line.size && line.data[level] == '#')
        level++;
    bool is_one = level != 0 && level <= HEADING_LEVELS && level < line.size;
    return is_one && line.data[level] == ' ' ? level : 0;
}

static uint32_t bullet_of(tr_slice line, bool *is_number)
{
    uint32_t digits = 0;
    while (digits < line.size && line.data[digits] >= '0' && line.data[digits] <= '9')
        digits++;
    *is_number = digits != 0;
    tr_slice rest = from(line, digits);
    if (digits != 0)
        return begins(rest, ". ") ? digits + 2 : 0;
    return begins(rest, "- ") || begins(rest, "* ") || begins(rest, "+ ") ? 2 : 0;
}

static tr_slice without_indent(tr_slice line)
{
    while (line.size != 0 && (line.data[0] == ' ' || line.data[0] == '\t' || line.data[0] == '>'))
        line = from(line, 1);
    return line;
}

static void write_code(document *self, tr_slice line)
{
    tr_html_put_text(self->writer->out, line, self->writer->cap);
    tr_buf_append(self->writer->out, "\n", 1);
}

static void take_line(document *self, tr_slice line)
{
    tr_slice words = without_indent(line);
    bool is_fence = begins(words, "```");
    bool is_number;
    if (self->kind == code && !is_fence) {
        write_code(self, line);
        return;
    }
    if (is_fence && self->kind != code)
        in_block(self, code, "</pre>", true);
    else if (is_fence || words.size == 0)
        end_block(self);
    else if (heading_of(words) != 0)
        write_heading(self, heading_of(words), from(words, heading_of(words) + 1));
    else if (bullet_of(words, &is_number) != 0)
        write_item(self, is_number, from(words, bullet_of(words, &is_number)));
    else
        write_prose(self, words);
}

void tr_html_markdown(tr_html_writer *writer, tr_slice text)
{
    document self = {.writer = writer};
    if (writer->is_inline) {
        write_line(writer, text);
        return;
    }
    while (text.size != 0 && !tr_html_is_full(writer)) {
        uint32_t end = find(text, 0, '\n');
        take_line(&self, (tr_slice){text.data, end});
        text = from(text, end < text.size ? end + 1 : end);
    }
    end_block(&self);
}
