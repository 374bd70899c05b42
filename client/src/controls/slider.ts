import '@material/web/slider/slider.js';
import type { Context, Widget } from '../dom/widget.ts';
import { box, color, inState, number, oneOf } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';
import { ShadowSheet, type Rule } from '../dom/shadowsheet.ts';
import { onRelease, slides, WAYS } from './sliderways.ts';

type MdSlider = HTMLElement & {
    value?: number;
    min: number;
    max: number;
    step: number;
    ticks: boolean;
    labeled: boolean;
    valueLabel: string;
    disabled: boolean;
    updateComplete: Promise<boolean>;
};

const KEY_STEPS = 20;
const SPOKEN_DIGITS = 2;
const SECOND_INK = 'color-mix(in srgb, var(--md-sys-color-primary) 54%, var(--md-sys-color-surface))';

export function slider(context: Context): Widget {
    const root = el('md-slider' as 'input', 't-slider t-fill') as HTMLElement as MdSlider;
    let isDragging = false;
    let frame = 0;
    let reported: number | undefined;

    // A drag produces far more steps than a server needs: one report a frame.
    const report = () => {
        frame = 0;
        const value = root.value ?? 0;
        if (value === reported) return;
        reported = value;
        context.set({ value });
        context.emit('change', value);
    };
    root.addEventListener('input', () => {
        if (!isDragging) context.emit('change_start', number(context.get('value')) ?? root.min);
        isDragging = true;
        frame ||= requestAnimationFrame(report);
    });
    // A value that the server set meanwhile is shown now, be it another one than was reported last.
    const end = () => {
        if (!isDragging) return;
        cancelAnimationFrame(frame);
        if (frame) report();
        isDragging = false;
        context.emit('change_end', root.value ?? 0);
        context.renderer.redraw([context.control]);
    };
    let isNew = true;
    const sheet = new ShadowSheet(root);
    const way = () => oneOf(context.get('interaction'), WAYS);
    slides(root, () => (context.isDisabled ? undefined : way()));
    root.addEventListener('change', end);
    // Without divisions a drag is fine, and a key goes a twentieth of the way, as Flutter's do.
    root.addEventListener(
        'keydown',
        (event) => {
            const steps: { [key: string]: number } = { ArrowUp: 1, ArrowDown: -1, PageUp: 4, PageDown: -4 };
            const isRtl = getComputedStyle(root).direction === 'rtl';
            Object.assign(steps, { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1 });
            const step = Object.hasOwn(steps, event.key) ? steps[event.key]! : 0;
            if (!step || number(context.get('divisions')) || context.isDisabled) return;
            event.preventDefault();
            event.stopPropagation();
            const to = (root.value ?? root.min) + (step * (root.max - root.min)) / KEY_STEPS;
            root.value = Number(Math.min(Math.max(to, root.min), root.max).toPrecision(12));
            for (const type of ['input', 'change']) root.dispatchEvent(new Event(type));
        },
        true,
    );
    // A drag that ends where it began is no change, and one that is broken off neither.
    onRelease(root, end);
    root.addEventListener('focus', () => context.emit('focus'));
    root.addEventListener('blur', () => {
        end();
        context.emit('blur');
    });
    return {
        root,
        update() {
            const min = number(context.get('min')) ?? 0;
            const max = number(context.get('max')) ?? 1;
            const divisions = number(context.get('divisions'));
            const value = number(context.get('value')) ?? min;
            root.min = min;
            root.max = max;
            root.step = divisions ? (max - min) / divisions : (max - min) / 1000;
            root.ticks = Boolean(divisions) && divisions! <= 50;
            if (!isDragging || context.isDisabled) {
                root.value = value;
                reported = undefined;
            }
            const label = context.text('label');
            root.labeled = label !== '';
            const shown = (root.value ?? value).toFixed(number(context.get('round')) ?? 0);
            root.valueLabel = label.replace('{value}', shown);
            // A disabled slider hears no more of its pointer.
            if (context.isDisabled) isDragging = false;
            root.disabled = context.isDisabled;
            const words = label.replace('{value}', '').trim();
            root.ariaValueText = label ? root.valueLabel : String(Number((root.value ?? value).toFixed(SPOKEN_DIGITS)));
            setAttribute(root, 'aria-label', context.text('tooltip') || (/\p{L}/u.test(words) ? words : 'value'));
            const active = color(context.get('active_color'));
            const thumb = color(context.get('thumb_color')) ?? active;
            if (isNew && context.is('autofocus')) focusSoon(root);
            isNew = false;
            const over = context.get('overlay_color');
            const isOwn = way() !== undefined && way() !== 'tapAndSlide';
            const rules: Rule[] = [
                ['.container input.end', { 'pointer-events': isOwn ? 'none' : undefined }],
                ['.track::before', { background: secondTrack(context, min, max, root) }],
            ];
            void root.updateComplete.then(() => sheet.set(rules));
            context.rootStyle = {
                padding: box(context.get('padding')),
                '--md-slider-active-track-color': active,
                '--md-slider-inactive-track-color': color(context.get('inactive_color')),
                cursor: cursor(inState(context.get('mouse_cursor'))),
                '--md-slider-hover-state-layer-color': color(inState(over, 'hovered')),
                '--md-slider-pressed-state-layer-color': color(inState(over, 'pressed')),
                '--md-slider-handle-color': thumb,
                '--md-slider-hover-handle-color': thumb,
                '--md-slider-focus-handle-color': thumb,
                '--md-slider-pressed-handle-color': thumb,
            };
        },
        dispose: () => cancelAnimationFrame(frame),
    };
}

// What else is reached, as what of a film is loaded, lies beneath the track's own part.
function secondTrack(context: Context, min: number, max: number, root: HTMLElement): string | undefined {
    const value = number(context.get('secondary_track_value'));
    if (value === undefined || max <= min) return undefined;
    const share = Math.min(Math.max((value - min) / (max - min), 0), 1) * 100;
    const ink = color(context.get('secondary_active_color')) ?? SECOND_INK;
    const to = getComputedStyle(root).direction === 'rtl' ? 'left' : 'right';
    return `linear-gradient(to ${to}, ${ink} ${share}%, var(--_inactive-track-color) ${share}%)`;
}
