// Formulas as MathML, which browsers draw and screen readers read. Fetched with the first Markdown that has one.

import katex from 'katex';

// Beyond, a formula stays as it was written: they are drawn at once.
const MOST_LETTERS = 5_000;
const MOST = 500;

export function drawFormulas(root: HTMLElement): void {
    for (const place of [...root.querySelectorAll<HTMLElement>('.t-formula')].slice(0, MOST)) draw(place);
}

function draw(place: HTMLElement): void {
    const text = place.textContent;
    if (place.querySelector('math')) return; // it came while another drawing waited for this code
    if (text.length > MOST_LETTERS) return;
    const displayMode = place.classList.contains('t-formula-apart');
    try {
        const options = { output: 'mathml', displayMode, strict: false, maxExpand: 500, maxSize: 50 } as const;
        const drawn = new DOMParser().parseFromString(katex.renderToString(text, options), 'text/html');
        // The page's policy lets no style attribute in.
        for (const element of drawn.querySelectorAll('[style]')) element.removeAttribute('style');
        place.replaceChildren(...drawn.querySelectorAll('math'));
        if (displayMode && place.scrollWidth > place.clientWidth) place.tabIndex = 0; // to be scrolled by keys
    } catch {
        // It stays as it was written.
    }
}
