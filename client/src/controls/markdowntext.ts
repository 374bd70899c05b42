// Markdown -> clean HTML. The rules of each extension set, tasks, and what of HTML may stay.

import DOMPurify from 'dompurify';
import MarkdownIt, { type Token } from 'markdown-it';
import { imageUrl, url } from '../core/links.ts';
import { addFormulas } from './markdownmath.ts';

export type Rules = { extensions: string; isBroken: boolean };

export function toHtml(text: string, { extensions, isBroken }: Rules): string {
    const isGitHub = extensions.startsWith('github');
    const md = new MarkdownIt(isGitHub ? 'default' : 'commonmark', {
        html: false,
        linkify: isGitHub,
        breaks: isBroken,
    });
    md.validateLink = (link) => url(link) !== undefined || imageUrl(link, document.baseURI) !== undefined;
    md.use(addFormulas);
    md.core.ruler.push('sides', ({ tokens }) => tokens.forEach(alignByClass));
    return DOMPurify.sanitize(md.render(text), {
        ALLOWED_TAGS: [
            'h1',
            'h2',
            'h3',
            'h4',
            'h5',
            'h6',
            'p',
            'br',
            'hr',
            'ul',
            'ol',
            'li',
            'blockquote',
            'pre',
            'code',
            'em',
            'strong',
            's',
            'del',
            'a',
            'img',
            'span',
            'table',
            'thead',
            'tbody',
            'tr',
            'th',
            'td',
        ],
        ALLOWED_ATTR: ['href', 'src', 'alt', 'title', 'start', 'class'],
        ALLOW_DATA_ATTR: false,
    });
}

// The page's policy lets no style attribute in.
function alignByClass(token: Token): void {
    const side = /^text-align:(\w+)$/.exec(String(token.attrGet('style') ?? ''))?.[1];
    if (!side) return;
    token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
    token.attrSet('class', `t-md-${side}`);
}

// "[ ] text" and "[x] text" at the beginning of a list's item.
export function showTasks(root: HTMLElement): void {
    for (const item of root.querySelectorAll('li')) {
        const holder = item.firstElementChild?.localName === 'p' ? item.firstElementChild : item;
        const first = holder.firstChild;
        const match = first instanceof Text ? /^\[([ xX])\] /.exec(first.data) : null;
        if (!match) continue;
        (first as Text).data = (first as Text).data.slice(match[0].length);
        const box = document.createElement('input');
        box.type = 'checkbox';
        box.disabled = true;
        box.checked = match[1] !== ' ';
        box.ariaLabel = box.checked ? 'done' : 'open';
        holder.prepend(box, ' ');
        item.classList.add('t-task');
    }
}
