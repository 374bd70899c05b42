import '@material/web/checkbox/checkbox.js';
import type { Context, Widget } from '../dom/widget.ts';
import { densityShift } from '../core/looks.ts';
import { isMap } from '../core/tree.ts';
import { color, inState, px, shapeRadius, type Css } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { layers } from './layers.ts';
import { Labelled } from './labelled.ts';

type MdCheckbox = HTMLElement & {
    checked: boolean;
    indeterminate: boolean;
    disabled: boolean;
};

export function checkbox(context: Context): Widget {
    const input = document.createElement('md-checkbox') as MdCheckbox;
    const labelled = new Labelled(context, input);
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
            input.disabled = context.isDisabled;
            labelled.update();
            const fill =
                color(inState(context.get('fill_color'), value ? 'selected' : '')) ??
                color(context.get('active_color'));
            context.rootStyle = {
                '--md-checkbox-selected-container-color': fill,
                '--md-checkbox-selected-hover-container-color': fill,
                '--md-checkbox-selected-focus-container-color': fill,
                '--md-checkbox-selected-pressed-container-color': fill,
                '--md-checkbox-selected-icon-color': color(context.get('check_color')),
                ...layers('--md-checkbox', context),
                ...edge(context, value === true),
                cursor: cursor(context.get('mouse_cursor')),
                'min-height': `${40 + densityShift(context.get('visual_density'))}px`,
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

function edge(context: Context, isSelected: boolean): Css {
    const side = inState(context.get('border_side'), isSelected ? 'selected' : '');
    const line = isMap(side) ? side : {};
    const shade = context.is('error') ? 'var(--md-sys-color-error)' : color(line['color']);
    return {
        '--md-checkbox-outline-color': shade,
        '--md-checkbox-hover-outline-color': shade,
        '--md-checkbox-focus-outline-color': shade,
        '--md-checkbox-outline-width': px(line['width']),
        '--md-checkbox-container-shape': shapeRadius(context.get('shape')),
    };
}
