// A group of radios, Material and Cupertino ones alike: it has the value.

import type { Context, Widget } from '../dom/widget.ts';
import type { Control } from '../core/tree.ts';
import { text } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';

type Radio = HTMLElement & { checked: boolean; name: string; value: string };

export function radioGroup(context: Context): Widget {
    const root = el('div', 't-box t-radio-group');
    root.setAttribute('role', 'radiogroup');
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            setAttribute(root, 'aria-disabled', context.isDisabled ? 'true' : undefined);
            setAttribute(root, 'aria-label', context.text('tooltip') || undefined);
            // A group within this one has a value of its own.
            const name = nameOf(context.control);
            for (const radio of root.querySelectorAll<Radio>('md-radio, input[type=radio]'))
                if (radio.name === name) radio.checked = radio.value === text(context.get('value'));
        },
    };
}

export function nameOf(control: Control): string {
    return `radio-${control.id}`;
}

export function groupOf(control: Control): Control | null {
    let group = control.parent;
    while (group && group.type !== 'RadioGroup') group = group.parent;
    return group;
}
