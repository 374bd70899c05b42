// How the catalog's type expressions become C: what a property accepts on the server (a set of bits),
// and which fields of an argument struct it gets.

export const snake = (name) =>
    name.replace(/\./g, '_')
        .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
        .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
        .replace(/__+/g, '_')
        .toLowerCase();

export const upper = (name) => snake(name).toUpperCase();

const KEYWORDS = new Set(('auto break case char const continue default do double else enum extern float for goto if ' +
    'inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void ' +
    'volatile while bool true false ' +
    'catch class const_cast delete explicit export friend mutable namespace new operator private protected public template this throw try ' +
    'typename using virtual and not or xor').split(' '));
export const fieldName = (name) => (KEYWORDS.has(name) ? name + '_' : name);

// "a|b<c|d>?" -> ["a", "b<c|d>"]
export function alternatives(type) {
    const parts = [];
    let depth = 0;
    let part = '';
    for (const ch of type.replace(/\?$/, '')) {
        if (ch === '<') depth++;
        if (ch === '>') depth--;
        if (ch === '|' && depth === 0) {
            parts.push(part);
            part = '';
        } else part += ch;
    }
    parts.push(part);
    return parts;
}

const inner = (type) => /^[a-z]+<(.*)>$/.exec(type)[1].replace(/\?$/, '');

const BITS = { bool: 1, int: 2, number: 4, float: 4, string: 8, bytes: 16, color: 2048, icon: 1024 };
export const BIT = { RAW: 32, NODE: 64, NODES: 128, EVENT: 256, ENUM: 512, CERTAIN: 4096, INTEGER: 2, TEXT: 8 };

// The set of enum tr_type (sdk/catalog/catalog.h) that a property accepts.
export function typeBits(type, enums) {
    return alternatives(type).reduce((bits, part) => {
        if (part in BITS) return bits | BITS[part];
        if (part === 'any') return bits | 1 | 2 | 4 | 8 | 16 | BIT.RAW;
        if (part === 'duration') return bits | BIT.INTEGER | BIT.RAW;
        if (part === 'control' || part.startsWith('control:')) return bits | BIT.NODE;
        if (part === 'control-list' || part.startsWith('control-list:')) return bits | BIT.NODES;
        if (part.startsWith('enum:'))
            return bits | (enums[part.slice(5)]?.wire_type === 'int' ? BIT.INTEGER : isNumberEnum(enums[part.slice(5)]) ? BITS.number : BIT.ENUM);
        if (part.startsWith('state<')) return bits | BIT.RAW | typeBits(inner(part), enums);
        if (part.startsWith('literal:')) return bits | BIT.TEXT;
        if (/^(object:|callable|null)/.test(part)) return bits;
        if (/^[A-Z]\w*$/.test(part)) return bits; // a second class behind control-list:A|B
        return bits | BIT.RAW;
    }, 0);
}

// The classes of control that a slot is for; none: any control.
export function slotClasses(type) {
    const parts = alternatives(type);
    if (parts.some((part) => part === 'control' || part === 'control-list' || part === 'any')) return [];
    return parts.map((part) => /^(?:control:|control-list:)?([A-Z]\w*)$/.exec(part)?.[1]).filter(Boolean);
}

export const enumOf = (type) => /enum:(\w+)/.exec(type.replace(/map<.*?>/g, ''))?.[1];

// One C field of an argument struct: its C type, how the encoder reads it, and what "unset" looks like.
const field = (suffix, ctype, arg, extra = 0, unset = null) => ({ suffix, ctype, arg, extra, unset });
const NUMBER = () => field('', 'double ', 'NUMBER', 0, 'NAN');
const TEXT = () => field('', 'const char *', 'TEXT');
const INTEGER = (arg) => field('', 'int ', arg, 0, 'UI_UNSET');

// Numbers with names, some of them zero or negative: the property's number says it.
export const isNumberEnum = (item) => item.wire_type !== 'int' && Object.values(item.members).some((value) => typeof value !== 'string');

function enumField(name, ctx) {
    const item = ctx.enums[name];
    if (!item || isNumberEnum(item)) return null;
    ctx.useEnum(name);
    const arg = item.wire_type === 'int' ? 'BITS' : 'ENUM';
    return { ...field('_enum', `enum ui_${snake(name)} `, arg), enumeration: name };
}

function stateField(type, ctx) {
    const first = alternatives(inner(type))[0];
    if (first === 'color' || first.startsWith('enum:')) return field('_states', 'const ui_text_states_value *', 'VALUE');
    if (first === 'icon') return field('_states', 'const ui_icon_states_value *', 'VALUE');
    if (first === 'number' && !type.includes('value:')) return field('_states', 'const ui_number_states_value *', 'VALUE');
    if (type.includes('value:')) return field('_states', 'const ui_value_states_value *', 'VALUE');
    return null;
}

