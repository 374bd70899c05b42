// Content that is turned by quarters, and takes the room that it needs so.

import type { Context, Widget } from '../dom/widget.ts';
import { number } from '../core/values.ts';
import css from '../styles/wrappers.css?text';
import { adopt } from '../dom/sheet.ts';
import { el } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';

export function rotatedBox(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-rotated');
    const inner = el('div', 't-rotated-inner');
    root.append(inner);
    let turns = 0;
    const measure = () => {
        const isAcross = turns % 2 === 1;
        const [width, height] = [inner.offsetWidth, inner.offsetHeight];
        root.style.setProperty('--t-turned-width', `${isAcross ? height : width}px`);
        root.style.setProperty('--t-turned-height', `${isAcross ? width : height}px`);
    };
    const sizes = new ResizeObserver(measure);
    sizes.observe(inner);
    return {
        root,
        update() {
            turns = (((number(context.get('quarter_turns')) ?? 0) % 4) + 4) % 4;
            context.place(inner, context.children('content'));
            setStyle(inner, { rotate: `${turns * 90}deg` });
            if (root.isConnected) measure();
        },
        dispose: () => sizes.disconnect(),
    };
}
