// Serves the site on this machine alone.
//   node tools/site/serve.mjs build/docs PORT

import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path/posix';

const [folder, port] = process.argv.slice(2);
const TYPES = {
    '.html': 'text/html; charset=utf-8',
    '.css': 'text/css',
    '.js': 'text/javascript; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.png': 'image/png',
    '.webp': 'image/webp',
};

function fileOf(url) {
    const path = normalize(decodeURIComponent(new URL(url, 'http://localhost').pathname));
    return join(folder, path.endsWith('/') ? `${path}index.html` : path);
}

const server = createServer((request, response) => {
    try {
        const file = fileOf(request.url);
        if (!statSync(file).isFile()) throw new Error('a folder');
        response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain; charset=utf-8' });
        createReadStream(file).pipe(response);
    } catch {
        response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.\n');
    }
});
server.on('error', (error) => {
    console.error(`docs-serve: ${error.message}`);
    process.exitCode = 1;
});
server.listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/`));
