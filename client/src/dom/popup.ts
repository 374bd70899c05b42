// What lies above the page for a moment: menus, suggestions. Placed beside what opened it and within the window;
// Escape, a press elsewhere and scrolling close it.

import { el } from './elements.ts';
import { adopt } from './sheet.ts';
import css from '../styles/popup.css?text';

export type Place = 'below' | 'over' | 'beside' | 'point';
export type Reason = 'outside' | 'escape' | 'done';

const EDGE_PX = 8;
const MOVED_PX = 4;

export class Popup {
    readonly panel: HTMLElement;
    isOpen = false;
    private ends: AbortController | undefined;
    private place = new DOMRect();
    private before: Element | null = null;

    constructor(
        // Presses on it are its own business. It gets the focus back, unless something else had it.
        private readonly anchor: HTMLElement,
        className: string,
        private readonly onClose: (reason: Reason) => void = () => undefined,
    ) {
        adopt(css);
        this.panel = el('div', `t-popup ${className}`);
        this.panel.hidden = true;
        if ('popover' in this.panel) this.panel.popover = 'manual';
    }

    open(place: Place, at: DOMRect = this.anchor.getBoundingClientRect()): void {
        const { panel } = this;
        panel.hidden = false;
        if (!this.isOpen) {
            this.isOpen = true;
            this.before = document.activeElement;
            this.place = this.anchor.getBoundingClientRect();
            if ('popover' in panel) panel.showPopover();
            this.watch();
        }
        this.put(place, at);
    }

    // A press elsewhere takes the focus along.
    close(reason: Reason, isPress = false): void {
        if (!this.isOpen) return;
        this.isOpen = false;
        this.ends?.abort();
        const hadFocus = this.panel.contains(document.activeElement);
        if ('popover' in this.panel && this.panel.isConnected) this.panel.hidePopover();
        this.panel.hidden = true;
        if (hadFocus && !isPress) this.giveBack();
        this.onClose(reason);
    }

    private giveBack(): void {
        const { anchor, before } = this;
        const place = before instanceof HTMLElement && before !== document.body && before.isConnected ? before : anchor;
        place.focus({ preventScroll: true });
    }

    private watch(): void {
        this.ends = new AbortController();
        const { signal } = this.ends;
        const isWithin = (event: Event) =>
            event.composedPath().some((one) => one === this.panel || one === this.anchor);
        const leave = (event: Event) => !isWithin(event) && this.close('outside', true);
        addEventListener('pointerdown', leave, { signal, capture: true });
        addEventListener('scroll', () => this.hasMoved() && this.close('outside'), { signal, capture: true });
        addEventListener('resize', () => this.close('outside'), { signal });
        addEventListener('blur', () => this.close('outside'), { signal });
        const onEscape = (event: KeyboardEvent) => {
            if (event.key !== 'Escape' || event.defaultPrevented) return;
            event.preventDefault();
            event.stopPropagation();
            this.close('escape');
        };
        // Where the focus is within, the innermost of several popups hears it first.
        this.panel.addEventListener('keydown', onEscape, { signal });
        addEventListener('keydown', onEscape, { signal });
    }

    // Scrolling elsewhere, or of before, is nothing to it.
    private hasMoved(): boolean {
        const { x, y } = this.anchor.getBoundingClientRect();
        return Math.hypot(x - this.place.x, y - this.place.y) > MOVED_PX;
    }

    private put(place: Place, at: DOMRect): void {
        const { panel } = this;
        const isRtl = getComputedStyle(this.anchor).direction === 'rtl';
        const { style } = panel;
        style.left = style.top = '0px';
        style.removeProperty('max-height');
        const { width, height } = panel.getBoundingClientRect();
        const room = { x: innerWidth - EDGE_PX, y: innerHeight - EDGE_PX };
        let x = isRtl ? at.right - width : at.left;
        let y = place === 'below' ? at.bottom : at.top;
        if (place === 'point') x = isRtl ? at.left - width : at.left;
        if (place === 'beside') {
            x = isRtl ? at.left - width : at.right;
            if (x + width > room.x) x = at.left - width;
            if (x < EDGE_PX) x = at.right;
        }
        if (place === 'below' && y + height > room.y && at.top - height > EDGE_PX) y = at.top - height;
        x = Math.max(EDGE_PX, Math.min(x, room.x - width));
        y = Math.max(EDGE_PX, Math.min(y, room.y - height));
        style.left = `${x}px`;
        style.top = `${y}px`;
        style.maxHeight = `${room.y - y}px`;
    }
}
