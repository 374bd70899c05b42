// Geometry of charts: ranges, ticks, paths, places, summaries. Pure.

export type Point = { x: number; y: number };
export type Range = { min: number; max: number };

export function rangeOf(values: number[], min?: number, max?: number): Range {
    const low = min ?? values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = max ?? values.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!Number.isFinite(low) || !Number.isFinite(high)) return { min: 0, max: 1 };
    return low < high ? { min: low, max: high } : { min: low - 1, max: low + 1 };
}

// Round steps: 1, 2 or 5 times a power of ten.
export function stepFor({ min, max }: Range, wantedCount: number): number {
    const rough = (max - min) / Math.max(wantedCount, 1);
    const power = 10 ** Math.floor(Math.log10(rough));
    const factor = [1, 2, 5, 10].find((f) => f * power >= rough * 0.999) ?? 10;
    return factor * power;
}

const MAX_TICKS = 200;

// Even places, of which one is, or would be, at the base.
export function ticks(range: Range, step: number, base = 0): number[] {
    if (!(step > 0) || !Number.isFinite(step)) return [];
    const first = Math.ceil((range.min - base) / step - 1e-9);
    const count = Math.floor((range.max - base) / step + 1e-9) - first + 1;
    if (!(count > 0) || count > MAX_TICKS) return [];
    return Array.from({ length: count }, (_, i) => Number((base + (first + i) * step).toPrecision(12)));
}

export function label(value: number): string {
    const size = Math.abs(value);
    if (size >= 1e9) return `${trim(value / 1e9)}B`;
    if (size >= 1e6) return `${trim(value / 1e6)}M`;
    if (size >= 1e4) return `${trim(value / 1e3)}K`;
    return trim(value);
}

function trim(value: number): string {
    return String(Number(value.toFixed(2)));
}

const at = (n: number) => Math.round(n * 100) / 100;

// Straight or curved; the curve leads through each point along its neighbours' direction.
// `calm` keeps the curve from swinging beyond points that turn, or lie within so many pixels of each other's height.
export function linePath(points: Point[], smoothness: number, calm: number | undefined): string {
    let path = '';
    let lead = { x: 0, y: 0 };
    points.forEach((point, i) => {
        const before = points[i - 1];
        if (!before) {
            path = `M${at(point.x)} ${at(point.y)}`;
            return;
        }
        if (!smoothness) {
            path += `L${at(point.x)} ${at(point.y)}`;
            return;
        }
        const next = points[i + 1] ?? point;
        const start = { x: before.x + lead.x, y: before.y + lead.y };
        lead = {
            x: ((next.x - before.x) / 2) * smoothness,
            y: ((next.y - before.y) / 2) * smoothness,
        };
        // Without this a curve leaves the range of its own data at turning points.
        const [after, ahead] = [next.y - point.y, point.y - before.y];
        if (calm !== undefined && (after * ahead <= 0 || Math.min(Math.abs(after), Math.abs(ahead)) <= calm))
            lead.y = 0;
        path +=
            `C${at(start.x)} ${at(start.y)} ${at(point.x - lead.x)} ${at(point.y - lead.y)} ` +
            `${at(point.x)} ${at(point.y)}`;
    });
    return path;
}

// Steps: each goes up or down at a share of its way, counted from its end.
export function stepPath(points: Point[], share: number): string {
    let path = '';
    points.forEach((point, i) => {
        const before = points[i - 1];
        if (!before) {
            path = `M${at(point.x)} ${at(point.y)}`;
            return;
        }
        const turn = point.x - (point.x - before.x) * share;
        path += `L${at(turn)} ${at(before.y)}L${at(turn)} ${at(point.y)}L${at(point.x)} ${at(point.y)}`;
    });
    return path;
}

export function areaPath(line: string, points: Point[], base: number): string {
    const first = points[0];
    const last = points[points.length - 1];
    if (!first || !last) return '';
    return `${line}L${at(last.x)} ${at(base)}L${at(first.x)} ${at(base)}Z`;
}

export function nearestIndex(points: Point[], x: number): number {
    let best = -1;
    points.forEach((point, i) => {
        if (best < 0 || Math.abs(point.x - x) < Math.abs(points[best]!.x - x)) best = i;
    });
    return best;
}

export function summary(series: Point[][]): string {
    const parts = series.map((points, i) => {
        const name = series.length > 1 ? `Series ${i + 1}: ` : '';
        const last = points[points.length - 1];
        if (!last) return `${name}no data`;
        const { min, max } = spanOf(points);
        const count = points.length === 1 ? '1 point' : `${points.length} points`;
        return `${name}${count}, lowest ${label(min)}, highest ${label(max)}, last ${label(last.y)}`;
    });
    return `Line chart. ${parts.join('. ') || 'No data'}.`;
}

function spanOf(points: Point[]): Range {
    let [min, max] = [Infinity, -Infinity];
    for (const { y } of points) {
        min = Math.min(min, y);
        max = Math.max(max, y);
    }
    return { min, max };
}

// The middles of things of these sizes along a length, as Flutter's main axis places them.
export function spread(sizes: number[], length: number, alignment: string, gap: number): number[] {
    const count = sizes.length;
    const taken = sizes.reduce((sum, size) => sum + size, 0);
    const free = Math.max(length - taken, 0);
    const name = alignment.replace(/[^a-z]/gi, '').toLowerCase();
    let before = 0;
    let between = gap;
    if (name === 'spacebetween') between = count > 1 ? free / (count - 1) : 0;
    else if (name === 'spacearound') [before, between] = [free / count / 2, free / count];
    else if (name === 'start' || name === 'end' || name === 'center') {
        const rest = free - gap * Math.max(count - 1, 0);
        before = name === 'start' ? 0 : name === 'end' ? rest : rest / 2;
    } else before = between = free / (count + 1);
    let at = before;
    return sizes.map((size) => {
        const middle = at + size / 2;
        at += size + between;
        return middle;
    });
}

// Shares of a whole turn, one after the other; of nothing none has any.
export function pieSlices(values: number[]): { from: number; to: number }[] {
    const sum = values.reduce((a, b) => a + b, 0);
    let at = 0;
    return values.map((value) => {
        const from = at;
        at += sum > 0 ? value / sum : 0;
        return { from, to: at };
    });
}

export function barSummary(groups: { name: string; values: number[] }[]): string {
    const parts = groups.map(({ name, values }) => `${name}: ${values.map(label).join(', ') || 'none'}`);
    return `Bar chart. ${parts.join('. ') || 'No data'}.`;
}

export function pieSummary(sections: { name: string; value: number }[]): string {
    const sum = sections.reduce((a, { value }) => a + value, 0);
    const parts = sections.map(({ name, value }) => {
        const share = sum > 0 ? ` (${Math.round((value / sum) * 100)} %)` : '';
        return `${name ? `${name}: ` : ''}${label(value)}${share}`;
    });
    return `Pie chart. ${parts.join('. ') || 'No data'}.`;
}
