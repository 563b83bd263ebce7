import { formatSelect, type Select } from '#src/wire/imap/select.ts'
import type { StatusLine } from '#src/wire/imap/status-line.ts'
import type { ImapConnection } from './connection.ts'
import { ImapFailure } from './failure.ts'

/** The mailbox that is selected; `exists` follows what the server tells. */
export type SelectedMailbox = {
  readonly name: string
  readonly readOnly: boolean
  readonly uidValidity: number
  readonly uidNext: number | undefined
  /** Undefined: the mailbox keeps no mod-sequences. */
  readonly highestModseq: number | undefined
  readonly flags: readonly string[]
  /** With `\*`, new keywords can be made. Undefined: all flags last. */
  readonly permanentFlags: readonly string[] | undefined
  readonly mailboxId: string | undefined
  /** UIDs do not last from one session to the next. */
  readonly uidsChange: boolean
  exists: number
}

/** See `ImapSession.select`. `use` has the result before whatever the server says next. */
export async function selectMailbox(
  connection: ImapConnection,
  name: 'SELECT' | 'EXAMINE',
  select: Select,
  use: (selected: SelectedMailbox) => void,
): Promise<SelectedMailbox> {
  let found = nothing()
  const status = ({ code }: StatusLine) => {
    switch (code?.code) {
      case 'CLOSED':
        // What came before was of the mailbox that was selected (RFC 7162 §3.2.11).
        found = nothing()
        break
      case 'UIDVALIDITY':
        found.uidValidity = code.uidValidity
        break
      case 'UIDNEXT':
        found.uidNext = code.uid
        break
      case 'HIGHESTMODSEQ':
        found.highestModseq = code.modseq
        break
      case 'PERMANENTFLAGS':
        found.permanentFlags = code.flags
        break
      case 'MAILBOXID':
        found.mailboxId = code.id
        break
      case 'UIDNOTSTICKY':
        found.uidsChange = true
    }
  }
  let selected: SelectedMailbox | undefined
  await connection.run({
    name,
    args: formatSelect(select, connection.utf8),
    lane: 'alone',
    status,
    take: (data) => {
      if (data.name === 'FLAGS') found.flags = data.flags
      else if (data.name === 'EXISTS') found.exists = data.number
      else return false
      return true
    },
    answered: ({ code }) => {
      const { uidValidity } = found
      if (uidValidity === undefined) return
      const readOnly = name === 'EXAMINE' || code?.code === 'READ-ONLY'
      selected = { ...found, name: select.mailbox, uidValidity, readOnly }
      use(selected)
    },
  })
  if (selected === undefined)
    throw new ImapFailure('protocol', 'The server selects a mailbox without UIDVALIDITY')
  return selected
}

function nothing() {
  return {
    uidValidity: undefined as number | undefined,
    uidNext: undefined as number | undefined,
    highestModseq: undefined as number | undefined,
    flags: [] as readonly string[],
    permanentFlags: undefined as readonly string[] | undefined,
    mailboxId: undefined as string | undefined,
    uidsChange: false,
    exists: 0,
  }
}
