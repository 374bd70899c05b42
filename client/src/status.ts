// What the person is told about the connection: a quiet line, or a card that needs an answer.

import type { State } from './connection.ts';
import { el } from './controls/dom.ts';

const QUIET_MS = 1000;

export class Status {
    private readonly line = document.getElementById('status')!;
    private readonly card = document.getElementById('notice')!;
    private timer = 0;
    private isCrashed = false;

    constructor(private readonly onUseHere: () => void) {}

    show(state: State, isFirst: boolean): void {
        switch (state.name) {
            case 'ready':
                this.isCrashed = false;
                this.quiet();
                return this.hideCard();
            case 'connecting':
            case 'registering':
            case 'waiting':
                // A retry in the background changes nothing the person can act on.
                if (!this.isCrashed && this.card.dataset['kind'] !== 'broken') this.hideCard();
                return this.soon(isFirst ? 'Connecting…' : 'Reconnecting…');
            case 'taken':
                this.quiet();
                return this.showCard('taken', {
                    title: 'This page is open in another window',
                    body: 'The newest window goes on; this one is paused.',
                    button: 'Use it here',
                    action: this.onUseHere,
                });
            case 'refused':
                this.quiet();
                return this.showCard('refused', {
                    title: 'The application could not be started',
                    body: firstLine(state.reason),
                    detail: state.reason,
                    button: 'Reload',
                    action: () => location.reload(),
                });
            case 'broken':
                this.quiet();
                return this.showCard('broken', {
                    title: 'The connection was refused',
                    body: 'The server did not accept what this page sent. It will be tried again.',
                    detail: state.reason,
                    button: 'Reload',
                    action: () => location.reload(),
                });
        }
    }

    crash(message: string): void {
        this.isCrashed = true;
        this.showCard('crashed', {
            title: 'The application encountered an error',
            body: firstLine(message),
            detail: message,
            button: 'Reload',
            action: () => location.reload(),
        });
    }

    private soon(words: string): void {
        if (this.timer || !this.line.hidden) return;
        this.timer = window.setTimeout(() => {
            this.line.hidden = false;
            this.line.textContent = words;
        }, QUIET_MS);
    }

    private quiet(): void {
        clearTimeout(this.timer);
        this.timer = 0;
        this.line.hidden = true;
        this.line.textContent = '';
    }

    private showCard(kind: string, card: Card): void {
        const box = el('div', 't-notice-card');
        const title = el('h2');
        const body = el('p');
        const button = el('button', 't-notice-button');
        title.id = 'notice-title';
        title.textContent = card.title;
        body.textContent = card.body;
        button.type = 'button';
        button.textContent = card.button;
        button.addEventListener('click', card.action);
        box.append(title, body);
        if (card.detail && card.detail !== card.body) {
            const details = el('details');
            const summary = el('summary');
            const text = el('pre');
            summary.textContent = 'Details';
            text.textContent = card.detail;
            details.append(summary, text);
            box.append(details);
        }
        box.append(button);
        this.card.replaceChildren(box);
        this.card.dataset['kind'] = kind;
        this.card.hidden = false;
        button.focus();
    }

    private hideCard(): void {
        this.card.hidden = true;
        delete this.card.dataset['kind'];
        this.card.replaceChildren();
    }
}

type Card = { title: string; body: string; detail?: string; button: string; action: () => void };

function firstLine(message: string): string {
    return message.split('\n')[0] || 'Unknown error';
}
