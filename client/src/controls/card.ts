import type { Context, Widget } from '../dom/widget.ts';
import { elevationShadow, outline } from '../core/looks.ts';
import { color, number, oneOf } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './card.css?text';

adopt(css);

export function card(context: Context): Widget {
    const root = el('div', 't-card');
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            root.dataset['variant'] = context.text('variant').toLowerCase() || 'elevated';
            const elevation = number(context.get('elevation'));
            if (elevation !== undefined) root.dataset['elevation'] = String(Math.min(elevation, 5));
            else delete root.dataset['elevation'];
            context.rootStyle = {
                ...outline(context.get('shape')),
                'background-color': color(context.get('bgcolor')),
                'box-shadow': context.get('shadow_color')
                    ? elevationShadow(elevation ?? 1, context.get('shadow_color'))
                    : undefined,
                overflow: oneOf(context.get('clip_behavior'), ['none']) && 'visible',
            };
        },
    };
}
