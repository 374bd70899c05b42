import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allowed, directionOf } from '../../src/core/dismiss.ts';
import { runsOf } from '../../src/core/grid.ts';
import { landing } from '../../src/core/reorder.ts';
import { bounded, IDENTITY, zoomed } from '../../src/core/viewport.ts';

test('a grid has as few columns as can be', () => {
    assert.equal(runsOf(300, 110, 10), 3);
    assert.equal(runsOf(360, 110, 10), 3);
    assert.equal(runsOf(361, 110, 10), 4);
    assert.equal(runsOf(0, 110, 10), 1);
});

test('a line lands where its leading edge has passed a middle', () => {
    const spans = [0, 50, 100, 150].map((start) => ({ start, size: 50 }));
    assert.equal(landing(spans, 0, 0), 0);
    assert.equal(landing(spans, 0, 24), 0);
    assert.equal(landing(spans, 0, 26), 1);
    assert.equal(landing(spans, 0, 500), 3);
    assert.equal(landing(spans, 3, -26), 2);
    assert.equal(landing(spans, 3, -500), 0);
    const reversed = [...spans].reverse();
    assert.equal(landing(reversed, 0, -26), 1);
});

test('directions of a swipe', () => {
    assert.deepEqual(allowed('horizontal'), ['endToStart', 'startToEnd']);
    assert.deepEqual(allowed(undefined), ['endToStart', 'startToEnd']);
    assert.deepEqual(allowed('none'), []);
    assert.equal(directionOf(5, false, false), 'startToEnd');
    assert.equal(directionOf(5, false, true), 'endToStart');
    assert.equal(directionOf(-5, true, true), 'up');
    assert.equal(directionOf(0, true, true), undefined);
});

test('a zoom keeps what is under the pointer, and nothing leaves the window', () => {
    const twice = zoomed(IDENTITY, 2, { x: 50, y: 20 }, 0.5, 4);
    assert.deepEqual(twice, { scale: 2, x: -50, y: -20 });
    assert.equal(zoomed(twice, 10, { x: 0, y: 0 }, 0.5, 4).scale, 4);
    const size = { width: 100, height: 100 };
    const none = { left: 0, top: 0, right: 0, bottom: 0 };
    assert.deepEqual(bounded({ scale: 2, x: 30, y: -500 }, size, size, none), { scale: 2, x: 0, y: -100 });
    assert.deepEqual(bounded({ scale: 2, x: 30, y: 0 }, size, size, { ...none, left: 10 }).x, 20);
});
