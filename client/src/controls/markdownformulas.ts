// Formulas as MathML, which browsers draw and screen readers read. Fetched with the first Markdown that has one.

import katex from 'katex';
import { isWay, written } from '../core/mathletters.ts';

// Beyond, a formula stays as it was written: they are drawn at once.
const MOST_LETTERS = 5_000;
const MOST = 500;

export function drawFormulas(root: HTMLElement): void {
    const places = [...root.querySelectorAll<HTMLElement>('.t-formula')].slice(0, MOST);
    const letters = new Letters();
    for (const place of places) draw(place, letters);
}

// Browsers draw a variable as the letter that Unicode has for it in formulas, and most of them know no other way to write
// one. Without a font that has the letters of a way, each is the same box.
class Letters {
    private readonly known = new Map<string, boolean>();
    private readonly context = document.createElement('canvas').getContext('2d')!;

    show(element: Element): void {
        if (element.childElementCount) return;
        const own = element.getAttribute('mathvariant');
        const way = own ?? (element.localName === 'mi' && [...element.textContent].length === 1 ? 'italic' : 'normal');
        if (way === 'normal' || (!own && this.has(way))) return;
        if (element.localName !== 'mtext' && this.has(way)) {
            element.textContent = written(element.textContent, way);
            return element.setAttribute('mathvariant', 'normal');
        }
        // Then it is an ordinary letter, whose style says it.
        element.removeAttribute('mathvariant');
        element.classList.add('t-letter', ...way.split('-').map((part) => `t-${part}`));
    }

    private has(way: string): boolean {
        if (!isWay(way)) return false;
        const known = this.known.get(way);
        if (known !== undefined) return known;
        this.context.font = '20px math';
        const [i, m] = ['i', 'm'].map((letter) => this.context.measureText(written(letter, way)).width);
        this.known.set(way, i !== m);
        return i !== m;
    }
}

function draw(place: HTMLElement, letters: Letters): void {
    const text = place.textContent;
    if (place.querySelector('math')) return; // it came while another drawing waited for this code
    if (text.length > MOST_LETTERS) return;
    const displayMode = place.classList.contains('t-formula-apart');
    try {
        const options = { output: 'mathml', displayMode, strict: false, maxExpand: 500, maxSize: 50 } as const;
        const drawn = new DOMParser().parseFromString(katex.renderToString(text, options), 'text/html');
        // The page's policy lets no style attribute in.
        for (const element of drawn.querySelectorAll('[style]')) element.removeAttribute('style');
        for (const element of drawn.querySelectorAll('mi, mn, mtext')) letters.show(element);
        place.replaceChildren(...drawn.querySelectorAll('math'));
        if (displayMode && place.scrollWidth > place.clientWidth) place.tabIndex = 0; // to be scrolled by keys
    } catch {
        // It stays as it was written.
    }
}
