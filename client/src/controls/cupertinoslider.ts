import type { Context, Widget } from '../dom/widget.ts';
import { color, number } from '../core/values.ts';
import { setAttribute } from '../dom/elements.ts';
import { q } from './cupertino.ts';

export function cupertinoSlider(context: Context): Widget {
    const root = q('input', 'q-slider t-fill');
    root.type = 'range';
    let isDragging = false;
    let frame = 0;
    const share = () => (Number(root.value) - Number(root.min)) / (Number(root.max) - Number(root.min) || 1);
    const fill = () => root.style.setProperty('--q-share', `${share() * 100}%`);
    const report = () => {
        frame = 0;
        context.set({ value: Number(root.value) });
        context.emit('change', Number(root.value));
    };
    root.addEventListener('input', () => {
        if (!isDragging) context.emit('change_start', number(context.get('value')) ?? Number(root.min));
        isDragging = true;
        fill();
        frame ||= requestAnimationFrame(report);
    });
    root.addEventListener('change', () => {
        if (!isDragging) return;
        cancelAnimationFrame(frame);
        if (frame) report();
        isDragging = false;
        context.emit('change_end', Number(root.value));
    });
    root.addEventListener('focus', () => context.emit('focus'));
    root.addEventListener('blur', () => context.emit('blur'));
    return {
        root,
        update() {
            const min = number(context.get('min')) ?? 0;
            const max = number(context.get('max')) ?? 1;
            const divisions = number(context.get('divisions'));
            root.min = String(min);
            root.max = String(max);
            root.step = String((max - min) / (divisions || 100));
            if (!isDragging) root.value = String(number(context.get('value')) ?? min);
            root.disabled = context.isDisabled;
            // A step's worth of digits, as in 0.35, and none of what the arithmetic leaves.
            root.ariaValueText = String(Math.round(Number(root.value) * 1000) / 1000);
            setAttribute(root, 'aria-label', context.text('tooltip') || 'value');
            fill();
            context.rootStyle = {
                '--q-on': color(context.get('active_color')),
                '--q-on-thumb': color(context.get('thumb_color')),
                '--q-start': getComputedStyle(root).direction === 'rtl' ? 'right' : 'left',
            };
        },
        dispose: () => cancelAnimationFrame(frame),
    };
}
