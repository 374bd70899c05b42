#ifndef TR_SDK_SESSION_STATE_H
#define TR_SDK_SESSION_STATE_H

// The app's state struct of a session: made, saved, read back as troupe/pages/state.h says, ended.
//
// Thread: the session's. Owns: nothing; the struct is the session's.

#include "base/buf.h"
#include "troupe/pages/app.h"
#include "wire/reader.h"

// Zeroed; NULL for an app without one.
void *tr_state_new(const tr_app *app);

// What a state is called in saved ones: "version.layout.size"; the same name is read as it is. `out` has room for
// TR_STATE_NAME_CAP bytes.
enum { TR_STATE_NAME_CAP = 64 };
void tr_state_name(const tr_app *app, char *out);

// Would the app's migrate be asked for one of that name?
bool tr_state_migrates(const tr_app *app, const char *name);

// NULL is fine, for each. `done` is the app's: a session may outlive what knows its app.
void tr_state_free(void *state, void (*done)(void *state));

// As [version, layout, size, bytes]; layout and size are 0 where the app saves it itself.
void tr_state_write(const tr_app *app, const void *state, tr_buf *out);

// Into a zeroed state. TR_EPROTOCOL: no state can be had from this, which is logged with the
// reason.
int tr_state_read(const tr_app *app, tr_reader *in, void *state)
    __attribute__((warn_unused_result));

#endif
