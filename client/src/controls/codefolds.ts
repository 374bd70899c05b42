// What can be folded: what is further in than the line above it, runs of imports, and a comment at the beginning.

import { foldEffect, foldService } from '@codemirror/language';
import type { EditorState, Text } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';

type Range = { from: number; to: number };

const IMPORT = /^\s*(?:#\s*include|import|from|using|use|require|package)\b/;
const COMMENT = /^\s*(?:\/\/|\/\*|\*|#(?!\s*include)|--|;|<!--|""")/;

const depth = (line: string): number => (line.trim() ? line.search(/\S/) : Infinity);

export const folds = foldService.of((state, from) => blockAt(state, state.doc.lineAt(from).number) ?? null);

// From the end of a line to the end of the last that is further in.
function blockAt({ doc }: EditorState, number: number): Range | undefined {
    const first = doc.line(number);
    const own = depth(first.text);
    if (own === Infinity) return undefined;
    let last = number;
    for (let at = number + 1; at <= doc.lines; at++) {
        const here = depth(doc.line(at).text);
        if (here !== Infinity && here <= own) break;
        if (here !== Infinity) last = at;
    }
    return last > number ? { from: first.to, to: doc.line(last).to } : undefined;
}

function run(doc: Text, start: number, isOne: (line: string) => boolean): Range | undefined {
    let last = start;
    while (last < doc.lines && isOne(doc.line(last + 1).text)) last++;
    return last > start ? { from: doc.line(start).to, to: doc.line(last).to } : undefined;
}

function fold(view: EditorView, range: Range | undefined): void {
    if (range) view.dispatch({ effects: foldEffect.of(range) });
}

export function foldLine(view: EditorView, number: number): void {
    if (number >= 1 && number <= view.state.doc.lines) fold(view, blockAt(view.state, number));
}

export function foldComment(view: EditorView): void {
    const { doc } = view.state;
    if (COMMENT.test(doc.line(1).text))
        fold(
            view,
            run(doc, 1, (line) => COMMENT.test(line)),
        );
}

export function foldImports(view: EditorView): void {
    const { doc } = view.state;
    for (let at = 1; at <= doc.lines; at++)
        if (IMPORT.test(doc.line(at).text))
            return fold(
                view,
                run(doc, at, (line) => IMPORT.test(line)),
            );
}
