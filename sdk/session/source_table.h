#ifndef TR_SDK_SESSION_SOURCE_TABLE_H
#define TR_SDK_SESSION_SOURCE_TABLE_H

// The program's sources of downloads by name, as handler_table.h has its handlers.
//
// Thread: any; constant after start.

#include "troupe/pages/download.h"
#include "troupe/slice.h"

// NULL when no source has this name.
const tr_source *tr_source_find(tr_slice name);

// 0, or TR_EEXISTS when two sources of the program have the same name (logged).
int tr_sources_check(void);

#endif
