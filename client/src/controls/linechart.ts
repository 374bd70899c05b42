import type { Context, Widget } from '../widget.ts';
import {
    areaPath, label, linePath, nearestIndex, rangeOf, stepFor, summary, ticks, type Point, type Range,
} from '../chart.ts';
import { isMap, listOf, type Control, type Value } from '../tree.ts';
import { setStyle } from '../style.ts';
import { border, color, gradient, isOn, number, point as pair, text, type Css } from '../values.ts';
import { el, newName } from './dom.ts';

const SVG = 'http://www.w3.org/2000/svg';
const LABEL_GAP_PX = 6;
const CHAR_PX = 6.6;
const TOUCH_PX = 60;

type Series = { control: Control; data: Point[]; screen: Point[]; controls: Control[] };
type Frame = { left: number; top: number; right: number; bottom: number };

export function lineChart(context: Context): Widget {
    const root = el('div', 't-chart t-fill');
    const svg = document.createElementNS(SVG, 'svg');
    const tip = el('div', 't-chart-tip');
    const clip = newName('plot');
    root.setAttribute('role', 'img');
    svg.setAttribute('aria-hidden', 'true');
    tip.hidden = true;
    root.append(svg, tip);
    let series: Series[] = [];
    let frame: Frame = { left: 0, top: 0, right: 0, bottom: 0 };
    let pending = 0;

    const observer = new ResizeObserver(() => schedule());
    observer.observe(root);
    root.addEventListener('pointermove', (event) => showTip(event));
    root.addEventListener('pointerleave', () => (tip.hidden = true));

    function schedule(): void {
        // Several patches within a frame are one drawing.
        pending ||= requestAnimationFrame(() => {
            pending = 0;
            try {
                draw();
            } catch (error) {
                context.renderer.report('LineChart', error);
            }
        });
    }

    function draw(): void {
        const { clientWidth: width, clientHeight: height } = root;
        if (!width || !height) return;
        svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
        series = context.children('data_series').map(readSeries);
        const all = series.flatMap(({ data }) => data);
        const xs = rangeOf(all.map(({ x }) => x), number(context.get('min_x')), number(context.get('max_x')));
        const ys = rangeOf(all.map(({ y }) => y), number(context.get('min_y')), number(context.get('max_y')));
        const left = axisOf(context, 'left_axis', ys, height / 50);
        const right = axisOf(context, 'right_axis', ys, height / 50);
        const bottom = axisOf(context, 'bottom_axis', xs, width / 90);
        const top = axisOf(context, 'top_axis', xs, width / 90);
        frame = {
            left: left.room(true) + 1,
            right: width - right.room(true) - 1,
            top: top.room(false) + (top.labels.length ? 0 : 8),
            bottom: height - bottom.room(false) - 1,
        };
        const toX = scale(xs, frame.left, frame.right);
        const toY = scale(ys, frame.bottom, frame.top);
        for (const one of series)
            one.screen = one.data.map(({ x, y }) => ({ x: toX(x), y: toY(y) }));

        const plot = node('g', { 'clip-path': `url(#${clip})` });
        plot.append(...series.flatMap((one) => drawSeries(one, frame, toY)));
        svg.replaceChildren(
            clipShape(clip, frame),
            ...grid(context.get('horizontal_grid_lines'), ys, height / 50, (v) => ({
                x1: frame.left, x2: frame.right, y1: toY(v), y2: toY(v),
            })),
            ...grid(context.get('vertical_grid_lines'), xs, width / 90, (v) => ({
                y1: frame.top, y2: frame.bottom, x1: toX(v), x2: toX(v),
            })),
            ...frameLines(context, frame),
            plot,
            ...left.draw((v) => ({ x: frame.left - LABEL_GAP_PX, y: toY(v) + 4, 'text-anchor': 'end' })),
            ...right.draw((v) => ({ x: frame.right + LABEL_GAP_PX, y: toY(v) + 4, 'text-anchor': 'start' })),
            ...bottom.draw((v) => ({ x: toX(v), y: frame.bottom + 17, 'text-anchor': 'middle' })),
            ...top.draw((v) => ({ x: toX(v), y: frame.top - LABEL_GAP_PX, 'text-anchor': 'middle' })),
            ...axisTitles(left, right, bottom, top, width, height, frame),
        );
        root.ariaLabel = context.text('tooltip') || summary(series.map(({ data }) => data));
    }

    function showTip(event: PointerEvent): void {
        if (!context.is('interactive', true)) return;
        const area = root.getBoundingClientRect();
        const x = event.clientX - area.left;
        const hits = series.flatMap((one, i) => {
            const found = nearestIndex(one.screen, x);
            const hit = one.screen[found];
            if (!hit || Math.abs(hit.x - x) > TOUCH_PX) return [];
            return [{ one, i, found, hit }];
        });
        context.emit('event', {
            type: 'pointerHover',
            spots: hits.map(({ i, found }) => ({ bar_index: i, spot_index: found })),
        });
        const shown = hits.filter(({ one, found }) => one.controls[found]?.props['show_tooltip'] !== false);
        tip.hidden = shown.length === 0;
        if (!shown.length) return;
        tip.replaceChildren(...shown.map(({ one, found }) => tipLine(one, found)));
        const { hit } = shown[0]!;
        const isRight = hit.x > area.width / 2;
        setStyle(tip, {
            top: `${Math.max(frame.top, hit.y - 40)}px`,
            left: isRight ? undefined : `${hit.x + 12}px`,
            right: isRight ? `${area.width - hit.x + 12}px` : undefined,
        });
    }

    return {
        root,
        update() {
            context.rootStyle = { 'background-color': color(context.get('bgcolor')) };
            schedule();
        },
        dispose() {
            observer.disconnect();
            cancelAnimationFrame(pending);
        },
    };
}

