// The ring around what has the focus: whole, or cut off by a box that it lies in.

/** A line for each ring within `area` that is cut off. */
export async function cutRings(page, area) {
    // Where the keyboard was used there are rings. No control knows this key.
    await page.keyboard.press('F2');
    return page.locator(area).evaluate(cutWithin);
}

// In the page.
function cutWithin(area) {
    const found = [];
    for (const e of area.querySelectorAll('a[href], button, input, summary, [tabindex]')) {
        if (!e.checkVisibility({ visibilityProperty: true })) continue;
        e.focus();
        const ring = ringOf(e);
        const by = ring && cutBy(e, ring);
        if (by) found.push(`the ring of ${nameOf(e)} "${e.ariaLabel ?? e.textContent.trim()}" is cut off by ${by}`);
    }
    return found;

    function ringOf(e) {
        for (const one of e.getAnimations()) one.finish();
        const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(e);
        const more = Number.parseFloat(outlineWidth) + Number.parseFloat(outlineOffset);
        const { left, top, right, bottom, width } = e.getBoundingClientRect();
        if (!e.matches(':focus-visible') || outlineStyle === 'none' || more <= 0 || width < 2) return undefined;
        return { left: left - more, top: top - more, right: right + more, bottom: bottom + more };
    }

    function cutBy(e, ring) {
        for (let at = e; at; at = at.parentElement) {
            if (at !== e && isClip(at) && !isWithin(ring, insideOf(at))) return nameOf(at);
            if (at.matches(':popover-open, dialog:modal') || getComputedStyle(at).position === 'fixed') break;
        }
        const window = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
        return isWithin(ring, window) ? undefined : 'the window';
    }

    function isClip(e) {
        const { overflowX, overflowY, contain } = getComputedStyle(e);
        const isPage = e === document.body || e === document.documentElement;
        return !isPage && (overflowX !== 'visible' || overflowY !== 'visible' || /paint|strict|content/.test(contain));
    }

    function insideOf(e) {
        const { left, top } = e.getBoundingClientRect();
        const x = left + e.clientLeft;
        const y = top + e.clientTop;
        return { left: x, top: y, right: x + e.clientWidth, bottom: y + e.clientHeight };
    }

    function isWithin(one, other) {
        const { left, top, right, bottom } = other;
        return one.left > left - 1 && one.top > top - 1 && one.right < right + 1 && one.bottom < bottom + 1;
    }

    function nameOf(e) {
        return `${e.localName}.${e.className}`;
    }
}
