import '@material/web/button/elevated-button.js';
import '@material/web/button/filled-button.js';
import '@material/web/button/filled-tonal-button.js';
import '@material/web/button/outlined-button.js';
import '@material/web/button/text-button.js';
import type { Context, Widget } from '../dom/widget.ts';
import { IconPart } from '../dom/icons.ts';
import type { ShadowSheet } from '../dom/shadowsheet.ts';
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
    text,
    textStyle,
    type Css,
} from '../core/values.ts';
import { withCode } from '../dom/code.ts';
import { el, focusSoon, listen, setAttribute, setText } from '../dom/elements.ts';

type MdButton = HTMLElement & {
    disabled: boolean;
    href: string;
    target: string;
    hasIcon: boolean;
    updateComplete: Promise<unknown>;
};
// Material's levels of elevation.
const MOST_LEVEL = 5;
type Kind = 'elevated' | 'filled' | 'filled-tonal' | 'outlined' | 'text';

export const elevated = (context: Context) => button(context, 'elevated');
export const filled = (context: Context) => button(context, 'filled');
export const tonal = (context: Context) => button(context, 'filled-tonal');
export const outlined = (context: Context) => button(context, 'outlined');
export const plain = (context: Context) => button(context, 'text');

function button(context: Context, kind: Kind): Widget {
    const root = el(`md-${kind}-button` as 'button', 't-button') as HTMLElement as MdButton;
    const label = el('span', 't-button-label');
    const icons = new IconPart(root, 'icon');
    root.append(label);
    const active = watchStates(root, () => isStyled(context) && context.renderer.redraw([context.control]));
    listen(context, root);
    root.addEventListener('click', () => context.emit('click'));
    let isNew = true;
    let sheet: ShadowSheet | undefined;

    // What is too large for the button is cut off within it; shadows and the ring of the focus are not.
    // What the widget library has no variables for. The content is within an element of its own, which has more room
    // than a short one needs.
    function refine(): void {
        void withCode(
            () => import('../dom/shadowsheet.ts'),
            async ({ ShadowSheet }) => {
                await root.updateComplete;
                const isClipped = context.text('clip_behavior') !== 'none';
                const place = point(styleOf(context)['alignment']);
                (sheet ??= new ShadowSheet(root)).set([
                    [
                        '.button',
                        {
                            overflow: isClipped && isOn(context.get('clip_behavior')) ? 'hidden' : undefined,
                            'justify-content': place && flexPlace(place.x),
                            'align-items': place && flexPlace(place.y),
                        },
                    ],
                ]);
            },
        );
    }

    return {
        root,
        update() {
            const content = context.get('content');
            const style = styleOf(context);
            const states = context.isDisabled ? ['disabled'] : [...active];
            const iconColor = color(context.get('icon_color')) ?? color(inState(style['icon_color'], ...states));
            const size = inState(style['icon_size'], ...states) ?? null;
            const parts = icons.show(context.get('icon'), { color: iconColor, size });
            const plainText = typeof content === 'object' ? '' : text(content);
            setText(label, plainText);
            label.hidden = plainText === '';
            icons.place(context, [...context.children('content'), ...parts]);
            for (const control of context.children('content')) context.renderer.element(control).slot = '';
            const link = url(context.get('url'));
            root.href = link?.href ?? '';
            root.target = link?.target ?? '';
            root.disabled = context.isDisabled;
            setAttribute(root, 'aria-label', plainText ? undefined : nameOf(context));
            const elevation = number(inState(style['elevation'], ...states));
            context.rootStyle = buttonStyle(`--md-${kind}-button`, style, states, {
                iconColor,
                elevation: hasShadow(kind) && elevation !== undefined ? Math.min(elevation, MOST_LEVEL) : undefined,
            });
            if (sheet || isOn(context.get('clip_behavior')) || style['alignment']) refine();
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

const hasShadow = (kind: Kind) => kind !== 'outlined' && kind !== 'text';

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

function buttonStyle(
    prefix: string,
    style: ValueMap,
    states: string[],
    own: { iconColor: string | undefined; elevation: number | undefined },
): Css {
    const pick = (name: string) => inState(style[name], ...states);
    const ink = color(pick('color'));
    const back = color(pick('bgcolor'));
    const side = pick('side');
    const shape = pick('shape');
    const css: Css = {
        [`${prefix}-container-color`]: back,
        [`${prefix}-disabled-container-color`]: states[0] === 'disabled' ? back : undefined,
        [`${prefix}-container-shape`]: shapeRadius(shape),
        [`${prefix}-container-elevation`]: own.elevation?.toString(),
    };
    for (const state of ['', 'hover-', 'focus-', 'pressed-']) {
        css[`${prefix}-${state}label-text-color`] = ink;
        css[`${prefix}-${state}icon-color`] = own.iconColor ?? ink;
        if (state && state !== 'focus-')
            css[`${prefix}-${state}state-layer-color`] = color(pick('overlay_color')) ?? ink;
    }
    // Outlined shapes carry their side either beside or inside the shape.
    const line = isMap(side) ? side : isMap(shape) ? shape['side'] : undefined;
    if (isMap(line)) Object.assign(css, outline(prefix, line));
    const words = textStyle(pick('text_style'));
    css[`${prefix}-label-text-size`] = words['font-size'];
    css[`${prefix}-label-text-weight`] = words['font-weight'];
    return { ...css, ...padding(prefix, pick('padding')) };
}

function outline(prefix: string, line: ValueMap): Css {
    const shade = color(line['color']);
    if (!prefix.includes('outlined'))
        return {
            outline: `${number(line['width']) ?? 1}px solid ${shade ?? 'currentColor'}`,
            'outline-offset': '-1px',
        };
    return {
        [`${prefix}-outline-color`]: shade,
        [`${prefix}-hover-outline-color`]: shade,
        [`${prefix}-focus-outline-color`]: shade,
        [`${prefix}-pressed-outline-color`]: shade,
        [`${prefix}-outline-width`]: px(line['width']),
    };
}

function padding(prefix: string, value: ValueMap[string] | undefined): Css {
    if (!isOn(value)) return {};
    const side = (name: string) => (isMap(value) ? (px(value[name]) ?? '0px') : px(value ?? null));
    const css: Css = {
        'padding-block': `${side('top')} ${side('bottom')}`,
        'block-size': 'auto',
    };
    for (const icon of ['', 'with-leading-icon-']) {
        css[`${prefix}-${icon}leading-space`] = side('left');
        css[`${prefix}-${icon}trailing-space`] = side('right');
    }
    return css;
}
