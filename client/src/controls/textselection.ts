// What of a text is selected, for apps that ask.

import type { Context } from '../dom/widget.ts';

export class TextSelection {
    private selected = '';
    private isWatching = false;

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
    ) {}

    // To be ended with the text.
    want(isWanted: boolean): void {
        if (isWanted === this.isWatching) return;
        this.isWatching = isWanted;
        if (isWanted) document.addEventListener('selectionchange', this.tell);
        else document.removeEventListener('selectionchange', this.tell);
    }

    private readonly tell = (): void => {
        const { context, root } = this;
        const selection = document.getSelection();
        const isWithin = selection?.anchorNode && root.contains(selection.anchorNode);
        const now = isWithin ? selection.toString() : '';
        if (now === this.selected || !context.is('selectable')) return;
        this.selected = now;
        const from = isWithin ? offsetIn(root, selection.anchorNode!, selection.anchorOffset) : 0;
        const to = isWithin ? offsetIn(root, selection.focusNode!, selection.focusOffset) : 0;
        const range = { base_offset: from, extent_offset: to, affinity: 'downstream', directional: false };
        context.emit('selection_change', { text: now, selected_text: now, cause: null, selection: range });
    };
}

function offsetIn(root: HTMLElement, node: Node, offset: number): number {
    const range = document.createRange();
    range.selectNodeContents(root);
    range.setEnd(node, offset);
    return range.toString().length;
}
