// Values that an app passes on from people are data: no kind of value may become more than it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { autocomplete } from '../../src/core/autofill.ts';
import { fileUrl, imageUrl, mediaUrl, targetOf, url } from '../../src/core/links.ts';
import { Store, TreeError, type Value } from '../../src/core/tree.ts';
import * as v from '../../src/core/values.ts';

const ORIGIN = 'https://app.example/';
const BASE = `${ORIGIN}base/`;

const scripts = [
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'javascript\r\n:alert(1)',
    'jAvAsCrIpT:alert(1)',
    '\u00a0javascript:alert(1)',
    'vbscript:x',
    'view-source:javascript:1',
    'data:text/html,<script>alert(1)</script>',
    'DATA:text/html;base64,PHNjcmlwdD4=',
    'blob:https://app.example/1',
    'file:///etc/passwd',
    'filesystem:https://app.example/t',
    'about:blank',
    'chrome://settings',
    'intent://x#Intent;end',
    'ws://a.b',
    'x-unknown:1',
];
for (const href of scripts)
    test(`no link and no file: ${JSON.stringify(href)}`, () => {
        // A text that the parser takes for a path of the page's own is one.
        const parsed = new URL(href, BASE);
        if (parsed.protocol === 'https:') return assert.ok(parsed.href.startsWith(BASE));
        assert.equal(url(href), undefined);
        assert.equal(url({ url: href, target: '_self' }), undefined);
        assert.equal(fileUrl(href, BASE), undefined);
        assert.equal(imageUrl(href, BASE), undefined);
        // What this page recorded it may play.
        assert.equal(mediaUrl(href, BASE), href.startsWith(`blob:${ORIGIN}`) ? href : undefined);
    });

