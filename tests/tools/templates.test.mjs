// What `troupe new` makes folders of (tools/embed_templates.mjs).

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'templates-'));
after(() => rmSync(folder, { recursive: true }));

function templates() {
    execFileSync('node', [join(root, 'tools/embed_templates.mjs'), 'out.c'], { cwd: folder });
    return readFileSync(join(folder, 'out.c'), 'utf8').match(/(?<=^ {4}\{")\w+(?=", files_of_)/gm);
}

for (const name of ['templates', 'tests', 'README.md']) symlinkSync(join(root, name), join(folder, name));
cpSync(join(root, 'examples'), join(folder, 'examples'), { recursive: true });

test('each example is one, and an app that somebody puts beside them does no harm', () => {
    const own = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.c'));
    const expected = ['app', 'cpp', ...own.map((name) => name.slice(0, -2))];
    assert.deepEqual(templates(), expected);
    writeFileSync(join(folder, 'examples/ourchat.c'), 'int main(void) { return 0; }\n');
    assert.deepEqual(templates(), expected);
});

test('what C only warns of is an error', () => {
    const app = mkdtempSync(join(folder, 'app-'));
    cpSync(join(root, 'templates/app/Makefile'), join(app, 'Makefile'));
    const wrong = {
        'app.c': 'int main(void) { return answer(); }\nint answer(void) { return 0; }\n',
        'pointer.c': 'int *all(char *one);\nint *all(char *one) { return one; }\n',
        'number.c': 'char *seven(void);\nchar *seven(void) { return 7; }\n',
    };
    for (const [name, text] of Object.entries(wrong)) writeFileSync(join(app, name), text);
    const { status, stderr } = spawnSync(
        'make',
        ['-k', 'PKG_CONFIG=:', ...Object.keys(wrong).map((name) => `build/${name}.o`)],
        {
            cwd: app,
            encoding: 'utf8',
            env: { PATH: process.env.PATH, LC_ALL: 'C' },
        },
    );
    assert.notEqual(status, 0);
    for (const name of Object.keys(wrong)) assert.match(stderr, new RegExp(`${name}:\\d+:\\d+: error: `));
});
