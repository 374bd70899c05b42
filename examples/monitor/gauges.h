#ifndef MONITOR_GAUGES_H
#define MONITOR_GAUGES_H

// The panels of the machine: cores, memory, disks, network.

#include "sample.h"

ui_control *core_rows(void);
ui_control *memory_rows(void);
ui_control *disk_rows(void);
ui_control *link_rows(void);

// `core_count`: how many cores the page shows by now.
void draw_cores(tr_event *ev, uint32_t *core_count, const struct sample *sample);
void draw_memory(tr_event *ev, const struct sample *sample);
void draw_disks(tr_event *ev, const struct sample *sample);
void draw_links(tr_event *ev, const struct sample *sample);

#endif
