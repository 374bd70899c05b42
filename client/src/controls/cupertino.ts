// What the Cupertino controls have in common: their style sheet, and small parts.

import css from '../styles/cupertino.css?text';
import type { Context } from '../dom/widget.ts';
import { color, oneOf } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';

export const bringStyle = (): void => adopt(css);

export function q<K extends keyof HTMLElementTagNameMap>(tag: K, className: string): HTMLElementTagNameMap[K] {
    adopt(css);
    return el(tag, `q ${className}`);
}

// A button of the platform that reports its click, and is focused and blurred.
export function qButton(context: Context, className: string): HTMLButtonElement {
    const root = q('button', className);
    root.type = 'button';
    root.addEventListener('focus', () => context.emit('focus'));
    root.addEventListener('blur', () => context.emit('blur'));
    return root;
}

// A small input with its label beside it.
export class QLabelled {
    readonly root = q('label', 'q-labelled');
    private readonly label = el('span');
    private isNew = true;

    constructor(
        private readonly context: Context,
        private readonly input: HTMLInputElement,
    ) {
        this.root.append(input, this.label);
        input.addEventListener('focus', () => context.emit('focus'));
        input.addEventListener('blur', () => context.emit('blur'));
    }

    update(): void {
        const { context, input, label, root } = this;
        const isLabelled = context.placeContent(label, 'label');
        label.hidden = !isLabelled;
        const name = context.text('semantics_label') || (isLabelled ? '' : context.text('tooltip'));
        setAttribute(input, 'aria-label', name || undefined);
        input.disabled = context.isDisabled;
        setStyle(input, {
            '--q-focus': color(context.get('focus_color')),
            cursor: cursor(context.get('mouse_cursor')),
        });
        root.classList.toggle('t-label-first', oneOf(context.get('label_position'), ['left']) !== undefined);
        root.classList.toggle('t-disabled', context.isDisabled);
        if (this.isNew && context.is('autofocus')) focusSoon(input);
        this.isNew = false;
    }
}
