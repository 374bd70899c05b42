import type { Context, Widget } from '../dom/widget.ts';
import { color, number } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { q } from './cupertino.ts';
import { Wheel } from './wheel.ts';

const DIAMETER = 1.07;
const SQUEEZE = 1.45;

export function cupertinoPicker(context: Context): Widget {
    const root = q('div', 'q-wheels t-fill');
    const wheel = new Wheel('Choices', (index) => {
        context.set({ selected_index: index });
        context.emit('change', index);
    });
    wheel.root.classList.add('q-wide');
    root.append(wheel.root);
    return {
        root,
        update() {
            const controls = context.children();
            const lines = wheel.resize(controls.length);
            for (const [i, line] of lines.entries())
                context.place(line.firstElementChild ?? line.appendChild(el('div')), [controls[i]!]);
            context.place(root, context.children('selection_overlay'));
            const row = number(context.get('item_extent')) ?? 32;
            wheel.name(context.text('tooltip') || 'Choices');
            const isLooping = context.is('looping');
            wheel.show(number(context.get('selected_index')) ?? 0, row, context.isDisabled, isLooping);
            wheel.curve(
                number(context.get('diameter_ratio')) ?? DIAMETER,
                number(context.get('squeeze')) ?? SQUEEZE,
                number(context.get('off_axis_fraction')) ?? 0,
            );
            root.classList.toggle('t-disabled', context.isDisabled);
            const glass = context.get('default_selection_overlay_bgcolor');
            const isOwn = typeof glass === 'string' && glass.toLowerCase() !== 'tertiarysystemfill';
            const magnified = context.is('use_magnifier') ? number(context.get('magnification')) : undefined;
            context.rootStyle = {
                '--q-row': `${row}px`,
                '--q-back': color(context.get('bgcolor')),
                '--q-glass': isOwn ? color(glass) : undefined,
                '--q-magnified': magnified?.toString(),
            };
        },
        dispose: () => wheel.dispose(),
    };
}
