#ifndef TR_GATEWAY_PAINTED_PAGE_H
#define TR_GATEWAY_PAINTED_PAGE_H

// The client's index.html with what a page says in it: title, description and text, which are there
// before any script (docs/howto/first-paint.md). The client puts the live page in the text's place.
//
// Thread: any; pure.

#include <stdbool.h>

#include "base/buf.h"

// Texts are plain, but for `html`; lent.
typedef struct tr_painted {
    tr_slice title;    // empty: the file's
    tr_slice summary;  // empty: there is none
    tr_slice language; // likewise: the file's
    tr_slice html;
    bool is_rtl;
} tr_painted;

// Addresses of the client's files for it, from the page's base on; NULL: none.
typedef struct tr_painted_files {
    const char *style;
    const char *script;
} tr_painted_files;

// A file without a place for something goes without that.
void tr_painted_page_write(const tr_painted *self, const tr_painted_files *files, tr_slice file,
                           tr_buf *out);

#endif
