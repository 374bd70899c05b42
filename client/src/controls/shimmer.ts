import type { Context, Widget } from '../dom/widget.ts';
import { isMap, type Value } from '../core/tree.ts';
import { color, durationMs, lookup, number, oneOf } from '../core/values.ts';
import { el, newName } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import css from './shimmer.css?text';

const ANGLES = { ltr: '90deg', rtl: '270deg', ttb: '180deg', btt: '0deg' };
const SVG = 'http://www.w3.org/2000/svg';
const PERIOD_MS = 1500;

type Inks = { base: Value; highlight: Value };

// A gleam that goes over what it holds while something is awaited. With colours it paints what it holds with them, as
// Flutter does; without, what it holds fades a little.
export function shimmer(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-box t-shimmer');
    const name = newName('gleam');
    let filter: SVGElement | undefined;
    let shown = '';

    function paint(inks: Inks | undefined, time: number, count: number): void {
        const key = inks ? JSON.stringify([inks, time, count, context.text('direction')]) : '';
        if (key === shown) return;
        shown = key;
        filter?.remove();
        filter = inks && gleam(name, inks, context.get('direction'), time, count);
        if (filter) root.append(filter);
    }

    return {
        root,
        update() {
            context.place(root, context.children('content'));
            const time = durationMs(context.get('period'));
            const count = number(context.get('loop')) ?? 0;
            const inks = inksOf(context);
            paint(inks, time ?? PERIOD_MS, count);
            root.classList.toggle('t-shimmer-inked', Boolean(inks));
            context.rootStyle = {
                filter: inks && `url(#${name})`,
                '--t-shimmer-angle': lookup(ANGLES, context.get('direction')),
                '--t-shimmer-time': time === undefined ? undefined : `${time}ms`,
                '--t-shimmer-count': count ? String(count) : undefined,
            };
        },
    };
}

// The two colours, or those at the end and in the middle of a gradient.
function inksOf(context: Context): Inks | undefined {
    const shades = context.get('gradient');
    const all = isMap(shades) && Array.isArray(shades['colors']) ? shades['colors'] : [];
    const base = context.get('base_color') ?? all[0];
    const highlight = context.get('highlight_color') ?? all[all.length >> 1];
    return base !== undefined && highlight !== undefined ? { base, highlight } : undefined;
}

// The filter paints where there is something, and a soft band goes across.
function gleam(name: string, inks: Inks, direction: Value | undefined, time: number, count: number): SVGElement {
    const way = oneOf(direction, ['ltr', 'rtl', 'ttb', 'btt'] as const) ?? 'ltr';
    const isAcross = way === 'ltr' || way === 'rtl';
    const [axis, size] = isAcross ? ['x', 'width'] : ['y', 'height'];
    const ends = way === 'ltr' || way === 'ttb' ? ['-0.6', '1.2'] : ['1.2', '-0.6'];
    const base = part('feFlood', { result: 'base' });
    const band = part('feFlood', { x: '0', y: '0', width: '1', height: '1', [axis!]: ends[0]!, [size!]: '0.4' });
    setStyle(base, { 'flood-color': color(inks.base) });
    setStyle(band, { 'flood-color': color(inks.highlight) });
    if (!matchMedia('(prefers-reduced-motion: reduce)').matches)
        band.append(
            part('animate', {
                attributeName: axis!,
                from: ends[0]!,
                to: ends[1]!,
                dur: `${time}ms`,
                repeatCount: count ? String(count) : 'indefinite',
            }),
        );
    const merge = part('feMerge', { result: 'ink' });
    merge.append(part('feMergeNode', { in: 'base' }), part('feMergeNode', { in: 'soft' }));
    const made = part('filter', {
        id: name,
        x: '0',
        y: '0',
        width: '1',
        height: '1',
        primitiveUnits: 'objectBoundingBox',
        'color-interpolation-filters': 'sRGB',
    });
    made.append(
        base,
        band,
        part('feGaussianBlur', { stdDeviation: isAcross ? '0.1 0' : '0 0.1', result: 'soft' }),
        merge,
        part('feComposite', { in: 'ink', in2: 'SourceAlpha', operator: 'in' }),
    );
    const holder = part('svg', { class: 't-shimmer-ink', 'aria-hidden': 'true', width: '0', height: '0' });
    holder.append(made);
    return holder;
}

function part(tag: string, attributes: { [name: string]: string }): SVGElement {
    const element = document.createElementNS(SVG, tag) as SVGElement;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
}
