// Colours for a canvas. It knows neither the theme's names nor the palette: elements out of sight have the
// colours, and tell when these change.

import type { Value } from '../core/tree.ts';
import { color } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { loadPalette } from '../dom/palette.ts';
import { setStyle } from '../dom/style.ts';

export class Inks {
    readonly root = el('span', 't-inks');
    private readonly probes = new Map<string, HTMLElement>();
    private used = new Set<string>();

    constructor(private readonly onChange: () => void) {
        this.root.ariaHidden = 'true';
        this.root.addEventListener('transitionend', onChange);
    }

    begin(): void {
        this.used = new Set();
    }

    of(value: Value | undefined, otherwise = 'black'): string {
        const css = color(value) ?? otherwise;
        if (!css.includes('var(') && !css.includes('color-mix')) return css;
        this.used.add(css);
        return getComputedStyle(this.probe(css)).color;
    }

    // What no shape has any more.
    end(): void {
        for (const [css, probe] of this.probes)
            if (!this.used.has(css)) {
                probe.remove();
                this.probes.delete(css);
            }
    }

    private probe(css: string): HTMLElement {
        const known = this.probes.get(css);
        if (known) return known;
        const probe = el('span');
        setStyle(probe, { color: css });
        this.root.append(probe);
        this.probes.set(css, probe);
        if (css.includes('var(--c-')) void loadPalette().then(this.onChange);
        return probe;
    }
}
