// Style sheets computed at build time: the built-in scheme and the named Material colours.

import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import esbuild from 'esbuild';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
// Flet's default when a page sets no theme.
const SEED = 0xff2196f3;
const SYSTEM_COLORS = {
    systemblue: '#007aff',
    systemgreen: '#34c759',
    systemindigo: '#5856d6',
    systemorange: '#ff9500',
    systempink: '#ff2d55',
    systempurple: '#af52de',
    systemred: '#ff3b30',
    systemteal: '#5ac8fa',
    systemyellow: '#ffcc00',
    systemgrey: '#8e8e93',
    systembackground: 'Canvas',
    label: 'CanvasText',
};

export async function themeCss() {
    const { roles } = await loadScheme();
    const [light, dark] = [roles(SEED, false), roles(SEED, true)];
    return (
        `:root,[data-theme=light]{color-scheme:light;${light}}` +
        `@media (prefers-color-scheme:dark){:root:not([data-theme]){color-scheme:dark;${dark}}}` +
        `[data-theme=dark]{color-scheme:dark;${dark}}`
    );
}

// The same code that computes a scheme in the browser; the package is ESM only for bundlers.
async function loadScheme() {
    const folder = mkdtempSync(join(tmpdir(), 'scheme-'));
    const outfile = join(folder, 'scheme.mjs');
    try {
        await esbuild.build({
            absWorkingDir: here,
            entryPoints: ['src/core/scheme.ts'],
            outfile,
            bundle: true,
            format: 'esm',
            platform: 'node',
            logLevel: 'warning',
        });
        return await import(pathToFileURL(outfile).href);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

export function paletteCss() {
    const colors = createRequire(import.meta.url)('material-colors/dist/colors.json');
    // The protocol writes "deeporange" in one word.
    const rules = Object.entries(colors).flatMap(([hue, shades]) =>
        typeof shades !== 'object'
            ? []
            : Object.entries(shades).flatMap(([step, value]) =>
                  /^a?\d+$/.test(step) ? [`--c-${hue.toLowerCase().replace(/[^a-z]/g, '')}-${step}:${value}`] : [],
              ),
    );
    const system = Object.entries(SYSTEM_COLORS).map(([name, value]) => `--c-${name}:${value}`);
    return `:root{${[...rules, ...system].join(';')}}`;
}
