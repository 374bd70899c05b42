// Which components came, went or were given something else: kept until it is asked for.

#include "base/mem.h"
#include "sdk/tree/tree_private.h"

void tr_tree_tell(tr_tree *self, uint32_t id, enum tr_component_change what)
{
    if (self->news_count == self->news_cap) {
        self->news_cap = self->news_cap == 0 ? 4 : self->news_cap * 2;
        self->news = tr_realloc(self->news, self->news_cap * sizeof *self->news);
    }
    self->news[self->news_count++] = (tr_component_news){id, what};
}

tr_hidden_news tr_tree_hide_news(tr_tree *self)
{
    tr_hidden_news before = {self->news_next, self->news_hidden};
    self->news_next = self->news_hidden = self->news_count;
    return before;
}

void tr_tree_unhide_news(tr_tree *self, tr_hidden_news before)
{
    // Events that could not be worked off stay behind the others.
    uint32_t left = self->news_count - self->news_next;
    if (left != 0)
        memmove(&self->news[self->news_hidden], &self->news[self->news_next],
                left * sizeof *self->news);
    self->news_count = self->news_hidden + left;
    self->news_next = before.next;
    self->news_hidden = before.hidden;
}

bool tr_tree_has_news(const tr_tree *self)
{
    return self->news_next != self->news_count;
}

bool tr_tree_take_news(tr_tree *self, tr_component_news *out)
{
    if (self->news_next == self->news_count) {
        self->news_next = self->news_count = self->news_hidden;
        return false;
    }
    *out = self->news[self->news_next++];
    return true;
}
