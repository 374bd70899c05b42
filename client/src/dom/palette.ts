// The named Material colours are a style sheet of their own, fetched when first used. The document
// remembers it: all apps in it use the same one.

const ID = 't-palette';

export async function loadPalette(): Promise<void> {
    const link = (document.getElementById(ID) as HTMLLinkElement | null) ?? addLink();
    if (link.sheet) return;
    await new Promise((done) => {
        link.addEventListener('load', done, { once: true });
        link.addEventListener('error', done, { once: true });
    });
}

function addLink(): HTMLLinkElement {
    const link = document.createElement('link');
    link.id = ID;
    link.rel = 'stylesheet';
    link.href = new URL(__PALETTE__, document.baseURI).href;
    // A lost network must not leave colours out for good: who needs one next fetches it anew.
    link.addEventListener('error', () => link.remove());
    document.head.append(link);
    return link;
}
