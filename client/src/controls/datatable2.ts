// DataTable2 and DataRow2: tables whose columns share the width, and whose first rows and columns stay as the rest scrolls.

import type { Context, Widget } from '../dom/widget.ts';
import { isMap, type Control, type Value } from '../core/tree.ts';
import {
    border,
    color,
    durationMs,
    given,
    gradient,
    inState,
    number,
    oneOf,
    point,
    px,
    radius,
    shadow,
    type Css,
} from '../core/values.ts';
import { el, newName, setAttribute } from '../dom/elements.ts';
import { touchOf } from '../dom/pointer.ts';
import { isTaken } from '../dom/press.ts';
import { adopt } from '../dom/sheet.ts';
import { dataRow, dataTable, selectable } from './datatable.ts';
import css from './datatable2.css?text';

adopt(css);

const HEAD_PX = 56;
const ROW_PX = 52;
const CHECK_PX = 56;
const LEAST_PX = 24;
const LONG_PRESS_MS = 500;

export function dataTable2(context: Context): Widget {
    const inner = dataTable(context);
    const { root } = inner;
    const table = root.querySelector('table')!;
    const columns = document.createElement('colgroup');
    const empty = el('div', 't-table2-empty');
    // What stays where depends on widths: rules of this table alone.
    const sheet = new CSSStyleSheet();
    const name = newName('table');
    let isAdopted = false;
    root.classList.add('t-table2');
    root.dataset['table'] = name;
    table.prepend(columns);
    root.append(empty);
    const sizes = new ResizeObserver(() => arrange());
    sizes.observe(root);

    function arrange(): void {
        const widths = widthsOf(context, root.clientWidth);
        const total = widths.reduce((sum, width) => sum + width, 0);
        while (columns.children.length < widths.length) columns.append(document.createElement('col'));
        while (columns.children.length > widths.length) columns.lastElementChild!.remove();
        for (const [i, width] of widths.entries()) (columns.children[i] as HTMLElement).style.width = `${width}px`;
        table.style.width = `${total}px`;
        const rules = rulesOf(context, `[data-table="${name}"]`, widths);
        sheet.replaceSync(rules);
        if (isAdopted) return;
        isAdopted = true;
        document.adoptedStyleSheets.push(sheet);
    }

    return {
        ...inner,
        root,
        update() {
            inner.update();
            const nothing = context.children('rows').length ? [] : context.children('empty');
            context.place(empty, nothing);
            empty.hidden = !nothing.length;
            context.rootStyle = { ...context.rootStyle, ...look(context) };
            const hasBox = context.is('show_heading_checkbox', true);
            for (const box of root.querySelectorAll<HTMLElement>('thead .t-check')) {
                box.hidden = !hasBox;
                // A heading without a word is none.
                setAttribute(box.parentElement!, 'role', hasBox ? undefined : 'cell');
            }
            arrange();
        },
        dispose() {
            inner.dispose?.();
            sizes.disconnect();
            document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
        },
    };
}

// Fixed widths first; what is left is shared by size.
function widthsOf(context: Context, room: number): number[] {
    const check = selectable(context.control) ? [CHECK_PX] : [];
    const columns = context.children('columns');
    const fixed = columns.map(({ props }) => number(props['fixed_width']));
    const weights = columns.map((column, i) => (fixed[i] === undefined ? weightOf(context, column) : 0));
    const taken = [...check, ...fixed].reduce<number>((sum, width) => sum + (width ?? 0), 0);
    const left = Math.max(Math.max(room, number(context.get('min_width')) ?? 0) - taken, 0);
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return [...check, ...columns.map((_, i) => fixed[i] ?? Math.max((left * weights[i]!) / all, LEAST_PX))];
}

function weightOf(context: Context, column: Control): number {
    const usual = column.type === 'DataColumn2' ? 's' : 'm';
    const size = oneOf(column.props['size'], ['s', 'm', 'l'] as const) ?? usual;
    if (size === 's') return number(context.get('sm_ratio')) ?? 0.67;
    return size === 'l' ? (number(context.get('lm_ratio')) ?? 1.2) : 1;
}

const heightOf = (context: Context, row: Control): number =>
    number(row.props['specific_row_height']) ?? number(context.get('data_row_height')) ?? ROW_PX;

