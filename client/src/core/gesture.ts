// Pointers -> gestures: taps, long presses, drags and scaling, with the data of the protocol. Pure; the
// times and distances are Flutter's.

import { copy, place, timestamp, touch, type Sample } from './sample.ts';
import type { Value } from './tree.ts';
import { Velocity, type Point } from './velocity.ts';

export type Gesture = 'tap' | 'double_tap' | 'long_press' | 'horizontal' | 'vertical' | 'pan' | 'scale';

export interface GestureOutlet {
    handles(event: string): boolean;
    emit(event: string, data: Value): void;
    // Milliseconds between two reports of a drag.
    interval(): number;
    after(ms: number, work: () => void): () => void;
}

export const DOUBLE_TAP_MS = 300;
export const LONG_PRESS_MS = 500;
const DOUBLE_TAP_PX = 100;
const SLOP_PX = { touch: 18, stylus: 18, unknown: 18, mouse: 2 };
const PREFIX = { primary: '', secondary: 'secondary_', tertiary: 'tertiary_' };
const DRAGS = { horizontal: 'horizontal_drag', vertical: 'vertical_drag', pan: 'pan' } as const;
const LONG_PRESS = 'down cancel start move_update up end'.split(' ').map((part) => `long_press_${part}`);
const TAP = ['tap', 'tap_down', 'tap_up', 'tap_move', 'tap_cancel'];

type Drag = keyof typeof DRAGS;

const minus = (a: Point, b: Point): Point => ({ x: a.x - b.x, y: a.y - b.y });

// One pointer from where it went down to where it is lifted.
class Press {
    drag: Drag | undefined;
    isLong = false;
    isTap = true;
    reported: Sample;
    pending: Sample | undefined;
    endTimer: () => void = () => undefined;
    readonly velocity = new Velocity();

    constructor(
        readonly start: Sample,
        public last: Sample,
        // What the press may become: what lies within has not claimed it.
        readonly may: ReadonlySet<Gesture>,
    ) {
        this.reported = start;
        this.velocity.add(start.at, start.global);
    }
}

export class Gestures {
    private readonly presses = new Map<number, Press>();
    private scale: { focal: Point; span: number; angle: number; started: boolean; velocity: Velocity } | undefined;
    private firstTap: { at: Sample; end: () => void } | undefined;
    private touches = 0; // most pointers at once since all were up

    constructor(private readonly out: GestureOutlet) {}

    // Which gestures somebody listens for.
    wanted(): Set<Gesture> {
        const { out } = this;
        const any = (names: readonly string[]) => names.some((name) => out.handles(name));
        const all = ['', 'secondary_', 'tertiary_'];
        const wanted = new Set<Gesture>();
        if (any(all.flatMap((prefix) => TAP.map((name) => prefix + name))) || out.handles('multi_tap'))
            wanted.add('tap');
        if (any(['double_tap', 'double_tap_down', 'double_tap_cancel'])) wanted.add('double_tap');
        if (any(all.flatMap((prefix) => ['long_press', ...LONG_PRESS].map((name) => prefix + name))))
            wanted.add('long_press');
        for (const [axis, name] of Object.entries(DRAGS))
            if (any(['down', 'start', 'update', 'end', 'cancel'].map((part) => `${name}_${part}`)))
                wanted.add(axis as Drag);
        if (any(['right_pan_start', 'right_pan_update', 'right_pan_end'])) wanted.add('pan');
        if (any(['scale_start', 'scale_update', 'scale_end'])) wanted.add('scale');
        return wanted;
    }

    down(at: Sample, may: ReadonlySet<Gesture>): void {
        const press = new Press(at, at, may);
        this.presses.set(at.id, press);
        this.touches = Math.max(this.touches, this.presses.size);
        const prefix = PREFIX[at.button];
        if (may.has('tap')) this.out.emit(`${prefix}tap_down`, touch(at));
        if (may.has('double_tap') && this.isSecondTap(at)) this.out.emit('double_tap_down', touch(at));
        if (may.has('long_press')) this.watchLongPress(press, prefix);
        if (at.button === 'primary')
            for (const axis of this.axes(press)) this.out.emit(`${DRAGS[axis]}_down`, place(at));
        if (may.has('scale')) this.anchor();
    }

    move(at: Sample): void {
        const press = this.presses.get(at.id);
        if (!press) return;
        const before = press.last;
        press.last = at;
        press.velocity.add(at.at, at.global);
        const moved = minus(at.global, press.start.global);
        const slop = SLOP_PX[at.kind];
        if (press.isLong) return this.moveLong(press, moved);
        if (press.isTap && Math.hypot(moved.x, moved.y) > slop) this.breakTap(press);
        else if (press.isTap && at.button === 'primary' && press.may.has('tap'))
            this.out.emit('tap_move', { ...touch(at), d: copy(minus(at.global, before.global)) });
        if (press.may.has('scale')) this.moveScale(at.at, slop);
        if (at.button !== 'primary') return;
        press.drag ??= this.begin(press, moved, slop);
        if (press.drag) this.update(press);
    }

