// Geometry of radar charts, and words for those who cannot see points, candles and radars. Pure.

import { label, rangeOf, type Point, type Range } from './chart.ts';

export type Web = {
    centre: Point;
    radius: number;
    corners: number;
    range: Range;
    ticks: number;
    isMinAtCentre: boolean;
};

// The first corner is on top, the others go round with the clock.
export function corner({ centre, corners }: Web, index: number, radius: number): Point {
    const angle = (2 * Math.PI * index) / Math.max(corners, 1) - Math.PI / 2;
    return { x: centre.x + radius * Math.cos(angle), y: centre.y + radius * Math.sin(angle) };
}

// How far out a value lies. Unless the least is the centre itself, one ring's width is left free within.
export function reach(web: Web, value: number): number {
    const { min, max } = web.range;
    const share = (Math.min(Math.max(value, min), max) - min) / (max - min);
    if (web.isMinAtCentre) return web.radius * share;
    return (web.radius * (share * web.ticks + 1)) / (web.ticks + 1);
}

export function radarRange(values: number[]): Range {
    const range = rangeOf(values);
    // All alike: these are the most there is.
    return values.length && range.min < Math.min(...values) ? { min: 0, max: Math.max(...values) || 1 } : range;
}

export function outline(points: readonly Point[]): string {
    const place = ({ x, y }: Point) => `${Math.round(x * 100) / 100} ${Math.round(y * 100) / 100}`;
    return points.length ? `M${points.map(place).join('L')}Z` : '';
}

export function nearest(points: readonly Point[], at: Point, within: number): number {
    let best = -1;
    let least = within;
    points.forEach((point, i) => {
        const away = Math.hypot(point.x - at.x, point.y - at.y);
        if (away > least) return;
        least = away;
        best = i;
    });
    return best;
}

const MOST = 12;

export function scatterSummary(points: readonly Point[]): string {
    if (!points.length) return 'Scatter chart without points';
    const said = points.slice(0, MOST).map(({ x, y }) => `${label(x)}, ${label(y)}`);
    return `Scatter chart of ${points.length} points: ${said.join('; ')}${points.length > MOST ? ' …' : ''}`;
}

export type Candle = { x: number; open: number; high: number; low: number; close: number };

export function candleWords({ open, high, low, close }: Candle): string {
    return `open ${label(open)}, high ${label(high)}, low ${label(low)}, close ${label(close)}`;
}

export function candleSummary(candles: readonly Candle[]): string {
    const [first, last] = [candles[0], candles.at(-1)];
    if (!first || !last) return 'Candlestick chart without candles';
    const high = Math.max(...candles.map((candle) => candle.high));
    const low = Math.min(...candles.map((candle) => candle.low));
    return (
        `Candlestick chart of ${candles.length} candles: from ${label(first.open)} to ${label(last.close)}, ` +
        `between ${label(low)} and ${label(high)}`
    );
}

export function radarSummary(titles: readonly string[], sets: readonly (readonly number[])[]): string {
    if (!sets.length) return 'Radar chart without data';
    const said = sets.map((values) => values.map((value, i) => `${titles[i] || i + 1} ${label(value)}`).join(', '));
    return `Radar chart: ${said.join('; ')}`;
}