function readSeries(control: Control): Series {
    const controls = listOf(control.props['points']).filter(
        ({ props }) => number(props['x']) !== undefined && number(props['y']) !== undefined,
    );
    const data = controls.map(({ props }) => ({ x: number(props['x'])!, y: number(props['y'])! }));
    return { control, controls, data, screen: [] };
}

function drawSeries(one: Series, frame: Frame, toY: (v: number) => number): SVGElement[] {
    const { props } = one.control;
    const ink = color(props['color']) ?? 'var(--md-sys-color-primary)';
    const smoothness = props['curved'] === true ? (number(props['curve_smoothness']) ?? 0.35) : 0;
    const path = linePath(one.screen, smoothness, props['prevent_curve_over_shooting'] === true);
    const parts: SVGElement[] = [];
    for (const [side, edge] of [['below_line', frame.bottom], ['above_line', frame.top]] as const) {
        const fill = fillOf(props[`${side}_bgcolor`], props[`${side}_gradient`]);
        const cutoff = number(props[`${side}_cutoff_y`]);
        if (!fill) continue;
        const base = cutoff === undefined ? edge : toY(cutoff);
        parts.push(...fill(areaPath(path, one.screen, base)));
    }
    const dash = props['dash_pattern'];
    const line = node('path', {
        d: path,
        fill: 'none',
        'stroke-width': number(props['stroke_width']) ?? 2,
        'stroke-linecap': props['rounded_stroke_cap'] === true ? 'round' : 'butt',
        'stroke-linejoin': props['rounded_stroke_join'] === true ? 'round' : 'miter',
        'stroke-dasharray': Array.isArray(dash) ? dash.map(text).join(' ') : undefined,
        'data-id': one.control.id,
        'data-control': 'LineChartData',
    });
    const lineFill = gradientStops(props['gradient']);
    if (lineFill) {
        parts.push(lineFill.element);
        setStyle(line, { stroke: `url(#${lineFill.name})` });
    } else setStyle(line, { stroke: ink });
    parts.push(line);
    one.screen.forEach((spot, i) => {
        const own = one.controls[i]!.props['point'] ?? props['point'];
        if (own !== true && !isMap(own)) return;
        parts.push(dot(spot, isMap(own) ? own : {}, ink));
    });
    return parts;
}

function dot(spot: Point, shape: { [key: string]: Value }, ink: string): SVGElement {
    const element = node('circle', { cx: spot.x, cy: spot.y, r: number(shape['radius']) ?? 4 });
    setStyle(element, {
        fill: color(shape['color']) ?? ink,
        stroke: color(shape['stroke_color']),
        'stroke-width': text(shape['stroke_width']) || undefined,
    });
    return element;
}

function fillOf(plain: Value | undefined, shaded: Value | undefined): ((d: string) => SVGElement[]) | undefined {
    const stops = gradientStops(shaded);
    const flat = color(plain);
    if (!stops && !flat) return undefined;
    return (d) => {
        const area = node('path', { d });
        setStyle(area, { fill: stops ? `url(#${stops.name})` : flat });
        return stops ? [stops.element, area] : [area];
    };
}

