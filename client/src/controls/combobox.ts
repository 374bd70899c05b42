// A dropdown that is typed into: a field with a list of options, all of them or those that hold what was typed.

import '@material/web/field/filled-field.js';
import '@material/web/field/outlined-field.js';
import { holding } from '../core/suggest.ts';
import { isMap, type Control } from '../core/tree.ts';
import { isOn, oneOf, text, textStyle, type Css } from '../core/values.ts';
import { buttonLook } from '../core/looks.ts';
import { el, focusSoon, newName, setAttribute, setText } from '../dom/elements.ts';
import { glyph } from '../dom/icons.ts';
import { Popup } from '../dom/popup.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { Typed } from '../dom/typed.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { fillHeadline, iconPart, labelOf, look, menuStyle, optionValue, spaces, stateOf } from './dropdownparts.ts';
import css from './combobox.css?text';

type MdField = HTMLElement & {
    label: string;
    focused: boolean;
    populated: boolean;
    disabled: boolean;
    error: boolean;
    errorText: string;
    supportingText: string;
    hasStart: boolean;
    hasEnd: boolean;
};

export function combobox(context: Context): Widget {
    adopt(css);
    const box = new Combobox(context);
    return {
        root: box.root,
        update: () => box.update(),
        invoke(name) {
            if (name !== 'focus') return undefined;
            box.input.focus();
            return null;
        },
        dispose: () => box.popup.close('outside'),
    };
}

class Combobox {
    readonly root = el('div', 't-combo');
    readonly input = el('input', 't-combo-input');
    readonly popup: Popup;
    private readonly kind: 'filled' | 'outlined';
    private readonly field: MdField;
    private readonly start = el('span', 't-combo-icon');
    private readonly arrow = el('button', 't-field-button t-combo-arrow');
    private readonly description = el('div');
    private readonly typed: Typed;
    private options: Control[] = [];
    private rows: HTMLElement[] = [];
    private at = -1; // the row that Enter chooses
    private isTyping = false; // since the list was opened
    private isNew = true;
    private state = '';
    private value: unknown;

    constructor(private readonly context: Context) {
        const isLined = oneOf(context.get('border'), ['underline', 'none']) || context.is('filled');
        this.kind = isLined ? 'filled' : 'outlined';
        this.field = document.createElement(`md-${this.kind}-field`) as MdField;
        this.popup = new Popup(this.root, 't-combo-list', () => this.onClosed());
        this.typed = new Typed(
            {
                text: () => this.words(),
                set: ({ value }) => context.set({ text: value ?? null }),
                emit: (_, value) => context.emit('text_change', value ?? null),
            },
            this.input,
            () => this.showField(),
        );
        this.build();
        this.watch();
    }

    update(): void {
        const { context, input, field, arrow } = this;
        this.options = context.children('options');
        this.follow();
        this.typed.limit(context.get('input_filter'), context.get('capitalization'));
        const label = context.text('label');
        const hint = context.text('hint_text');
        field.label = label;
        input.placeholder = hint;
        input.disabled = context.isDisabled;
        arrow.disabled = context.isDisabled;
        setAttribute(input, 'aria-label', label || hint || context.text('tooltip') || 'Choose');
        field.supportingText = context.text('helper_text');
        field.errorText = this.typed.refusal || context.text('error_text');
        field.error = field.errorText !== '';
        setAttribute(input, 'aria-invalid', field.error ? 'true' : undefined);
        setText(this.description, field.errorText || field.supportingText);
        field.disabled = context.isDisabled;
        this.showIcons();
        this.typed.show();
        this.showRows();
        this.showField();
        context.rootStyle = this.look();
        if (this.isNew && context.is('autofocus')) focusSoon(input);
        this.isNew = false;
    }

