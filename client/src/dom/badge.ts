// A badge lies on the corner of a control. It needs an element around both: many controls draw
// themselves in a way that leaves no room for anything in them.

import { Control, isMap, type Value } from '../core/tree.ts';
import type { Factory } from './widget.ts';
import { setStyle } from './style.ts';
import { box, color, point, px, text, textStyle, type Css } from '../core/values.ts';
import { el, setText } from './elements.ts';

export function hasBadge(control: Control): boolean {
    const badge = control.props['badge'];
    return badge instanceof Control || text(badge) !== '';
}

export function badged(factory: Factory): Factory {
    return (context) => {
        const inner = factory(context);
        const root = el('div', 't-badged');
        const badge = el('span', 't-badge');
        root.append(inner.root, badge);
        return {
            root,
            update() {
                inner.update();
                setStyle(inner.root, context.rootStyle);
                context.rootStyle = {};
                const value = context.get('badge');
                const props = value instanceof Control ? value.props : {};
                const label: Value | undefined = value instanceof Control ? props['label'] : value;
                const content = label instanceof Control ? [label] : [];
                if (content.length) {
                    if (!badge.firstElementChild) badge.textContent = '';
                    context.place(badge, content);
                } else {
                    context.place(badge, []);
                    setText(badge, text(label));
                }
                badge.classList.toggle('t-badge-dot', !content.length && text(label) === '');
                badge.hidden = props['label_visible'] === false;
                setStyle(badge, badgeStyle(props, content.length > 0 || text(label) !== ''));
            },
            invoke: (name, args) => inner.invoke?.(name, args),
            dispose: () => inner.dispose?.(),
        };
    };
}

function badgeStyle(props: Control['props'], hasLabel: boolean): Css {
    const size = px(props[hasLabel ? 'large_size' : 'small_size']);
    const at = point(props['alignment']);
    const offset = point(props['offset']);
    return {
        'background-color': color(props['bgcolor']),
        color: color(props['text_color']),
        padding: box(props['padding']),
        height: size,
        'min-width': size,
        'line-height': hasLabel ? size : undefined,
        'border-radius': size && '9999px',
        ...(at && {
            inset: `${(at.y + 1) * 50}% auto auto ${(at.x + 1) * 50}%`,
            transform: 'translate(-50%, -50%)',
        }),
        translate: offset && `${offset.x}px ${offset.y}px`,
        ...(isMap(props['text_style']) && textStyle(props['text_style'])),
    };
}
