// The parts of one app in a document: the element that all of it lies in, and the state that its controls share. Two
// apps in one document have two of these and share nothing.

import { Theme } from './theme.ts';

export class Surface {
    readonly theme: Theme;
    // Screen readers say what changes in it, if it was there before.
    readonly announcer = region('polite');
    private readonly alarm = region('assertive');
    private readonly parts = new Map<unknown, unknown>();
    // Data channels (channels.ts): what comes, what goes, and that all are to be opened anew.
    onBytes?: (channel: number, bytes: Uint8Array<ArrayBuffer>) => void;
    sendBytes?: (channel: number, bytes: Uint8Array) => void;
    onReconnected?: () => void;

    constructor(
        readonly root: HTMLElement,
        // The app of a whole page also sets the page's title, language, icon and colours, and its routes
        // are addresses of the browser. One that is embedded keeps to its element.
        readonly ownsDocument: boolean,
    ) {
        root.append(this.announcer, this.alarm);
        this.theme = new Theme(root, ownsDocument);
    }

    // Said to people with a screen reader: in its turn, or at once.
    announce(words: string, { isUrgent = false, isRtl = false } = {}): void {
        const home = isUrgent ? this.alarm : this.announcer;
        home.dir = isRtl ? 'rtl' : 'auto';
        home.textContent = '';
        // Screen readers speak changes, so the same words twice need a gap.
        requestAnimationFrame(() => (home.textContent = words));
    }

    // The app's one object of a class, made when it is first asked for. So code that is fetched on
    // demand has a place for its state, too.
    of<T>(Kind: new (surface: Surface) => T): T {
        const known = this.parts.get(Kind) as T | undefined;
        if (known) return known;
        const made = new Kind(this);
        this.parts.set(Kind, made);
        return made;
    }
}

function region(manner: 'polite' | 'assertive'): HTMLElement {
    const home = document.createElement('div');
    home.className = 't-announcer';
    home.ariaLive = manner;
    return home;
}