function listField(type, ctx) {
    const item = alternatives(inner(type))[0];
    if (item === 'string' || item === 'color') return field('_list', 'const char *const *', 'TEXTS');
    if (item === 'number' || item === 'int') return field('_list', 'const double *', 'NUMBERS');
    if (item.startsWith('value:')) {
        ctx.useValue(item.slice(6));
        return field('_list', 'const void *const *', 'VALUES');
    }
    if (item.startsWith('enum:')) {
        ctx.useEnum(item.slice(5));
        return { ...field('_list', 'const int *', 'MEMBERS'), enumeration: item.slice(5) };
    }
    return null;
}

function fieldOf(part, ctx) {
    if (part === 'bool') return { ...INTEGER('FLAG'), suffix: '_flag' };
    if (part === 'int') return { ...INTEGER('INTEGER'), suffix: '_int' };
    if (part === 'number' || part === 'float') return { ...NUMBER(), suffix: '_number' };
    if (part === 'string' || part === 'color') return TEXT();
    if (part === 'icon') return field('', 'const char *', 'ICON');
    if (part === 'bytes') return field('_bytes', 'const ui_bytes_value *', 'BYTES');
    if (part === 'duration') return field('', 'int ', 'DURATION', 0, 'UI_UNSET');
    if (part === 'datetime' || part === 'date') return field('', 'const char *', 'DATE');
    if (part === 'time') return field('', 'const char *', 'TIME');
    if (part === 'control' || part.startsWith('control:')) return field('_control', 'ui_control *', 'CONTROL');
    if (part.startsWith('control-list')) return field('', 'ui_control *const *', 'CONTROLS');
    if (part.startsWith('enum:')) return enumField(part.slice(5), ctx);
    if (part.startsWith('state<')) return stateField(part, ctx);
    if (part.startsWith('list<')) return listField(part, ctx);
    if (part === 'map<string,string>') return field('_map', 'const char *const *', 'PAIRS');
    if (part.includes('ResponsiveRowBreakpoint')) return field('_sizes', 'const ui_breakpoints_value *', 'VALUE');
    if (part.startsWith('value:')) {
        const struct = ctx.useValue(part.slice(6));
        return struct && field('_value', `const ${struct} *`, 'VALUE');
    }
    return null;
}

// Which alternative of a union gets the property's own name; the others get a suffix.
const ORDER = [/^string$/, /^(color|icon)$/, /^number$/, /^int$/, /^duration$/, /^enum:/, /^bool$/, /^control/, /^value:/, /^state</];
const rank = (part) => (ORDER.findIndex((pattern) => pattern.test(part)) + ORDER.length + 1) % (ORDER.length + 1);

// The C fields of one property; { fields, missing }.
export function argumentFields(name, type, ctx) {
    let parts = alternatives(type).filter((part) => !/^[A-Z]\w*$/.test(part));
    if (name === 'key') parts = ['string'];
    const value = parts.find((part) => part.startsWith('value:'));
    // A struct that can say "the plain form" by itself stands for the whole union.
    if (value && ['Padding', 'Margin', 'BorderRadius', 'Animation', 'Rotate', 'Scale', 'Offset'].includes(value.slice(6)))
        parts = parts.filter((part) => part === value || part.startsWith('enum:'));
    if (parts.includes('bool') && parts.includes('int')) parts = parts.filter((part) => part !== 'bool');
    if (parts.some((part) => part.startsWith('control:'))) {
        const first = parts.find((part) => part.startsWith('control:'));
        parts = parts.filter((part) => !part.startsWith('control:') || part === first);
    }
    const states = parts.filter((part) => part.startsWith('state<')).map((part) => inner(part));
    for (const plain of states) parts.unshift(...alternatives(plain).filter((part) => part !== 'number' || !plain.includes('value:Padding')));
    parts = parts.filter((part) => !part.startsWith('tuple<'));
    parts = parts.map((part, at) => [rank(part), at, part]).sort((a, b) => a[0] - b[0] || a[1] - b[1]).map((row) => row[2]);
    const fields = [];
    const missing = [];
    for (const part of parts) {
        const made = fieldOf(part, ctx);
        if (made) fields.push({ ...made, name: fieldName(fields.length === 0 ? name : name + (made.suffix || '_' + snake(part))), prop: name });
        else missing.push(part);
    }
    return { fields, missing };
}