    private build(): void {
        const { root, input, field, arrow, start, description, popup } = this;
        const { panel } = popup;
        input.type = 'text';
        input.autocomplete = 'off';
        input.setAttribute('role', 'combobox');
        input.setAttribute('aria-autocomplete', 'list');
        input.setAttribute('aria-controls', (panel.id = newName('options')));
        input.ariaExpanded = 'false';
        description.id = newName('about');
        description.hidden = true;
        input.setAttribute('aria-describedby', description.id);
        panel.setAttribute('role', 'listbox');
        start.slot = 'start';
        arrow.slot = 'end';
        arrow.type = 'button';
        // The field itself opens the list for keys and for screen readers.
        arrow.tabIndex = -1;
        arrow.ariaHidden = 'true';
        field.hasEnd = true;
        field.append(input, arrow);
        root.append(field, description, panel);
    }

    private watch(): void {
        const { root, input, field, context, popup } = this;
        input.addEventListener('input', () => {
            this.isTyping = true;
            this.open();
            this.search();
        });
        input.addEventListener('keydown', (event) => this.onKey(event));
        input.addEventListener('focus', () => {
            field.focused = true;
            context.emit('focus');
        });
        input.addEventListener('blur', () => {
            field.focused = false;
            popup.close('outside');
            context.emit('blur');
        });
        // A press anywhere on the box is one on the field, which keeps its focus.
        field.addEventListener('pointerdown', (event) => {
            if (event.target !== input) event.preventDefault();
        });
        field.addEventListener('click', () => {
            if (context.isDisabled) return;
            input.focus();
            if (popup.isOpen) popup.close('done');
            else this.open();
            context.emit('click');
        });
        root.addEventListener(
            'pointerdown',
            (event) => popup.panel.contains(event.target as Node) && event.preventDefault(),
        );
    }

    private onKey(event: KeyboardEvent): void {
        if (event.isComposing) return;
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
        if (step) {
            event.preventDefault();
            if (!this.popup.isOpen) return this.open();
            this.mark(next(this.rows, this.at, step));
        } else if (event.key === 'Enter' && this.popup.isOpen) {
            event.preventDefault();
            const row = this.rows[this.at];
            if (row) this.choose(this.options[Number(row.dataset['at'])]!);
            else this.popup.close('done');
        }
    }

    private open(): void {
        const { input, popup, field, context } = this;
        if (context.isDisabled) return;
        const isOpening = !popup.isOpen;
        setStyle(popup.panel, { 'min-width': `${field.offsetWidth}px`, ...menuStyle(context) });
        if (isOpening) this.showRows(true);
        if (!this.rows.length) return popup.close('done');
        // Below the box, over the words that stand there.
        const around = field.shadowRoot?.querySelector('.container-overflow') ?? field;
        popup.open('below', around.getBoundingClientRect());
        input.ariaExpanded = 'true';
        this.showIcons();
        if (isOpening && !this.isTyping) this.mark(this.chosenRow());
    }

    private onClosed(): void {
        this.isTyping = false;
        this.input.ariaExpanded = 'false';
        this.mark(-1);
        this.showIcons();
    }

    // The first that holds what was typed is at hand, unless that is not wanted.
    private search(): void {
        if (!this.popup.isOpen) return;
        const isWanted = this.context.is('enable_search', true) && this.input.value.trim() !== '';
        const labels = this.rows.map((row) => row.dataset['label'] ?? '');
        this.mark(isWanted ? (holding(labels, this.input.value)[0] ?? -1) : -1);
    }

    private choose(option: Control): void {
        const { context, input } = this;
        if (option.props['disabled'] === true) return;
        const value = optionValue(option);
        const label = labelOf(option);
        this.popup.close('done');
        this.value = value;
        context.set({ text: label });
        context.set({ value });
        this.typed.show();
        this.showField();
        input.setSelectionRange(label.length, label.length);
        context.renderer.outlet.emit(option, 'click', null);
        context.emit('text_change', label);
        context.emit('select', value);
        context.emit('change', value);
    }

    // The text of the field: what was typed last, before anything was the label of the value.
    private words(): string {
        const own = this.context.get('text');
        return isOn(own) ? text(own) : this.labelOfValue();
    }

    private labelOfValue(): string {
        const option = this.options.find((one) => optionValue(one) === text(this.context.get('value')));
        return option ? labelOf(option) : '';
    }

