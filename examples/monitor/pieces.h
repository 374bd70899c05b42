#ifndef MONITOR_PIECES_H
#define MONITOR_PIECES_H

// Numbers as people read them, and the pieces that all panels of the page are made of.

#include <stdint.h>
#include <troupe/troupe.h>

const char *size_text(uint64_t bytes);
const char *rate_text(double bytes_per_second);
const char *time_text(double seconds);

// `part` of `whole`, from 0 to 1; 0 when there is no whole.
double share(uint64_t part, uint64_t whole);

ui_control *muted(const char *text, const char *key);
ui_control *bar(const char *key, const char *label, double value, const char *color);

// A panel as wide as `span` says; a titled one has a heading with `beside` at its end.
ui_control *titled(const ui_breakpoints_value *span, const char *title, ui_control *beside,
                   ui_control *content);

// A panel with one number, set by `key`, and a note below it.
ui_control *tile(const char *title, const char *key, const char *note_key);

ui_control *legend(const char *color, const char *name);
ui_control *empty(const char *key, const char *text);

#endif
