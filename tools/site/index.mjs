// The index of the site's search: an entry for each heading. It is a script, as pages that were opened from the file
// system may load no other files.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import MiniSearch from 'minisearch';
import { wordsOf } from './markdown.mjs';
import { addressOf } from './navigation.mjs';

const require = createRequire(import.meta.url);
const { troupeSearchOptions } = require('./look/terms.cjs');
const ABOUT = 160;

// What somebody who writes an app looks for comes before how it works inside, and that before what once was.
const KINDS = [
    ['reference', /^docs\/(reference\/|controls)/],
    ['design', /^docs\/(architecture|threads|bus|testing|golden|scale)/],
    ['history', /^docs\/decisions\/|^CHANGELOG/],
];
const kindOf = (path) => KINDS.find(([, files]) => files.test(path))?.[0] ?? 'guide';

// A program's words are found as well, each once; of the reference the text says them already.
const codeOf = (token, kind) =>
    kind === 'guide' ? [...new Set(token.content.match(/\b(?:tr|ui|TR|UI)_\w+|--[a-z][\w-]+/g))].join(' ') : '';

/** The entries of a page: what stands below each of its headings. */
export function entriesOf(path, title, tokens) {
    const kind = kindOf(path);
    const entries = [];
    const begin = (heading, id) => entries.push({ title: heading, anchor: id, said: [], code: [] });
    tokens.forEach((token, at) => {
        if (token.type === 'heading_open')
            begin(wordsOf(tokens[at + 1]), token.tag === 'h1' ? '' : token.attrGet('id'));
        else if (token.type === 'inline' && tokens[at - 1].type !== 'heading_open')
            entries.at(-1)?.said.push(wordsOf(token));
        else if (token.type === 'fence') entries.at(-1)?.code.push(codeOf(token, kind));
    });
    return entries.map((entry) => finished(entry, { path, title, kind }));
}

function finished({ title, anchor, said, code }, { path, title: page, kind }) {
    const text = said.filter(Boolean).join(' ');
    const about = text.length > ABOUT ? `${text.slice(0, text.lastIndexOf(' ', ABOUT))} …` : text;
    const address = addressOf(path) + (anchor ? `#${anchor}` : '');
    return { title, page, kind, address, about, text: `${text} ${code.join(' ')}` };
}

/** One script: the library, how words are found, and the index. */
export function searchScript(entries) {
    const index = new MiniSearch(troupeSearchOptions);
    index.addAll(entries.map((entry, id) => ({ id, ...entry })));
    const library = readFileSync(require.resolve('minisearch').replace(/cjs\/index\.cjs$/, 'umd/index.js'), 'utf8');
    const terms = readFileSync(new URL('look/terms.cjs', import.meta.url), 'utf8');
    const made = JSON.stringify(JSON.stringify(index));
    return `${library.replace(/\/\/# sourceMappingURL.*/, '')}\n${terms}\nconst troupeIndex = MiniSearch.loadJSON(${made}, troupeSearchOptions);\n`;
}
