// Prints what is sent for each file, gzip -9, after a build.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const out = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'build', 'client');
const files = ['index.html', ...readdirSync(join(out, 'assets')).map((name) => `assets/${name}`)];
for (const file of files.filter((name) => /\.\w+$/.test(name))) {
    const bytes = gzipSync(readFileSync(join(out, file)), { level: 9 }).length;
    console.log(`${(bytes / 1024).toFixed(1).padStart(7)} KiB  ${file}`);
}
