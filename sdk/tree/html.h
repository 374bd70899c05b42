#ifndef TR_SDK_TREE_HTML_H
#define TR_SDK_TREE_HTML_H

// What a view says, as HTML: headings, paragraphs, lists, tables, links, pictures with their texts,
// buttons that cannot be pressed, fields by their labels. Text in its order, and no layout: for who
// reads a page without running it (docs/howto/first-paint.md).
//
// Thread: the tree's. Everything that comes from the app is escaped; addresses that may run code are left out.

#include <stddef.h>

#include "base/buf.h"
#include "sdk/tree/node.h"

#define TR_HTML_SUMMARY_CAP_BYTES 300u

// Appends the view's HTML to `out`, about `cap` bytes at most: what is behind that is left out, and every
// element is closed. `summary` gets its first paragraphs as plain text, TR_HTML_SUMMARY_CAP_BYTES at most.
void tr_html_write(const tr_node *view, size_t cap, tr_buf *out, tr_buf *summary);

#endif
