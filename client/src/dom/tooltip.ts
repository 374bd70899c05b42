// Tooltips: one element for all of an app, shown under the pointer that has moved there after a moment, and at
// once where the keyboard's focus is. A control that comes beneath a pointer that rests shows none. Escape, a click and leaving hide it. Fetched with the first control that has one.

import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { box, color, durationMs, number, oneOf, px, textStyle } from '../core/values.ts';
import { adopt } from './sheet.ts';
import { setStyle } from './style.ts';
import type { Surface } from './surface.ts';
import { tips, tipText } from './tips.ts';
import css from '../styles/tooltip.css?text';

const WAIT_MS = 800;
const TOUCH_SHOW_MS = 1500;
const GAP_PX = 8;
const EDGE_PX = 8;
// What is in a menu that a control has opened has not the control's tooltip, which would lie on the menu.
const OPENED = '.t-popup, md-select-option';

export class Tooltips {
    private readonly tip = document.createElement('div');
    private readonly root: HTMLElement;
    private owner: HTMLElement | undefined;
    private under: HTMLElement | undefined; // the pointer
    private isNew = false; // there, and the pointer has not moved on it yet
    private timer = 0;

    constructor(surface: Surface) {
        const { tip } = this;
        adopt(css);
        this.root = surface.root;
        tip.className = 't-tooltip';
        tip.role = 'tooltip';
        tip.hidden = true;
        // Above dialogs, too, where the browser has the means.
        if ('popover' in tip) tip.popover = 'manual';
        this.root.append(tip);
        this.watchPeople();
        // The tooltip of a control that goes must not stay behind.
        const gone = () => this.owner && !this.owner.isConnected && this.hide();
        new MutationObserver(gone).observe(this.root, { childList: true, subtree: true });
    }

    // After a control's tooltip has changed or has gone.
    refresh(element: HTMLElement): void {
        if (element !== this.owner) return;
        if (tips.has(element)) this.tip.textContent = tipText(tips.get(element));
        else this.hide();
    }

    private watchPeople(): void {
        const hide = () => this.hide();
        document.addEventListener('pointerover', ({ target }) => this.onOver(this.find(target)));
        document.addEventListener('pointermove', (event) => this.onMove(event));
        document.addEventListener('contextmenu', ({ target }) => this.onLongPress(target));
        this.root.addEventListener('focusin', (event) => this.onFocus(event));
        this.root.addEventListener('focusout', hide);
        document.addEventListener('pointerdown', () => this.onPress(), true);
        document.addEventListener('scroll', hide, true);
        document.documentElement.addEventListener('pointerleave', hide);
        document.addEventListener('keydown', ({ key }) => key === 'Escape' && hide(), true);
    }

    private onOver(found: HTMLElement | undefined): void {
        if (found !== this.under || (this.owner && found !== this.owner)) this.hide();
        this.isNew = found !== undefined && (this.isNew || found !== this.under);
        this.under = found;
    }

    private onMove({ pointerType }: PointerEvent): void {
        const { under } = this;
        if (!this.isNew || !under || pointerType === 'touch') return;
        this.isNew = false;
        const wait = durationMs(optionsOf(under)['wait_duration'] ?? null) ?? WAIT_MS;
        this.timer = window.setTimeout(() => this.show(under), wait);
    }

    private onPress(): void {
        this.isNew = false;
        this.hide();
    }

    // Where there is no pointer that could rest on something.
    private onLongPress(target: EventTarget | null): void {
        const found = matchMedia('(hover: none)').matches ? this.find(target) : undefined;
        if (!found) return;
        this.show(found);
        const shown = durationMs(optionsOf(found)['show_duration'] ?? null) ?? TOUCH_SHOW_MS;
        this.timer = window.setTimeout(() => this.hide(), shown);
    }

    private onFocus(event: FocusEvent): void {
        const found = this.find(event.target);
        // Controls of the widget library hold the focus inside.
        const [focused] = event.composedPath();
        if (found && focused instanceof Element && focused.matches(':focus-visible')) this.show(found);
    }

    private find(target: EventTarget | null): HTMLElement | undefined {
        for (let e = target instanceof Element ? target : null; e && e !== this.root; e = e.parentElement) {
            if (e instanceof HTMLElement && tips.has(e)) return this.root.contains(e) ? e : undefined;
            if (e.matches(OPENED)) break;
        }
        return undefined;
    }

    private show(element: HTMLElement): void {
        const { tip } = this;
        clearTimeout(this.timer);
        if (!element.isConnected || !tips.has(element)) return;
        const options = optionsOf(element);
        this.owner = element;
        tip.textContent = tipText(tips.get(element));
        const decoration = isMap(options['decoration']) ? options['decoration'] : {};
        setStyle(tip, {
            ...textStyle(options['text_style']),
            padding: box(options['padding']),
            'background-color': color(options['bgcolor']) ?? color(decoration['bgcolor']),
            'text-align': oneOf(options['text_align'], ['left', 'right', 'center', 'justify', 'start', 'end']),
        });
        tip.hidden = false;
        tip.showPopover?.();
        this.place(element, options);
    }

    private place(element: HTMLElement, options: ValueMap): void {
        const { tip } = this;
        const at = element.getBoundingClientRect();
        const { width, height } = tip.getBoundingClientRect();
        // The offset counts from the middle of the control, as Flutter's does.
        const offset = number(options['vertical_offset']);
        const gap = offset === undefined ? GAP_PX : offset - at.height / 2;
        const [below, above] = [at.bottom + gap, at.top - gap - height];
        const isBelow =
            options['prefer_below'] === false
                ? above < EDGE_PX
                : below + height <= innerHeight - EDGE_PX || above < EDGE_PX;
        const left = Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - EDGE_PX);
        tip.style.setProperty('left', px(Math.max(left, EDGE_PX))!);
        tip.style.setProperty('top', px(isBelow ? below : above)!);
    }

    private hide(): void {
        const { tip } = this;
        clearTimeout(this.timer);
        this.owner = undefined;
        if (tip.hidden) return;
        tip.hidePopover?.();
        tip.hidden = true;
    }
}

function optionsOf(element: HTMLElement): ValueMap {
    const value: Value | undefined = tips.get(element);
    return isMap(value) ? value : {};
}
