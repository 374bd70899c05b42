// What the dropdown that is chosen from and the one that is typed into have in common.

import { fieldLook } from '../core/fieldlook.ts';
import { elevationShadow, menuLook } from '../core/looks.ts';
import { isMap, listOf, type Control, type Value } from '../core/tree.ts';
import { box, color, given, icon, inState, key, number, oneOf, px, text, textStyle, type Css } from '../core/values.ts';
import { iconElement, showIcon } from '../dom/icons.ts';
import { setStyle } from '../dom/style.ts';
import type { Context } from '../dom/widget.ts';

export function optionValue(option: Control): string {
    return key(option.props['key']) ?? text(option.props['text']);
}

export function labelOf(option: Control): string {
    return text(option.props['text']) || text(option.props['content']) || optionValue(option);
}

// What an option shows, so that nothing is drawn anew without need.
export function stateOf(option: Control): Value {
    const { props } = option;
    const parts = ['content', 'leading_icon', 'trailing_icon'].map((name) => listOf(props[name])[0]?.id ?? null);
    return [
        optionValue(option),
        labelOf(option),
        props['disabled'] === true,
        ...parts,
        icon(props['leading_icon'])?.index ?? null,
        icon(props['trailing_icon'])?.index ?? null,
        props['style'] ?? null,
        props['text_style'] ?? null,
    ];
}

// The words of an option: a control of its own, or its text.
export function fillHeadline(context: Context, headline: HTMLElement, option: Control): void {
    const content = listOf(option.props['content'])[0];
    if (!content) headline.textContent = labelOf(option);
    else context.place(headline, [content]);
}

// An icon, or a control in its place; nothing where there is none.
export function iconPart(context: Context, value: Value | undefined, slot = ''): Element | undefined {
    const wanted = icon(value);
    const control = listOf(value ?? null)[0];
    if (wanted) {
        const svg = iconElement(slot || undefined);
        showIcon(svg, wanted);
        setStyle(svg, { 'font-size': '24px' });
        return svg;
    }
    if (!control) return undefined;
    const element = context.renderer.element(control);
    element.slot = slot;
    return element;
}

// The menu's own looks: what MenuStyle says, then what the dropdown says by itself.
export function menuStyle(context: Context): Css {
    const width = px(context.get('menu_width'));
    const height = px(context.get('menu_height')) ?? px(context.get('max_menu_height'));
    return {
        ...menuLook(context.get('menu_style')),
        ...given({
            'background-color': color(inState(context.get('bgcolor'))),
            'box-shadow': elevationShadow(inState(context.get('elevation'))),
        }),
        ...(width && { width, 'min-width': width, 'max-width': 'calc(100vw - 16px)' }),
        ...(height && { 'max-height': height }),
    };
}

// The spaces within the field, as variables of the library's field.
export function spaces(context: Context, field: string, isRtl: boolean): Css {
    const padding = context.get('content_padding') ?? (context.is('collapsed') ? 0 : undefined);
    if (padding === undefined || padding === null) {
        if (!context.is('dense')) return {};
        return {
            [`${field}-top-space`]: '8px',
            [`${field}-bottom-space`]: '8px',
            [`${field}-with-label-top-space`]: '4px',
            [`${field}-with-label-bottom-space`]: '4px',
        };
    }
    const side = (name: string) => px(isMap(padding) ? (padding[name] ?? 0) : padding);
    return {
        [`${field}-leading-space`]: side(isRtl ? 'right' : 'left'),
        [`${field}-trailing-space`]: side(isRtl ? 'left' : 'right'),
        [`${field}-top-space`]: side('top'),
        [`${field}-bottom-space`]: side('bottom'),
        [`${field}-with-label-top-space`]: side('top'),
        [`${field}-with-label-bottom-space`]: side('bottom'),
    };
}

export function look(context: Context, prefix: string): Css {
    const words = textStyle(context.get('text_style'));
    const line = color(context.get('border_color'));
    const focused = color(context.get('focused_border_color')) ?? color(context.get('focused_color'));
    // Without a label the hint stands in its place.
    const label = textStyle(context.get(context.text('label') ? 'label_style' : 'hint_style'));
    const isBare = oneOf(context.get('border'), ['none']) !== undefined;
    const level = number(inState(context.get('elevation')));
    return {
        ...fieldLook(prefix, (name) => context.get(name), {
            ink: color(context.get('color')) ?? words['color'],
            words,
            focused,
            isBare,
        }),
        [`${prefix}-label-text-color`]: label['color'],
        [`${prefix}-label-text-size`]: label['font-size'],
        [`${prefix}-label-text-weight`]: label['font-weight'],
        [`${prefix}-supporting-text-color`]: textStyle(context.get('helper_style'))['color'],
        [`${prefix}-error-supporting-text-color`]: textStyle(context.get('error_style'))['color'],
        [`${prefix}-hover-outline-color`]: color(context.get('hover_color')) ?? line,
        [`${prefix}-container-color`]: color(context.get('fill_color')) ?? (isBare ? 'transparent' : undefined),
        '--md-menu-container-color': color(inState(context.get('bgcolor') ?? styled(context, 'bgcolor'))),
        '--md-menu-container-elevation': level === undefined ? undefined : String(Math.min(5, Math.round(level / 2))),
        'text-align': oneOf(context.get('text_align'), ['left', 'right', 'center', 'start', 'end']),
        padding: box(context.get('padding')),
        ...(context.get('margin') ? {} : given({ margin: box(context.get('expanded_insets')) })),
    };
}

function styled(context: Context, name: string): Value | undefined {
    const style = context.get('menu_style');
    return isMap(style) ? style[name] : undefined;
}
