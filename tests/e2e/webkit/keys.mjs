// Keys by Playwright's names, as WebDriver's actions (https://www.w3.org/TR/webdriver2/#keyboard-actions).

const CODES = {
    Backspace: '\ue003',
    Tab: '\ue004',
    Enter: '\ue006',
    NumpadEnter: '\ue007',
    Shift: '\ue008',
    Control: '\ue009',
    ControlOrMeta: '\ue009',
    Alt: '\ue00a',
    Escape: '\ue00c',
    Space: ' ',
    PageUp: '\ue00e',
    PageDown: '\ue00f',
    End: '\ue010',
    Home: '\ue011',
    ArrowLeft: '\ue012',
    ArrowUp: '\ue013',
    ArrowRight: '\ue014',
    ArrowDown: '\ue015',
    Delete: '\ue017',
    F2: '\ue032',
    F10: '\ue03a',
    Meta: '\ue03d',
};

const perform = (session, actions) =>
    session.call('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });

// One key, or several that are held: `Control+Shift+z`.
export function press(session, keys) {
    const held = keys.split(/(?<=.)\+/).map((name) => CODES[name] ?? name);
    return perform(session, [
        ...held.map((value) => ({ type: 'keyDown', value })),
        ...held.reverse().map((value) => ({ type: 'keyUp', value })),
    ]);
}

// At the speed of a person: the driver keeps the time.
export function type(session, text, delay) {
    const actions = [...text].flatMap((letter) => {
        const value = letter === '\n' ? CODES.Enter : letter;
        return [
            { type: 'keyDown', value },
            { type: 'keyUp', value },
            { type: 'pause', duration: delay },
        ];
    });
    return perform(session, actions);
}
