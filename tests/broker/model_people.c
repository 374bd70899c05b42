// Gateways and browsers of the model: what gateway/browser.c and client/src/core/ do with a page that is
// a number.

#include <string.h>

#include "tests/broker/model.h"

enum { ANSWER_MS = 6000, SILENCE_MS = 4000, CLICK_MS = 150, COME_MS = 800, PAGES_CAP = 3 };

// -- a gateway --

typedef struct model_connection connection;

static connection *find(model_gateway *of, uint64_t number)
{
    for (unsigned i = 0; i < CONNECTIONS_CAP; i++)
        if (of->connections[i].number == number)
            return &of->connections[i];
    return NULL;
}

static void end(model *self, const model_gateway *of, connection *at)
{
    model_letter letter = model_write(self, W_REFUSED, of->member.place, at->person);
    letter.connection = at->number;
    model_send(self, &letter);
    at->number = 0;
}

// gateway/browser.c: open_session
static tr_address place_of(model *self, const model_gateway *of, const char *id)
{
    const tr_routes *routes = &of->member.routes;
    uint64_t here = self->places[of->member.place].node;
    uint64_t chance = model_below(self, UINT64_C(1) << 40);
    if (id[0] == '\0')
        return tr_routes_place(routes, here, 0, chance);
    tr_address owner = tr_routes_owner(routes, tr_slice_of(id));
    if (tr_address_is_set(owner) && !tr_routes_is_lost(routes, owner.node))
        return owner;
    return tr_routes_place_known(routes, tr_slice_of(id), here, 0, chance);
}

static void pass_on(model *self, const model_gateway *of, const connection *at,
                    const model_letter *letter)
{
    int to = model_find(self, at->session_node);
    model_letter on = *letter;
    on.from = of->member.place;
    on.from_node = self->places[of->member.place].node;
    on.to = (unsigned)to;
    on.to_node = at->session_node;
    if (to >= 0)
        model_send(self, &on);
}

static void on_open(model *self, model_gateway *of, const model_letter *open)
{
    tr_address place = place_of(self, of, open->id);
    connection *fresh = find(of, 0);
    if (fresh == NULL || model_find(self, place.node) < 0) {
        model_letter letter = model_answer(self, W_REFUSED, open);
        model_send(self, &letter);
        return;
    }
    *fresh = (connection){open->connection, open->from, place.node};
    pass_on(self, of, fresh, open);
}

static void to_person(model *self, model_gateway *of, connection *at, const model_letter *letter)
{
    model_letter on = *letter;
    on.from = of->member.place;
    on.from_node = self->places[of->member.place].node;
    on.to = at->person;
    on.to_node = 0;
    model_send(self, &on);
    if (letter->word == W_REFUSED)
        at->number = 0;
}

static void on_said(model *self, model_gateway *of, const model_letter *letter)
{
    connection *at = letter->connection != 0 ? find(of, letter->connection) : NULL;
    if (at == NULL)
        return;
    if (letter->from >= FIRST_PERSON)
        pass_on(self, of, at, letter);
    else if (letter->from_node == at->session_node)
        to_person(self, of, at, letter);
}

static void on_gone(model *self, model_gateway *of, const model_letter *letter)
{
    (void)model_member_take(self, &of->member, letter);
    for (unsigned i = 0; i < CONNECTIONS_CAP; i++)
        if (of->connections[i].number != 0 && of->connections[i].session_node == letter->epoch)
            end(self, of, &of->connections[i]);
}

// A browser that has left says so when its line ends; here it is forgotten when the table is full.
static void forget_left(model *self, model_gateway *of)
{
    for (unsigned i = 0; i < CONNECTIONS_CAP; i++) {
        const connection *at = &of->connections[i];
        if (at->number != 0 && self->people[at->person - FIRST_PERSON].connection != at->number)
            of->connections[i].number = 0;
    }
}

void model_gateway_take(model *self, unsigned index, const model_letter *letter)
{
    model_gateway *of = &self->gateways[index];
    switch ((int)letter->word) {
    case W_TICK:
        forget_left(self, of);
        (void)model_member_tick(self, &of->member);
        model_send_at(self, letter, self->now + TICK_MS);
        break;
    case W_MEMBERS:
        (void)model_member_take(self, &of->member, letter);
        break;
    case W_GONE:
        on_gone(self, of, letter);
        break;
    case W_OPEN:
        on_open(self, of, letter);
        break;
    default:
        on_said(self, of, letter);
    }
}

// -- a browser --

static void come(model *self, unsigned index)
{
    model_person *of = &self->people[index];
    unsigned gateway = FIRST_GATEWAY + (unsigned)model_below(self, GATEWAYS);
    of->come_at = self->now + 1 + model_below(self, COME_MS);
    if (!self->places[gateway].is_up)
        return;
    of->state = COMING;
    of->gateway = gateway;
    of->gateway_node = self->places[gateway].node;
    of->connection = 1 + model_below(self, UINT64_MAX - 1);
    of->heard_at = self->now;
    model_letter open = model_write(self, W_OPEN, FIRST_PERSON + index, gateway);
    open.to_node = of->gateway_node;
    open.connection = of->connection;
    memcpy(open.id, of->id, sizeof open.id);
    model_send(self, &open);
}

