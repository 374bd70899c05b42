// Seed colour -> Material 3 roles. On demand: most pages use the built-in scheme.

import { Hct, MaterialDynamicColors, SchemeTonalSpot } from '@material/material-color-utilities';
import { ROLE_NAMES, type Css } from './values.ts';

export function schemeCss(seed: string, isDark: boolean): Css {
    const [red = 0, green = 0, blue = 0] = (seed.match(/\d+(\.\d+)?/g) ?? []).map(Number);
    return Object.fromEntries(entries(((255 << 24) | (red << 16) | (green << 8) | blue) >>> 0, isDark));
}

// For the style sheet that is made at build time.
export function roles(argb: number, isDark: boolean): string {
    return entries(argb, isDark)
        .map(([name, value]) => `${name}: ${value};`)
        .join('');
}

function entries(argb: number, isDark: boolean): [string, string][] {
    const scheme = new SchemeTonalSpot(Hct.fromInt(argb), isDark, 0);
    const wanted = new Set(ROLE_NAMES);
    return new MaterialDynamicColors().allColors
        .map((role) => [role.name.replaceAll('_', '-'), role.getArgb(scheme)] as const)
        .filter(([name]) => wanted.has(name))
        .map(([name, value]) => [`--md-sys-color-${name}`, `#${(value & 0xffffff).toString(16).padStart(6, '0')}`]);
}
