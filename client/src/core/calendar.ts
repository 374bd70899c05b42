// Days of a calendar, without times and time zones: counted from 1970-01-01. And how the protocol writes dates.

import { Ext } from './packets.ts';
import { isMap, type Value } from './tree.ts';
import { text } from './values.ts';

export type Month = { year: number; month: number }; // month from 0

const DAY_MS = 86_400_000;

export function dayOf(year: number, month: number, date: number): number {
    return Date.UTC(year, month, date) / DAY_MS;
}

export function partsOf(day: number): { year: number; month: number; date: number; weekday: number } {
    const at = new Date(day * DAY_MS);
    return { year: at.getUTCFullYear(), month: at.getUTCMonth(), date: at.getUTCDate(), weekday: at.getUTCDay() };
}

// For Intl.DateTimeFormat with `timeZone: 'UTC'`.
export function dateOf(day: number): Date {
    return new Date(day * DAY_MS);
}

export function monthOf(day: number): Month {
    const { year, month } = partsOf(day);
    return { year, month };
}

export function addMonths({ year, month }: Month, count: number): Month {
    const all = year * 12 + month + count;
    return { year: Math.floor(all / 12), month: ((all % 12) + 12) % 12 };
}

// The same date in another month, or that month's last one.
export function moveMonths(day: number, count: number): number {
    const { date } = partsOf(day);
    const { year, month } = addMonths(monthOf(day), count);
    const last = partsOf(dayOf(year, month + 1, 0)).date;
    return dayOf(year, month, Math.min(date, last));
}

// The weeks that a month's page shows; days of other months are left out.
export function weeksOf({ year, month }: Month, firstWeekday: number): (number | undefined)[][] {
    const first = dayOf(year, month, 1);
    const count = partsOf(dayOf(year, month + 1, 0)).date;
    const before = (partsOf(first).weekday - firstWeekday + 7) % 7;
    const weeks: (number | undefined)[][] = [];
    for (let at = -before; at < count; at += 7)
        weeks.push(Array.from({ length: 7 }, (_, i) => (at + i >= 0 && at + i < count ? first + at + i : undefined)));
    return weeks;
}

export function clampDay(day: number, first: number, last: number): number {
    return Math.min(Math.max(day, first), last);
}

// A date-time of the protocol as a day of the person's own time zone; a date alone is that day everywhere.
export function readDay(value: Value | undefined): number | undefined {
    const written = value instanceof Ext ? value.text : text(value);
    const plain = /^(\d{4})-(\d\d)-(\d\d)$/.exec(written);
    if (plain) return dayOf(Number(plain[1]), Number(plain[2]) - 1, Number(plain[3]));
    const at = new Date(written);
    if (written === '' || Number.isNaN(at.getTime())) return undefined;
    return dayOf(at.getFullYear(), at.getMonth(), at.getDate());
}

// The beginning of the day where the person is.
export function writeDay(day: number): Ext {
    const { year, month, date } = partsOf(day);
    const at = new Date(year, month, date);
    if (year >= 0 && year < 100) at.setFullYear(year);
    return new Ext(1, at.toISOString().replace('Z', '+00:00'));
}

// "2024-02-29", as a field for dates has it.
export function isoDay(day: number): string {
    return dateOf(day).toISOString().slice(0, 10);
}

export type Clock = { hour: number; minute: number };

export function readTime(value: Value | undefined): Clock | undefined {
    const match = /^(\d{1,2}):(\d{1,2})/.exec(value instanceof Ext ? value.text : text(value));
    if (!match) return undefined;
    const [hour, minute] = [Number(match[1]), Number(match[2])];
    return hour < 24 && minute < 60 ? { hour, minute } : undefined;
}

// Without zeros in front, as Flet's client writes it.
export function writeTime({ hour, minute }: Clock): Ext {
    return new Ext(2, `${hour}:${minute}`);
}

// A Locale as a language tag; undefined for what is none.
export function languageTag(value: Value | undefined): string | undefined {
    if (!isMap(value)) return undefined;
    const tag = ['language_code', 'script_code', 'country_code']
        .map((name) => text(value[name]))
        .filter(Boolean)
        .join('-');
    try {
        return tag ? Intl.getCanonicalLocales(tag)[0] : undefined;
    } catch {
        return undefined;
    }
}

// 0 is Sunday.
export function firstWeekday(language: string): number {
    const locale = new Intl.Locale(language) as Intl.Locale & {
        getWeekInfo?(): { firstDay: number };
        weekInfo?: { firstDay: number };
    };
    const info = locale.getWeekInfo?.() ?? locale.weekInfo;
    return (info?.firstDay ?? 1) % 7;
}

export function hasTwelveHours(language: string): boolean {
    return new Intl.DateTimeFormat(language, { hour: 'numeric' }).resolvedOptions().hour12 === true;
}
