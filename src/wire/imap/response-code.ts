import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { ImapArguments } from './arguments.ts'
import { formatFlagList } from './flags.ts'
import type { NumberSet } from './number-set.ts'
import { isAtom } from './strings.ts'
import type { UidList } from './uid-list.ts'

/** Response codes that are one word: RFC 9051 §7.1, 7162, 7889, 5464, 5182, 4978, 6154, 5465, 4315, 5256, 3516, 4469. */
export const plainCodes = [
  'ALERT',
  'PARSE',
  'READ-ONLY',
  'READ-WRITE',
  'TRYCREATE',
  'UNAVAILABLE',
  'AUTHENTICATIONFAILED',
  'AUTHORIZATIONFAILED',
  'EXPIRED',
  'PRIVACYREQUIRED',
  'CONTACTADMIN',
  'NOPERM',
  'INUSE',
  'EXPUNGEISSUED',
  'CORRUPTION',
  'SERVERBUG',
  'CLIENTBUG',
  'CANNOT',
  'LIMIT',
  'OVERQUOTA',
  'ALREADYEXISTS',
  'NONEXISTENT',
  'HASCHILDREN',
  'NOTSAVED',
  'CLOSED',
  'UIDNOTSTICKY',
  'NOMODSEQ',
  'UNKNOWN-CTE',
  'COMPRESSIONACTIVE',
  'USEATTR',
  'NOTIFICATIONOVERFLOW',
  'TOOBIG',
  'NOUPDATE',
  'UNDEFINED-FILTER',
] as const

export type PlainCode = (typeof plainCodes)[number]

/** What stands in brackets before the text of a status response. */
export type ResponseCode =
  | { code: PlainCode }
  | { code: 'BADCHARSET'; charsets: readonly string[] }
  | { code: 'CAPABILITY'; capabilities: readonly string[] }
  | { code: 'PERMANENTFLAGS'; flags: readonly string[] }
  | { code: 'UIDNEXT'; uid: number }
  | { code: 'UIDVALIDITY'; uidValidity: number }
  | { code: 'UNSEEN'; sequence: number }
  | { code: 'APPENDUID'; uidValidity: number; uids: UidList }
  /** The nth of `from` became the nth of `to`. */
  | { code: 'COPYUID'; uidValidity: number; from: UidList; to: UidList }
  | { code: 'HIGHESTMODSEQ'; modseq: number }
  /** Messages a conditional STORE left alone (RFC 7162 §3.1.3); UIDs if it was UID STORE. */
  | { code: 'MODIFIED'; set: NumberSet }
  | { code: 'MAILBOXID'; id: string }
  /** RFC 5464 §4.2.1, §4.3; octets with LONGENTRIES and MAXSIZE. */
  | { code: 'METADATA'; problem: 'LONGENTRIES' | 'MAXSIZE'; octets: number }
  | { code: 'METADATA'; problem: 'TOOMANY' | 'NOPRIVATE' }
  | { code: 'BADURL'; url: string }
  /** Events the server knows (RFC 5465 §5). */
  | { code: 'BADEVENT'; events: readonly string[] }
  /** RFC 9738: at most `limit` were done; `uid` is the last that was, or the lowest that was. */
  | { code: 'MESSAGELIMIT'; limit: number; uid?: number }
  /** RFC 9585: `done` of `goal`, as far as known. */
  | { code: 'INPROGRESS'; tag?: string; done?: number; goal?: number }
  /** Any other, or one that is not written as it should be. */
  | { code: 'OTHER'; name: string; text?: string }

const plain: ReadonlySet<string> = new Set(plainCodes)
type DataCode = Exclude<ResponseCode['code'], PlainCode | 'OTHER'>

const readers: { [K in DataCode]: (args: ImapArguments) => Extract<ResponseCode, { code: K }> } = {
  BADCHARSET: (args) => ({
    code: 'BADCHARSET',
    charsets: args.hasMore() ? args.list(() => args.astring()) : [],
  }),
  CAPABILITY: (args) => ({ code: 'CAPABILITY', capabilities: readCapabilities(args) }),
  PERMANENTFLAGS: (args) => ({ code: 'PERMANENTFLAGS', flags: after(args).flagList() }),
  UIDNEXT: (args) => ({ code: 'UIDNEXT', uid: after(args).nonZero() }),
  UIDVALIDITY: (args) => ({ code: 'UIDVALIDITY', uidValidity: after(args).nonZero() }),
  UNSEEN: (args) => ({ code: 'UNSEEN', sequence: after(args).nonZero() }),
  APPENDUID: (args) => ({
    code: 'APPENDUID',
    uidValidity: after(args).nonZero(),
    uids: after(args).uidList(),
  }),
  COPYUID: (args) => {
    const uidValidity = after(args).nonZero()
    const [from, to] = [after(args).uidList(), after(args).uidList()]
    if (from.size !== to.size) throw args.fault('The lists of COPYUID differ in length')
    return { code: 'COPYUID', uidValidity, from, to }
  },
  HIGHESTMODSEQ: (args) => ({ code: 'HIGHESTMODSEQ', modseq: after(args).number64() }),
  MODIFIED: (args) => ({ code: 'MODIFIED', set: after(args).numberSet() }),
  MAILBOXID: (args) => {
    after(args).expect('(')
    const id = args.atom()
    args.expect(')')
    return { code: 'MAILBOXID', id }
  },
  METADATA: (args) => {
    const problem = after(args).word()
    if (problem === 'LONGENTRIES' || problem === 'MAXSIZE')
      return { code: 'METADATA', problem, octets: after(args).number64() }
    if (problem !== 'TOOMANY' && problem !== 'NOPRIVATE') throw args.fault('Not a problem of METADATA')
    return { code: 'METADATA', problem }
  },
  BADURL: (args) => ({ code: 'BADURL', url: after(args).astring() }),
  BADEVENT: (args) => ({ code: 'BADEVENT', events: after(args).list(() => args.atom()) }),
  MESSAGELIMIT: (args) => {
    const limit = after(args).number()
    return args.hasMore()
      ? { code: 'MESSAGELIMIT', limit, uid: args.nonZero() }
      : { code: 'MESSAGELIMIT', limit }
  },
  INPROGRESS: (args) => {
    if (!args.hasMore()) return { code: 'INPROGRESS' }
    args.expect('(')
    const tag = args.nstring()
    const done = optionalNumber(after(args))
    const goal = optionalNumber(after(args))
    args.expect(')')
    return {
      code: 'INPROGRESS',
      ...(tag === null ? {} : { tag }),
      ...(done === undefined ? {} : { done }),
      ...(goal === undefined ? {} : { goal }),
    }
  },
}

