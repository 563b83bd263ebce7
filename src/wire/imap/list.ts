import type { ImapArguments } from './arguments.ts'
import { formatFlagList } from './flags.ts'
import { formatMailboxName } from './mailbox-name.ts'
import { parseStatusItems, type StatusItem } from './mailbox-status.ts'
import { parseEntryNames } from './metadata.ts'
import { formatAstring, formatString } from './strings.ts'

const listSelections = ['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE'] as const
export type ListSelection = (typeof listSelections)[number]

/** What LIST shall tell of each mailbox: RFC 5258, 5819, 6154, 8440 (MYRIGHTS), 9590 (METADATA). */
export type ListReturn = {
  subscribed?: true
  children?: true
  specialUse?: true
  myRights?: true
  status?: readonly StatusItem[]
  metadata?: readonly string[]
}

/** Arguments of LIST (RFC 9051 §6.3.9). One pattern and nothing else is what RFC 3501 has. */
export type List = {
  selection: readonly ListSelection[]
  reference: string
  /** As written, wildcards in them. An empty one asks for the delimiter. */
  patterns: readonly string[]
  /** Undefined: nothing was said; LIST of IMAP4rev1. */
  returns?: ListReturn
  /** Options or several patterns were given: answers have the extended form. */
  extended: boolean
}

/** More patterns in one LIST than any client has; each is tried on each name. */
const mostPatterns = 1_000

const selections: ReadonlySet<string> = new Set(listSelections)

export function parseList(args: ImapArguments): List {
  let selection: ListSelection[] = []
  const selects = args.peek() === '('
  if (selects) {
    selection = args.list(() => {
      const word = args.word()
      if (!selections.has(word)) throw args.fault('Not a selection option of LIST')
      return word as ListSelection
    })
    args.space()
    // RFC 5258 §3.1: a modifier needs something to modify.
    if (
      selection.includes('RECURSIVEMATCH') &&
      !selection.some((each) => each === 'SUBSCRIBED' || each === 'SPECIAL-USE')
    )
      throw args.fault('RECURSIVEMATCH stands alone')
  }
  const reference = args.mailbox()
  args.space()
  const many = args.peek() === '('
  const patterns = many ? args.listOfSome(() => args.listMailbox()) : [args.listMailbox()]
  if (patterns.length > mostPatterns) throw args.fault('Too many patterns')
  let returns: ListReturn | undefined
  if (args.hasMore()) {
    args.expect('RETURN ')
    returns = parseReturn(args)
  }
  args.end()
  const list = { selection, reference, patterns, extended: selects || many || returns !== undefined }
  return returns === undefined ? list : { ...list, returns }
}

function parseReturn(args: ImapArguments): ListReturn {
  const returns: ListReturn = {}
  args.list(() => {
    const word = args.word()
    if (word === 'SUBSCRIBED') returns.subscribed = true
    else if (word === 'CHILDREN') returns.children = true
    else if (word === 'SPECIAL-USE') returns.specialUse = true
    else if (word === 'MYRIGHTS') returns.myRights = true
    else if (word === 'STATUS') {
      args.space()
      returns.status = parseStatusItems(args)
    } else if (word === 'METADATA') {
      args.space()
      returns.metadata = parseEntryNames(args)
    } else throw args.fault('Not a return option of LIST')
  })
  return returns
}

export function formatList(list: Omit<List, 'extended'>, utf8 = false): string {
  const { selection, reference, patterns, returns } = list
  const texts: string[] = []
  if (selection.length > 0) texts.push(`(${selection.join(' ')})`)
  texts.push(formatMailboxName(reference, utf8))
  const formatted = patterns.map((pattern) => formatMailboxName(pattern, utf8))
  texts.push(formatted.length === 1 ? formatted[0]! : `(${formatted.join(' ')})`)
  if (returns !== undefined) texts.push(`RETURN (${returnTexts(returns).join(' ')})`)
  return texts.join(' ')
}

function returnTexts({ subscribed, children, specialUse, myRights, status, metadata }: ListReturn): string[] {
  const texts: string[] = []
  if (subscribed) texts.push('SUBSCRIBED')
  if (children) texts.push('CHILDREN')
  if (specialUse) texts.push('SPECIAL-USE')
  if (myRights) texts.push('MYRIGHTS')
  if (status !== undefined) texts.push(`STATUS (${status.join(' ')})`)
  if (metadata !== undefined)
    texts.push(`METADATA (${metadata.map((name) => formatAstring(name)).join(' ')})`)
  return texts
}

