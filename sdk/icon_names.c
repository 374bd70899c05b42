#include "sdk/icon_names.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/log.h"
#include "sdk/tables.h"
#include "wire/limits.h"

enum { NAME_CAP = 64 };

// Changes of one letter that make `a` of `b`; `cap` or more: some number from `cap` on.
static unsigned distance(const char *a, unsigned a_size, const char *b, unsigned b_size,
                         unsigned cap)
{
    unsigned row[NAME_CAP + 1];
    for (unsigned j = 0; j <= b_size; j++)
        row[j] = j;
    for (unsigned i = 1; i <= a_size; i++) {
        unsigned diagonal = row[0];
        unsigned least = row[0] = i;
        for (unsigned j = 1; j <= b_size; j++) {
            unsigned change = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            unsigned other = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            row[j] = change < other ? change : other;
            least = row[j] < least ? row[j] : least;
        }
        if (least >= cap)
            return cap;
    }
    return row[b_size];
}

static bool contains(const char *text, unsigned size, const char *part, unsigned part_size)
{
    for (unsigned at = 0; at + part_size <= size; at++)
        if (memcmp(text + at, part, part_size) == 0)
            return true;
    return false;
}

typedef struct guess {
    const char *name;
    unsigned score;
} guess;

static void keep(guess best[TR_ICON_GUESSES], guess one)
{
    for (unsigned i = 0; i < TR_ICON_GUESSES; i++)
        if (one.score < best[i].score) {
            guess pushed = best[i];
            best[i] = one;
            one = pushed;
        }
}

unsigned tr_icon_guess(tr_slice name, const char *out[TR_ICON_GUESSES])
{
    if (name.size == 0 || name.size > NAME_CAP)
        return 0;
    // Half of it may be wrong.
    unsigned limit = name.size / 2 + 1;
    guess best[TR_ICON_GUESSES];
    for (unsigned i = 0; i < TR_ICON_GUESSES; i++)
        best[i] = (guess){NULL, limit};
    for (unsigned i = 0; i < tr_generated_icon_count; i++) {
        const char *icon = tr_generated_icons[i].name;
        unsigned size = (unsigned)strlen(icon);
        unsigned worst = best[TR_ICON_GUESSES - 1].score;
        if (size > NAME_CAP)
            continue;
        // A longer name with all of it inside is as good as a slip.
        if (name.size >= 3 && size > name.size && contains(icon, size, name.data, name.size))
            keep(best, (guess){icon, 1 + (size - name.size) / 8});
        else if ((size > name.size ? size - name.size : name.size - size) < worst)
            keep(best, (guess){icon, distance(name.data, name.size, icon, size, worst)});
    }
    unsigned count = 0;
    while (count < TR_ICON_GUESSES && best[count].name != NULL) {
        out[count] = best[count].name;
        count++;
    }
    return count;
}

void tr_icon_warn(tr_slice name)
{
    static atomic_uint warnings;
    const char *guesses[TR_ICON_GUESSES];
    char line[TR_ICON_GUESSES * (NAME_CAP + 2)] = "";
    // Counts and nothing more: no order is needed.
    bool may_guess =
        atomic_fetch_add_explicit(&warnings, 1, memory_order_relaxed) < TR_ICON_WARNINGS_CAP;
    unsigned count = may_guess ? tr_icon_guess(name, guesses) : 0;
    size_t at = 0;
    for (unsigned i = 0; i < count; i++)
        at += (size_t)snprintf(line + at, sizeof line - at, "%s%s", i == 0 ? "" : ",", guesses[i]);
    tr_log(TR_LOG_WARN, "event=unknown_icon name=%s nearest=%s", tr_log_quote(name.data, name.size),
           line);
}
