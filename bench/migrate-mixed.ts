/**
 * Mailboxes with mail, events, series, contacts, lists, tasks and notes, copied over EWS on this machine at the size that the
 * scenarios of migrations name (migration.md 5). Each part ends with exit code 1, and a sentence, where it finds what may not be:
 *
 *     bin/with-node bench/migrate-mixed.ts mixed [--items 100000] [--mailboxes 20]   scenarios 1 and 2: copied, asked again without changes,
 *         verified at level 3 and flipped; nothing lost, doubled, written again or sent
 *     bin/with-node bench/migrate-mixed.ts kills [--kills 200] [--items 20000] [--mailboxes 20] [--seed 1]   scenario 3: the service that
 *         copies is killed at random points, also while it starts; as whole as a copy that nobody killed. SIGUSR2: no more kills, and
 *         what was done until then is told
 *     bin/with-node bench/migrate-mixed.ts cut [--minutes 10] [--items 10000] [--mailboxes 10]   scenario 19: in the middle of the copy
 *         nothing goes through the line any more
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { socketClient } from '#src/clients/admin/http-client.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { certificateOf } from '#test/connectors/exchange/exchange-site.ts'
import { parseArgs } from './arguments.ts'
import {
  besideMixed,
  differenceOf,
  openStoreOf,
  type Picture,
  peopleOf,
  picturesOf,
} from './mixed-mailboxes.ts'
import { HOST, type MoveOptions, moveAll, movingService, planMove, WEB } from './moving-service.ts'
import { type ServedProcess, startServed } from './served-process.ts'
import { breakableLine, type Watcher, watchedLine } from './watched-line.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    items: { type: 'string' },
    mailboxes: { type: 'string' },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
  },
})
const say = (text: string) => process.stdout.write(`${text}\n`)
/** How far it is, for whoever watches. */
const tell = (text: string) => process.stderr.write(`  ${text}\n`)
const wrong: string[] = []
const expect = (is: boolean, sentence: string) => {
  if (!is) wrong.push(sentence)
}
const secondsSince = (began: number) => (performance.now() - began) / 1_000
const urlOf = (port: number) => `https://${HOST}:${port}/EWS/Exchange.asmx`

/** Nothing is lost and nothing is there twice. */
function compare(wanted: ReadonlyMap<string, Picture>, found: ReadonlyMap<string, Picture>): void {
  let [items, lost, doubled] = [0, 0, 0]
  for (const [address, { names }] of wanted) {
    const between = differenceOf(names, found.get(address)!.names)
    const { lost: without, doubled: twice } = between
    items += names.length
    lost += without.length
    doubled += twice.length
    for (const name of without.slice(0, 5)) wrong.push(`${address} has lost: ${name}.`)
    for (const name of twice.slice(0, 5)) wrong.push(`${address} has once too often: ${name}.`)
  }
  say(`  ${items} items at the source; ${lost} lost, ${doubled} duplicates`)
  expect(lost + doubled === 0, `${lost} items are lost, and ${doubled} are there once too often.`)
}

/** Mail that a service took, delivered or sent. */
async function expectNoMail(store: Store): Promise<void> {
  const [organization] = (await store.organizations.list(null, 1)).rows
  const { rows } = await store.delivery.findTrace(organization!.id, { from: 0 }, { limit: 100 })
  say(`  ${rows.length} mails on their way or delivered`)
  expect(rows.length === 0, `Mail went out: ${JSON.stringify(rows[0])}.`)
}

type Seen = { State: string; Copied: number; Skipped: number; Kept: number; Grade?: string; Cause?: string }
type Call = (operation: string, input: Record<string, unknown>) => Promise<JsonObject>

const seenBy = async (call: Call, ProjectId: string): Promise<Seen[]> =>
  (await call('ListMigrationMailboxes', { ProjectId, MaxResults: 100 })).Mailboxes as Seen[]
const copiedOf = (seen: readonly Seen[]) => seen.reduce((sum, { Copied }) => sum + Copied, 0)

/** What was lost of single items of a mailbox. */
async function lossesOf(store: Store, at: MailboxRef): Promise<Loss[]> {
  const all: Loss[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const page = await store.migration.listLedgerItems(at, { after: after ?? null, limit: 500 })
    all.push(...page.rows.flatMap(({ losses }) => losses))
    after = page.next
  }
  return all
}

