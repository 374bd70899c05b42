// Which pages there are, in what order, and where each one stands: the one table of contents.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path/posix';
import { fileURLToPath } from 'node:url';

export const top = fileURLToPath(new URL('../../', import.meta.url));
export const readPage = (path) => readFileSync(join(top, path), 'utf8');

const START = 'docs/README.md';
const CHANGES = 'CHANGELOG.md';

const pagesIn = (folder) =>
    readdirSync(join(top, folder))
        .filter((name) => name.endsWith('.md') && name !== 'README.md')
        .sort()
        .map((name) => join(folder, name));

/** The pages that another one names in its tables, in that order: an index is the order of its folder. */
function namedBy(index) {
    const links = [...readPage(index).matchAll(/\]\(([\w./-]+\.md)\)/g)].map(([, to]) => join(dirname(index), to));
    return [...new Set(links)].filter((path) => dirname(path) === dirname(index));
}

function referenceTo(kind) {
    const index = 'docs/reference/README.md';
    const links = [...readPage(index).matchAll(/\]\(([\w./-]+\.md)\)/g)].map(([, to]) => join(dirname(index), to));
    return [...new Set(links)].filter((path) => path.startsWith(`docs/reference/${kind}/`));
}

const docs = (...names) => names.map((name) => `docs/${name}.md`);

/** The sections of the navigation: `pages` in order, the first of them open to whoever comes to the section. */
export const sections = [
    { title: 'Start', pages: [START, ...docs('tutorial', 'howto/development')] },
    {
        title: 'How to',
        pages: [
            'docs/howto/README.md',
            ...namedBy('docs/howto/README.md').filter((path) => path !== 'docs/howto/development.md'),
            ...docs('uploads', 'downloads'),
        ],
    },
    { title: 'Run it', pages: docs('operations', 'scale', 'metrics', 'embedding', 'flutter') },
    { title: 'Coming from', pages: pagesIn('docs').filter((path) => /\/from-/.test(path)) },
    { title: 'Actors', pages: docs('actors') },
    {
        title: 'Controls',
        pages: ['docs/reference/README.md', 'docs/controls.md', ...referenceTo('controls')],
    },
    { title: 'Headers', pages: referenceTo('headers') },
    {
        title: 'How it works',
        pages: docs('architecture', 'threads', 'bus', 'testing', 'golden'),
    },
    { title: 'Decisions', pages: ['docs/decisions/README.md', ...pagesIn('docs/decisions')] },
    { title: 'Changes', pages: [CHANGES] },
];

/** Every page, in the order of the navigation. */
export const order = sections.flatMap(({ pages }) => pages);

/** Where a file of this folder stands in the site; one that is no page is shown as the text it is. */
export function addressOf(path) {
    if (path === CHANGES) return 'changes.html';
    if (path.startsWith('docs/') && path.endsWith('.md'))
        return path.slice('docs/'.length).replace(/(README)?\.md$/, (_, index) => (index ? 'index.html' : '.html'));
    if (path.startsWith('docs/')) return path.slice('docs/'.length);
    return `source/${path}.html`;
}

/** The file that a link of a page means; of a folder, its index. */
export function targetOf(page, link) {
    const path = normalize(join(dirname(page), link));
    return existsSync(join(top, path, 'README.md')) ? join(path, 'README.md') : path;
}

/** How one page of the site is called from another one. */
export const between = (from, to) => relative(dirname(from), to) || to.split('/').pop();

/** A page's heading, without the marks of code. */
export const titleOf = (text) => (/^# (.*)$/m.exec(text)?.[1] ?? '').replaceAll('`', '');

/** Its name in the navigation: headings of a reference say the folder again, decisions are long. */
export function shortTitle(path, title) {
    if (path === START) return 'Welcome';
    if (path.endsWith('howto/README.md')) return 'All of them';
    if (path.endsWith('reference/README.md')) return 'All of the reference';
    if (path.endsWith('decisions/README.md')) return 'All decisions';
    return title.replace(/^troupe\//, '');
}
