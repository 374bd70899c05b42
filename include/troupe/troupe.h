#ifndef TROUPE_TROUPE_H
#define TROUPE_TROUPE_H

// Everything an app author needs, but for Flet's extension packages: each has a header of its own
// (troupe/video.h, troupe/map.h, …).

#include "troupe/app.h"
#include "troupe/component.h"
#include "troupe/controls.h"
#include "troupe/dialog.h"
#include "troupe/err.h"
#include "troupe/event.h"
#include "troupe/events.h"
#include "troupe/http.h"
#include "troupe/methods.h"
#include "troupe/page.h"
#include "troupe/page_info.h"
#include "troupe/route.h"
#include "troupe/rows.h"
#include "troupe/state.h"
#include "troupe/task.h"

#endif
