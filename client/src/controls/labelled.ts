// A small input with its label beside it: checkbox, switch, radio.

import type { Context } from '../dom/widget.ts';
import { oneOf, textStyle } from '../core/values.ts';
import { setStyle } from '../dom/style.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';

export class Labelled {
    readonly root = el('label', 't-labelled');
    private readonly label = el('span', 't-label');
    private isNew = true;

    constructor(
        private readonly context: Context,
        private readonly input: HTMLElement,
        private readonly styleName = 'label_style',
    ) {
        this.root.append(input, this.label);
        input.addEventListener('focus', () => context.emit('focus'));
        input.addEventListener('blur', () => context.emit('blur'));
    }

    update(): void {
        const { context, input, label, root } = this;
        const isLabelled = context.placeContent(label, 'label');
        label.hidden = !isLabelled;
        const name = context.text('semantics_label') || context.text('label') || label.innerText;
        setAttribute(input, 'aria-label', name || context.text('tooltip') || undefined);
        root.classList.toggle('t-label-first', Boolean(oneOf(context.get('label_position'), ['left'])));
        root.classList.toggle('t-disabled', context.isDisabled);
        setStyle(label, textStyle(context.get(this.styleName)));
        if (this.isNew && context.is('autofocus')) focusSoon(input);
        this.isNew = false;
    }
}
