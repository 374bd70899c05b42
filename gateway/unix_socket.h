#ifndef TR_GATEWAY_UNIX_SOCKET_H
#define TR_GATEWAY_UNIX_SOCKET_H

// A listening unix socket in the file system, with the rights that it is to have from its first
// moment: it is made beside its place under another name, and moved there when it listens and its
// owner and mode are set. A socket file that nobody listens on any more is replaced; one that somebody
// listens on, and what is no socket, stays.
//
// Thread: one. Owns: the socket, and its file as long as that is the one it made.

#include <stddef.h>

typedef struct tr_unix_socket tr_unix_socket;

// Room for the name that it has at first is needed, too.
#define TR_UNIX_PATH_CAP_BYTES 90u

typedef struct tr_unix_place {
    const char *path;
    unsigned mode; // of the file, as 0660
    const char
        *owner; // "USER", "USER:GROUP" or ":GROUP", names or numbers; NULL: as files of ours are
    unsigned patience_ms; // while another process takes a place in the folder; 0: 2 s
} tr_unix_place;

// The socket does not block. TR_EINVALID: `why` is a clear part of a line, with what to do.
int tr_unix_socket_open(const tr_unix_place *place, char *why, size_t cap, tr_unix_socket **out)
    __attribute__((warn_unused_result));

// Gives the file itself away, never what a link leads to. As of a place; TR_EINVALID likewise.
int tr_unix_file_give(const char *file, const char *owner, char *why, size_t cap)
    __attribute__((warn_unused_result));

int tr_unix_socket_get(const tr_unix_socket *self);

// Removes the file, unless another process has put its own there. NULL inside is fine.
void tr_unix_socket_close(tr_unix_socket **self);

#endif
