import type { Context, Widget } from '../widget.ts';
import { iconElement, showIcon } from '../icons.ts';
import { color, icon as readIcon, px } from '../values.ts';
import { el, setAttribute } from './dom.ts';

export function icon(context: Context): Widget {
    const root = el('span', 't-icon');
    const svg = iconElement();
    root.append(svg);
    return {
        root,
        update() {
            showIcon(svg, readIcon(context.get('icon')));
            const label = context.text('semantics_label');
            setAttribute(root, 'role', label ? 'img' : undefined);
            setAttribute(root, 'aria-label', label || undefined);
            context.rootStyle = {
                color: color(context.get('color')),
                'font-size': px(context.get('size')),
            };
        },
    };
}
