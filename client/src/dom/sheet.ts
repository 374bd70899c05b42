// Style sheets that come with code that is fetched on demand.

// Shared: a style sheet is a document's, and no app changes it.
const adopted = new Set<string>();

export function adopt(css: string): void {
    if (adopted.has(css)) return;
    adopted.add(css);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
}
