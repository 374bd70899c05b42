// What few controls ask for, fetched with the first that does: a matrix, a place that is glided to, reports of sizes.

import { timing } from '../core/timing.ts';
import { durationMs, isOn, number, point } from '../core/values.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import type { Context } from './widget.ts';

const INTERVAL_MS = 10;

type Call = (m: DOMMatrix, a: (number | undefined)[], args: readonly Value[]) => DOMMatrix;

const degrees = (radians = 0) => (radians * 180) / Math.PI;

// The calls that a matrix is made by, in the words of the protocol.
const CALLS: { readonly [name: string]: Call } = {
    translation_values: (m, [x, y, z]) => m.translateSelf(x ?? 0, y ?? 0, z ?? 0),
    diagonal3_values: (m, [x = 1, y = 1, z = 1]) => m.multiplySelf(diagonal(x, y, z)),
    rotation_z: (m, [angle]) => m.rotateAxisAngleSelf(0, 0, 1, degrees(angle)),
    skew_x: (m, [angle]) => m.skewXSelf(degrees(angle)),
    skew_y: (m, [angle]) => m.skewYSelf(degrees(angle)),
    translate: (m, [x, y, z]) => m.translateSelf(x ?? 0, y ?? 0, z ?? 0),
    scale: (m, [x = 1, y = x, z = x]) => m.multiplySelf(diagonal(x, y, z)),
    rotate_x: (m, [angle]) => m.rotateAxisAngleSelf(1, 0, 0, degrees(angle)),
    rotate_y: (m, [angle]) => m.rotateAxisAngleSelf(0, 1, 0, degrees(angle)),
    rotate_z: (m, [angle]) => m.rotateAxisAngleSelf(0, 0, 1, degrees(angle)),
    set_entry: (m, [row = 0, column = 0, value = 0]) => withEntry(m, row, column, value),
    multiply: (m, _, [other]) => m.multiplySelf(matrix(other ?? null)),
};

function diagonal(x: number, y: number, z: number): DOMMatrix {
    return new DOMMatrix([x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1]);
}

function withEntry(m: DOMMatrix, row: number, column: number, value: number): DOMMatrix {
    const all = [...m.toFloat64Array()];
    const isThere = [row, column].every((at) => at >= 0 && at < 4 && Number.isInteger(at));
    if (isThere) all[column * 4 + row] = value;
    return new DOMMatrix(all);
}

function matrix(value: Value): DOMMatrix {
    let made = new DOMMatrix();
    if (!isMap(value)) return made;
    const ops = Array.isArray(value['ops']) ? value['ops'] : [];
    for (const call of [value['ctor'], ...ops]) {
        const name = isMap(call) ? call['name'] : undefined;
        if (!isMap(call) || typeof name !== 'string' || !Object.hasOwn(CALLS, name)) continue;
        const args = Array.isArray(call['args']) ? call['args'] : [];
        made = CALLS[name]!(made, args.map(number), args);
    }
    return made;
}

// Flutter's matrix turns around the corner, unless an alignment or an origin says otherwise; what else turns the control
// goes around a point of its own.
function transformOf(props: ValueMap): string {
    const value = props['transform'];
    if (!isMap(value)) return '';
    const entries = [...matrix(value['matrix'] ?? null).toFloat64Array()];
    if (!entries.every(Number.isFinite)) return '';
    const around = point(value['alignment']) ?? { x: -1, y: -1 };
    const origin = point(value['origin']) ?? { x: 0, y: 0 };
    const { scale, rotate } = props;
    const others = [scale, rotate].map((one) => (isMap(one) ? point(one['alignment']) : undefined));
    const other = others[0] ?? others[1] ?? { x: 0, y: 0 };
    const [x, y] = [(around.x - other.x) * 50, (around.y - other.y) * 50];
    const to = `translate(calc(${x}% + ${origin.x}px), calc(${y}% + ${origin.y}px))`;
    const back = `translate(calc(${-x}% - ${origin.x}px), calc(${-y}% - ${origin.y}px))`;
    return `${to} matrix3d(${entries.map((n) => Number(n.toFixed(8))).join(',')}) ${back}`;
}

type Place = { x: number; y: number };

export class Extras {
    private sizes: ResizeObserver | undefined;
    private watched: HTMLElement | undefined;
    private timer = 0;
    private told = '';
    private align = '';
    private place: Place | undefined;

    constructor(private readonly context: Context) {}

    update(root: HTMLElement): void {
        const { props } = this.context.control;
        root.style.transform = transformOf(props);
        this.glide(root, props);
        this.watch(root, isOn(props['on_size_change']));
    }

    dispose(): void {
        this.sizes?.disconnect();
        clearTimeout(this.timer);
    }

    // To another place the control goes slowly; the browser itself sets it there at once.
    private glide(root: HTMLElement, props: ValueMap): void {
        const how = timing(props['animate_align']);
        const align = JSON.stringify(props['align'] ?? null);
        const isElsewhere = this.align !== '' && this.align !== align;
        this.align = align;
        if (!how) return;
        requestAnimationFrame(() => {
            const before = this.place;
            const now = (this.place = placeOf(root));
            if (!isElsewhere || !before || (before.x === now.x && before.y === now.y)) return;
            if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
            const away = `${before.x - now.x}px ${before.y - now.y}px`;
            const move = root.animate([{ translate: away }, {}], how);
            move.finished.then(
                () => this.context.emit('animation_end', 'align'),
                () => undefined,
            );
        });
    }

    private watch(root: HTMLElement, isWanted: boolean): void {
        if (isWanted && this.watched === root) return;
        this.sizes?.disconnect();
        this.watched = isWanted ? root : undefined;
        if (!isWanted) return;
        this.sizes ??= new ResizeObserver(() => this.tellSoon());
        this.sizes.observe(root);
    }

    private tellSoon(): void {
        if (this.timer) return;
        const wait = durationMs(this.context.get('size_change_interval')) ?? INTERVAL_MS;
        this.timer = window.setTimeout(() => {
            this.timer = 0;
            const { offsetWidth: w = 0, offsetHeight: h = 0, isConnected } = this.watched ?? {};
            if (!isConnected || this.told === `${w} ${h}`) return;
            this.told = `${w} ${h}`;
            this.context.emit('size_change', { w, h });
        }, wait);
    }
}

function placeOf(root: HTMLElement): Place {
    const { left, top } = root.getBoundingClientRect();
    const around = root.parentElement?.getBoundingClientRect();
    return { x: left - (around?.left ?? 0), y: top - (around?.top ?? 0) };
}
