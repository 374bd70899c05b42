import type { Context, Widget } from '../dom/widget.ts';
import { elevationShadow } from '../core/looks.ts';
import { box, color, number, oneOf, radius } from '../core/values.ts';
import { isMap } from '../core/tree.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './navigation.css?text';

const NOTCH_PX = 28;

export function bottomAppBar(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-bottom-bar t-fill');
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')),
                padding: box(context.get('padding')),
                'border-radius': radius(context.get('border_radius')),
                'box-shadow': elevationShadow(context.get('elevation'), context.get('shadow_color')),
                overflow:
                    oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias', 'antiAliasWithSaveLayer']) &&
                    'hidden',
                'mask-image': notch(context),
            };
        },
    };
}

// Room for the floating button that is docked to the bar's upper edge.
function notch(context: Context): string | undefined {
    const at = String(context.control.parent?.props['floating_action_button_location'] ?? '').toLowerCase();
    if (!isMap(context.get('shape')) || !at.endsWith('docked')) return undefined;
    const size = NOTCH_PX + (number(context.get('notch_margin')) ?? 4);
    const place = at.includes('center') ? '50%' : at.includes('start') ? '44px' : 'calc(100% - 44px)';
    return `radial-gradient(circle at ${place} 0, transparent ${size}px, black ${size + 0.5}px)`;
}
