// The image is built from all that `make examples` reads: .dockerignore lets in every room of the Makefile.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import test from 'node:test';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The folders that make compiles for programs and for authors' tests, from its own variable. */
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
    return new Set([...folders, 'examples', 'commands']);
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

/** The packages that a Dockerfile installs beside a program. */
function runtimePackages(dockerfile) {
    const text = readFileSync(join(root, dockerfile), 'utf8');
    const line = text.split('\n').find((each) => each.includes('libcurl4t64'));
    return line.replace('&& \\', '').trim().split(/ +/);
}

test('an app of `troupe new` has in its image the libraries that ours has', () => {
    assert.deepEqual(runtimePackages('templates/app/Dockerfile'), runtimePackages('Dockerfile'));
});

test('the image that apps are compiled in is there, and is not the default', () => {
    const stages = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM .* AS (\w+)$/gm)].map(
        ([, name]) => name,
    );
    assert.ok(stages.includes('sdk'), stages.join());
    assert.equal(stages.at(-1), 'troupe');
    assert.match(readFileSync(join(root, 'templates/app/Dockerfile'), 'utf8'), /--target sdk -t troupe-sdk/);
});

test('what apps are compiled with is installed once', () => {
    const bases = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM (\w+) AS (build|sdk)$/gm)];
    assert.deepEqual(
        bases.map(([, base, name]) => [name, base]),
        [
            ['build', 'compiler'],
            ['sdk', 'compiler'],
        ],
    );
});
