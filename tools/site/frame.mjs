// What stands around each page: the head, the navigation, what is on the page, where to go on.

import { asHtml } from './html.mjs';
import { addressOf, between, order, sections, shortTitle } from './navigation.mjs';

function entry(path, { from, titles }) {
    const address = addressOf(path);
    const current = address === from ? ' aria-current="page"' : '';
    return `<li><a href="${between(from, address)}"${current}>${asHtml(shortTitle(path, titles[path]))}</a></li>`;
}

function section({ title, pages }, site) {
    const isOpen = pages.some((path) => addressOf(path) === site.from) || title === 'Start';
    const list = `<ul>${pages.map((path) => entry(path, site)).join('')}</ul>`;
    return `<details${isOpen ? ' open' : ''}><summary>${title}</summary>${list}</details>`;
}

const navigation = (site) =>
    `<nav id="pages" aria-label="Pages">${sections.map((each) => section(each, site)).join('')}</nav>`;

function contents(headings) {
    const shown = headings.filter(({ level }) => level === 2);
    if (shown.length < 3) return '';
    const list = shown.map(({ id, words }) => `<li><a href="#${id}">${asHtml(words)}</a></li>`).join('');
    return `<nav class="contents" aria-labelledby="on-this-page"><p id="on-this-page">On this page</p><ul>${list}</ul></nav>`;
}

function neighbour(path, side, site) {
    if (path === undefined) return '<span></span>';
    const words = side === 'next' ? 'Next' : 'Before';
    const title = asHtml(shortTitle(path, site.titles[path]));
    return `<a rel="${side}" href="${between(site.from, addressOf(path))}"><small>${words}</small>${title}</a>`;
}

function neighbours(path, site) {
    const at = order.indexOf(path);
    if (at < 0) return '';
    const sides = [neighbour(order[at - 1], 'prev', site), neighbour(order[at + 1], 'next', site)];
    return `<nav class="neighbours" aria-label="Before and next">${sides.join('')}</nav>`;
}

const SEARCH = `<dialog id="search" aria-label="Search">
<form method="dialog"><label for="words">Search</label>
<input id="words" type="search" autocomplete="off" spellcheck="false" placeholder="A task, a control, a function, an option">
<button aria-label="Close the search">Close</button></form>
<p id="found" role="status"></p><ol id="results"></ol></dialog>`;

// Before anything is drawn, so that no page is light for a moment.
const THEME = `try{const t=localStorage.getItem('troupe-theme');if(t)document.documentElement.dataset.theme=t}catch{}`;

const icon = (path) =>
    `<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><path fill="currentColor" d="${path}"/></svg>`;
const MENU = icon('M3 6h18v2H3zm0 5h18v2H3zm0 5h18v2H3z');
const LENS = icon('M10 3a7 7 0 1 0 4.3 12.5l5.1 5.1 1.4-1.4-5.1-5.1A7 7 0 0 0 10 3m0 2a5 5 0 1 1 0 10 5 5 0 0 1 0-10');
const HALF = icon('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 2v14a7 7 0 0 1 0-14');

function header(root) {
    return `<a class="skip" href="#content">Skip to the text</a>
<header><button id="menu" aria-label="Pages" aria-expanded="false" aria-controls="pages" hidden>${MENU}</button>
<a class="home" href="${root}index.html">Troupe</a>
<button id="find" hidden>${LENS}<span>Search</span><kbd>/</kbd></button>
<button id="theme" hidden>${HALF}<span class="unseen">Theme</span></button></header>`;
}

/** The whole document of a page; `site` has the titles of all. */
export function frame({ path, title, section: within, html, headings, titles }) {
    const from = addressOf(path);
    const root = '../'.repeat(from.split('/').length - 1);
    const site = { from, titles };
    const name = path === 'docs/README.md' ? 'Troupe' : `${asHtml(title)} · Troupe`;
    return `<!doctype html>
<html lang="en" data-root="${root}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title><link rel="icon" href="${root}icon.svg"><link rel="stylesheet" href="${root}style.css">
<script>${THEME}</script><script defer src="${root}site.js"></script></head>
<body>${header(root)}
<div class="frame">${navigation(site)}
<main id="content" tabindex="-1">${within ? `<p class="section">${asHtml(within)}</p>` : ''}
<article>${html}</article>${neighbours(path, site)}</main>${contents(headings)}</div>
${SEARCH}
</body></html>
`;
}
