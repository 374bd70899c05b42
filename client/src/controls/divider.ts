import type { Context, Widget } from '../dom/widget.ts';
import { color, number, radius } from '../core/values.ts';
import { el } from '../dom/elements.ts';

export function divider(context: Context): Widget {
    const root = el('div', 't-divider');
    root.setAttribute('role', 'separator');
    return {
        root,
        update() {
            const line = number(context.get('thickness')) ?? 1;
            const room = Math.max((number(context.get('height')) ?? 16) - line, 0) / 2;
            const start = number(context.get('leading_indent')) ?? 0;
            const end = number(context.get('trailing_indent')) ?? 0;
            context.rootStyle = {
                height: `${line}px`,
                margin: `${room}px ${end}px ${room}px ${start}px`,
                'background-color': color(context.get('color')),
                'border-radius': radius(context.get('radius')),
            };
        },
    };
}

export function verticalDivider(context: Context): Widget {
    const root = el('div', 't-divider-vertical');
    root.setAttribute('role', 'separator');
    root.setAttribute('aria-orientation', 'vertical');
    return {
        root,
        update() {
            const line = number(context.get('thickness')) ?? 1;
            const room = Math.max((number(context.get('width')) ?? 16) - line, 0) / 2;
            const start = number(context.get('leading_indent')) ?? 0;
            const end = number(context.get('trailing_indent')) ?? 0;
            context.rootStyle = {
                width: `${line}px`,
                margin: `${start}px ${room}px ${end}px ${room}px`,
                'background-color': color(context.get('color')),
                'border-radius': radius(context.get('radius')),
            };
        },
    };
}
