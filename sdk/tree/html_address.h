#ifndef TR_SDK_TREE_HTML_ADDRESS_H
#define TR_SDK_TREE_HTML_ADDRESS_H

// Addresses of an app, which may come from people who use it, in HTML.
//
// Thread: any; pure.

#include <stdbool.h>

#include "troupe/slice.h"

// May a link lead there? As the client's (client/src/core/links.ts): only schemes that are known to
// be harmless, and addresses without one. Narrower than a browser: an address with a space or a
// control character in it is none.
bool tr_html_is_link(tr_slice address);

// The address of a picture's file as a page at the app's base has it, in `*out`; false: it is none
// (bytes, data written out, another scheme).
bool tr_html_is_file(tr_slice address, tr_slice *out);

#endif
