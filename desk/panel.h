#ifndef TR_DESK_PANEL_H
#define TR_DESK_PANEL_H

// The script that shows pages what `troupe dev` says; made of client/src/desk by tools/embed_text.mjs.
//
// Thread: any.

extern const char tr_desk_panel[];

#endif
