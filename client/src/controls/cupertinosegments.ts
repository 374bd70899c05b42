// A few choices side by side: with borders between them, or with a thumb that slides.

import type { Context, Widget } from '../dom/widget.ts';
import { box, color, given, number } from '../core/values.ts';
import { el, newName } from '../dom/elements.ts';
import { q } from './cupertino.ts';

export const outlined = (context: Context) => segments(context, false);
export const sliding = (context: Context) => segments(context, true);

function segments(context: Context, isSliding: boolean): Widget {
    const root = q('div', `q-segments ${isSliding ? 'q-sliding' : 'q-outlined'}`);
    const thumb = el('span', 'q-slide');
    const name = newName('segments');
    const labels: { label: HTMLLabelElement; input: HTMLInputElement }[] = [];
    root.setAttribute('role', 'radiogroup');
    if (isSliding) root.append(thumb);
    const choose = (index: number) => {
        context.set({ selected_index: index });
        context.emit('change', index);
    };
    const add = () => {
        const label = el('label');
        const input = el('input');
        const index = labels.length;
        input.type = 'radio';
        input.name = name;
        input.addEventListener('change', () => input.checked && choose(index));
        label.append(input);
        labels.push({ label, input });
        root.append(label);
    };
    // Where the chosen one lies, measured: its width may be its own.
    const slide = () => {
        const label = labels[number(context.get('selected_index')) ?? 0]?.label;
        thumb.hidden = !label;
        if (!label) return;
        thumb.style.width = `${label.offsetWidth - 4}px`;
        thumb.style.translate = `${label.offsetLeft + 2}px`;
    };
    const sizes = new ResizeObserver(slide);
    if (isSliding) sizes.observe(root);
    return {
        root,
        update() {
            const controls = context.children();
            const chosen = number(context.get('selected_index')) ?? 0;
            while (labels.length < controls.length) add();
            for (const { label } of labels.splice(controls.length)) label.remove();
            labels.forEach(({ label, input }, i) => {
                context.place(label, [controls[i]!]);
                input.checked = i === chosen;
                input.disabled = context.isDisabled;
                label.style.padding = box(context.get('padding')) ?? '';
            });
            root.ariaLabel = context.text('tooltip') || 'Choices';
            root.classList.toggle('t-disabled', context.isDisabled);
            root.classList.toggle('q-own', context.is('proportional_width'));
            if (isSliding) requestAnimationFrame(slide);
            context.rootStyle = given(isSliding ? slidingStyle(context) : outlinedStyle(context));
            if (isSliding) for (const { label } of labels) label.style.padding = '';
        },
        dispose: () => sizes.disconnect(),
    };
}

function slidingStyle(context: Context) {
    return {
        '--q-off': context.text('bgcolor') === 'tertiarySystemFill' ? undefined : color(context.get('bgcolor')),
        '--q-on-thumb': color(context.get('thumb_color')),
        padding: box(context.get('padding')),
    };
}

function outlinedStyle(context: Context) {
    const isOff = context.isDisabled;
    return {
        '--q-on': (isOff ? color(context.get('disabled_color')) : undefined) ?? color(context.get('selected_color')),
        '--q-off': color(context.get('unselected_color')),
        '--q-off-ink': color(context.get('unselected_color')),
        '--q-edge-color': color(context.get('border_color')) ?? color(context.get('selected_color')),
        '--q-press-color': color(context.get('click_color')),
        color: isOff ? color(context.get('disabled_text_color')) : undefined,
    };
}