function gradientStops(value: Value | undefined): { name: string; element: SVGElement } | undefined {
    if (!isMap(value) || !gradient(value) || !Array.isArray(value['colors'])) return undefined;
    const name = newName('fill');
    const begin = pair(value['begin']) ?? { x: -1, y: 0 };
    const end = pair(value['end']) ?? { x: 1, y: 0 };
    const part = (n: number) => (n + 1) / 2;
    const element = node('linearGradient', {
        id: name, x1: part(begin.x), y1: part(begin.y), x2: part(end.x), y2: part(end.y),
    });
    const list = value['colors'];
    list.forEach((item, i) => {
        const stop = node('stop', { offset: i / Math.max(list.length - 1, 1) });
        setStyle(stop, { 'stop-color': color(item) });
        element.append(stop);
    });
    return { name, element };
}

function grid(
    value: Value | undefined,
    range: Range,
    count: number,
    line: (at: number) => { [name: string]: number },
): SVGElement[] {
    if (!isMap(value)) return [];
    const dash = value['dash_pattern'];
    const css: Css = {
        stroke: color(value['color']) ?? 'var(--md-sys-color-outline-variant)',
        'stroke-width': text(value['width']) || '1',
        'stroke-dasharray': Array.isArray(dash) ? dash.map(text).join(' ') : undefined,
    };
    return ticks(range, number(value['interval']) ?? stepFor(range, count)).map((at) => {
        const element = node('line', line(at));
        setStyle(element, css);
        return element;
    });
}

class Axis {
    constructor(
        readonly title: string,
        readonly labels: { value: number; text: string }[],
        private readonly labelSize: number,
        private readonly titleSize: number,
    ) {}

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

function axisOf(context: Context, name: string, range: Range, count: number): Axis {
    const axis = context.child(name);
    if (!axis) return new Axis('', [], 0, 0);
    const { props } = axis;
    const own = listOf(props['labels']).flatMap(({ props: item }) => {
        const value = number(item['value']);
        if (value === undefined || value < range.min || value > range.max) return [];
        return [{ value, text: isOn(item['label']) ? text(item['label']) || textIn(item['label']) : label(value) }];
    });
    const auto = ticks(range, number(props['label_spacing']) ?? stepFor(range, count)).map(
        (value) => ({ value, text: label(value) }),
    );
    const labels = props['show_labels'] === false ? [] : own.length ? own : auto;
    const title = textIn(props['title']);
    return new Axis(title, labels, number(props['label_size']) ?? 22, number(props['title_size']) ?? 16);
}

// Labels and titles are controls; a chart shows their words.
function textIn(value: Value | undefined): string {
    const control = listOf(value)[0];
    if (!control) return text(value);
    return text(control.props['value']) || textIn(control.props['content']);
}

function axisTitles(
    left: Axis, right: Axis, bottom: Axis, top: Axis, width: number, height: number, frame: Frame,
): SVGElement[] {
    const midX = (frame.left + frame.right) / 2;
    const midY = (frame.top + frame.bottom) / 2;
    const title = (words: string, x: number, y: number, turn = 0) => {
        if (!words) return [];
        const element = node('text', {
            x, y, 'text-anchor': 'middle', class: 't-chart-title',
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

function frameLines(context: Context, frame: Frame): SVGElement[] {
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

function tipLine(one: Series, index: number): HTMLElement {
    const line = el('div');
    const mark = el('i');
    setStyle(mark, { 'background-color': color(one.control.props['color']) });
    const tooltip = one.controls[index]!.props['tooltip'];
    const own = isMap(tooltip) ? text(tooltip['text']) : text(tooltip);
    line.append(mark, own || label(one.data[index]!.y));
    return line;
}

function clipShape(name: string, frame: Frame): SVGElement {
    const shape = node('clipPath', { id: name });
    // Lines along the edge keep their full width.
    shape.append(
        node('rect', {
            x: frame.left, y: frame.top - 2,
            width: Math.max(frame.right - frame.left, 0),
            height: Math.max(frame.bottom - frame.top + 4, 0),
        }),
    );
    return shape;
}

function scale({ min, max }: Range, from: number, to: number): (value: number) => number {
    return (value) => from + ((value - min) / (max - min)) * (to - from);
}

function node(tag: string, attributes: { [name: string]: string | number | undefined }): SVGElement {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes))
        if (value !== undefined) element.setAttribute(name, String(value));
    return element;
}
