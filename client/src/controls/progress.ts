import '@material/web/progress/circular-progress.js';
import '@material/web/progress/linear-progress.js';
import type { Context, Widget } from '../dom/widget.ts';
import { given, limits } from '../core/looks.ts';
import { color, number, px, radius } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';

type MdProgress = HTMLElement & { value: number; max: number; indeterminate: boolean };

export const bar = (context: Context) => progress(context, 'linear');
export const ring = (context: Context) => progress(context, 'circular');

function progress(context: Context, kind: 'linear' | 'circular'): Widget {
    const root = el(`md-${kind}-progress` as 'div', `t-progress-${kind}`) as HTMLElement as MdProgress;
    if (kind === 'linear') root.classList.add('t-fill');
    const prefix = `--md-${kind}-progress`;
    return {
        root,
        update() {
            const value = number(context.get('value'));
            root.indeterminate = value === undefined;
            root.value = Math.min(Math.max(value ?? 0, 0), 1);
            setAttribute(root, 'aria-label', context.text('semantics_label') || 'progress');
            setAttribute(root, 'aria-valuetext', context.text('semantics_value') || undefined);
            const track = color(context.get('bgcolor'));
            const height = px(context.get('bar_height'));
            const stroke = number(context.get('stroke_width'));
            const size = number(context.get('width')) ?? 40;
            context.rootStyle = {
                [`${prefix}-active-indicator-color`]: color(context.get('color')),
                [`${prefix}-track-color`]: track,
                [`${prefix}-track-height`]: height,
                [`${prefix}-active-indicator-height`]: height,
                [`${prefix}-track-shape`]: radius(context.get('border_radius')),
                // The ring's line is given in percent of its size.
                [`${prefix}-active-indicator-width`]: stroke === undefined ? undefined : String((stroke / size) * 100),
                [`${prefix}-size`]: kind === 'circular' ? `${size}px` : undefined,
                ...(kind === 'circular' ? given(limits(context.get('size_constraints'))) : {}),
            };
        },
    };
}
