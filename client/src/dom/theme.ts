// Colours, brightness and fonts of the page, and of what has a theme of its own in it.

import { Control, isMap, type Value, type ValueMap } from '../core/tree.ts';
import { color, fontFamily, text, textStyle, type Css } from '../core/values.ts';

type Brightness = 'light' | 'dark';
type In = Value | undefined;

const dark = matchMedia('(prefers-color-scheme: dark)');
const sheet = new CSSStyleSheet();
let page: Control | undefined;
let shown = '';

export function watchTheme(): void {
    document.adoptedStyleSheets.push(sheet);
    dark.addEventListener('change', () => page && applyTheme(page));
}

export function systemBrightness(): Brightness {
    return dark.matches ? 'dark' : 'light';
}

function modeOf(value: In): Brightness | undefined {
    const mode = text(value).toLowerCase();
    if (mode === 'system') return systemBrightness();
    return mode === 'light' || mode === 'dark' ? mode : undefined;
}

// -- the page --------------------------------------------------------------------------------

export function applyTheme(control: Control): void {
    page = control;
    document.documentElement.dataset['theme'] = brightnessOf(control);
    showPageTheme();
}

function showPageTheme(): void {
    if (!page) return;
    const isDark = brightnessOf(page) === 'dark';
    const theme = themeFor(page.props, isDark);
    const css = Object.entries(themeVariables(theme, isDark, showPageTheme))
        .map(([name, value]) => `${name}: ${value};`)
        .join('');
    if (css.includes('var(--c-')) loadPalette();
    const rules = `:root[data-theme] { ${css} } ${textRules(theme)}`;
    const name = `${isDark} ${rules}`;
    if (name === shown) return;
    shown = name;
    sheet.replaceSync(rules);
    for (const scope of scopes) scope.redraw();
}

function themeFor(props: ValueMap, isDark: boolean): ValueMap {
    const light = props['theme'];
    const theme = isDark ? (props['dark_theme'] ?? light) : light;
    return isMap(theme) ? theme : {};
}

// The styles that texts name; what names none is of the style bodyMedium.
function textRules(theme: ValueMap): string {
    const styles = isMap(theme['text_theme']) ? theme['text_theme'] : {};
    return Object.entries(styles)
        .map(([snake, value]) => {
            const name = snake.replace(/[^a-z_]/g, '').replace(/_(.)/, (_, c: string) => c.toUpperCase());
            const css = Object.entries(textStyle(value))
                .filter(([, part]) => part !== undefined)
                .map(([property, part]) => `${property}: ${part};`);
            const body = name === 'bodyMedium' ? 'body, ' : '';
            return `${body}.t-text[data-style='${name}'] { ${css.join('')} }`;
        })
        .join(' ');
}

// -- a container with a theme of its own -----------------------------------------------------

export type Scope = { control: Control; redraw(): void };
const scopes = new Set<Scope>();

export function scopeStyle(scope: Scope, root: HTMLElement): Css {
    const { props } = scope.control;
    const mode = modeOf(props['theme_mode']);
    const isScope = mode !== undefined || isMap(props['theme']) || isMap(props['dark_theme']);
    root.classList.toggle('t-scope', isScope);
    if (mode) root.dataset['theme'] = mode;
    else delete root.dataset['theme'];
    if (!isScope) {
        scopes.delete(scope);
        return {};
    }
    scopes.add(scope);
    const isDark = brightnessOf(scope.control) === 'dark';
    // With a brightness of its own it starts from the page's theme for that, else from what is around.
    const below = mode && page ? themeVariables(themeFor(page.props, isDark), isDark, scope.redraw) : {};
    return { ...below, ...themeVariables(themeFor(props, isDark), isDark, scope.redraw) };
}

export function endScope(scope: Scope): void {
    scopes.delete(scope);
}

function brightnessOf(control: Control): Brightness {
    for (let c: Control | null = control; c; c = c.parent) {
        const mode = modeOf(c.props['theme_mode']);
        if (mode) return mode;
    }
    return systemBrightness();
}

// -- from a theme to CSS ---------------------------------------------------------------------

// A scheme from a seed takes a moment when its code has to be fetched: `onReady` is called then.
function themeVariables(theme: ValueMap, isDark: boolean, onReady: () => void): Css {
    const seed = color(theme['color_scheme_seed']);
    const css: Css = {
        ...(seed && schemeOf(seed, isDark, onReady)),
        '--t-font': fontFamily(theme['font_family']),
        '--t-page': color(theme['scaffold_bgcolor']),
        '--t-divider': color(part(theme, 'divider_theme', 'color') ?? theme['divider_color']),
        '--t-card': color(part(theme, 'card_theme', 'color') ?? theme['card_bgcolor']),
        '--t-appbar': color(part(theme, 'appbar_theme', 'bgcolor')),
        '--t-appbar-ink': color(part(theme, 'appbar_theme', 'color')),
    };
    const roles = isMap(theme['color_scheme']) ? theme['color_scheme'] : {};
    for (const [role, value] of Object.entries(roles))
        css[`--md-sys-color-${cssRole(role)}`] = color(value);
    return Object.fromEntries(Object.entries(css).filter(([, value]) => value !== undefined));
}

function part(theme: ValueMap, name: string, property: string): In {
    const value = theme[name];
    return isMap(value) ? value[property] : undefined;
}

function cssRole(role: string): string {
    return role === 'on_inverse_surface' ? 'inverse-on-surface' : role.replace(/[^a-z]/g, '-');
}

const SCHEMES_KEPT = 64;
const schemes = new Map<string, Css | Promise<Css>>();

function schemeOf(seed: string, isDark: boolean, onReady: () => void): Css {
    const name = `${seed} ${isDark}`;
    const known = schemes.get(name);
    if (known && !(known instanceof Promise)) return known;
    const coming = known ?? computeScheme(seed, isDark);
    if (schemes.size >= SCHEMES_KEPT) schemes.clear();
    schemes.set(name, coming);
    void coming.then((css) => {
        schemes.set(name, css);
        onReady();
    });
    return {};
}

async function computeScheme(seed: string, isDark: boolean): Promise<Css> {
    if (seed.includes('var(--c-')) await loadPalette();
    const { schemeCss } = await import('../core/scheme.ts');
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
