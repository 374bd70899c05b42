// `import css from './some.css?text'`: a style sheet as text, for code that brings its own when it is fetched.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import esbuild from 'esbuild';

export function sheetPlugin() {
    return {
        name: 'sheets',
        setup(build) {
            build.onResolve({ filter: /\.css\?text$/ }, ({ path, resolveDir }) => ({
                path: join(resolveDir, path.replace(/\?text$/, '')),
                namespace: 'sheet',
            }));
            build.onLoad({ filter: /.*/, namespace: 'sheet' }, async ({ path }) => {
                const { code } = await esbuild.transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true });
                return { contents: `export default ${JSON.stringify(code.trim())}`, loader: 'js', watchFiles: [path] };
            });
        },
    };
}
