// Puts all that the entry needs into one file. esbuild makes a file of each set of modules that the same entries
// reach, and each file that is fetched on demand is an entry: what the first load needs came in thirty pieces. Here
// those files import the app, which has long run by then, so that all of them reach all of it. And what the sources fetch on
// demand, they fetch by fetched.mjs.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { withFetches } from './fetched.mjs';

export function oneLoadPlugin(src, app) {
    const demanded = new Set();
    for (const name of readdirSync(src, { recursive: true }).map(String)) {
        if (!name.endsWith('.ts')) continue;
        for (const [, path] of readFileSync(join(src, name), 'utf8').matchAll(/import\(\s*'(\.[^']*\.ts)'/g))
            demanded.add(join(src, dirname(name), path));
    }
    return {
        name: 'oneload',
        setup(build) {
            build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
                const text = withFetches(readFileSync(path, 'utf8'), src);
                const contents = demanded.has(path) ? `import ${JSON.stringify(join(src, app))};\n${text}` : text;
                return { contents, loader: 'ts' };
            });
        },
    };
}
