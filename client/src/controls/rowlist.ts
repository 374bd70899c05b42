// A list whose rows the server builds on demand (troupe/pages/rows.h). It has some rows in a row, from
// `_row_first` on, and asks for others as it is scrolled.
//
// The rows lie in a layer, which is moved within the body, which is as high as the scroll bar says:
// as high as all rows would be, or as high as browsers can. Where the layer lies is the one thing to
// know: which row is on top follows from it. A short scroll goes by pixels; a long one, as of a bar that
// is dragged, by what part of the bar it is. In between the two differ, because heights are guessed
// and the bar may be shorter than the list; the layer and the scroll position then move together,
// which nobody sees: at once near an end of the bar, else when the scrolling stops.

import { covers, Rail, wish, type Span } from '../core/rail.ts';
import { findKey, setStyle } from '../dom/style.ts';
import type { Control, Value, ValueMap } from '../core/tree.ts';
import { key, number } from '../core/values.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './rowlist.css?text';

adopt(css);

const ASK_EVERY_MS = 50;
const ASK_AGAIN_MS = 2000;
const STOPPED_MS = 120;
const FOCUSABLE = 'a[href],button,input,select,textarea,[tabindex]:not([tabindex="-1"])';
const TYPING = 'input,textarea,select,[contenteditable],[role=slider],[role=radiogroup]';

export function rowList(context: Context, root: HTMLElement): Widget {
    const list = new RowList(context, root);
    return {
        root,
        update: () => list.update(),
        invoke: (name, args) => (name === 'scroll_to' ? list.scrollTo(args) : undefined),
        dispose: () => list.dispose(),
    };
}

