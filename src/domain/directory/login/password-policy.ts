import { Refusal } from '../../refusal.ts'

/** DIR-10. */
const LEAST = 8
const BELOW = 64
const CLASSES = [/[A-Z]/, /[a-z]/, /[0-9]/, /[ -/:-@[-`{-~]/, /[\u00a1-\u00ac\u00ae-\u00ff]/]
const LEAST_CLASSES = 3

/**
 * The password in composed form, when it fits the policy (DIR-10): 8 to 63 characters of Basic Latin and
 * Latin-1, of at least three of upper case, lower case, digits, special characters and letters of Latin-1.
 * Refuses `password-policy`.
 */
export function requirePassword(text: string): string {
  const password = composed(text)
  if (password.length < LEAST || password.length >= BELOW) {
    throw refused(
      `A password has at least ${LEAST} and fewer than ${BELOW} characters; this one has ${password.length}.`,
    )
  }
  if (!/^[\x20-\x7e\u00a1-\u00ac\u00ae-\u00ff]+$/.test(password)) {
    throw refused('A password consists of characters of Basic Latin and Latin-1; this one has others.')
  }
  if (CLASSES.filter((kind) => kind.test(password)).length < LEAST_CLASSES) {
    throw refused(
      `A password has characters of at least ${LEAST_CLASSES} of these: upper case, lower case, digits, special characters, letters of Latin-1.`,
    )
  }
  return password
}

/** Keyboards and programs write the same letter as one or as two characters. */
export const composed = (password: string): string => password.normalize('NFC')

const refused = (sentence: string): Refusal => new Refusal('password-policy', sentence)
