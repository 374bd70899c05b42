// Code that charts share: axes, grids, frames, fills; and charts' life: drawn once a frame, and anew when their size
// changes.

import type { Context } from '../dom/widget.ts';
import { label, stepFor, ticks, type Range } from '../core/chart.ts';
import { isMap, listOf, type Value } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { border, color, gradient, isOn, number, point as pair, text, type Css } from '../core/values.ts';
import { el, newName } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { move, shapesOf } from './chartmotion.ts';
import css from './chartparts.css?text';

adopt(css);

export const SVG = 'http://www.w3.org/2000/svg';
const LABEL_GAP_PX = 6;
const CHAR_PX = 6.6;

export type Frame = { left: number; top: number; right: number; bottom: number };

export type Stage = {
    root: HTMLElement;
    svg: SVGElement;
    tip: HTMLElement;
    schedule(): void;
    // Where on the screen a place of the drawing lies, and the other way round: a chart may be turned.
    turned(at: Place): Place;
    straight(at: Place): Place;
    dispose(): void;
};

export type Place = { x: number; y: number };

// An empty chart; `draw` gets its size and fills its svg.
export function stage(context: Context, draw: (width: number, height: number) => void): Stage {
    const root = el('div', 't-chart t-fill');
    const svg = document.createElementNS(SVG, 'svg');
    const tip = el('div', 't-chart-tip');
    let pending = 0;
    let last = '';
    const turns = () =>
        (((Math.round(number(context.get('rotation_quarter_turns')) ?? 0) % 4) + 4) % 4) as 0 | 1 | 2 | 3;
    root.setAttribute('role', 'img');
    svg.setAttribute('aria-hidden', 'true');
    tip.hidden = true;
    root.append(svg, tip);
    const observer = new ResizeObserver(() => schedule());
    observer.observe(root);
    root.addEventListener('pointerleave', () => (tip.hidden = true));

    function schedule(): void {
        // Several patches within a frame are one drawing.
        pending ||= requestAnimationFrame(() => {
            pending = 0;
            const { clientWidth: width, clientHeight: height } = root;
            if (!width || !height) return;
            const isLying = turns() % 2 === 1;
            const [across, down] = isLying ? [height, width] : [width, height];
            svg.setAttribute('viewBox', `0 0 ${across} ${down}`);
            turn(across, down);
            // A chart that has another size is drawn anew at once.
            const before = last === `${across} ${down}` ? shapesOf(svg) : [];
            last = `${across} ${down}`;
            try {
                draw(across, down);
                move(before, svg, context.get('animation'));
            } catch (error) {
                context.renderer.report(context.control.type, error);
            }
        });
    }

    function turn(across: number, down: number): void {
        if (!turns()) return setStyle(svg, {});
        setStyle(svg, {
            inset: 'auto',
            top: `calc(50% - ${down / 2}px)`,
            left: `calc(50% - ${across / 2}px)`,
            width: `${across}px`,
            height: `${down}px`,
            rotate: `${turns() * 90}deg`,
        });
    }

    // Around the middle, by quarters; a drawing that lies is as wide as the chart is high.
    function rotated(at: Place, quarters: number, from: Place, to: Place): Place {
        let [x, y] = [at.x - from.x / 2, at.y - from.y / 2];
        for (let i = 0; i < quarters; i++) [x, y] = [-y, x];
        return { x: x + to.x / 2, y: y + to.y / 2 };
    }
    const outer = (): Place => ({ x: root.clientWidth, y: root.clientHeight });
    const inner = (): Place => (turns() % 2 ? { x: root.clientHeight, y: root.clientWidth } : outer());

    return {
        root,
        svg,
        tip,
        schedule,
        turned: (at) => rotated(at, turns(), inner(), outer()),
        straight: (at) => rotated(at, (4 - turns()) % 4, outer(), inner()),
        dispose() {
            observer.disconnect();
            cancelAnimationFrame(pending);
        },
    };
}

