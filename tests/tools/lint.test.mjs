// What the linter looks at while other steps of a test run write below build/.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const top = join(dirname(fileURLToPath(import.meta.url)), '../..');
const biome = join(top, 'tools/lint/node_modules/.bin/biome');

test('a copy of the project below build/, as in the layers of an image, is none of its business', (t) => {
    const project = mkdtempSync(join(tmpdir(), 'lint-'));
    t.after(() => rmSync(project, { recursive: true }));
    const source = (folder, text) => {
        mkdirSync(join(project, folder, 'client/src'), { recursive: true });
        copyFileSync(join(top, 'biome.json'), join(project, folder, 'biome.json'));
        writeFileSync(join(project, folder, 'client/src/one.ts'), text);
    };
    source('.', 'export const one = 1;\n');
    source('build/docker/data/layer', 'export const   one="1"\n');
    const lint = () => spawnSync(biome, ['ci', '--colors=off'], { cwd: project, encoding: 'utf8' });
    const seen = lint();
    assert.equal(seen.status, 0, seen.stderr);
    source('.', 'export const   one="1"\n');
    assert.equal(lint().status, 1);
});
