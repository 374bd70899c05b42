#ifndef TROUPE_PAGES_UPLOAD_H
#define TROUPE_PAGES_UPLOAD_H

// Files from people's machines. A person picks one, the app makes a URL that is good for exactly
// one file, the browser sends the file there, and a handler hears how far it is and where it lies.
//
//     TR_ASYNC(on_upload)
//     {
//         tr_upload upload = tr_upload_of(ev);
//         if (upload.state == TR_UPLOAD_STORED)
//             import_file(upload.path);
//         else if (upload.state == TR_UPLOAD_FAILED)
//             ui_set_text(ev, "status", upload.error);
//         else
//             ui_set_number(ev, "bar", "value", upload.progress);
//     }
//
//     TR_ASYNC(pick)
//     {
//         const ui_file_picker_file_data *const *files;
//         char url[TR_UPLOAD_URL_CAP_BYTES];
//         if (ui_pick_files(ev, &files) < 0 || files[0] == NULL)
//             return;
//         if (tr_upload_url(ev, url, .file_name = files[0]->name, .on_upload = on_upload) < 0)
//             return;
//         ui_upload(ev, .files = UI_VALUES(ui_file_picker_upload_file(.upload_url = url,
//                                                                     .id = (int)files[0]->id)));
//     }
//
// It needs a folder, TROUPE_UPLOAD_DIR. A request with the file may reach any gateway of a cluster:
// all of them, and the processes whose handlers read the files, need the same folder (a shared
// file system) and the same TROUPE_SECRET_KEY. docs/uploads.md says what is stored how.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define TR_UPLOAD_URL_CAP_BYTES 1024u // of any URL, with its closing zero byte

typedef struct tr_upload_terms {
    // The browser's name for the file is not trusted: its last part is made a name that is safe in
    // a folder, which the URL then names. Needed.
    const char *file_name;
    unsigned expires_s; // until the request with the file begins; 0: 600; at most a week
    uint64_t size_max;  // bytes; 0: as TROUPE_MAX_UPLOAD_SIZE says
    uint64_t tag;       // any number of the app's own: the events of this upload have it
    bool replaces;      // a file of that name. Otherwise a name that is taken gets a number
    const tr_handler *on_upload; // hears of it; without a payload (UI_CALL). NULL: nobody
} tr_upload_terms;

// Writes the path of a URL of this server: signed, good for one file of this page, until it expires
// or the page is gone. A request that fails may be repeated.
//
// 0; TR_EUNAVAILABLE (no folder is set: TROUPE_UPLOAD_DIR), TR_EINVALID, TR_EFULL (256 URLs of this
// page have not expired), TR_ETOOBIG (`out`), and what page functions return.
int tr_upload_url(tr_page *page, char out[TR_UPLOAD_URL_CAP_BYTES], const tr_upload_terms *terms);
#define tr_upload_url(page, out, ...)                                                              \
    TR_CHECKED_(tr_upload_url((page), (out), &TR_GIVEN_(tr_upload_terms, __VA_ARGS__)))

// What people choose files for. Further fields of tr_upload_terms: by tr_upload_url.
typedef struct tr_upload_choice {
    const tr_handler *on_upload;   // hears of each file, as that of tr_upload_terms. Needed
    const char *const *extensions; // UI_TEXTS("csv", "tsv"): which can be chosen; NULL: all
    bool several;                  // at most 32
    uint64_t size_max;             // bytes; 0: as TROUPE_MAX_UPLOAD_SIZE says
    uint64_t tag;
} tr_upload_choice;

// Has the browser ask for files, and send them: all in one.
//
//     TR_ASYNC(pick) { tr_pick_upload(ev, .on_upload = on_upload, .extensions = UI_TEXTS("csv")); }
//
// How many are being sent, once that has begun; 0: none was chosen. Codes of tr_upload_url and of the
// browser's methods (TR_EREFUSED: tr_call_error says why; TR_ETIMEOUT).
int tr_pick_upload(tr_event *ev, const tr_upload_choice *choice);
#define tr_pick_upload(ev, ...)                                                                    \
    TR_CHECKED_(tr_pick_upload((ev), &TR_GIVEN_(tr_upload_choice, __VA_ARGS__)))

// The URL is good no more, and what comes at it is refused and removed. TR_ENOTFOUND: its file is
// there already, or it never was a URL of this page.
int tr_upload_cancel(tr_page *page, const char *url);

enum tr_upload_state { TR_UPLOAD_RUNNING, TR_UPLOAD_STORED, TR_UPLOAD_FAILED };

// The fields of an upload that a handler hears of. Counts are of bytes on the server's disk. Texts
// are the event's.
typedef struct tr_upload {
    enum tr_upload_state state;
    uint64_t tag;          // as in the terms
    const char *file_name; // as the URL names it
    const char *path;      // of the file that is stored; "" before
    uint64_t received;     // bytes
    uint64_t size;         // of the whole, bytes; 0: not known
    double progress;       // 0 to 1; 0 while the size is not known
    const char *error;     // why it failed, for people; "" otherwise
} tr_upload;

// In a handler of `.on_upload` ("upload_progress", "upload_stored", "upload_failed"): at most four
// times a second while it runs, one call after the other, the last one at the end. A failed upload
// may begin again with the same URL.
tr_upload tr_upload_of(tr_event *ev);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
