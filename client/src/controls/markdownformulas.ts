// Formulas as MathML, which browsers draw and screen readers read. Fetched with the first Markdown that has one.

import katex from 'katex';

// Beyond, a formula stays as it was written: they are drawn at once.
const MOST_LETTERS = 5_000;
const MOST = 500;

export function drawFormulas(root: HTMLElement): void {
    const places = [...root.querySelectorAll<HTMLElement>('.t-formula')].slice(0, MOST);
    const areBoxes = !hasLetters();
    for (const place of places) draw(place, areBoxes);
}

// Browsers draw a variable as the letter that Unicode has for it in formulas. Without a font that has those, each is the
// same box.
function hasLetters(): boolean {
    const context = document.createElement('canvas').getContext('2d')!;
    context.font = '20px math';
    const [i, m] = ['\u{1D456}', '\u{1D45A}'].map((letter) => context.measureText(letter).width);
    return i !== m;
}

function draw(place: HTMLElement, areBoxes: boolean): void {
    const text = place.textContent;
    if (place.querySelector('math')) return; // it came while another drawing waited for this code
    if (text.length > MOST_LETTERS) return;
    const displayMode = place.classList.contains('t-formula-apart');
    try {
        const options = { output: 'mathml', displayMode, strict: false, maxExpand: 500, maxSize: 50 } as const;
        const drawn = new DOMParser().parseFromString(katex.renderToString(text, options), 'text/html');
        // The page's policy lets no style attribute in.
        for (const element of drawn.querySelectorAll('[style]')) element.removeAttribute('style');
        // Then it is an ordinary letter, which slants.
        if (areBoxes)
            for (const name of drawn.querySelectorAll('mi'))
                name.classList.toggle('t-letter', [...name.textContent].length === 1);
        place.replaceChildren(...drawn.querySelectorAll('math'));
        if (displayMode && place.scrollWidth > place.clientWidth) place.tabIndex = 0; // to be scrolled by keys
    } catch {
        // It stays as it was written.
    }
}
