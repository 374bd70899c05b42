// What the documents tell people to type or to open is there: make's targets, programs, files, headings.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(join(top, path), 'utf8');
const inFolder = (folder) =>
    readdirSync(join(top, folder))
        .filter((name) => name.endsWith('.md'))
        .map((name) => join(folder, name));
const paths = ['.', 'docs', 'docs/howto', 'docs/decisions', 'bench', 'python'].flatMap(inFolder);
const pages = Object.fromEntries(paths.filter((path) => path !== 'CHANGELOG.md').map((path) => [path, read(path)]));

const fence = /^( *)```(\w*)\n([^]*?)\n\1```$/gm;
const withoutPrograms = (text) => text.replace(fence, (block, _, language) => (language === 'c' ? '' : block));

/** Whatever `of` finds wrong in the pages, as lines that name the page. */
function faults(of) {
    return Object.entries(pages).flatMap(([path, text]) => [...of(text, path)].map((fault) => `${path}: ${fault}`));
}

const targetsOf = (makefile) =>
    [...read(makefile).matchAll(/^([a-z][a-z0-9 -]*):/gm)].flatMap(([, names]) => names.split(' '));
const anchorOf = (heading) =>
    heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-');

test('what make is told is a target', () => {
    const makefiles = ['Makefile', 'tools/library.mk', 'templates/app/Makefile'];
    const targets = new Set(makefiles.flatMap(targetsOf));
    const called = /(?:^|`|&& |\()(?:[A-Z]+=\S+ )?make ((?:[a-z][a-z0-9-]*)(?: [a-z][a-z0-9-]*)*)/gm;
    const unknown = faults((text) =>
        [...withoutPrograms(text).matchAll(called)]
            .flatMap(([, names]) => names.split(' '))
            .filter((name) => !targets.has(name)),
    );
    assert.deepEqual(unknown, []);
});

test('programs of build/bin are made by make', () => {
    const made = read('Makefile');
    const isSource = (name) => ['examples', 'commands'].some((folder) => existsSync(join(top, folder, `${name}.c`)));
    const is = (name) => isSource(name) || made.includes(`$(BIN)/${name}:`);
    const unknown = faults((text) =>
        [...text.matchAll(/\bbuild\/bin\/([a-z]\w*)/g)].map(([, name]) => name).filter((name) => !is(name)),
    );
    assert.deepEqual(unknown, []);
});

test('files that are named are there', () => {
    const folders =
        'deploy|docs|examples|python|tests|tools|include|gateway|host|sdk|client|commands|actors|wire|base|templates';
    const named = new RegExp(`\`((?:${folders})/[\\w@.\\/-]+)\``, 'g');
    const decisions = readdirSync(join(top, 'docs/decisions')).map((name) => `docs/decisions/${name.slice(0, 4)}`);
    const isThere = (path) => existsSync(join(top, path)) || existsSync(join(top, `${path}.c`));
    const missing = faults((text, page) =>
        [...text.matchAll(named)]
            .map(([, path]) => path)
            // Of an author's own, in the tutorial.
            .filter((path) => path !== 'examples/ourchat.c' && !decisions.includes(path))
            .filter((path) => !isThere(path) && !isThere(join(dirname(page), path))),
    );
    assert.deepEqual(missing, []);
});

test('links lead to a page, and to a heading of it', () => {
    const headings = (path) => [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
    const broken = faults((text, path) =>
        [...text.matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
            .filter(([, to, anchor]) => {
                const target = to === '' ? path : normalize(join(dirname(path), to));
                if (!existsSync(join(top, target))) return true;
                return anchor !== undefined && !headings(target).includes(anchor);
            })
            .map(([link]) => link),
    );
    assert.deepEqual(broken, []);
});

test('what a shell is told has no mistake of syntax', () => {
    const blocks = faults((text) =>
        [...text.matchAll(fence)].filter(([, , language]) => language === 'sh').map(([, , , code]) => `\n${code}`),
    );
    assert.ok(blocks.length > 10);
    const wrong = blocks.filter(
        (block) => spawnSync('bash', ['-n'], { input: block.slice(block.indexOf('\n')) }).status !== 0,
    );
    assert.deepEqual(wrong, []);
});
