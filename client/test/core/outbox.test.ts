import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../src/core/outbox.ts';

const update = (id: number, value: unknown) => ({ action: 4, body: { id, props: { value } } });
const click = (target: number) => ({ action: 3, body: { target, name: 'click', data: null } });

test('keeps the order', () => {
    const outbox = new Outbox();
    const all = [update(1, 'a'), click(2), update(1, 'b')];
    for (const message of all) outbox.push(message);
    assert.deepEqual(outbox.takeAll(), all);
    assert.equal(outbox.length, 0);
});

test('when full it first folds updates, then drops the oldest event, never a last value', () => {
    const outbox = new Outbox(3);
    for (const value of ['a', 'b', 'c', 'd']) outbox.push(update(1, value));
    assert.deepEqual(outbox.takeAll(), [update(1, 'd')]);
    for (const message of [update(1, 'a'), click(2), click(3), click(4)]) outbox.push(message);
    assert.deepEqual(outbox.takeAll(), [update(1, 'a'), click(3), click(4)]);
});
