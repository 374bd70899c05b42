#ifndef TROUPE_PAGES_DOWNLOAD_H
#define TROUPE_PAGES_DOWNLOAD_H

// Files for people's machines: from memory, from a file of the server, or made piece by piece while
// the browser takes them.
//
//     TR_ASYNC(export)
//     {
//         tr_download(ev, "notes.txt", "text/plain; charset=utf-8", .bytes = text, .size = length);
//     }
//     TR_ASYNC(fetch_film)
//     {
//         tr_download(ev, "film.mp4", "video/mp4", .file = "/srv/films/1.mp4");
//     }
//
// Or as it is taken, of any size, in constant memory:
//
//     TR_SOURCE(rows)
//     {
//         struct cursor *at = tr_piece_state(piece, sizeof *at);
//         return at->row == 1000000 ? 0 : snprintf(piece->bytes, piece->cap, "%u\r\n", at->row++);
//     }
//     TR_ASYNC(export_all)
//     {
//         struct cursor from = {0};
//         tr_download(ev, "rows.csv", "text/csv", .source = rows, TR_SOURCE_STATE(&from));
//     }
//
// The browser fetches it from a URL that is signed, belongs to this page, expires, and is good for
// one download. The request may reach any gateway; all processes need the same TROUPE_SECRET_KEY.
// docs/downloads.md says what happens when something breaks.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// Downloads and uploads have URLs of one form.
#define TR_DOWNLOAD_URL_CAP_BYTES 1024u // with its closing zero byte

// -- sources --

// The next bytes of a download, asked of its source.
typedef struct tr_piece {
    uint64_t offset; // bytes that were given before
    char *bytes;     // to be filled
    size_t cap;      // at most so many: 64 KiB and more
    void *state;     // of this download, kept from piece to piece; as it was given at the start
    size_t state_size;
} tr_piece;

typedef struct tr_source {
    const char *name; // unique in the program: other processes find the source by it
    int64_t (*read)(tr_piece *piece);
    const char *file; // where it is written, for the log
    unsigned line;
} tr_source;

// Defines a source. Its body returns how many bytes it has written, 0 at the end, or a negative
// error: then the browser's download fails, visibly. It runs on a thread of a pool, may block, and
// has nothing but `piece`: a download may go on in another process, with the state as it was after
// the last piece that was taken.
#define TR_SOURCE(source_)                                                                         \
    static int64_t source_##_read(tr_piece *piece);                                                \
    static const tr_source source_[1]                                                              \
        __attribute__((section("tr_sources"), used, aligned(__alignof__(tr_source)))) = {          \
            {.name = #source_, .read = source_##_read, .file = __FILE__, .line = __LINE__}};       \
    static int64_t source_##_read(tr_piece *piece)

// The state as a struct of that size. NULL, and a line in the log, when it is of another.
void *tr_piece_state(const tr_piece *piece, size_t size);

// -- downloads --

// What is downloaded: one of `bytes`, `file` and `source`.
typedef struct tr_download_source {
    const void *bytes;       // copied, at most 1 MiB; of one page 2 MiB at a time
    size_t size;             // of `bytes`
    const char *file;        // a path that the processes with sessions can read
    const tr_source *source; // makes it
    const void *state;       // for `source`: copied, at most 1 KiB of plain data
    size_t state_size;
    uint64_t length;    // of what `source` makes, bytes; 0: it is not known before the end
    unsigned expires_s; // until the browser begins; 0: 600; at most a week
} tr_download_source;

#define TR_SOURCE_STATE(pointer) .state = (pointer), .state_size = sizeof *(pointer)

// Makes a URL for it and has the browser fetch that, under the name given. The name's last part is
// made safe; `type` is a media type (NULL: application/octet-stream). Waits for the browser to have
// been told, not for the download.
//
// 0; TR_EINVALID (no source or two, no name, a type that is none), TR_ETOOBIG (bytes, state),
// TR_ENOTFOUND (no such source), TR_EFULL (256 URLs of this page have not expired, or too
// many bytes wait), TR_EREFUSED and TR_ETIMEOUT (the browser), and what page functions return.
int tr_download(tr_page *page, const char *name, const char *type,
                const tr_download_source *source);
#define tr_download(page, name, type, ...)                                                         \
    tr_download((page), (name), (type), &TR_GIVEN_(tr_download_source, __VA_ARGS__))

// Only makes the URL, a path on this server: for a link, a button's `url` or a picture. Works while
// a page is built. TR_ETOOBIG also: `out`.
int tr_download_url(tr_page *page, char out[TR_DOWNLOAD_URL_CAP_BYTES], const char *name,
                    const char *type, const tr_download_source *source);
#define tr_download_url(page, out, name, type, ...)                                                \
    tr_download_url((page), (out), (name), (type), &TR_GIVEN_(tr_download_source, __VA_ARGS__))

// The URL is good no more, and a download that runs is cut off. TR_ENOTFOUND: it is over already,
// or never was a URL of this page.
int tr_download_cancel(tr_page *page, const char *url);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
