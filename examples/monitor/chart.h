#ifndef MONITOR_CHART_H
#define MONITOR_CHART_H

// The chart of the last minute: processor and memory.

#include "sample.h"

ui_control *chart(void);
void draw_chart(tr_event *ev, const struct sample *sample);

#endif
