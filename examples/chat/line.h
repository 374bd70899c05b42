#ifndef CHAT_LINE_H
#define CHAT_LINE_H

// A line of a room, as it travels on the topic "chat" and is kept. Every process runs the same
// program, so that its bytes are the struct's, up to the text's end.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOPIC_SAID "chat"

enum {
    ROOM_BYTES = 25,
    AUTHOR_BYTES = 64,
    TEXT_BYTES = 1001,
    ROOMS_CAP = 12,
    LINES_KEPT = 100, // of each room
};

struct line {
    uint64_t id;      // drawn by chance
    uint64_t time_ms; // since 1970, by the clock of the author's process
    char room[ROOM_BYTES];
    char author[AUTHOR_BYTES];
    char text[TEXT_BYTES];
};

uint32_t line_size(const struct line *line);

// False for bytes that are none.
bool line_read(const void *bytes, size_t size, struct line *out);

// The order in which lines are shown, the same in every process: by time, then by id.
int line_compare(uint64_t time_a, uint64_t id_a, uint64_t time_b, uint64_t id_b);

#endif
