#ifndef TR_GATEWAY_ASSETS_H
#define TR_GATEWAY_ASSETS_H

// The browser client's files, built into the program by tools/embed_assets.mjs. Read-only tables.
//
// Thread: any; constant.

#include <stddef.h>

typedef struct tr_asset {
    const char *path; // relative, with '/', never with a leading one: "assets/app-1a2b.js"
    const unsigned char *data;
    size_t size;
    const unsigned char *gzip; // the same bytes compressed; NULL when that would not be smaller
    size_t gzip_size;
    const char *etag; // of `data`, as it stands in the header, quotes included
} tr_asset;

extern const tr_asset tr_client_assets[];
extern const size_t tr_client_asset_count;

#endif
