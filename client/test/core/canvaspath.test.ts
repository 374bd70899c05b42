import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arcPath, elementsPath, gradientStops, ovalPath, pointsPath, rectPath } from '../../src/core/canvaspath.ts';

test('shapes become paths', () => {
    assert.equal(rectPath(1, 2, 10, 20), 'M1 2L11 2L11 22L1 22L1 2Z');
    assert.match(rectPath(0, 0, 10, 10, 50), /A5 5/, 'a corner is never more than half of the side');
    assert.equal(ovalPath(0, 0, 10, 4), 'M0 2A5 2 0 0 1 10 2A5 2 0 0 1 0 2Z');
    assert.equal(pointsPath([[0, 0], { x: 1, y: 1 }, [2, 2], [3, 3]], 'lines'), 'M0 0L1 1M2 2L3 3');
    assert.equal(
        pointsPath(
            [
                [0, 0],
                [1, 1],
                [2, 2],
            ],
            'polygon',
        ),
        'M0 0L1 1L2 2',
    );
});

test('an arc goes the way and as far as it is told', () => {
    const box = { x: 0, y: 0, width: 10, height: 10, start_angle: 0 };
    assert.equal(arcPath({ ...box, sweep_angle: Math.PI / 2 }), 'M10 5A5 5 0 0 1 5 10');
    assert.equal(arcPath({ ...box, sweep_angle: -Math.PI / 2 }), 'M10 5A5 5 0 0 0 5 0');
    assert.equal(arcPath({ ...box, sweep_angle: Math.PI / 2 }, true), 'M5 5L10 5A5 5 0 0 1 5 10Z');
    assert.equal(arcPath({ ...box, sweep_angle: 7 }), ovalPath(0, 0, 10, 10));
    assert.equal(arcPath({ ...box, sweep_angle: 4 }).match(/A/g)!.length, 2);
});

test('paths are built of their elements, within each other and without case', () => {
    const inner = [
        { _type: 'MoveTo', x: 1, y: 1 },
        { _type: 'lineto', x: 2, y: 2 },
    ];
    assert.equal(
        elementsPath([{ _type: 'SubPath', elements: inner, x: 10, y: 20 }, { _type: 'Close' }]),
        'M11 21L12 22Z',
    );
    assert.equal(
        elementsPath([{ _type: 'ArcTo', x: 5, y: 0, radius: 3, rotation: Math.PI, large_arc: true, clockwise: false }]),
        'A3 3 180 1 0 5 0',
    );
    assert.equal(elementsPath([{ _type: 'CubicTo', cp1x: 1, cp1y: 2, cp2x: 3, cp2y: 4, x: 5, y: 6 }]), 'C1 2 3 4 5 6');
    assert.equal(elementsPath('nonsense'), '');
    let deep: unknown = [{ _type: 'MoveTo', x: 1, y: 1 }];
    for (let i = 0; i < 100; i++) deep = [{ _type: 'SubPath', elements: deep }];
    assert.equal(elementsPath(deep as never), '', 'bounded');
});

test('gradients are spread, repeated and cut off', () => {
    assert.deepEqual(gradientStops({ colors: ['red', 'blue'] }).stops, [
        { at: 0, color: 'red' },
        { at: 1, color: 'blue' },
    ]);
    assert.deepEqual(
        gradientStops({ colors: ['red', 'blue'], color_stops: [0.2, 9] }).stops.map(({ at }) => at),
        [0.2, 1],
    );
    const mirrored = gradientStops({ colors: ['red', 'blue'], tile_mode: 'mirror' });
    assert.deepEqual([mirrored.from, mirrored.to], [-12, 13]);
    assert.ok(
        mirrored.stops.every(({ at }, i, all) => i === 0 || at >= all[i - 1]!.at),
        'in order',
    );
    assert.equal(gradientStops({ colors: ['red'], tile_mode: 'decal' }).stops.length, 3);
});
