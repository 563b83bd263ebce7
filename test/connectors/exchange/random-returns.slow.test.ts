/** Whatever was done here since a mailbox moved, in any order, is so at its source after the way back, or is named. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openLandbridgeSource } from '#connectors/landbridge/landbridge-source.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import { exchangeSiteWith } from './exchange-site.ts'
import { type Lost, passesBetween } from './passes-between.ts'
import { changeAll } from './random-changes.ts'
import { make, seedWith } from './random-items.ts'
import { shown } from './shown-items.ts'

const SEED = Number(process.env.LANDBRIDGE_SEED ?? 20_261_123)

const there = await exchangeSiteWith()
const here = await exchangeSiteWith()

const sources: Readonly<Record<string, (address: string) => MailboxSource>> = {
  EWS: (address) => there.source(address),
  'the other store': () => {
    const { organization, service, spool } = there
    const { store } = service.data
    return openLandbridgeSource({ store, organization, place: 'there', returns: { store, spool } })
  },
}

/** By the server that made the item: when, in which zone a day begins, and what follows from what the item says. */
function isOfServer(key: string, value = ''): boolean {
  const [, kind] = /^(?:a )?(\w+) /.exec(key)!
  if (/"0x3007"|"0x3013"|"0x3fde"/.test(key)) return true
  if (/ (?:\w+TimeZone|TimeZone)$/.test(key)) return /UTC/.test(value)
  if (kind === 'event' || kind === 'task')
    if (/"Common","PropertyId":(?:34050|34051|34070|34071|34144),/.test(key)) return true
  // What a task does not say of its state, its share says.
  if (kind === 'task' && /"Task","PropertyId":33025,/.test(key)) return true
  if (kind === 'task' && / Status(?:Description)?$/.test(key)) return value === '"NotStarted"'
  // An occurrence of which nothing is its own is none that was changed.
  if (
    kind === 'event' &&
    / (?:ModifiedOccurrences|FirstOccurrence|LastOccurrence|#\d (?:ItemClass|CalendarItemType))$/.test(key)
  )
    return true
  if (kind === 'event') return /"Appointment","PropertyId":33303,|"Meeting"/.test(key)
  return kind === 'contact' && /"Address","PropertyId":(?:32866|3289[89]|329\d\d),/.test(key)
}

/** In which properties it is seen what a loss names. */
const shownAs: Readonly<Record<string, RegExp>> = {
  item: /./,
  status: /^(?:Status|StatusDescription|PercentComplete)$/,
  // Whatever lies among drafts is one there.
  draft: /^(?:IsDraft|ResponseObjects|ReceivedBy|ReceivedRepresenting)$/,
  reminder: /^Reminder/,
  Start:
    /^(?:Start|End|Duration|FirstOccurrence|LastOccurrence|DeletedOccurrences|RecurrenceId|ReminderDueBy|\w*TimeZone)$/,
  attachment: /^(?:HasAttachments|file \d+)$/,
  '0x001a:String': /^ItemClass$/,
}

/** What differs of an item, of one occurrence, or of a folder, is among what was told of it. */
function isNamed(
  key: string,
  wanted: readonly ReadonlyMap<string, string>[],
  lost: readonly Lost[],
): boolean {
  const [, name, occurrence, property] = /^((?:a )?\w+ \d+)( #\d)? (.*)$/s.exec(key) ?? []
  if (property === undefined)
    return key.split('/').some((folder) => lost.some(({ property: said }) => said === `folder "${folder}"`))
  const subjects = wanted.map((all) => all.get(`${name} Subject`))
  return lost.some(({ title, property: told }) => {
    if (!subjects.includes(JSON.stringify(title))) return false
    const [, ofOne, said] = /^(occurrence \S+ )?(.*)$/s.exec(told)!
    if (ofOne !== undefined && occurrence === undefined) return false
    if (shownAs[said!.split(' ')[0]!]?.test(property)) return true
    return said === (property.startsWith('{') ? propertyKey(JSON.parse(property)) : property)
  })
}

for (const [at, [over, open]] of Object.entries(sources).entries())
  test(`everything goes back to ${over}`, async () => {
    const name = `user${at}`
    for (const site of [there, here]) await site.user(name)
    const address = `${name}@corp.test`
    seedWith(SEED + at)
    const passes = await passesBetween(here, open(address), address)
    const [theirs, ours] = [there.client(address), here.client(address)]
    await make(theirs)
    const made = await shown(theirs)
    await passes.pass()
    const before = await passes.losses()
    await passes.flip()
    await changeAll(ours, 'a')
    const wanted = await shown(ours)
    const lost = [...before, ...(await passes.back())]
    const found = await shown(theirs)
    const keys = [...new Set([...wanted.keys(), ...found.keys()])]
    const other = keys.filter(
      (key) => wanted.get(key) !== found.get(key) && !isOfServer(key, wanted.get(key)),
    )
    const left = other.filter((key) => !isNamed(key, [wanted, made], lost))
    const told = left.map((key) => `${key}: ${wanted.get(key)} is ${found.get(key)}`)
    assert.deepEqual(told, [], JSON.stringify(lost))
    // Moved once more nothing is doubled, and what the source did not take is here as it was.
    await passes.anew()
    await passes.pass()
    const again = await shown(ours)
    const all = [...new Set([...wanted.keys(), ...again.keys()])]
    const changed = all.filter((key) => wanted.get(key) !== again.get(key))
    assert.deepEqual(
      changed.map((key) => `${key}: ${wanted.get(key)} became ${again.get(key)}`),
      [],
    )
  })
