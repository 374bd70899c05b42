#ifndef TR_HOST_MEMORY_MAX_H
#define TR_HOST_MEMORY_MAX_H

// How much memory this process may have: the smallest of its cgroup's limits (v2, as containers and
// systemd set them), its limit on address space, and what the machine has.
//
// Thread: any.

#include <stdint.h>

#define TR_MEMORY_MAX_PERCENT 60u // the rest is for sockets, stacks and what malloc loses

// TR_MEMORY_MAX_PERCENT of it, in bytes.
uint64_t tr_memory_max_find(void);

// The limit of a cgroup and of those around it: `root` is where they are mounted, `path` what
// /proc/self/cgroup has behind "0::". UINT64_MAX: none.
uint64_t tr_memory_max_of_cgroup(const char *root, const char *path);

#endif
