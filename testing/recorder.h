#ifndef TR_TESTING_RECORDER_H
#define TR_TESTING_RECORDER_H

// Writes a recording (testing/recording.h) of what goes over pages' sockets, as a gateway tells it: each page is kept as
// its browser has it, so that people's steps are named by what they saw, and what changed since is written before each.
//
//     typing into one field is one step, with the text that was there in the end
//     what is typed into fields with `password`, what the clipboard and secure storage answer, and values of an address's
//     query that are named like secrets, are replaced (testing/secrets.h)
//     left out: sessions' ids, cookies, data channels, files that are sent, pages after the fourth
//
// The file is whole after each step. At its cap of 4 MiB the recording ends, with a line that says so.
//
// Thread: one. Owns: the file, the pages.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tr_recorder tr_recorder;

// What is in `path` is replaced; `what` stands in its second line. NULL: it cannot be written (errno).
tr_recorder *tr_recorder_open(const char *path, const char *what);

// Is there a recording in that file, or no file? Anything else is not to be replaced.
bool tr_recorder_may_write(const char *path);

// A whole packet, in Flet's form (wire/flet.h), its type byte included. `connection` is not 0; `number` is the packet's,
// 0: it has none. What is broken is passed over.
void tr_recorder_from_browser(tr_recorder *self, uint64_t connection, uint32_t number,
                              const void *bytes, size_t size, uint64_t now_ms);
void tr_recorder_to_browser(tr_recorder *self, uint64_t connection, uint32_t number,
                            const void *bytes, size_t size, uint64_t now_ms);
// The connection is gone.
void tr_recorder_gone(tr_recorder *self, uint64_t connection);

// Steps so far.
uint32_t tr_recorder_steps(const tr_recorder *self);

// With what the pages show in the end. NULL inside is fine.
void tr_recorder_close(tr_recorder **self, uint64_t now_ms);

#endif
