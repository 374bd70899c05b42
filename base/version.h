#ifndef TR_BASE_VERSION_H
#define TR_BASE_VERSION_H

// The version of Troupe, for metrics, man pages and packages; the Makefile reads it here.
//
// Thread: any; constant.

#define TR_VERSION "0.1.0"

#endif
