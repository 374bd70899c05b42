// Wheels for day and time.

import type { Context, Widget } from '../dom/widget.ts';
import { clampDate, dateOf, dateOrder, dateValue, dayOf, daysIn, range } from '../core/dates.ts';
import { isMap } from '../core/tree.ts';
import { color, number, oneOf, text } from '../core/values.ts';
import { q } from './cupertino.ts';
import { Wheel } from './wheel.ts';

// How far the years go where no end is given, and the days of the wheel that has date and time.
const YEARS = 100;
const DAYS = 366;

type Field = { name: string; label: string; words: string[]; at: number; pick(index: number): Date };

export function cupertinoDatePicker(context: Context): Widget {
    const root = q('div', 'q-wheels t-fill');
    const wheels = new Map<string, Wheel>();
    let fields: Field[] = [];
    root.setAttribute('role', 'group');
    const choose = (name: string, index: number) => {
        const date = fields.find((field) => field.name === name)?.pick(index);
        if (!date) return;
        const value = dateValue(clampDate(date, dateOf(context.get('first_date')), dateOf(context.get('last_date'))));
        context.set({ value });
        context.emit('change', value);
    };
    return {
        root,
        update() {
            const row = number(context.get('item_extent')) ?? 32;
            fields = fieldsOf(context);
            for (const [name, wheel] of wheels)
                if (!fields.some((field) => field.name === name)) {
                    wheel.dispose();
                    wheel.root.remove();
                    wheels.delete(name);
                }
            for (const { name, label, words, at } of fields) {
                let wheel = wheels.get(name);
                if (!wheel) wheels.set(name, (wheel = new Wheel(label, (index) => choose(name, index))));
                wheel.texts(words);
                wheel.show(at, row, context.isDisabled);
            }
            const wanted = fields.map(({ name }) => wheels.get(name)!.root);
            if (wanted.some((element, i) => root.children[i] !== element)) root.append(...wanted);
            for (const { name, at } of fields) wheels.get(name)!.show(at, row, context.isDisabled);
            root.ariaLabel = context.text('tooltip') || 'Date';
            root.classList.toggle('t-disabled', context.isDisabled);
            context.rootStyle = { '--q-row': `${row}px`, '--q-back': color(context.get('bgcolor')) };
        },
        dispose() {
            for (const wheel of wheels.values()) wheel.dispose();
        },
    };
}

function localeOf(context: Context): string {
    const own = context.get('locale');
    const page = document.documentElement.lang;
    const tag = isMap(own)
        ? ['language_code', 'script_code', 'country_code']
              .map((name) => text(own[name]))
              .filter(Boolean)
              .join('-')
        : page || navigator.language;
    try {
        return new Intl.Locale(tag).toString();
    } catch {
        return 'en';
    }
}

function fieldsOf(context: Context): Field[] {
    const mode = oneOf(context.get('date_picker_mode'), ['time', 'date', 'dateAndTime', 'monthYear']) ?? 'dateAndTime';
    const now = dateOf(context.get('value')) ?? new Date();
    const locale = localeOf(context);
    if (mode === 'date' || mode === 'monthYear') {
        const makers = { day: dayField, month: monthField, year: yearField };
        const order = dateOrder(locale, text(context.get('date_order')));
        return order
            .filter((part) => part !== 'day' || mode === 'date')
            .map((part) => makers[part](context, now, locale));
    }
    const time = timeFields(context, now, locale);
    return mode === 'time' ? time : [dateField(context, now, locale), ...time];
}

const withTime = (now: Date, year: number, month: number, day: number): Date =>
    dayOf(year, month, day, now.getHours(), now.getMinutes());

function dayField(context: Context, now: Date, locale: string): Field {
    const [year, month] = [now.getFullYear(), now.getMonth()];
    const days = range(1, daysIn(year, month));
    const week = new Intl.DateTimeFormat(locale, { weekday: 'short' });
    const hasWeek = context.is('show_day_of_week');
    const words = days.map((day) => (hasWeek ? `${week.format(dayOf(year, month, day))} ${day}` : String(day)));
    const pick = (i: number) => withTime(now, year, month, days[i]!);
    return { name: 'day', label: 'Day', words, at: now.getDate() - 1, pick };
}

