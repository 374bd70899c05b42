import type { Context, Widget } from '../dom/widget.ts';
import { IconPart } from '../dom/icons.ts';
import { elevationShadow } from '../core/looks.ts';
import { isMap, type ValueMap } from '../core/tree.ts';
import { url } from '../core/links.ts';
import {
    color,
    flexPlace,
    inState,
    isOn,
    number,
    point,
    px,
    shapeRadius,
    textStyle,
    type Css,
} from '../core/values.ts';
import { el, focusSoon, listen, setAttribute } from '../dom/elements.ts';
import { rippleOnPress } from '../dom/ripple.ts';

type Kind = 'elevated' | 'filled' | 'tonal' | 'outlined' | 'plain';

export const elevated = (context: Context) => button(context, 'elevated');
export const filled = (context: Context) => button(context, 'filled');
export const tonal = (context: Context) => button(context, 'tonal');
export const outlined = (context: Context) => button(context, 'outlined');
export const plain = (context: Context) => button(context, 'plain');

type Link = ReturnType<typeof url>;

// A link cannot be disabled: it is a button then, until it may be followed again.
const linkOf = (context: Context): Link => (context.isDisabled ? undefined : url(context.get('url')));

// A link and a button are elements of different kinds: another one takes its place when it becomes the other.
function button(context: Context, kind: Kind): Widget {
    let link = linkOf(context);
    let face = faceOf(context, kind, link ? el('a') : el('button'));
    if (context.is('autofocus')) focusSoon(face.root);
    return {
        get root() {
            return face.root;
        },
        update() {
            const wasLink = link !== undefined;
            const before = face.root;
            link = linkOf(context);
            if (wasLink === (link !== undefined)) return face.update(link);
            const hadFocus = document.activeElement === before;
            face = faceOf(context, kind, link ? el('a') : el('button'));
            before.replaceWith(face.root);
            face.update(link);
            if (hadFocus) face.root.focus();
        },
        invoke(name) {
            if (name !== 'focus') return undefined;
            face.root.focus();
            return null;
        },
    };
}

type Face = { root: HTMLElement; update(link: Link): void };

function faceOf(context: Context, kind: Kind, root: HTMLAnchorElement | HTMLButtonElement): Face {
    root.className = `t-button t-button-${kind}`;
    const label = el('span', 't-button-label');
    const icons = new IconPart(root, 'icon');
    root.append(label);
    const active = watchStates(root, () => isStyled(context) && context.renderer.redraw([context.control]));
    listen(context, root);
    rippleOnPress(root);
    root.addEventListener('click', () => context.emit('click'));

    return {
        root,
        update(link) {
            const style = styleOf(context);
            const states = context.isDisabled ? ['disabled'] : [...active];
            const iconColor = color(context.get('icon_color')) ?? color(inState(style['icon_color'], ...states));
            const size = inState(style['icon_size'], ...states) ?? null;
            const parts = icons.show(context.get('icon'), { color: iconColor, size });
            icons.place(context, parts);
            label.hidden = !context.placeContent(label, 'content');
            root.classList.toggle('t-button-icon', root.querySelector(':scope > [slot=icon]') !== null);
            if (root instanceof HTMLButtonElement) {
                root.type = 'button';
                root.disabled = context.isDisabled;
            } else {
                setAttribute(root, 'href', link?.href);
                setAttribute(root, 'target', link?.target);
            }
            const isText = typeof context.get('content') !== 'object' && !label.hidden;
            setAttribute(root, 'aria-label', isText ? undefined : nameOf(context));
            const line = lineOf(style, states);
            root.classList.toggle('t-button-lined', line['--t-line-width'] !== undefined);
            context.rootStyle = { ...buttonStyle(context, style, states, hasShadow(kind)), ...line };
        },
    };
}

const hasShadow = (kind: Kind) => kind !== 'outlined' && kind !== 'plain';

// An icon-only button still needs a name.
function nameOf(context: Context): string | undefined {
    return context.text('semantics_label') || context.text('tooltip') || undefined;
}

// Colours of buttons arrive merged in `_internals.style`, or directly in `style`.
export function styleOf(context: Context): ValueMap {
    const internals = context.get('_internals');
    const merged = isMap(internals) ? internals['style'] : undefined;
    const own = context.get('style');
    return { ...(isMap(own) ? own : {}), ...(isMap(merged) ? merged : {}) };
}

function isStyled(context: Context): boolean {
    return Object.values(styleOf(context)).some((value) => isMap(value));
}

export function watchStates(root: HTMLElement, onChange: () => void): Set<string> {
    const active = new Set<string>();
    const on = (type: string, state: string, isOn: boolean) =>
        root.addEventListener(type, () => {
            if (isOn) active.add(state);
            else active.delete(state);
            onChange();
        });
    on('pointerdown', 'pressed', true);
    on('pointerup', 'pressed', false);
    on('pointerenter', 'hovered', true);
    on('pointerleave', 'hovered', false);
    on('focus', 'focused', true);
    on('blur', 'focused', false);
    return active;
}

function buttonStyle(context: Context, style: ValueMap, states: string[], canRise: boolean): Css {
    const pick = (name: string) => inState(style[name], ...states);
    const words = textStyle(pick('text_style'));
    const place = point(style['alignment']);
    const isClipped = isOn(context.get('clip_behavior')) && context.text('clip_behavior') !== 'none';
    return {
        '--t-back': color(pick('bgcolor')),
        '--t-layer': color(pick('overlay_color')),
        '--t-lift': canRise ? elevationShadow(pick('elevation'), pick('shadow_color')) : undefined,
        color: context.isDisabled ? undefined : color(pick('color')),
        'border-radius': shapeRadius(pick('shape')),
        'font-size': words['font-size'],
        'font-weight': words['font-weight'],
        'justify-content': place && flexPlace(place.x),
        'align-items': place && flexPlace(place.y),
        'text-align': place && flexPlace(place.x).replace('flex-', ''),
        overflow: isClipped ? 'hidden' : undefined,
        ...padding(pick('padding')),
    };
}

// Outlined shapes carry their side either beside or inside the shape.
function lineOf(style: ValueMap, states: string[]): Css {
    const side = inState(style['side'], ...states);
    const shape = inState(style['shape'], ...states);
    const line = isMap(side) ? side : isMap(shape) ? shape['side'] : undefined;
    if (!isMap(line)) return {};
    return { '--t-line-color': color(line['color']), '--t-line-width': `${number(line['width']) ?? 1}px` };
}

function padding(value: ValueMap[string] | undefined): Css {
    if (!isOn(value)) return {};
    const side = (name: string) => (isMap(value) ? (px(value[name]) ?? '0px') : px(value ?? null)) ?? '0px';
    return {
        'padding-block': `${side('top')} ${side('bottom')}`,
        'padding-inline': `${side('left')} ${side('right')}`,
        '--t-least': `calc(64px - ${side('left')} - ${side('right')})`,
    };
}
