import type { Context, Widget } from '../dom/widget.ts';
import { isMap } from '../core/tree.ts';
import { color, inState, px, shapeRadius } from '../core/values.ts';
import { q, QLabelled } from './cupertino.ts';

export function cupertinoCheckbox(context: Context): Widget {
    const input = q('input', 'q-check');
    input.type = 'checkbox';
    const labelled = new QLabelled(context, input);
    input.addEventListener('change', () => {
        const value = next(context, input.checked);
        context.set({ value });
        context.emit('change', value);
    });
    return {
        root: labelled.root,
        update() {
            const value = context.get('value');
            input.checked = value === true;
            input.indeterminate = context.is('tristate') && (value === null || value === undefined);
            labelled.update();
            const side = inState(context.get('border_side'), value ? 'selected' : '');
            context.rootStyle = {
                '--q-on': color(inState(context.get('fill_color'), 'selected')) ?? color(context.get('active_color')),
                '--q-empty': color(inState(context.get('fill_color'))),
                '--q-mark': color(context.get('check_color')),
                '--q-side': isMap(side) ? color(side['color']) : undefined,
                '--q-corner': shapeRadius(context.get('shape')),
                '--q-gap': px(context.get('spacing')),
            };
        },
    };
}

// Three states go round: false, true, null.
function next(context: Context, isChecked: boolean): boolean | null {
    if (!context.is('tristate')) return isChecked;
    const value = context.get('value');
    return value === false ? true : value === true ? null : false;
}
