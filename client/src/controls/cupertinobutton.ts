import type { Context, Widget } from '../dom/widget.ts';
import { url } from '../core/links.ts';
import { isMap, type ValueMap } from '../core/tree.ts';
import { box, color, flexPlace, inState, number, oneOf, point, px, radius } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, focusSoon, listen, setAttribute } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import { q } from './cupertino.ts';

export const plain = (context: Context) => button(context, '');
export const filled = (context: Context) => button(context, 'q-filled');
export const tinted = (context: Context) => button(context, 'q-tinted');

function button(context: Context, kind: string): Widget {
    const root = q('button', `q-button ${kind}`);
    const label = el('span');
    root.type = 'button';
    root.append(label);
    const icons = new IconPart(root);
    listen(context, root);
    root.addEventListener('click', () => {
        context.emit('click');
        const link = url(context.get('url'));
        if (link) window.open(link.href, link.target, 'noopener');
    });
    let isNew = true;
    return {
        root,
        update() {
            const content = context.get('content');
            const isControl = typeof content === 'object' && content !== null;
            label.textContent = isControl ? '' : context.text('content');
            label.hidden = !label.textContent;
            const parts = icons.show(context.get('icon'), { color: color(context.get('icon_color')) });
            icons.place(context, [...parts, ...context.children('content')]);
            root.disabled = context.isDisabled;
            setAttribute(
                root,
                'aria-label',
                label.textContent || isControl ? undefined : context.text('tooltip') || undefined,
            );
            const size = oneOf(context.get('size'), ['small', 'medium', 'large']);
            root.classList.toggle('q-small', size === 'small');
            root.classList.toggle('q-medium', size === 'medium');
            context.rootStyle = style(context);
            if (isNew && context.is('autofocus')) focusSoon(root);
            isNew = false;
        },
        invoke(name) {
            if (name !== 'focus') return undefined;
            root.focus();
            return null;
        },
    };
}

function style(context: Context) {
    const min = context.get('min_size');
    const align = point(context.get('alignment'));
    // An adaptive Material button keeps its colours elsewhere.
    const inner = context.get('_internals');
    const of = (value: unknown): ValueMap => (isMap(value) ? value : {});
    const material: ValueMap = { ...of(context.get('style')), ...of(of(inner)['style']) };
    const ink = context.get('color') ?? inState(material['color']);
    const ground = context.get('bgcolor') ?? inState(material['bgcolor']);
    const back = context.isDisabled ? context.get('disabled_bgcolor') : ground;
    return {
        color: context.isDisabled ? undefined : color(ink),
        background: color(back),
        padding: box(context.get('padding')),
        'border-radius': radius(context.get('border_radius')),
        'min-width': isMap(min) ? px(min['width']) : undefined,
        'min-height': isMap(min) ? px(min['height']) : undefined,
        'justify-content': align && flexPlace(align.x),
        '--q-pressed': number(context.get('opacity_on_click'))?.toString(),
        '--q-focus': color(context.get('focus_color')),
        cursor: cursor(context.get('mouse_cursor')),
    };
}
