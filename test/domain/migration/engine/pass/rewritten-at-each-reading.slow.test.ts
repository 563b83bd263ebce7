/** A server that keeps properties and no octets (Exchange) writes its mail otherwise at each reading: that is no difference. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import type { ManualClock } from '#test/support/manual-clock.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { type Random, rewritten, type SaidMessage } from '#test/support/rewritten-message.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const { signal } = new AbortController()
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

/** The same numbers in every run (Numerical Recipes' generator). */
function numbers(seed: number): Random {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Verifies at level 3, with the source. */
function verifierOf(mailbox: MigratedMailbox, source: ScriptedSource) {
  const { store, at, clock } = mailbox
  const budget = new SourceBudget('there', 4, clock as ManualClock)
  const alert = (message: string) => assert.fail(message)
  const lane = new Lane({ clock, budget, random: () => 0.5, signal, drain: signal, alert })
  return async () =>
    verifyMailbox({
      ...{ store, at, sourceId: 'old', level: 3, sampledPart: 1, random: () => 0, signal, lane },
      source: await source.open('anna@source.example', signal),
    })
}

const saidOf = (no: number): SaidMessage => ({
  fields: { Subject: `Größe ${no}`, From: 'a@a.example', 'Message-ID': `<${no}@a.example>` },
  parts: [
    { text: `Dear Bob,\r\nno ${no}` },
    { file: Buffer.from(`octets of ${no}`), name: 'a.pdf' },
    { message: { fields: { Subject: 'Old' }, parts: [{ text: 'within' }] } },
  ],
})

test('what every reading writes anew is compared by what it says, and what it says otherwise is named', async () => {
  const source = new ScriptedSource()
  const box = source.box('anna@source.example')
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const random = numbers(7)
  const said = new Map<string, SaidMessage>()
  for (let no = 0; no < 40; no++) said.set(box.addMessage(inbox, `Größe ${no}`), saidOf(no))
  const items = box.items.bind(box)
  let readings = 0
  box.items = async function* (folder, keys, until) {
    for await (const read of items(folder, keys, until)) {
      if (read.kind === 'failed') continue
      readings++
      const octets = rewritten(said.get(read.item.key)!, random)
      const open = async function* () {
        for (let at = 0; at < octets.length; at += 100) yield octets.subarray(at, at + 100)
      }
      yield { kind: 'item', item: { ...read.item, message: { sizeBytes: octets.length, open } } }
    }
  }
  const mailbox = await migratedMailbox(source)
  opened.push(mailbox)
  await mailbox.pass()
  const verify = verifierOf(mailbox, source)
  readings = 0
  const { differences, grade, rewritten: alike } = await verify()
  assert.deepEqual([differences, grade, alike], [[], 'perfect', 40])
  assert.ok(readings <= 80, `${readings} readings of 40 messages`)

  const [third, fourth] = [...said.keys()].slice(2)
  const parts = saidOf(2).parts.with(1, { file: Buffer.from('other octets'), name: 'a.pdf' })
  said.set(third!, { ...saidOf(2), parts })
  said.set(fourth!, { ...saidOf(3), fields: { ...saidOf(3).fields, Subject: 'Another' } })
  const found = await verify()
  assert.deepEqual(found.differences.map(({ title, what }) => [title, what]).sort(), [
    ['Größe 2', 'It is not as it is at the source: the file "a.pdf".'],
    ['Größe 3', 'It is not as it is at the source: Subject.'],
  ])
  assert.equal(found.rewritten, 38)
})

test('files of an event whose octets are others than at the source are named', async () => {
  const source = new ScriptedSource()
  const box = source.box('anna@source.example')
  const calendar = box.addFolder('Calendar', { role: 'calendar', class: 'event' })
  const event = { '@type': 'Event', uid: 'u', title: 'meet', start: '2026-06-01T10:00:00', duration: 'PT1H' }
  box.addContent(calendar, 'event', event)
  const items = box.items.bind(box)
  let text = 'as it was'
  box.items = async function* (folder, keys, until) {
    for await (const read of items(folder, keys, until)) {
      if (read.kind === 'failed') continue
      const of = (name: string, octets: string, how: object = {}) => ({
        ...{ name, type: 'text/plain', contentId: null, inline: false, occurrence: null, ...how },
        ...{
          sizeBytes: octets.length,
          open: async function* () {
            yield Buffer.from(octets)
          },
        },
      })
      const attachments = [
        of('a.txt', text),
        of('', 'the same'),
        of(' Größe;"x"\\.txt', text, { inline: true }),
      ]
      yield { kind: 'item', item: { ...read.item, attachments } }
    }
  }
  const mailbox = await migratedMailbox(source)
  opened.push(mailbox)
  await mailbox.pass()
  const verify = verifierOf(mailbox, source)
  assert.deepEqual((await verify()).differences, [])
  text = 'as it is now'
  assert.deepEqual(
    (await verify()).differences.map(({ title, what }) => [title, what]),
    [['meet', 'Its files are not those of the source: "a.txt", " Größe;"x"\\.txt".']],
  )
})
