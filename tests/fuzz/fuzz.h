#ifndef TR_TESTS_FUZZ_FUZZ_H
#define TR_TESTS_FUZZ_FUZZ_H

// The entry that libFuzzer, or tests/fuzz/replay.c, calls with each input. A finding is a crash: a
// failed tr_must or a sanitizer's report.

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
