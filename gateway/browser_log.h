#ifndef TR_GATEWAY_BROWSER_LOG_H
#define TR_GATEWAY_BROWSER_LOG_H

// What is logged of a browser's connection.
//
// Thread: the gateway's core thread.

#include "base/log.h"
#include "gateway/browser.h"

// Does this close code say that the browser broke the protocol or a limit?
bool tr_close_is_violation(unsigned code);

// The one line that says why the connection ends; what comes after the first is not said.
void tr_browser_log_end(tr_browser *self, enum tr_log_level level, unsigned code,
                        const char *reason);

#endif
