import type { Context, Widget } from './widget.ts';

// Stands where a control cannot be drawn; quiet, but it says which and why.
export function placeholder(context: Context, message?: string, detail?: string): Widget {
    const root = document.createElement('div');
    root.className = 't-placeholder';
    root.setAttribute('role', 'note');
    root.textContent = message ?? `${context.control.type} is not drawn by this client`;
    if (detail) root.title = detail;
    return { root, update: () => undefined };
}
