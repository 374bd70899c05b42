import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
    candleSummary,
    corner,
    nearest,
    outline,
    radarRange,
    radarSummary,
    reach,
    scatterSummary,
} from '../../src/core/radar.ts';

const web = {
    centre: { x: 100, y: 100 },
    radius: 80,
    corners: 4,
    range: { min: 0, max: 4 },
    ticks: 3,
    isMinAtCentre: false,
};

test('corners go round from the top', () => {
    const round = ({ x, y }: { x: number; y: number }) => [Math.round(x), Math.round(y)];
    assert.deepEqual(round(corner(web, 0, 80)), [100, 20]);
    assert.deepEqual(round(corner(web, 1, 80)), [180, 100]);
});

test('values lie between the first ring and the last', () => {
    assert.equal(reach(web, 0), 20);
    assert.equal(reach(web, 4), 80);
    assert.equal(reach(web, 99), 80, 'and never beyond');
    assert.equal(reach({ ...web, isMinAtCentre: true }, 2), 40);
});

test('the range is that of the values, and is never empty', () => {
    assert.deepEqual(radarRange([1, 5]), { min: 1, max: 5 });
    assert.deepEqual(radarRange([3, 3]), { min: 0, max: 3 });
    assert.deepEqual(radarRange([]), { min: 0, max: 1 });
});

test('what is near is found, what is not is not', () => {
    const points = [
        { x: 0, y: 0 },
        { x: 10, y: 0 },
    ];
    assert.equal(nearest(points, { x: 8, y: 1 }, 5), 1);
    assert.equal(nearest(points, { x: 8, y: 50 }, 5), -1);
    assert.equal(outline(points), 'M0 0L10 0Z');
    assert.equal(outline([]), '');
});

test('charts are told in words', () => {
    assert.equal(scatterSummary([{ x: 1, y: 2 }]), 'Scatter chart of 1 points: 1, 2');
    assert.equal(radarSummary(['Taste'], [[4, 2]]), 'Radar chart: Taste 4, 2 2');
    assert.match(candleSummary([{ x: 1, open: 4, high: 9, low: 3, close: 8 }]), /from 4 to 8, between 3 and 9/);
});
