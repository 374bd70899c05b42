import type { Context, Widget } from '../dom/widget.ts';
import { color, text } from '../core/values.ts';
import { q, QLabelled } from './cupertino.ts';
import { groupOf, nameOf } from './radiogroup.ts';

export function cupertinoRadio(context: Context): Widget {
    const input = q('input', 'q-radio');
    input.type = 'radio';
    const labelled = new QLabelled(context, input);
    const report = (value: string | null) => {
        const group = groupOf(context.control);
        if (!group) return;
        const { outlet } = context.renderer;
        outlet.set(group, { value });
        outlet.emit(group, 'change', value);
    };
    input.addEventListener('change', () => input.checked && report(input.value));
    // A second press takes the choice back, where the app says so.
    let wasChecked = false;
    input.addEventListener('pointerdown', () => (wasChecked = input.checked));
    input.addEventListener('click', () => {
        if (!wasChecked || !context.is('toggleable')) return;
        wasChecked = input.checked = false;
        report(null);
    });
    return {
        root: labelled.root,
        update() {
            const group = groupOf(context.control);
            input.name = nameOf(group ?? context.control);
            input.value = context.text('value');
            input.checked = Boolean(group) && text(group?.props['value']) === input.value;
            labelled.update();
            input.classList.toggle('q-tick', context.is('use_checkmark_style'));
            context.rootStyle = {
                '--q-on': color(context.get('active_color')),
                '--q-mark': color(context.get('fill_color')),
                '--q-empty': color(context.get('inactive_color')),
            };
        },
    };
}
