import type { Context, Widget } from '../dom/widget.ts';
import { allowed, DEFAULT_THRESHOLD, directionOf, type Direction } from '../core/dismiss.ts';
import { isMap } from '../core/tree.ts';
import { durationMs, number } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './dismissible.css?text';

const START_PX = 8;
const FLING_PX_PER_MS = 0.7;

export function dismissible(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-dismissible t-fill');
    const back = el('div', 't-dismissible-back');
    const second = el('div', 't-dismissible-back');
    const front = el('div', 't-dismissible-front');
    root.append(back, second, front);
    let begin: { x: number; y: number; time: number; id: number } | undefined;
    let direction: Direction | undefined;
    let wasReached = false;
    let answer: ((isConfirmed: boolean) => void) | undefined;
    let isGone = false;

    const isRtl = () => getComputedStyle(root).direction === 'rtl';
    const directions = () => allowed(context.get('dismiss_direction'));
    const isVertical = () => directions().some((one) => one === 'up' || one === 'down');
    const size = () => (isVertical() ? root.clientHeight : root.clientWidth) || 1;

    function threshold(towards: Direction): number {
        const all = context.get('dismiss_thresholds');
        if (!isMap(all)) return DEFAULT_THRESHOLD;
        const axis = towards === 'up' || towards === 'down' ? 'vertical' : 'horizontal';
        return number(all[towards]) ?? number(all[axis]) ?? DEFAULT_THRESHOLD;
    }

    function show(by: number): void {
        const across = (number(context.get('cross_axis_end_offset')) ?? 0) * Math.min(1, Math.abs(by) / size());
        front.style.translate = isVertical()
            ? `${across * root.clientWidth}px ${by}px`
            : `${by}px ${across * root.clientHeight}px`;
        const towards = directionOf(by, isVertical(), isRtl());
        const isSecond = (towards === 'endToStart' || towards === 'up') && second.childElementCount > 0;
        second.hidden = !isSecond;
        back.hidden = isSecond || by === 0;
    }

    function update(by: number): void {
        direction = directionOf(by, isVertical(), isRtl());
        if (!direction) return;
        const progress = Math.min(1, Math.abs(by) / size());
        const reached = progress >= threshold(direction);
        context.emit('update', { direction, progress, reached, previous_reached: wasReached });
        wasReached = reached;
    }

    async function glide(to: number): Promise<void> {
        const time = durationMs(context.get('movement_duration')) ?? 200;
        const from = getComputedStyle(front).translate;
        show(to);
        const target = front.style.translate;
        const run = front.animate([{ translate: from === 'none' ? '0 0' : from }, { translate: target }], {
            duration: time,
            easing: 'ease-out',
        });
        await run.finished.catch(() => undefined);
    }

    async function settle(by: number, speed: number): Promise<void> {
        const towards = direction;
        front.classList.remove('t-moving');
        if (!towards) return;
        const isFar = Math.abs(by) / size() >= threshold(towards);
        const isFast =
            Math.sign(speed) === Math.sign(by) && Math.abs(speed) > FLING_PX_PER_MS && threshold(towards) < 1;
        if (!isFar && !isFast) return glide(0);
        await dismiss(towards, Math.sign(by) * size());
    }

    async function dismiss(towards: Direction, to: number): Promise<void> {
        await glide(to);
        if (context.handles('confirm_dismiss')) {
            const confirmed = new Promise<boolean>((done) => (answer = done));
            context.emit('confirm_dismiss', { direction: towards });
            if (!(await confirmed)) return glide(0);
        }
        if (isGone) return;
        await collapse();
        context.emit('dismiss', { direction: towards });
    }

    async function collapse(): Promise<void> {
        const time = durationMs(context.get('resize_duration')) ?? 300;
        const axis = isVertical() ? 'width' : 'height';
        const from = `${isVertical() ? root.offsetWidth : root.offsetHeight}px`;
        context.emit('resize');
        const run = root.animate([{ [axis]: from }, { [axis]: '0px' }], { duration: time, fill: 'forwards' });
        await run.finished.catch(() => undefined);
    }

    front.addEventListener('pointerdown', (event) => {
        if (event.button !== 0 || context.isDisabled || !directions().length) return;
        if ((event.target as Element).closest('input, textarea, select, .t-slider, .t-field')) return;
        begin = { x: event.clientX, y: event.clientY, time: event.timeStamp, id: event.pointerId };
    });
    front.addEventListener('pointermove', (event) => {
        if (!begin || event.pointerId !== begin.id) return;
        const [along, across] = [event.clientX - begin.x, event.clientY - begin.y];
        const [by, other] = isVertical() ? [across, along] : [along, across];
        const isMoving = front.classList.contains('t-moving');
        if (!isMoving && (Math.abs(by) < START_PX || Math.abs(by) < Math.abs(other))) return;
        const towards = directionOf(by, isVertical(), isRtl());
        const shift = towards && directions().includes(towards) ? by : 0;
        if (!isMoving) {
            front.setPointerCapture(event.pointerId);
            front.classList.add('t-moving');
            wasReached = false;
        }
        show(shift);
        update(shift);
    });
    const up = (event: PointerEvent, isKept: boolean) => {
        if (!begin) return;
        const by = isVertical() ? event.clientY - begin.y : event.clientX - begin.x;
        const speed = by / Math.max(1, event.timeStamp - begin.time);
        begin = undefined;
        if (!front.classList.contains('t-moving')) return;
        const towards = directionOf(by, isVertical(), isRtl());
        const isAllowed = isKept && towards !== undefined && directions().includes(towards);
        void settle(isAllowed ? by : 0, isAllowed ? speed : 0);
    };
    front.addEventListener('pointerup', (event) => up(event, true));
    front.addEventListener('pointercancel', (event) => up(event, false));
    // A drag is no press on what lies in it.
    front.addEventListener(
        'click',
        (event) => front.style.translate && front.style.translate !== '0px' && event.stopPropagation(),
        true,
    );
    // For those who do not drag.
    root.addEventListener('keydown', (event) => {
        const [towards] = directions();
        if (event.key !== 'Delete' || event.target !== root || !towards || context.isDisabled) return;
        event.preventDefault();
        const isBack = towards === 'up' || (towards === 'endToStart') !== isRtl();
        void dismiss(towards, isBack ? -size() : size());
    });

    return {
        root,
        update() {
            context.place(front, context.children('content'));
            context.place(back, context.children('background'));
            context.place(second, context.children('secondary_background'));
            back.inert = second.inert = true;
            root.dataset['axis'] = isVertical() ? 'y' : 'x';
            const isUsable = !context.isDisabled && directions().length > 0;
            setAttribute(root, 'role', 'group');
            setAttribute(root, 'tabindex', isUsable ? '0' : undefined);
            setAttribute(root, 'aria-keyshortcuts', isUsable ? 'Delete' : undefined);
            if (!begin && !front.style.translate) show(0);
        },
        invoke(name, args) {
            if (name !== 'confirm_dismiss') return undefined;
            answer?.(args['dismiss'] === true);
            answer = undefined;
            return null;
        },
        dispose() {
            isGone = true;
            answer?.(false);
        },
    };
}
