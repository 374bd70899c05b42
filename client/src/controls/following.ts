// A list with auto_scroll stays at its end, unless the person scrolled away from it.

import { animation } from '../core/values.ts';
import type { Context } from '../dom/widget.ts';

// What scrolls it (scroll.ts).
interface Scrolling {
    isFollowing: boolean;
    last: number;
    extent(): { position: number; max: number };
    scrollTo(at: number, behavior: ScrollBehavior): void;
}

export class Following {
    private readonly sizes = new ResizeObserver(() => this.follow());
    private watched = new Set<Element>();

    constructor(
        private readonly context: Context,
        private readonly host: HTMLElement,
        private readonly scrolling: Scrolling,
    ) {}

    update(): void {
        const isWanted = this.context.is('auto_scroll');
        this.watch(isWanted);
        this.beLog(isWanted);
    }

    // What stays at its end is a log to screen readers: they say what is added.
    private beLog(isLog: boolean): void {
        const { host, context } = this;
        if (host.localName !== 'div') return;
        const isOurs = host.getAttribute('role') === 'log';
        if (isLog && !host.hasAttribute('role')) host.setAttribute('role', 'log');
        else if (!isLog && isOurs) host.removeAttribute('role');
        if (isLog && !host.hasAttribute('aria-label')) host.ariaLabel = context.text('tooltip') || 'Log';
    }

    // The end moves whenever anything in it, or its own box, changes its size: lines that come, images and
    // controls that draw themselves later, a window that shrinks, something that appears below.
    private watch(isWanted: boolean): void {
        const wanted = new Set<Element>(isWanted ? [this.host, ...this.host.children] : []);
        for (const element of this.watched) if (!wanted.has(element)) this.sizes.unobserve(element);
        for (const element of wanted) if (!this.watched.has(element)) this.sizes.observe(element);
        // A row that goes changes the end, too, and nothing of the rows that stay.
        const isLess = [...this.watched].some((element) => !wanted.has(element));
        this.watched = wanted;
        if (isWanted && isLess) requestAnimationFrame(() => this.follow());
    }

    private follow(): void {
        const { scrolling } = this;
        const { position, max } = scrolling.extent();
        if (scrolling.isFollowing && position < max) scrolling.scrollTo(max, this.howToFollow());
        scrolling.last = scrolling.extent().position;
    }

    // How long it takes is the browser's choice.
    private howToFollow(): ScrollBehavior {
        const isSlow = animation(this.context.get('auto_scroll_animation'));
        return isSlow && !matchMedia('(prefers-reduced-motion: reduce)').matches ? 'smooth' : 'auto';
    }
}
