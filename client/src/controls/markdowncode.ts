// Fenced code in the colours of its language, by the parsers and the colours of the code editor. Fetched with the first
// Markdown that has a code theme.

import { StreamLanguage } from '@codemirror/language';
import { highlightTree } from '@lezer/highlight';
import { isMap, type Value } from '../core/tree.ts';
import { given, textStyle } from '../core/values.ts';
import { adopt } from '../dom/sheet.ts';
import { styleOfTheme } from './codelook.ts';
import { modeOf } from './codemodes.ts';

// Beyond, it stays of one colour: it is read at once.
const MOST = 100_000;
// What people write after a fence, and what Flet calls it.
const ALIASES: { [name: string]: string } = {
    'c++': 'cpp',
    c: 'cpp',
    'c#': 'cs',
    csharp: 'cs',
    js: 'javascript',
    ts: 'typescript',
    py: 'python',
    rb: 'ruby',
    rs: 'rust',
    sh: 'bash',
    yml: 'yaml',
    html: 'xml',
    docker: 'dockerfile',
    kt: 'kotlin',
};

export async function colorCode(root: HTMLElement, theme: Value | undefined): Promise<void> {
    const all = [...root.querySelectorAll<HTMLElement>('pre > code[class*="language-"]')];
    await Promise.all(all.map((code) => colorOne(code, theme)));
    if (!isMap(theme)) return;
    for (const pre of root.querySelectorAll('pre'))
        for (const [name, value] of Object.entries(given(textStyle(theme['root']))))
            pre.style.setProperty(name, value!);
}

async function colorOne(code: HTMLElement, theme: Value | undefined): Promise<void> {
    const name = /language-(\S+)/.exec(code.className)![1]!.toLowerCase();
    const mode = await modeOf(Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name).catch(() => undefined);
    const text = code.textContent;
    if (!mode || text.length > MOST) return;
    const style = styleOfTheme(theme);
    adopt(style.module?.getRules() ?? '');
    const parts: (string | HTMLElement)[] = [];
    let at = 0;
    highlightTree(StreamLanguage.define(mode).parser.parse(text), style, (from, to, classes) => {
        const part = document.createElement('span');
        part.className = classes;
        part.textContent = text.slice(from, to);
        parts.push(text.slice(at, from), part);
        at = to;
    });
    code.replaceChildren(...parts, text.slice(at));
}
