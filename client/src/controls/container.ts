import type { Context, Widget } from '../dom/widget.ts';
import { url } from '../core/links.ts';
import {
    border,
    box,
    color,
    flexPlace,
    gradient,
    isOn,
    number,
    oneOf,
    point,
    radius,
    shadow,
    type Css,
} from '../core/values.ts';
import { isMap } from '../core/tree.ts';
import { withCode } from '../dom/code.ts';
import { el, listen, onPress } from '../dom/elements.ts';
import { PressArea } from '../dom/pressarea.ts';
import { touchOf } from '../dom/pointer.ts';
import { claim, isTaken } from '../dom/press.ts';
import type { Decoration } from './decoration.ts';

// Few containers have one of these, so their code comes when it is needed.
const DECORATED = ['image', 'blend_mode', 'ink_color', 'color_filter', 'foreground_decoration'];

export function container(context: Context): Widget {
    const root = el('div', 't-box');
    let ripple: HTMLElement | undefined;
    let decoration: Decoration | undefined;
    let isAsked = false;
    const scope = {
        get control() {
            return context.control;
        },
        redraw: () => context.renderer.redraw([context.control]),
    };
    listen(context, root);
    const press = () => {
        context.emit('click');
        const link = url(context.get('url'));
        if (link) window.open(link.href, link.target, 'noopener');
    };
    onPress(context, root, press);
    const area = new PressArea(root, press);
    root.addEventListener('pointerdown', (event) => {
        if (context.isDisabled || !context.handles('tap_down') || isTaken(event, root)) return;
        if (claim(event, 'tap')) context.emit('tap_down', touchOf(event, root));
    });
    function decorate(): Css {
        if (decoration || isAsked || !DECORATED.some((name) => isOn(context.get(name))))
            return decoration?.update() ?? {};
        isAsked = true;
        import('./decoration.ts').then(
            (code) => {
                decoration = new code.Decoration(context, root);
                scope.redraw();
            },
            () => (isAsked = false),
        );
        return {};
    }

    return {
        root,
        update() {
            context.place(root, context.children('content'));
            const isButton = context.handles('click') || Boolean(url(context.get('url')));
            area.update(isButton, context.isDisabled, context.children('content'), context.text('tooltip'));
            root.classList.toggle('t-ink', context.is('ink'));
            if (context.is('ink') && isButton && !ripple) {
                void withCode(
                    () => import('@material/web/ripple/ripple.js'),
                    () => undefined,
                );
                root.append((ripple = el('md-ripple' as 'div')));
            }
            const align = point(context.get('alignment'));
            root.classList.toggle('t-aligned', align !== undefined);
            root.classList.toggle('t-hollow', context.children('content').length === 0);
            root.classList.toggle('t-between', align !== undefined && isBetween(align));
            context.rootStyle = {
                ...context.surface.theme.scopeStyle(scope, root),
                ...boxStyle(context),
                ...decorate(),
                ...(align && place(align)),
            };
        },
        dispose() {
            decoration?.dispose();
            context.surface.theme.endScope(scope);
        },
    };
}

function boxStyle(context: Context): Css {
    const isCircle = context.text('shape') === 'circle';
    const clips = oneOf(context.get('clip_behavior'), ['antiAlias', 'hardEdge', 'antiAliasWithSaveLayer']);
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
    };
}

type Point = { x: number; y: number };

function isBetween({ x, y }: Point): boolean {
    return ![-1, 0, 1].includes(x) || ![-1, 0, 1].includes(y);
}

function place(at: Point): Css {
    if (!isBetween(at)) return { '--t-place-inline': flexPlace(at.x), '--t-place-block': flexPlace(at.y) };
    const around = (share: number) => `minmax(0, ${1 + share}fr) auto minmax(0, ${1 - share}fr)`;
    return { '--t-between-inline': around(at.x), '--t-between-block': around(at.y) };
}
