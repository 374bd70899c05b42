// The modal dialogs that are open, the last one that was opened last. What lies outside of one is inert, whatever its
// layer: what has to be used beside it has to be in it.

export class Modals {
    private open: HTMLDialogElement[] = [];

    // Calls `then` when another element is the one to be in.
    constructor(private readonly then: () => void) {
        const self = this;
        const { showModal } = HTMLDialogElement.prototype;
        HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
            showModal.call(this);
            self.opened(this);
        };
    }

    get top(): HTMLElement {
        this.open = this.open.filter((dialog) => dialog.isConnected && dialog.open);
        return this.open.at(-1) ?? document.body;
    }

    private opened(dialog: HTMLDialogElement): void {
        this.open = [...this.open.filter((other) => other !== dialog), dialog];
        dialog.addEventListener('close', () => this.then(), { once: true });
        this.then();
    }
}
