// The documentation's site (tools/site): every page is reached, no link is dead, the search finds.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path/posix';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { order, top } from '../../tools/site/navigation.mjs';

const out = mkdtempSync(join(tmpdir(), 'troupe-site-'));
after(() => rmSync(out, { recursive: true }));
execFileSync('node', [fileURLToPath(new URL('../../tools/site/build.mjs', import.meta.url)), out]);

const filesIn = (folder) =>
    readdirSync(folder, { recursive: true })
        .map((name) => name.replaceAll('\\', '/'))
        .filter((name) => statSync(join(folder, name)).isFile());
const files = filesIn(out);
const pages = Object.fromEntries(
    files.filter((name) => name.endsWith('.html')).map((name) => [name, readFileSync(join(out, name), 'utf8')]),
);
const idsOf = (html) => [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
const ids = Object.fromEntries(Object.entries(pages).map(([name, html]) => [name, new Set(idsOf(html))]));
const linksOf = (html) =>
    [...html.matchAll(/<(?:a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(([, to]) => to);
const isElsewhere = (link) => /^[a-z]+:/.test(link);

test('every document is a page, and every page is in the navigation', () => {
    const written = filesIn(join(top, 'docs'))
        .filter((name) => name.endsWith('.md'))
        .map((name) => `docs/${name}`);
    assert.deepEqual(
        written.filter((path) => !order.includes(path)),
        [],
    );
    assert.deepEqual(
        order.filter((path, at) => order.indexOf(path) !== at),
        [],
    );
    const navigation = pages['index.html'].match(/<nav id="pages"[^]*?<\/nav>/)[0];
    const reached = new Set(linksOf(navigation));
    const missed = Object.keys(pages).filter((name) => !name.startsWith('source/') && !reached.has(name));
    assert.deepEqual(missed, []);
});

test('no link is dead, and no file comes from elsewhere', () => {
    const dead = [];
    for (const [name, html] of Object.entries(pages))
        for (const link of linksOf(html).filter((to) => !isElsewhere(to))) {
            const [file, anchor] = link.split('#');
            const target = file === '' ? name : normalize(join(dirname(name), file));
            const isThere = files.includes(target) && (anchor === undefined || ids[target].has(anchor));
            if (!isThere) dead.push(`${name}: ${link}`);
        }
    assert.deepEqual(dead, []);
    const foreign = Object.entries(pages).flatMap(([name, html]) =>
        [...html.matchAll(/<(?:img|link|script|iframe)[^>]*(?:href|src)="(?:https?:)?\/\/[^"]*"/g)].map(
            ([tag]) => `${name}: ${tag}`,
        ),
    );
    assert.deepEqual(foreign, []);
});

test('no name of a place stands twice on a page', () => {
    const twice = Object.entries(pages).flatMap(([name, html]) =>
        idsOf(html)
            .filter((id, at, all) => all.indexOf(id) !== at)
            .map((id) => `${name}: ${id}`),
    );
    assert.deepEqual(twice, []);
});

// As a browser runs it: one script after the other, with no module around them.
function search(words) {
    const script = ['search.js', 'site.js'].map((name) => readFileSync(join(out, name), 'utf8'));
    const [look] = script[1].match(/^const KINDS[^]*?(?=^function result)/m);
    const context = vm.createContext({ setTimeout, document: {}, root: {} });
    vm.runInContext(`${script[0]}\n${look}`, context);
    return vm.runInContext(`look(${JSON.stringify(words)}).map(({ address }) => address)`, context);
}

test('the search finds what was meant among the first five', () => {
    const wanted = {
        'upload file': /^uploads\.html/,
        ui_text_field: /^reference\/controls\/input\.html#ui_text_field$/,
        TextField: /#ui_text_field$/,
        'text field': /#ui_text_field$/,
        tr_confirm: /^reference\/headers\/dialog\.html#tr_confirm$/,
        'dark mode': /^howto\/themes\.html/,
        nginx: /^operations\.html/,
        '--session-timeout': /^(operations|howto\/state|from-flet)\.html/,
        sqlite: /^howto\/sqlite\.html/,
        'sign in google': /^howto\/sign-in\.html/,
        webhook: /^howto\/http-routes\.html/,
        upolads: /^uploads\.html/,
        kubernetes: /^operations\.html/,
        tr_publish: /^reference\/headers\/(page|topics)\.html#tr_publish/,
        migrate: /^howto\/state\.html|headers\/state\.html/,
    };
    const missed = Object.entries(wanted)
        .map(([words, address]) => ({ words, address, found: search(words).slice(0, 5) }))
        .filter(({ address, found }) => !found.some((one) => address.test(one)));
    assert.deepEqual(missed, []);
});

test('the libraries are pinned, and each is used', () => {
    const require = createRequire(import.meta.url);
    const { devDependencies } = require('../../tools/site/package.json');
    const code = readdirSync(join(top, 'tools/site'))
        .filter((name) => name.endsWith('.mjs'))
        .map((name) => readFileSync(join(top, 'tools/site', name), 'utf8'))
        .join('\n');
    for (const [name, version] of Object.entries(devDependencies)) {
        assert.match(version, /^\d/);
        assert.ok(code.includes(`from '${name}`), name);
    }
});
