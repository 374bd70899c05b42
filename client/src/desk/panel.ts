// The panel over the page: what does not compile, or has crashed. It takes no focus by itself, so that whoever types
// goes on typing; the key gives it the focus, and gives it back.

import css from './panel.css?text';
import type { Line, Problem } from './problem.ts';

export const KEY = 'F8';

const MARKUP = `
<style>${css}</style>
<div class="said" role="alert"></div>
<section class="panel" role="dialog" aria-labelledby="title" aria-describedby="words hint" tabindex="-1" hidden>
    <header>
        <h2 id="title"></h2>
        <span class="place"></span>
        <div class="buttons">
            <button type="button" class="copy">Copy</button>
            <button type="button" class="close">Close</button>
        </div>
    </header>
    <p class="words" id="words"></p>
    <p class="hint" id="hint"></p>
    <div class="lines" role="region" tabindex="0"></div>
</section>
<button type="button" class="chip" hidden></button>`;

function lineOf({ text, weight }: Line): HTMLElement {
    const line = document.createElement('div');
    line.textContent = text || ' ';
    if (weight !== 'plain') line.className = weight === 'place' ? 'place-line' : weight;
    return line;
}

export class Panel {
    private readonly host = document.createElement('div');
    private readonly root = this.host.attachShadow({ mode: 'open' });
    private problem: Problem | null = null;
    private isOpen = false;
    private before: Element | null = null; // had the focus

    constructor() {
        this.root.innerHTML = MARKUP;
        this.host.hidden = true;
        this.host.id = 'troupe-desk';
        this.part('.close').onclick = () => this.close();
        this.part('.chip').onclick = () => this.open(true);
        this.part('.copy').onclick = () => void this.copy();
        // What is pressed here is not the app's.
        for (const name of ['keydown', 'keyup', 'keypress'] as const)
            this.host.addEventListener(name, (event) => this.onKey(event));
        window.addEventListener('keydown', (event) => this.onAnyKey(event), { capture: true });
        document.body.append(this.host);
    }

    show(problem: Problem | null): void {
        const isSame = problem?.id === this.problem?.id;
        this.problem = problem;
        if (isSame) return;
        if (!problem) this.leave();
        else this.fill(problem);
        this.isOpen = problem !== null;
        this.draw();
    }

    private part(selector: string): HTMLElement {
        return this.root.querySelector<HTMLElement>(selector)!;
    }

    private fill(problem: Problem): void {
        this.part('#title').textContent = problem.title;
        this.part('.place').textContent = problem.place;
        this.part('#words').textContent = problem.words;
        this.part('#hint').textContent = problem.hint;
        this.part('.lines').setAttribute('aria-label', problem.label);
        this.part('.lines').replaceChildren(...problem.lines.map(lineOf));
        this.part('.lines').scrollTop = 0;
        this.part('.copy').textContent = 'Copy';
        this.part('.chip').textContent = problem.title;
    }

    private draw(): void {
        const { documentElement } = document;
        const isDark = documentElement.dataset['theme']
            ? documentElement.dataset['theme'] === 'dark'
            : matchMedia('(prefers-color-scheme: dark)').matches;
        this.host.dataset['theme'] = isDark ? 'dark' : 'light';
        this.host.hidden = !this.problem;
        this.part('.panel').hidden = !this.isOpen;
        this.part('.chip').hidden = this.isOpen;
        this.raise();
        const { title = '', place = '', words = '' } = this.problem ?? {};
        this.part('.said').textContent = this.isOpen ? [title, place, words].filter((it) => it).join(', ') : '';
    }

    // Above dialogs that are open, which are in the top layer, too.
    private raise(): void {
        if (!('popover' in this.host)) return;
        this.host.popover = 'manual';
        if (this.host.matches(':popover-open')) this.host.hidePopover();
        if (this.problem) this.host.showPopover();
    }

    private open(takesFocus: boolean): void {
        this.isOpen = true;
        this.draw();
        if (!takesFocus) return;
        this.before = document.activeElement;
        this.part('.panel').focus();
    }

    private close(): void {
        this.leave();
        this.isOpen = false;
        this.draw();
    }

    // The focus goes back to where it was, if it is here.
    private leave(): void {
        if (this.root.activeElement && this.before instanceof HTMLElement && this.before !== this.host)
            this.before.focus();
        this.before = null;
    }

    private async copy(): Promise<void> {
        const { place, words, lines } = this.problem ?? { place: '', words: '', lines: [] };
        await navigator.clipboard?.writeText([`${place} ${words}`, ...lines.map(({ text }) => text)].join('\n'));
        this.part('.copy').textContent = 'Copied';
    }

    private onKey(event: KeyboardEvent): void {
        event.stopPropagation();
        if (event.type === 'keydown' && event.key === 'Escape') this.close();
    }

    private onAnyKey(event: KeyboardEvent): void {
        if (event.key !== KEY || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
        if (!this.problem) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (this.root.activeElement) this.close();
        else this.open(true);
    }
}
