// Names of keys. Pure.

export function isModifier(key: string): boolean {
    return ['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'Dead'].includes(key);
}

// The protocol names keys as people read them: "A", "Arrow Left".
export function keyLabel(key: string): string {
    if (key.length === 1) return key.toUpperCase();
    return key.replace(/([a-z])([A-Z])/g, '$1 $2');
}
