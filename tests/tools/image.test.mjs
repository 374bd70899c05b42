// The image is built from all that `make examples` reads: .dockerignore lets in every room of the Makefile.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import test from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The folders that make compiles for a program, from its own variable. `testing` is for authors' tests. */
function roomFolders() {
    const { stdout } = spawnSync('make', ['-pnq', 'SKIP_INSTALL=1', 'help'], {
        cwd: root,
        env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '' },
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
    });
    const [, rooms] = stdout.match(/^ROOMS := (.*)$/m) ?? [];
    assert.ok(rooms, 'make does not print its rooms');
    const folders = rooms.split(' ').map((room) => room.split('/')[0]);
    return new Set([...folders, 'examples', 'commands'].filter((folder) => folder !== 'testing'));
}

test('.dockerignore lets in every folder that the examples are built from', () => {
    const letIn = new Set(
        readFileSync(join(root, '.dockerignore'), 'utf8')
            .split('\n')
            .filter((line) => line.startsWith('!'))
            .map((line) => line.slice(1)),
    );
    assert.deepEqual(
        [...roomFolders()].filter((room) => !letIn.has(room)),
        [],
    );
});