    // Another value of the server's brings its label with it, as soon as there is an option for it.
    private follow(): void {
        const { context } = this;
        const value = context.get('value') ?? null;
        if (value === this.value) return;
        const isFirst = this.value === undefined;
        const label = this.labelOfValue();
        if (isOn(value) && !label) return;
        this.value = value;
        if (!isFirst && text(context.get('text')) !== label) context.set({ text: label });
    }

    private showField(): void {
        this.field.populated = this.input.value !== '';
    }

    private showIcons(): void {
        const { context, field, start, arrow, popup } = this;
        const leading = iconPart(context, context.get('leading_icon'));
        start.replaceChildren(...(leading ? [leading] : []));
        field.hasStart = leading !== undefined;
        if (leading && start.parentElement !== field) field.prepend(start);
        if (!leading) start.remove();
        const own = popup.isOpen ? context.get('selected_trailing_icon') : undefined;
        const trailing = iconPart(context, own ?? context.get('trailing_icon'));
        arrow.classList.toggle('t-turned', popup.isOpen && !trailing);
        arrow.replaceChildren(trailing ?? glyph(__ICON_ARROW_DROP_DOWN__));
    }

    // The rows of the list, drawn while it is open.
    private showRows(isWanted = this.popup.isOpen): void {
        if (!isWanted) return;
        const { context, input } = this;
        const isFiltered = this.isTyping && context.is('enable_filter');
        const places = holding(this.options.map(labelOf), isFiltered ? input.value : '');
        const state = JSON.stringify([places, this.options.map(stateOf), context.get('value') ?? null]);
        if (state === this.state) return;
        this.state = state;
        this.rows = places.map((place) => this.row(place));
        this.popup.panel.replaceChildren(...this.rows);
        this.mark(-1);
    }

    private row(place: number): HTMLElement {
        const { context, popup } = this;
        const option = this.options[place]!;
        const row = el('div', 't-combo-option');
        const headline = el('span', 't-combo-words');
        row.id = `${popup.panel.id}-${place}`;
        row.dataset['at'] = String(place);
        row.dataset['label'] = labelOf(option);
        row.setAttribute('role', 'option');
        row.ariaSelected = String(optionValue(option) === text(context.get('value')));
        if (option.props['disabled'] === true) row.ariaDisabled = 'true';
        fillHeadline(context, headline, option);
        const [before, after] = ['leading_icon', 'trailing_icon'].map((name) => iconPart(context, option.props[name]));
        row.append(...[before, headline, after].filter((part) => part !== undefined));
        const { style } = option.props;
        setStyle(headline, textStyle(option.props['text_style']));
        if (isMap(style)) setStyle(row, buttonLook(style, []));
        row.addEventListener('click', () => this.choose(option));
        return row;
    }

    private chosenRow(): number {
        return this.rows.findIndex((row) => row.ariaSelected === 'true');
    }

    private mark(at: number): void {
        this.at = at;
        for (const [index, row] of this.rows.entries()) row.classList.toggle('t-marked', index === at);
        setAttribute(this.input, 'aria-activedescendant', this.rows[at]?.id);
        this.rows[at]?.scrollIntoView({ block: 'nearest' });
    }

    private look(): Css {
        const { context, kind, root } = this;
        const field = `--md-${kind}-field`;
        const isRtl = getComputedStyle(root).direction === 'rtl';
        const own = Object.entries(look(context, field)).map(([name, value]) => [
            name.replace('-input-text-', '-content-'),
            value,
        ]);
        const hint = textStyle(context.get('hint_style'));
        setStyle(this.input, { '--t-hint': hint['color'] });
        return { ...Object.fromEntries(own), ...spaces(context, field, isRtl) };
    }
}

// The next row that can be chosen; at an end it goes on at the other.
function next(rows: HTMLElement[], from: number, step: number): number {
    for (let tries = 1; tries <= rows.length; tries++) {
        const at = ((((from < 0 && step < 0 ? 0 : from) + step * tries) % rows.length) + rows.length) % rows.length;
        if (rows[at]!.ariaDisabled !== 'true') return at;
    }
    return -1;
}
