import '@material/web/iconbutton/icon-button.js';
import '@material/web/iconbutton/filled-icon-button.js';
import '@material/web/iconbutton/filled-tonal-icon-button.js';
import '@material/web/iconbutton/outlined-icon-button.js';
import type { Context, Widget } from '../dom/widget.ts';
import { IconPart } from '../dom/icons.ts';
import { limits } from '../core/looks.ts';
import { isMap } from '../core/tree.ts';
import { url } from '../core/links.ts';
import { color, given, inState, isOn, number, px, text, type Css } from '../core/values.ts';
import { el, focusSoon, listen, setAttribute } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';
import { splashRoom, splashSize } from './layers.ts';
import { nameOfIcon } from './iconnames.ts';

type MdIconButton = HTMLElement & {
    disabled: boolean;
    href: string;
    target: string;
    toggle: boolean;
    selected: boolean;
    updateComplete: Promise<boolean>;
};

export const standard = (context: Context) => iconButton(context, '');
export const filled = (context: Context) => iconButton(context, 'filled-');
export const tonal = (context: Context) => iconButton(context, 'filled-tonal-');
export const outlined = (context: Context) => iconButton(context, 'outlined-');

function iconButton(context: Context, kind: string): Widget {
    const root = el(`md-${kind}icon-button` as 'button', 't-icon-button') as HTMLElement as MdIconButton;
    const icons = new IconPart(root);
    listen(context, root);
    root.addEventListener('click', () => context.emit('click'));
    let isNew = true;
    let hasSplash = false;
    // The library's is as large as the button. A link has another one than the button had.
    const splash = () => {
        if (!hasSplash && !splashSize(context)) return;
        hasSplash = true;
        void root.updateComplete.then(() => {
            const ripple = root.shadowRoot?.querySelector('md-ripple');
            const size = splashSize(context);
            if (ripple) setStyle(ripple, size ? { inset: 'auto', width: size, height: size } : {});
        });
    };
    return {
        root,
        update() {
            const isSelected = context.is('selected');
            const selectedIcon = context.get('selected_icon');
            const shown = isSelected && isOn(selectedIcon) ? selectedIcon : context.get('icon');
            icons.place(context, icons.show(shown));
            const link = url(context.get('url'));
            root.href = link?.href ?? '';
            root.target = link?.target ?? '';
            root.disabled = context.isDisabled;
            setAttribute(root, 'aria-label', labelOf(context) ?? nameOfIcon(shown));
            if (context.get('selected') !== undefined && context.get('selected') !== null)
                setAttribute(root, 'aria-pressed', String(isSelected));
            context.rootStyle = iconStyle(context, `--md-${kind}icon-button`, isSelected);
            splash();
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

function labelOf(context: Context): string | undefined {
    const tooltip = context.get('tooltip');
    return context.text('semantics_label') || (isMap(tooltip) ? text(tooltip['message']) : text(tooltip)) || undefined;
}

function iconStyle(context: Context, prefix: string, isSelected: boolean): Css {
    const internals = context.get('_internals');
    const merged = isMap(internals) && isMap(internals['style']) ? internals['style'] : {};
    const own = context.get('style');
    const style = { ...(isMap(own) ? own : {}), ...merged };
    const states = isSelected ? ['selected'] : [];
    const ink =
        (isSelected && color(context.get('selected_icon_color'))) ||
        color(context.get('icon_color')) ||
        color(inState(style['icon_color'] ?? style['color'], ...states));
    const back = color(inState(style['bgcolor'], ...states)) ?? color(context.get('bgcolor'));
    const css: Css = {
        [`${prefix}-icon-size`]: px(context.get('icon_size')),
        [`${prefix}-container-color`]: back,
        // The plain kind has no container of its own.
        'background-color': prefix === '--md-icon-button' ? back : undefined,
        'border-radius': prefix === '--md-icon-button' && back ? '50%' : undefined,
    };
    for (const state of ['', 'hover-', 'focus-', 'pressed-']) css[`${prefix}-${state}icon-color`] = ink || undefined;
    css[`${prefix}-disabled-icon-color`] = color(context.get('disabled_color'));
    css[`${prefix}-hover-state-layer-color`] = color(context.get('hover_color'));
    css[`${prefix}-focus-state-layer-color`] = color(context.get('focus_color'));
    css[`${prefix}-pressed-state-layer-color`] =
        color(context.get('splash_color')) ?? color(context.get('highlight_color'));
    Object.assign(
        css,
        splashRoom(context),
        given({ ...room(context, prefix), ...limits(context.get('size_constraints')) }),
    );
    return css;
}

const ICON_PX = 24;

// The room around the icon makes the button; the plain kind's is that of what shows its states.
function room(context: Context, prefix: string): Css {
    const padding = context.get('padding');
    if (!isOn(padding ?? null)) return {};
    const size = number(context.get('icon_size')) ?? ICON_PX;
    const side = (name: string) => number(isMap(padding) ? (padding[name] ?? 0) : padding) ?? 0;
    const part = prefix === '--md-icon-button' ? 'state-layer' : 'container';
    return {
        [`${prefix}-${part}-width`]: `${size + side('left') + side('right')}px`,
        [`${prefix}-${part}-height`]: `${size + side('top') + side('bottom')}px`,
    };
}
