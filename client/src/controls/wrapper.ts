// A box that holds one control and is as large as that: what most wrappers draw.

import css from '../styles/wrappers.css?text';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import type { Context, Widget } from '../dom/widget.ts';

export function wrapper(context: Context, more: (root: HTMLElement) => void = () => undefined): Widget {
    const root = wrapperBox();
    return {
        root,
        update() {
            placeContent(context, root);
            more(root);
        },
    };
}

export function wrapperBox(): HTMLElement {
    adopt(css);
    return el('div', 't-box t-wrap');
}

export function placeContent(context: Context, root: HTMLElement): void {
    const content = context.children('content');
    context.place(root, content);
    root.classList.toggle('t-hollow', content.length === 0);
}
