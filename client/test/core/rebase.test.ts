import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../src/core/outbox.ts';
import { encodeWithRoom } from '../../src/core/packets.ts';
import { reapply, rebase, takePatch, unroll } from '../../src/core/rebase.ts';
import { Store, type Value, type ValueMap } from '../../src/core/tree.ts';

test('a value that only one side changed is that side’s', () => {
    assert.equal(rebase('a', 'b', 'a'), 'b');
    assert.equal(rebase('a', 'a', 'b'), 'b');
    assert.equal(rebase(false, true, false), true);
    assert.equal(rebase(1, 2, 3), 2);
    assert.equal(rebase('a', 'b', undefined), 'b');
});

test('what was typed since is typed again into what the server made of the text', () => {
    const cases: [base: string, mine: string, theirs: string, result: string][] = [
        ['hello', 'hello you', '', ' you'],
        ['hello', 'hello you', 'HELLO', 'HELLO you'],
        ['hello', 'oh hello', 'hello!', 'oh hello!'],
        ['one three', 'one two three', 'one three four', 'one two three four'],
        ['one two', 'one', 'one two three', 'one three'],
        ['milk', 'mil', '', ''],
        ['a👩b', 'a👩xb', '', 'x'],
        ['a👨', 'a👩', 'a👨!', 'a👩!'],
    ];
    for (const [base, mine, theirs, result] of cases)
        assert.equal(rebase(base, mine, theirs), result, `${base}|${mine}`);
});

const page = (value: string) => ({
    _c: 'Page',
    _i: 1,
    views: [{ _c: 'View', _i: 3, controls: [{ _c: 'TextField', _i: 9, value, label: 'Name' }] }],
});

function scene(value = '') {
    const store = new Store();
    const outbox = new Outbox();
    store.mergePage(page(value));
    const send = (action: number, body: ValueMap, before?: ValueMap) =>
        outbox.push({ action, body }, encodeWithRoom(action, body), before);
    const type = (text: string) => {
        const before = { value: store.find(9)!.props['value'] as Value };
        store.mergeLocal(9, { value: text });
        send(4, { id: 9, props: { value: text } }, before);
        send(3, { target: 9, name: 'change', data: text });
    };
    const shown = () => store.find(9)!.props['value'];
    const due = () => {
        outbox.rewind(0);
        const all: unknown[] = [];
        for (let m = outbox.next(1); m; m = outbox.next(1))
            all.push((m.body['props'] as ValueMap)?.['value'] ?? m.body['data']);
        return all;
    };
    return { store, outbox, send, type, shown, due };
}

test('a field cleared by the answer of a submit that was lost stays clear', () => {
    const s = scene();
    s.type('milk');
    s.send(3, { target: 9, name: 'submit', data: null });
    s.outbox.rewind(3); // all of it was taken
    unroll(s.store, s.outbox);
    assert.equal(s.shown(), 'milk');
    s.store.patch(9, [[0], [0, 0, 'value', '']]);
    reapply(s.store, s.outbox);
    assert.equal(s.shown(), '');
});

test('what was typed behind a submit is all that is left of the text, on the screen and on its way', () => {
    const s = scene();
    s.type('milk');
    s.send(3, { target: 9, name: 'submit', data: null });
    s.type('milk b');
    s.type('milk br');
    s.outbox.rewind(3);
    unroll(s.store, s.outbox);
    assert.equal(s.shown(), 'milk');
    s.store.patch(9, [[0], [0, 0, 'value', '']]);
    reapply(s.store, s.outbox);
    assert.equal(s.shown(), ' br');
    s.outbox.confirm(3);
    assert.deepEqual(s.due(), [' b', ' b', ' br', ' br']);
});

test('what never arrived stands, over a page that knows nothing of it', () => {
    const s = scene();
    s.type('a');
    s.type('ab');
    unroll(s.store, s.outbox);
    s.store.mergePage(page(''));
    reapply(s.store, s.outbox);
    assert.equal(s.shown(), 'ab');
    // And once more, as the next connection breaks, too, and the server has set the field meanwhile.
    s.outbox.rewind(0);
    unroll(s.store, s.outbox);
    assert.equal(s.shown(), '');
    s.store.mergePage(page('Dear '));
    reapply(s.store, s.outbox);
    assert.equal(s.shown(), 'Dear ab');
    assert.deepEqual(s.due(), ['Dear a', 'Dear a', 'Dear ab', 'Dear ab']);
});

test('a control that is gone meanwhile is no reason to fail', () => {
    const s = scene();
    s.type('a');
    unroll(s.store, s.outbox);
    s.store.mergePage({ _c: 'Page', _i: 1, views: [] });
    reapply(s.store, s.outbox);
    assert.deepEqual(s.due(), ['a', 'a']);
});

// A server that does what sdk/tree/typing.h says, behind a slow line.
function served(seed: number) {
    const s = scene();
    const pick = (below: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) && (seed >> 16) % below;
    let value = '';
    let taken = 0;
    let layers: { packet: number; text: string }[] = [];
    const sent: { number: number; seen: number; text: string }[] = [];
    const packets: { taken: number; value: string }[] = [];
    let seen = 0;
    let number = 0;
    return {
        s,
        pick,
        type(text: string) {
            s.type(text);
            number += 2; // the update and its event
            sent.push({ number: number - 1, seen, text });
        },
        take() {
            const report = sent.shift();
            if (!report) return false;
            taken = report.number;
            layers = layers.filter(({ packet }) => packet > report.seen);
            let typed = report.text;
            layers.forEach((layer, i) => {
                const next = rebase(layer.text, typed, layers[i + 1]?.text ?? value) as string;
                layer.text = typed;
                typed = next;
            });
            value = typed;
            return true;
        },
        rewrite(make: (text: string) => string) {
            const made = make(value);
            if (made === value) return false;
            packets.push({ taken, value: made });
            layers.push({ packet: packets.length, text: value });
            value = made;
            return true;
        },
        see() {
            const packet = packets[seen];
            if (!packet) return false;
            seen++;
            takePatch(s.store, s.outbox, 1, [[0], [0, 0, '_taken', packet.taken]]);
            takePatch(s.store, s.outbox, 9, [[0], [0, 0, 'value', packet.value]]);
            return true;
        },
        held: () => value,
    };
}

test('what is typed and what the server makes of it come to the same text, whatever comes when', () => {
    const makers = [
        (text: string) => text.toUpperCase(),
        (text: string) => text.replace(/\D/g, '').replace(/(\d)(?=(\d{3})+$)/g, '$1,'),
        (text: string) => text.slice(0, 6),
        (text: string) => (text.includes('!') ? '' : text),
    ];
    for (let seed = 1; seed <= 200; seed++) {
        const server = served(seed);
        const make = makers[seed % makers.length]!;
        for (let i = 0; i < 25; i++) {
            const now = String(server.s.shown());
            const at = server.pick(now.length + 1);
            server.type(now.slice(0, at) + ['a', '12', 'B!', ''][server.pick(4)] + now.slice(at + server.pick(2)));
            for (let j = server.pick(6); j > 0; j--)
                [server.take, () => server.rewrite(make), server.see][server.pick(3)]!();
        }
        while ([server.take(), server.rewrite(make), server.see()].some(Boolean));
        assert.equal(server.s.shown(), server.held(), `seed ${seed}`);
    }
});
