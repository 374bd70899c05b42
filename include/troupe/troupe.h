#ifndef TROUPE_TROUPE_H
#define TROUPE_TROUPE_H

// Everything an app author needs.

#include "troupe/app.h"
#include "troupe/controls.h"
#include "troupe/err.h"
#include "troupe/event.h"
#include "troupe/page.h"

#endif
