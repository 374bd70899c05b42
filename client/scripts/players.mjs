// Players of animations that run in workers: a script each, and its WebAssembly.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import esbuild from 'esbuild';

const PACKAGE = join('node_modules', '@rive-app', 'canvas-advanced-lite');

// The addresses that pages fetch the script and the code from, for the build to put in. The server sends the script with a policy of its own,
// which it knows by the name (gateway/http.c).
export async function writeRive(here, assets, target) {
    const { outputFiles } = await esbuild.build({
        absWorkingDir: here,
        entryPoints: ['src/players/rive.ts'],
        bundle: true,
        write: false,
        format: 'iife',
        target,
        minify: true,
        legalComments: 'none',
        logLevel: 'warning',
    });
    // Compressed once, here: as it is, the server would hold it twice, and it is by far its largest file.
    const code = gzipSync(readFileSync(join(here, PACKAGE, 'rive.wasm')), { level: 9 });
    return {
        __RIVE_SCRIPT__: write(assets, 'worker-rive', 'js', outputFiles[0].contents),
        __RIVE_CODE__: write(assets, 'rive', 'bin', code),
    };
}

function write(assets, name, ending, bytes) {
    const file = `${name}-${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.${ending}`;
    writeFileSync(join(assets, file), bytes);
    return JSON.stringify(`assets/${file}`);
}