function after(args: ImapArguments): ImapArguments {
  args.space()
  return args
}

const optionalNumber = (args: ImapArguments) => (args.nil() ? undefined : args.number())

/** The atoms up to the end or a bracket. */
export function readCapabilities(args: ImapArguments): string[] {
  const capabilities: string[] = []
  while (args.hasMore() && args.peek() !== ']' && args.peek() !== ' ') {
    const text = args.match(/[^\x00-\x20(){%*"\]\x7f-\xff]+/y)?.[0]
    if (text === undefined) throw args.fault('Not a capability')
    capabilities.push(text.toUpperCase())
  }
  return capabilities
}

/** A code between its brackets. What is unknown or odd comes out as OTHER; SyntaxFault only when it holds no name. */
export function parseResponseCode(wire: string): ResponseCode {
  const strict = new ImapArguments(wire)
  const name = strict.match(/[^\x00-\x20\]\x7f-\xff]+/y)?.[0].toUpperCase()
  if (name === undefined) throw strict.fault('A response code is missing')
  if (plain.has(name) && strict.atEnd) return { code: name as PlainCode }
  if (Object.hasOwn(readers, name)) {
    try {
      const code = readers[name as DataCode](strict)
      if (strict.atEnd || strict.peek() === ' ') return code
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
    }
  }
  const loose = new ImapArguments(wire)
  loose.match(/[^\x00-\x20\]\x7f-\xff]+/y)
  return loose.hasMore() ? { code: 'OTHER', name, text: loose.rest() } : { code: 'OTHER', name }
}

/** The code without its brackets. SyntaxFault when it could break out of them. */
export function formatResponseCode(code: ResponseCode): string {
  const text = codeText(code)
  if (/[\x00-\x1f\x7f]/.test(text)) throw new SyntaxFault('A control character in a response code')
  return text
}

/** Quoted, whatever it is: literals and bare brackets have no place in a code. */
function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/gu, '?').replace(/["\\]/g, '\\$&')}"`
}

function codeText(code: ResponseCode): string {
  switch (code.code) {
    case 'BADCHARSET':
      return code.charsets.length === 0
        ? code.code
        : `BADCHARSET (${code.charsets.map((name) => (isAtom(name) ? name : quoted(name))).join(' ')})`
    case 'CAPABILITY':
      return ['CAPABILITY', ...code.capabilities].join(' ')
    case 'PERMANENTFLAGS':
      return `PERMANENTFLAGS ${formatFlagList(code.flags)}`
    case 'UIDNEXT':
      return `UIDNEXT ${code.uid}`
    case 'UIDVALIDITY':
      return `UIDVALIDITY ${code.uidValidity}`
    case 'UNSEEN':
      return `UNSEEN ${code.sequence}`
    case 'APPENDUID':
      return `APPENDUID ${code.uidValidity} ${code.uids}`
    case 'COPYUID':
      return `COPYUID ${code.uidValidity} ${code.from} ${code.to}`
    case 'HIGHESTMODSEQ':
      return `HIGHESTMODSEQ ${code.modseq}`
    case 'MODIFIED':
      return `MODIFIED ${code.set}`
    case 'MAILBOXID':
      return `MAILBOXID (${code.id})`
    case 'METADATA':
      return 'octets' in code ? `METADATA ${code.problem} ${code.octets}` : `METADATA ${code.problem}`
    case 'BADURL':
      return `BADURL ${quoted(code.url)}`
    case 'BADEVENT':
      return `BADEVENT (${code.events.join(' ')})`
    case 'MESSAGELIMIT':
      return `MESSAGELIMIT ${code.limit}${code.uid === undefined ? '' : ` ${code.uid}`}`
    case 'INPROGRESS': {
      const { tag, done, goal } = code
      if (tag === undefined && done === undefined && goal === undefined) return 'INPROGRESS'
      return `INPROGRESS (${tag === undefined ? 'NIL' : quoted(tag)} ${done ?? 'NIL'} ${goal ?? 'NIL'})`
    }
    case 'OTHER':
      if (!isAtom(code.name) || code.text?.includes(']')) throw new SyntaxFault('Not a response code')
      return code.text === undefined ? code.name : `${code.name} ${code.text}`
    default:
      return code.code
  }
}
