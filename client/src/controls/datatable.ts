import type { Context, Widget } from '../dom/widget.ts';
import { listOf, type Control } from '../core/tree.ts';
import { glyph, iconElement, showIcon } from '../dom/icons.ts';
import { setStyle } from '../dom/style.ts';
import {
    border,
    borderSide,
    color,
    gradient,
    icon,
    inState,
    isOn,
    lookup,
    number,
    oneOf,
    px,
    radius,
    text,
    textStyle,
} from '../core/values.ts';
import { el, onPress, setAttribute, setText } from '../dom/elements.ts';
import { touchOf } from '../dom/pointer.ts';
import { isTaken } from '../dom/press.ts';
import { adopt } from '../dom/sheet.ts';
import css from './datatable.css?text';

adopt(css);

// Above this many rows only those near the screen are in the document.
const WHOLE = 200;
const CHUNK = 50;
const NEAR = '800px';
const ROW_HEIGHT_PX = 52;
const HEADINGS = { start: 'start', center: 'center', end: 'end' };

// Where rows of a long table are, from 1.
// Shared: it says something of controls, each of which belongs to one app.
const places = new WeakMap<Control, number>();

// Those that are elsewhere than they were drawn.
function note(rows: Control[], first: number): Control[] {
    return rows.filter((row, i) => {
        const before = places.get(row);
        places.set(row, first + i);
        return before !== undefined && before !== first + i;
    });
}

export function dataTable(context: Context): Widget {
    const root = el('div', 't-table t-fill');
    const table = el('table');
    const head = table.createTHead().insertRow();
    root.append(table);
    root.tabIndex = 0;
    root.setAttribute('role', 'group');
    const heads: Head[] = [];
    const chunks: HTMLTableSectionElement[] = [];
    const near = new Set<Element>();
    // As they were when their rows were last in the document.
    const heights = new Map<Element, number>();
    let numeric = '';
    let selectAll: HTMLTableCellElement | undefined;

    const observer = new IntersectionObserver(
        (entries) => {
            for (const { target, isIntersecting } of entries)
                if (isIntersecting) near.add(target);
                else near.delete(target);
            showRows();
        },
        // scrollMargin reaches into the scrolling box around the table, where it is known.
        { rootMargin: NEAR, scrollMargin: NEAR } as IntersectionObserverInit,
    );
    // By the first rows the others are reckoned that have not been seen.
    const sizes = new ResizeObserver((entries) => {
        // What stands in for rows whose code is on its way has another height.
        for (const { target, contentRect } of entries)
            if (target.querySelector('[data-id]') && !target.querySelector('.t-pending'))
                heights.set(target, contentRect.height);
        if (entries.some(({ target }) => target === chunks[0])) showRows();
    });

    function showHead(): void {
        const columns = context.children('columns');
        while (heads.length > columns.length) heads.pop()!.cell.remove();
        columns.forEach((column, i) => {
            heads[i] ??= new Head(context, head);
            heads[i].show(column, i);
        });
        const isSelectable = selectable(context.control);
        if (isSelectable && !selectAll) {
            selectAll = document.createElement('th');
            selectAll.className = 't-table-check';
            selectAll.append(checkBox('Select all rows', (all) => onSelectAll(all)));
        }
        if (isSelectable) head.prepend(selectAll!);
        else selectAll?.remove();
        if (isSelectable) {
            const rows = context.children('rows');
            const box = selectAll!.firstElementChild as HTMLInputElement;
            box.checked = rows.length > 0 && rows.every(({ props }) => props['selected'] === true);
        }
    }

    function onSelectAll(isAll: boolean): void {
        if (context.handles('select_all')) return context.emit('select_all', isAll);
        for (const row of context.children('rows')) context.renderer.outlet.emit(row, 'select_change', isAll);
    }

    function observe(chunk: Element): void {
        observer.observe(chunk);
        sizes.observe(chunk);
    }

    function unobserve(chunk: Element): void {
        observer.unobserve(chunk);
        sizes.unobserve(chunk);
        near.delete(chunk);
    }

    function showRows(): void {
        const rows = context.children('rows');
        const isWhole = rows.length <= WHOLE;
        const size = isWhole ? WHOLE : CHUNK;
        const count = Math.max(Math.ceil(rows.length / size), 1);
        while (chunks.length > count) {
            const chunk = chunks.pop()!;
            unobserve(chunk);
            heights.delete(chunk);
            context.place(chunk, []);
            chunk.remove();
        }
        const height = (heights.get(chunks[0]!) ?? CHUNK * ROW_HEIGHT_PX) / CHUNK;
        // What has the focus stays, so that keys go on where they were.
        const isShown = (chunk: HTMLElement): boolean =>
            isWhole || chunk === chunks[0] || near.has(chunk) || chunk.contains(document.activeElement);
        for (let i = 0; i < count; i++) {
            const part = rows.slice(i * size, (i + 1) * size);
            const chunk = (chunks[i] ??= table.createTBody());
            if (isWhole) unobserve(chunk);
            else observe(chunk);
            const room = isShown(chunk) ? 0 : (heights.get(chunk) ?? part.length * height);
            const moved = room || isWhole ? [] : note(part, i * size + 1);
            context.place(chunk, room ? [] : part);
            if (moved.length) context.renderer.redraw(moved);
            showSpacer(chunk, room);
        }
        setAttribute(table, 'aria-rowcount', isWhole ? undefined : String(rows.length + 1));
        root.classList.toggle('t-long', !isWhole);
    }

    return {
        root,
        update() {
            showHead();
            const kinds = context
                .children('columns')
                .map(({ props }) => props['numeric'])
                .join();
            // A column of boxes that comes or goes is each row's.
            const shape = `${kinds} ${selectable(context.control)}`;
            const isRealigned = numeric !== '' && shape !== numeric;
            numeric = shape;
            showRows();
            if (isRealigned)
                for (const row of context.children('rows'))
                    context.renderer.redraw([row, ...listOf(row.props['cells'])]);
            setAttribute(table, 'aria-label', context.text('semantics_label') || undefined);
            setStyle(table, textStyle(context.get('data_text_style')));
            setStyle(head, {
                ...textStyle(context.get('heading_text_style')),
                'background-color': color(inState(context.get('heading_row_color'))),
            });
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')),
                'background-image': gradient(context.get('gradient')),
                'border-radius': radius(context.get('border_radius')),
                '--t-table': color(context.get('bgcolor')),
                '--t-head-height': px(context.get('heading_row_height')),
                '--t-row-height': px(context.get('data_row_min_height')),
                '--t-row-line':
                    borderSide(context.get('horizontal_lines')) ??
                    borderSide(context.get('horizontal_lLines')) ?? // as Flet's client spells it
                    (number(context.get('divider_thickness')) === 0 ? 'none' : undefined),
                '--t-cell-line': borderSide(context.get('vertical_lines')),
                '--t-cell-gap': px(
                    number(context.get('column_spacing')) === undefined
                        ? null
                        : number(context.get('column_spacing'))! / 2,
                ),
                '--t-table-margin': px(context.get('horizontal_margin')),
                '--t-check-margin': px(context.get('checkbox_horizontal_margin')),
                '--t-row-most': px(context.get('data_row_max_height')),
                '--t-last-line': context.is('show_bottom_border')
                    ? 'var(--t-row-line, 1px solid var(--md-sys-color-outline-variant))'
                    : undefined,
                overflow: oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias']) && 'auto hidden',
                ...border(context.get('border')),
            };
        },
        dispose() {
            observer.disconnect();
            sizes.disconnect();
        },
    };
}

