import assert from 'node:assert/strict';
import { test } from 'node:test';
import { harmless } from '../../src/core/lottie.ts';

const BASE = 'https://app.example/base/';

test('an animation fetches pictures through the filter, and no fonts', () => {
    const assets = [
        { id: 'a', u: 'images/', p: 'a.png', e: 0 },
        { id: 'b', p: 'javascript:alert(1)', e: 1 },
        { id: 'c', layers: [] },
        { id: 'd', u: '/ignored/', p: 'data:image/png;base64,AAAA', e: 1 },
    ];
    const fonts = { list: [{ fName: 'A', fOrigin: 't', fPath: 'https://use.typekit.net/x' }] };
    assert.deepEqual(harmless({ layers: [], assets, fonts, w: 1 }, BASE), {
        layers: [],
        w: 1,
        assets: [
            { id: 'a', u: '', p: `${BASE}images/a.png`, e: 1 },
            { id: 'b', u: '', p: '', e: 1 },
            { id: 'c', layers: [] },
            { id: 'd', u: '', p: 'data:image/png;base64,AAAA', e: 1 },
        ],
        fonts: { list: [{ fName: 'A' }] },
    });
});

test('what is no animation is said', () => {
    for (const value of [null, [], 7, {}, { layers: 1 }]) assert.throws(() => harmless(value, BASE), /no animation/);
});
