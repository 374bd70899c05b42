#ifndef TR_BASE_MISUSE_WAY_H
#define TR_BASE_MISUSE_WAY_H

// What becomes of the process at an author's mistake, behind its line in the log (--misuse): it goes on,
// as in production, or stops there, for tests and for who is writing an app.
//
// Thread: any.

enum tr_misuse_way { TR_MISUSE_LOG, TR_MISUSE_STOP };

// Until it is set, as the environment says: TROUPE_MISUSE=stop, for tests, which have no command line.
void tr_misuse_way_set(enum tr_misuse_way way);

// `line` was logged. Where mistakes stop the process it is told on standard error, too, and this aborts.
void tr_misuse_said(const char *line);

#endif
