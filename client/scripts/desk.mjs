// Writes ../build/desk/panel.js: what `troupe dev` adds to the pages of an app that is being written. No app has it.

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { sheetPlugin } from './sheets.mjs';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');

await esbuild.build({
    absWorkingDir: here,
    entryPoints: { panel: 'src/desk/main.ts' },
    outdir: join(here, '..', 'build', 'desk'),
    bundle: true,
    format: 'esm',
    target: ['chrome111', 'firefox114', 'safari16.4'],
    minify: true,
    legalComments: 'none',
    plugins: [sheetPlugin()],
    logLevel: 'warning',
});
