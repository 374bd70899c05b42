// The panel over the page: what does not compile or has crashed, and the page as an instrument, a tab each. It takes no
// focus by itself, so that whoever types goes on typing; the key gives it the focus, and gives it back.

import { linesOf, TABS, type Tab } from './instruments.ts';
import type { LogLines } from './loglines.ts';
import { Modals } from './modals.ts';
import css from './panel.css?text';
import type { Line, Problem } from './problem.ts';
import type { Recorder } from './recorder.ts';

export const KEY = 'F8';

const MARKUP = `
<style>${css}</style>
<div class="said" role="alert"></div>
<section class="panel" role="dialog" aria-labelledby="title" tabindex="-1" hidden>
    <header>
        <h2 id="title"></h2>
        <span class="place"></span>
        <div class="buttons">
            <button type="button" class="copy">Copy</button>
            <button type="button" class="close">Close</button>
        </div>
    </header>
    <p class="words"></p>
    <p class="hint"></p>
    <div class="choices"></div>
    <div class="tabs" role="tablist" aria-label="Instruments">
        ${TABS.map((tab) => `<button type="button" role="tab" id="${tab}" aria-controls="lines">${tab}</button>`).join('')}
    </div>
    <div class="lines" id="lines" role="tabpanel" tabindex="0"></div>
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
    private readonly modals = new Modals(() => this.place());
    private readonly root = this.host.attachShadow({ mode: 'open' });
    private problem: Problem | null = null;
    private tab: Tab = 'Events';
    private isOpen = false;
    private before: Element | null = null; // had the focus
    private lines: Line[] = [];

    constructor(
        private readonly recorder: Recorder,
        private readonly log: LogLines,
        private readonly answer: (text: string) => Promise<unknown>,
    ) {
        this.root.innerHTML = MARKUP;
        this.host.hidden = true;
        this.host.id = 'troupe-desk';
        this.part('.close').onclick = () => this.close();
        this.part('.chip').onclick = () => this.open();
        this.part('.copy').onclick = () => void this.copy();
        for (const tab of TABS) this.part(`#${tab}`).onclick = () => this.choose(tab);
        // What is pressed here is not the app's, nor that of a dialog that closes by what is clicked beside it.
        for (const name of ['keydown', 'keyup', 'keypress'] as const)
            this.host.addEventListener(name, (event) => this.onKey(event));
        for (const name of ['click', 'pointerdown', 'pointerup', 'mousedown', 'mouseup'])
            this.host.addEventListener(name, (event) => event.stopPropagation());
        window.addEventListener('keydown', (event) => this.onAnyKey(event), { capture: true });
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
        this.place();
    }

    // The instruments are looked at, and want to hear what is new.
    get isWatched(): boolean {
        return this.isOpen && this.tab !== 'Problem';
    }

    show(problem: Problem | null): void {
        const isSame = problem?.id === this.problem?.id;
        this.problem = problem;
        if (isSame) return;
        if (problem) {
            this.tab = 'Problem';
            this.isOpen = true;
        } else if (this.tab === 'Problem') {
            this.leave();
            this.tab = 'Events';
            this.isOpen = false;
        }
        this.draw();
        this.raise();
    }

    // What the instruments show may be another now.
    refresh(): void {
        this.place();
        if (this.isWatched) this.drawLines();
    }

    private part(selector: string): HTMLElement {
        return this.root.querySelector<HTMLElement>(selector)!;
    }

    private draw(): void {
        const { documentElement } = document;
        const isDark = documentElement.dataset['theme']
            ? documentElement.dataset['theme'] === 'dark'
            : matchMedia('(prefers-color-scheme: dark)').matches;
        this.host.dataset['theme'] = isDark ? 'dark' : 'light';
        this.host.hidden = !this.problem && !this.isOpen;
        this.part('.panel').hidden = !this.isOpen;
        this.part('.chip').hidden = this.isOpen || !this.problem;
        this.drawHead();
        this.drawChoices();
        this.drawTabs();
        this.drawLines();
    }

    private drawHead(): void {
        const shown = this.tab === 'Problem' ? this.problem : null;
        this.part('.panel').classList.toggle('bad', shown !== null && shown.kind !== 'question');
        this.part('#title').textContent = shown?.title ?? 'Instruments';
        this.part('.place').textContent = shown?.place ?? '';
        this.part('.words').textContent = shown?.words ?? '';
        this.part('.hint').textContent = shown?.hint ?? '';
        this.part('.copy').textContent = 'Copy';
        this.part('.chip').textContent = this.problem?.title ?? '';
        const { title = '', place = '', words = '' } = shown ?? {};
        const said = this.isOpen ? [title, place, words].filter((it) => it).join(', ') : '';
        if (this.part('.said').textContent !== said) this.part('.said').textContent = said;
    }

    // Once one is chosen the desk takes the question away.
    private drawChoices(): void {
        const choices = this.tab === 'Problem' ? (this.problem?.choices ?? []) : [];
        const buttons = choices.map(({ text, answer }) => {
            const button = document.createElement('button');
            button.type = 'button';
            button.textContent = text;
            button.onclick = () => {
                for (const it of buttons) it.disabled = true;
                this.answer(answer).catch(() => {
                    for (const it of buttons) it.disabled = false;
                });
            };
            return button;
        });
        this.part('.choices').replaceChildren(...buttons);
        this.part('.lines').hidden = choices.length !== 0;
    }

    private drawTabs(): void {
        for (const tab of TABS) {
            const button = this.part(`#${tab}`);
            const isChosen = tab === this.tab;
            button.hidden = tab === 'Problem' && !this.problem;
            button.setAttribute('aria-selected', String(isChosen));
            button.tabIndex = isChosen ? 0 : -1;
        }
        this.part('.lines').setAttribute('aria-labelledby', this.tab);
    }

    // Where it was scrolled to stays, and what is selected as long as nothing is new.
    private drawLines(): void {
        const lines = this.tab === 'Problem' ? (this.problem?.lines ?? []) : linesOf(this.tab, this.recorder, this.log);
        const isSame = lines.length === this.lines.length && lines.every(({ text }, i) => text === this.lines[i]?.text);
        if (isSame) return;
        this.lines = lines;
        this.part('.lines').replaceChildren(...lines.map(lineOf));
    }

    // In the dialog that is open, or else the page. One that was moved loses its focus and its layer.
    private place(): void {
        const { top } = this.modals;
        if (this.host.parentNode === top) return;
        const active = this.root.activeElement;
        top.append(this.host);
        this.raise();
        if (active instanceof HTMLElement) active.focus();
    }

    // Above dialogs that are open, which are in the top layer, too.
    private raise(): void {
        if (!('popover' in this.host)) return;
        this.host.popover = 'manual';
        if (this.host.matches(':popover-open')) this.host.hidePopover();
        if (!this.host.hidden) this.host.showPopover();
    }

    private open(): void {
        this.isOpen = true;
        this.before = document.activeElement;
        this.draw();
        this.raise();
        this.part('.panel').focus();
    }

    private close(): void {
        this.leave();
        this.isOpen = false;
        this.draw();
        this.raise();
    }

    // The focus goes back to where it was, if it is here.
    private leave(): void {
        if (this.root.activeElement && this.before instanceof HTMLElement && this.before !== this.host)
            this.before.focus();
        this.before = null;
    }

    private choose(tab: Tab): void {
        this.tab = tab;
        this.draw();
        this.part('.lines').scrollTop = 0;
        this.part(`#${tab}`).focus();
    }

    private async copy(): Promise<void> {
        const head = this.tab === 'Problem' ? [`${this.problem?.place ?? ''} ${this.problem?.words ?? ''}`] : [];
        await navigator.clipboard?.writeText([...head, ...this.lines.map(({ text }) => text)].join('\n'));
        this.part('.copy').textContent = 'Copied';
    }

    private onKey(event: KeyboardEvent): void {
        event.stopPropagation();
        if (event.type !== 'keydown') return;
        if (event.key === 'Escape') {
            event.preventDefault(); // a dialog would close, too
            this.close();
        }
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!step || this.root.activeElement?.getAttribute('role') !== 'tab') return;
        event.preventDefault();
        const tabs = TABS.filter((tab) => !this.part(`#${tab}`).hidden);
        this.choose(tabs[(tabs.indexOf(this.tab) + step + tabs.length) % tabs.length]!);
    }

    private onAnyKey(event: KeyboardEvent): void {
        if (event.key !== KEY || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        if (this.root.activeElement) this.close();
        else this.open();
    }
}