/** Scenarios 1 and 2. */
async function mixed(items: number, mailboxes: number): Promise<void> {
  const people = peopleOf(mailboxes)
  await besideMixed(people, items, async ({ port, folder, pictures }) => {
    const data = join(folder, 'target')
    const target = await movingService(data, people)
    const { store, organization } = target
    const settings = { Verification: 3, DeltaEveryMinutes: 60 * 24 * 7 }
    const moving = await moveAll(target, people, {
      url: urlOf(port),
      ca: await certificateOf(port),
      settings,
    })
    const watch = setInterval(
      async () => tell(`${copiedOf(await seenBy(target.call, moving.project))} copied`),
      10_000,
    )
    await moving.preflight()
    const began = performance.now()
    const members = await moving.copyAll()
    const [seconds, copied] = [
      secondsSince(began),
      members.reduce((sum, { counts }) => sum + counts.copied, 0),
    ]
    clearInterval(watch)
    const left = members.reduce((sum, { counts }) => sum + counts.skipped + counts.pending, 0)
    say(
      `${copied} items of ${people.length} mailboxes in ${seconds.toFixed(1)} s: ${Math.round(copied / seconds)} items/s`,
    )
    expect(left === 0, `${left} items were left behind.`)

    const modseqs = async () => {
      const found: number[] = []
      for (const { mailbox } of members)
        found.push((await store.mailboxes.getMailbox({ organization, mailbox: mailbox! })).modseq)
      return found.join()
    }
    const before = await modseqs()
    let most = 0
    for (const { mailbox, lastPass } of await moving.again(2)) {
      const rows = await store.migration.listLedgerFolders({ organization, mailbox: mailbox! }, 'old')
      most = Math.max(most, lastPass!.requests / rows.length)
    }
    const isSame = before === (await modseqs())
    say(
      `  once more: ${isSame ? 'nothing' : 'something'} written, at most ${most.toFixed(2)} requests a folder`,
    )
    expect(isSame, 'The second run has written into a mailbox that nobody had changed.')
    expect(most <= 2, `The second run asked ${most.toFixed(2)} times a folder, more than twice.`)

    const verifying = performance.now()
    const { batch, members: flipped } = await moving.cutOver()
    say(
      `  verified at level 3 and flipped in ${secondsSince(verifying).toFixed(1)} s: ${batch.state} ${batch.cause}`,
    )
    expect(batch.state === 'done', `The batch is ${batch.state}: ${batch.cause}.`)
    for (const { address, mailbox, state, grade } of flipped) {
      const lost = await lossesOf(store, { organization, mailbox: mailbox! })
      const why = [...new Set(lost.map(({ property, reason }) => `${property}: ${reason}`))].slice(0, 5)
      // Of the mailbox itself EWS does not tell all: that is named, and the grade is not perfect.
      const isWell = state === 'verified' && (grade === 'perfect' || grade === 'good') && lost.length === 0
      expect(isWell, `${address} is ${state} and ${grade}. ${why.join('; ')}`)
    }
    await expectNoMail(store)
    const found = await picturesOf(store, people)
    await target.stop()
    compare(await pictures(), found)
  })
}

/** A service in a process of its own copies; it is gone with its data when the work is done. */
async function whileCopying<T>(
  people: readonly string[],
  how: MoveOptions,
  work: (copying: Awaited<ReturnType<typeof beginCopy>>) => Promise<T>,
): Promise<T> {
  const settings = { 'service.hostname': HOST }
  const served = await startServed({ addresses: people, listener: WEB, settings })
  try {
    return await work(await beginCopy(served, people, how))
  } finally {
    await served.stop()
  }
}

async function beginCopy(served: ServedProcess, people: readonly string[], how: MoveOptions) {
  const client = socketClient(join(served.dataFolder, 'admin.sock'))
  const { OrganizationSummaries } = await client.call('ListOrganizations', {})
  const [{ OrganizationId }] = OrganizationSummaries as [{ OrganizationId: string }]
  const call: Call = (operation, input) => client.call(operation, { OrganizationId, ...input } as JsonObject)
  const ProjectId = await planMove({ call }, people, how)
  await call('StartMigrationBatch', { ProjectId, BatchNumber: 1 })
  const batch = async () => {
    const { Batches } = await call('DescribeMigration', { ProjectId })
    return (Batches as { State: string; Cause?: string }[])[0]!
  }
  return {
    served,
    batch,
    seen: () => seenBy(call, ProjectId),
    alerts() {
      const log = readFileSync(join(served.dataFolder, 'log', 'landbridge.log'), 'utf8')
      return [...log.matchAll(/"msg":"(ALERT: [^"]*)/g)].map(([, said]) => said!)
    },
    async done() {
      for (const late = performance.now() + MOST_MS; ; await sleep(500)) {
        const { State, Cause } = await batch()
        if (State === 'synced') return
        if (performance.now() > late) throw new Error(`The batch is still ${State}: ${Cause}.`)
      }
    },
    /** What is in its mailboxes; the service has ended then. */
    async pictures() {
      await served.halt()
      const store = await openStoreOf(served.dataFolder)
      try {
        await expectNoMail(store)
        return await picturesOf(store, people)
      } finally {
        await store.close()
      }
    },
  }
}