// One header cell; a button when its column can be sorted.
class Head {
    readonly cell = document.createElement('th');
    private readonly button = el('button', 't-sort');
    private readonly label = el('span');
    private readonly arrow = iconElement();
    private column: Control | undefined;
    private index = 0;

    constructor(
        private readonly table: Context,
        row: HTMLTableRowElement,
    ) {
        this.cell.scope = 'col';
        this.button.type = 'button';
        this.button.addEventListener('click', () => this.sort());
        row.append(this.cell);
    }

    show(column: Control, index: number): void {
        this.column = column;
        this.index = index;
        const { cell, button, label, arrow } = this;
        const content = column.props['label'];
        if (typeof content === 'object') this.table.place(label, listOf(content));
        else setText(label, text(content));
        cell.classList.toggle('t-numeric', column.props['numeric'] === true);
        setStyle(cell, { 'text-align': lookup(HEADINGS, column.props['heading_row_alignment']) });
        cell.title = text(column.props['tooltip']);
        cell.dataset['control'] = column.type;
        cell.dataset['columnId'] = String(column.id);

        const isSortable = column.props['on_sort'] === true;
        const isSorted = number(this.table.get('sort_column_index')) === index;
        const isUp = this.table.is('sort_ascending');
        if (isSortable && !button.isConnected) {
            button.append(label, arrow);
            cell.append(button);
        } else if (!isSortable) {
            button.remove();
            if (label.parentElement !== cell) cell.append(label);
        }
        setAttribute(
            cell,
            'aria-sort',
            isSorted ? (isUp ? 'ascending' : 'descending') : isSortable ? 'none' : undefined,
        );
        arrow.classList.toggle('t-sorted', isSorted);
        // A DataTable2 turns its one arrow.
        const isTurned = this.table.control.type === 'DataTable2';
        const own = isTurned ? icon(this.table.get('sort_arrow_icon')) : undefined;
        arrow.classList.toggle('t-down', isTurned && isSorted && !isUp);
        const isDown = isSorted && !isUp && !isTurned;
        showIcon(arrow, own ?? { set: 1, index: isDown ? __ICON_ARROW_DOWNWARD__ : __ICON_ARROW_UPWARD__ });
    }

