import { join } from 'node:path'
import type { BatchState } from '#src/domain/migration/engine/project/state.ts'
import { batchWords } from '#src/domain/migration/report/run-words.ts'
import { administrationOf, type Here } from '../administration.ts'
import { commandLine } from '../command-line.ts'
import { DemoFault, until } from '../demo-fault.ts'
import { makeMailUsers } from '../exchange-administrator.ts'
import { addressOf, cast, type Scene } from '../scene.ts'
import { type Batch, standsStill } from './batch-standing.ts'
import { planFolder } from './planned.ts'

export const PROJECT = 'move'
/** Batches of the plan that are moved while somebody watches; the others wait for their night. */
const BATCHES = [1, 2, 3] as const
/** In the middle of this one the process is killed. */
const KILLED_IN = 2
const KILLED_AFTER_ITEMS = 200
/** Generous: a busy machine is slow, and a failed batch says so at once. */
const BATCH_SECONDS = 600
const LOOKED_MS = 300
const PAGE = 100

type MovedMailbox = { Address: string; State: string; Copied: number; Skipped: number; Grade?: string }

/** Three batches: copied, one of them through a crash, and each cut over as a whole. */
export async function moved(scene: Scene): Promise<void> {
  const { stage, exchange, landbridge, folder, password } = scene
  await stage.act(
    'Three batches are moved',
    'Copied while everybody works; in the middle of the second the service is killed and started again; each is cut over as a whole.',
    async () => {
      await stage.command(
        landbridge,
        [
          ...['migrate', 'create', PROJECT, '--plan', join(planFolder(folder), 'plan.json')],
          ...['--url', exchange.ewsUrl, '--ca', exchange.certificateFile],
          ...['--user', addressOf(cast.migration), '--password-stdin'],
        ],
        { stdin: password, lines: 1 },
      )
      for (const batch of BATCHES) await moveBatch(scene, batch)
      await stage.command(landbridge, ['migrate', 'status', PROJECT], { lines: 12 })
    },
  )
}

async function moveBatch(scene: Scene, batch: number): Promise<void> {
  const { stage, landbridge, signal } = scene
  const begun = Date.now()
  await stage.command(landbridge, ['migrate', 'run', PROJECT, String(batch)], { lines: 1 })
  if (batch === KILLED_IN) {
    const items = await until(
      'That the batch is in the middle of its copies',
      async () => {
        const copied = await copiedOf(scene, batch)
        return copied >= KILLED_AFTER_ITEMS ? copied : undefined
      },
      { signal, seconds: BATCH_SECONDS, everyMs: 20 },
    )
    const { pid } = landbridge
    await landbridge.kill()
    stage.say(`kill -9 ${pid}, with ${items} items of this batch copied. The service is started again.`)
    await landbridge.start()
  }
  await reached(scene, batch, ['synced'])
  const mailboxes = await mailboxesOf(scene, batch)
  const copied = mailboxes.reduce((sum, { Copied }) => sum + Copied, 0)
  const seconds = (Date.now() - begun) / 1_000
  stage.say(`${mailboxes.length} mailboxes, ${copied} items in ${seconds.toFixed(1)} s.`)
  await stage.command(landbridge, ['migrate', 'cutover', PROJECT, String(batch), '--yes'], {
    lines: 1,
  })
  const { State, Grade } = await reached(scene, batch, ['done', 'done-with-skips'])
  stage.say(`Batch ${batch} is ${batchWords[State]}, grade ${Grade ?? 'unknown'}.`)
  const script = join(scene.folder, `exchange-batch-${batch}.ps1`)
  await stage.command(landbridge, ['migrate', 'script', PROJECT, String(batch), script], { lines: 4 })
  // Only now: the last pass of a batch still reads the mailboxes there.
  await makeMailUsers(
    scene,
    mailboxes.map(({ Address }) => Address.slice(0, Address.indexOf('@'))),
  )
  stage.say('On Exchange they became mail users, as that script makes them.')
  await stage.command(landbridge, ['gal', 'sync'], { lines: 1 })
}

/** Waits until a batch is in one of those states. DemoFault at once where only a person can bring it on. */
async function reached(scene: Scene, batch: number, states: readonly BatchState[]): Promise<Batch> {
  const here = await administrationOf(scene.landbridge)
  return until(
    `That batch ${batch} is ${states.map((state) => `"${batchWords[state]}"`).join(' or ')}`,
    async () => {
      const { Batches } = (await here('DescribeMigration', { ProjectId: PROJECT })) as { Batches: Batch[] }
      const found = Batches.find(({ BatchNumber }) => BatchNumber === batch)!
      if (states.includes(found.State)) return found
      const why = standsStill(found)
      if (why !== undefined) throw new DemoFault(`${why} ${wayOn(scene)}`)
      const { State, Cause } = found
      const copied = await copiedOf(scene, batch, here)
      scene.stage.progress(
        `batch ${batch}: ${batchWords[State]}, ${copied} items copied${Cause === undefined ? '' : `. ${Cause}`}`,
      )
      return undefined
    },
    { signal: scene.signal, seconds: BATCH_SECONDS, everyMs: LOOKED_MS },
  )
}

/** What somebody can do who watched a batch stand still: everything is kept. */
const wayOn = ({ exchange, landbridge }: Scene): string =>
  `The demonstration ends here and keeps both sides. To go on, serve them again (${[exchange, landbridge]
    .map(({ settingsFile }) => commandLine(['serve', '--config', settingsFile]))
    .join(
      ' and ',
    )}) and look at it: ${commandLine(['migrate', 'report', PROJECT, '--data', landbridge.folder])}.`

async function copiedOf(scene: Scene, batch: number, here?: Here): Promise<number> {
  return (await mailboxesOf(scene, batch, here)).reduce((sum, { Copied }) => sum + Copied, 0)
}

/** Mailboxes of a batch, or of all of them. */
export async function mailboxesOf(
  { landbridge }: Pick<Scene, 'landbridge'>,
  batch?: number,
  here?: Here,
): Promise<MovedMailbox[]> {
  const call = here ?? (await administrationOf(landbridge))
  const found: MovedMailbox[] = []
  for (let NextToken: unknown; ; ) {
    const page = await call('ListMigrationMailboxes', {
      ProjectId: PROJECT,
      MaxResults: PAGE,
      ...(batch !== undefined && { BatchNumber: batch }),
      ...(NextToken !== undefined && { NextToken }),
    })
    found.push(...(page.Mailboxes as MovedMailbox[]))
    NextToken = page.NextToken
    if (NextToken === undefined) return found
  }
}
