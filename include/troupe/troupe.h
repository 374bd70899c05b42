#ifndef TROUPE_TROUPE_H
#define TROUPE_TROUPE_H

// Everything that an app with pages needs: pages/ and controls/. Flet's extension packages are not part
// of it; include those that the app uses (troupe/packages/video.h, troupe/packages/map.h, …).

#include "troupe/controls/controls.h"
#include "troupe/controls/events.h"
#include "troupe/controls/methods.h"
#include "troupe/err.h"
#include "troupe/pages/app.h"
#include "troupe/pages/auth.h"
#include "troupe/pages/component.h"
#include "troupe/pages/dialog.h"
#include "troupe/pages/download.h"
#include "troupe/pages/event.h"
#include "troupe/pages/form.h"
#include "troupe/pages/http.h"
#include "troupe/pages/http_route.h"
#include "troupe/pages/loading.h"
#include "troupe/pages/object_store.h"
#include "troupe/pages/page.h"
#include "troupe/pages/page_info.h"
#include "troupe/pages/route.h"
#include "troupe/pages/rows.h"
#include "troupe/pages/state.h"
#include "troupe/pages/table.h"
#include "troupe/pages/task.h"
#include "troupe/pages/upload.h"

#endif
