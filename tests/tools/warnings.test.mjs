// Warnings stop the build where somebody who can mend them asked for that, and never a user's.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

function commands(...words) {
    const env = { ...process.env, CI: '1', MAKEFLAGS: '', MAKELEVEL: '' };
    delete env.DEV;
    const { stdout, status } = spawnSync('make', ['-n', 'V=1', 'SKIP_INSTALL=1', ...words], {
        cwd: root,
        env,
        encoding: 'utf8',
    });
    assert.equal(status, 0);
    return stdout;
}

const object = ['-W', 'base/buf.c', 'build/release/base/buf.o'];

test('a warning is a warning, whatever the environment says', () => {
    const made = commands(...object);
    assert.match(made, /-Wconversion/);
    assert.doesNotMatch(made, /-Werror/);
    assert.doesNotMatch(commands('headers'), /-Werror/);
});

test('in continuous integration it is an error', () => {
    assert.match(commands('CI=1', ...object), /-Werror/);
});

test('for lint it is an error', () => {
    assert.match(commands('lint'), /-Werror/);
});
