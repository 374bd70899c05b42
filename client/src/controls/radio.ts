import '@material/web/radio/radio.js';
import type { Context, Widget } from '../dom/widget.ts';
import type { Control } from '../core/tree.ts';
import { color, inState, text } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { Labelled } from './labelled.ts';

type MdRadio = HTMLElement & { checked: boolean; disabled: boolean; name: string; value: string };

export function radioGroup(context: Context): Widget {
    const root = el('div', 't-box t-radio-group');
    root.setAttribute('role', 'radiogroup');
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            setAttribute(root, 'aria-disabled', context.isDisabled ? 'true' : undefined);
            // A group within this one has a value of its own.
            const name = nameOf(context.control);
            for (const radio of root.querySelectorAll<MdRadio>('md-radio'))
                if (radio.name === name) radio.checked = radio.value === text(context.get('value'));
        },
    };
}

function nameOf(control: Control): string {
    return `radio-${control.id}`;
}

export function radio(context: Context): Widget {
    const input = document.createElement('md-radio') as MdRadio;
    const labelled = new Labelled(context, input);
    input.addEventListener('change', () => {
        const group = groupOf(context.control);
        const { outlet } = context.renderer;
        if (!input.checked || !group) return;
        outlet.set(group, { value: input.value });
        outlet.emit(group, 'change', input.value);
    });
    return {
        root: labelled.root,
        update() {
            const group = groupOf(context.control);
            input.name = nameOf(group ?? context.control);
            input.value = context.text('value');
            input.checked = Boolean(group) && text(group?.props['value']) === input.value;
            input.disabled = context.isDisabled;
            labelled.update();
            const fill = color(inState(context.get('fill_color'), 'selected')) ?? color(context.get('active_color'));
            context.rootStyle = {
                '--md-radio-selected-icon-color': fill,
                '--md-radio-selected-hover-icon-color': fill,
                '--md-radio-selected-focus-icon-color': fill,
                '--md-radio-selected-pressed-icon-color': fill,
            };
        },
    };
}

function groupOf(control: Control): Control | null {
    let group = control.parent;
    while (group && group.type !== 'RadioGroup') group = group.parent;
    return group;
}
