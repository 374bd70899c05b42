// A month's page with its arrows, and years to choose from: what date pickers show.

import {
    addMonths,
    clampDay,
    dateOf,
    dayOf,
    firstWeekday,
    monthOf,
    moveMonths,
    partsOf,
    weeksOf,
    type Month,
} from '../core/calendar.ts';
import { el } from '../dom/elements.ts';
import { glyph } from '../dom/icons.ts';

export type CalendarHost = {
    language(): string;
    first(): number;
    last(): number;
    today(): number;
    isChosen(day: number): boolean;
    isBetween?(day: number): boolean;
    onPick(day: number): void;
};

export class Calendar {
    readonly root = el('div', 't-calendar');
    private readonly year = el('button', 't-calendar-year t-state');
    private readonly yearText = document.createTextNode('');
    private readonly back = round('Previous month', __ICON_CHEVRON_LEFT__);
    private readonly next = round('Next month', __ICON_CHEVRON_RIGHT__);
    private readonly page = el('div');
    private month: Month = { year: 1970, month: 0 };
    private focused = 0;
    private isYears = false;

    constructor(private readonly host: CalendarHost) {
        const bar = el('div', 't-calendar-bar');
        this.year.type = 'button';
        this.year.append(this.yearText, glyph(__ICON_ARROW_DROP_DOWN__));
        bar.append(this.year, this.back, this.next);
        this.root.append(bar, this.page);
        this.year.addEventListener('click', () => this.show(this.focused, !this.isYears));
        this.back.addEventListener('click', () => this.turn(-1));
        this.next.addEventListener('click', () => this.turn(1));
        this.page.addEventListener('keydown', (event) => this.onKey(event));
    }

    // The page of this day, or the years.
    show(day: number, isYears = false): void {
        this.focused = clampDay(day, this.host.first(), this.host.last());
        this.month = monthOf(this.focused);
        this.isYears = isYears;
        this.draw();
    }

    draw(): void {
        const { host, month } = this;
        const shown = dateOf(dayOf(month.year, month.month, 1));
        this.yearText.data = format(host.language(), { month: 'long', year: 'numeric' }).format(shown);
        this.year.ariaExpanded = String(this.isYears);
        this.back.hidden = this.next.hidden = this.isYears;
        this.back.disabled = dayOf(month.year, month.month, 0) < host.first();
        this.next.disabled = dayOf(month.year, month.month + 1, 1) > host.last();
        this.page.replaceChildren(this.isYears ? this.years() : this.days());
        if (this.isYears) this.page.querySelector('.t-chosen')?.scrollIntoView({ block: 'center' });
    }

    focus(): void {
        this.page.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    }

    private turn(months: number): void {
        this.focused = clampDay(moveMonths(this.focused, months), this.host.first(), this.host.last());
        this.month = addMonths(this.month, months);
        this.draw();
    }

    private days(): HTMLElement {
        const { host, month } = this;
        const table = el('table');
        const start = firstWeekday(host.language());
        table.setAttribute('role', 'grid');
        table.ariaLabel = this.yearText.data;
        const head = table.createTHead().insertRow();
        for (let i = 0; i < 7; i++) {
            // 1970-01-04 was a Sunday.
            const day = dateOf(3 + ((start + i) % 7));
            const cell = el('th');
            cell.scope = 'col';
            cell.abbr = format(host.language(), { weekday: 'long' }).format(day);
            cell.textContent = format(host.language(), { weekday: 'narrow' }).format(day);
            head.append(cell);
        }
        const body = table.createTBody();
        for (const week of weeksOf(month, start)) {
            const row = body.insertRow();
            for (const day of week) {
                const cell = row.insertCell();
                cell.setAttribute('role', 'gridcell');
                if (day === undefined) continue;
                cell.ariaSelected = String(host.isChosen(day));
                cell.classList.toggle('t-between-days', host.isBetween?.(day) === true);
                cell.append(this.day(day));
            }
        }
        return table;
    }

    private day(day: number): HTMLElement {
        const { host } = this;
        const button = el('button', 't-day t-state');
        button.type = 'button';
        button.textContent = String(partsOf(day).date);
        button.ariaLabel = format(host.language(), { dateStyle: 'full' }).format(dateOf(day));
        button.dataset['day'] = String(day);
        button.tabIndex = day === this.focused ? 0 : -1;
        button.classList.toggle('t-chosen', host.isChosen(day));
        if (day === host.today()) {
            button.classList.add('t-today');
            button.ariaCurrent = 'date';
        }
        const isOut = day < host.first() || day > host.last();
        if (isOut) button.ariaDisabled = 'true';
        else
            button.addEventListener('click', () => {
                this.focused = day;
                host.onPick(day);
            });
        return button;
    }

    private years(): HTMLElement {
        const { host } = this;
        const list = el('div', 't-calendar-years');
        const [from, to] = [partsOf(host.first()).year, partsOf(host.last()).year];
        for (let year = from; year <= to; year++) {
            const button = el('button', 't-year t-state');
            button.type = 'button';
            button.textContent = String(year);
            const isShown = year === this.month.year;
            button.classList.toggle('t-chosen', isShown);
            button.classList.toggle('t-today', year === partsOf(host.today()).year);
            button.ariaPressed = String(isShown);
            button.tabIndex = isShown ? 0 : -1;
            button.addEventListener('click', () => {
                this.show(moveMonths(this.focused, (year - partsOf(this.focused).year) * 12));
                this.focus();
            });
            list.append(button);
        }
        return list;
    }

    private onKey(event: KeyboardEvent): void {
        if (this.isYears) return this.onYearKey(event);
        const isRtl = getComputedStyle(this.root).direction === 'rtl';
        const column = (partsOf(this.focused).weekday - firstWeekday(this.host.language()) + 7) % 7;
        const steps: { [key: string]: number } = {
            ArrowLeft: isRtl ? 1 : -1,
            ArrowRight: isRtl ? -1 : 1,
            ArrowUp: -7,
            ArrowDown: 7,
            Home: -column,
            End: 6 - column,
        };
        const months: { [key: string]: number } = {
            PageUp: event.shiftKey ? -12 : -1,
            PageDown: event.shiftKey ? 12 : 1,
        };
        const to = Object.hasOwn(steps, event.key)
            ? this.focused + steps[event.key]!
            : Object.hasOwn(months, event.key)
              ? moveMonths(this.focused, months[event.key]!)
              : undefined;
        if (to === undefined) return;
        event.preventDefault();
        this.show(to);
        this.focus();
    }

    private onYearKey(event: KeyboardEvent): void {
        const buttons = [...this.page.querySelectorAll<HTMLElement>('.t-year')];
        const steps: { [key: string]: number } = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -3, ArrowDown: 3 };
        const step = Object.hasOwn(steps, event.key) ? steps[event.key]! : 0;
        if (!step) return;
        event.preventDefault();
        buttons[buttons.indexOf(event.target as HTMLElement) + step]?.focus();
    }
}

export function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
}

export function round(name: string, icon: number): HTMLButtonElement {
    const button = el('button', 't-round t-state');
    button.type = 'button';
    button.ariaLabel = name;
    button.append(glyph(icon));
    return button;
}
