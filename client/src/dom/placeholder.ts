import type { Context, Widget } from './widget.ts';

// Stands where a control cannot be drawn; quiet, but it says which and why.
export function placeholder(context: Context, message?: string, detail?: string): Widget {
    const root = document.createElement('div');
    root.className = 't-placeholder';
    root.setAttribute('role', 'note');
    root.textContent = message ?? `${context.control.type} is not drawn by this client`;
    if (detail) root.title = detail;
    if (message === undefined) context.surface.of(Undrawn).say(context);
    return { root, update: () => undefined };
}

// Tells the server of each type once, for its log.
class Undrawn {
    private readonly said = new Set<string>();

    say(context: Context): void {
        const { type } = context.control;
        if (this.said.has(type)) return;
        this.said.add(type);
        // Not while it is being drawn.
        setTimeout(() => context.set({ _undrawn: true }));
    }
}
