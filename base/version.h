#ifndef TR_BASE_VERSION_H
#define TR_BASE_VERSION_H

// The version of Troupe, for metrics, man pages and packages; the Makefile reads it here.
//
// Thread: any; constant.

#define TR_VERSION "0.1.0"

// Of the shared libraries, libtroupe.so.0: raised with the first change behind a release that programs which
// are linked with that would not survive (docs/embedding.md).
#define TR_ABI_NUMBER 0

#endif
