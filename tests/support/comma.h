#ifndef TR_TESTS_SUPPORT_COMMA_H
#define TR_TESTS_SUPPORT_COMMA_H

// Locales that differ from C in what programs trip over, made by localedef for the test alone.
//
// Thread: the test's, before others start: the locale is the process's.

// A decimal comma, as after setlocale(LC_ALL, "") where LANG is de_DE.UTF-8. Fails the test when
// there is no such locale to be had.
void use_comma_locale(void);

// Where an I is no i. The same.
void use_turkish_locale(void);

#endif
