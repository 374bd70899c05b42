// Addresses that come from an app, and so perhaps from people who use it: one function for each kind of
// use. The URL parser decides what an address is, as it will for the browser; schemes are allowed by
// name, so that a new way to run a script is refused until somebody allows it. Pure.

import { isMap, type Value } from './tree.ts';
import { text } from './values.ts';

type In = Value | undefined;

const LINKS = new Set(['http:', 'https:', 'mailto:', 'tel:', 'sms:', 'geo:']);
const FILES = new Set(['http:', 'https:']);
// Stands for the page's own address where only the kind of an address is asked for.
const ANYWHERE = 'https://page.invalid/';
const TARGETS = /^(?:_blank|_self|_parent|_top|[a-z][\w-]{0,63})$/i;

function parse(href: string, base = ANYWHERE): URL | undefined {
    try {
        return href.trim() === '' ? undefined : new URL(href, base);
    } catch {
        return undefined;
    }
}

// An address that a link may lead to: as it was written, for the browser to resolve.
export function url(value: In): { href: string; target: string } | undefined {
    const href = isMap(value) ? text(value['url']) : text(value);
    const parsed = parse(href);
    if (!parsed || !LINKS.has(parsed.protocol)) return undefined;
    return { href, target: targetOf(isMap(value) ? value['target'] : undefined) };
}

export function targetOf(value: In): string {
    const name = text(value);
    return TARGETS.test(name) ? name : '_blank';
}

// A file that the page shows, uses or sends to: whole, from the base on. Assets of an app may be written
// from the root on, which means the app's.
export function fileUrl(value: In, base: string): string | undefined {
    const parsed = parse(text(value).replace(/^\/(?!\/)/, ''), base);
    return parsed && FILES.has(parsed.protocol) ? parsed.href : undefined;
}

// As a file, or an image that is written out in the address.
export function imageUrl(value: In, base: string): string | undefined {
    const parsed = parse(text(value));
    return parsed?.protocol === 'data:' && /^data:image\//i.test(parsed.href) ? parsed.href : fileUrl(value, base);
}

// A film or a sound: as a file, written out in the address, or one that this page recorded itself.
export function mediaUrl(value: In, base: string): string | undefined {
    const parsed = parse(text(value));
    const isOwn = parsed?.href.startsWith(`blob:${new URL('/', base).href}`);
    if (parsed && (isOwn || /^data:(?:audio|video)\//i.test(parsed.href))) return parsed.href;
    return fileUrl(value, base);
}
