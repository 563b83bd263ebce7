/**
 * How many times larger than at a source that keeps properties something may be as MIME: files grow by 1.37 as base64, text of two octets
 * a character by up to 4.5 as quoted-printable, and newer files keep their blocks compressed.
 */
export const MIME_GROWTH = 5
