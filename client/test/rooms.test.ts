// The check of the rooms itself: what it must not let pass.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

function check(files: { [name: string]: string }): { status: number | null; words: string } {
    const root = mkdtempSync(join(tmpdir(), 'rooms-'));
    try {
        for (const [name, text] of Object.entries(files)) {
            mkdirSync(dirname(join(root, name)), { recursive: true });
            writeFileSync(join(root, name), text);
        }
        const { status, stderr } = spawnSync(process.execPath, ['scripts/rooms.mjs', root], { encoding: 'utf8' });
        return { status, words: stderr };
    } finally {
        rmSync(root, { recursive: true, force: true });
    }
}

const refused: [string, { [name: string]: string }, RegExp][] = [
    [
        'core reaches for an element',
        { 'core/a.ts': "import '../dom/b.ts';", 'dom/b.ts': '' },
        /core\/a\.ts imports dom/,
    ],
    ['a type alone', { 'core/a.ts': "import type { B } from '../dom/b.ts';", 'dom/b.ts': '' }, /core\/a\.ts imports/],
    [
        'controls use services',
        { 'controls/a.ts': "void import('../services/b.ts');", 'services/b.ts': '' },
        /controls\/a\.ts/,
    ],
    ['dom uses controls', { 'dom/a.ts': "export { b } from '../controls/b.ts';", 'controls/b.ts': '' }, /dom\/a\.ts/],
    ['a room uses the app', { 'dom/a.ts': "import '../app.ts';", 'app.ts': '' }, /dom\/a\.ts/],
    [
        'a circle',
        { 'dom/a.ts': "import './b.ts';", 'dom/b.ts': "void import('./a.ts');" },
        /circle: dom\/a\.ts -> dom\/b\.ts/,
    ],
    ['a file in no room', { 'misc/a.ts': '' }, /no room/],
    ['a variable', { 'dom/a.ts': 'let timer = 0;' }, /timer is state/],
    ['a list that grows', { 'dom/a.ts': 'const waiting: string[] = [];' }, /waiting is state/],
    ['a map that grows', { 'dom/a.ts': 'export const known = new Map<string, string>();' }, /known is state/],
    ['an element', { 'dom/a.ts': "const tip = document.createElement('div');" }, /tip is state/],
    ['an instance', { 'dom/a.ts': 'const sheet = new CSSStyleSheet();' }, /sheet is state/],
];
for (const [what, files, words] of refused)
    test(`the rooms refuse: ${what}`, () => {
        const found = check(files);
        assert.equal(found.status, 1);
        assert.match(found.words, words);
    });

test('the rooms let constants, the right arrows and what says why it is shared pass', () => {
    const found = check({
        'core/a.ts': "const NAMES = new Set(['a']);\nconst TABLE = { a: 1 };\nexport const P = new RegExp('x');",
        'dom/b.ts': "import '../core/a.ts';\n// Shared: fetched code, alike for all.\nlet cache: string | undefined;",
        'controls/c.ts': "import '../dom/b.ts';",
        'app.ts': "import './controls/c.ts';",
    });
    assert.deepEqual(found, { status: 0, words: '' });
});
