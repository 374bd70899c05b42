import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../src/core/outbox.ts';
import { encodeWithRoom } from '../../src/core/packets.ts';
import { reapply, rebase, unroll } from '../../src/core/rebase.ts';
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
