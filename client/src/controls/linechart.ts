import type { Context, Widget } from '../dom/widget.ts';
import { areaPath, label, linePath, nearestIndex, rangeOf, summary, type Point } from '../core/chart.ts';
import { isMap, listOf, type Control, type Value } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { color, number } from '../core/values.ts';
import {
    clipShape,
    fillOf,
    gradientStops,
    node,
    placeTip,
    scale,
    stage,
    surround,
    tipText,
    type Frame,
} from './chartparts.ts';
import { el, newName } from '../dom/elements.ts';

const TOUCH_PX = 60;

type Series = { control: Control; data: Point[]; screen: Point[]; controls: Control[] };

export function lineChart(context: Context): Widget {
    const { root, svg, tip, schedule, dispose } = stage(context, draw);
    const clip = newName('plot');
    let series: Series[] = [];
    let frame: Frame = { left: 0, top: 0, right: 0, bottom: 0 };
    root.addEventListener('pointermove', (event) => showTip(event));

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

        const plot = node('g', { 'clip-path': `url(#${clip})` });
        plot.append(...series.flatMap((one) => drawSeries(one, frame, toY)));
        svg.replaceChildren(clipShape(clip, frame), ...rest.behind(toX, toY), plot, ...rest.around(toX, toY));
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
    const path = linePath(one.screen, smoothness, props['prevent_curve_over_shooting'] === true);
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
