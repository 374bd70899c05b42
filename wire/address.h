#ifndef TR_WIRE_ADDRESS_H
#define TR_WIRE_ADDRESS_H

// Addresses from the inside: well-known slots, and the parts that actor numbers are made of. Slots
// below TR_SLOT_FIRST are well known and have generation 0.
//
// Thread: any (a value).

#include "troupe/actors/address.h"

// Well-known actors, the same slots on each core thread that has the role.
enum tr_slot {
    TR_SLOT_NODE = 1,     // membership agent, core 0 of every process
    TR_SLOT_BROKER = 2,   // core 0 of a broker process
    TR_SLOT_SESSIONS = 3, // the table of sessions and their holders, every core with sessions
    TR_SLOT_GATEWAY = 4,  // every core with browsers
    TR_SLOT_CORE = 5,     // the core thread itself: links and routes
    TR_SLOT_NAMES = 6,    // names: core 0 keeps those of its process, the others a cache
    TR_SLOT_TOPICS = 7,   // topics, every core
    TR_SLOT_HANDLERS = 8, // every core of a handlers process
    TR_SLOT_FIRST = 16
};

static inline uint64_t tr_actor_id(unsigned core, uint32_t generation, uint32_t slot)
{
    return ((uint64_t)core << 56) | ((uint64_t)(generation & 0xffffffu) << 32) | slot;
}

static inline tr_address tr_address_of(uint64_t node, unsigned core, uint32_t slot)
{
    return (tr_address){node, tr_actor_id(core, 0, slot)};
}

static inline uint32_t tr_address_slot(tr_address self)
{
    return (uint32_t)self.actor;
}

#endif
