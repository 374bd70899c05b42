// Every control of the catalog has a page in the gallery (examples/gallery/).

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { catalog } from '../../tools/catalog/model.mjs';

const folder = fileURLToPath(new URL('../../examples/gallery/', import.meta.url));
const shown = readdirSync(folder)
    .filter((name) => name.endsWith('.c'))
    .flatMap((name) =>
        [...readFileSync(folder + name, 'utf8').matchAll(/^DEMO(?:_INSIDE)?\(\s*\w+,\s*"([\w. ]+)"/gm)].map(
            ([, text]) => text,
        ),
    );

// The canvas has shapes that are called as controls are.
const nameOf = (control) =>
    (control.category === 'canvas' && control.name !== 'Canvas' ? 'canvas.' : '') + control.name;

for (const pack of ['flet', 'flet-charts'])
    test(`each control of ${pack} has a page`, () => {
        const missing = catalog.packages[pack].controls.map(nameOf).filter((name) => !shown.includes(name));
        assert.deepEqual(missing, []);
    });

test('each other package is on the page of packages', () => {
    const text = readFileSync(`${folder}packages.c`, 'utf8');
    for (const name of Object.keys(catalog.packages)
        .slice()
        .filter((pack) => !['flet', 'flet-charts'].includes(pack)))
        assert.match(text, new RegExp(`"troupe/packages/${name.replace(/^flet-/, '').replaceAll('-', '_')}\\.h"`));
});

test('no control has two pages', () => {
    assert.deepEqual(
        shown.filter((name, at) => shown.indexOf(name) !== at),
        [],
    );
});
