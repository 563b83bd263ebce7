/**
 * mbsync and offlineimap keep a mailbox with Unicode folders in step with files, both ways, and a second run finds nothing to
 * do. LANDBRIDGE_SYNC_MESSAGES says how many messages (10000 was run by hand).
 */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { dovecot } from '#test/support/dovecot.ts'
import { sampleMessage, toAppend } from '#test/support/imap-mail.ts'
import { type ImapPlace, openPlace, placeNames } from '#test/support/imap-places.ts'
import { contents, mailboxState } from '#test/support/mailbox-state.ts'
import {
  type Account,
  mbsync,
  offlineimap,
  type SyncProgram,
  withMbsync,
  withOfflineimap,
} from './sync-programs.ts'

const count = Number(process.env.LANDBRIDGE_SYNC_MESSAGES ?? 60)
const NAMES = ['INBOX', 'Käse', 'Käse/仕事 & Freizeit', 'Ünïcode 😀']
const shares = [0.7, 0.2, 0.08, 0.02]
const flags = [[], ['\\Seen'], ['\\Seen', '\\Flagged'], ['\\Answered'], ['\\Draft']]

async function fill(session: ImapSession): Promise<void> {
  let no = 0
  for (const [at, name] of NAMES.entries()) {
    if (name !== 'INBOX') await session.create(name)
    const batch = Array.from({ length: Math.max(6, Math.round(count * shares[at]!)) }, () => no++)
    for (let from = 0; from < batch.length; from += 200) {
      const part = batch.slice(from, from + 200)
      await Promise.all(
        part.map((each) =>
          session.append(name, toAppend(sampleMessage(each, 'first'), flags[each % flags.length])),
        ),
      )
    }
  }
}

/** Each folder here and there holds the same; resolves with what is on the server. */
async function assertInStep(session: ImapSession, program: SyncProgram) {
  const state = await mailboxState(session)
  for (const name of NAMES) {
    const far = state.get(name)
    assert.ok(far !== undefined, `${name} is not on the server`)
    assert.deepEqual(await program.local(name).contents(), contents(far), name)
  }
  return state
}

async function assertNothingToDo(session: ImapSession, program: SyncProgram): Promise<void> {
  const before = await assertInStep(session, program)
  const files = await Promise.all(NAMES.map((name) => program.local(name).files()))
  await program.sync()
  assert.deepEqual(await mailboxState(session), before)
  assert.deepEqual(await Promise.all(NAMES.map((name) => program.local(name).files())), files)
}

const programs = [
  { name: 'mbsync', peer: mbsync, start: withMbsync },
  { name: 'offlineimap', peer: offlineimap, start: withOfflineimap },
] as const

for (const placeName of placeNames) {
  const skip = placeName === 'Dovecot' ? dovecot.skip : false
  describe(`synchronising ${count} messages with ${placeName}`, { skip, timeout: 1_800_000 }, () => {
    let place: ImapPlace
    let folder: string
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'landbridge-sync-'))
      place = await openPlace(placeName)
    })
    after(async () => {
      await place?.end()
      await rm(folder, { recursive: true, force: true })
    })

    for (const { name, peer, start } of programs) {
      it(`${name} loses nothing and finds nothing twice`, { skip: peer.skip }, async () => {
        const login = await place.user(name)
        const account: Account = { place, login, folder: join(folder, name) }
        const session = await place.open(login)
        try {
          await fill(session)
          const program = await start(account)
          await program.sync()
          await assertNothingToDo(session, program)

          const [inbox, cheese] = [program.local('INBOX'), program.local('Käse')]
          const files = await inbox.files()
          for (const file of files.slice(0, 3)) await inbox.remove(file)
          for (const file of files.slice(3, 6)) await inbox.flag(file, 'FRS')
          for (let no = 0; no < 5; no++) await cheese.add(sampleMessage(no, `${name}-local`), 'S')
          await session.select('INBOX')
          const uids = [...(await session.search({ key: 'all' })).all!].slice(-4)
          await session.store(NumberSet.of(uids.slice(0, 2)), 'set', ['\\Flagged', '\\Seen'])
          await session.store(NumberSet.of(uids.slice(2)), 'add', ['\\Deleted'])
          await session.expunge(NumberSet.of(uids.slice(2)))
          for (let no = 0; no < 5; no++)
            await session.append(
              'Käse/仕事 & Freizeit',
              toAppend(sampleMessage(no, `${name}-far`), ['\\Seen']),
            )

          await program.sync()
          const state = await assertInStep(session, program)
          const sizes = NAMES.map((each) => state.get(each)!.messages.length)
          const filled = NAMES.map((_, at) => Math.max(6, Math.round(count * shares[at]!)))
          assert.deepEqual(sizes, [filled[0]! - 5, filled[1]! + 5, filled[2]! + 5, filled[3]!])
          await assertNothingToDo(session, program)
          await place.check()
        } finally {
          session.destroy()
        }
      })
    }
  })
}
