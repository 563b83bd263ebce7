import { Refusal } from '../refusal.ts'

const LONGEST = 255

/**
 * A folder name as it is kept: Unicode NFC, 1 to 255 characters, no control characters, no lone surrogates, not
 * blank at its ends. Any other sign is allowed: what separates folders on a wire is the protocol's to escape.
 * Refuses `invalid-parameter`.
 */
export function folderName(given: string): string {
  const name = given.normalize('NFC')
  const length = [...name].length
  if (length === 0 || length > LONGEST) {
    throw refused(`A folder name has 1 to ${LONGEST} characters; this one has ${length}.`)
  }
  if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(name)) throw refused('A folder name has no control characters.')
  if (name.trim() !== name) throw refused('A folder name does not begin or end with a blank.')
  return name
}

const refused = (message: string): Refusal =>
  new Refusal('invalid-parameter', `${message} Choose another name.`)
