import '@material/web/progress/circular-progress.js';
import '@material/web/progress/linear-progress.js';
import type { Context, Widget } from '../dom/widget.ts';
import { limits } from '../core/looks.ts';
import { box, color, given, number, oneOf, px, radius, type Css } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { ShadowSheet, type Rule } from '../dom/shadowsheet.ts';

type MdProgress = HTMLElement & {
    value: number;
    max: number;
    indeterminate: boolean;
    updateComplete: Promise<boolean>;
};

const SIZE_PX = 40;
const STROKE_SHARE = 0.1; // of the ring's size, where nothing else is said
const RING_MARGIN_PX = 8;

export const bar = (context: Context) => progress(context, 'linear');
export const ring = (context: Context) => progress(context, 'circular');

function progress(context: Context, kind: 'linear' | 'circular'): Widget {
    const root = el(`md-${kind}-progress` as 'div', `t-progress-${kind}`) as HTMLElement as MdProgress;
    if (kind === 'linear') root.classList.add('t-fill');
    const sheet = new ShadowSheet(root);
    return {
        root,
        update() {
            const value = number(context.get('value'));
            root.indeterminate = value === undefined;
            root.value = Math.min(Math.max(value ?? 0, 0), 1);
            setAttribute(root, 'aria-label', context.text('semantics_label') || 'progress');
            setAttribute(root, 'aria-valuetext', context.text('semantics_value') || undefined);
            const rules = kind === 'linear' ? barRules(context, value) : ringRules(context, value);
            void root.updateComplete.then(() => sheet.set(rules));
            context.rootStyle = kind === 'linear' ? barStyle(context) : ringStyle(context);
        },
    };
}

function barStyle(context: Context): Css {
    const prefix = '--md-linear-progress';
    const height = px(context.get('bar_height'));
    return {
        [`${prefix}-active-indicator-color`]: color(context.get('color')),
        [`${prefix}-track-color`]: color(context.get('bgcolor')),
        [`${prefix}-track-height`]: height,
        [`${prefix}-active-indicator-height`]: height,
        [`${prefix}-track-shape`]: radius(context.get('border_radius')),
    };
}

// The gap between what is done and what is left, and the dot at the end of it.
function barRules(context: Context, value: number | undefined): Rule[] {
    if (value === undefined) return [];
    const gap = number(context.get('track_gap')) ?? 0;
    const dot = number(context.get('stop_indicator_radius')) ?? 0;
    const from = value > 0 && value < 1 && gap ? `calc(${value * 100}% + ${gap}px)` : undefined;
    const ink = color(context.get('stop_indicator_color')) ?? 'var(--_active-indicator-color)';
    return [
        ['.inactive-track', { left: from, 'border-radius': from && 'inherit' }],
        ['.primary-bar > .bar-inner', { 'border-radius': from && 'inherit' }],
        dot
            ? [
                  '.progress::after',
                  {
                      content: '""',
                      position: 'absolute',
                      right: '0',
                      width: `min(${dot * 2}px, var(--_track-height))`,
                      'aspect-ratio': '1',
                      'border-radius': '50%',
                      background: ink,
                  },
              ]
            : ['.progress', {}],
    ];
}

const sizeOf = (context: Context) => number(context.get('width')) ?? SIZE_PX;

function ringStyle(context: Context): Css {
    const prefix = '--md-circular-progress';
    const size = sizeOf(context);
    const stroke = number(context.get('stroke_width'));
    const padding = box(context.get('padding'));
    return {
        [`${prefix}-active-indicator-color`]: color(context.get('color')),
        // The ring's line is given in percent of its size.
        [`${prefix}-active-indicator-width`]: stroke === undefined ? undefined : String((stroke / size) * 100),
        [`${prefix}-size`]: `${size}px`,
        ...(padding && { border: '0 solid transparent', 'border-width': padding, 'box-sizing': 'content-box' }),
        ...(number(context.get('stroke_align')) === undefined ? {} : { contain: 'size layout' }),
        ...given(limits(context.get('size_constraints'))),
    };
}

function ringRules(context: Context, value: number | undefined): Rule[] {
    const cap = oneOf(context.get('stroke_cap'), ['round', 'square', 'butt']);
    const align = number(context.get('stroke_align'));
    const size = sizeOf(context);
    const stroke = number(context.get('stroke_width')) ?? size * STROKE_SHARE;
    // In hundredths of the circle: the gaps at both ends of what is done.
    const around = Math.max(size - RING_MARGIN_PX - stroke, 1) * Math.PI;
    const gap = ((number(context.get('track_gap')) ?? 0) / around) * 100;
    const done = Math.min(Math.max(value ?? 0, 0), 1) * 100;
    const left = Math.max(100 - done - gap * 2, 0);
    const isCut = gap > 0 && done > 0 && done < 100;
    return [
        [
            '.track',
            {
                stroke: color(context.get('bgcolor')),
                'stroke-dasharray': isCut ? `${left} 100` : undefined,
                'stroke-dashoffset': isCut ? String(-done - gap) : undefined,
            },
        ],
        ['circle', { 'stroke-linecap': cap }],
        // A line that lies outside, or half so: -1 is within, 1 without.
        [
            'svg circle',
            {
                r:
                    align === undefined
                        ? undefined
                        : `calc(50% * (1 - var(--_active-indicator-width) / 100) + ${(align + 1) / 2}% * var(--_active-indicator-width))`,
            },
        ],
        ['svg', { overflow: align === undefined ? undefined : 'visible' }],
    ];
}
