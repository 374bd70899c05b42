// An animation as data: what it would fetch by itself goes through our filter, or goes. Pure.

import { imageUrl } from './links.ts';
import type { Value } from './tree.ts';

type Facts = { [name: string]: unknown };
const isFacts = (value: unknown): value is Facts =>
    typeof value === 'object' && value !== null && !Array.isArray(value);

export function harmless(value: unknown, base: string): object {
    if (!isFacts(value) || !Array.isArray(value['layers'])) throw new Error('It is no animation');
    const assets = Array.isArray(value['assets']) ? value['assets'].filter(isFacts) : [];
    const { fonts } = value;
    const list = isFacts(fonts) && Array.isArray(fonts['list']) ? fonts['list'].filter(isFacts) : [];
    return {
        ...value,
        assets: assets.map((asset) => (typeof asset['p'] === 'string' ? picture(asset, base) : asset)),
        // Fonts are those that the page has: others would come as style sheets and scripts.
        ...(list.length && { fonts: { list: list.map(({ fPath: _path, fOrigin: _origin, ...font }) => font) } }),
    };
}

// `e`: the address is whole, and the player puts nothing before it.
function picture(asset: Facts, base: string): Facts {
    const folder = typeof asset['u'] === 'string' && asset['e'] !== 1 ? asset['u'] : '';
    return { ...asset, u: '', p: imageUrl((folder + String(asset['p'])) as Value, base) ?? '', e: 1 };
}
