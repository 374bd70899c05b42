import type { Context, Widget } from '../dom/widget.ts';
import { isMap, type Value } from '../core/tree.ts';
import { number } from '../core/values.ts';
import { el } from '../dom/elements.ts';

// Keeps its content clear of notches and rounded corners, as far as the browser leaves that to the page.
export function safeArea(context: Context): Widget {
    const root = el('div', 't-box');
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            const least = context.get('minimum_padding');
            const side = (name: string) => {
                const own = `${sideOf(least, name)}px`;
                const isAvoided = context.is(`avoid_intrusions_${name}`, true);
                return isAvoided ? `max(${own}, env(safe-area-inset-${name}, 0px))` : own;
            };
            context.rootStyle = {
                padding: `${side('top')} ${side('right')} ${side('bottom')} ${side('left')}`,
            };
        },
    };
}

function sideOf(value: Value | undefined, name: string): number {
    return number(isMap(value) ? value[name] : value) ?? 0;
}