/** As long as a copy may take. */
const MOST_MS = 2 * 3_600_000
const PAGE = 20
const LANES = 4
/** After its progress is where it is to be killed, it lives at most so much longer. */
const MOST_LONGER_MS = 200
/** One kill in so many comes while the service starts, within so long. */
const STARTS_PART = 5
const START_MS = 1_200

const idsIn = (text: string) => [...text.matchAll(/<t:ItemId [^>]*?Id="([^"]+)"/g)].map(([, id]) => id!)

/** What of each mailbox was read between two kills, at the source. */
class Asked implements Watcher {
  /** Of occurrences of a series, and of what lies beside items, no list tells. */
  readonly #listed = new Set<string>()
  readonly #before = new Map<string, Set<string>>()
  #now = new Map<string, Set<string>>()
  #all = 0

  /** Items that were asked for so far, each counted once. */
  get items(): number {
    return this.#all
  }

  answered(body: string, answer: Buffer): void {
    if (/<m:SyncFolderItems[ >]/.test(body)) for (const id of idsIn(answer.toString())) this.#listed.add(id)
  }

  asked(body: string): void {
    const address = /<t:(?:PrimarySmtpAddress|SmtpAddress|PrincipalName)>([^<]+)</.exec(body)?.[1]
    if (address === undefined || !/<m:GetItem[ >]/.test(body)) return
    const [now, before] = [setOf(this.#now, address), setOf(this.#before, address)]
    for (const id of idsIn(body).filter((each) => this.#listed.has(each))) {
      if (!now.has(id) && !before.has(id)) this.#all++
      now.add(id)
    }
  }

  /** The service was killed: of each mailbox that had to, how many items were read that had been read before the last kill. */
  killed(): number[] {
    const again = [...this.#now].map(([address, now]) => now.intersection(setOf(this.#before, address)).size)
    for (const [address, now] of this.#now) this.#before.set(address, setOf(this.#before, address).union(now))
    this.#now = new Map()
    return again.filter((items) => items > 0)
  }
}

function setOf(all: Map<string, Set<string>>, key: string): Set<string> {
  const set = all.get(key) ?? new Set()
  all.set(key, set)
  return set
}

/** Scenario 3. */
async function kills(count: number, items: number, mailboxes: number, seed: number): Promise<void> {
  const people = peopleOf(mailboxes)
  const settings = { PageItems: PAGE, Lanes: LANES, DeltaEveryMinutes: 60 * 24 * 7 }
  await besideMixed(people, items, async ({ port, pictures }) => {
    const direct = { url: urlOf(port), ca: await certificateOf(port), settings }
    const wanted = await whileCopying(people, direct, async (copying) => {
      await copying.done()
      return copying.pictures()
    })
    tell('copied without a kill')
    const asked = new Asked()
    const line = await watchedLine(port, asked)
    const watched = { url: `${line.url}/EWS/Exchange.asmx`, ca: line.pair.cert, settings }
    const found = await whileCopying(people, watched, async (copying) => {
      const began = performance.now()
      const again: number[] = []
      let killed = 0
      let isEnough = false
      process.once('SIGUSR2', () => {
        isEnough = true
      })
      for (const { point, startsKilledAfterMs } of killsOf(count, items, new SeededRandom(seed))) {
        for (; asked.items < point && !isEnough; await sleep(50)) {
          const { State, Cause } = await copying.batch()
          if (State === 'synced')
            throw new Error(`All is copied after ${killed} kills: give it more --items.`)
          if (secondsSince(began) * 1_000 > MOST_MS)
            throw new Error(`The batch is ${State} after ${killed} kills: ${Cause}.`)
        }
        if (isEnough) break
        // Some way into what comes next.
        await sleep((MOST_LONGER_MS * (point % 100)) / 100)
        await copying.served.restart({ signal: 'SIGKILL', startsKilledAfterMs })
        again.push(...asked.killed())
        killed += 1 + startsKilledAfterMs.length
        tell(`${killed} kills, ${asked.items} of ${items} items, ${secondsSince(began).toFixed(0)} s`)
      }
      await copying.done()
      again.push(...asked.killed())
      const [most, sum] = [Math.max(0, ...again), again.reduce((all, each) => all + each, 0)]
      say(
        `${killed} kills in ${secondsSince(began).toFixed(0)} s, ${copiedOf(await copying.seen())} items copied; ${sum} items were ` +
          `read again, ${(sum / killed).toFixed(1)} a kill, by one lane at most ${most} (a page has ${PAGE})`,
      )
      expect(killed === count, `It was killed ${killed} times and not ${count}.`)
      expect(most <= PAGE, `A lane has read ${most} items again after one kill, more than a page of ${PAGE}.`)
      expect(
        again.length <= killed * LANES,
        `Lanes have read again ${again.length} times, more often than ${killed} kills of ${LANES} lanes.`,
      )
      return copying.pictures()
    }).finally(() => line.close())
    for (const [address, { digest }] of wanted)
      expect(found.get(address)!.digest === digest, `${address} is not as in the copy that nobody killed.`)
    compare(await pictures(), found)
  })
}

/** When to kill: at how many items that were asked for, and how long after its next start once more. */
function killsOf(count: number, items: number, random: SeededRandom) {
  const starting = Math.floor(count / STARTS_PART)
  const points = Array.from({ length: count - starting }, () => random.below(items)).sort((a, b) => a - b)
  const kills = points.map((point) => ({ point, startsKilledAfterMs: [] as number[] }))
  for (let no = 0; no < starting; no++)
    kills[random.below(kills.length)]!.startsKilledAfterMs.push(random.below(START_MS))
  return kills
}

/** Scenario 19. */
async function cut(minutes: number, items: number, mailboxes: number): Promise<void> {
  const people = peopleOf(mailboxes)
  await besideMixed(people, items, async ({ port, pictures }) => {
    const line = await breakableLine(port)
    const settings = { PageItems: 50, DeltaEveryMinutes: 60 * 24 * 7 }
    const how = { url: urlOf(line.port), ca: await certificateOf(port), settings }
    const found = await whileCopying(people, how, async (copying) => {
      while (copiedOf(await copying.seen()) < items / 3) await sleep(20)
      line.isCut = true
      // What was read before is written.
      await sleep(5_000)
      const doneOf = (seen: readonly Seen[]) => seen.filter(({ State }) => State === 'synced').length
      const atCut = await copying.seen()
      let stood = atCut
      const causes = new Map<string, number>()
      const began = performance.now()
      for (; secondsSince(began) < minutes * 60; await sleep(1_000)) {
        stood = await copying.seen()
        const { State } = await copying.batch()
        expect(State === 'initial-sync', `The batch is ${State} while the line is cut.`)
        expect(doneOf(stood) === doneOf(atCut), 'A mailbox is said to be copied while the line is cut.')
        for (const { Cause } of stood)
          if (Cause !== undefined && !causes.has(Cause)) causes.set(Cause, secondsSince(began))
      }
      line.isCut = false
      const back = performance.now()
      await copying.done()
      const alerts = copying.alerts()
      say(
        `${minutes} minutes without a line at ${copiedOf(atCut)} of ${items} items, ${doneOf(atCut)} of ${people.length} mailboxes ` +
          `copied; done ${secondsSince(back).toFixed(0)} s after it was there again; ${alerts.length} alerts`,
      )
      for (const [cause, after] of causes) say(`  after ${after.toFixed(0)} s: ${cause}`)
      for (const alert of alerts) say(`  ${alert}`)
      for (const { State, Cause } of stood)
        expect(
          State === 'synced' || Cause !== undefined,
          `A mailbox is ${State} and does not say what it waits for.`,
        )
      expect(alerts.length === 1, `It was told ${alerts.length} times that the source is away, and not once.`)
      return copying.pictures()
    }).finally(() => line.close())
    compare(await pictures(), found)
  })
}

const [scenario] = positionals
const numberOf = (given: string | undefined, usual: number) => Number(given ?? usual)
const mailboxes = (usual: number) => numberOf(values.mailboxes, usual)
const items = (usual: number) => numberOf(values.items, usual)
try {
  if (scenario === 'mixed') await mixed(items(100_000), mailboxes(20))
  else if (scenario === 'kills')
    await kills(Number(values.kills), items(20_000), mailboxes(20), Number(values.seed))
  else if (scenario === 'cut') await cut(Number(values.minutes), items(10_000), mailboxes(10))
  else wrong.push('One of: mixed, kills, cut.')
} catch (error) {
  wrong.push((error as Error).message)
}
for (const sentence of new Set(wrong)) process.stderr.write(`${sentence}\n`)
process.exitCode = wrong.length > 0 ? 1 : 0
