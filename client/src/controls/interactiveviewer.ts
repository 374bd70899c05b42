import type { Context, Widget } from '../dom/widget.ts';
import { isMap, type ValueMap } from '../core/tree.ts';
import { durationMs, flexPlace, number, oneOf, point } from '../core/values.ts';
import { bounded, IDENTITY, zoomed, type Point, type Sides, type Transform } from '../core/viewport.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './interactiveviewer.css?text';

const START_PX = 4;
const KEY_PX = 40;
const KEY_ZOOM = 1.25;
// Flutter's: slower than this, nothing glides on; and then until it as good as rests.
const LEAST_PX_S = 50;
const REST_PX_S = 10;
const FRICTION = 0.0000135;

export function interactiveViewer(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-viewer t-fill');
    const content = el('div', 't-viewer-content');
    root.append(content);
    root.tabIndex = 0;
    root.setAttribute('role', 'group');
    let now: Transform = IDENTITY;
    let saved: Transform = IDENTITY;
    let begin: Transform = IDENTITY;
    const pointers = new Map<number, Point>();
    let focal: Point = { x: 0, y: 0 };
    let span = 0;
    let toldAt = 0;
    let velocity: Point = { x: 0, y: 0 };
    let movedAt = 0;

    const scaleLimits = () =>
        [number(context.get('min_scale')) ?? 0.8, number(context.get('max_scale')) ?? 2.5] as const;

    function margin(): Sides {
        const value = context.get('boundary_margin');
        const side = (name: string) => number(isMap(value) ? value[name] : value) ?? 0;
        return { left: side('left'), top: side('top'), right: side('right'), bottom: side('bottom') };
    }

    function show(next: Transform, time = 0): void {
        const size = { width: content.offsetWidth, height: content.offsetHeight };
        now = bounded(next, { width: root.clientWidth, height: root.clientHeight }, size, margin());
        content.style.transition = time ? `transform ${time}ms cubic-bezier(0, 0, 0.2, 1)` : '';
        content.style.transform = `translate(${now.x}px, ${now.y}px) scale(${now.scale})`;
    }

    const zoom = (factor: number, around: Point, time = 0) => show(zoomed(now, factor, around, ...scaleLimits()), time);
    const middle = (): Point => ({ x: root.clientWidth / 2, y: root.clientHeight / 2 });
    const within = (at: Point): Point => {
        const area = root.getBoundingClientRect();
        return { x: at.x - area.left, y: at.y - area.top };
    };
    // Let go while it moves, it goes on for as long as its friction lets it.
    function glide(): void {
        const speed = Math.hypot(velocity.x, velocity.y);
        const drag = Math.min(number(context.get('interaction_end_friction_coefficient')) ?? FRICTION, 0.9);
        const isStill = performance.now() - movedAt > 100 || speed < LEAST_PX_S || !(drag > 0);
        if (isStill || !context.is('pan_enabled', true)) return;
        if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
        const way = -1 / Math.log(drag);
        const time = (Math.log(REST_PX_S / speed) / Math.log(drag / 100)) * 1000;
        show({ ...now, x: now.x + velocity.x * way, y: now.y + velocity.y * way }, Math.max(time, 0));
    }
    function follow(delta: Point): void {
        const time = performance.now();
        const seconds = Math.max(time - movedAt, 1) / 1000;
        velocity = time - movedAt > 100 ? { x: 0, y: 0 } : { x: delta.x / seconds, y: delta.y / seconds };
        movedAt = time;
    }
    const measure = () => {
        const all = [...pointers.values()];
        const x = all.reduce((sum, one) => sum + one.x, 0) / all.length;
        const y = all.reduce((sum, one) => sum + one.y, 0) / all.length;
        const reach = all.reduce((sum, one) => sum + Math.hypot(one.x - x, one.y - y), 0) / all.length;
        return { focal: { x, y }, span: reach };
    };
    const told = (global: Point, count: number): ValueMap => ({
        gfp: { ...global },
        lfp: { ...within(global) },
        pc: count,
    });

    function tell(global: Point, delta: Point, factor: number, count: number): void {
        const time = performance.now();
        if (time - toldAt < (number(context.get('interaction_update_interval')) ?? 200)) return;
        toldAt = time;
        const s = factor;
        context.emit('interaction_update', { ...told(global, count), fpd: { ...delta }, hs: s, vs: s, s, rot: 0 });
    }

    root.addEventListener('pointerdown', (event) => {
        if (context.isDisabled || event.button !== 0) return;
        pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        ({ focal, span } = measure());
        if (pointers.size > 1) return;
        begin = now;
        velocity = { x: 0, y: 0 };
        context.emit('interaction_start', told(focal, 1));
    });
    root.addEventListener('pointermove', (event) => {
        if (!pointers.has(event.pointerId)) return;
        pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        const next = measure();
        const delta = { x: next.focal.x - focal.x, y: next.focal.y - focal.y };
        // A press that does not move is one on what lies within.
        if (!root.hasPointerCapture(event.pointerId) && Math.hypot(delta.x, delta.y) < START_PX) return;
        root.setPointerCapture(event.pointerId);
        if (context.is('pan_enabled', true)) show({ ...now, x: now.x + delta.x, y: now.y + delta.y });
        if (context.is('scale_enabled', true) && span > 0 && next.span > 0) zoom(next.span / span, within(next.focal));
        ({ focal, span } = next);
        follow(delta);
        tell(focal, delta, now.scale / begin.scale, pointers.size);
    });
    const up = (event: PointerEvent) => {
        if (!pointers.delete(event.pointerId)) return;
        if (pointers.size) return void ({ focal, span } = measure());
        if (event.type === 'pointerup') glide();
        context.emit('interaction_end', { pc: 0, v: { ...velocity } });
    };
    root.addEventListener('pointerup', up);
    root.addEventListener('pointercancel', up);
    root.addEventListener('wheel', onWheel, { passive: false });

    function onWheel(event: WheelEvent): void {
        if (context.isDisabled) return;
        const isZoom =
            event.ctrlKey ||
            context.is('trackpad_scroll_causes_scale') ||
            event.deltaMode !== 0 ||
            Math.abs(event.deltaY) >= 100;
        if (!context.is(isZoom ? 'scale_enabled' : 'pan_enabled', true)) return;
        event.preventDefault();
        const at = { x: event.clientX, y: event.clientY };
        const before = now;
        context.emit('interaction_start', told(at, 0));
        if (isZoom) zoom(Math.exp(-event.deltaY / (number(context.get('scale_factor')) ?? 200)), within(at));
        else show({ ...now, x: now.x - event.deltaX, y: now.y - event.deltaY });
        tell(at, { x: -event.deltaX, y: -event.deltaY }, now.scale / before.scale, 0);
        context.emit('interaction_end', { pc: 0, v: { x: 0, y: 0 } });
    }

    root.addEventListener('keydown', (event) => {
        if (event.target !== root || context.isDisabled) return;
        const steps: { [key: string]: () => void } = {
            '+': () => zoom(KEY_ZOOM, middle()),
            '=': () => zoom(KEY_ZOOM, middle()),
            '-': () => zoom(1 / KEY_ZOOM, middle()),
            '0': () => show(IDENTITY),
            ArrowLeft: () => show({ ...now, x: now.x + KEY_PX }),
            ArrowRight: () => show({ ...now, x: now.x - KEY_PX }),
            ArrowUp: () => show({ ...now, y: now.y + KEY_PX }),
            ArrowDown: () => show({ ...now, y: now.y - KEY_PX }),
        };
        const step = Object.hasOwn(steps, event.key) ? steps[event.key] : undefined;
        const isAllowed = context.is(event.key.startsWith('Arrow') ? 'pan_enabled' : 'scale_enabled', true);
        if (!step || !isAllowed || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        step();
    });

    return {
        root,
        update() {
            context.place(content, context.children('content'));
            const isFree = context.get('constrained') === false;
            content.classList.toggle('t-viewer-free', isFree);
            const at = point(context.get('alignment'));
            content.style.justifyContent = at ? flexPlace(at.x) : '';
            content.style.alignItems = at ? flexPlace(at.y) : '';
            root.setAttribute(
                'aria-label',
                context.text('tooltip') || 'Pan with the arrow keys, zoom with plus and minus',
            );
            context.rootStyle = { overflow: oneOf(context.get('clip_behavior'), ['none']) && 'visible' };
            root.style.setProperty('touch-action', context.isDisabled ? 'auto' : 'none');
        },
        invoke(name, args) {
            if (name === 'reset') show(IDENTITY, durationMs(args['animation_duration'] ?? null) ?? 0);
            else if (name === 'save_state') saved = now;
            else if (name === 'restore_state') show(saved);
            else if (name === 'zoom') zoom(number(args['factor']) ?? 1, middle());
            else if (name === 'pan')
                show({
                    ...now,
                    x: now.x + (number(args['dx']) ?? 0) * now.scale,
                    y: now.y + (number(args['dy']) ?? 0) * now.scale,
                });
            else return undefined;
            return null;
        },
    };
}
