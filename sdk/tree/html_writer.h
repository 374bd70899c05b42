#ifndef TR_SDK_TREE_HTML_WRITER_H
#define TR_SDK_TREE_HTML_WRITER_H

// HTML as it is being written: elements that hold something, or are not there.
//
// Thread: the owner's. Owns: nothing.

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "troupe/slice.h"

typedef struct tr_html_writer {
    tr_buf *out;
    tr_buf *summary;
    size_t cap;       // of `out`
    size_t start;     // where the innermost element's content begins
    bool is_inline;   // no blocks may be in what is open: a paragraph, a heading, a link, a button
    bool is_action;   // it is a link or a button: no other may be in it
    bool is_prose;    // it is a paragraph
    bool has_summary; // all that may be in it
    bool
        is_run; // texts are parts of one, as spans are: only what separates it from others is added
    bool is_within; // it has begun
} tr_html_writer;

// What was so before an element was opened.
typedef struct tr_html_element {
    size_t before;
    size_t start;
    bool is_inline;
    bool is_action;
    bool is_prose;
} tr_html_element;

// Opens an element by its start tag, as it stands. One in which nothing but text may be: `is_inline`.
tr_html_element tr_html_open(tr_html_writer *self, const char *tag, bool is_inline);
// Takes back what was opened where nothing is in it.
void tr_html_close(tr_html_writer *self, const tr_html_element *element, const char *tag);

bool tr_html_is_full(const tr_html_writer *self);

// A run of texts between them; begin's result is end's.
bool tr_html_begin_run(tr_html_writer *self);
void tr_html_end_run(tr_html_writer *self, bool is_outer);

// Text within what is open, with a space between it and what is there, unless both are of one run.
void tr_html_text(tr_html_writer *self, tr_slice text);
// The same as a paragraph, where one may be.
void tr_html_paragraph(tr_html_writer *self, tr_slice text);
// A link's start tag; `address` is one (tr_html_is_link).
tr_html_element tr_html_open_link(tr_html_writer *self, tr_slice address);
// A picture whose file is `address`, as it came; nothing where that is none.
void tr_html_picture(tr_html_writer *self, tr_slice address, tr_slice says);

// Markdown, block by block.
void tr_html_markdown(tr_html_writer *self, tr_slice text);

#endif
