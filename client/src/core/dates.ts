// Days and times of the pickers. Pure; times are the person's own.

import { Ext } from './packets.ts';
import type { Value } from './tree.ts';

// A date without a time is the person's day, wherever they are.
export function dateOf(value: Value | undefined): Date | undefined {
    const text = value instanceof Ext ? value.text : typeof value === 'string' ? value : '';
    const day = /^(\d{1,4})-(\d\d)-(\d\d)$/.exec(text);
    if (day) return dayOf(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? undefined : date;
}

export function dayOf(year: number, month: number, day: number, hours = 0, minutes = 0): Date {
    const date = new Date(2000, month, 1, hours, minutes);
    date.setFullYear(year, month, Math.min(day, daysIn(year, month)));
    return date;
}

export function daysIn(year: number, month: number): number {
    const last = new Date(2000, 0, 1);
    last.setFullYear(year, month + 1, 0);
    return last.getDate();
}

// As the protocol has it: in UTC, with milliseconds and an offset.
export function dateValue(date: Date): Ext {
    return new Ext(1, date.toISOString().replace('Z', '+00:00'));
}

export function clampDate(date: Date, first: Date | undefined, last: Date | undefined): Date {
    if (first && date < first) return first;
    if (last && date > last) return last;
    return date;
}

export type Part = 'day' | 'month' | 'year';

// In which order a language says a date.
export function dateOrder(locale: string, wanted: string): Part[] {
    if (/^[dmy]{3}$/.test(wanted)) {
        const names: { [letter: string]: Part } = { d: 'day', m: 'month', y: 'year' };
        return [...wanted].map((letter) => names[letter]!);
    }
    const parts = new Intl.DateTimeFormat(locale, {
        day: 'numeric',
        month: 'numeric',
        year: 'numeric',
    }).formatToParts();
    const order = parts.map(({ type }) => type).filter((type): type is Part => ['day', 'month', 'year'].includes(type));
    return order.length === 3 ? order : ['month', 'day', 'year'];
}

export function range(from: number, to: number, step = 1): number[] {
    const count = Math.max(Math.floor((to - from) / step) + 1, 0);
    return Array.from({ length: count }, (_, i) => from + i * step);
}