    up(at: Sample): void {
        const press = this.presses.get(at.id);
        if (!press) return;
        press.last = at;
        press.endTimer();
        this.presses.delete(at.id);
        const prefix = PREFIX[at.button];
        if (press.isLong) this.endLong(press, prefix);
        else if (press.isTap) this.tap(press, prefix);
        this.endDrag(press);
        if (press.may.has('scale')) this.endScale(at.at);
        if (this.presses.size === 0) this.touches = 0;
    }

    cancel(id: number): void {
        const press = this.presses.get(id);
        if (!press) return;
        press.endTimer();
        this.presses.delete(id);
        if (press.isTap) this.breakTap(press);
        this.endDrag(press);
        if (press.may.has('scale')) this.endScale(press.last.at);
        if (this.presses.size === 0) this.touches = 0;
    }

    get isDragging(): boolean {
        return this.scale?.started === true || [...this.presses.values()].some(({ drag, isLong }) => drag || isLong);
    }

    dispose(): void {
        this.firstTap?.end();
        for (const press of this.presses.values()) press.endTimer();
        this.presses.clear();
    }

    // -- taps --

    private tap(press: Press, prefix: string): void {
        const { last: at, may } = press;
        if (may.has('long_press')) this.out.emit(`${prefix}long_press_cancel`, null);
        if (may.has('tap')) this.out.emit(`${prefix}tap_up`, touch(at));
        if (at.button !== 'primary') return void (may.has('tap') && this.out.emit(`${prefix}tap`, null));
        if (may.has('tap') && this.presses.size === 0 && this.touches > 1)
            this.out.emit('multi_tap', { ct: this.touches === this.wantedTouches() });
        if (!may.has('double_tap')) return void (may.has('tap') && this.out.emit('tap', touch(at)));
        if (this.isSecondTap(at)) {
            this.firstTap!.end();
            this.firstTap = undefined;
            return this.out.emit('double_tap', null);
        }
        this.firstTap?.end();
        const end = this.out.after(DOUBLE_TAP_MS, () => {
            this.firstTap = undefined;
            this.out.emit('double_tap_cancel', null);
            if (may.has('tap')) this.out.emit('tap', touch(at));
        });
        this.firstTap = { at, end };
    }

    wantedTouches: () => number = () => 0;

    private isSecondTap(at: Sample): boolean {
        if (!this.firstTap) return false;
        const away = minus(at.global, this.firstTap.at.global);
        return Math.hypot(away.x, away.y) <= DOUBLE_TAP_PX;
    }

    private breakTap(press: Press): void {
        press.isTap = false;
        press.endTimer();
        const prefix = PREFIX[press.start.button];
        if (press.may.has('tap')) this.out.emit(`${prefix}tap_cancel`, null);
        if (press.may.has('long_press') && !press.isLong) this.out.emit(`${prefix}long_press_cancel`, null);
    }

    // -- long presses --

    private watchLongPress(press: Press, prefix: string): void {
        this.out.emit(`${prefix}long_press_down`, touch(press.start));
        press.endTimer = this.out.after(LONG_PRESS_MS, () => {
            press.isTap = false;
            press.isLong = true;
            if (press.may.has('tap')) this.out.emit(`${prefix}tap_cancel`, null);
            this.out.emit(`${prefix}long_press`, null);
            this.out.emit(`${prefix}long_press_start`, place(press.last));
            if (this.presses.size > 1 && this.presses.size === this.wantedTouches())
                this.out.emit('multi_long_press', null);
        });
    }

    private moveLong({ start, last }: Press, moved: Point): void {
        this.out.emit(`${PREFIX[start.button]}long_press_move_update`, {
            ...place(last),
            of: copy(moved),
            lofo: copy(minus(last.local, start.local)),
        });
    }

    private endLong(press: Press, prefix: string): void {
        this.out.emit(`${prefix}long_press_up`, null);
        this.out.emit(`${prefix}long_press_end`, {
            ...place(press.last),
            v: copy(press.velocity.get(press.last.at)),
        });
    }

    // -- drags --

    private axes(press: Press): Drag[] {
        return (Object.keys(DRAGS) as Drag[]).filter((axis) => press.may.has(axis));
    }

