import type { Context, Widget } from '../dom/widget.ts';
import { isMap, listOf } from '../core/tree.ts';
import { box, color, given, inState, number, oneOf, px, radius, textStyle, type Css } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import { moveAmong } from '../dom/roving.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { choose, idOf, selectedIn, tabsAround } from './tabs.ts';
import css from './tabs.css?text';

export function tabBar(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-tabbar t-fill');
    const mark = el('span', 't-tab-mark');
    root.setAttribute('role', 'tablist');
    const buttons = () => [...root.querySelectorAll<HTMLButtonElement>(':scope > .t-tab')];
    const sizes = new ResizeObserver(() => moveMark());
    sizes.observe(root);

    function moveMark(): void {
        const tab = buttons()[selectedIn(tabsAround(context.control))];
        mark.hidden = !tab;
        if (!tab) return;
        const isWhole = oneOf(context.get('indicator_size'), ['tab']) ?? (context.is('secondary') ? 'tab' : undefined);
        const inner = isWhole ? tab : (tab.querySelector<HTMLElement>('.t-tab-label:not([hidden])') ?? tab);
        const [own, area] = [inner.getBoundingClientRect(), root.getBoundingClientRect()];
        const insets = insetsOf(context);
        mark.style.width = `${Math.max(0, own.width - insets.left - insets.right)}px`;
        mark.style.translate = `${own.left - area.left + root.scrollLeft + insets.left}px 0`;
    }

    root.addEventListener('click', (event) => {
        const at = buttons().findIndex((tab) => tab.contains(event.target as Node));
        if (at < 0) return;
        context.emit('click', at);
        const tabs = tabsAround(context.control);
        if (tabs && at !== selectedIn(tabs)) choose(context, tabs, at);
    });
    root.addEventListener('keydown', (event) => {
        const to = moveAmong(
            buttons().filter((tab) => !tab.disabled),
            event,
            'x',
        );
        to?.click();
    });
    for (const [type, hovering] of [['pointerover', true] as const, ['pointerout', false] as const])
        root.addEventListener(type, (event) => {
            const tab = buttons().findIndex((one) => one.contains(event.target as Node));
            const isWithin = buttons()[tab]?.contains(event.relatedTarget as Node | null);
            if (tab >= 0 && !isWithin) context.emit('hover', { hovering, index: tab });
        });

    return {
        root,
        update() {
            context.place(root, context.children('tabs'));
            root.append(mark);
            const align = oneOf(context.get('tab_alignment'), ['start', 'startOffset', 'fill', 'center']);
            const isScrolling = context.is('scrollable', true);
            root.dataset['align'] = align?.toLowerCase() ?? (isScrolling ? 'start' : 'fill');
            root.classList.toggle('t-tabbar-secondary', context.is('secondary'));
            setAttribute(root, 'aria-label', context.text('tooltip') || undefined);
            setStyle(mark, markStyle(context));
            context.rootStyle = barStyle(context);
            requestAnimationFrame(() => {
                moveMark();
                buttons()[selectedIn(tabsAround(context.control))]?.scrollIntoView({
                    block: 'nearest',
                    inline: 'nearest',
                });
            });
        },
        dispose: () => sizes.disconnect(),
    };
}

function insetsOf(context: Context): { left: number; right: number } {
    const line = context.get('indicator');
    const insets = isMap(line) ? line['insets'] : undefined;
    const side = (name: string) => number(isMap(insets) ? insets[name] : insets) ?? 0;
    return { left: side('left'), right: side('right') };
}

function markStyle(context: Context): Css {
    const line = context.get('indicator');
    const side = isMap(line) && isMap(line['border_side']) ? line['border_side'] : {};
    const size = number(side['width']) ?? number(context.get('indicator_thickness'));
    return {
        'background-color': color(side['color']) ?? color(context.get('indicator_color')),
        height: size === undefined ? undefined : `${size}px`,
        'border-radius': isMap(line) ? radius(line['border_radius']) : undefined,
        'transition-timing-function': oneOf(context.get('indicator_animation'), ['elastic'])
            ? 'cubic-bezier(.3, 1.4, .6, 1)'
            : undefined,
    };
}

function barStyle(context: Context): Css {
    const height = number(context.get('divider_height'));
    return {
        padding: box(context.get('padding')),
        '--t-tab-ink': color(context.get('label_color')),
        '--t-tab-idle': color(context.get('unselected_label_color')),
        '--t-tab-divider': color(context.get('divider_color')),
        '--t-tab-divider-size': height === undefined ? undefined : `${height}px`,
        '--t-state': color(inState(context.get('overlay_color'), 'hovered')),
    };
}

export function tab(context: Context): Widget {
    adopt(css);
    const root = el('button', 't-tab t-state');
    const icon = el('span', 't-tab-icon');
    const label = el('span', 't-tab-label');
    root.type = 'button';
    root.setAttribute('role', 'tab');
    root.append(icon, label);
    const iconPart = new IconPart(icon);
    return {
        root,
        update() {
            const bar = context.control.parent;
            const tabs = tabsAround(context.control);
            const index = listOf(bar?.props['tabs']).indexOf(context.control);
            const isSelected = index === selectedIn(tabs);
            iconPart.place(context, iconPart.show(context.get('icon')));
            const isLabelled = context.placeContent(label, 'label');
            icon.hidden = !icon.childElementCount;
            label.hidden = !isLabelled;
            root.disabled = context.isDisabled;
            root.tabIndex = isSelected ? 0 : -1;
            setAttribute(root, 'id', idOf(tabs, 'tab', index));
            setAttribute(root, 'aria-selected', String(isSelected));
            setAttribute(root, 'aria-controls', idOf(tabs, 'panel', index));
            setAttribute(root, 'aria-label', isLabelled ? undefined : context.text('tooltip') || `Tab ${index + 1}`);
            setStyle(icon, { margin: box(context.get('icon_margin')) });
            const names = isSelected ? 'label_text_style' : 'unselected_label_text_style';
            const isHigh = !icon.hidden && !label.hidden;
            context.rootStyle = {
                ...given(textStyle(bar?.props[names])),
                padding: box(bar?.props['label_padding']),
                'border-radius': radius(bar?.props['splash_border_radius']),
                'min-height': px(context.get('height')) ?? (isHigh ? '72px' : '48px'),
                cursor: cursor(bar?.props['mouse_cursor']),
            };
        },
    };
}
