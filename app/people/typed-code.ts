/**
 * What may stand in the one box for codes: six digits from an authenticator, or a code from paper in groups of four. Spaces and dashes
 * are ignored.
 */
export const typedCode = /^[\s\p{Pd}]*(?:(?:\d[\s\p{Pd}]*){6}|(?:[0-9A-Za-z][\s\p{Pd}]*){16})$/u;
