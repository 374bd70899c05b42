// News of the connection and the application for the person: a quiet line, or a card that needs an answer. The line may
// offer something; the card always has a way out.

import type { State } from '../core/connection.ts';
import { el, newName } from './elements.ts';

const QUIET_MS = 1000;
// Trying again in silence is fine for so long.
const LONG_MS = 8000;
const NEWS_MS = 10_000;
const BUSY = 'The server is busy. Trying again…';

export interface Ways {
    // The session in another window is to be this window's again.
    takeBack(): void;
    retryNow(): void;
    // Forgets the session: the next page is a new one.
    forget(): void;
}

type Action = { label: string; act: () => void };
type Card = { title: string; body: string; detail?: string; actions: Action[] };

export class Status {
    private readonly line = el('div', 't-status');
    private readonly words = el('span');
    private readonly button = el('button');
    private readonly card = el('dialog', 't-notice');
    private readonly titleName = newName('notice');
    private readonly bodyName = newName('notice');
    private timers: number[] = [];
    private isCrashed = false;

    constructor(
        root: HTMLElement,
        private readonly ways: Ways,
    ) {
        this.line.setAttribute('role', 'status');
        this.button.type = 'button';
        this.line.hidden = this.button.hidden = true;
        this.line.append(this.words, this.button);
        this.card.setAttribute('role', 'alertdialog');
        this.card.setAttribute('aria-labelledby', this.titleName);
        this.card.setAttribute('aria-describedby', this.bodyName);
        root.append(this.line, this.card);
        // The card goes with what it is about, not with Escape.
        this.card.addEventListener('cancel', (event) => event.preventDefault());
    }

    show(state: State, isFirst: boolean): void {
        switch (state.name) {
            case 'ready':
                this.quiet();
                return this.isCrashed ? undefined : this.hideCard();
            case 'connecting':
            case 'registering':
            case 'waiting':
                // A retry in the background changes nothing the person can act on.
                if (!this.isCrashed && this.card.dataset['kind'] !== 'broken') this.hideCard();
                return this.waiting(isFirst, state);
            case 'taken':
                this.quiet();
                return this.showCard('taken', {
                    title: 'This page is open in another window',
                    body: 'The newest window goes on; this one is paused.',
                    actions: [{ label: 'Use it here', act: this.ways.takeBack }],
                });
            case 'refused':
                this.quiet();
                return this.showCard('refused', {
                    title: 'This page could not be opened',
                    body: 'The server did not start it. You can try again in a moment.',
                    detail: state.reason,
                    actions: this.waysOut(),
                });
            case 'final':
                this.quiet();
                return this.showCard('final', {
                    title: 'This page cannot be shown',
                    body: sentence(state.reason),
                    ...(state.code !== undefined && { detail: `Close code ${state.code}` }),
                    actions: this.waysOut(),
                });
            case 'broken':
                this.quiet();
                return this.showCard('broken', {
                    title: 'The connection was refused',
                    body: 'The server did not accept what this page sent. It will be tried again.',
                    detail: state.reason,
                    actions: [reload],
                });
        }
    }

    crash(message: string): void {
        this.isCrashed = true;
        this.showCard('crashed', {
            title: 'Something went wrong here',
            body:
                'The application met an error. Reload to go on where you were; if that does not help, ' + 'start anew.',
            detail: message,
            actions: this.waysOut(),
        });
    }

    // The server takes what is done here, and has not said that it is safe.
    late(isLate: boolean): void {
        if (isLate) this.say('What you did is not saved yet. The server is still working on it.', undefined);
        else this.quiet();
    }

    // News that goes by itself.
    tell(words: string): void {
        this.say(words, undefined);
        this.after(NEWS_MS, () => this.quiet());
    }

    // The page is another session's now.
    restarted(): void {
        this.tell('Your session had ended, so the page was started anew.');
    }

    private waysOut(): Action[] {
        const anew: Action = {
            label: 'Start anew',
            act: () => {
                this.ways.forget();
                location.assign(document.baseURI);
            },
        };
        const back: Action = { label: 'Go back', act: goBack };
        return history.length > 1 ? [reload, anew, back] : [reload, anew];
    }

    private waiting(isFirst: boolean, state: State): void {
        const words = isFirst ? 'Connecting…' : 'Reconnecting…';
        const retry: Action = { label: 'Try now', act: this.ways.retryNow };
        const isWaiting = state.name === 'waiting';
        if (isWaiting && state.isBusy) {
            this.clearTimers();
            return this.say(BUSY, retry);
        }
        const wasBusy = this.words.textContent === BUSY;
        if (isWaiting && wasBusy) this.say(words, undefined);
        else if (this.timers.length || !this.line.hidden) return;
        else this.after(QUIET_MS, () => this.say(words, undefined));
        this.after(LONG_MS, () => {
            this.say(
                navigator.onLine ? 'The server does not answer. Trying again…' : 'You are offline. Trying again…',
                retry,
            );
        });
    }

    private after(ms: number, then: () => void): void {
        this.timers.push(window.setTimeout(then, ms));
    }

    private say(words: string, action: Action | undefined): void {
        const { words: text, button } = this;
        this.line.hidden = false;
        // Set only when it differs: a screen reader says it again each time.
        if (text.textContent !== words) text.textContent = words;
        button.hidden = !action;
        button.textContent = action?.label ?? '';
        button.onclick = action?.act ?? null;
    }

    private clearTimers(): void {
        for (const timer of this.timers) clearTimeout(timer);
        this.timers = [];
    }

    private quiet(): void {
        this.clearTimers();
        this.say('', undefined);
        this.line.hidden = true;
    }

    private showCard(kind: string, card: Card): void {
        const box = el('div', 't-notice-card');
        const title = el('h2');
        const body = el('p');
        const buttons = el('div', 't-notice-buttons');
        title.id = this.titleName;
        title.textContent = card.title;
        body.id = this.bodyName;
        body.textContent = card.body;
        for (const { label, act } of card.actions) {
            const button = el('button', 't-notice-button');
            button.type = 'button';
            button.textContent = label;
            button.addEventListener('click', act);
            buttons.append(button);
        }
        box.append(title, body);
        if (card.detail) box.append(detailsOf(card.detail));
        box.append(buttons);
        this.card.replaceChildren(box);
        this.card.dataset['kind'] = kind;
        // Above whatever dialog is open, with the rest out of reach.
        if (!this.card.open) this.card.showModal();
        (buttons.firstElementChild as HTMLElement).focus();
    }

    private hideCard(): void {
        if (this.card.open) this.card.close();
        delete this.card.dataset['kind'];
        this.card.replaceChildren();
    }
}

const reload: Action = { label: 'Reload', act: () => location.reload() };

// Within the application the address changes and the page stays: then it is loaded anew.
function goBack(): void {
    addEventListener('popstate', () => location.reload(), { once: true });
    history.back();
}

function sentence(words: string): string {
    const text = words.charAt(0).toUpperCase() + words.slice(1);
    return /[.!?]$/.test(text) ? text : `${text}.`;
}

function detailsOf(detail: string): HTMLElement {
    const details = el('details');
    const summary = el('summary');
    const text = el('pre');
    summary.textContent = 'Details';
    text.textContent = detail;
    details.append(summary, text);
    return details;
}
