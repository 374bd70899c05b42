// The kinds of text that a browser may fill a field with, in HTML's words: Flet names the hints as Flutter does.

import { lookup } from './values.ts';
import type { Value } from './tree.ts';

const TOKENS: { [hint: string]: string } = {
    username: 'username',
    newusername: 'username',
    password: 'current-password',
    newpassword: 'new-password',
    onetimecode: 'one-time-code',
    email: 'email',
    url: 'url',
    name: 'name',
    nameprefix: 'honorific-prefix',
    givenname: 'given-name',
    middlename: 'additional-name',
    familyname: 'family-name',
    namesuffix: 'honorific-suffix',
    nickname: 'nickname',
    organizationname: 'organization',
    jobtitle: 'organization-title',
    telephonenumber: 'tel',
    fullstreetaddress: 'street-address',
    streetaddressline1: 'address-line1',
    streetaddressline2: 'address-line2',
    streetaddressline3: 'address-line3',
    addresscity: 'address-level2',
    addressstate: 'address-level1',
    postalcode: 'postal-code',
    countryname: 'country-name',
    countrycode: 'country',
    birthday: 'bday',
    birthdayday: 'bday-day',
    birthdaymonth: 'bday-month',
    birthdayyear: 'bday-year',
    gender: 'sex',
    language: 'language',
    photo: 'photo',
    impp: 'impp',
    creditcardname: 'cc-name',
    creditcardnumber: 'cc-number',
    creditcardsecuritycode: 'cc-csc',
    creditcardexpirationdate: 'cc-exp',
    creditcardtype: 'cc-type',
    transactionamount: 'transaction-amount',
    transactioncurrency: 'transaction-currency',
};

// The first hint that HTML has a word for, or "".
export function autocomplete(hints: Value): string {
    for (const hint of Array.isArray(hints) ? hints : [hints]) {
        const token = lookup(TOKENS, hint);
        if (token) return token;
    }
    return '';
}
