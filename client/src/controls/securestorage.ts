// Texts that this browser keeps encrypted. The key cannot be read out of the browser, not even by this page: who copies
// the browser's files away from the device has nothing. A script that runs in the page reads what it likes, and so
// does who uses the same browser.

import type { Context, Widget } from '../dom/widget.ts';
import { isMap, type ValueMap } from '../core/tree.ts';
import { text } from '../core/values.ts';
import { answering, unseen, type Calls } from '../dom/service.ts';
import { Vault } from './vault.ts';

const vaultOf = (context: Context, args: ValueMap): Vault => {
    const given = args['web'] ?? context.get('web_options');
    const rules: ValueMap = isMap(given) ? given : {};
    return new Vault(text(rules['db_name']) || 'FletEncryptedStorage', rules['use_session_storage'] === true);
};

const CALLS: Calls<Context> = {
    get_availability: () => Vault.why() === undefined,
    async set(context, args) {
        const { value } = args;
        const key = keyOf(args);
        if (value === null || value === undefined) vaultOf(context, args).remove(key);
        else await vaultOf(context, args).set(key, typeof value === 'string' ? value : JSON.stringify(value));
        return null;
    },
    get: (context, args) => vaultOf(context, args).get(keyOf(args)),
    get_all: (context, args) => vaultOf(context, args).all(),
    contains_key: (context, args) => vaultOf(context, args).has(keyOf(args)),
    remove(context, args) {
        vaultOf(context, args).remove(keyOf(args));
        return null;
    },
    clear(context, args) {
        vaultOf(context, args).clear();
        return null;
    },
};

function keyOf(args: ValueMap): string {
    const key = text(args['key']);
    if (!key) throw new Error('The key is empty');
    return key;
}

export function secureStorage(context: Context): Widget {
    let isTold = false;
    return {
        root: unseen(),
        update() {
            if (isTold || !context.handles('change')) return;
            isTold = true;
            context.emit('change', { available: Vault.why() === undefined });
        },
        invoke: answering(CALLS, context),
    };
}
