#ifndef TESTS_STRESS_WORDS_H
#define TESTS_STRESS_WORDS_H

// The message between citizens: one, so that it takes one row, of a kind.

#include "wire/message.h"

enum { WORD_NOTE = 1, WORD_ASK, WORD_QUESTION, WORD_REPLY };

// A probe's number carries the kind and, of notes and asks, which one it is of this sender's to
// this receiver.
static inline uint64_t word_of(uint64_t kind, uint64_t number)
{
    return number << 8 | kind;
}

static inline uint64_t word_kind(const tr_message *message)
{
    return TR_BODY(message, probe)->number & 0xff;
}

static inline uint64_t word_number(const tr_message *message)
{
    return TR_BODY(message, probe)->number >> 8;
}

#endif
