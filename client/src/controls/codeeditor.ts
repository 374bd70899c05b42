// A text of code with colours, numbers and folds: CodeMirror draws it, in a shadow of its own, where its styles are
// constructed sheets and need no exception in the content security policy.

import { EditorView } from '@codemirror/view';
import { merge } from '../core/merge.ts';
import { MESSAGE_CAP_BYTES } from '../core/connection.ts';
import { wellFormed } from '../core/packets.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { box, number, textStyle } from '../core/values.ts';
import { el, focusSoon } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { foldComment, foldImports, foldLine } from './codefolds.ts';
import { Parts, remote } from './codeparts.ts';
import css from './codeeditor.css?text';

const TEXT_CAP_BYTES = MESSAGE_CAP_BYTES - 1024;

type Call = (view: EditorView, args: ValueMap) => void;

const CALLS: { [name: string]: Call } = {
    focus: (view) => view.focus(),
    fold_at: (view, args) => foldLine(view, (number(args['line_number']) ?? 0) + 1),
    fold_comment_at_line_zero: (view) => foldComment(view),
    fold_imports: (view) => foldImports(view),
};

export function codeEditor(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-code');
    const host = el('div', 't-code-host');
    const why = el('p', 't-code-why');
    const shadow = host.attachShadow({ mode: 'open' });
    why.setAttribute('role', 'alert');
    why.hidden = true;
    root.append(host, why);
    const parts = new Parts(context);
    const text = new Text(context, why);
    const view = new EditorView({
        root: shadow,
        parent: shadow as unknown as Element,
        doc: context.text('value'),
        extensions: [
            parts.all,
            EditorView.updateListener.of((update) => {
                const isOurs = update.transactions.some((change) => change.annotation(remote));
                if (update.docChanged && !isOurs) text.report(update.view);
                if (update.selectionSet && !isOurs) tellSelection(context, update.view);
                if (update.focusChanged) context.emit(update.view.hasFocus ? 'focus' : 'blur');
            }),
        ],
    });
    view.contentDOM.addEventListener('compositionend', () => setTimeout(() => text.report(view)));
    text.last = view.state.doc.toString();
    let selected = '';
    let isNew = true;

    return {
        root,
        update() {
            parts.update(view);
            text.show(view);
            const wanted = JSON.stringify(context.get('selection') ?? null);
            if (wanted !== selected) select(view, context.get('selection'));
            selected = wanted;
            setStyle(host, { ...textStyle(context.get('text_style')), padding: box(context.get('padding')) });
            if (isNew && context.is('autofocus')) focusSoon(view.contentDOM);
            isNew = false;
        },
        invoke(name, args) {
            if (!Object.hasOwn(CALLS, name)) return undefined;
            CALLS[name]!(view, args);
            return null;
        },
        dispose: () => view.destroy(),
    };
}

// What is typed and what the server sets at the same time become one text, as in a field.
class Text {
    last = '';

    constructor(
        private readonly context: Context,
        private readonly why: HTMLElement,
    ) {}

    report(view: EditorView): void {
        const { context, last } = this;
        const typed = wellFormed(view.state.doc.toString());
        if (view.composing || typed === last || this.isRefused(typed)) return;
        const held = lines(context.text('value'));
        const value = held === last ? typed : merge(last, typed, held);
        this.last = value;
        context.set({ value });
        context.emit('change', value);
    }

    show(view: EditorView): void {
        const value = lines(this.context.text('value'));
        const now = view.state.doc.toString();
        if (view.composing || (!this.why.hidden && value === this.last)) return;
        this.last = value;
        if (value === now) return;
        // Only what differs, so that caret, selection and folds stay where they are.
        let from = 0;
        const least = Math.min(now.length, value.length);
        while (from < least && now[from] === value[from]) from++;
        let end = 0;
        while (end < least - from && now[now.length - 1 - end] === value[value.length - 1 - end]) end++;
        const changes = { from, to: now.length - end, insert: value.slice(from, value.length - end) };
        view.dispatch({ changes, annotations: remote.of(true) });
        this.why.hidden = true;
    }

    private isRefused(text: string): boolean {
        const isTooLong = text.length * 3 > TEXT_CAP_BYTES && new TextEncoder().encode(text).length > TEXT_CAP_BYTES;
        this.why.hidden = !isTooLong;
        this.why.textContent = isTooLong
            ? `This text is longer than ${Math.floor(TEXT_CAP_BYTES / 1024)} KiB. It is not sent.`
            : '';
        return isTooLong;
    }
}

const lines = (text: string): string => text.replace(/\r\n?/g, '\n');

function tellSelection(context: Context, view: EditorView): void {
    const { main } = view.state.selection;
    const selection = {
        base_offset: main.anchor,
        extent_offset: main.head,
        affinity: 'downstream',
        directional: false,
    };
    context.set({ selection });
    context.emit('selection_change', { selected_text: view.state.sliceDoc(main.from, main.to), selection });
}

function select(view: EditorView, value: Value | undefined): void {
    if (!isMap(value)) return;
    const within = (name: string) => Math.max(0, Math.min(view.state.doc.length, number(value[name]) ?? 0));
    const [anchor, head] = [within('base_offset'), within('extent_offset')];
    const { main } = view.state.selection;
    if (main.anchor !== anchor || main.head !== head)
        view.dispatch({ selection: { anchor, head }, annotations: remote.of(true), scrollIntoView: true });
}
