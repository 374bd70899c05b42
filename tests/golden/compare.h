#ifndef TR_TESTS_GOLDEN_COMPARE_H
#define TR_TESTS_GOLDEN_COMPARE_H

// Is what we say what was recorded? The same up to the numbers of controls and to what was random:
// ids, session ids, call ids and the services' uid stand for each other one to one, for a whole
// conversation. A key that is absent counts as its default, and a property that Flet's client reads
// under another name than Flet sends is that property.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "testing/client_model.h"

enum { COMPARE_NAMES_CAP = 4096, COMPARE_RANDOMS_CAP = 64 };

typedef struct compare {
    struct {
        uint32_t recorded;
        uint32_t ours;
    } ids[COMPARE_NAMES_CAP];
    unsigned id_count;
    struct {
        char recorded[64];
        char ours[64];
    } randoms[COMPARE_RANDOMS_CAP];
    unsigned random_count;
    bool is_exact; // ids and absent keys are what they are
    char path[512];
    tr_buf *why; // the first difference and its place
} compare;

// False writes to `why`.
bool compare_values(compare *self, const cm_value *recorded, const cm_value *ours);

// Packets, type byte included: registration, events, updates, calls, results, crashes, channels.
bool compare_packets(compare *self, const void *recorded, size_t recorded_size, const void *ours,
                     size_t ours_size);

bool compare_ids(compare *self, int64_t recorded, int64_t ours);

// Our number of a recorded control; 0 when it has not been seen.
uint32_t compare_our_id(const compare *self, uint32_t recorded);

#endif
