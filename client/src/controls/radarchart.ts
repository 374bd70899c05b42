import type { Context, Widget } from '../dom/widget.ts';
import { label, type Point } from '../core/chart.ts';
import { corner, nearest, outline, radarRange, radarSummary, reach, type Web } from '../core/radar.ts';
import { isMap, listOf, type Control, type Value } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { color, durationMs, number, oneOf, text, textStyle, type Css } from '../core/values.ts';
import { onPointer, type Spot } from './chartevents.ts';
import { fillOf, node, placeTip, stage } from './chartparts.ts';

const TITLE_PX = 34;
const EDGE_PX = 12;

type Entry = Point & { set: number; index: number; value: number };

export function radarChart(context: Context): Widget {
    const { root, svg, tip, schedule, dispose } = stage(context, draw);
    let entries: Entry[] = [];
    let titles: string[] = [];
    onPointer(root, point, () => durationMs(context.get('long_press_duration')));

    function draw(width: number, height: number): void {
        const sets = context.children('data_sets');
        const values = sets.map((set) => listOf(set.props['entries']).map(({ props }) => number(props['value']) ?? 0));
        titles = context.children('titles').map(titleOf);
        const web = webOf(context, width, height, values, titles.length);
        entries = values.flatMap((list, set) =>
            list.map((value, index) => ({ ...corner(web, index, reach(web, value)), set, index, value })),
        );
        svg.replaceChildren(
            ...drawWeb(context, web),
            ...sets.flatMap((set, i) =>
                drawSet(
                    set,
                    entries.filter((entry) => entry.set === i),
                ),
            ),
            ...drawTicks(context, web),
            ...context.children('titles').flatMap((title, i) => drawTitle(context, title, web, i)),
        );
        root.ariaLabel = context.text('tooltip') || radarSummary(titles, values);
    }

    function point(type: string, at: Spot, isGone: boolean): void {
        if (!context.is('interactive', true)) return;
        const found = isGone ? -1 : nearest(entries, at, (number(context.get('touch_spot_threshold')) ?? 10) + 5);
        const entry = entries[found];
        context.emit('event', {
            type,
            data_set_index: entry?.set ?? null,
            entry_index: entry?.index ?? null,
            entry_value: entry?.value ?? null,
        });
        tip.hidden = !entry;
        if (!entry) return;
        const name = titles[entry.index];
        tip.textContent = name ? `${name} ${label(entry.value)}` : label(entry.value);
        placeTip(tip, root.getBoundingClientRect(), entry.x, entry.y - 36);
    }

    return { root, update: schedule, dispose };
}

function titleOf({ props }: Control): string {
    const spans = listOf(props['text_spans']).map((span) => text(span.props['text']));
    return text(props['text']) + spans.join('');
}

function webOf(context: Context, width: number, height: number, values: number[][], titles: number): Web {
    const room = titles ? TITLE_PX : EDGE_PX;
    return {
        centre: { x: width / 2, y: height / 2 },
        radius: Math.max(Math.min(width, height) / 2 - room, 1),
        corners: Math.max(3, titles, ...values.map((list) => list.length)),
        range: radarRange(values.flat()),
        ticks: Math.max(Math.round(number(context.get('tick_count')) ?? 1), 1),
        isMinAtCentre: context.is('center_min_value'),
    };
}

function lineOf(value: Value | undefined, otherwise: string): Css {
    const side = isMap(value) ? value : {};
    return {
        fill: 'none',
        stroke: color(side['color']) ?? otherwise,
        'stroke-width': String(number(side['width']) ?? 1),
    };
}

function ring(context: Context, web: Web, radius: number): SVGElement {
    if (oneOf(context.get('radar_shape'), ['circle']))
        return node('circle', { cx: web.centre.x, cy: web.centre.y, r: radius });
    return node('path', { d: outline(Array.from({ length: web.corners }, (_, i) => corner(web, i, radius))) });
}

const ringOf = (web: Web, index: number): number =>
    web.isMinAtCentre ? (web.radius * index) / web.ticks : (web.radius * (index + 1)) / (web.ticks + 1);

function drawWeb(context: Context, web: Web): SVGElement[] {
    const faint = 'var(--md-sys-color-outline-variant)';
    const ground = ring(context, web, web.radius);
    setStyle(ground, {
        ...lineOf(context.get('radar_border_side'), 'var(--md-sys-color-outline)'),
        fill: color(context.get('radar_bgcolor')) ?? 'none',
    });
    const rings = Array.from({ length: web.ticks }, (_, i) => {
        const one = ring(context, web, ringOf(web, i));
        setStyle(one, lineOf(context.get('tick_border_side'), faint));
        return one;
    });
    const spokes = Array.from({ length: web.corners }, (_, i) => {
        const { x, y } = corner(web, i, web.radius);
        const one = node('line', { x1: web.centre.x, y1: web.centre.y, x2: x, y2: y });
        setStyle(one, lineOf(context.get('grid_border_side'), faint));
        return one;
    });
    return [ground, ...rings, ...spokes];
}

function drawSet(set: Control, entries: readonly Entry[]): SVGElement[] {
    const { props } = set;
    const ink = color(props['border_color']) ?? 'var(--md-sys-color-primary)';
    const d = outline(entries);
    const fill = fillOf(props['fill_color'] ?? 'primary,0.3', props['fill_gradient']);
    const edge = node('path', { d, 'data-id': set.id, 'stroke-linejoin': 'round' });
    setStyle(edge, { fill: 'none', stroke: ink, 'stroke-width': String(number(props['border_width']) ?? 2) });
    const dots = entries.map(({ x, y }) => {
        const dot = node('circle', { cx: x, cy: y, r: number(props['entry_radius']) ?? 5 });
        setStyle(dot, { fill: ink });
        return dot;
    });
    return [...(fill ? fill(d) : []), edge, ...dots];
}

function drawTicks(context: Context, web: Web): SVGElement[] {
    const { min, max } = web.range;
    const { color: fill, ...style } = textStyle(context.get('ticks_text_style'));
    return Array.from({ length: web.ticks }, (_, i) => {
        const words = node('text', { x: web.centre.x + 4, y: web.centre.y - ringOf(web, i) + 12 });
        words.textContent = label(min + ((max - min) * i) / web.ticks);
        setStyle(words, { ...style, fill });
        return words;
    });
}

function drawTitle(context: Context, title: Control, web: Web, index: number): SVGElement[] {
    const { props } = title;
    const share =
        number(props['position_percentage_offset']) ?? number(context.get('title_position_percentage_offset')) ?? 0.2;
    const place = corner(web, index, web.radius + 6 + share * 40);
    const words = node('text', {
        x: place.x,
        y: place.y + 4,
        'text-anchor': Math.abs(place.x - web.centre.x) < 4 ? 'middle' : place.x < web.centre.x ? 'end' : 'start',
        transform: number(props['angle']) ? `rotate(${number(props['angle'])} ${place.x} ${place.y})` : undefined,
    });
    words.textContent = titleOf(title);
    const { color: fill, ...style } = textStyle(context.get('title_text_style'));
    setStyle(words, { ...style, fill });
    return [words];
}
