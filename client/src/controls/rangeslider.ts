import '@material/web/slider/slider.js';
import type { Context, Widget } from '../dom/widget.ts';
import { color, inState, number } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { onRelease } from './sliderways.ts';

type MdRange = HTMLElement & {
    min: number;
    max: number;
    step: number;
    range: boolean;
    valueStart: number | undefined;
    valueEnd: number | undefined;
    ticks: boolean;
    labeled: boolean;
    ariaLabelStart: string;
    ariaLabelEnd: string;
    updateComplete: Promise<boolean>;
    valueLabelStart: string;
    valueLabelEnd: string;
    disabled: boolean;
};

export function rangeSlider(context: Context): Widget {
    const root = el('md-slider' as 'input', 't-slider') as HTMLElement as MdRange;
    root.range = true;
    // The library would have the first thumb before all else on the page.
    const order = () => {
        for (const input of root.shadowRoot?.querySelectorAll('input') ?? []) input.tabIndex = 0;
    };
    let isDragging = false;
    let frame = 0;

    // At most once a frame, whatever the pointer says.
    const report = () => {
        frame = 0;
        const [start_value, end_value] = [root.valueStart ?? root.min, root.valueEnd ?? root.max];
        if (start_value === number(context.get('start_value')) && end_value === number(context.get('end_value')))
            return;
        context.set({ start_value, end_value });
        context.emit('change');
    };
    root.addEventListener('input', () => {
        if (!isDragging) context.emit('change_start');
        isDragging = true;
        frame ||= requestAnimationFrame(report);
    });
    const end = () => {
        if (!isDragging) return;
        cancelAnimationFrame(frame);
        if (frame) report();
        isDragging = false;
        context.emit('change_end');
        context.renderer.redraw([context.control]);
    };
    root.addEventListener('change', end);
    onRelease(root, end);
    root.addEventListener('blur', end);

    function showLabel(): void {
        const label = context.text('label');
        root.labeled = label !== '';
        const round = number(context.get('round')) ?? 0;
        const shown = (value: number | undefined) => label.replace('{value}', (value ?? 0).toFixed(round));
        root.valueLabelStart = shown(root.valueStart);
        root.valueLabelEnd = shown(root.valueEnd);
        const name = context.text('tooltip') || label.replace('{value}', '').trim() || 'range';
        setAttribute(root, 'aria-label', name);
        root.ariaLabelStart = `${name}, from`;
        root.ariaLabelEnd = `${name}, to`;
    }

    return {
        root,
        update() {
            const min = number(context.get('min')) ?? 0;
            const max = number(context.get('max')) ?? 1;
            const divisions = number(context.get('divisions'));
            root.min = min;
            root.max = max;
            root.step = (max - min) / (divisions || 1000);
            root.ticks = Boolean(divisions) && divisions! <= 50;
            if (!isDragging || context.isDisabled) {
                root.valueStart = number(context.get('start_value')) ?? min;
                root.valueEnd = number(context.get('end_value')) ?? max;
            }
            showLabel();
            if (context.isDisabled) isDragging = false;
            root.disabled = context.isDisabled;
            void root.updateComplete.then(order);
            const active = color(context.get('active_color'));
            context.rootStyle = {
                '--md-slider-active-track-color': active,
                '--md-slider-handle-color': active,
                '--md-slider-hover-handle-color': active,
                '--md-slider-focus-handle-color': active,
                '--md-slider-pressed-handle-color': active,
                '--md-slider-inactive-track-color': color(context.get('inactive_color')),
                '--md-slider-hover-state-layer-color': color(inState(context.get('overlay_color'), 'hovered')),
                '--md-slider-pressed-state-layer-color': color(inState(context.get('overlay_color'), 'pressed')),
                cursor: cursor(inState(context.get('mouse_cursor'))),
            };
        },
        dispose: () => cancelAnimationFrame(frame),
    };
}
