import type { Context, Widget } from '../dom/widget.ts';
import { nearestIndex, rangeOf, type Point } from '../core/chart.ts';
import { candleSummary, candleWords, type Candle } from '../core/radar.ts';
import type { Control } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { color, durationMs, number } from '../core/values.ts';
import { onPointer, type Spot } from './chartevents.ts';
import { clipShape, node, placeTip, scale, stage, surround, tipText, type Scale } from './chartparts.ts';
import { newName } from '../dom/elements.ts';

const MOST_PX = 14;
const SHARE = 0.6;

export function candlestickChart(context: Context): Widget {
    const { root, svg, tip, schedule, turned, straight, dispose } = stage(context, draw);
    const clip = newName('plot');
    let spots: Control[] = [];
    let candles: Candle[] = [];
    let screen: Point[] = [];
    let size = MOST_PX;
    onPointer(root, point, () => durationMs(context.get('long_press_duration')));

    function draw(width: number, height: number): void {
        spots = context.children('spots');
        candles = spots.map(candleOf);
        const xs = rangeOf(
            candles.map(({ x }) => x),
            number(context.get('min_x')),
            number(context.get('max_x')),
        );
        const ys = rangeOf(
            candles.flatMap(({ high, low }) => [high, low]),
            number(context.get('min_y')),
            number(context.get('max_y')),
        );
        const rest = surround(context, xs, ys, width, height);
        const [toX, toY] = [scale(xs, rest.frame.left, rest.frame.right), scale(ys, rest.frame.bottom, rest.frame.top)];
        screen = candles.map(({ x, high }) => ({ x: toX(x), y: toY(high) }));
        size = widthOf(screen);
        const plot = node('g', { 'clip-path': `url(#${clip})` });
        plot.append(...candles.flatMap((candle, i) => drawCandle(candle, spots[i]!, screen[i]!.x, size, toY)));
        svg.replaceChildren(clipShape(clip, rest.frame), ...rest.behind(toX, toY), plot, ...rest.around(toX, toY));
        root.ariaLabel = context.text('tooltip') || candleSummary(candles);
    }

    function point(type: string, seen: Spot, isGone: boolean): void {
        if (!context.is('interactive', true)) return;
        const at = straight(seen);
        const found = isGone ? -1 : nearestIndex(screen, at.x);
        const within = size / 2 + (number(context.get('touch_spot_threshold')) ?? 4);
        const index = screen[found] && Math.abs(screen[found]!.x - at.x) <= within ? found : -1;
        context.emit('event', { type, spot_index: index });
        const spot = spots[index];
        const isSelectedOnly = context.is('show_tooltips_for_selected_spots_only');
        const isShown = spot && spot.props['show_tooltip'] !== false && (!isSelectedOnly || spot.props['selected']);
        tip.hidden = !isShown;
        if (!isShown) return;
        tip.textContent = tipText(spot.props['tooltip'], candleWords(candles[index]!));
        const place = turned(screen[index]!);
        placeTip(tip, root.getBoundingClientRect(), place.x, place.y - 20);
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

function candleOf({ props }: Control): Candle {
    const [x, open, high, low, close] = ['x', 'open', 'high', 'low', 'close'].map((name) => number(props[name]) ?? 0);
    return { x: x!, open: open!, high: high!, low: low!, close: close! };
}

// As wide as the nearest two leave room for.
function widthOf(screen: readonly Point[]): number {
    const xs = screen.map(({ x }) => x).sort((a, b) => a - b);
    const gaps = xs.slice(1).map((x, i) => x - xs[i]!);
    return Math.max(Math.min(MOST_PX, ...gaps.filter((gap) => gap > 0).map((gap) => gap * SHARE)), 1);
}

function drawCandle(candle: Candle, spot: Control, x: number, size: number, toY: Scale): SVGElement[] {
    const { open, high, low, close } = candle;
    const isUp = close >= open;
    const ink = isUp ? 'var(--c-green-600)' : 'var(--c-red-600)';
    const [top, bottom] = [toY(Math.max(open, close)), toY(Math.min(open, close))];
    const wick = node('line', { x1: x, x2: x, y1: toY(high), y2: toY(low), 'stroke-width': 1.5 });
    const body = node('rect', {
        x: x - size / 2,
        y: top,
        width: size,
        height: Math.max(bottom - top, 1),
        rx: 1,
        'data-id': spot.id,
    });
    setStyle(wick, { stroke: ink });
    const isSelected = spot.props['selected'] === true;
    setStyle(body, {
        fill: ink,
        stroke: isSelected ? 'var(--md-sys-color-on-surface)' : ink,
        'stroke-width': isSelected ? '2' : '1',
    });
    return [wick, body];
}
