import type { Context, Widget } from '../dom/widget.ts';
import { blending, dropShadows } from '../core/looks.ts';
import { iconElement, showIcon } from '../dom/icons.ts';
import { color, icon as readIcon, px } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';

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
                filter: dropShadows(context.get('shadows')),
                'mix-blend-mode': blending(context.get('blend_mode')),
            };
        },
    };
}
