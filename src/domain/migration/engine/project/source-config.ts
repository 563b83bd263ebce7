import { Refusal } from '../../../refusal.ts'
import type { SourceConfig, SourceKind, SourceLogin } from './project.ts'

type Rule = { isRight: (text: string) => boolean; words: string; required?: true }

const isWord = (text: string) => /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,254}$/.test(text)
const word = (words: string): Rule => ({ isRight: isWord, words, required: true })

const MOST_CONNECTIONS = 100
/** Calls at once, where the server allows an account another number than is usual for it. */
const connections: Rule = {
  isRight: (text) => /^[1-9]\d{0,2}$/.test(text) && Number(text) <= MOST_CONNECTIONS,
  words: `a whole number from 1 to ${MOST_CONNECTIONS}`,
}

const yesOrNo: Rule = { isRight: (text) => text === 'yes' || text === 'no', words: 'yes or no' }

/** What a source brings only where that is said; it is not taken back, as what has come would be taken for deleted there. */
const furtherParts = {
  archive: { option: '--archive', words: 'the online archive of each mailbox' },
  recoverable: { option: '--recoverable', words: 'what was deleted and can still be brought back' },
} as const

/** What sources of each kind take besides address, user and password. */
const optionsOf: Readonly<Record<SourceKind, Readonly<Record<string, Rule>>>> = {
  exchange: { connections, archive: yesOrNo, recoverable: yesOrNo },
  workmail: {
    organization: word('the id of the organisation, as m-0123456789abcdef'),
    role: word('the id of an impersonation role'),
    region: { isRight: (text) => /^[a-z0-9-]{1,64}$/.test(text), words: 'as eu-west-1', required: true },
    connections,
  },
  imap: {
    form: {
      isRight: (text) => text === 'authorization' || text.includes('{user}'),
      words: 'authorization, or a name with {user} in it, as {user}*{master}',
    },
    logins: {
      isRight: (text) => text.startsWith('/'),
      words: 'a CSV file on the machine of the service, by its whole path',
    },
    connections,
  },
  pst: {},
  landbridge: {
    organization: word('the alias of an organisation in that folder'),
    keys: { isRight: (text) => text !== '', words: 'a folder' },
    recoverable: yesOrNo,
  },
}

type Part = keyof typeof furtherParts

export const isPart = (option: string): boolean => Object.hasOwn(furtherParts, option)

/** Parts of mailboxes that a source brings beside what everybody sees. */
export const partsOf = ({ options }: Pick<SourceConfig, 'options'>): readonly Part[] =>
  (Object.keys(furtherParts) as Part[]).filter((part) => options[part] === 'yes')

/** The same in words, as they follow `with`; empty where there are none. */
export const partWords = (config: Pick<SourceConfig, 'options'>): string =>
  partsOf(config)
    .map((part) => furtherParts[part].words)
    .join(' and ')

const protocols: Partial<Record<SourceKind, readonly string[]>> = {
  exchange: ['https:'],
  workmail: ['https:'],
  imap: ['imaps:', 'imap:'],
}

/** Whether an address has a name or a password in it, which are kept sealed and apart. */
export function hasCredentials(text: string): boolean {
  const url = URL.parse(text)
  // What is no address as a whole may still be meant as one.
  return url === null ? /^[a-z]+:\/\/[^/?#]*@/i.test(text) : url.username !== '' || url.password !== ''
}

/** What cannot hold of a source as it is configured, for people; undefined: nothing. */
export function sourceFault({
  kind,
  url,
  options,
}: Pick<SourceConfig, 'kind' | 'url' | 'options'>): string | undefined {
  if (hasCredentials(url))
    return 'The address has a name or a password in it. Leave them out, and use --user and --password-stdin.'
  const allowed = protocols[kind]
  const port = /^[a-z]+:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(url)?.[1]
  if (allowed !== undefined && port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return `The port of "${url}" is ${port}; ports are from 1 to 65535.`
  if (allowed !== undefined && !allowed.includes(URL.parse(url)?.protocol ?? ''))
    return `"${url}" is no address that begins with ${allowed.map((each) => `${each}//`).join(' or ')}.`
  const rules = new Map(Object.entries(optionsOf[kind]))
  for (const [name, value] of Object.entries(options)) {
    const rule = rules.get(name)
    if (rule === undefined && Object.hasOwn(furtherParts, name)) return notOfKind(name as Part, kind)
    if (rule === undefined)
      return `A source of kind ${kind} has no option "${name}". ${
        rules.size === 0 ? 'It has none' : `It has: ${[...rules.keys()].join(', ')}`
      }.`
    if (!rule.isRight(value)) return `The option "${name}" is ${rule.words}, not "${value}".`
  }
  if (options.logins !== undefined && options.form !== undefined)
    return 'The option "logins" is for a server without a master account and "form" for one with it: leave one of them out.'
  for (const [name, { required, words }] of rules)
    if (required && !Object.hasOwn(options, name))
      return `A source of kind ${kind} needs the option "${name}": ${words}.`
  return undefined
}

function notOfKind(part: Part, kind: SourceKind): string {
  const { option, words } = furtherParts[part]
  const kinds = Object.entries(optionsOf).flatMap(([each, rules]) => (Object.hasOwn(rules, part) ? each : []))
  return `${option} brings ${words} of sources of kind ${kinds.join(' or ')}, not of ${kind}: leave it out.`
}

/** What nothing is read without and nobody gave yet, called as `droppedOf` does. */
export function missingOf({ config: { kind, user, options }, secret }: SourceLogin): string[] {
  if (kind === 'pst' || kind === 'landbridge' || (kind === 'imap' && options.logins !== undefined)) return []
  return [...(user === null ? ['the account'] : []), ...(secret === null ? ['the password'] : [])]
}

/** Refuses `invalid-parameter`. */
export function requireSource(config: Pick<SourceConfig, 'kind' | 'url' | 'options'>): void {
  const fault = sourceFault(config)
  if (fault !== undefined) throw new Refusal('invalid-parameter', fault)
}
