// A menu: a popup of items with the keyboard's ways through it. What is chosen in it says so by an event that
// bubbles up to it (and through menus around it).

import { moveAmong } from '../dom/roving.ts';
import { Popup, type Place, type Reason } from '../dom/popup.ts';
import { adopt } from '../dom/sheet.ts';
import css from './menu.css?text';

const CHOSEN = 'troupe-chosen';

export function sayChosen(item: HTMLElement, id: number): void {
    item.dispatchEvent(new CustomEvent(CHOSEN, { bubbles: true, detail: id }));
}

export type MenuHost = {
    anchor: HTMLElement;
    label(): string;
    onChosen?(id: number): void;
    onClose?(reason: Reason): void;
};

export class Menu {
    readonly popup: Popup;
    readonly panel: HTMLElement;
    private typed = '';
    private typedAt = 0;
    private settle: (() => void) | undefined; // while its items are on their way

    constructor(private readonly host: MenuHost) {
        adopt(css);
        this.popup = new Popup(host.anchor, 't-menu', (reason) => host.onClose?.(reason));
        this.panel = this.popup.panel;
        this.panel.role = 'menu';
        this.panel.tabIndex = -1;
        this.panel.addEventListener(CHOSEN, (event) => {
            host.onChosen?.((event as CustomEvent<number>).detail);
            this.popup.close('done');
        });
        this.panel.addEventListener('keydown', (event) => this.onKey(event));
        // The pointer and the keyboard have one place between them. A pointer that rests where the menu opens beneath
        // it, at any moment after that, is no move.
        this.panel.addEventListener('pointermove', ({ target }) => {
            const item = (target as Element).closest<HTMLElement>('[role^=menuitem]');
            if (!item || item === document.activeElement || item.dataset['hover'] === 'off') return;
            if (this.items().includes(item)) item.focus({ preventScroll: true });
        });
    }

    get isOpen(): boolean {
        return this.popup.isOpen;
    }

    items(): HTMLElement[] {
        return itemsOf(this.panel);
    }

    // `first` and `last` are for the keyboard; a pointer leaves the focus on the menu itself.
    open(place: Place, focus: 'first' | 'last' | 'menu', at?: DOMRect): void {
        this.panel.ariaLabel = this.host.label();
        this.show(place, focus, at);
        this.settle = this.items().length ? undefined : () => this.show(place, focus, at);
    }

    // After a change of what is in it. Items whose code comes once the menu is open get its place and its focus then.
    changed(): void {
        if (!this.settle || !this.items().length) return;
        const { settle } = this;
        this.settle = undefined;
        if (this.isOpen && document.activeElement === this.panel) settle();
    }

    private show(place: Place, focus: 'first' | 'last' | 'menu', at?: DOMRect): void {
        this.popup.open(place, at);
        const items = this.items();
        const wanted = focus === 'first' ? items[0] : focus === 'last' ? items[items.length - 1] : undefined;
        (wanted ?? this.panel).focus({ preventScroll: true });
    }

    private onKey(event: KeyboardEvent): void {
        if (event.defaultPrevented) return;
        const items = this.items();
        if (event.key === 'Tab') return this.popup.close('outside');
        const to = event.target === this.panel ? entry(items, event.key) : undefined;
        if (to) event.preventDefault();
        to?.focus();
        if (to || moveAmong(items, event, 'y')) return;
        if (event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey) this.type(event.key);
    }

    // Letters go to the next item that begins with them.
    private type(letter: string): void {
        const now = performance.now();
        this.typed = (now - this.typedAt < 800 ? this.typed : '') + letter.toLowerCase();
        this.typedAt = now;
        const items = this.items();
        const at = items.indexOf(document.activeElement as HTMLElement);
        const from = this.typed.length > 1 ? at : at + 1;
        const ordered = [...items.slice(from), ...items.slice(0, from)];
        ordered.find((item) => item.innerText.trim().toLowerCase().startsWith(this.typed))?.focus();
    }
}

// Where a key leads from the menu itself, with none of its items in focus yet.
function entry(items: HTMLElement[], key: string): HTMLElement | undefined {
    if (key === 'ArrowDown' || key === 'Home') return items[0];
    return key === 'ArrowUp' || key === 'End' ? items[items.length - 1] : undefined;
}

// Those of a menu itself, not of menus within it.
export function itemsOf(panel: HTMLElement): HTMLElement[] {
    return [...panel.querySelectorAll<HTMLElement>('[role^=menuitem]')].filter(
        (item) => item.parentElement?.closest('[role=menu], [role=menubar]') === panel && item.ariaDisabled !== 'true',
    );
}
