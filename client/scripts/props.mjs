// Which properties the code of each drawn control reads: every word that its file, and what that file uses
// of controls/ and dom/, has in quotes. Generous: it may miss one that is not read, and never blames one that is.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const read = (file) => readFileSync(join(src, file), 'utf8');
const wordsOf = (text) => [...text.matchAll(/'([a-z_][a-z0-9_]*)'/g)].map(([, word]) => word);
// Names that are put together: `collapsed_${name}` may be each property that begins so.
const partsOf = (text) =>
    [...text.matchAll(/`([a-z_]*)\$\{[^}`]*\}([a-z_]*)`/g)]
        .filter(([, before, after]) => before.length + after.length > 3)
        .map(([, before, after]) => new RegExp(`^${before}\\w+${after}$`));
const catalog = JSON.parse(readFileSync(join(src, '..', '..', 'tools', 'catalog', 'catalog.json'), 'utf8'));
const COMMON = [
    'dom/style.ts',
    'dom/badge.ts',
    'dom/extras.ts',
    'core/adaptive.ts',
    'core/animation.ts',
    'core/breakpoints.ts',
    'core/tree.ts',
    'dom/render.ts',
];

// Of lists whose rows are built on demand (controls/rowlist.ts): ours, and in no catalog of Flet's.
const ROWS = ['row_count', 'row_height', 'row_header', 'row_cells', 'row_sorted'];

function filesOf(file, found = new Set()) {
    if (found.has(file)) return found;
    found.add(file);
    for (const [, path] of read(file).matchAll(/(?:from|import\()\s*'(\.[^']*\.ts)'/g)) {
        const target = normalize(join(dirname(file), path));
        // Names of gestures, of what an arc has, and of what all fields have are there and not where they are drawn.
        const isRead = /^((controls|dom)\/|core\/(gesture|canvaspath|fieldlook)\.ts)/.test(target);
        if (isRead && !/registry|packs|render|widget|surface/.test(target)) filesOf(target, found);
    }
    // The theme is the surface's, and is asked for what a control has of one.
    if (/\.scopeStyle\(/.test(read(file))) filesOf('dom/theme.ts', found);
    return found;
}

// The rows of the registry and of the packages: a type, and the file whose code draws it.
function filesByType() {
    const text = read('controls/registry.ts') + read('controls/packs.ts');
    const files = new Map();
    for (const [, names, file] of text.matchAll(/import (?:type )?(\{[^}]*\}|\* as \w+) from '(\.\/[^']*)'/g))
        for (const name of names.match(/\w+/g)) files.set(name, file);
    for (const [, name, file] of text.matchAll(/const (\w+) = \(\) => import\('(\.\/[^']*)'\)/g)) files.set(name, file);
    const types = new Map();
    for (const [, type, rest] of text.matchAll(/^ {4}([A-Z]\w+): (.*),$/gm)) {
        const file =
            /import\('(\.\/[^']*)'\)/.exec(rest)?.[1] ??
            files.get(/(?:await )?(\w+)(?=\(\)|\.|$)/.exec(rest.replace(/async \(\) => \(/, ''))?.[1]);
        if (file) types.set(type, normalize(join('controls', file)));
    }
    return types;
}

// Which properties a type of the protocol has, by the catalog; the page's own parts are not in it.
function propsByType() {
    const known = new Map();
    for (const { controls } of Object.values(catalog.packages))
        for (const { wire, properties } of controls) {
            const names = known.get(wire) ?? new Set();
            for (const { name } of properties) names.add(name);
            known.set(wire, names);
        }
    return known;
}

// For docs/controls.md: the texts of the code that draws each type, and of what all controls have in common.
export function textsByType() {
    const texts = (file) => [...filesOf(file)].map(read);
    return new Map([...filesByType()].map(([type, file]) => [type, texts(file)]));
}

export function commonTexts() {
    return [...COMMON, 'dom/tooltip.ts', 'dom/tips.ts', 'dom/animation.ts'].map(read);
}

export function pageTexts() {
    return ['app.ts', 'controls/appbar.ts', 'dom/theme.ts', 'core/connection.ts', 'core/scheme.ts']
        .map(read)
        .concat(serviceTexts());
}

export function serviceTexts() {
    return readdirSync(join(src, 'services')).map((name) => read(`services/${name}`));
}

// Names that are the keys of a table are as good as names in quotes.
export const quoteKeys = (text) => text.replace(/^\s+(?:async )?([a-z]\w*)(?=:|\()/gm, "'$1'");

// The calls that each service answers: the names in its row of the table, and in the tables that the row is made of.
export function callsByService() {
    const text = read('services/methods.ts');
    const tables = new Map();
    for (const [, name, body] of text.matchAll(/^const (\w+): \{ \[name: string\]: Method \} = \{\n(.*?)^\};/gms))
        tables.set(name, wordsOf(quoteKeys(body)));
    const [, rows] = /^const services: [^=]* = \{\n(.*?)^\};/ms.exec(text);
    const calls = new Map();
    for (const [, type, row] of rows.matchAll(/^ {4}(\w+): (.*?),\n(?= {4}\w|$(?![^]))/gms)) {
        const listed = [...row.matchAll(/'([a-z_ ]+)'/g)].flatMap(([, names]) => names.trim().split(' '));
        const named = [...row.matchAll(/\w+/g)].flatMap(([name]) => tables.get(name) ?? []);
        calls.set(type, new Set([...listed, ...named]));
    }
    return calls;
}

// True for each name that stands in one of the texts, whole or put together.
export function namedIn(texts) {
    const words = new Set(texts.flatMap(wordsOf));
    const parts = texts.flatMap(partsOf);
    return (name) => words.has(name) || parts.some((part) => part.test(name));
}

export function readProps() {
    const known = propsByType();
    const all = new Set([...known.values()].flatMap((names) => [...names]));
    // A property that another control reads (a view's by the page) counts as read, too.
    const files = readdirSync(src, { recursive: true })
        .map(String)
        .filter((name) => name.endsWith('.ts'));
    const others = files.flatMap((file) => [...read(file).matchAll(/props\['(\w+)'\]/g)].map(([, word]) => word));
    const common = new Set(['controls', 'data', ...others, ...COMMON.flatMap((file) => wordsOf(read(file)))]);
    const own = {};
    for (const [type, file] of filesByType()) {
        const texts = [...filesOf(file)].map(read);
        const words = new Set(texts.flatMap(wordsOf));
        const parts = texts.flatMap(partsOf);
        own[type] = [...(known.get(type) ?? all)]
            .filter((word) => !common.has(word) && (words.has(word) || parts.some((part) => part.test(word))))
            .sort()
            .join(' ');
    }
    return {
        common: [...common, ...ROWS]
            .filter((word) => all.has(word) || ROWS.includes(word))
            .sort()
            .join(' '),
        own,
    };
}

export function propsPlugin() {
    return {
        name: 'props',
        setup(build) {
            build.onResolve({ filter: /^virtual:read-props$/ }, ({ path }) => ({ path, namespace: 'props' }));
            build.onLoad({ filter: /.*/, namespace: 'props' }, () => ({
                contents: `export default ${JSON.stringify(readProps())}`,
                loader: 'js',
            }));
        },
    };
}
