#ifndef CHAT_WRITING_H
#define CHAT_WRITING_H

// Saying something: the field below the conversation, or, for somebody without a name yet, the
// question for it. The browser remembers the name.

#include "state.h"

ui_control *writing(void);

// Asks the browser for the name of last time.
void remember_name(tr_event *ev);

#endif
