// A date that is typed, within limits: the browser's own field for dates.

import type { Context } from '../dom/widget.ts';
import { isoDay, readDay } from '../core/calendar.ts';
import { el, newName } from '../dom/elements.ts';

export type Limits = { first(): number; last(): number };

export class DateField {
    readonly label = el('label', 't-picker-field');
    private readonly text = el('span');
    private readonly input = el('input');
    private readonly error = el('span', 't-picker-error');

    constructor(
        private readonly context: Context,
        private readonly prefix: string,
        private readonly otherwise: string,
        private readonly limits: Limits,
        private readonly onChange: (day: number | undefined) => void,
    ) {
        this.input.type = 'date';
        this.error.id = newName('date-error');
        this.error.setAttribute('role', 'alert');
        this.input.setAttribute('aria-describedby', this.error.id);
        this.label.append(this.text, this.input, this.error);
        this.input.addEventListener('input', () => this.read());
    }

    // By itself in a picker's body.
    row(): HTMLElement {
        const row = el('div', 't-picker-fields');
        row.append(this.label);
        return row;
    }

    show(day: number | undefined): void {
        const { context, input } = this;
        this.text.textContent = context.text(`${this.prefix}_label_text`) || this.otherwise;
        input.placeholder = context.text(`${this.prefix}_hint_text`);
        input.min = isoDay(this.limits.first());
        input.max = isoDay(this.limits.last());
        input.value = day === undefined ? '' : isoDay(day);
        this.say('');
    }

    focus(): void {
        this.input.focus();
    }

    say(error: string): void {
        this.error.textContent = error;
        if (error) this.input.ariaInvalid = 'true';
        else this.input.removeAttribute('aria-invalid');
    }

    private read(): void {
        const { context, input, limits } = this;
        const day = readDay(input.value);
        const isOut = day !== undefined && (day < limits.first() || day > limits.last());
        if (input.validity.badInput) this.say(context.text('error_format_text') || 'Invalid format.');
        else if (isOut) this.say(context.text('error_invalid_text') || 'Out of range.');
        else this.say('');
        this.onChange(isOut ? undefined : day);
    }
}
