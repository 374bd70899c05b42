// Fonts that a page brings: families by name, each from an address or an asset of the app. A font is
// fetched when a text that is shown needs it.

import { isMap, type Value } from '../core/tree.ts';
import { fileUrl } from '../core/links.ts';
import { fontFamily, text } from '../core/values.ts';

export class Fonts {
    private readonly faces = new Map<string, { src: string; face: FontFace }>();

    use(value: Value | undefined): void {
        const { faces } = this;
        const wanted = isMap(value) ? value : {};
        for (const [family, { src, face }] of faces) {
            if (text(wanted[family]) === src) continue;
            document.fonts.delete(face);
            faces.delete(family);
        }
        for (const [family, value] of Object.entries(wanted)) {
            const src = text(value);
            if (!src || faces.has(family)) continue;
            const url = fileUrl(src, document.baseURI);
            const name = fontFamily(family)?.slice(1, -1);
            if (!url || !name) continue;
            const face = new FontFace(name, `url(${JSON.stringify(url)})`, { display: 'swap' });
            document.fonts.add(face);
            faces.set(family, { src, face });
        }
    }
}
