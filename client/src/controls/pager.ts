// Pages beside each other (or one below the other) in a box that scrolls from one to the next: PageView, TabBarView.

import type { Context } from '../dom/widget.ts';
import type { Control } from '../core/tree.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './pager.css?text';

const SETTLE_MS = 120;

export type PagerHost = {
    isAcross(): boolean;
    // Share of the box that a page takes.
    part(): number;
    // A person has turned to this page.
    onTurn(index: number): void;
    // What a page is for screen readers.
    dress?(page: HTMLElement, index: number, count: number): void;
};

export class Pager {
    readonly root = el('div', 't-pages t-fill');
    readonly pages: HTMLElement[] = [];
    shown = -1;
    private timer = 0;
    private width = 0;
    private target = -1;
    private readonly sizes: ResizeObserver;

    constructor(
        private readonly context: Context,
        private readonly host: PagerHost,
    ) {
        adopt(css);
        this.root.addEventListener('scroll', () => this.wait(), { passive: true });
        this.sizes = new ResizeObserver(() => {
            if (this.root.clientWidth === this.width) return;
            this.width = this.root.clientWidth;
            this.scroll(this.shown, 'instant');
        });
        this.sizes.observe(this.root);
    }

    place(controls: readonly Control[]): void {
        const { pages, context } = this;
        while (pages.length < controls.length) {
            const page = el('div', 't-pages-page');
            pages.push(page);
            this.root.append(page);
        }
        for (const page of pages.splice(controls.length)) {
            context.place(page, []);
            page.remove();
        }
        pages.forEach((page, at) => {
            context.place(page, [controls[at]!]);
            this.host.dress?.(page, at, pages.length);
        });
        this.root.classList.toggle('t-pages-down', !this.host.isAcross());
        this.seal();
    }

    // What the server says is shown, and not reported.
    show(index: number): void {
        if (index === this.shown) return;
        const isFirst = this.shown < 0;
        this.shown = index;
        this.seal();
        requestAnimationFrame(() => this.scroll(index, isFirst ? 'instant' : 'smooth'));
    }

    go(index: number, behavior: ScrollBehavior): void {
        this.scroll(Math.max(0, Math.min(index, this.pages.length - 1)), behavior);
    }

    jump(at: number): void {
        this.root.scrollTo({ ...(this.host.isAcross() ? { left: at } : { top: at }), behavior: 'instant' });
    }

    dispose(): void {
        clearTimeout(this.timer);
        this.sizes.disconnect();
    }

    private scroll(index: number, behavior: ScrollBehavior): void {
        const page = this.pages[index];
        const { root } = this;
        if (!page) return;
        this.target = index;
        const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
        const place = this.host.isAcross()
            ? { left: page.offsetLeft - (root.clientWidth - page.offsetWidth) / 2 }
            : { top: page.offsetTop - (root.clientHeight - page.offsetHeight) / 2 };
        root.scrollTo({ ...place, behavior: isCalm ? 'instant' : behavior });
        this.wait();
    }

    private wait(): void {
        clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.settle(), SETTLE_MS);
    }

    private settle(): void {
        const index = this.now();
        if (this.target === index) this.target = -1;
        // On the way to another page that somebody asked for it settles nowhere between.
        if (index < 0 || index === this.shown || this.target === this.shown) return;
        this.shown = index;
        this.seal();
        this.host.onTurn(index);
    }

    // The page in the middle of the box.
    now(): number {
        const area = this.root.getBoundingClientRect();
        const isAcross = this.host.isAcross();
        const middle = isAcross ? area.left + area.width / 2 : area.top + area.height / 2;
        const distances = this.pages.map((page) => {
            const own = page.getBoundingClientRect();
            return Math.abs((isAcross ? own.left + own.width / 2 : own.top + own.height / 2) - middle);
        });
        return distances.indexOf(Math.min(...distances));
    }

    // A page out of sight is no stop for the keyboard.
    private seal(): void {
        this.root.style.setProperty('--t-page-part', `${this.host.part() * 100}%`);
        this.pages.forEach((page, at) => {
            page.inert = this.host.part() >= 1 && at !== this.shown;
        });
    }
}
