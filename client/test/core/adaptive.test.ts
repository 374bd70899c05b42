import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawnAs } from '../../src/core/adaptive.ts';
import { Control, type ValueMap } from '../../src/core/tree.ts';

function under(parent: Control | null, type: string, props: ValueMap = {}): Control {
    const control = new Control(1, type);
    Object.assign(control.props, props);
    control.parent = parent;
    return control;
}

test('adaptive controls are those of the platform', () => {
    const mac = under(null, 'Page', { platform: 'macos', adaptive: true });
    const linux = under(null, 'Page', { platform: 'linux', adaptive: true });
    assert.equal(drawnAs(under(mac, 'Switch')), 'CupertinoSwitch');
    assert.equal(drawnAs(under(linux, 'Switch')), 'Switch');
    assert.equal(drawnAs(under(mac, 'Text')), 'Text');
});

test('the nearest word counts', () => {
    const mac = under(null, 'Page', { platform: 'ios' });
    const row = under(mac, 'Row', { adaptive: true });
    assert.equal(drawnAs(under(mac, 'Button')), 'Button');
    assert.equal(drawnAs(under(row, 'FilledButton')), 'CupertinoFilledButton');
    assert.equal(drawnAs(under(row, 'FilledButton', { adaptive: false })), 'FilledButton');
    const alert = under(mac, 'AlertDialog', { adaptive: true });
    assert.equal(drawnAs(under(alert, 'TextButton')), 'CupertinoDialogAction');
});
