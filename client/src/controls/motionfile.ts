// Where animations come from: a file, which may want headers, or its bytes in base64.

import { fileUrl } from '../core/links.ts';
import { isMap, type Value } from '../core/tree.ts';
import { text } from '../core/values.ts';
import { bytesOf } from '../dom/base64.ts';

export const MOST_BYTES = 16 * 1024 * 1024;
const BASE64 = /^[A-Za-z0-9+/=\s]{64,}$/;

export async function motionBytes(src: Value | undefined, headers?: Value): Promise<Uint8Array> {
    const bytes = src instanceof Uint8Array ? src : await read(text(src), headers);
    if (bytes.length > MOST_BYTES) throw new Error('The animation is too large');
    return bytes;
}

async function read(src: string, headers: Value | undefined): Promise<Uint8Array> {
    if (BASE64.test(src)) return bytesOf(src);
    const address = fileUrl(src, document.baseURI);
    if (!address) throw new Error('The address is none that a page may use');
    const given = isMap(headers) ? Object.entries(headers).map(([name, value]) => [name, text(value)]) : [];
    const answer = await fetch(address, { headers: Object.fromEntries(given) as { [name: string]: string } });
    if (!answer.ok) throw new Error(`The server says ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
}
