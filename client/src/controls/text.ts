import { withCode } from '../dom/code.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { url } from '../core/links.ts';
import { color, fontFamily, given, number, oneOf, px, textStyle, weight, type Css } from '../core/values.ts';
import { el, onPress, setAttribute } from '../dom/elements.ts';
import type { TextSelection } from './textselection.ts';

const STYLES = [
    'displayLarge',
    'displayMedium',
    'displaySmall',
    'headlineLarge',
    'headlineMedium',
    'headlineSmall',
    'titleLarge',
    'titleMedium',
    'titleSmall',
    'labelLarge',
    'labelMedium',
    'labelSmall',
    'bodyLarge',
    'bodyMedium',
    'bodySmall',
] as const;
const HEADING_LEVELS: { [style: string]: string } = {
    displayLarge: '1',
    displayMedium: '1',
    displaySmall: '1',
    headlineLarge: '1',
    headlineMedium: '2',
    headlineSmall: '2',
    titleLarge: '3',
};

export function textControl(context: Context): Widget {
    const root = el('span', 't-text');
    const value = document.createTextNode('');
    root.append(value);
    let spans: HTMLElement | undefined;
    let selection: TextSelection | undefined;
    let isGone = false;
    const watch = (isWanted: boolean) => {
        if (selection) selection.want(isWanted);
        else if (isWanted)
            void withCode(
                () => import('./textselection.ts'),
                ({ TextSelection }) => {
                    selection ??= new TextSelection(context, root);
                    selection.want(!isGone && context.handles('selection_change'));
                },
            );
    };
    onPress(context, root, () => context.emit('tap'));
    return {
        root,
        update() {
            const plain = context.text('value');
            if (value.data !== plain) value.data = plain;
            const children = context.children('spans');
            if (children.length && !spans) root.append((spans = el('span')));
            if (spans) context.place(spans, children);

            const style = oneOf(context.get('theme_style'), STYLES);
            const level = style && HEADING_LEVELS[style];
            setAttribute(root, 'data-style', style);
            setAttribute(root, 'role', level && 'heading');
            setAttribute(root, 'data-press', context.handles('tap') ? '' : undefined);
            setAttribute(root, 'aria-level', level);
            setAttribute(root, 'aria-label', context.text('semantics_label') || undefined);
            context.rootStyle = {
                ...textStyle(context.get('style')),
                ...ownStyle(context),
            };
            watch(context.handles('selection_change'));
        },
        dispose() {
            isGone = true;
            watch(false);
        },
    };
}

function ownStyle(context: Context): Css {
    const css: Css = {
        'font-size': px(context.get('size')),
        'font-weight': weight(context.get('weight')),
        'font-style': context.is('italic') ? 'italic' : undefined,
        'font-family': fonts(context),
        color: color(context.get('color')),
        'background-color': color(context.get('bgcolor')),
        'text-align': oneOf(context.get('text_align'), ['left', 'right', 'center', 'justify', 'start', 'end']),
        'user-select': ['selectable', 'enable_interactive_selection'].some((name) => context.get(name) === false)
            ? 'none'
            : undefined,
        ...lines(context),
    };
    // Absent values must not hide those of `style`.
    return given(css);
}

// The family, and those that have the letters which it has not.
function fonts(context: Context): string | undefined {
    const others = context.get('font_family_fallback');
    const all = [context.get('font_family') ?? null, ...(Array.isArray(others) ? others : [])].map(fontFamily);
    return all.filter(Boolean).join(', ') || undefined;
}

function lines(context: Context): Css {
    const max = number(context.get('max_lines'));
    const isEllipsis = context.text('overflow') === 'ellipsis';
    if (context.is('no_wrap') || (isEllipsis && max === undefined))
        return {
            'white-space': 'pre',
            overflow: 'hidden',
            'text-overflow': isEllipsis ? 'ellipsis' : undefined,
            'max-width': '100%',
        };
    // One line ends by letter, as with Flet's client: a clamp ends it behind a word, with room to spare.
    if (max === 1 && isEllipsis)
        return { 'white-space': 'nowrap', overflow: 'hidden', 'text-overflow': 'ellipsis', 'max-width': '100%' };
    if (max === undefined) return {};
    return {
        display: '-webkit-box',
        '-webkit-box-orient': 'vertical',
        '-webkit-line-clamp': String(max),
        overflow: 'hidden',
    };
}

export function textSpan(context: Context): Widget {
    // Without an address it is a piece of text like any other.
    const root = el('a', 't-span');
    const link = () => url(context.get('url'));
    const value = document.createTextNode('');
    root.append(value);
    root.addEventListener('click', () => context.emit('click'));
    root.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && !link()) context.emit('click');
    });
    root.addEventListener('pointerenter', () => context.emit('enter'));
    root.addEventListener('pointerleave', () => context.emit('exit'));
    return {
        root,
        update() {
            value.data = context.text('text');
            context.place(root, context.children('spans'));
            const target = link();
            setAttribute(root, 'href', target?.href);
            setAttribute(root, 'target', target?.target);
            setAttribute(root, 'rel', target && 'noopener');
            const isClickable = context.handles('click') && !target;
            setAttribute(root, 'role', isClickable ? 'link' : undefined);
            setAttribute(root, 'tabindex', isClickable ? '0' : undefined);
            context.rootStyle = textStyle(context.get('style'));
        },
    };
}