    private sort(): void {
        const isSorted = number(this.table.get('sort_column_index')) === this.index;
        const asc = isSorted ? !this.table.is('sort_ascending') : true;
        this.table.renderer.outlet.emit(this.column!, 'sort', { ci: this.index, asc });
    }
}

export function dataRow(context: Context): Widget {
    const root = document.createElement('tr');
    let check: HTMLTableCellElement | undefined;
    root.addEventListener('click', (event) => {
        const isOwn = (event.target as Element).closest('button,a,input,[tabindex]');
        if ((isOwn && isOwn !== root && root.contains(isOwn)) || isTaken(event, root)) return;
        if (context.isDisabled) return;
        if (context.handles('tap')) context.emit('tap', touchOf(event, root));
        else context.emit('select_change', !context.is('selected'));
    });
    return {
        root,
        update() {
            const table = context.control.parent;
            context.place(root, context.children('cells'));
            const isChecked = context.is('selected');
            if (table && selectable(table)) {
                if (!check) {
                    check = document.createElement('td');
                    check.className = 't-table-check';
                    check.append(checkBox('Select row', (on) => context.emit('select_change', on)));
                }
                root.prepend(check);
                (check.firstElementChild as HTMLInputElement).checked = isChecked;
            } else check?.remove();
            root.classList.toggle('t-clickable', context.handles('select_change'));
            setAttribute(root, 'aria-selected', isChecked ? 'true' : undefined);
            const place = places.get(context.control);
            if (place) root.ariaRowIndex = String(place + 1); // the first is the head
            context.rootStyle = {
                'background-color': color(
                    inState(context.get('color') ?? table?.props['data_row_color'], isChecked ? 'selected' : ''),
                ),
            };
        },
    };
}

export function dataCell(context: Context): Widget {
    const root = document.createElement('td');
    let pencil: SVGSVGElement | undefined;
    let isDown = false;
    onPress(context, root, () => {
        isDown = false;
        context.emit('tap');
    });
    root.addEventListener('pointerdown', (event) => {
        if (context.isDisabled || isTaken(event, root)) return;
        isDown = true;
        context.emit('tap_down', touchOf(event, root));
    });
    // A press that ends elsewhere is none.
    for (const end of ['pointerleave', 'pointercancel'])
        root.addEventListener(end, () => {
            if (isDown) context.emit('tap_cancel');
            isDown = false;
        });
    root.addEventListener('dblclick', (event) => !isTaken(event, root) && context.emit('double_tap'));
    root.addEventListener('keydown', (event) => {
        if (event.target === root && event.key === 'Enter') context.emit('tap');
    });
    return {
        root,
        update() {
            const isThere = context.placeContent(root, 'content');
            const row = context.control.parent;
            const index = listOf(row?.props['cells']).indexOf(context.control);
            const column = listOf(row?.parent?.props['columns'])[index];
            root.classList.toggle('t-numeric', column?.props['numeric'] === true);
            if (!context.is('show_edit_icon')) pencil?.remove();
            else root.append((pencil ??= glyph(__ICON_EDIT__)));
            root.classList.toggle('t-faint', context.is('placeholder') || !isThere);
            setAttribute(root, 'tabindex', isOn(context.get('on_tap')) ? '0' : undefined);
        },
    };
}

export function selectable(table: Control): boolean {
    return table.props['show_checkbox_column'] === true;
}

function checkBox(label: string, onChange: (isChecked: boolean) => void): HTMLInputElement {
    const box = el('input', 't-check');
    box.type = 'checkbox';
    box.ariaLabel = label;
    box.addEventListener('change', () => onChange(box.checked));
    return box;
}

function showSpacer(chunk: HTMLTableSectionElement, height: number): void {
    let spacer = chunk.querySelector<HTMLElement>(':scope > .t-spacer');
    if (!height) return spacer?.remove();
    if (!spacer) {
        spacer = document.createElement('tr');
        spacer.className = 't-spacer';
        spacer.ariaHidden = 'true';
        chunk.append(spacer);
    }
    setStyle(spacer, { height: `${height}px` });
}
