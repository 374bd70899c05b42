import type { Context, Widget } from '../widget.ts';
import {
    border, box, color, flexPlace, gradient, number, oneOf, point, radius, shadow, url, type Css,
} from '../values.ts';
import { isMap } from '../tree.ts';
import { el, listen, setAttribute } from './dom.ts';

export function container(context: Context): Widget {
    const root = el('div', 't-box');
    let ripple: HTMLElement | undefined;
    listen(context, root);
    root.addEventListener('click', () => {
        if (!context.isDisabled) context.emit('click');
        const link = url(context.get('url'));
        if (link) window.open(link.href, link.target, 'noopener');
    });
    root.addEventListener('keydown', (event) => {
        if (event.target !== root || !['Enter', ' '].includes(event.key)) return;
        event.preventDefault();
        root.click();
    });
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            const isButton = context.handles('click') || Boolean(url(context.get('url')));
            setAttribute(root, 'role', isButton ? 'button' : undefined);
            setAttribute(root, 'tabindex', isButton && !context.isDisabled ? '0' : undefined);
            setAttribute(root, 'aria-disabled', isButton && context.isDisabled ? 'true' : undefined);
            root.classList.toggle('t-ink', context.is('ink'));
            if (context.is('ink') && isButton && !ripple) {
                void import('@material/web/ripple/ripple.js');
                root.append((ripple = el('md-ripple' as 'div')));
            }
            context.rootStyle = boxStyle(context);
        },
    };
}

function boxStyle(context: Context): Css {
    const isCircle = context.text('shape') === 'circle';
    const clips = oneOf(context.get('clip_behavior'), ['antiAlias', 'hardEdge', 'antiAliasWithSaveLayer']);
    const align = point(context.get('alignment'));
    const blur = context.get('blur');
    const sigma = isMap(blur) ? blur['sigma_x'] : Array.isArray(blur) ? blur[0] : blur;
    return {
        padding: box(context.get('padding')),
        'background-color': color(context.get('bgcolor')),
        'background-image': gradient(context.get('gradient')),
        'border-radius': isCircle ? '50%' : radius(context.get('border_radius')),
        'box-shadow': shadow(context.get('shadow')),
        overflow: clips ? 'hidden' : undefined,
        'backdrop-filter': number(sigma) ? `blur(${number(sigma)}px)` : undefined,
        'pointer-events': context.is('ignore_interactions') ? 'none' : undefined,
        ...border(context.get('border')),
        ...(align && {
            '--t-place-inline': flexPlace(align.x),
            '--t-place-block': flexPlace(align.y),
            // An aligning box takes the room it is given, otherwise there is nothing to align in.
            'align-self': context.get('width') === undefined ? 'stretch' : undefined,
        }),
    };
}
