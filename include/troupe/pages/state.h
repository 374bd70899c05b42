#ifndef TROUPE_STATE_H
#define TROUPE_STATE_H

// The data that a session keeps between its handlers: the app's state struct, and a store of values
// by key. Both outlive a lost connection and a reload, and go along when the session moves to
// another process (a deploy, a worker that is stopped). docs/howto/state.md says which data is lost
// then.
//
// The struct, declared with the app:
//
//     struct counter { int count; };
//     TR_LAYOUT(struct counter, count);
//     tr_app app = {.build = build, TR_STATE(struct counter, .version = 2, .migrate = from_version_1)};
//
// A plain struct (numbers, arrays, nothing that points) is saved as its bytes. TR_LAYOUT names its
// members (troupe/pages/layout.h), so that a program whose struct is another one never reads them
// as its own. One that has pointers needs two functions instead, that write and read what they
// point to, and is declared with TR_STATE_SAVED(struct draft, save, load, .version = 2):
//
//     static void save(const void *state, tr_saver *out)
//     {
//         const struct draft *draft = state;
//         tr_save_text(out, draft->title);
//         tr_save_integer(out, draft->pages);
//     }
//
//     static int load(void *state, tr_loader *in)
//     {
//         struct draft *draft = state;
//         size_t size;
//         const char *title = tr_load_text(in, &size);
//         draft->title = title != NULL ? strndup(title, size) : NULL;
//         draft->pages = (int)tr_load_integer(in);
//         return 0;
//     }
//
// Thread: save, load, migrate and done run on the page's core thread and must not block.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/pages/event.h"
#include "troupe/pages/layout.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct tr_buf tr_saver;
typedef struct tr_reader tr_loader;

typedef struct tr_state_form {
    void (*save)(const void *state, tr_saver *out);
    // Fills a zeroed state from the bytes that `save` of this version wrote. 0, or any negative
    // code: the state is not to be had. So is one that tr_load_failed. `done` runs then, too.
    int (*load)(void *state, tr_loader *in);
    // Raise it when the struct, or what `save` writes, changes.
    uint32_t version;
    // The same for an older version's, and for a plain struct of this version that had another
    // layout (somebody forgot to raise it): look at `version`. Of a plain struct `in` has its
    // bytes: one tr_load_bytes. Without it, and for a newer version, such a session is refused: its
    // page starts afresh (a log line, event=session_refused, says so).
    int (*migrate)(void *state, uint32_t version, tr_loader *in);
    // Frees what the struct points to; of a zeroed one nothing. When the session ends or has moved.
    void (*done)(void *state);
    int unused_;
    const tr_layout *layout; // of a plain struct; TR_STATE sets it
} tr_state_form;

// In a tr_app: the struct, then fields of tr_state_form. At most 1 MiB. It does not compile without
// the struct's TR_LAYOUT. A state of the same version whose layout is another one goes to
// `migrate`, or else is refused; it is never read.
#define TR_STATE(...) TR_STATE_AS_(__VA_ARGS__, .unused_ = 0)
#define TR_STATE_AS_(type, ...)                                                                    \
    .state_size = sizeof(type), .state = {__VA_ARGS__, .layout = TR_LAYOUT_OF(type)}

// The same for a struct with pointers: the struct, save, load, then other fields of tr_state_form.
#define TR_STATE_SAVED(...) TR_STATE_SAVED_AS_(__VA_ARGS__, .unused_ = 0)
#define TR_STATE_SAVED_AS_(type, save_, load_, ...)                                                \
    .state_size = sizeof(type),                                                                    \
    .state = {.save = TR_ONLY_(void (*)(const void *, tr_saver *),                                 \
                               "the second of TR_STATE_SAVED is a function, void save(const void " \
                               "*state, tr_saver *out): docs/howto/state.md",                      \
                               save_),                                                             \
              .load = TR_ONLY_(int (*)(void *, tr_loader *),                                       \
                               "the third of TR_STATE_SAVED is a function, int load(void *state, " \
                               "tr_loader *in): docs/howto/state.md",                              \
                               load_),                                                             \
              __VA_ARGS__}

// -- writing and reading: in the same order --

void tr_save_integer(tr_saver *out, int64_t value);
void tr_save_number(tr_saver *out, double value);
void tr_save_text(tr_saver *out, const char *text); // UTF-8; NULL is saved as such
void tr_save_bytes(tr_saver *out, const void *bytes, size_t size);

// Data that is missing, or of another type, reads as 0 or NULL, and so does all behind it. Texts
// and bytes are lent until the function returns; a text is not terminated (strndup).
int64_t tr_load_integer(tr_loader *in);
double tr_load_number(tr_loader *in);
const char *tr_load_text(tr_loader *in, size_t *out_size);
const void *tr_load_bytes(tr_loader *in, size_t *out_size);
bool tr_load_failed(const tr_loader *in);

// -- values by key --
//
// In build and in handlers of either kind. A key has 1 to 128 bytes of UTF-8; a session keeps at
// most 256 values, 64 KiB with their keys: TR_EFULL. TR_ETOOBIG: it would not fit an empty store.
// TR_EINVALID: no such key, or a text that is no UTF-8. TR_EGONE: the page is gone.

int tr_session_set(tr_page *page, const char *key, const void *bytes, size_t size);
int tr_session_set_text(tr_page *page, const char *key, const char *text);
int tr_session_set_number(tr_page *page, const char *key, double number);

// Copies a value; bytes are cut to `size`, a text also terminated. Its whole length, or
// TR_ENOTFOUND, or TR_EWRONGTYPE (a number read as text, …); then a text reads as "".
int tr_session_get(tr_page *page, const char *key, void *out, size_t size);
int tr_session_get_text(tr_page *page, const char *key, char *out, size_t size);
double tr_session_get_number(tr_page *page, const char *key, double otherwise);

int tr_session_remove(tr_page *page, const char *key); // TR_ENOTFOUND

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