    private begin(press: Press, moved: Point, slop: number): Drag | undefined {
        const [dx, dy] = [Math.abs(moved.x), Math.abs(moved.y)];
        const won = this.axes(press).find((axis) => {
            if (axis === 'horizontal') return dx > slop && dx >= dy;
            if (axis === 'vertical') return dy > slop && dy > dx;
            return Math.hypot(dx, dy) > slop;
        });
        if (!won) return undefined;
        if (press.isTap) this.breakTap(press);
        for (const axis of this.axes(press)) if (axis !== won) this.out.emit(`${DRAGS[axis]}_cancel`, null);
        this.out.emit(`${DRAGS[won]}_start`, { ...touch(press.start), ts: timestamp(press.start.at) });
        return won;
    }

    // What was not reported for the interval's sake is a part of the next report.
    private update(press: Press, isLast = false): void {
        const { last, reported, drag } = press;
        if (!isLast && reported !== press.start && last.at - reported.at < this.out.interval())
            return void (press.pending = last);
        const by = minus(last.global, reported.global);
        press.reported = last;
        press.pending = undefined;
        this.out.emit(`${DRAGS[drag!]}_update`, {
            ...place(last),
            ld: copy(minus(last.local, reported.local)),
            gd: copy(by),
            pd: drag === 'horizontal' ? by.x : drag === 'vertical' ? by.y : null,
            ts: timestamp(last.at),
        });
    }

    private endDrag(press: Press): void {
        const { drag } = press;
        if (press.start.button !== 'primary') return;
        if (!drag) {
            for (const axis of this.axes(press)) this.out.emit(`${DRAGS[axis]}_cancel`, null);
            return;
        }
        if (press.pending) this.update(press, true);
        const v = press.velocity.get(press.last.at);
        const pv = drag === 'horizontal' ? v.x : drag === 'vertical' ? v.y : 0;
        this.out.emit(`${DRAGS[drag]}_end`, { ...place(press.last), v: copy(v), pv });
    }

    // -- scaling: what all pointers do together --

    private together(): { focal: Point; local: Point; span: number; angle: number; dx: number; dy: number } {
        const all = [...this.presses.values()].filter(({ may }) => may.has('scale')).map(({ last }) => last);
        const mean = (pick: (at: Sample) => number) => all.reduce((sum, at) => sum + pick(at), 0) / (all.length || 1);
        const focal = { x: mean((at) => at.global.x), y: mean((at) => at.global.y) };
        const local = { x: mean((at) => at.local.x), y: mean((at) => at.local.y) };
        const off = (pick: (at: Sample) => number) => mean(pick);
        const [first, second] = all;
        return {
            focal,
            local,
            span: off((at) => Math.hypot(at.global.x - focal.x, at.global.y - focal.y)),
            dx: off((at) => Math.abs(at.global.x - focal.x)),
            dy: off((at) => Math.abs(at.global.y - focal.y)),
            angle: first && second ? Math.atan2(second.global.y - first.global.y, second.global.x - first.global.x) : 0,
        };
    }

    private origin = { span: 0, dx: 0, dy: 0, angle: 0 };

    // Another finger, or one less: what follows is measured from here.
    private anchor(): void {
        const now = this.together();
        if (this.scale?.started) this.out.emit('scale_end', { pc: this.presses.size, v: { x: 0, y: 0 } });
        this.origin = { span: now.span, dx: now.dx, dy: now.dy, angle: now.angle };
        this.scale = { focal: now.focal, span: now.span, angle: now.angle, started: false, velocity: new Velocity() };
    }

    private moveScale(at: number, slop: number): void {
        const { scale } = this;
        if (!scale) return;
        const now = this.together();
        scale.velocity.add(at, now.focal);
        const pc = this.presses.size;
        const away = minus(now.focal, scale.focal);
        if (!scale.started) {
            if (Math.hypot(away.x, away.y) <= slop && Math.abs(now.span - scale.span) <= slop) return;
            scale.started = true;
            this.out.emit('scale_start', { lfp: copy(now.local), gfp: copy(now.focal), pc, ts: timestamp(at) });
        }
        const { origin } = this;
        const ratio = (value: number, from: number) => (from > 0 ? value / from : 1);
        this.out.emit('scale_update', {
            lfp: copy(now.local),
            gfp: copy(now.focal),
            fpd: copy(away),
            pc,
            s: ratio(now.span, origin.span),
            hs: ratio(now.dx, origin.dx),
            vs: ratio(now.dy, origin.dy),
            rot: now.angle - origin.angle,
            ts: timestamp(at),
        });
        scale.focal = now.focal;
    }

    private endScale(at: number): void {
        const { scale } = this;
        if (scale?.started) this.out.emit('scale_end', { pc: this.presses.size, v: copy(scale.velocity.get(at)) });
        if (scale) scale.started = false;
        if (this.presses.size) this.anchor();
        else this.scale = undefined;
    }
}
