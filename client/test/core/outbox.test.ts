import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox, type Message } from '../../src/core/outbox.ts';
import { encodeWithRoom } from '../../src/core/packets.ts';

const update = (id: number, value: unknown): Message => ({ action: 4, body: { id, props: { value } } });
const click = (target: number): Message => ({ action: 3, body: { target, name: 'click', data: null } });
const rows = (target: number, first: number): Message => ({ action: 3, body: { target, name: 'rows', data: first } });

function push(outbox: Outbox, message: Message): boolean {
    return outbox.push(message, encodeWithRoom(message.action, message.body));
}

function takeAll(outbox: Outbox): Message[] {
    const all: Message[] = [];
    for (let next = outbox.next(1); next; next = outbox.next(1)) all.push({ action: next.action, body: next.body });
    return all;
}

test('keeps the order, and everything until it is confirmed', () => {
    const outbox = new Outbox();
    const all = [update(1, 'a'), click(2), update(1, 'b')];
    for (const message of all) push(outbox, message);
    assert.deepEqual(takeAll(outbox), all);
    assert.deepEqual(takeAll(outbox), []);
    outbox.confirm(1);
    outbox.rewind(0);
    assert.deepEqual(takeAll(outbox), all.slice(1));
    assert.equal(outbox.first, 2);
    outbox.confirm(3);
    assert.equal(outbox.length, 0);
    assert.equal(outbox.first, 4);
});

test('what breaks the line is given up after three times, and nothing else with it', () => {
    const outbox = new Outbox();
    const all = [click(1), click(2), click(3)];
    for (const message of all) push(outbox, message);
    assert.deepEqual(takeAll(outbox), all);
    outbox.rewind(0);
    assert.equal(outbox.giveUp(), undefined);
    assert.deepEqual(takeAll(outbox), all);
    outbox.rewind(0);
    assert.deepEqual(takeAll(outbox), [click(1)]);
    outbox.confirm(1);
    assert.deepEqual(takeAll(outbox), [click(2)]);
    outbox.rewind(1);
    assert.deepEqual(outbox.giveUp()?.body, click(2).body);
    assert.deepEqual(takeAll(outbox), [click(3)]);
});

test('values that nobody saw give way to later ones, where nothing happened between', () => {
    const outbox = new Outbox();
    for (const message of [update(1, 'a'), update(1, 'b'), click(2), update(1, 'c')]) push(outbox, message);
    assert.deepEqual(takeAll(outbox), [update(1, 'b'), click(2), update(1, 'c')]);
    push(outbox, update(1, 'd'));
    assert.equal(outbox.length, 4, 'what went out stays as it was');
});

test('of wishes for rows that did not go out only the last is kept', () => {
    const outbox = new Outbox();
    for (const message of [rows(5, 0), click(2), rows(5, 40), rows(6, 0)]) push(outbox, message);
    assert.deepEqual(takeAll(outbox), [click(2), rows(5, 40), rows(6, 0)]);
});

test('is bounded in messages and in bytes, and takes answers to calls all the same', () => {
    const few = new Outbox({ messages: 2, bytes: 1000 });
    assert.ok(push(few, click(1)) && push(few, click(2)));
    assert.equal(push(few, click(3)), false);
    assert.ok(push(few, { action: 5, body: { call_id: 'c1' } }));
    few.confirm(1);
    assert.equal(push(few, click(3)), false);
    few.confirm(2);
    assert.ok(push(few, click(3)));

    const small = new Outbox({ messages: 100, bytes: 400 });
    assert.equal(push(small, update(1, 'x'.repeat(400))), false);
    assert.ok(push(small, update(1, 'x'.repeat(200))));
    assert.equal(push(small, update(2, 'x'.repeat(200))), false);
    small.confirm(1);
    assert.ok(push(small, update(2, 'x'.repeat(200))));
});

test('to a server that does not count a message is gone once it went out', () => {
    const outbox = new Outbox();
    push(outbox, click(1));
    takeAll(outbox);
    push(outbox, click(2));
    outbox.forgetSent();
    assert.deepEqual(takeAll(outbox), [click(2)]);
});
