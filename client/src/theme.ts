// Colours and brightness of the page.

import { Control, isMap, type Value } from './tree.ts';
import { color, fontFamily, text } from './values.ts';

const dark = matchMedia('(prefers-color-scheme: dark)');
const sheet = new CSSStyleSheet();
let page: Control | undefined;
let wanted = '';

export function watchTheme(): void {
    document.adoptedStyleSheets.push(sheet);
    dark.addEventListener('change', () => page && applyTheme(page));
}

export function systemBrightness(): 'light' | 'dark' {
    return dark.matches ? 'dark' : 'light';
}

export function applyTheme(control: Control): void {
    page = control;
    const mode = text(control.props['theme_mode']).toLowerCase();
    const brightness = mode === 'light' || mode === 'dark' ? mode : systemBrightness();
    document.documentElement.dataset['theme'] = brightness;
    const light = control.props['theme'];
    const theme = brightness === 'dark' ? (control.props['dark_theme'] ?? light) : light;
    document.documentElement.style.setProperty(
        '--t-font',
        (isMap(theme) && fontFamily(theme['font_family'])) || 'system-ui',
    );
    void useScheme(theme, brightness === 'dark');
}

async function useScheme(theme: Value | undefined, isDark: boolean): Promise<void> {
    const seed = isMap(theme) ? color(theme['color_scheme_seed']) : undefined;
    const roles = isMap(theme) && isMap(theme['color_scheme']) ? theme['color_scheme'] : {};
    const overrides = Object.entries(roles)
        .map(([role, value]) => [cssRole(role), color(value)])
        .filter(([, value]) => value)
        .map(([role, value]) => `--md-sys-color-${role}: ${value};`)
        .join('');
    if (overrides.includes('var(--c-')) loadPalette();
    const name = (wanted = `${seed} ${isDark} ${overrides}`);
    const css = seed ? await schemeOf(seed, isDark) : '';
    // A newer theme may have been asked for while this one was computed.
    if (wanted === name) sheet.replaceSync(`:root[data-theme] { ${css} ${overrides} }`);
}

function cssRole(role: string): string {
    return role === 'on_inverse_surface' ? 'inverse-on-surface' : role.replace(/[^a-z]/g, '-');
}

async function schemeOf(seed: string, isDark: boolean): Promise<string> {
    if (seed.includes('var(--c-')) await loadPalette();
    const { schemeCss } = await import('./scheme.ts');
    return schemeCss(resolve(seed), isDark);
}

// Lets the browser turn any CSS colour into plain numbers.
function resolve(css: string): string {
    const probe = document.createElement('i');
    probe.style.color = css;
    document.body.append(probe);
    const rgb = getComputedStyle(probe).color;
    probe.remove();
    return rgb;
}

let palette: Promise<void> | undefined;

// The named Material colours are a style sheet of their own, fetched when first used.
export function loadPalette(): Promise<void> {
    palette ??= new Promise((done) => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = new URL(__PALETTE__, document.baseURI).href;
        link.onload = link.onerror = () => done();
        document.head.append(link);
    });
    return palette;
}
