// Bundles the tests of one folder (or those of them whose path contains a word) for node and runs
// them with node's own test runner:  node scripts/test.mjs e2e layout

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { iconDefines, iconPlugin } from './icons.mjs';
import { propsPlugin } from './props.mjs';
import { sheetPlugin } from './sheets.mjs';

const here = join(dirname(fileURLToPath(import.meta.url)), '..');
const [what = 'test', word = ''] = process.argv.slice(2);
// Inside node_modules, so that the bundles find the packages they leave out.
const out = join(here, 'node_modules', '.cache', what);
const isMock = what === 'mock';
const folder = isMock ? 'test/support' : what;
const suffix = isMock ? 'serve.ts' : '.test.ts';

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const sources = readdirSync(join(here, folder), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(suffix) && name.includes(word));
await esbuild.build({
    absWorkingDir: here,
    entryPoints: sources.map((name) => join(folder, name)),
    outdir: out,
    outExtension: { '.js': '.mjs' },
    outbase: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node18',
    sourcemap: 'inline',
    packages: 'external',
    define: { __PALETTE__: '""', __ICONS__: '""', __RIVE_SCRIPT__: '""', __RIVE_CODE__: '""', ...iconDefines() },
    plugins: [iconPlugin(), propsPlugin(), sheetPlugin()],
    logLevel: 'warning',
});
const built = sources.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
const args = isMock ? built : ['--enable-source-maps', '--test', ...built];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: here });
process.exit(status ?? 1);
