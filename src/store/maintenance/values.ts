/** What a column may hold beyond being of its type: words for it, and the condition on a value. */
export type Values = { words: string; hold(value: string): string }

/** What a `Date` can be, in epoch milliseconds. */
const LATEST_MS = 8_640_000_000_000_000

/** Programs count no further. */
const { MAX_SAFE_INTEGER } = Number

export const anyNumber: Values = between('a whole number', -MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
export const natural: Values = between('a whole number from 0 on', 0, MAX_SAFE_INTEGER)
export const time: Values = between('a time in milliseconds', -LATEST_MS, LATEST_MS)
export const truth: Values = between('0 or 1', 0, 1)
export const day: Values = {
  words: 'a day such as 2026-01-31',
  hold: (value) => `${value} LIKE '____-__-__'`,
}

export const organizationId: Values = {
  words: 'the id of an organisation',
  hold: (value) => `${value} <> ''`,
}
export const keyRef: Values = {
  words: 'a key as provider:id:version',
  hold: (value) => `${value} LIKE '_%:_%:_%'`,
}

export function between(words: string, from: number, to: number): Values {
  return { words, hold: (value) => `${value} BETWEEN ${from} AND ${to}` }
}

export function sumOf(bits: number): Values {
  return {
    words: `a sum of the bits of ${bits}`,
    hold: (value) => `${value} >= 0 AND (${value} & ${~bits >>> 0}) = 0 AND ${value} <= ${bits}`,
  }
}

/** One of the words that a type has: one more does not compile until it is named. */
export function oneOf<T extends string>(words: Readonly<Record<T, unknown>>): Values {
  return among(Object.keys(words))
}

export function among(words: readonly string[]): Values {
  const quoted = words.map((word) => `'${word}'`)
  return {
    words: words.length > 16 ? 'one of the words there are' : `one of ${words.join(', ')}`,
    hold: (value) => `${value} IN (${quoted.join(', ')})`,
  }
}

/** No more than another column of its row says. */
export function upTo(words: string, column: string): Values {
  return { words, hold: (value) => `${value} BETWEEN 0 AND t.${column}` }
}

/** Of a row that hangs on the number of a mailbox. */
export const modseq: Values = {
  words: 'the number of a change that its mailbox has made',
  hold: (value) => `${value} BETWEEN 0 AND (SELECT m.modseq FROM mailbox m WHERE m.no = t.mailbox)`,
}

/** Rows of an organisation that was destroyed are taken away in any order. */
const ofThoseThere = (condition: string): string =>
  `(${condition} OR NOT EXISTS (SELECT 1 FROM organization o WHERE o.id = t.org))`

const entryIs = (value: string): string =>
  `EXISTS (SELECT 1 FROM directory_entry e WHERE e.org = t.org AND e.id = ${value})`

export const entry: Values = {
  words: 'the id of an entry of its organisation',
  hold: (value) => ofThoseThere(entryIs(value)),
}
export const mailDomain: Values = {
  words: 'a mail domain of its organisation',
  hold: (value) =>
    ofThoseThere(`EXISTS (SELECT 1 FROM mail_domain d WHERE d.org = t.org AND d.name = ${value})`),
}
/** Who has a right on a folder. */
export const grantee: Values = {
  words: 'the id of an entry of its organisation, default or anonymous',
  hold: (value) => ofThoseThere(`${value} IN ('default', 'anonymous') OR ${entryIs(value)}`),
}
export const mailbox: Values = {
  words: 'the id of a mailbox of its organisation',
  hold: (value) =>
    ofThoseThere(`EXISTS (SELECT 1 FROM mailbox m WHERE m.organization = t.org AND m.id = ${value})`),
}
export const activeMailbox: Values = {
  words: 'the id of a mailbox of its organisation that is in use',
  hold: (value) =>
    ofThoseThere(
      `EXISTS (SELECT 1 FROM mailbox m WHERE m.organization = t.org AND m.id = ${value} AND m.state = 'active')`,
    ),
}
