// Where formulas are in a Markdown: $x$ and \(x\) in a line, $$x$$ and \[x\] on lines of their own or standing apart. A
// dollar with a space or a digit where a formula would not have one is a price.

import type { MarkdownIt, StateBlock, StateInline, Token } from 'markdown-it';

const CLOSED_BY: { [opening: string]: string } = { $$: '$$', '\\[': '\\]', '\\(': '\\)' };
const MOST_LINES = 100;

export function addFormulas(md: MarkdownIt): void {
    md.block.ruler.before('fence', 'formula', lines, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
    const unclosed: Unclosed = new Map();
    md.inline.ruler.before('escape', 'formula', (state, isSilent) => inLine(state, isSilent, unclosed));
    md.renderer.rules['formula'] = (tokens, i) => {
        const { content, block, markup } = tokens[i] as Token;
        const kind = markup === '$' || markup === '\\(' ? '' : ' t-formula-apart';
        const span = `<span class="t-formula${kind}">${md.utils.escapeHtml(content)}</span>`;
        return block ? `<p>${span}</p>\n` : span;
    };
}

function push(state: StateBlock | StateInline, markup: string, content: string): Token {
    const token = state.push('formula', 'span', 0);
    token.markup = markup;
    token.content = content.trim();
    return token;
}

// Of each closing the text in which it was looked for last, in vain: so a text of openings is not gone through anew for each.
type Unclosed = Map<string, string>;

function find(closing: string, src: string, from: number, unclosed: Unclosed): number {
    if (unclosed.get(closing) === src) return -1;
    const found = src.indexOf(closing, from);
    if (found < 0) unclosed.set(closing, src);
    return found;
}

function inLine(state: StateInline, isSilent: boolean, unclosed: Unclosed): boolean {
    const { src, pos } = state;
    const two = src.slice(pos, pos + 2);
    const opening = Object.hasOwn(CLOSED_BY, two) ? two : src[pos] === '$' ? '$' : '';
    if (!opening) return false;
    const from = pos + opening.length;
    const end = opening === '$' ? endOfDollar(src, from) : find(CLOSED_BY[opening]!, src, from, unclosed);
    if (end < 0 || !src.slice(from, end).trim()) return false;
    if (!isSilent) push(state, opening, src.slice(from, end));
    state.pos = end + (opening === '$' ? 1 : 2);
    return true;
}

// As Pandoc has it: no space within the dollars, no digit behind them.
function endOfDollar(src: string, from: number): number {
    if (/\s/.test(src[from] ?? ' ')) return -1;
    const end = src.indexOf('$', from);
    const before = src[end - 1] ?? ' ';
    return end < 0 || /[\s\\]/.test(before) || /\d/.test(src[end + 1] ?? '') ? -1 : end;
}

function lines(state: StateBlock, first: number, end: number, isSilent: boolean): boolean {
    const lineAt = (i: number) => state.src.slice(state.bMarks[i]! + state.tShift[i]!, state.eMarks[i]).trimEnd();
    const opening = lineAt(first).slice(0, 2);
    const closing = opening === '\\(' || !Object.hasOwn(CLOSED_BY, opening) ? '' : CLOSED_BY[opening]!;
    if (!closing || state.sCount[first]! - state.blkIndent >= 4) return false;
    const parts = [lineAt(first).slice(2)];
    let last = first;
    while (!parts.at(-1)!.includes(closing)) {
        if (++last >= Math.min(end, first + MOST_LINES) || state.isEmpty(last)) return false;
        const line = lineAt(last);
        if (state.sCount[last]! < state.blkIndent || (opening !== closing && line.startsWith(opening))) return false;
        parts.push(line);
    }
    // What goes on behind it is a line with formulas in it.
    const text = parts.join('\n');
    if (text.indexOf(closing) !== text.length - 2 || !text.slice(0, -2).trim()) return false;
    if (isSilent) return true;
    const token = push(state, opening, text.slice(0, -2));
    token.block = true;
    token.map = [first, last + 1];
    state.line = last + 1;
    return true;
}
