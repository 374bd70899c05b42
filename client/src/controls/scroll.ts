// Scrolling shared by View, Row, Column and ListView.

import { withCode } from '../dom/code.ts';
import { findKey } from '../dom/style.ts';
import type { Context } from '../dom/widget.ts';
import { durationMs, isOn, key, number, oneOf, type Css } from '../core/values.ts';
import type { Following } from './following.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';

const NEAR_END_PX = 24;
const THIN_PX = 8;

// `scroll` is a mode, or a map that says how the bar looks.
export function scrollStyle(value: Value | undefined, axis: 'x' | 'y'): Css {
    if (!isOn(value)) return {};
    const bar: ValueMap = isMap(value) ? value : {};
    const mode = oneOf(value, ['hidden', 'always']);
    const isAlways = mode === 'always' || bar['thumb_visibility'] === true;
    const isThin = (number(bar['thickness']) ?? 0) <= THIN_PX;
    return {
        [`overflow-${axis}`]: isAlways ? 'scroll' : 'auto',
        [axis === 'x' ? 'min-width' : 'min-height']: '0',
        'scrollbar-width': mode === 'hidden' ? 'none' : isThin ? 'thin' : 'auto',
        // As small controls are: what is larger would be something to scroll to (scripts/packages.mjs).
        '--t-touch-target': '40px',
    };
}

export class Scrolling {
    isFollowing = true; // until somebody scrolls away from the end
    last = 0; // where it was scrolled to, by people or by us
    private following: Following | undefined;
    private isStop = false;
    private sentAt = 0;

    constructor(
        private readonly context: Context,
        private readonly host: HTMLElement,
        private readonly isHorizontal = () => false,
    ) {
        host.addEventListener('scroll', () => this.onScroll(), { passive: true });
    }

    // Few lists stay at their end: that code comes when it is needed.
    update(): void {
        const { context, host } = this;
        if (isOn(context.get('scroll')) || host.classList.contains('t-list'))
            requestAnimationFrame(() => this.beReachable());
        if (this.following) this.following.update();
        else if (context.is('auto_scroll'))
            context.renderer.await(
                withCode(
                    () => import('./following.ts'),
                    ({ Following }) => {
                        this.following ??= new Following(context, host, this);
                        this.following.update();
                    },
                ),
            );
    }

    // An area that scrolls and has nothing to focus is a stop for the keyboard itself, to be scrolled with it.
    private beReachable(): void {
        const { host } = this;
        if (host.hasAttribute('tabindex') && !this.isStop) return;
        this.isStop = this.extent().max > 0 && !hasFocusable(host);
        if (this.isStop) host.tabIndex = 0;
        else host.removeAttribute('tabindex');
    }

    invoke(name: string, args: ValueMap): Value | undefined {
        if (name !== 'scroll_to') return undefined;
        const behavior = durationMs(args['duration'] ?? null) ? 'smooth' : 'auto';
        const wanted = key(args['scroll_key']);
        const { position, max } = this.extent();
        if (wanted !== undefined) {
            findKey(this.host, wanted)?.scrollIntoView({ behavior, block: 'start', inline: 'start' });
        } else if (number(args['offset']) !== undefined) {
            const offset = number(args['offset'])!;
            // Negative offsets count from the end.
            this.scrollTo(offset < 0 ? max + offset + 1 : offset, behavior);
        } else {
            this.scrollTo(position + (number(args['delta']) ?? 0), behavior);
        }
        return null;
    }

    scrollTo(at: number, behavior: ScrollBehavior): void {
        this.host.scrollTo(this.isHorizontal() ? { left: at, behavior } : { top: at, behavior });
    }

    extent(): { position: number; max: number; viewport: number } {
        const { host } = this;
        return this.isHorizontal()
            ? {
                  position: host.scrollLeft,
                  max: host.scrollWidth - host.clientWidth,
                  viewport: host.clientWidth,
              }
            : {
                  position: host.scrollTop,
                  max: host.scrollHeight - host.clientHeight,
                  viewport: host.clientHeight,
              };
    }

    private onScroll(): void {
        const { position, max, viewport } = this.extent();
        // Only scrolling up leaves the end. It also moves away by itself, before this is heard of.
        if (max - position < NEAR_END_PX) this.isFollowing = true;
        else if (position < this.last - 1) this.isFollowing = false;
        this.last = position;
        if (!this.context.handles('scroll')) return;
        const interval = number(this.context.get('scroll_interval')) ?? 10;
        const now = performance.now();
        if (now - this.sentAt < interval) return;
        this.sentAt = now;
        this.context.emit('scroll', {
            pixels: position,
            min_scroll_extent: 0,
            max_scroll_extent: max,
            viewport_dimension: viewport,
            event_type: 'update',
        });
    }
}

function hasFocusable(host: HTMLElement): boolean {
    for (const element of host.getElementsByTagName('*'))
        if ((element as HTMLElement).tabIndex >= 0 || element.shadowRoot?.delegatesFocus) return true;
    return false;
}
