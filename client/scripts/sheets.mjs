// `import css from './some.css?text'`: a style sheet as text, for code that brings its own when it is fetched. One of a
// package's is named as the package names it.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import esbuild from 'esbuild';

export function sheetPlugin() {
    return {
        name: 'sheets',
        setup(build) {
            build.onResolve({ filter: /\.css\?text$/ }, ({ path, resolveDir }) => {
                const name = path.replace(/\?text$/, '');
                const file = name.startsWith('.')
                    ? join(resolveDir, name)
                    : createRequire(join(resolveDir, 'any.js')).resolve(name);
                return { path: file, namespace: 'sheet' };
            });
            build.onLoad({ filter: /.*/, namespace: 'sheet' }, async ({ path }) => {
                const { code } = await esbuild.transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true });
                return { contents: `export default ${JSON.stringify(code.trim())}`, loader: 'js', watchFiles: [path] };
            });
        },
    };
}
