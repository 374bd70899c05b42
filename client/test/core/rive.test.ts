// Where an animation lies on its canvas.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf } from '../../src/core/rive.ts';

const content = { minX: 0, minY: 0, maxX: 100, maxY: 50 };
const frame = { width: 200, height: 200 };
const center = { x: 0, y: 0 };

for (const [fit, scaleX, scaleY, x, y] of [
    ['contain', 2, 2, 0, 50],
    ['cover', 4, 4, -100, 0],
    ['fill', 2, 4, 0, 0],
    ['fitWidth', 2, 2, 0, 50],
    ['fitHeight', 4, 4, -100, 0],
    ['none', 1, 1, 50, 75],
    ['scaleDown', 1, 1, 50, 75],
    ['constructor', 2, 2, 0, 50],
] as const)
    test(`what is ${fit} lies where Flet puts it`, () => {
        assert.deepEqual(placeOf(fit, center, frame, content), { scaleX, scaleY, x, y });
    });

test('alignment says where the room that is left lies, or what is cut off', () => {
    assert.deepEqual(placeOf('contain', { x: -1, y: 1 }, frame, content), { scaleX: 2, scaleY: 2, x: 0, y: 100 });
    assert.deepEqual(placeOf('cover', { x: 1, y: 0 }, frame, content), { scaleX: 4, scaleY: 4, x: -200, y: 0 });
});

test('what begins elsewhere is brought to its place, and what is empty divides by nothing', () => {
    const moved = { minX: -50, minY: 10, maxX: 50, maxY: 60 };
    assert.deepEqual(placeOf('contain', center, frame, moved), { scaleX: 2, scaleY: 2, x: 100, y: 30 });
    const { scaleX, x } = placeOf('contain', center, frame, { minX: 0, minY: 0, maxX: 0, maxY: 0 });
    assert.ok(Number.isFinite(scaleX) && Number.isFinite(x));
});
