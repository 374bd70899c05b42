// Names of mouse cursors -> CSS.

import type { Value } from '../core/tree.ts';
import { lookup } from '../core/values.ts';

const CURSORS: { readonly [name: string]: string } = {
    alias: 'alias',
    allscroll: 'all-scroll',
    basic: 'default',
    cell: 'cell',
    click: 'pointer',
    contextmenu: 'context-menu',
    copy: 'copy',
    disappearing: 'no-drop',
    forbidden: 'not-allowed',
    grab: 'grab',
    grabbing: 'grabbing',
    help: 'help',
    move: 'move',
    nodrop: 'no-drop',
    none: 'none',
    precise: 'crosshair',
    progress: 'progress',
    resizecolumn: 'col-resize',
    resizedown: 's-resize',
    resizedownleft: 'sw-resize',
    resizedownright: 'se-resize',
    resizeleft: 'w-resize',
    resizeleftright: 'ew-resize',
    resizeright: 'e-resize',
    resizerow: 'row-resize',
    resizeup: 'n-resize',
    resizeupdown: 'ns-resize',
    resizeupleft: 'nw-resize',
    resizeupleftdownright: 'nwse-resize',
    resizeupright: 'ne-resize',
    resizeuprightdownleft: 'nesw-resize',
    text: 'text',
    verticaltext: 'vertical-text',
    wait: 'wait',
    zoomin: 'zoom-in',
    zoomout: 'zoom-out',
};

export function cursor(value: Value | undefined): string | undefined {
    return lookup(CURSORS, value);
}