test('links that are links', () => {
    for (const href of [
        'https://a.b/c?d#e',
        'http://a.b',
        'mailto:a@b.c',
        'tel:+123',
        'sms:+123',
        'geo:1,2',
        '/path',
        'a/b',
        '?q',
        '#x',
        '//a.b',
    ])
        assert.equal(url(href)?.href, href);
    for (const href of [
        '',
        '   ',
        'https://',
        'http://[',
        null,
        undefined,
        7.5 as Value,
        [] as Value,
        { url: null } as Value,
    ])
        assert.equal(url(href)?.href ?? '', href === 7.5 ? '7.5' : '');
    assert.equal(fileUrl('/fonts/a.woff2', BASE), `${BASE}fonts/a.woff2`);
    assert.equal(imageUrl('data:image/png;base64,AAAA', BASE), 'data:image/png;base64,AAAA');
    assert.equal(fileUrl('data:image/png;base64,AAAA', BASE), undefined);
    assert.equal(mediaUrl('data:image/png;base64,AAAA', BASE), undefined);
    assert.equal(mediaUrl('data:audio/wav;base64,AAAA', BASE), 'data:audio/wav;base64,AAAA');
    assert.equal(mediaUrl('blob:https://elsewhere.org/1-2-3', BASE), undefined);
    assert.equal(mediaUrl(`blob:${ORIGIN}1-2-3`, BASE), `blob:${ORIGIN}1-2-3`);
    assert.equal(mediaUrl('/films/a.mp4', BASE), `${BASE}films/a.mp4`);
    // Nothing that ends a string of CSS is left in an address.
    assert.doesNotMatch(fileUrl('a"b\nc)\\d', BASE)!, /["\n\\]/);
});

test('targets of links are names', () => {
    for (const name of ['_blank', '_self', 'help', 'a-1']) assert.equal(targetOf(name), name);
    for (const name of ['', 'a b', '_x', 'a"b', 'x\n', '1', 'a'.repeat(80), null, {} as Value])
        assert.equal(targetOf(name), '_blank');
});

const colors = [
    'system;} body{display:none',
    'systemred, url(x)',
    'system) url(https://evil/',
    'label\n:red',
    'secondary/**/',
    'dark;x:y',
    'link url(x)',
    '#12345',
    '#ff00zz',
    'red;',
    'red}',
    'var(--x)',
    'url(x)',
    'expression(1)',
    'white99',
    'constructor',
    '__proto__',
    'toString',
    'blue150 ',
    'amber55',
];
for (const text of colors) test(`no colour, or only a colour: ${JSON.stringify(text)}`, () => isPlain(v.color(text)));

// A value of CSS that stays one wherever it is written.
function isPlain(css: string | undefined): void {
    if (css === undefined) return;
    const outside = css.replace(/"[^"\\\p{Cc}]*"/gu, '');
    assert.doesNotMatch(outside, /[;{}"'\\]|\/\*|url|[\p{Cc}]/u, css);
    assert.equal(outside.split('(').length, outside.split(')').length, css);
}

const fonts = [
    'A\n;} body {display:none} x{',
    'A\r\f\v\0B',
    'A"; color: red; "',
    'A\\',
    '\\22',
    '";',
    '\u0085x',
    '   ',
    '\n',
];
for (const name of fonts)
    test(`a font's name is one string: ${JSON.stringify(name)}`, () => {
        const css = v.fontFamily(name);
        if (css !== undefined) assert.match(css, /^"[^"\\\p{Cc}]+"$/u);
    });

const values: Value[] = [
    'x;} *{display:none}',
    '1px;x',
    'url(x)',
    Infinity,
    -Infinity,
    NaN,
    1e300,
    'inf',
    '1e999',
    '\n',
    { left: 'x;', top: '1;' },
    [';', '}'],
    { blur_radius: '1;', color: 'red;}', offset: { x: ';', y: '}' } },
    { duration: ';', curve: 'constructor' },
    { _type: 'stadium;', radius: '}' },
    {
        size: '1;',
        weight: 'w_700;',
        height: ';',
        font_family: 'a\n}',
        decoration: '1;',
        decoration_style: 'solid;',
        letter_spacing: ';',
    },
    { _type: 'linear', colors: ['red;', 'url(x)'], stops: [';'], begin: { x: ';', y: 1 }, tile_mode: '}' },
    { _type: 'radial', colors: [';'], radius: '}', center: [';', '}'] },
    { top: { width: '1;', color: 'x;}', style: 'solid;' } },
    'constructor',
    '__proto__',
    'toString',
    { days: ';' },
    true,
    null,
];
test('every value of CSS stays a value of CSS, whatever it is made from', () => {
    const makers = [
        v.px,
        v.color,
        v.box,
        v.radius,
        v.borderSide,
        v.shadow,
        v.gradient,
        v.shapeRadius,
        v.mainAxis,
        v.crossAxis,
        v.weight,
        v.fontFamily,
        v.animation,
        (value: Value) => v.number(value)?.toString(),
    ];
    for (const value of values) {
        for (const make of makers) isPlain(make(value));
        for (const css of [v.textStyle(value), v.border(value)])
            for (const [name, part] of Object.entries(css)) {
                assert.match(name, /^[a-z-]+$/);
                isPlain(part);
            }
    }
});

test('what every object inherits is no word of ours', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']) {
        assert.equal(v.lookup({ a: 'b' }, name), undefined);
        assert.equal(v.mainAxis(name), undefined);
        assert.equal(v.animation({ duration: 5, curve: name }), '5ms linear');
        assert.equal(autocomplete(name), '');
    }
});

test('a key cannot give an object another prototype', () => {
    const store = new Store();
    const evil = JSON.parse('{"a": {"__proto__": {"polluted": true}}}') as unknown;
    assert.throws(() => store.mergePage(evil), TreeError);
    assert.throws(() => store.patch(1, [[0], [0, 0, '__proto__', { polluted: true }]]), TreeError);
    assert.throws(
        () => store.mergePage({ controls: [JSON.parse('{"_c":"Text","_i":9,"__proto__":{"x":1}}')] }),
        TreeError,
    );
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});
