import assert from 'node:assert/strict';
import { test } from 'node:test';
import { covers, MAX_PX, Rail, SPAN_CAP, spanOf, wish } from '../../src/core/rail.ts';

test('both ends of the bar are both ends of the list, however long', () => {
    for (const count of [100, 1_000_000, 2_000_000_000]) {
        const rail = new Rail(count, 40, 600);
        assert.ok(rail.length <= MAX_PX);
        assert.equal(rail.toRow(0), 0);
        assert.equal(rail.toRow(rail.length - 600), count - 15);
        assert.equal(rail.toPx(count - 15), rail.length - 600);
        assert.equal(rail.toRow(-50), 0);
        assert.equal(rail.toPx(count + 5), rail.length - 600);
    }
});

test('there and back is the same place', () => {
    const rail = new Rail(1_000_000, 40, 600);
    for (const row of [0, 1, 17, 499_999.5, 999_985]) assert.ok(Math.abs(rail.toRow(rail.toPx(row)) - row) < 1e-6);
});

test('short of the limit a pixel is a pixel', () => {
    assert.equal(new Rail(1000, 40, 600).toPx(100), 4000);
});

test('a list that fits does not scroll', () => {
    const rail = new Rail(5, 40, 600);
    assert.equal(rail.toRow(100), 0);
    assert.equal(rail.toPx(3), 0);
    assert.equal(new Rail(0, 40, 600).length, 0);
});

test('spans stay in the list', () => {
    assert.deepEqual(spanOf(-5, 3.2, 100), { first: 0, count: 4 });
    assert.deepEqual(spanOf(95.5, 120, 100), { first: 95, count: 5 });
    assert.deepEqual(spanOf(200, 220, 100), { first: 100, count: 0 });
});

test('nothing is asked for while there is a screen more on each side', () => {
    const loaded = { first: 100, count: 100 };
    assert.equal(wish(140, 20, loaded, 1000), undefined);
    assert.deepEqual(wish(119, 20, loaded, 1000), { first: 79, count: 100 });
    assert.deepEqual(wish(161, 20, loaded, 1000), { first: 121, count: 100 });
    assert.equal(wish(0, 20, { first: 0, count: 30 }, 30), undefined);
    assert.ok(covers(loaded, { first: 500, count: 0 }));
});

test('a screen of very low rows asks for what is in sight', () => {
    assert.deepEqual(wish(5000, 300, { first: 0, count: 0 }, 1_000_000), {
        first: 5000,
        count: SPAN_CAP - 1,
    });
});
