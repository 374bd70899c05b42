import type { Context, Widget } from '../dom/widget.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './selectionarea.css?text';

// Everything within can be selected as one text.
export function selectionArea(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-box t-selection');
    let selected = '';
    const onChange = () => {
        const selection = document.getSelection();
        const isWithin = selection?.anchorNode && root.contains(selection.anchorNode);
        const now = isWithin ? selection.toString() : '';
        if (now === selected) return;
        selected = now;
        context.emit('change', now === '' ? null : now);
    };
    document.addEventListener('selectionchange', onChange);
    return {
        root,
        update: () => context.place(root, context.children('content')),
        dispose: () => document.removeEventListener('selectionchange', onChange),
    };
}
