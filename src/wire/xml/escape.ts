/** Whatever XML 1.0 has no character for, even as a reference: control characters, U+FFFE and U+FFFF. */
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g
const textSpecial = /[&<>\r\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/
const attributeSpecial = /[&<>"\t\n\r\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

/**
 * Text as it stands between tags. Characters that XML cannot carry are left out, a lone surrogate becomes U+FFFD.
 * A carriage return is written as a reference, as Exchange does: readers turn a bare one into a line feed.
 */
export function escapeText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  if (!textSpecial.test(whole)) return whole
  return escapeMarkup(whole.replace(forbidden, '')).replace(/\r/g, '&#xD;')
}

/** Text as it stands between the quotation marks of an attribute. */
export function escapeAttribute(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  if (!attributeSpecial.test(whole)) return whole
  return escapeMarkup(whole.replace(forbidden, ''))
    .replace(/"/g, '&quot;')
    .replace(/\t/g, '&#x9;')
    .replace(/\n/g, '&#xA;')
    .replace(/\r/g, '&#xD;')
}

const escapeMarkup = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
