import '@material/web/radio/radio.js';
import type { Context, Widget } from '../dom/widget.ts';
import { densityShift } from '../core/looks.ts';
import { color, inState, text } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { layers } from './layers.ts';
import { Labelled } from './labelled.ts';
import { groupOf, nameOf } from './radiogroup.ts';

type MdRadio = HTMLElement & { checked: boolean; disabled: boolean; name: string; value: string };

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
    // Pressed again it lets go of its group, where that is wanted.
    input.addEventListener('click', (event) => {
        const group = groupOf(context.control);
        const isChosen = group && text(group.props['value']) === input.value;
        if (!context.is('toggleable') || !isChosen || context.isDisabled) return;
        event.preventDefault();
        context.renderer.outlet.set(group, { value: null });
        context.renderer.outlet.emit(group, 'change', null);
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
                ...layers('--md-radio', context),
                cursor: cursor(context.get('mouse_cursor')),
                'min-height': `${40 + densityShift(context.get('visual_density'))}px`,
            };
        },
    };
}
