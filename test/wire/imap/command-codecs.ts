/** Every command with arguments: read, written again. Used by tables and by the fuzz run. */
import { formatAclSubject, formatSetAcl, parseAclSubject, parseSetAcl } from '#src/wire/imap/acl.ts'
import { AppendParser, type AppendStep } from '#src/wire/imap/append.ts'
import type { ImapArguments } from '#src/wire/imap/arguments.ts'
import { formatDateTime } from '#src/wire/imap/dates.ts'
import { formatFetch, parseFetch } from '#src/wire/imap/fetch.ts'
import { formatFlagList } from '#src/wire/imap/flags.ts'
import { formatCreate, formatList, parseCreate, parseList } from '#src/wire/imap/list.ts'
import { formatMailboxName } from '#src/wire/imap/mailbox-name.ts'
import { formatStatus, parseStatus } from '#src/wire/imap/mailbox-status.ts'
import {
  formatGetMetadata,
  formatSetMetadata,
  parseGetMetadata,
  parseSetMetadata,
} from '#src/wire/imap/metadata.ts'
import { formatNotify, parseNotify } from '#src/wire/imap/notify.ts'
import { formatSetQuota, parseSetQuota } from '#src/wire/imap/quota.ts'
import { parseSearch } from '#src/wire/imap/search.ts'
import { formatSearch } from '#src/wire/imap/search-format.ts'
import { formatSelect, parseSelect } from '#src/wire/imap/select.ts'
import { formatId, parseEnable, parseId } from '#src/wire/imap/server-data.ts'
import { formatSort, formatThread, parseSort, parseThread } from '#src/wire/imap/sort.ts'
import { formatStore, parseStore } from '#src/wire/imap/store.ts'
import { formatAstring, formatLiteral } from '#src/wire/imap/strings.ts'

/** Reads arguments and gives them written anew. */
type Codec = (args: ImapArguments, utf8: boolean) => string

const codec =
  <T>(parse: (args: ImapArguments) => T, format: (value: T, utf8: boolean) => string): Codec =>
  (args, utf8) =>
    format(parse(args), utf8)

export function appendSteps(args: ImapArguments, options = {}): AppendStep[] {
  const parser = new AppendParser(args, options)
  const steps: AppendStep[] = []
  for (let step = parser.next(true); step !== undefined; step = parser.next(true)) steps.push(step)
  return steps
}

function formatSteps(steps: readonly AppendStep[]): string {
  let text = ''
  let open = ''
  let first = true
  for (const step of steps) {
    if (step.kind === 'message') {
      const { flags, date, catenate, utf8 } = step.message
      text += ` ${formatFlagList(flags)}`
      if (date !== undefined) text += ` ${formatDateTime(date.epochMs, date.zoneMinutes)}`
      text += catenate ? ' CATENATE (' : utf8 ? ' UTF8 (' : ' '
      open = catenate ? 'catenate' : utf8 ? 'utf8' : ''
      first = true
    } else if (step.kind === 'message-end') {
      text += open === '' ? '' : ')'
    } else if (step.kind !== 'end') {
      if (!first) text += ' '
      first = false
      if (step.kind === 'url') text += `URL ${formatAstring(step.url, true)}`
      else {
        const { content, octets, binary } = step.literal
        const wire = content === undefined ? 's'.repeat(octets) : Buffer.from(content).toString('latin1')
        text += `${open === 'catenate' ? 'TEXT ' : ''}${formatLiteral(wire, binary)}`
      }
    }
  }
  return text
}

const select = codec(parseSelect, formatSelect)
export const commandCodecs: Readonly<Record<string, Codec>> = {
  SELECT: select,
  EXAMINE: select,
  CREATE: codec(parseCreate, formatCreate),
  LIST: codec(parseList, formatList),
  STATUS: codec(parseStatus, formatStatus),
  FETCH: codec(parseFetch, formatFetch),
  STORE: codec(parseStore, formatStore),
  SEARCH: codec(parseSearch, formatSearch),
  SORT: codec(parseSort, formatSort),
  THREAD: codec(parseThread, formatThread),
  SETACL: codec(parseSetAcl, formatSetAcl),
  DELETEACL: codec(parseAclSubject, formatAclSubject),
  LISTRIGHTS: codec(parseAclSubject, formatAclSubject),
  GETMETADATA: codec(parseGetMetadata, formatGetMetadata),
  SETMETADATA: codec(parseSetMetadata, formatSetMetadata),
  SETQUOTA: codec(parseSetQuota, formatSetQuota),
  NOTIFY: codec(parseNotify, formatNotify),
  ENABLE: codec(parseEnable, (names) => names.join(' ')),
  ID: codec(parseId, formatId),
  APPEND: (args, utf8) => `${formatMailboxName(args.mailbox(), utf8)}${formatSteps(appendSteps(args))}`,
  REPLACE: (args, utf8) => {
    const number = args.nonZero()
    args.space()
    const mailbox = formatMailboxName(args.mailbox(), utf8)
    return `${number} ${mailbox}${formatSteps(appendSteps(args, { single: true }))}`
  },
}
