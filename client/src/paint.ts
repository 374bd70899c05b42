import './styles/paint.css';

// The page's text comes with its HTML (docs/howto/first-paint.md) and is seen until the live page is: with .t-boot,
// which app.ts takes away, paint.css takes the text away, in the same frame. Screen readers are not told of it, or they
// would say the page twice. What somebody has scrolled to is in view afterwards, too.

const BLOCKS = 'h1, h2, h3, h4, h5, h6, p, li, td, pre, button';

main();

function main(): void {
    const paint = document.querySelector<HTMLElement>('.t-paint');
    if (paint?.parentElement) watch(paint, paint.parentElement);
}

function watch(paint: HTMLElement, host: HTMLElement): void {
    let seen = '';
    const note = () => {
        const first = scrollY > 0 ? [...paint.querySelectorAll(BLOCKS)].find((one) => bottomOf(one) > 0) : null;
        seen = first?.textContent?.trim() || '';
    };
    paint.inert = true;
    paint.ariaHidden = 'true'; // for what looks by roles and does not know inert
    addEventListener('scroll', note, { passive: true });
    new MutationObserver((_, observer) => {
        if (host.querySelector('.t-boot')) return;
        observer.disconnect();
        removeEventListener('scroll', note);
        paint.remove();
        if (!seen) return;
        textNode(host, seen)?.parentElement?.scrollIntoView();
        scrollTo(0, 0); // the live page scrolls within, and never as a whole
    }).observe(host, { childList: true });
}

function bottomOf(element: Element): number {
    return element.getBoundingClientRect().bottom;
}

function textNode(host: HTMLElement, text: string): Node | null {
    const walker = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (walker.currentNode.nodeValue?.trim() === text) return walker.currentNode;
    return null;
}