static void leave(model *self, model_person *of)
{
    of->state = AWAY;
    of->connection = 0;
    of->come_at = self->now + 1 + model_below(self, COME_MS);
}

static void say_clicks(model *self, unsigned index)
{
    model_person *of = &self->people[index];
    while (of->state == READY && of->sent < of->clicks) {
        model_letter event = model_write(self, W_EVENT, FIRST_PERSON + index, of->gateway);
        event.to_node = of->gateway_node;
        event.connection = of->connection;
        event.number = ++of->sent;
        memcpy(event.id, of->id, sizeof event.id);
        model_send(self, &event);
    }
}

static void look(model *self, unsigned index, const model_letter *letter)
{
    model_person *of = &self->people[index];
    // Of a worker that has not heard yet that its page is elsewhere: what it does with it is refused.
    if (letter->taken < of->safe) {
        self->stale++;
        return;
    }
    if (letter->count > of->clicks)
        model_break(self, "browser %u: %u of %u clicks", index, letter->count, of->clicks);
    if (self->is_sync && letter->count < of->shown)
        model_break(self, "browser %u: %u is shown behind %u", index, letter->count, of->shown);
    of->shown = letter->count;
    of->safe = letter->safe > of->safe ? letter->safe : of->safe;
    of->heard_at = self->now;
}

static void on_attached(model *self, unsigned index, const model_letter *letter)
{
    model_person *of = &self->people[index];
    if (of->id[0] != '\0' && strcmp(of->id, letter->id) != 0)
        model_break(self, "browser %u has another page", index);
    memcpy(of->id, letter->id, sizeof of->id);
    of->state = READY;
    of->sent = letter->taken > of->safe ? letter->taken : of->safe;
    look(self, index, letter);
    say_clicks(self, index);
}

bool model_person_is_settled(const model_person *of)
{
    return of->id[0] != '\0' && of->safe == of->clicks && of->shown == of->clicks;
}

// Goes on with another page, when all of the one before is safe.
static void begin_anew(model *self, model_person *of)
{
    leave(self, of);
    unsigned pages = of->pages + 1;
    *of = (model_person){.come_at = of->come_at, .pages = pages};
}

static model_person *person_of(model *self, const char *id)
{
    for (unsigned i = 0; i < PEOPLE; i++)
        if (strcmp(self->people[i].id, id) == 0)
            return &self->people[i];
    return NULL;
}

void model_page_moves(model *self, const char *id)
{
    model_person *of = person_of(self, id);
    if (of != NULL)
        of->has_moved = true;
}

bool model_page_may_be_lost(model *self, const char *id)
{
    model_person *of = person_of(self, id);
    if (of != NULL && (self->is_sync || of->has_moved || of->safe != 0))
        return false;
    if (of != NULL)
        begin_anew(self, of);
    return true;
}

static void on_tick(model *self, unsigned index, const model_letter *letter)
{
    model_person *of = &self->people[index];
    if (!self->is_quiet && of->pages < PAGES_CAP && model_person_is_settled(of) &&
        model_chance(self, 2))
        begin_anew(self, of);
    uint64_t silent_ms = self->now - of->heard_at;
    bool is_dead = of->state == COMING ? silent_ms > ANSWER_MS
                                       : silent_ms > SILENCE_MS && !model_person_is_settled(of);
    if (of->state != AWAY && is_dead)
        leave(self, of);
    if (of->state == AWAY && self->now >= of->come_at)
        come(self, index);
    if (!self->is_quiet && of->id[0] != '\0' && self->now >= of->click_at) {
        of->heard_at = model_person_is_settled(of) ? self->now : of->heard_at;
        of->clicks++;
        of->click_at = self->now + CLICK_MS / 2 + model_below(self, CLICK_MS);
    }
    say_clicks(self, index);
    model_send_at(self, letter, self->now + TICK_MS);
}

void model_person_take(model *self, unsigned index, const model_letter *letter)
{
    model_person *of = &self->people[index];
    bool is_of_line = letter->connection != 0 && letter->connection == of->connection;
    if (letter->word == W_TICK)
        on_tick(self, index, letter);
    else if (letter->word == W_GONE && letter->epoch == of->gateway_node && of->state != AWAY)
        leave(self, of);
    else if (is_of_line && letter->word == W_REFUSED)
        leave(self, of);
    else if (is_of_line && letter->word == W_ATTACHED)
        on_attached(self, index, letter);
    else if (is_of_line && letter->word == W_FRAME && of->state == READY)
        look(self, index, letter);
}
