import type { Context, Widget } from '../dom/widget.ts';
import { durationMs, lookup, number } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './shimmer.css?text';

const ANGLES = { ltr: '90deg', rtl: '270deg', ttb: '180deg', btt: '0deg' };

// A gleam that goes over what it holds while something is awaited.
export function shimmer(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-box t-shimmer');
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            const time = durationMs(context.get('period'));
            const count = number(context.get('loop'));
            context.rootStyle = {
                '--t-shimmer-angle': lookup(ANGLES, context.get('direction')),
                '--t-shimmer-time': time === undefined ? undefined : `${time}ms`,
                '--t-shimmer-count': count ? String(count) : undefined,
            };
        },
    };
}
