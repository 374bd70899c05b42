// Which Material controls become Cupertino ones, where an app asks for what is at home on the device. Pure.

import type { Control } from './tree.ts';

const CUPERTINO: { readonly [type: string]: string } = {
    AlertDialog: 'CupertinoAlertDialog',
    AppBar: 'CupertinoAppBar',
    Button: 'CupertinoButton',
    Checkbox: 'CupertinoCheckbox',
    ElevatedButton: 'CupertinoButton',
    FilledButton: 'CupertinoFilledButton',
    FilledTonalButton: 'CupertinoTintedButton',
    ListTile: 'CupertinoListTile',
    NavigationBar: 'CupertinoNavigationBar',
    OutlinedButton: 'CupertinoButton',
    Radio: 'CupertinoRadio',
    Slider: 'CupertinoSlider',
    Switch: 'CupertinoSwitch',
    TextButton: 'CupertinoButton',
    TextField: 'CupertinoTextField',
};

// The type whose code draws it: `adaptive` is inherited, and counts on Apple's platforms only.
export function drawnAs(control: Control): string {
    const { type } = control;
    if (!Object.hasOwn(CUPERTINO, type) || !isAdaptive(control) || !isApple(control)) return type;
    // Lines of an alert are its own kind of button.
    if (type === 'TextButton' && control.parent?.type === 'AlertDialog') return 'CupertinoDialogAction';
    return CUPERTINO[type]!;
}

function isAdaptive(control: Control): boolean {
    for (let at: Control | null = control; at; at = at.parent) {
        const own = at.props['adaptive'];
        if (typeof own === 'boolean') return own;
    }
    return false;
}

function isApple(control: Control): boolean {
    let root = control;
    while (root.parent) root = root.parent;
    const { platform } = root.props;
    return platform === 'ios' || platform === 'macos';
}