/** One mailbox in an answer to LIST or LSUB (RFC 9051 §7.3.1). */
export type ListEntry = {
  /** `\HasChildren`, `\Sent`, …; each with its backslash. */
  attributes: readonly string[]
  delimiter: string | null
  mailbox: string
  /** The name before a RENAME, or as the client spelt it. */
  oldName?: string
  /** Selection options that something below matches (RFC 5258 §4 CHILDINFO). */
  childInfo?: readonly string[]
}

/** `LIST (…) "/" name`. */
export function formatListEntry(name: 'LIST' | 'LSUB', entry: ListEntry, utf8 = false): string {
  const { attributes, delimiter, mailbox, oldName, childInfo } = entry
  const extended: string[] = []
  if (childInfo !== undefined)
    extended.push(`"CHILDINFO" (${childInfo.map((each) => formatString(each, utf8)).join(' ')})`)
  if (oldName !== undefined) extended.push(`"OLDNAME" (${formatMailboxName(oldName, utf8)})`)
  const separator = delimiter === null ? 'NIL' : formatString(delimiter)
  const data = `${name} ${formatFlagList(attributes)} ${separator} ${formatMailboxName(mailbox, utf8)}`
  return extended.length === 0 ? data : `${data} (${extended.join(' ')})`
}

/** Behind `LIST ` or `LSUB `. Extended data nobody knows are skipped. */
export function parseListEntry(args: ImapArguments): ListEntry {
  const attributes = args.list(() => args.flag())
  args.space()
  const delimiter = args.nstring()
  args.space()
  const entry: ListEntry = { attributes, delimiter, mailbox: args.mailbox() }
  if (args.hasMore()) {
    args.list(() => {
      const tag = args.astring().toUpperCase()
      args.space()
      if (tag === 'OLDNAME') {
        args.expect('(')
        entry.oldName = args.mailbox()
        args.expect(')')
      } else if (tag === 'CHILDINFO') {
        entry.childInfo = args.list(() => args.astring().toUpperCase())
      } else skip(args)
    })
  }
  return entry
}

function skip(args: ImapArguments): void {
  if (args.peek() === '(') args.list(() => skip(args))
  else if (!args.nil()) args.astringOctets()
}

/** Arguments of CREATE; `use` as RFC 6154 §3 has it: `\Sent`. */
export type Create = { mailbox: string; use?: readonly string[] }

export function parseCreate(args: ImapArguments): Create {
  const mailbox = args.mailbox()
  let use: string[] | undefined
  if (args.hasMore()) {
    args.listOfSome(() => {
      if (!args.takeWord('USE')) throw args.fault('Not a parameter of CREATE')
      args.space()
      use = args.list(() => args.flag())
    })
  }
  args.end()
  return use === undefined ? { mailbox } : { mailbox, use }
}

export function formatCreate({ mailbox, use }: Create, utf8 = false): string {
  const name = formatMailboxName(mailbox, utf8)
  return use === undefined ? name : `${name} (USE (${use.join(' ')}))`
}

/** A namespace: what its names begin with, and what parts their levels. */
export type Namespace = { prefix: string; delimiter: string | null }
export type Namespaces = {
  personal: readonly Namespace[]
  others: readonly Namespace[]
  shared: readonly Namespace[]
}

/** `NAMESPACE (("" "/")) NIL NIL` (RFC 9051 §7.3.2). */
export function formatNamespaces({ personal, others, shared }: Namespaces, utf8 = false): string {
  const format = (spaces: readonly Namespace[]) =>
    spaces.length === 0
      ? 'NIL'
      : `(${spaces
          .map(({ prefix, delimiter }) => {
            const name = formatMailboxName(prefix, utf8)
            const quoted = /^["{]/.test(name) ? name : `"${name}"`
            return `(${quoted} ${delimiter === null ? 'NIL' : formatString(delimiter)})`
          })
          .join('')})`
  return `NAMESPACE ${format(personal)} ${format(others)} ${format(shared)}`
}

/** Behind `NAMESPACE `. Extensions of a namespace are skipped. */
export function parseNamespaces(args: ImapArguments): Namespaces {
  const read = (): Namespace[] => {
    if (args.nil()) return []
    const spaces: Namespace[] = []
    args.expect('(')
    while (!args.take(')')) {
      args.expect('(')
      const prefix = args.mailbox()
      args.space()
      const delimiter = args.nstring()
      while (args.hasMore()) skip(args)
      args.expect(')')
      spaces.push({ prefix, delimiter })
      while (args.take(' '));
    }
    return spaces
  }
  const personal = read()
  args.space()
  const others = read()
  args.space()
  return { personal, others, shared: read() }
}
