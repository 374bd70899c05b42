import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as chart from '../../src/core/chart.ts';

test('ranges hold the data and are never empty', () => {
    assert.deepEqual(chart.rangeOf([3, 1, 2]), { min: 1, max: 3 });
    assert.deepEqual(chart.rangeOf([5]), { min: 4, max: 6 });
    assert.deepEqual(chart.rangeOf([]), { min: 0, max: 1 });
    assert.deepEqual(chart.rangeOf([3, 1], 0, 10), { min: 0, max: 10 });
});

test('ticks are round and bounded', () => {
    assert.equal(chart.stepFor({ min: 0, max: 100 }, 5), 20);
    assert.deepEqual(chart.ticks({ min: 0.5, max: 2 }, 0.5), [0.5, 1, 1.5, 2]);
    assert.deepEqual(chart.ticks({ min: 0, max: 1e9 }, 1), [], 'a silly step draws nothing');
    assert.deepEqual(chart.ticks({ min: 0, max: 1 }, 0), []);
    assert.equal(chart.label(1_250_000), '1.25M');
});

test('a curve goes through its points', () => {
    const points = [
        { x: 0, y: 0 },
        { x: 10, y: 10 },
        { x: 20, y: 0 },
    ];
    assert.equal(chart.linePath(points, 0, undefined), 'M0 0L10 10L20 0');
    const curve = chart.linePath(points, 0.35, 0);
    assert.match(curve, /^M0 0C.* 10 10C.* 20 0$/);
    assert.equal(
        chart.areaPath(
            'M0 0L5 5',
            [
                { x: 0, y: 0 },
                { x: 5, y: 5 },
            ],
            9,
        ),
        'M0 0L5 5L5 9L0 9Z',
    );
});

test('words for those who cannot see it', () => {
    const words = chart.summary([
        [
            { x: 0, y: 1 },
            { x: 1, y: 3 },
        ],
        [],
    ]);
    assert.equal(words, 'Line chart. Series 1: 2 points, lowest 1, highest 3, last 3. Series 2: no data.');
    assert.equal(
        chart.nearestIndex(
            [
                { x: 0, y: 0 },
                { x: 10, y: 0 },
            ],
            6,
        ),
        1,
    );
});

test('groups of bars are placed as a main axis places its children', () => {
    assert.deepEqual(chart.spread([10, 10], 80, 'spaceEvenly', 16), [25, 55]);
    assert.deepEqual(chart.spread([10, 10], 80, 'spaceBetween', 16), [5, 75]);
    assert.deepEqual(chart.spread([10, 10], 80, 'spaceAround', 16), [20, 60]);
    assert.deepEqual(chart.spread([10, 10], 80, 'start', 16), [5, 31]);
    assert.deepEqual(chart.spread([10, 10], 80, 'end', 16), [49, 75]);
    assert.deepEqual(chart.spread([10, 10], 80, 'center', 16), [27, 53]);
    assert.deepEqual(chart.spread([], 80, 'center', 16), []);
    // Too wide for their place: they begin at its start, and none is lost.
    assert.deepEqual(chart.spread([60, 60], 80, 'spaceEvenly', 0), [30, 90]);
});

test('a pie is shares of one turn', () => {
    assert.deepEqual(chart.pieSlices([1, 1, 2]), [
        { from: 0, to: 0.25 },
        { from: 0.25, to: 0.5 },
        { from: 0.5, to: 1 },
    ]);
    assert.deepEqual(chart.pieSlices([0, 0]), [
        { from: 0, to: 0 },
        { from: 0, to: 0 },
    ]);
    assert.deepEqual(chart.pieSlices([]), []);
});

test('bars and pies are told in words', () => {
    assert.equal(
        chart.barSummary([
            { name: 'Mon', values: [3, 4.5] },
            { name: 'Tue', values: [] },
        ]),
        'Bar chart. Mon: 3, 4.5. Tue: none.',
    );
    assert.equal(chart.barSummary([]), 'Bar chart. No data.');
    assert.equal(
        chart.pieSummary([
            { name: 'Card', value: 30 },
            { name: '', value: 10 },
        ]),
        'Pie chart. Card: 30 (75 %). 10 (25 %).',
    );
    assert.equal(chart.pieSummary([]), 'Pie chart. No data.');
});
