// A field as iPhones and Macs have it.

import type { Context, Widget } from '../dom/widget.ts';
import { autocomplete } from '../core/autofill.ts';
import {
    borderSide,
    box,
    color,
    given,
    gradient,
    isOn,
    lookup,
    number,
    oneOf,
    px,
    radius,
    shadow,
    textStyle,
    type Css,
} from '../core/values.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import { setStyle } from '../dom/style.ts';
import { Typed } from '../dom/typed.ts';
import { q } from './cupertino.ts';
import { FieldParts } from './cupertinofieldparts.ts';

const MODES: { readonly [type: string]: string } = {
    number: 'decimal',
    phone: 'tel',
    email: 'email',
    url: 'url',
    websearch: 'search',
    none: 'none',
    datetime: 'numeric',
};

export function cupertinoTextField(context: Context): Widget {
    const field = new Field(context);
    return {
        root: field.root,
        update: () => field.update(),
        invoke(name) {
            if (name !== 'focus') return undefined;
            field.focus();
            return null;
        },
        dispose: () => field.dispose(),
    };
}

class Field {
    readonly root = q('div', 'q-field t-fill');
    private input: HTMLInputElement | HTMLTextAreaElement;
    private readonly prefix = el('span', 'q-affix');
    private readonly suffix = el('span', 'q-affix');
    private readonly clear = el('button', 'q-clear');
    private readonly refusal = el('span', 'q-refusal');
    private readonly before = new IconPart(this.prefix);
    private readonly after = new IconPart(this.suffix);
    private readonly typed: Typed;
    private readonly parts: FieldParts;
    private isNew = true;

    constructor(private readonly context: Context) {
        const { root, clear } = this;
        this.input = this.make(false);
        this.typed = new Typed(context, this.input, () => {
            this.showClear();
            this.showError();
        });
        this.parts = new FieldParts(context, root, () => this.input);
        clear.type = 'button';
        clear.textContent = '×';
        clear.addEventListener('click', () => {
            this.input.value = '';
            this.typed.report();
            this.input.focus();
        });
        this.refusal.setAttribute('role', 'alert');
        this.refusal.hidden = true;
        root.append(this.prefix, this.input, this.suffix, clear, this.refusal);
        root.addEventListener('pointerdown', (event) => {
            if (event.target !== root) return;
            event.preventDefault();
            this.input.focus();
        });
    }

    focus(): void {
        this.input.focus();
    }

    dispose(): void {
        this.parts.dispose();
    }

    update(): void {
        const { context, root } = this;
        const isMultiline = context.is('multiline') || (number(context.get('max_lines')) ?? 1) > 1;
        if ((this.input.localName === 'textarea') !== isMultiline) this.swap(isMultiline);
        const { input } = this;
        if (input instanceof HTMLInputElement)
            input.type = context.is('password') && !this.parts.isRevealed ? 'password' : 'text';
        else input.rows = Math.max(number(context.get('min_lines')) ?? number(context.get('max_lines')) ?? 2, 1);
        input.inputMode = lookup(MODES, context.get('keyboard_type')) ?? '';
        input.placeholder = context.text('placeholder_text') || context.text('hint_text') || context.text('label');
        this.typed.limit(context.get('input_filter'), context.get('capitalization'), context.get('max_length'));
        input.readOnly = context.is('read_only');
        input.disabled = context.isDisabled;
        input.spellcheck = context.is('enable_suggestions', true);
        setAttribute(input, 'autocorrect', context.is('autocorrect', true) ? undefined : 'off');
        setAttribute(
            input,
            'autocapitalize',
            oneOf(context.get('capitalization'), ['words', 'sentences', 'characters', 'none']),
        );
        const hints = autocomplete(context.get('autofill_hints') ?? null);
        setAttribute(input, 'autocomplete', hints || (context.is('password') ? 'current-password' : undefined));
        setAttribute(
            input,
            'aria-label',
            context.text('label') || input.placeholder || context.text('tooltip') || 'Text',
        );
        this.showError();
        root.classList.toggle('t-disabled', context.isDisabled);
        this.affix(this.prefix, this.before, 'prefix');
        this.affix(this.suffix, this.after, 'suffix');
        this.typed.show();
        this.showClear();
        context.rootStyle = { ...fieldStyle(context), ...given(this.parts.update()) };
        // Where a label stands in the field, its style is meant.
        const isLabel = !context.text('placeholder_text') && !context.text('hint_text');
        const hint = textStyle(context.get('placeholder_style') ?? (isLabel ? context.get('label_style') : undefined));
        setStyle(input, { '--q-hint': hint['color'] });
        if (this.isNew && context.is('autofocus')) focusSoon(input);
        this.isNew = false;
    }

