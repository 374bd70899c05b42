import type { Context, Widget } from '../dom/widget.ts';
import { areaPath, label, linePath, nearestIndex, rangeOf, stepPath, summary, type Point } from '../core/chart.ts';
import { isMap, listOf, type Control, type Value } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { color, number } from '../core/values.ts';
import {
    clipShape,
    fillOf,
    gradientStops,
    node,
    placeTip,
    pointLine,
    scale,
    stage,
    surround,
    tipText,
    type Frame,
    type Scale,
} from './chartparts.ts';
import { el, newName } from '../dom/elements.ts';
import { dropShadows } from '../core/looks.ts';
import { onPointer, type Spot } from './chartevents.ts';

const TOUCH_PX = 60;
const PICKED_PX = 6;

type Series = { control: Control; data: Point[]; screen: Point[]; controls: Control[] };

export function lineChart(context: Context): Widget {
    const { root, svg, tip, schedule, dispose } = stage(context, draw);
    const clip = newName('plot');
    let series: Series[] = [];
    let frame: Frame = { left: 0, top: 0, right: 0, bottom: 0 };
    let marks = node('g', {});
    let toEdge: Scale = () => 0;
    onPointer(root, showTip);

    function draw(width: number, height: number): void {
        series = context.children('data_series').map(readSeries);
        const all = series.flatMap(({ data }) => data);
        const xs = rangeOf(
            all.map(({ x }) => x),
            number(context.get('min_x')),
            number(context.get('max_x')),
        );
        const ys = rangeOf(
            all.map(({ y }) => y),
            number(context.get('min_y')),
            number(context.get('max_y')),
        );
        const rest = surround(context, xs, ys, width, height);
        frame = rest.frame;
        const toX = scale(xs, frame.left, frame.right);
        const toY = scale(ys, frame.bottom, frame.top);
        for (const one of series) one.screen = one.data.map(({ x, y }) => ({ x: toX(x), y: toY(y) }));

        toEdge = toY;
        const plot = node('g', { 'clip-path': `url(#${clip})` });
        plot.append(...series.flatMap((one) => drawSeries(one, frame, toY)));
        marks = node('g', {});
        svg.replaceChildren(clipShape(clip, frame), ...rest.behind(toX, toY), plot, marks, ...rest.around(toX, toY));
        mark([]);
        root.ariaLabel = context.text('tooltip') || summary(series.map(({ data }) => data));
    }

    // Points that are selected, and those that are pointed at, stand out.
    function mark(hits: readonly { one: Series; found: number }[]): void {
        const all = series.flatMap((one) =>
            one.controls.flatMap(({ props }, found) => {
                const isHit = hits.some((hit) => hit.one === one && hit.found === found);
                return isHit || props['selected'] === true ? indicator(one, found) : [];
            }),
        );
        marks.replaceChildren(...all);
    }

    function indicator(one: Series, found: number): SVGElement[] {
        const spot = one.screen[found]!;
        const own = one.controls[found]!.props;
        const ink = color(one.control.props['color']) ?? 'var(--md-sys-color-primary)';
        const end = (name: string, otherwise: number) => {
            const value = number(context.get(name));
            return value === undefined ? otherwise : Math.min(Math.max(toEdge(value), frame.top), frame.bottom);
        };
        const line = own['selected_below_line'] ?? one.control.props['selected_below_line'] ?? true;
        const shape = own['selected_point'] ?? one.control.props['selected_point'] ?? true;
        const to = end('point_line_end', spot.y);
        const parts = pointLine(line, spot.x, end('point_line_start', frame.bottom), to, ink);
        if (shape !== false) parts.push(dot(spot, isMap(shape) ? shape : { radius: PICKED_PX }, ink));
        return parts;
    }

    function showTip(type: string, { x }: Spot, isGone: boolean): void {
        if (!context.is('interactive', true)) return;
        const area = root.getBoundingClientRect();
        const hits = series.flatMap((one, i) => {
            const found = nearestIndex(one.screen, x);
            const hit = one.screen[found];
            if (isGone || !hit || Math.abs(hit.x - x) > TOUCH_PX) return [];
            return [{ one, i, found, hit }];
        });
        context.emit('event', {
            type,
            spots: hits.map(({ i, found }) => ({ bar_index: i, spot_index: found })),
        });
        mark(hits);
        const shown = hits.filter(({ one, found }) => one.controls[found]?.props['show_tooltip'] !== false);
        tip.hidden = shown.length === 0;
        if (!shown.length) return;
        tip.replaceChildren(...shown.map(({ one, found }) => tipLine(one, found)));
        const { hit } = shown[0]!;
        placeTip(tip, area, hit.x, Math.max(frame.top, hit.y - 40));
    }

    return {
        root,
        update() {
            context.rootStyle = { 'background-color': color(context.get('bgcolor')) };
            schedule();
        },
        dispose,
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
    const calm =
        props['prevent_curve_over_shooting'] === true
            ? (number(props['prevent_curve_over_shooting_threshold']) ?? 10)
            : undefined;
    const step = number(props['step_direction']);
    const path =
        step === undefined
            ? linePath(one.screen, smoothness, calm)
            : stepPath(one.screen, Math.min(Math.max(step, 0), 1));
    const parts: SVGElement[] = [];
    for (const [side, edge] of [
        ['below_line', frame.bottom],
        ['above_line', frame.top],
    ] as const) {
        const fill = fillOf(props[`${side}_bgcolor`], props[`${side}_gradient`]);
        const cutoff = number(props[`${side}_cutoff_y`]);
        if (!fill) continue;
        const base = cutoff === undefined ? edge : toY(cutoff);
        parts.push(...fill(areaPath(path, one.screen, base)));
    }
    for (const [side, edge] of [
        ['below_line', frame.bottom],
        ['above_line', frame.top],
    ] as const)
        one.screen.forEach(({ x, y }, i) => {
            if (one.controls[i]!.props[`show_${side}`] !== false)
                parts.push(...pointLine(props[side], x, edge, y, ink));
        });
    const dash = props['dash_pattern'];
    const line = node('path', {
        d: path,
        fill: 'none',
        'stroke-width': number(props['stroke_width']) ?? 2,
        'stroke-linecap': props['rounded_stroke_cap'] === true ? 'round' : 'butt',
        'stroke-linejoin': props['rounded_stroke_join'] === true ? 'round' : 'miter',
        'stroke-dasharray': Array.isArray(dash) ? dash.map((part) => number(part) ?? 0).join(' ') : undefined,
        'data-id': one.control.id,
        'data-control': 'LineChartData',
    });
    const lineFill = gradientStops(props['gradient']);
    if (lineFill) {
        parts.push(lineFill.element);
        setStyle(line, { stroke: `url(#${lineFill.name})` });
    } else setStyle(line, { stroke: ink });
    const cast = props['shadow'];
    if (isMap(cast) && (color(cast['color']) ?? 'transparent') !== 'transparent')
        setStyle(line, { stroke: line.style.stroke, filter: dropShadows(cast) });
    parts.push(line);
    one.screen.forEach((spot, i) => {
        const own = one.controls[i]!.props['point'] ?? props['point'];
        if (own !== true && !isMap(own)) return;
        parts.push(dot(spot, isMap(own) ? own : {}, ink));
    });
    return parts;
}

function dot(spot: Point, shape: { [key: string]: Value }, ink: string): SVGElement {
    const half = (number(shape['size']) ?? 8) / 2;
    if (shape['_type'] === 'ChartCrossPoint') {
        const { x, y } = spot;
        const d = `M${x - half} ${y - half}L${x + half} ${y + half}M${x - half} ${y + half}L${x + half} ${y - half}`;
        const cross = node('path', { d, 'stroke-width': number(shape['width']) ?? 2 });
        setStyle(cross, { stroke: color(shape['color']) ?? ink });
        return cross;
    }
    const element =
        shape['_type'] === 'ChartSquarePoint'
            ? node('rect', { x: spot.x - half, y: spot.y - half, width: half * 2, height: half * 2 })
            : node('circle', { cx: spot.x, cy: spot.y, r: number(shape['radius']) ?? 4 });
    setStyle(element, {
        fill: color(shape['color']) ?? ink,
        stroke: color(shape['stroke_color']),
        'stroke-width': number(shape['stroke_width'])?.toString(),
    });
    return element;
}

function tipLine(one: Series, index: number): HTMLElement {
    const line = el('div');
    const mark = el('i');
    setStyle(mark, { 'background-color': color(one.control.props['color']) });
    line.append(mark, tipText(one.controls[index]!.props['tooltip'], label(one.data[index]!.y)));
    return line;
}
