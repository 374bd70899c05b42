// Markdown as a code host shows it, made into HTML for the site: headings have the same anchors, links to files lead to
// their pages, code has colours, a drawing is put into the page so that it follows its theme.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import GithubSlugger from 'github-slugger';
import hljs from 'highlight.js/lib/common';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import elixir from 'highlight.js/lib/languages/elixir';
import nginx from 'highlight.js/lib/languages/nginx';
import MarkdownIt from 'markdown-it';
import { asHtml } from './html.mjs';
import { addressOf, between, targetOf, top } from './navigation.mjs';

for (const [name, language] of Object.entries({ dockerfile, elixir, nginx })) hljs.registerLanguage(name, language);

const NAMES = { sh: 'bash', text: 'plaintext', '': 'plaintext' };

/** Code with its colours; a language that nobody here knows is plain. */
export function colours(code, language) {
    const name = NAMES[language] ?? language;
    if (!hljs.getLanguage(name)) return asHtml(code);
    return hljs.highlight(code, { language: name }).value;
}

/** The words of a heading or a paragraph, without marks. */
export const wordsOf = (inline) =>
    (inline.children ?? [])
        .map(({ type, content }) => (type === 'text' || type === 'code_inline' ? content : ' '))
        .join('')
        .trim();

const markdown = new MarkdownIt({ html: true });
const rules = markdown.renderer.rules;

rules.fence = (tokens, at) => {
    const language = tokens[at].info.trim().split(' ')[0];
    return `<div class="code"><pre><code>${colours(tokens[at].content, language)}</code></pre></div>\n`;
};
rules.code_block = (tokens, at) => `<div class="code"><pre><code>${asHtml(tokens[at].content)}</code></pre></div>\n`;
// A short name stands in one line.
const SHORT = 24;
rules.code_inline = (tokens, at) => {
    const { content } = tokens[at];
    return `<code${content.length > SHORT ? '' : ' class="short"'}>${asHtml(content)}</code>`;
};
rules.table_open = () => '<div class="table"><table>\n';
rules.table_close = () => '</table></div>\n';
// An empty head of a column is none, to who listens to a table as well.
rules.th_open = (tokens, at) => (tokens[at + 1].content ? '<th scope="col">' : '<td>');
rules.th_close = (tokens, at) => (tokens[at - 1].content ? '</th>' : '</td>');
rules.html_block = (tokens, at) => tokens[at].content.replace(/<!--[^]*?-->/g, '');
// For the pointer alone: who listens to headings, or goes through links by keys, has the list of what is on the page.
rules.heading_close = (tokens, at) => {
    const { tag } = tokens[at];
    if (tag === 'h1') return '</h1>\n';
    const id = tokens[at - 2].attrGet('id');
    return ` <a class="anchor" href="#${id}" tabindex="-1" aria-hidden="true">#</a></${tag}>\n`;
};

rules.image = (tokens, at, _options, env) => {
    const path = targetOf(env.path, tokens[at].attrGet('src'));
    const words = tokens[at].content;
    if (!path.endsWith('.svg')) {
        env.files.add(path);
        const src = between(env.address, addressOf(path));
        return `<img src="${src}" alt="${asHtml(words)}" loading="lazy">`;
    }
    const drawing = readFileSync(join(top, path), 'utf8').replace(
        /<style>[^]*?<\/style>|<\?xml[^>]*>|<!--[^]*?-->/g,
        '',
    );
    const named = drawing.trim().replace('<svg ', `<svg class="drawing" role="img" aria-label="${asHtml(words)}" `);
    return `<span class="wide">${named}</span>`;
};

function isElsewhere(link) {
    return /^[a-z]+:/.test(link) || link.startsWith('#');
}

function follow(token, env) {
    const link = token.attrGet('href');
    if (isElsewhere(link)) return;
    const [file, anchor] = link.split('#');
    const path = targetOf(env.path, file);
    if (!path.startsWith('docs/') || !path.endsWith('.md')) env.files.add(path);
    token.attrSet('href', between(env.address, addressOf(path)) + (anchor ? `#${anchor}` : ''));
}

// The reference puts places of its own in front of a heading: the heading has them then, and no paragraph is left.
function placesBefore(tokens, at) {
    const before = tokens[at - 2];
    const isPlaces = before?.type === 'inline' && before.children.every(({ type }) => type === 'html_inline');
    const places = isPlaces ? [...before.content.matchAll(/<a id="([^"]+)">/g)].map(([, place]) => place) : [];
    if (places.length > 0) for (const token of tokens.slice(at - 3, at)) token.type = 'nothing';
    return places;
}

// A struct and a function may have one name: the first of them is where it leads.
function place(tokens, at, slugger, taken) {
    const slug = slugger.slug(wordsOf(tokens[at + 1]));
    const [id = slug, ...others] = placesBefore(tokens, at).filter((each) => !taken.has(each));
    for (const each of [id, ...others]) taken.add(each);
    tokens[at].attrSet('id', id);
    tokens[at].meta = others;
}

rules.nothing = () => '';
rules.heading_open = (tokens, at) => {
    const others = tokens[at].meta.map((id) => `<span class="place" id="${id}"></span>`);
    return `<${tokens[at].tag} id="${tokens[at].attrGet('id')}">${others.join('')}`;
};

markdown.core.ruler.push('site', ({ tokens, env }) => {
    const slugger = new GithubSlugger();
    const taken = new Set();
    tokens.forEach((token, at) => {
        if (token.type === 'heading_open') place(tokens, at, slugger, taken);
        for (const child of token.children ?? []) if (child.type === 'link_open') follow(child, env);
    });
});

/**
 * A page: its HTML, the headings below its title, its tokens (for the index), and `files`, which it links to or shows
 * and which are no pages of their own.
 */
export function render(path, text) {
    const env = { path, address: addressOf(path), files: new Set() };
    const tokens = markdown.parse(text, env);
    const html = markdown.renderer.render(tokens, markdown.options, env);
    const headings = tokens.flatMap((token, at) =>
        token.type === 'heading_open' && token.tag !== 'h1'
            ? [{ level: Number(token.tag[1]), id: token.attrGet('id'), words: wordsOf(tokens[at + 1]) }]
            : [],
    );
    return { html, headings, tokens, files: env.files, folder: dirname(env.address) };
}
