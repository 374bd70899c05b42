// Makes the documentation's site: plain files, which any server serves and a browser opens from the disk.
//   node tools/site/build.mjs build/docs [PICTURES]

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path/posix';
import { frame } from './frame.mjs';
import { entriesOf, searchScript } from './index.mjs';
import { colours, render } from './markdown.mjs';
import { addressOf, order, readPage, sections, titleOf, top } from './navigation.mjs';
import { withPictures } from './pictures.mjs';

const [out = 'build/docs', pictures = ''] = process.argv.slice(2);
const look = new URL('look/', import.meta.url);
const LANGUAGES = {
    '.c': 'c',
    '.h': 'c',
    '.def': 'c',
    '.cpp': 'cpp',
    '.py': 'python',
    '.mjs': 'javascript',
    '.ts': 'typescript',
    '.yml': 'yaml',
};
const PICTURES = /\.(png|jpe?g|webp|gif|svg)$/;

function write(address, text) {
    const path = join(out, address);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
}

const sectionOf = (path) => sections.find(({ pages }) => pages.includes(path))?.title;

function copy(path) {
    mkdirSync(join(out, dirname(addressOf(path))), { recursive: true });
    cpSync(join(top, path), join(out, addressOf(path)));
}

function writeSource(path, titles) {
    const code = colours(readPage(path), LANGUAGES[extname(path)] ?? '');
    const html = `<h1><code>${path}</code></h1>\n<div class="code"><pre><code>${code}</code></pre></div>`;
    write(addressOf(path), frame({ path, title: path, html, headings: [], titles }));
}

// What pages show or lead to and is in no navigation: pictures as they are, a source as a page that shows it, and
// Markdown from elsewhere, whose own files come then.
function writeOthers(files, titles) {
    const waiting = [...files];
    const done = new Set(order);
    for (const path of waiting) {
        if (done.has(path)) continue;
        done.add(path);
        if (PICTURES.test(path)) copy(path);
        else if (!path.endsWith('.md')) writeSource(path, titles);
        else {
            const page = render(path, readPage(path));
            write(addressOf(path), frame({ path, title: titleOf(readPage(path)), ...page, titles }));
            waiting.push(...page.files);
        }
    }
}

function build() {
    const texts = Object.fromEntries(order.map((path) => [path, readPage(path)]));
    const titles = Object.fromEntries(order.map((path) => [path, titleOf(texts[path])]));
    const rendered = order.map((path) => ({ path, title: titles[path], ...render(path, texts[path]) }));
    rmSync(out, { recursive: true, force: true });
    for (const page of rendered) {
        const html = withPictures(page.html, page.path, pictures);
        write(addressOf(page.path), frame({ ...page, html, section: sectionOf(page.path), titles }));
    }
    writeOthers(new Set(rendered.flatMap(({ files }) => [...files])), titles);
    write('search.js', searchScript(rendered.flatMap(({ path, title, tokens }) => entriesOf(path, title, tokens))));
    write('style.css', ['text.css', 'frame.css'].map((name) => readFileSync(new URL(name, look), 'utf8')).join('\n'));
    for (const name of ['site.js', 'icon.svg']) write(name, readFileSync(new URL(name, look)));
    if (existsSync(pictures)) cpSync(pictures, join(out, 'pictures'), { recursive: true });
    console.log(`${order.length} pages in ${out}`);
}

build();
