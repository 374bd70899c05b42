#ifndef TROUPE_EMBED_H
#define TROUPE_EMBED_H

// An app inside a server of somebody else's.
//
// That server has the port, TLS and the WebSocket with the browser, and feeds what comes into the app:
// HTTP requests, bodies, WebSocket messages. What it takes out is the app's: pages, files, uploads,
// downloads, routes of its own, the way back from a sign-in.
// All of Troupe is in the process (core threads, sessions, stores, the bus), but no port of its own.
//
// Each request is an exchange, and so is each WebSocket. An exchange has a file descriptor: when that
// is readable, tr_exchange_read gives the next of its events; while nobody reads, the app waits, and
// its pages merge what they have to say. No call of an exchange waits. The app takes it for a
// connection of its own listener, with the same limits (docs/operations.md).
//
// Thread: tr_embed_open from any; an exchange is used by one thread at a time, which may change.
// Signals are the server's: the app's threads block all of them (faults apart, whose lines in the log
// name the handler; handlers of the server's own get them then). Owns: the app's threads, until
// tr_embed_stop.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "troupe/err.h"
#include "troupe/pages/app.h"
#include "troupe/slice.h"

#ifdef __cplusplus
extern "C" {
#endif

// A server that loads an app by dlopen() finds these, and the app's main.
#pragma GCC visibility push(default)

typedef struct tr_embed tr_embed;
typedef struct tr_exchange tr_exchange;

#define TR_EMBED_WHY_CAP_BYTES 1024u

typedef struct tr_embed_options {
    // The app; borrowed until tr_embed_stop.
    const tr_app *app;
    // Or a program that calls tr_run, as it is: it runs on a thread of its own, where tr_run serves
    // the embedding server until tr_embed_stop. `app` is NULL then. It must not call exit().
    int (*main)(int argc, char **argv);
    // What a command line would have behind the program's name: {"--mount", "/app", NULL}; NULL: nothing.
    // The environment counts, too (docs/operations.md). --host and --port have no effect, TLS is the
    // server's. Copied.
    const char *const *arguments;
    // The name in messages and, where the app has none, of the app; default "app".
    const char *name;
    // Where it is said why an app does not start, a line for people; NULL: on standard error alone.
    char *why; // TR_EMBED_WHY_CAP_BYTES
} tr_embed_options;

// Returns once the app serves. A process has one app at a time; an app that is a shared object of its
// own (docs/embedding.md) counts alone. The process that starts it must be the one that uses it: not
// before a fork(). TR_EINVALID: the settings; TR_EEXISTS; TR_ESYSTEM, TR_EUNAVAILABLE: it cannot start.
int tr_embed_start(const tr_embed_options *options, tr_embed **out)
    __attribute__((warn_unused_result));

// Sends WebSockets away with 1012, lets uploads and downloads end, hands sessions over or to the store,
// and ends the app: as SIGTERM does to a program, within the same times (docs/operations.md). Exchanges
// that are left see the end of their connection, and are still to be freed. Nobody opens one meanwhile.
// TR_ETIMEOUT: code of the app keeps a thread (the log names it), and the app is left as it is.
// TR_EGONE: this is a child of a fork, which has no app to stop. NULL inside is fine.
int tr_embed_stop(tr_embed **self);

typedef struct tr_embed_header {
    tr_slice name;
    tr_slice value;
} tr_embed_header;

// Of a body whose size is not known before it was there.
#define TR_EMBED_BODY_UNKNOWN UINT64_MAX

// A client whose address cannot be said (RFC 7239 section 6.2): it has no limits by address, as NULL,
// and no list of trusted proxies has it.
#define TR_EMBED_CLIENT_UNKNOWN "unknown"

// Texts and headers are copied.
typedef struct tr_embed_request {
    tr_slice method; // "GET"
    // Path and query, percent-encoded, as the browser sent them; with the app's --mount, also where
    // the server calls what is below a path of its own choice.
    tr_slice target;
    // As they came, names in any case. Those of the connection are left out (Connection,
    // Transfer-Encoding, Content-Length, Upgrade, Expect, Sec-WebSocket-Key, -Version, -Extensions):
    // the exchange has its own. Host must be among them. X-Forwarded-For and the like are believed as
    // --trusted-proxies says of `client`.
    const tr_embed_header *headers;
    size_t header_count;
    uint64_t body_size; // of a body that follows; 0: none
    // Whose request it is: a numeric address, or TR_EMBED_CLIENT_UNKNOWN. NULL: the server's peer has none,
    // as on a unix socket: no limits by address hold (connections, new pages a second, uploads), and
    // --trusted-proxies has it by the word "unix". For a server behind a proxy's unix socket, whose
    // X-Forwarded-For is then believed; for one that limits its clients itself; for requests of its own.
    const char *client;
    bool is_websocket; // an upgrade to WebSocket; then `method` is GET
} tr_embed_request;

// TR_EINVALID: a text that cannot stand in a request; TR_EFULL: too many wait to begin, or no descriptor
// is left (answer 503); TR_EGONE: the app does not run.
int tr_embed_open(tr_embed *self, const tr_embed_request *request, tr_exchange **out)
    __attribute__((warn_unused_result));

// To be watched for reading always, and for writing while something said TR_EFULL. Borrowed: closed by
// tr_exchange_free.
int tr_exchange_fd(const tr_exchange *self);

// The next bytes of the request's body: how many were taken, which may be fewer, or none (0): go on when
// the descriptor is writable. TR_EINVALID: more than `body_size`; TR_EGONE: the app wants no more; its
// answer may be there to read.
int tr_exchange_body(tr_exchange *self, const void *bytes, size_t size)
    __attribute__((warn_unused_result));

// That was the body, where its size was unknown. Until 0: TR_EFULL, TR_EGONE.
int tr_exchange_body_end(tr_exchange *self) __attribute__((warn_unused_result));

// A message of the browser, whole. TR_EUNAVAILABLE: the WebSocket is not open yet (its head with 101 was
// not read); TR_EFULL: nothing of it was taken; TR_EGONE: the WebSocket is over.
// One of more than 256 KiB ends it with 1009, as a browser's would.
int tr_exchange_message(tr_exchange *self, const void *bytes, size_t size, bool is_text)
    __attribute__((warn_unused_result));

// Of what was taken, TR_EFULL: the rest waits until the descriptor is writable; 0: nothing does;
// TR_EGONE.
int tr_exchange_flush(tr_exchange *self);

// The browser has closed the WebSocket with that code (RFC 6455 section 7.4; 1005 and 1006: it said
// none, or is gone). Free it behind that.
void tr_exchange_close(tr_exchange *self, unsigned code);

enum tr_exchange_kind {
    TR_EXCHANGE_HEAD,    // `status` and `headers` of the answer; 101: the WebSocket is open
    TR_EXCHANGE_BODY,    // `bytes` of the answer's body; those of HEAD, 204 and 304 have none
    TR_EXCHANGE_END,     // the answer is whole
    TR_EXCHANGE_MESSAGE, // of the WebSocket: `bytes`, `is_text`
    TR_EXCHANGE_CLOSED   // the app closes the WebSocket: `status` is the code, `bytes` the reason
};

// Lent until the next call for this exchange.
typedef struct tr_exchange_event {
    enum tr_exchange_kind kind;
    unsigned status;
    // Names in small letters. Those of the connection are left out; Content-Length is there where the
    // size is known.
    const tr_embed_header *headers;
    size_t header_count;
    const char *bytes;
    size_t size;
    bool is_text;
} tr_exchange_event;

// 1: `out` is the next event; 0: there is none now; TR_EGONE: there will be none: all was said, or, with
// no TR_EXCHANGE_END or _CLOSED before, the connection broke, and the answer is not whole.
int tr_exchange_read(tr_exchange *self, tr_exchange_event *out) __attribute__((warn_unused_result));

// Ends it. Before its end, the app takes it that the browser is gone. In a child of a fork it frees the
// child's copy alone, and the exchange goes on. NULL inside is fine.
void tr_exchange_free(tr_exchange **self);

#pragma GCC visibility pop

#ifdef __cplusplus
}
#endif

#endif