// The grid, the frame and the labels of four axes around a plot, and where the plot lies.
export function surround(
    context: Context,
    xs: Range,
    ys: Range,
    width: number,
    height: number,
    xLabels?: Axis,
): {
    frame: Frame;
    behind: (toX: Scale, toY: Scale) => SVGElement[];
    around: (toX: Scale, toY: Scale) => SVGElement[];
} {
    const left = axisOf(context, 'left_axis', ys, height / 50);
    const right = axisOf(context, 'right_axis', ys, height / 50);
    const bottom = xLabels ?? axisOf(context, 'bottom_axis', xs, width / 90);
    const top = axisOf(context, 'top_axis', xs, width / 90);
    const frame = {
        left: left.room(true) + 1,
        right: width - right.room(true) - 1,
        top: top.room(false) + (top.labels.length ? 0 : 8),
        bottom: height - bottom.room(false) - 1,
    };
    return {
        frame,
        behind: (toX, toY) => [
            ...grid(context.get('horizontal_grid_lines'), ys, height / 50, baseOf(context, 'baseline_y'), (v) => ({
                x1: frame.left,
                x2: frame.right,
                y1: toY(v),
                y2: toY(v),
            })),
            ...grid(context.get('vertical_grid_lines'), xs, width / 90, baseOf(context, 'baseline_x'), (v) => ({
                y1: frame.top,
                y2: frame.bottom,
                x1: toX(v),
                x2: toX(v),
            })),
            ...frameLines(context, frame),
        ],
        around: (toX, toY) => [
            ...left.draw((v) => ({ x: frame.left - LABEL_GAP_PX, y: toY(v) + 4, 'text-anchor': 'end' })),
            ...right.draw((v) => ({ x: frame.right + LABEL_GAP_PX, y: toY(v) + 4, 'text-anchor': 'start' })),
            ...bottom.draw((v) => ({ x: toX(v), y: frame.bottom + 17, 'text-anchor': 'middle' })),
            ...top.draw((v) => ({ x: toX(v), y: frame.top - LABEL_GAP_PX, 'text-anchor': 'middle' })),
            ...axisTitles(left, right, bottom, top, width, height, frame),
        ],
    };
}

export type Scale = (value: number) => number;

// Beside a point, on the side where there is room.
export function placeTip(tip: HTMLElement, area: DOMRect, x: number, y: number): void {
    const isRight = x > area.width / 2;
    setStyle(tip, {
        top: `${Math.max(0, y)}px`,
        left: isRight ? undefined : `${x + 12}px`,
        right: isRight ? `${area.width - x + 12}px` : undefined,
    });
}

// The text of a tooltip property; `otherwise` where it has none.
export function tipText(tooltip: Value | undefined, otherwise: string): string {
    return (isMap(tooltip) ? text(tooltip['text']) : text(tooltip)) || otherwise;
}

export function fillOf(plain: Value | undefined, shaded: Value | undefined): ((d: string) => SVGElement[]) | undefined {
    const stops = gradientStops(shaded);
    const flat = color(plain);
    if (!stops && !flat) return undefined;
    return (d) => {
        const area = node('path', { d });
        setStyle(area, { fill: stops ? `url(#${stops.name})` : flat });
        return stops ? [stops.element, area] : [area];
    };
}

export function gradientStops(value: Value | undefined): { name: string; element: SVGElement } | undefined {
    if (!isMap(value) || !gradient(value) || !Array.isArray(value['colors'])) return undefined;
    const name = newName('fill');
    const begin = pair(value['begin']) ?? { x: -1, y: 0 };
    const end = pair(value['end']) ?? { x: 1, y: 0 };
    const part = (n: number) => (n + 1) / 2;
    const element = node('linearGradient', {
        id: name,
        x1: part(begin.x),
        y1: part(begin.y),
        x2: part(end.x),
        y2: part(end.y),
    });
    const list = value['colors'];
    list.forEach((item, i) => {
        const stop = node('stop', { offset: i / Math.max(list.length - 1, 1) });
        setStyle(stop, { 'stop-color': color(item) });
        element.append(stop);
    });
    return { name, element };
}

export function grid(
    value: Value | undefined,
    range: Range,
    count: number,
    base: number,
    line: (at: number) => { [name: string]: number },
): SVGElement[] {
    if (!isMap(value)) return [];
    const dash = value['dash_pattern'];
    const css: Css = {
        stroke: color(value['color']) ?? 'var(--md-sys-color-outline-variant)',
        'stroke-width': text(value['width']) || '1',
        'stroke-dasharray': Array.isArray(dash) ? dash.map(text).join(' ') : undefined,
    };
    return ticks(range, number(value['interval']) ?? stepFor(range, count), base).map((at) => {
        const element = node('line', line(at));
        setStyle(element, css);
        return element;
    });
}

export class Axis {
    constructor(
        readonly title: string,
        readonly labels: { value: number; text: string }[],
        readonly labelSize: number,
        readonly titleSize: number,
    ) {}

    with(labels: { value: number; text: string }[]): Axis {
        return new Axis(this.title, labels, this.labelSize, this.titleSize);
    }

    // Long labels get the room they need even where the server asked for less.
    room(isSide: boolean): number {
        const longest = Math.max(0, ...this.labels.map((item) => item.text.length));
        const needed = isSide ? longest * CHAR_PX + LABEL_GAP_PX * 2 : 22;
        const labels = this.labels.length ? Math.max(this.labelSize, needed) : 0;
        return labels + (this.title ? this.titleSize + 4 : 0);
    }

    draw(place: (value: number) => { [name: string]: string | number }): SVGElement[] {
        return this.labels.map((item) => {
            const element = node('text', place(item.value));
            element.textContent = item.text;
            return element;
        });
    }
}

