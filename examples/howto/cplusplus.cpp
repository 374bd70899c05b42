// A guest list in C++20: the headers are the same, arguments stand by name and in order.

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <troupe/troupe.h>

struct guest {
    unsigned id;
    bool has_come;
    char name[60];
};
TR_LAYOUT(guest, id, has_come, name);

// Plain bytes, as in C: they are saved and moved, and begin as zeros. No std::string in here.
struct party {
    guest guests[100];
    unsigned count, last_id;

    guest *begin() { return guests; }
    guest *end() { return guests + count; }
};
TR_LAYOUT(party, (guests, guest), count, last_id);

TR_DECLARE(party_tick);

static void show(tr_event *ev)
{
    party *state = tr_state(ev);
    std::vector<ui_control *> rows;
    std::ranges::transform(*state, std::back_inserter(rows), [](const guest &each) {
        return ui_checkbox(.label = each.name, .value = each.has_come,
                           .on_change = UI_CALL(party_tick, &each.id),
                           .key = ui_format("guest-%u", each.id));
    });
    rows.push_back(UI_END);
    ui_set_children(ev, "guests", rows.data());
    auto come = std::ranges::count_if(*state, &guest::has_come);
    ui_set_textf(ev, "count", "%d of %u are here", static_cast<int>(come), state->count);
}

TR_ASYNC(party_tick)
{
    party *state = tr_state(ev);
    const unsigned *id = TR_PAYLOAD(ev, unsigned);
    if (id == nullptr)
        return;
    if (auto found = std::ranges::find(*state, *id, &guest::id); found != state->end())
        found->has_come = tr_event_boolean(ev, 0);
    show(ev);
}

TR_ASYNC(party_invite)
{
    char name[sizeof guest::name];
    ui_get_text(ev, "name", "value", name, sizeof name);
    party *state = tr_state(ev);
    if (std::string_view(name).empty() || state->count == std::size(state->guests))
        return;
    guest &added = *state->end();
    state->count++;
    added = {.id = ++state->last_id, .has_come = false, .name = {}};
    std::ranges::copy(name, added.name);
    ui_set_text(ev, "name", "");
    show(ev);
}

TR_ASYNC(party_clear)
{
    if (tr_confirm(ev, "Forget all guests?", .yes = "Forget", .is_dangerous = true) != 1)
        return;
    party *state = tr_state(ev);
    *state = {};
    show(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_row(UI(ui_text_field(.label = "Name", .on_submit = party_invite, .key = "name"),
                           ui_filled_button(.content = "Invite", .on_click = party_invite),
                           ui_text_button(.content = "Forget all", .on_click = party_clear)),
                        .spacing = 12));
    ui_add(page, ui_text(.value = "Nobody is invited", .key = "count"));
    ui_add(page, ui_column(.key = "guests"));
}

// `extern`: for the test. Objects that are const belong to their file in C++.
extern const tr_app party_app;
const tr_app party_app = {.name = "Party", .build = build, TR_STATE(party)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &party_app);
}
