// Material icons: names file + SVG package -> path data by index.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SHARD = 64;
const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const svgs = dirname(createRequire(import.meta.url).resolve('@material-design-icons/svg/package.json'));
const lines = (file) =>
    readFileSync(join(here, 'icons', file), 'utf8')
        .split('\n')
        .filter(Boolean);
const names = lines('material-names.txt');
const aliases = new Map(lines('aliases.txt').map((line) => line.split(' ')));
const indexOf = (name) => names.indexOf(name);

const FOLDERS = { OUTLINED: 'outlined', ROUNDED: 'round', SHARP: 'sharp' };
// The names spell out leading digits, the files do not.
const DIGITS = [
    ['twenty_one', '21'],
    ['twenty_two', '22'],
    ['twenty_three', '23'],
    ['twenty_four', '24'],
    ['ten', '10'],
    ['eleven', '11'],
    ['twelve', '12'],
    ['thirteen', '13'],
    ['fourteen', '14'],
    ['fifteen', '15'],
    ['sixteen', '16'],
    ['seventeen', '17'],
    ['eighteen', '18'],
    ['nineteen', '19'],
    ['twenty', '20'],
    ['thirty', '30'],
    ['sixty', '60'],
    ['onetwothree', '123'],
    ['threesixty', '360'],
    ['threed', '3d'],
    ['one', '1'],
    ['two', '2'],
    ['three', '3'],
    ['four', '4'],
    ['five', '5'],
    ['six', '6'],
    ['seven', '7'],
    ['eight', '8'],
    ['nine', '9'],
];

// What the client draws by itself; src/globals.d.ts declares the same names.
const OWN = [
    'VISIBILITY',
    'VISIBILITY_OFF',
    'ARROW_BACK',
    'CLOSE',
    'ARROW_UPWARD',
    'ARROW_DOWNWARD',
    'EXPAND_MORE',
    'CHECK',
    'DRAG_HANDLE',
    'MORE_VERT',
    'CHEVRON_LEFT',
    'CHEVRON_RIGHT',
    'EDIT',
    'CALENDAR_TODAY',
    'SEARCH',
    'MENU',
    'KEYBOARD',
    'ACCESS_TIME',
    'ARROW_DROP_DOWN',
    'BROKEN_IMAGE',
];

export function iconPaths() {
    return names.map((name) => {
        const file = fileOf(name);
        return file ? pathOf(readFileSync(file, 'utf8')) : '';
    });
}

function fileOf(name) {
    const [, base, style] = /^(.*?)(?:_(OUTLINED|ROUNDED|SHARP))?$/.exec(name);
    const folder = FOLDERS[style] ?? 'filled';
    const plain = base.toLowerCase();
    const candidates = [
        `${folder}/${plain}`,
        `filled/${name.toLowerCase()}`,
        ...aliasOf(plain, folder),
        ...digitForms(plain).map((form) => `${folder}/${form}`),
        `filled/${plain}`,
    ];
    return candidates.map((c) => join(svgs, `${c}.svg`)).find((file) => existsSync(file));
}

function aliasOf(plain, folder) {
    const alias = aliases.get(plain);
    if (!alias) return [];
    return alias.includes('/') ? [alias] : [`${folder}/${alias}`, `filled/${alias}`];
}

function digitForms(plain) {
    const found = DIGITS.find(([word]) => plain === word || plain.startsWith(`${word}_`));
    if (!found) return [];
    const rest = plain.slice(found[0].length);
    return [found[1] + rest.replace(/^_/, ''), found[1] + rest];
}

const attribute = (text, name) => new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1] ?? '0';

// One path for the whole icon; circles become arcs.
function pathOf(svg) {
    return [...svg.matchAll(/<(path|circle|ellipse)\b([^>]*)>/g)]
        .map(([, tag, attributes]) => {
            if (tag === 'path') return attribute(attributes, 'd');
            const [cx, cy] = [attribute(attributes, 'cx'), attribute(attributes, 'cy')].map(Number);
            const rx = Number(attribute(attributes, tag === 'circle' ? 'r' : 'rx'));
            const ry = Number(attribute(attributes, tag === 'circle' ? 'r' : 'ry'));
            return `M${cx - rx} ${cy}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0z`;
        })
        .join('');
}

// The second set, by its own names: its files are those of framework7-icons, from which Flutter's font is made.
export function cupertinoPaths() {
    const folder = join(dirname(createRequire(import.meta.url).resolve('framework7-icons/package.json')), 'svg');
    const others = new Map(lines('cupertino-aliases.txt').map((line) => line.split(' ')));
    return lines('cupertino-names.txt').map((name) => {
        const file = join(folder, `${others.get(name.toLowerCase()) ?? name.toLowerCase()}.svg`);
        return existsSync(file) ? pathOf(readFileSync(file, 'utf8')).replace(/(\.\d\d)\d+/g, '$1') : '';
    });
}

export function iconDefines() {
    return Object.fromEntries(OWN.map((name) => [`__ICON_${name}__`, String(indexOf(name))]));
}

export function iconPlugin() {
    const modules = {
        'virtual:common-icons': () => {
            const paths = iconPaths();
            return Object.fromEntries(lines('common.txt').map((name) => [indexOf(name), paths[indexOf(name)]]));
        },
        'virtual:icon-names': () => {
            const spoken = (name) => name.toLowerCase().replace(/_/g, ' ');
            return Object.fromEntries(lines('common.txt').map((name) => [indexOf(name), spoken(name)]));
        },
    };
    return {
        name: 'icons',
        setup(build) {
            build.onResolve({ filter: /^virtual:(common-icons|icon-names)$/ }, ({ path }) => ({
                path,
                namespace: 'icons',
            }));
            build.onLoad({ filter: /.*/, namespace: 'icons' }, ({ path }) => ({
                contents: `export default ${JSON.stringify(modules[path]())}`,
                loader: 'js',
            }));
        },
    };
}