    private make(isMultiline: boolean): HTMLInputElement | HTMLTextAreaElement {
        const { context } = this;
        const input = isMultiline ? el('textarea') : el('input');
        input.addEventListener('input', () => this.showClear());
        (input as HTMLElement).addEventListener('keydown', (event: KeyboardEvent) => {
            if (event.key !== 'Enter' || event.isComposing) return;
            if (isMultiline && !(context.is('shift_enter') && !event.shiftKey)) return;
            event.preventDefault();
            if (!this.typed.refusal) context.emit('submit', this.input.value);
        });
        input.addEventListener('focus', () => {
            this.showClear();
            context.emit('focus');
        });
        input.addEventListener('blur', () => {
            this.showClear();
            context.emit('blur');
        });
        input.addEventListener('click', () => context.emit('click'));
        return input;
    }

    private swap(isMultiline: boolean): void {
        const { input } = this;
        const hadFocus = document.activeElement === input;
        this.input = this.make(isMultiline);
        input.replaceWith(this.input);
        this.typed.move(this.input);
        if (hadFocus) this.input.focus();
    }

    private showError(): void {
        const { context, input, typed, refusal } = this;
        const error = typed.refusal || context.text('error');
        setAttribute(input, 'aria-invalid', error ? 'true' : undefined);
        setAttribute(input, 'aria-description', error || context.text('helper') || undefined);
        refusal.textContent = typed.refusal;
        refusal.hidden = !typed.refusal;
    }

    private affix(host: HTMLElement, icons: IconPart, name: string): void {
        const { context } = this;
        const icon = context.get(`${name}_icon`) ?? null;
        const parts = icons.show(icon);
        if (isOn(icon)) context.place(host, parts);
        const isShown = isOn(icon) || context.placeContent(host, name);
        host.hidden = !isShown || !this.isDue(`${name}_visibility_mode`, 'always');
    }

    private showClear(): void {
        const { context, clear } = this;
        const isDue = this.isDue('clear_button_visibility_mode', 'never');
        clear.hidden = !isDue || !this.input.value || context.isDisabled || context.is('read_only');
        clear.ariaLabel = context.text('clear_button_semantics_label') || 'Clear';
    }

    private isDue(name: string, otherwise: string): boolean {
        const mode = (this.context.text(name) || otherwise).toLowerCase();
        const isEditing = this.input.value !== '';
        return mode === 'always' || (mode === 'editing' && isEditing) || (mode === 'notediting' && !isEditing);
    }
}

function fieldStyle(context: Context): Css {
    const line = oneOf(context.get('border'), ['none', 'underline']);
    const side = borderSide({
        width: number(context.get('border_width')) ?? 1,
        color: context.get('border_color') ?? null,
    });
    const hasSide = context.get('border_color') !== undefined || context.get('border_width') !== undefined;
    const style = textStyle(context.get('text_style'));
    return {
        ...style,
        'font-size': px(context.get('text_size')) ?? style['font-size'],
        color: color(context.get('color')) ?? style['color'],
        background: color(context.get('bgcolor')) ?? color(context.get('fill_color')),
        'background-image': gradient(context.get('gradient')),
        'box-shadow': shadow(context.get('shadows')),
        'border-radius': radius(context.get('border_radius')),
        border: line === 'none' ? 'none' : hasSide ? side : undefined,
        'border-width': line === 'underline' ? '0 0 1px' : undefined,
        padding: box(context.get('padding')),
        'text-align': oneOf(context.get('text_align'), ['left', 'right', 'center', 'justify', 'start', 'end']),
    };
}