export function axisOf(context: Context, name: string, range: Range, count: number): Axis {
    const axis = context.child(name);
    if (!axis) return new Axis('', [], 0, 0);
    const { props } = axis;
    const own = listOf(props['labels']).flatMap(({ props: item }) => {
        const value = number(item['value']);
        if (value === undefined || value < range.min || value > range.max) return [];
        return [{ value, text: isOn(item['label']) ? text(item['label']) || textIn(item['label']) : label(value) }];
    });
    const isSide = name === 'left_axis' || name === 'right_axis';
    const base = baseOf(context, isSide ? 'baseline_y' : 'baseline_x');
    // The ends of the axis may be left without theirs.
    const isWanted = (value: number) =>
        (value !== range.min || props['show_min'] !== false) && (value !== range.max || props['show_max'] !== false);
    const auto = ticks(range, number(props['label_spacing']) ?? stepFor(range, count), base)
        .filter(isWanted)
        .map((value) => ({ value, text: label(value) }));
    const labels = props['show_labels'] === false ? [] : own.length ? own : auto;
    const title = textIn(props['title']);
    return new Axis(title, labels, number(props['label_size']) ?? 22, number(props['title_size']) ?? 16);
}

// Where labels and lines are counted from.
function baseOf(context: Context, name: 'baseline_x' | 'baseline_y'): number {
    return number(context.get(name)) ?? 0;
}

// Labels and titles are controls; a chart shows their words.
export function textIn(value: Value | undefined): string {
    const control = listOf(value)[0];
    if (!control) return text(value);
    return text(control.props['value']) || textIn(control.props['content']);
}

export function axisTitles(
    left: Axis,
    right: Axis,
    bottom: Axis,
    top: Axis,
    width: number,
    height: number,
    frame: Frame,
): SVGElement[] {
    const midX = (frame.left + frame.right) / 2;
    const midY = (frame.top + frame.bottom) / 2;
    const title = (words: string, x: number, y: number, turn = 0) => {
        if (!words) return [];
        const element = node('text', {
            x,
            y,
            'text-anchor': 'middle',
            class: 't-chart-title',
            transform: turn ? `rotate(${turn} ${x} ${y})` : undefined,
        });
        element.textContent = words;
        return [element];
    };
    return [
        ...title(left.title, 12, midY, -90),
        ...title(right.title, width - 12, midY, 90),
        ...title(bottom.title, midX, height - 4),
        ...title(top.title, midX, 12),
    ];
}

export function frameLines(context: Context, frame: Frame): SVGElement[] {
    if (!isMap(context.get('border'))) return [];
    const css = border(context.get('border'));
    const sides: [string, number, number, number, number][] = [
        ['border-top', frame.left, frame.top, frame.right, frame.top],
        ['border-right', frame.right, frame.top, frame.right, frame.bottom],
        ['border-bottom', frame.left, frame.bottom, frame.right, frame.bottom],
        ['border-left', frame.left, frame.top, frame.left, frame.bottom],
    ];
    return sides.flatMap(([side, x1, y1, x2, y2]) => {
        const [width, , ...rest] = (css[side] ?? 'none').split(' ');
        if (!rest.length) return [];
        const line = node('line', { x1, y1, x2, y2 });
        setStyle(line, { stroke: rest.join(' '), 'stroke-width': width });
        return [line];
    });
}

// A BorderSide around a shape.
export function strokeOf(side: Value | undefined): Css {
    if (!isMap(side) || side['style'] === 'none') return {};
    const width = number(side['width']) ?? 1;
    return width > 0 ? { stroke: color(side['color']) ?? 'black', 'stroke-width': String(width) } : {};
}

// A line that belongs to a point: a ChartPointLine.
export function pointLine(value: Value | undefined, x: number, from: number, to: number, ink: string): SVGElement[] {
    if (value !== true && !isMap(value)) return [];
    const own = isMap(value) ? value : {};
    const dash = own['dash_pattern'];
    const fill = gradientStops(own['gradient']);
    const line = node('path', {
        // A shape without width or height has no box for a gradient to fill.
        d: `M${x} ${from}L${x + 0.01} ${to}`,
        'stroke-width': number(own['width']) ?? 2,
        'stroke-dasharray': Array.isArray(dash) ? dash.map((part) => number(part) ?? 0).join(' ') : undefined,
    });
    setStyle(line, { stroke: fill ? `url(#${fill.name})` : (color(own['color']) ?? ink) });
    return fill ? [fill.element, line] : [line];
}

export function clipShape(name: string, frame: Frame): SVGElement {
    const shape = node('clipPath', { id: name });
    // Lines along the edge keep their full width.
    shape.append(
        node('rect', {
            x: frame.left,
            y: frame.top - 2,
            width: Math.max(frame.right - frame.left, 0),
            height: Math.max(frame.bottom - frame.top + 4, 0),
        }),
    );
    return shape;
}

export function scale({ min, max }: Range, from: number, to: number): (value: number) => number {
    return (value) => from + ((value - min) / (max - min)) * (to - from);
}

export function node(tag: string, attributes: { [name: string]: string | number | undefined }): SVGElement {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes))
        if (value !== undefined) element.setAttribute(name, String(value));
    return element;
}
