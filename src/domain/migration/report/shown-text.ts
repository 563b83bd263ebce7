/**
 * A text of somebody else's for people: control characters, and what turns the direction of writing so that a name reads as another,
 * become the replacement character. Marks of a script that is written from the right stay.
 */
export const shownText = (text: string): string =>
  text.replace(
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/g,
    '\ufffd',
  )
