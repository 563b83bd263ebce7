import { randomInt } from 'node:crypto'

/** Without letters and digits that look alike. */
const letters = 'abcdefghjkmnpqrstuvwxyz'
const digits = '23456789'

/** A password to be told once: 80 random bits, easy to type, within the policy (DIR-10: lower case, digits, special). */
export function oneTimePassword(): string {
  const group = () => {
    const signs = Array.from({ length: 4 }, () => pick(letters + digits))
    return signs.join('')
  }
  return [group(), group(), pick(letters) + group().slice(1), pick(digits) + group().slice(1)].join('-')
}

const pick = (from: string) => from[randomInt(from.length)]!
