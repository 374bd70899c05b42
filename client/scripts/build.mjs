// Writes everything that is served to ../build/client: index.html and hashed files under assets/.

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { cupertinoPaths, iconDefines, iconPaths, iconPlugin, SHARD } from './icons.mjs';
import { importsOf, nameFetches } from './fetched.mjs';
import { oneLoadPlugin } from './oneload.mjs';
import { propsPlugin } from './props.mjs';
import { sheetPlugin } from './sheets.mjs';
import { packagesPlugin } from './packages.mjs';
import { writeRive } from './players.mjs';
import { paletteCss, themeCss } from './colors.mjs';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(here, '..', 'build', 'client');
const assets = join(out, 'assets');

rmSync(out, { recursive: true, force: true });
mkdirSync(assets, { recursive: true });

const TARGET = ['chrome111', 'firefox114', 'safari16.4'];
const result = await esbuild.build({
    absWorkingDir: here,
    entryPoints: { main: 'src/main.ts', paint: 'src/paint.ts' },
    outdir: assets,
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: TARGET,
    minify: true,
    metafile: true,
    legalComments: 'none',
    alias: { 'lit/directives/style-map.js': './src/dom/stylemap.ts' },
    define: {
        __PALETTE__: JSON.stringify(writePalette()),
        __ICONS__: JSON.stringify(writeIcons()),
        ...(await writeRive(here, assets, TARGET)),
        ...iconDefines(),
    },
    plugins: [
        iconPlugin(),
        propsPlugin(),
        sheetPlugin(),
        packagesPlugin(),
        oneLoadPlugin(join(here, 'src'), 'app.ts'),
        await themePlugin(),
    ],
    logLevel: 'warning',
});

const outputs = Object.keys(result.metafile.outputs);
const entry = outputs.find((name) => /main-[^/]*\.js$/.test(name));
const first = importsOf(result.metafile.outputs, entry);
nameFetches(assets, result.metafile.outputs, new Set([entry, ...first]));
const assetNamed = (pattern) =>
    `assets/${outputs
        .find((name) => pattern.test(name))
        .split('/')
        .pop()}`;
const page = readFileSync(join(here, 'index.html'), 'utf8')
    .replace('%MAIN_CSS%', assetNamed(/main-[^/]*\.css$/))
    .replace('%MAIN_JS%', assetNamed(/main-[^/]*\.js$/))
    .replace('%PRELOADS%', preloads());
writeFileSync(join(out, 'index.html'), page);
cpSync(join(here, 'public'), out, { recursive: true });

// All that the entry needs, named up front, so that it comes in one go and not import by import.
function preloads() {
    return [...first]
        .map((name) => `<link rel="modulepreload" href="assets/${name.split('/').pop()}" />`)
        .join('\n        ');
}

function hashOf(text) {
    return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function writePalette() {
    const css = paletteCss();
    const name = `palette-${hashOf(css)}.css`;
    writeFileSync(join(assets, name), css);
    return `assets/${name}`;
}

function writeIcons() {
    const sets = { '': iconPaths(), 'c-': cupertinoPaths() };
    const folder = `icons-${hashOf(JSON.stringify(sets))}`;
    mkdirSync(join(assets, folder));
    for (const [set, paths] of Object.entries(sets))
        for (let first = 0; first < paths.length; first += SHARD) {
            const shard = JSON.stringify(paths.slice(first, first + SHARD));
            writeFileSync(join(assets, folder, `${set}${first / SHARD}.json`), shard);
        }
    return `assets/${folder}`;
}

// `@import 'virtual:theme'` in the style sheet: the built-in colour scheme, computed here.
async function themePlugin() {
    const css = await themeCss();
    return {
        name: 'theme',
        setup(build) {
            build.onResolve({ filter: /^virtual:theme$/ }, ({ path }) => ({ path, namespace: 'theme' }));
            build.onLoad({ filter: /.*/, namespace: 'theme' }, () => ({ contents: css, loader: 'css' }));
        },
    };
}