function monthField(_context: Context, now: Date, locale: string): Field {
    const format = new Intl.DateTimeFormat(locale, { month: 'long' });
    const words = range(0, 11).map((month) => format.format(dayOf(2000, month, 1)));
    const pick = (month: number) => withTime(now, now.getFullYear(), month, now.getDate());
    return { name: 'month', label: 'Month', words, at: now.getMonth(), pick };
}

function yearField(context: Context, now: Date): Field {
    const year = now.getFullYear();
    const first = dateOf(context.get('first_date'))?.getFullYear() ?? year - YEARS;
    const last = dateOf(context.get('last_date'))?.getFullYear() ?? year + YEARS;
    const from = Math.max(number(context.get('minimum_year')) ?? 1, first, 1);
    const to = Math.min(number(context.get('maximum_year')) ?? Infinity, last);
    const years = range(Math.min(from, year), Math.max(to, year));
    const pick = (i: number) => withTime(now, years[i]!, now.getMonth(), now.getDate());
    return { name: 'year', label: 'Year', words: years.map(String), at: years.indexOf(year), pick };
}

// Some days before and after, each with its name.
function dateField(context: Context, now: Date, locale: string): Field {
    const format = new Intl.DateTimeFormat(locale, { weekday: 'short', month: 'short', day: 'numeric' });
    const today = new Date().toDateString();
    const first = dateOf(context.get('first_date'));
    const last = dateOf(context.get('last_date'));
    const days = range(-DAYS, DAYS)
        .map((shift) => {
            const date = new Date(now);
            date.setDate(now.getDate() + shift);
            return date;
        })
        .filter((date) => clampDate(date, first && startOf(first), last) === date);
    const words = days.map((date) => (date.toDateString() === today ? 'Today' : format.format(date)));
    const at = days.findIndex((date) => date.toDateString() === now.toDateString());
    return { name: 'date', label: 'Day', words, at, pick: (i) => days[i]! };
}

function startOf(date: Date): Date {
    return dayOf(date.getFullYear(), date.getMonth(), date.getDate());
}

function timeFields(context: Context, now: Date, locale: string): Field[] {
    const is24 = context.is('use_24h_format');
    const at = (hours: number, minutes: number) => {
        const date = new Date(now);
        date.setHours(hours, minutes, 0, 0);
        return date;
    };
    const hour = now.getHours();
    const half = hour < 12 ? 0 : 12;
    const step = Math.max(number(context.get('minute_interval')) ?? 1, 1);
    const minutes = range(0, 59, step);
    const digits = (value: number) => String(value).padStart(2, '0');
    const fields: Field[] = [
        {
            name: 'hour',
            label: 'Hour',
            words: is24 ? range(0, 23).map(digits) : range(0, 11).map((value) => String(value || 12)),
            at: is24 ? hour : hour % 12,
            pick: (i) => at(is24 ? i : i + half, now.getMinutes()),
        },
        {
            name: 'minute',
            label: 'Minute',
            words: minutes.map(digits),
            at: Math.min(Math.floor(now.getMinutes() / step), minutes.length - 1),
            pick: (i) => at(hour, minutes[i]!),
        },
    ];
    if (is24) return fields;
    const format = new Intl.DateTimeFormat(locale, { hour: 'numeric', hour12: true });
    const nameOf = (hours: number) =>
        format.formatToParts(dayOf(2000, 0, 1, hours)).find(({ type }) => type === 'dayPeriod')?.value ??
        (hours < 12 ? 'AM' : 'PM');
    const pick = (i: number) => at((hour % 12) + 12 * i, now.getMinutes());
    return [
        ...fields,
        { name: 'half', label: 'Half of the day', words: [nameOf(9), nameOf(15)], at: half ? 1 : 0, pick },
    ];
}
