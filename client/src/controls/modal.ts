// A dialog that the server opens and a person or the server closes.

import { el } from '../dom/elements.ts';

export type ModalHost = {
    className: string;
    isWanted(): boolean;
    // Escape and a press beside it close it.
    isDismissible(): boolean;
    // Closed, by whomever; not when it goes with its control.
    onClosed(): void;
    // Gives the focus, where the first that can have it is not the right one.
    onShown?(): void;
};

export class Modal {
    readonly root: HTMLDialogElement;
    private isShown = false;
    private isServers = false;
    private frame = 0;

    constructor(private readonly host: ModalHost) {
        const root = (this.root = el('dialog', host.className));
        root.addEventListener('cancel', (event) => {
            if (event.target === root && !host.isDismissible()) event.preventDefault();
        });
        root.addEventListener('click', (event) => {
            if (event.target === root && host.isDismissible() && this.isBeside(event)) root.close();
        });
        root.addEventListener('close', (event) => event.target === root && this.onClose());
    }

    // Only an element in the document can be shown, and this one is placed a moment later.
    sync(): void {
        const wanted = this.host.isWanted();
        if (wanted && !this.isShown && !this.root.isConnected) {
            cancelAnimationFrame(this.frame);
            this.frame = requestAnimationFrame(() => this.sync());
        } else if (wanted && !this.isShown) {
            this.isShown = true;
            this.root.showModal();
            this.host.onShown?.();
        } else if (!wanted && this.isShown) {
            this.isServers = true;
            this.root.close();
        }
    }

    // By the person.
    close(): void {
        this.root.close();
    }

    dispose(): void {
        cancelAnimationFrame(this.frame);
    }

    private onClose(): void {
        this.isShown = false;
        // The browser says so a moment later: the server may have opened it again since.
        const isWanted = this.isServers && this.host.isWanted();
        this.isServers = false;
        if (isWanted) return this.sync();
        this.host.onClosed();
    }

    private isBeside({ clientX: x, clientY: y }: MouseEvent): boolean {
        const area = this.root.getBoundingClientRect();
        return x < area.left || x > area.right || y < area.top || y > area.bottom;
    }
}
