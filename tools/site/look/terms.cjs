// How text becomes words to find, alike when the index is made and when somebody asks. A name is found by itself and by
// its parts: ui_text_field by text_field, text and field, TextField by textfield, text and field.

/** The terms of a word; none when it is too long or too short to be looked for. */
function troupeTerms(word) {
    const whole = word.replace(/^[._-]+|[._-]+$/g, '');
    if (whole.length < 2 || whole.length > 48) return null;
    const parts = whole.split(/[_.-]+|(?<=[a-z])(?=[A-Z])/).filter((part) => part.length > 1);
    return [...new Set([whole, ...(parts.length > 1 ? parts : [])].map((part) => part.toLowerCase()))];
}

/** What both sides of the search are made with. */
const troupeSearchOptions = {
    fields: ['title', 'page', 'text'],
    storeFields: ['title', 'page', 'address', 'about', 'kind'],
    tokenize: (text) => text.split(/[^\p{L}\p{N}_.-]+/u),
    processTerm: troupeTerms,
};

if (typeof module !== 'undefined') module.exports = { troupeSearchOptions };
