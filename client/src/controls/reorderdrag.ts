// One line of a list under the pointer, the others making room for it.

import { landing } from '../core/reorder.ts';

export type DragHost = {
    rows(): HTMLElement[];
    isAcross(): boolean;
    isAllowed(): boolean;
    onStart(from: number): void;
    onEnd(from: number, to: number): void;
    // Pixels of scrolling for each second and pixel beyond the edge.
    speed(): number;
};

const EDGE_PX = 32;

export class Drag {
    private from = -1;
    private to = -1;
    private begin = 0;
    private last = 0;
    private pointer = 0;
    private frame = 0;
    private scrolled = 0;
    private spans: { start: number; size: number }[] = [];

    constructor(
        private readonly root: HTMLElement,
        private readonly host: DragHost,
    ) {
        root.addEventListener('pointerdown', (event) => this.down(event));
        root.addEventListener('pointermove', (event) => this.move(event));
        root.addEventListener('pointerup', () => this.end(true));
        root.addEventListener('pointercancel', () => this.end(false));
        root.addEventListener('keydown', (event) => {
            if (event.key === 'Escape') this.end(false);
        });
    }

    private down(event: PointerEvent): void {
        const handle = (event.target as Element).closest('.t-handle');
        if (!handle || event.button !== 0 || !this.host.isAllowed()) return;
        const rows = this.host.rows();
        const from = rows.findIndex((row) => row.contains(handle));
        if (from < 0) return;
        event.preventDefault();
        (handle as HTMLElement).focus();
        this.root.setPointerCapture(event.pointerId);
        const isAcross = this.host.isAcross();
        this.spans = rows.map((row) => {
            const area = row.getBoundingClientRect();
            return isAcross ? { start: area.left, size: area.width } : { start: area.top, size: area.height };
        });
        this.from = this.to = from;
        this.pointer = event.pointerId;
        this.begin = this.last = this.at(event);
        this.scrolled = this.scroll();
        rows[from]!.classList.add('t-reorder-lifted');
        this.host.onStart(from);
    }

    private at(event: PointerEvent): number {
        return this.host.isAcross() ? event.clientX : event.clientY;
    }

    private scroll(): number {
        return this.host.isAcross() ? this.root.scrollLeft : this.root.scrollTop;
    }

    private move(event: PointerEvent): void {
        if (this.from < 0 || event.pointerId !== this.pointer) return;
        this.last = this.at(event);
        this.show();
        this.frame ||= requestAnimationFrame(() => this.scrollOn());
    }

    private show(): void {
        const shift = this.last - this.begin + this.scroll() - this.scrolled;
        this.to = landing(this.spans, this.from, shift);
        const size = this.spans[this.from]!.size;
        this.host.rows().forEach((row, at) => {
            let by = 0;
            if (at === this.from) by = shift;
            else if (at > this.from && at <= this.to) by = -size;
            else if (at < this.from && at >= this.to) by = size;
            row.style.translate = this.host.isAcross() ? `${by}px 0` : `0 ${by}px`;
        });
    }

    // At the list's edge it scrolls on for as long as the pointer stays there.
    private scrollOn(): void {
        this.frame = 0;
        if (this.from < 0) return;
        const area = this.root.getBoundingClientRect();
        const [start, end] = this.host.isAcross() ? [area.left, area.right] : [area.top, area.bottom];
        const beyond = Math.max(0, this.last - end + EDGE_PX) - Math.max(0, start + EDGE_PX - this.last);
        if (beyond === 0) return;
        const before = this.scroll();
        const by = (beyond * this.host.speed()) / 60 / 5;
        this.root.scrollBy(this.host.isAcross() ? by : 0, this.host.isAcross() ? 0 : by);
        if (this.scroll() === before) return;
        this.show();
        this.frame = requestAnimationFrame(() => this.scrollOn());
    }

    end(isKept: boolean): void {
        const { from, to } = this;
        if (from < 0) return;
        cancelAnimationFrame(this.frame);
        this.frame = 0;
        this.from = -1;
        for (const row of this.host.rows()) {
            row.style.removeProperty('translate');
            row.classList.remove('t-reorder-lifted');
        }
        this.host.onEnd(from, isKept ? to : from);
    }
}