function rulesOf(context: Context, table: string, widths: readonly number[]): string {
    const rows = Math.max(Math.round(number(context.get('fixed_top_rows')) ?? 1), 0);
    const own = Math.max(Math.round(number(context.get('fixed_left_columns')) ?? 0), 0);
    // The boxes stay with the columns.
    const columns = own ? Math.min(own + (selectable(context.control) ? 1 : 0), widths.length) : 0;
    const rules: string[] = [];
    if (rows > 0) rules.push(`${table} thead th{position:sticky;top:0;z-index:2}`);
    let top = number(context.get('heading_row_height')) ?? HEAD_PX;
    for (const [i, row] of context
        .children('rows')
        .slice(0, Math.max(rows - 1, 0))
        .entries()) {
        const cells = `${table} tbody:first-of-type>tr:nth-of-type(${i + 1})>td`;
        rules.push(`${cells}{position:sticky;top:${top}px;z-index:2;background-color:var(--t-fixed-row)}`);
        top += heightOf(context, row);
    }
    let left = 0;
    for (let i = 0; i < columns; i++) {
        const cells = `${table} tr>:nth-child(${i + 1})`;
        rules.push(`${cells}{position:sticky;inset-inline-start:${left}px;z-index:1;background-color:var(--t-fixed)}`);
        rules.push(`${table} thead tr>:nth-child(${i + 1}){z-index:3;background-color:var(--t-corner)}`);
        left += widths[i]!;
    }
    return rules.join('');
}

function look(context: Context): Css {
    const back = color(context.get('bgcolor')) ?? 'var(--t-page, var(--md-sys-color-surface))';
    const head = color(inState(context.get('heading_row_color'))) ?? back;
    const at = point(context.get('checkbox_alignment')) ?? { x: 0, y: 0 };
    const [across, down] = [context.get('visible_horizontal_scroll_bar'), context.get('visible_vertical_scroll_bar')];
    return {
        '--t-row-height': px(context.get('data_row_height')),
        '--t-fixed': color(context.get('fixed_columns_color')) ?? back,
        '--t-fixed-row': back,
        '--t-head': head,
        '--t-corner': color(context.get('fixed_corner_color')) ?? color(context.get('fixed_columns_color')) ?? head,
        '--t-bottom': px(context.get('bottom_margin')),
        '--t-head-check': checkInk(context.get('heading_checkbox_theme')),
        '--t-row-check': checkInk(context.get('data_row_checkbox_theme')),
        '--t-check-x': at.x < -0.33 ? 'start' : at.x > 0.33 ? 'end' : 'center',
        '--t-check-y': at.y < -0.33 ? 'top' : at.y > 0.33 ? 'bottom' : 'middle',
        '--t-arrow': color(context.get('sort_arrow_icon_color')),
        '--t-arrow-time': `${durationMs(context.get('sort_arrow_animation_duration')) ?? 150}ms`,
        'overflow-x': across === true ? 'scroll' : 'auto',
        'overflow-y': down === true ? 'scroll' : 'auto',
        'scrollbar-width': across === false && down === false ? 'none' : undefined,
    };
}

function checkInk(theme: Value | undefined): string | undefined {
    return isMap(theme) ? color(inState(theme['fill_color'], 'selected')) : undefined;
}

export function dataRow2(context: Context): Widget {
    const inner = dataRow(context);
    const { root } = inner;
    let timer = 0;
    const isFree = (event: Event) => !context.isDisabled && !isTaken(event, root);
    root.addEventListener('dblclick', (event) => isFree(event) && context.emit('double_tap'));
    root.addEventListener('pointerdown', (event) => {
        if (!isFree(event)) return;
        if (event.button === 2) context.emit('secondary_tap_down', touchOf(event, root));
        if (event.button !== 0 || !context.handles('long_press')) return;
        timer = window.setTimeout(() => context.emit('long_press'), LONG_PRESS_MS);
    });
    for (const end of ['pointerup', 'pointerleave', 'pointercancel'])
        root.addEventListener(end, () => clearTimeout(timer));
    root.addEventListener('contextmenu', (event) => {
        if (!context.handles('secondary_tap') || !isFree(event)) return;
        event.preventDefault();
        context.emit('secondary_tap');
    });
    root.addEventListener('keydown', (event) => {
        if (event.target === root && event.key === 'Enter') root.click();
    });
    return {
        ...inner,
        root,
        update() {
            inner.update();
            const isPressed = context.handles('tap');
            setAttribute(root, 'tabindex', isPressed && !context.isDisabled ? '0' : undefined);
            root.classList.toggle('t-clickable', isPressed || context.handles('select_change'));
            const height = px(context.get('specific_row_height'));
            context.rootStyle = {
                ...context.rootStyle,
                ...given(decorated(context.get('decoration'))),
                '--t-row-height': height,
            };
        },
        dispose: () => clearTimeout(timer),
    };
}

function decorated(value: Value | undefined): Css {
    if (!isMap(value)) return {};
    return {
        'background-color': color(value['bgcolor']),
        'background-image': gradient(value['gradient']),
        'border-radius': radius(value['border_radius']),
        'box-shadow': shadow(value['shadow']),
        ...border(value['border']),
    };
}
