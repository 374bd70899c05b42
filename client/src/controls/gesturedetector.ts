// Hears what people do with pointers, and with keys, on its content.

import type { Context, Widget } from '../dom/widget.ts';
import { Gestures, type Gesture } from '../core/gesture.ts';
import type { Sample } from '../core/sample.ts';
import type { ValueMap } from '../core/tree.ts';
import { number, text } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { setAttribute } from '../dom/elements.ts';
import { pointerOf, sampleOf } from '../dom/pointer.ts';
import { claim, isTaken } from '../dom/press.ts';
import { PressArea } from '../dom/pressarea.ts';
import { placeContent, wrapperBox } from './wrapper.ts';

const PRESSES: readonly Gesture[] = ['tap', 'double_tap', 'long_press'];
const FIELDS = 'input, textarea, select, [contenteditable=true]';

export function gestureDetector(context: Context): Widget {
    const root = wrapperBox();
    const detector = new Detector(context, root);
    return {
        root,
        update() {
            placeContent(context, root);
            detector.update();
        },
        dispose: () => detector.dispose(),
    };
}

class Detector {
    private readonly gestures: Gestures;
    private readonly area: PressArea;
    private readonly buttons = new Map<number, number>();
    private before: Sample | undefined;
    private hoveredAt = -Infinity;
    private isRightPan = false;
    private unfollow: () => void = () => undefined;
    private wasDrag = false; // its end is no press of what lies within
    private force: 'none' | 'started' | 'peak' = 'none';

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
    ) {
        this.gestures = new Gestures({
            handles: (event) => context.handles(event),
            emit: (event, data) => context.emit(event, data),
            interval: () => number(context.get('drag_interval')) ?? 0,
            after(ms, work) {
                const timer = setTimeout(work, ms);
                return () => clearTimeout(timer);
            },
        });
        this.gestures.wantedTouches = () => number(context.get('multi_tap_touches')) ?? 0;
        const on = <K extends keyof HTMLElementEventMap>(type: K, act: (event: HTMLElementEventMap[K]) => void) =>
            root.addEventListener(type, (event) => this.isOpen(event) && act(event));
        on('pointerdown', (event) => this.down(event));
        on('pointermove', (event) => !this.buttons.has(event.pointerId) && this.hover(event));
        on('pointerenter', (event) => context.emit('enter', pointerOf(event, root)));
        on('pointerleave', (event) => context.emit('exit', pointerOf(event, root, this.before)));
        on('contextmenu', (event) => this.menu(event));
        on('click', (event) => this.click(event));
        root.addEventListener('click', (event) => this.wasDrag && event.detail > 0 && event.stopPropagation(), true);
        this.area = new PressArea(root, () => this.tap());
        root.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    }

    update(): void {
        const { context, root } = this;
        const wanted = this.gestures.wanted();
        const isButton = context.handles('tap') && !context.is('exclude_from_semantics');
        this.area.update(isButton && !context.isDisabled, false, context.children('content'), context.text('tooltip'));
        setAttribute(root, 'aria-label', root.role === 'button' ? this.nameless() : undefined);
        root.classList.toggle('t-drags', wanted.has('pan') || wanted.has('horizontal') || wanted.has('vertical'));
        context.rootStyle = { cursor: cursor(context.get('mouse_cursor')), 'touch-action': touchAction(wanted) };
    }

    // A button needs a name; where the content has none, the tooltip is one.
    private nameless(): string | undefined {
        const { root, context } = this;
        if (root.textContent || root.querySelector('[aria-label], [alt], svg title')) return undefined;
        return context.text('tooltip') || text(context.child('content')?.props['tooltip']) || 'Tap area';
    }

    dispose(): void {
        this.unfollow();
        this.gestures.dispose();
    }

    private isOpen(event: Event): boolean {
        if (this.context.isDisabled) return false;
        const allowed = this.context.get('allowed_devices');
        if (!Array.isArray(allowed) || !(event instanceof PointerEvent)) return true;
        return allowed.includes(sampleOf(event, this.root).kind);
    }

    private down(event: PointerEvent): void {
        const may = new Set<Gesture>();
        const isInField = event.composedPath().some((step) => step instanceof Element && step.matches(FIELDS));
        for (const gesture of this.gestures.wanted()) {
            const isFree = PRESSES.includes(gesture) ? !isTaken(event, this.root) : !isInField;
            if (isFree && claim(event, gesture)) may.add(gesture);
        }
        if (!may.size) return;
        if (!this.buttons.size) this.follow();
        this.buttons.set(event.pointerId, event.button);
        this.wasDrag = false;
        this.before = sampleOf(event, this.root);
        this.gestures.down(this.before, may);
    }

    // While something is pressed its pointer is heard wherever it goes.
    private follow(): void {
        const end = new AbortController();
        const { signal } = end;
        this.unfollow = () => end.abort();
        document.addEventListener('pointermove', (event) => this.move(event), { signal });
        document.addEventListener('pointerup', (event) => this.up(event), { signal });
        document.addEventListener('pointercancel', ({ pointerId }) => this.cancel(pointerId), { signal });
    }

    private move(event: PointerEvent): void {
        const button = this.buttons.get(event.pointerId);
        if (button === undefined || !this.isOpen(event)) return;
        const at = sampleOf(event, this.root, button);
        if (button === 2) this.rightPan(event);
        this.press(event, at);
        this.gestures.move(at);
        this.wasDrag ||= this.gestures.isDragging;
        this.before = at;
    }

    private up(event: PointerEvent): void {
        const button = this.buttons.get(event.pointerId);
        if (button === undefined) return;
        this.buttons.delete(event.pointerId);
        if (!this.buttons.size) this.unfollow();
        if (this.isRightPan) this.context.emit('right_pan_end', pointerOf(event, this.root, this.before));
        this.isRightPan = false;
        if (this.force !== 'none') this.emitForce('end', sampleOf(event, this.root), event.pressure);
        this.force = 'none';
        this.gestures.up(sampleOf(event, this.root, button));
    }

    private cancel(id: number): void {
        if (!this.buttons.delete(id)) return;
        if (!this.buttons.size) this.unfollow();
        this.isRightPan = false;
        this.gestures.cancel(id);
    }

    private hover(event: PointerEvent): void {
        const interval = number(this.context.get('hover_interval')) ?? 0;
        if (event.timeStamp - this.hoveredAt < interval) return;
        this.hoveredAt = event.timeStamp;
        this.context.emit('hover', pointerOf(event, this.root, this.before));
        this.before = sampleOf(event, this.root);
    }

    private rightPan(event: PointerEvent): void {
        const data = pointerOf(event, this.root, this.before);
        if (!this.isRightPan) this.context.emit('right_pan_start', data);
        else this.context.emit('right_pan_update', data);
        this.isRightPan = true;
    }

    // Only touch screens that measure tell how hard; a mouse always says a half.
    private press(event: PointerEvent, at: Sample): void {
        const { pressure } = event;
        if (at.kind === 'mouse' || pressure === 0.5 || pressure === 1) return;
        if (this.force === 'none' && pressure < 0.4) return;
        if (this.force === 'none') {
            this.force = 'started';
            this.emitForce('start', at, pressure);
        } else if (this.force === 'started' && pressure > 0.85) {
            this.force = 'peak';
            this.emitForce('peak', at, pressure);
        } else this.emitForce('update', at, pressure);
    }

    private emitForce(part: string, { local, global }: Sample, p: number): void {
        this.context.emit(`force_press_${part}`, { l: { ...local }, g: { ...global }, p });
    }

    private menu(event: MouseEvent): void {
        const { context } = this;
        const names = ['tap', 'tap_down', 'tap_up', 'long_press', 'long_press_start'];
        const isOurs = names.some((name) => context.handles(`secondary_${name}`)) || context.handles('right_pan_start');
        if (isOurs || (context.handles('long_press') && this.buttons.size > 0)) event.preventDefault();
        // By the keyboard: no pointer went down.
        if (isOurs && this.buttons.size === 0 && event.button !== 2) context.emit('secondary_tap');
    }

    // A click that no pointer made: a screen reader's.
    private click(event: MouseEvent): void {
        if (event.detail === 0 && !isTaken(event, this.root)) this.context.emit('tap', this.middle());
    }

    // By keys, or by the button beside what else can be pressed in it.
    private tap(): void {
        if (this.context.isDisabled) return;
        for (const part of ['tap_down', 'tap_up', 'tap']) this.context.emit(part, this.middle());
    }

    private middle(): ValueMap {
        const { left, top, width, height } = this.root.getBoundingClientRect();
        const [x, y] = [width / 2, height / 2];
        return { k: 'unknown', l: { x, y }, g: { x: left + x, y: top + y } };
    }

    private wheel(event: WheelEvent): void {
        const { context, root } = this;
        if (context.isDisabled) return;
        const isZoom = event.ctrlKey || context.is('trackpad_scroll_causes_scale');
        const isOurs = context.handles('scroll') || (isZoom && context.handles('scale_update'));
        if (!isOurs || !claim(event, 'scroll')) return;
        event.preventDefault();
        const area = root.getBoundingClientRect();
        const global = { x: event.clientX, y: event.clientY };
        const local = { x: global.x - area.left, y: global.y - area.top };
        if (isZoom && context.handles('scale_update')) return this.zoom(event, local, global);
        context.emit('scroll', { l: local, g: global, sd: { x: event.deltaX, y: event.deltaY } });
    }

    private zoom(event: WheelEvent, lfp: ValueMap, gfp: ValueMap): void {
        const s = Math.exp(-event.deltaY / 200);
        const here = { lfp, gfp, pc: 2 };
        this.context.emit('scale_start', here);
        this.context.emit('scale_update', { ...here, fpd: { x: 0, y: 0 }, s, hs: s, vs: s, rot: 0 });
        this.context.emit('scale_end', { pc: 0, v: { x: 0, y: 0 } });
    }
}

// What the browser may still do with a finger: scroll along the axis that is not ours.
function touchAction(wanted: ReadonlySet<Gesture>): string | undefined {
    if (wanted.has('pan') || wanted.has('scale') || (wanted.has('horizontal') && wanted.has('vertical'))) return 'none';
    if (wanted.has('horizontal')) return 'pan-y';
    if (wanted.has('vertical')) return 'pan-x';
    return undefined;
}
