// says: write .board, TYPE., TYPE being what its arrays are of: docs/howto/state.md
#include <troupe/troupe.h>

struct game {
    int count;
    unsigned board[3][3][2];
};
TR_LAYOUT(struct game, count, board);