class RowList {
    private readonly header = el('div', 't-rows-header');
    private readonly body = el('div', 't-rows-body');
    private readonly layer = el('div', 't-rows-layer');
    private readonly gaps = [el('div', 't-rows-gap'), el('div', 't-rows-gap')] as const;
    private wrappers: HTMLElement[] = [];
    private readonly byId = new Map<number, HTMLElement>();
    private first = 0;
    private rail = new Rail(0, 48, 0);
    private layerTop = 0;
    private lastTop = 0;
    // The place that the person looks at: a row, and where in sight its top is.
    private anchor: { wrapper: HTMLElement; y: number } | undefined;
    private lost: { row: number; nth: number } | undefined; // had the focus when it went
    private asked: Span = { first: 0, count: 0 };
    private askedAt = -Infinity;
    private askTimer = 0;
    private stopTimer = 0;
    private focusFrame = 0;
    private readonly sizes = new ResizeObserver(() => this.onResize());
    private readonly marks = new MutationObserver(() => this.mark());

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
    ) {
        root.tabIndex = 0;
        for (const gap of this.gaps) gap.ariaHidden = 'true';
        this.body.append(...this.gaps, this.layer);
        root.append(this.header, this.body);
        root.addEventListener('scroll', () => this.onScroll(), { passive: true });
        root.addEventListener('keydown', (event) => this.onKey(event));
        this.sizes.observe(root);
        this.sizes.observe(this.layer);
    }

    dispose(): void {
        this.sizes.disconnect();
        this.marks.disconnect();
        clearTimeout(this.askTimer);
        clearTimeout(this.stopTimer);
        cancelAnimationFrame(this.focusFrame);
    }

    // -- what the server says --

    update(): void {
        const { context } = this;
        const position = this.position();
        const wasOnTop = this.first === 0 && this.root.scrollTop <= 1;
        const children = context.children();
        const hasHeader = context.is('row_header') && children.length > 0;
        context.place(this.header, hasHeader ? [children[0]!] : []);
        this.header.hidden = !hasHeader;
        this.rail = this.newRail();
        this.first = number(context.get('_row_first')) ?? 0;
        this.showRows(hasHeader ? children.slice(1) : children);
        context.rootStyle = { 'overflow-y': 'auto' };
        this.root.classList.toggle('t-rows-table', context.is('row_cells'));
        this.mark();
        if (wasOnTop && this.first === 0) this.moveLayer(0);
        else if (!this.keepAnchor())
            this.moveLayer(this.root.scrollTop - this.offsetOf(Math.min(position, this.rail.lastRow)));
        this.settle();
        this.restoreFocus();
        this.ask();
    }

    private newRail(): Rail {
        const { context } = this;
        const count = Math.max(0, number(context.get('row_count')) ?? 0);
        const height = Math.max(1, number(context.get('row_height')) ?? 48);
        return new Rail(count, height, this.viewport);
    }

    private get viewport(): number {
        return Math.max(0, this.root.clientHeight - this.header.offsetHeight);
    }

    private get loaded(): Span {
        return { first: this.first, count: this.wrappers.length };
    }

    private showRows(controls: readonly Control[]): void {
        const kept = new Set(controls.map((control) => control.id));
        this.leaveFocus(kept);
        for (const [id, wrapper] of this.byId) {
            if (kept.has(id)) continue;
            this.context.place(wrapper, []);
            wrapper.remove();
            this.byId.delete(id);
        }
        this.wrappers = controls.map((control) => {
            const known = this.byId.get(control.id);
            const wrapper = known ?? el('div', 't-rows-row');
            this.byId.set(control.id, wrapper);
            this.context.place(wrapper, [control]);
            return wrapper;
        });
        // Only rows that are out of order move: a moved element would lose focus and caret.
        let before: Element | null = this.layer.firstElementChild;
        for (const wrapper of this.wrappers) {
            if (wrapper === before) before = before.nextElementSibling;
            else this.layer.insertBefore(wrapper, before);
        }
    }

    // For screen readers: the whole length, and where in it each row is.
    private mark(): void {
        const { root, context, rail } = this;
        const isTable = context.is('row_cells');
        const above = this.header.hidden ? 0 : 1;
        setAttribute(root, 'role', isTable ? 'table' : 'list');
        setAttribute(root, 'aria-rowcount', isTable ? String(rail.count + above) : undefined);
        this.wrappers.forEach((wrapper, at) => {
            const row = this.first + at + 1;
            setAttribute(wrapper, 'role', isTable ? 'row' : 'listitem');
            setAttribute(wrapper, 'aria-rowindex', isTable ? String(row + above) : undefined);
            setAttribute(wrapper, 'aria-posinset', isTable ? undefined : String(row));
            setAttribute(wrapper, 'aria-setsize', isTable ? undefined : String(rail.count));
            if (isTable) markCells(wrapper, 'cell');
        });
        setAttribute(this.header, 'role', isTable ? 'row' : undefined);
        setAttribute(this.header, 'aria-rowindex', isTable ? '1' : undefined);
        if (!isTable) return;
        markCells(this.header, 'columnheader');
        const sorted = number(context.get('row_sorted')) ?? 0;
        [...(this.header.firstElementChild?.children ?? [])].forEach((cell, at) => {
            const isSorted = at + 1 === Math.abs(sorted);
            setAttribute(cell, 'aria-sort', isSorted ? (sorted > 0 ? 'ascending' : 'descending') : undefined);
        });
        this.marks.observe(this.layer, { childList: true, subtree: true });
    }

    // -- where things are --

    private get layerHeight(): number {
        return this.layer.offsetHeight;
    }

    // The row on top, and how much of it is above.
    private position(): number {
        const { wrappers, first, rail } = this;
        const y = this.root.scrollTop - this.layerTop;
        const height = this.layerHeight;
        if (y < 0 || wrappers.length === 0) return Math.max(0, first + y / rail.height);
        if (y >= height) return first + wrappers.length + (y - height) / rail.height;
        const at = this.wrapperAt(y);
        const wrapper = wrappers[at]!;
        return first + at + (y - wrapper.offsetTop) / Math.max(1, wrapper.offsetHeight);
    }

    // The row at that place of the layer, by halving.
    private wrapperAt(y: number): number {
        let low = 0;
        let high = this.wrappers.length - 1;
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (this.wrappers[middle]!.offsetTop <= y) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    // Where a row is, from the layer's top on; guessed where it is not there.
    private offsetOf(position: number): number {
        const { wrappers, first, rail } = this;
        if (position < first || wrappers.length === 0) return (position - first) * rail.height;
        const at = Math.floor(position) - first;
        if (at >= wrappers.length) return this.layerHeight + (position - first - wrappers.length) * rail.height;
        const wrapper = wrappers[at]!;
        return wrapper.offsetTop + (position % 1) * wrapper.offsetHeight;
    }

    private moveLayer(top: number): void {
        this.layerTop = top;
    }

    private remember(): void {
        const { wrappers, layerTop } = this;
        const y = this.root.scrollTop - layerTop;
        const isThere = wrappers.length > 0 && y >= 0 && y < this.layerHeight;
        const wrapper = isThere ? wrappers[this.wrapperAt(y)]! : undefined;
        this.anchor = wrapper && { wrapper, y: wrapper.offsetTop - y };
    }

    // The rows that the person looks at stay in their place. False: it is gone.
    private keepAnchor(): boolean {
        const { anchor } = this;
        if (!anchor?.wrapper.isConnected || anchor.wrapper.parentElement !== this.layer) return false;
        this.moveLayer(this.root.scrollTop + anchor.y - anchor.wrapper.offsetTop);
        return true;
    }

    // Brings the bar, the layer and the ends of the list together.
    private settle(hasStopped = true): void {
        const { rail, root, loaded } = this;
        const height = this.layerHeight;
        const isWhole = loaded.first === 0 && loaded.count === rail.count;
        const length = isWhole ? height : rail.length;
        setStyle(this.body, { height: `${length}px` });
        const top = root.scrollTop;
        const wanted = this.wantedTop(length, height, hasStopped);
        if (wanted !== undefined && Math.abs(wanted - this.layerTop) > 0.5) {
            const by = wanted - this.layerTop;
            this.moveLayer(wanted);
            root.scrollTop = top + by;
        }
        this.lastTop = root.scrollTop;
        setStyle(this.layer, { transform: `translateY(${this.layerTop}px)` });
        this.showGaps(length, height);
        this.remember();
    }

    // Where the layer has to be; undefined: where it is.
    private wantedTop(length: number, height: number, hasStopped: boolean): number | undefined {
        const { rail, loaded, root, viewport } = this;
        const top = root.scrollTop;
        const y = top - this.layerTop;
        const isInSight = loaded.count > 0 && y > -viewport && y < height + viewport;
        if (isInSight && loaded.first === 0) return 0;
        if (isInSight && loaded.first + loaded.count === rail.count) return length - height;
        const right = rail.toPx(this.position());
        const isNearEnd = top < 3 * viewport || length - viewport - top < 3 * viewport;
        if (!hasStopped && !(isNearEnd && Math.abs(right - top) > viewport / 2)) return undefined;
        return this.layerTop + right - top;
    }

    // Lines where rows will be, around what is in sight.
    private showGaps(length: number, height: number): void {
        const top = this.root.scrollTop;
        const from = Math.max(0, top - 2 * this.viewport);
        const to = Math.min(length, top + 3 * this.viewport);
        const end = this.layerTop + (this.wrappers.length > 0 ? height : 0);
        const spans = [
            [from, Math.min(this.layerTop, to)],
            [Math.max(end, from), to],
        ] as const;
        this.gaps.forEach((gap, at) => {
            const [start, stop] = spans[at]!;
            gap.hidden = stop - start < 1;
            setStyle(gap, {
                top: `${start}px`,
                height: `${Math.max(0, stop - start)}px`,
                '--t-row-height': `${this.rail.height}px`,
            });
        });
        const isBusy = Math.min(this.layerTop, length) > top + 1 || end < Math.min(top + this.viewport, length) - 1;
        setAttribute(this.root, 'aria-busy', isBusy ? 'true' : undefined);
    }

    // -- what the person does --

    private onScroll(): void {
        const { root, rail } = this;
        const top = root.scrollTop;
        const isLong = Math.abs(top - this.lastTop) > Math.max(4 * this.viewport, this.layerHeight);
        this.lastTop = top;
        if (isLong) this.moveLayer(top - this.offsetOf(rail.toRow(top)));
        this.settle(false);
        this.ask();
        clearTimeout(this.stopTimer);
        this.stopTimer = window.setTimeout(() => this.settle(), STOPPED_MS);
    }

    private onResize(): void {
        const position = this.position();
        this.rail = this.newRail();
        if (!this.keepAnchor()) this.moveLayer(this.root.scrollTop - this.offsetOf(position));
        this.settle();
        this.ask();
    }

    private ask(): void {
        if (this.viewport === 0) return;
        const { rail, loaded } = this;
        const low = loaded.count > 0 ? this.layerHeight / loaded.count : rail.height;
        const visible = Math.ceil(this.viewport / Math.max(1, Math.min(rail.height, low)));
        const wanted = wish(this.position(), visible, loaded, rail.count);
        if (!wanted) return;
        const now = performance.now();
        const isSame = wanted.first === this.asked.first && wanted.count === this.asked.count;
        const wait = this.askedAt + (isSame ? ASK_AGAIN_MS : ASK_EVERY_MS) - now;
        clearTimeout(this.askTimer);
        if (wait <= 0 && this.context.handles('rows')) {
            this.asked = wanted;
            this.askedAt = now;
            this.context.emit('rows', { first: wanted.first, count: wanted.count });
        }
        // Also the last one of a long scroll, and one that was lost on the way.
        this.askTimer = window.setTimeout(() => this.ask(), wait > 0 ? wait + 1 : ASK_AGAIN_MS);
    }

    scrollTo(args: ValueMap): Value {
        const wanted = key(args['scroll_key']);
        const offset = number(args['offset']);
        if (wanted !== undefined) findKey(this.layer, wanted)?.scrollIntoView({ block: 'start' });
        else if (offset !== undefined) this.goTo(offset < 0 ? this.rail.lastRow : offset / this.rail.height);
        else this.root.scrollBy({ top: number(args['delta']) ?? 0 });
        return null;
    }

    private goTo(row: number): void {
        const to = Math.min(Math.max(row, 0), this.rail.lastRow);
        this.root.scrollTop = this.rail.toPx(to);
        this.moveLayer(this.root.scrollTop - this.offsetOf(to));
        this.settle();
        this.ask();
    }

    private onKey(event: KeyboardEvent): void {
        if (event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
        const target = event.target as HTMLElement;
        const isTyping = target.matches(TYPING) || target.localName.includes('text-field');
        if ((event.key === 'Home' || event.key === 'End') && (event.ctrlKey || !isTyping)) {
            event.preventDefault();
            this.root.focus({ preventScroll: true });
            this.lost = undefined;
            this.goTo(event.key === 'Home' ? 0 : this.rail.lastRow);
        } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !isTyping && !event.ctrlKey) {
            if (this.moveFocus(target, event.key === 'ArrowDown' ? 1 : -1)) event.preventDefault();
        }
    }

    // To the same control of the next row.
    private moveFocus(target: Element, by: number): boolean {
        const at = this.wrappers.findIndex((wrapper) => wrapper.contains(target));
        const next = at < 0 ? undefined : this.wrappers[at + by];
        if (!next) return false;
        const controls = focusable(next);
        const nth = focusable(this.wrappers[at]!).indexOf(target as HTMLElement);
        (controls[nth] ?? controls[0])?.focus();
        return controls.length > 0;
    }

    // A row that goes leaves its focus to the list, so that keys still work, and gets it back when
    // it comes again.
    private leaveFocus(kept: ReadonlySet<number>): void {
        const active = document.activeElement;
        if (!active || active === this.root || !this.layer.contains(active)) return;
        for (const [id, wrapper] of this.byId) {
            if (kept.has(id) || !wrapper.contains(active)) continue;
            const row = Number(wrapper.getAttribute('aria-posinset') ?? wrapper.getAttribute('aria-rowindex'));
            this.lost = {
                row: row - 1 - (wrapper.hasAttribute('aria-rowindex') && !this.header.hidden ? 1 : 0),
                nth: focusable(wrapper).indexOf(active as HTMLElement),
            };
            this.root.focus({ preventScroll: true });
        }
    }

    // The focus is given back until the person has it elsewhere, or has it back: the row may go once more before it
    // could be given, and elements of the widget library can take it only once they have drawn themselves.
    private restoreFocus(): void {
        cancelAnimationFrame(this.focusFrame);
        if (this.lost && document.activeElement !== this.root) this.lost = undefined;
        if (!this.lost || !covers(this.loaded, { first: this.lost.row, count: 1 })) return;
        const { row, nth } = this.lost;
        this.focusFrame = requestAnimationFrame(() => {
            const wrapper = this.wrappers[row - this.first];
            if (wrapper && document.activeElement === this.root)
                focusable(wrapper)[Math.max(0, nth)]?.focus({ preventScroll: true });
            this.restoreFocus();
        });
    }
}

function focusable(wrapper: Element): HTMLElement[] {
    return [...wrapper.querySelectorAll<HTMLElement>('*')].filter(
        (element) => element.matches(FOCUSABLE) || element.shadowRoot?.delegatesFocus,
    );
}

function markCells(wrapper: Element, role: string): void {
    for (const cell of wrapper.firstElementChild?.children ?? [])
        if (!cell.hasAttribute('role') || cell.getAttribute('role') !== role) {
            if (cell.matches('div,span,p')) cell.setAttribute('role', role);
        }
}
