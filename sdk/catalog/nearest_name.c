#include "sdk/catalog/nearest_name.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { NAME_CAP = 64 };

// Changes of one letter that make `a` of `b`; `cap` or more: some number from `cap` on.
static unsigned distance(tr_slice a, tr_slice b, unsigned cap)
{
    unsigned row[NAME_CAP + 1];
    for (unsigned j = 0; j <= b.size; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a.size; i++) {
        unsigned diagonal = row[0];
        unsigned least = row[0] = i;
        for (unsigned j = 1; j <= b.size; j++) {
            unsigned change = diagonal + (a.data[i - 1] != b.data[j - 1]);
            diagonal = row[j];
            unsigned other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = change < other ? change : other;
            least = row[j] < least ? row[j] : least;
        }
        if (least >= cap)
            return cap;
    }
    return row[b.size];
}

static bool contains(tr_slice text, tr_slice part)
{
    for (unsigned at = 0; at + part.size <= text.size; at++)
        if (memcmp(text.data + at, part.data, part.size) == 0)
            return true;
    return false;
}

static void keep(tr_near *self, tr_guess one)
{
    for (unsigned i = 0; i < TR_NEAR_GUESSES; i++)
        if (one.score < self->best[i].score) {
            tr_guess pushed = self->best[i];
            self->best[i] = one;
            one = pushed;
        }
}

tr_near tr_near_to(tr_slice wanted)
{
    tr_near self = {.wanted = wanted};
    // Half of it may be wrong.
    for (unsigned i = 0; i < TR_NEAR_GUESSES; i++)
        self.best[i].score = wanted.size == 0 || wanted.size > NAME_CAP ? 0 : wanted.size / 2 + 1;
    return self;
}

void tr_near_offer(tr_near *self, tr_slice name)
{
    tr_slice wanted = self->wanted;
    unsigned worst = self->best[TR_NEAR_GUESSES - 1].score;
    if (worst == 0 || name.size == 0 || name.size > NAME_CAP)
        return;
    // A longer name with all of it inside is as good as a slip.
    if (wanted.size >= 3 && name.size > wanted.size && contains(name, wanted))
        keep(self, (tr_guess){name, 1 + (name.size - wanted.size) / 8});
    else if ((name.size > wanted.size ? name.size - wanted.size : wanted.size - name.size) < worst)
        keep(self, (tr_guess){name, distance(wanted, name, worst)});
}

unsigned tr_near_count(const tr_near *self)
{
    unsigned count = 0;
    while (count < TR_NEAR_GUESSES && self->best[count].name.size != 0)
        count++;
    return count;
}

void tr_near_print(const tr_near *self, char *out, size_t size)
{
    size_t at = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < tr_near_count(self) && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "%s%.*s", i == 0 ? "" : ",",
                               (int)self->best[i].name.size, self->best[i].name.data);
}
