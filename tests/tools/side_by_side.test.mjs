// Steps of `make test` run at the same time in the same tree: what one of them writes, another one does not read by halves.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'side-by-side-'));
after(() => rmSync(folder, { recursive: true }));
for (const name of ['Makefile', 'tools', 'base/version.h', 'tests/base', 'tests/support'])
    cpSync(join(root, name), join(folder, name), {
        recursive: true,
        filter: (path) => !path.endsWith('/node_modules'),
    });
const env = { ...process.env, MAKEFLAGS: '', MAKELEVEL: '' };
const words = ['-s', 'SKIP_INSTALL=1'];

test('what a compiler is just writing for one flavour is nothing to another one', (t) => {
    const half = join(folder, 'build/asan/base');
    mkdirSync(half, { recursive: true });
    t.after(() => rmSync(half, { recursive: true }));
    writeFileSync(join(half, 'buf.d'), 'build/asan/base/buf.o: base/buf.c base/buf.h\n\nbase/bu');
    assert.match(
        execFileSync('make', [...words, 'help'], { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' }),
        /run every test/,
    );
});

test('a list that several makes write at a time is whole for who reads it meanwhile', async () => {
    const list = join(folder, 'build/generated/suites.def');
    const make = (...more) => spawn('make', [...words, ...more, 'build/generated/suites.def'], { cwd: folder, env });
    await once(make(), 'exit');
    const whole = readFileSync(list, 'utf8');
    assert.match(whole, /^SUITE\(base_buf_suite\)$/m);
    const made = [0, 1, 2, 3].map(async () => {
        for (let i = 0; i < 8; i++) assert.deepEqual(await once(make('-B'), 'exit'), [0, null]);
    });
    let isDone = false;
    const all = Promise.all(made).finally(() => {
        isDone = true;
    });
    while (!isDone) {
        assert.equal(readFileSync(list, 'utf8'), whole);
        await new Promise(setImmediate);
    }
    await all;
});
