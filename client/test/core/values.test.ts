import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ext } from '../../src/core/packets.ts';
import { url } from '../../src/core/links.ts';
import * as v from '../../src/core/values.ts';

test('colours', () => {
    const cases: [unknown, string | undefined][] = [
        ['primary', 'var(--md-sys-color-primary)'],
        ['onPrimary', 'var(--md-sys-color-on-primary)'],
        ['surfacecontainerhigh', 'var(--md-sys-color-surface-container-high)'],
        ['on_surface_variant', 'var(--md-sys-color-on-surface-variant)'],
        ['red', 'var(--c-red-500)'],
        ['RED400', 'var(--c-red-400)'],
        ['redaccent', 'var(--c-red-a200)'],
        ['deeppurpleaccent100', 'var(--c-deeppurple-a100)'],
        ['bluegrey50', 'var(--c-bluegrey-50)'],
        ['white', 'white'],
        ['white70', 'color-mix(in srgb, white 70%, transparent)'],
        ['transparent', 'transparent'],
        ['#abc', '#abc'],
        ['#11223344', '#22334411'],
        ['#1abc', '#abc1'],
        ['0xff112233', '#112233ff'],
        ['primary,0.5', 'color-mix(in srgb, var(--md-sys-color-primary) 50%, transparent)'],
        ['#ff0000,2', 'color-mix(in srgb, #ff0000 100%, transparent)'],
        ['no-such-colour', undefined],
        ['#12', undefined],
        ['red;} body{display:none', undefined],
        [7, undefined],
        [null, undefined],
    ];
    for (const [value, css] of cases) assert.equal(v.color(value as never), css, String(value));
});

test('numbers: text, infinity, rubbish', () => {
    assert.equal(v.number('12.5'), 12.5);
    assert.equal(v.number('inf'), Infinity);
    assert.equal(v.number('x'), undefined);
    assert.equal(v.number(NaN), undefined);
    assert.equal(v.px(Infinity), '100%');
    assert.equal(v.px(12), '12px');
});

test('boxes and borders', () => {
    assert.equal(v.box(8), '8px');
    assert.equal(v.box({ left: 1, top: 2 }), '2px 0px 0px 1px');
    assert.equal(v.radius({ top_left: 4, bottom_right: 2 }), '4px 0px 2px 0px');
    assert.equal(v.borderSide({}), '1px solid black');
    assert.equal(v.borderSide({ width: 0, style: 'none' }), 'none');
    assert.deepEqual(v.border({ top: { width: 2, color: 'red' } }), {
        'border-top': '2px solid var(--c-red-500)',
        'border-right': undefined,
        'border-bottom': undefined,
        'border-left': undefined,
    });
    assert.equal(v.shadow({ blur_radius: 4, offset: {} }), '0px 0px 4px 0px black');
    assert.equal(v.shapeRadius({ _type: 'roundedRectangle', radius: 6 }), '6px');
    assert.equal(v.shapeRadius({ _type: 'stadium' }), '9999px');
});

test('gradients run from begin to end', () => {
    const linear = { _type: 'linear', colors: ['white', 'black'] };
    assert.equal(v.gradient(linear), 'linear-gradient(90deg, white 0%, black 100%)');
    const down = { ...linear, begin: { x: 0, y: -1 }, end: { x: 0, y: 1 }, stops: [0, 0.5] };
    assert.equal(v.gradient(down), 'linear-gradient(180deg, white 0%, black 50%)');
    const within = { ...linear, begin: { x: 0.5, y: 0 }, end: { x: -0.5, y: 0 }, tile_mode: 'repeated' };
    assert.equal(v.gradient(within), 'repeating-linear-gradient(270deg, white 25%, black 75%)');
    const slanted = { ...linear, begin: { x: -1, y: -1 }, end: { x: 1, y: 1 } };
    assert.equal(v.gradient(slanted), 'linear-gradient(135deg, white 0%, black 100%)');
    const radial = { _type: 'radial', colors: ['white', 'red', 'black'] };
    assert.equal(
        v.gradient(radial),
        'radial-gradient(circle closest-side at 50% 50%, white 0%, #f00 50%, black 100%)'.replace(
            '#f00',
            v.color('red')!,
        ),
    );
    assert.equal(
        v.gradient({ ...radial, radius: 0.25, center: { x: 1, y: -1 }, colors: ['white', 'black'] }),
        'radial-gradient(25% 25% at 100% 0%, white 0%, black 100%)',
    );
    const sweep = { _type: 'sweep', colors: ['white', 'black'], start_angle: 0, end_angle: Math.PI };
    assert.equal(v.gradient(sweep), 'conic-gradient(from 90deg at 50% 50%, white 0deg, black 180deg)');
});

test('durations, animations, states', () => {
    assert.equal(v.durationMs({ minutes: 1, seconds: 30 }), 90_000);
    assert.equal(v.durationMs(250), 250);
    assert.equal(v.durationMs(new Ext(3, '1500000')), 1500);
    assert.equal(v.animation(true), '1000ms linear');
    assert.equal(v.animation({ duration: 300, curve: 'easeIn' }), '300ms cubic-bezier(.42,0,1,1)');
    const states = { hovered: 'white', default: 'black' };
    assert.equal(v.inState(states, 'hovered'), 'white');
    assert.equal(v.inState(states), 'black');
    const padding = { left: 5, default: 1 };
    assert.equal(v.inState(padding, 'hovered'), padding, 'not a state map');
});

test('text styles and alignments', () => {
    const css = v.textStyle({ size: 20, weight: 'w500', italic: true, decoration: 5, color: 'error' });
    assert.equal(css['font-size'], '20px');
    assert.equal(css['font-weight'], '500');
    assert.equal(css['font-style'], 'italic');
    assert.equal(css['text-decoration-line'], 'underline line-through');
    assert.equal(v.mainAxis('spaceBetween'), 'space-between');
    assert.equal(v.crossAxis('STRETCH'), 'stretch');
    assert.equal(v.fontFamily('A"; x: "b'), '"A; x: b"');
});

test('icons, links and keys', () => {
    assert.deepEqual(v.icon(65541), { set: 1, index: 5 });
    assert.equal(v.icon('home'), undefined);
    assert.deepEqual(url({ url: 'https://a.b', target: '_self' }), { href: 'https://a.b', target: '_self' });
    assert.equal(v.key({ _type: 'value', value: 7 }), '7');
    assert.equal(v.key('total'), 'total');
});
