// The dialog around date and time pickers: heading, a way to type instead, cancel and confirm.

import type { Context } from '../dom/widget.ts';
import { languageTag } from '../core/calendar.ts';
import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { color, icon, number, oneOf, type Css } from '../core/values.ts';
import { el, newName } from '../dom/elements.ts';
import { glyph, showIcon } from '../dom/icons.ts';
import { adopt } from '../dom/sheet.ts';
import { round } from './calendar.ts';
import { Modal } from './modal.ts';
import css from './picker.css?text';

export type PickerHost = {
    // The name of the mode that is not typing: `calendar`, `dial`.
    mode: 'calendar' | 'dial';
    help: string;
    confirm: string;
    // What is chosen now; undefined where that cannot be taken.
    chosen(): ValueMap | undefined;
    // Shown anew: from the properties.
    onOpen(): void;
    onMode(): void;
    focus(): void;
};

export class Picker {
    readonly modal: Modal;
    readonly root: HTMLDialogElement;
    readonly title = el('h2', 't-picker-title');
    readonly body = el('div');
    private readonly help = el('div', 't-picker-help');
    private readonly toggle: HTMLButtonElement;
    private readonly cancel = el('button', 't-word t-state');
    private readonly confirm = el('button', 't-word t-state');
    private wasOpen = false;
    private isChosen = false;
    private isTyped: boolean | undefined;

    constructor(
        private readonly context: Context,
        private readonly host: PickerHost,
    ) {
        adopt(css);
        this.modal = new Modal({
            className: 't-picker',
            isWanted: () => context.is('open'),
            isDismissible: () => !context.is('modal'),
            onClosed: () => this.onClosed(),
            onShown: () => host.focus(),
        });
        this.root = this.modal.root;
        this.toggle = round('', __ICON_EDIT__);
        const head = el('div', 't-picker-head');
        const line = el('div', 't-picker-line');
        const foot = el('div', 't-picker-foot');
        this.help.id = newName('picker');
        this.root.setAttribute('aria-labelledby', this.help.id);
        this.title.ariaLive = 'polite';
        this.cancel.type = this.confirm.type = 'button';
        const isDial = host.mode === 'dial';
        line.append(this.title, ...(isDial ? [] : [this.toggle]));
        head.append(this.help, ...(isDial ? [] : [line]));
        if (isDial) head.style.borderBottom = '0';
        foot.append(...(isDial ? [this.toggle] : []), this.cancel, this.confirm);
        this.root.append(head, this.body, foot);
        this.cancel.addEventListener('click', () => this.modal.close());
        this.confirm.addEventListener('click', () => this.accept());
        this.toggle.addEventListener('click', () => this.flip());
        this.root.addEventListener('keydown', (event) => {
            if (event.key === 'Enter' && event.target instanceof HTMLInputElement) this.accept();
        });
    }

    get language(): string {
        return languageTag(this.context.get('locale')) ?? (document.documentElement.lang || navigator.language);
    }

    // Typed, or chosen from what is shown.
    get isInput(): boolean {
        return this.isTyped ?? oneOf(this.context.get('entry_mode'), ['input', 'inputOnly']) !== undefined;
    }

    update(): Css {
        const { context, host } = this;
        this.help.textContent = context.text('help_text') || host.help;
        this.cancel.textContent = context.text('cancel_text') || 'Cancel';
        this.confirm.textContent = context.text('confirm_text') || context.text('save_text') || host.confirm;
        this.toggle.hidden = oneOf(context.get('entry_mode'), ['calendarOnly', 'dialOnly', 'inputOnly']) !== undefined;
        const isOpen = context.is('open');
        if (isOpen && !this.wasOpen) {
            this.isTyped = undefined;
            this.isChosen = false;
            host.onOpen();
        }
        this.wasOpen = isOpen;
        this.showToggle();
        this.modal.sync();
        return { ...room(context.get('inset_padding')), '--t-barrier': color(context.get('barrier_color')) };
    }

    // Chosen so that it cannot be another one: closed with it.
    accept(): void {
        if (!this.host.chosen()) return;
        this.isChosen = true;
        this.modal.close();
    }

    allow(isAllowed: boolean): void {
        this.confirm.disabled = !isAllowed;
    }

    private flip(): void {
        this.isTyped = !this.isInput;
        const entry_mode = this.isTyped ? 'input' : this.host.mode;
        this.context.set({ entry_mode });
        this.context.emit('entry_mode_change', { entry_mode });
        this.showToggle();
        this.host.onMode();
        this.host.focus();
    }

    private showToggle(): void {
        const isDial = this.host.mode === 'dial';
        const own = this.context.get(
            this.isInput ? (isDial ? 'switch_to_timer_icon' : 'switch_to_calendar_icon') : 'switch_to_input_icon',
        );
        const other = isDial ? __ICON_ACCESS_TIME__ : __ICON_CALENDAR_TODAY__;
        const index = this.isInput ? other : isDial ? __ICON_KEYBOARD__ : __ICON_EDIT__;
        let svg = this.toggle.querySelector<SVGSVGElement>('svg');
        if (!svg) this.toggle.append((svg = glyph(index)));
        showIcon(svg, icon(own) ?? { set: 1, index });
        this.toggle.ariaLabel = this.isInput ? `Choose from a ${isDial ? 'clock' : 'calendar'}` : 'Type it in';
    }

    private onClosed(): void {
        const { context } = this;
        const chosen = this.isChosen ? this.host.chosen() : undefined;
        this.wasOpen = false;
        if (chosen || context.is('open')) context.set({ ...chosen, open: false });
        if (chosen) context.emit('change', this.told(chosen));
        context.emit('dismiss', !chosen);
    }

    // A range has no value of its own to tell.
    private told(chosen: ValueMap) {
        return chosen['value'] ?? null;
    }
}

// How much of the window it leaves free at least.
function room(value: Value | undefined): Css {
    if (value === undefined || value === null) return {};
    const both = (one: string, other: string) =>
        isMap(value) ? (number(value[one]) ?? 0) + (number(value[other]) ?? 0) : 2 * (number(value) ?? 0);
    return {
        'max-width': `calc(100vw - ${both('left', 'right')}px)`,
        'max-height': `calc(100dvh - ${both('top', 'bottom')}px)`,
    };
}
