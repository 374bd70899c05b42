// Colours between models and as texts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as hues from '../../src/core/hues.ts';

const near = (a: readonly number[], b: readonly number[]) => a.every((one, i) => Math.abs(one - b[i]!) < 1e-9);

test('a colour is the same in each model', () => {
    for (const rgb of [
        [1, 0, 0],
        [0.2, 0.4, 0.9],
        [0.5, 0.5, 0.5],
        [0, 0, 0],
        [1, 1, 1],
        [0.9, 0.1, 0.8],
    ] as const)
        for (const model of ['rgb', 'hsv', 'hsl'] as const)
            assert.ok(near(hues.toRgb(model, hues.fromRgb(model, rgb)), rgb), `${model} ${rgb}`);
    assert.ok(near(hues.fromRgb('hsv', [0, 1, 0]), [1 / 3, 1, 1]));
    assert.ok(near(hues.fromRgb('hsl', [0, 0, 1]), [2 / 3, 1, 0.5]));
});

test('grey keeps the hue, and black the saturation, that it had', () => {
    assert.ok(near(hues.fromRgb('hsv', [0.5, 0.5, 0.5], [0.7, 1, 1]), [0.7, 0, 0.5]));
    assert.ok(near(hues.fromRgb('hsv', [0, 0, 0], [0.7, 0.3, 1]), [0.7, 0.3, 0]));
});

test('texts are read and written with what covers first', () => {
    assert.equal(hues.written(hues.read('#2196f3')!), '#ff2196f3');
    assert.equal(hues.written(hues.read('802196F3')!), '#802196f3');
    assert.equal(hues.written(hues.read('#f0a')!), '#ffff00aa');
    for (const text of ['', '#12', '#12345', 'blue', '#gggggg', '#123456789']) assert.equal(hues.read(text), undefined);
    assert.equal(hues.cssOf(hues.read('#80ff0000')!), 'rgb(255 0 0 / 0.502)');
});

test('a palette says which part has the slider', () => {
    assert.deepEqual(hues.paletteOf('hsvWithValue'), { model: 'hsv', x: 0, y: 1, z: 2 });
    assert.deepEqual(hues.paletteOf('rgbWithGreen'), { model: 'rgb', x: 0, y: 2, z: 1 });
    assert.deepEqual(hues.paletteOf('nonsense'), { model: 'hsv', x: 1, y: 2, z: 0 });
});

test('parts in words', () => {
    assert.deepEqual(hues.readOut(hues.read('#ff8000')!, 'hsv'), [
        ['Hue', '30°'],
        ['Saturation', '100 %'],
        ['Value', '100 %'],
    ]);
    assert.deepEqual(hues.readOut(hues.read('#80ff8000')!, 'hex'), [['Hex', '80FF8000']]);
});
