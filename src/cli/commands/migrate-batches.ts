import type { Command } from 'commander'
import { fileOfBatch, isRefusal } from '#src/app/cut-over-script.ts'
import type { batchWords } from '#src/app/migration-words.ts'
import { waveWords } from '#src/app/migration-words.ts'
import { counted } from '#src/base/figure-words.ts'
import { shellWord } from '#src/base/shell-word.ts'
import { AdminFault, AdminUnreachable } from '#src/clients/admin/admin-client.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import { notThere } from '../not-there.ts'
import { inOrganization } from '../options.ts'
import type { Session } from '../session.ts'
import { UsageFault } from '../usage-fault.ts'
import { batchNumber, withBy } from './migrate-words.ts'

/** Which batches a command is about: one by its number, or all of a wave in their order. */

export type BatchState = keyof typeof batchWords

/** What a command does with one batch. */
type BatchWork = {
  /** Of a batch, as its number is written; `look` is what to do next, said once after all of them. */
  one: (
    batch: string,
  ) => Promise<{ json: JsonValue; text: string; exitCode?: number; look?: string | undefined }>
  /** What is asked first, of `batch 3` or of a wave, with its batches as they stand, and for which states: the service says why the others refuse. */
  question?: (what: string, batches: readonly JsonObject[]) => string
  takes?: (state: BatchState) => boolean
  /** Of a wave, batches that are where the command leads already: they are passed over. */
  isDone?: (batch: JsonObject) => boolean
}

const WAVE = 'all batches of a wave, in order; one that refuses is named, and the others are gone on with'

/** Arguments of a command that is about a batch or a wave. */
export const onBatches = (command: Command): Command => ofBatches(withBy(command))

/** The same without a name for the trail. */
export const ofBatches = (command: Command): Command =>
  inOrganization(command.argument('<project>').argument('[batch]', 'its number')).option(
    '--wave <name>',
    WAVE,
  )

export type Target = { project: string; batch: string | undefined; wave: unknown }

/** The same for what writes files: `<project> <batch> <file>`, or `<project> <file> --wave NAME`. */
export const ofBatchFiles = (command: Command): Command =>
  ofBatches(command).argument(
    '[file]',
    'where it is written; of a wave each batch has its number behind the name',
  )

/** Of the file that a script is written to. */
export function requireName(file: string): string {
  if (file.trim() !== '') return file
  throw new UsageFault('The script has no name. Name the file that it is written to.')
}

/** Which batch, and the file of each. */
export function targetOfFiles(
  project: string | undefined,
  [batch, file]: readonly (string | undefined)[],
  { wave }: Record<string, unknown>,
): { target: Target; fileOf: (batch: string) => string } {
  if (wave === undefined || file !== undefined) requireOne(batch, wave)
  const named = requireName((wave === undefined ? file : batch) ?? '')
  return {
    target: { project: project!, batch: wave === undefined ? batch : undefined, wave },
    fileOf: (no) => (wave === undefined ? named : fileOfBatch(named, no)),
  }
}

/** Does it with one batch, or with each of a wave; exit code 1 where one of a wave refused. */
export async function withBatches(session: Session, { project, batch, wave }: Target, work: BatchWork) {
  requireOne(batch, wave)
  if (wave === undefined) {
    await confirmBatch(session, project, batch!, work)
    const { look = '', ...result } = await work.one(batch!)
    return { ...result, text: `${result.text}${look}` }
  }
  const found = await waveOf(session, project, String(wave))
  const todo = found.batches.filter((each) => work.isDone?.(each) !== true)
  const over = found.batches.filter((each) => !todo.includes(each))
  const passed = over.map(
    ({ BatchNumber, State }) =>
      `Batch ${BatchNumber} is "${waveWords[State as BatchState]}" already and was passed over.\n`,
  )
  if (work.question && todo.some(({ State }) => work.takes?.(State as BatchState) ?? true))
    await confirm(session, work.question(found.words, todo))
  const done: JsonObject[] = []
  const texts: string[] = []
  const looks = new Set<string>()
  let bad = 0
  for (const { BatchNumber } of todo)
    try {
      const { json, text, exitCode = 0, look } = await work.one(String(BatchNumber))
      if (look !== undefined) looks.add(look)
      done.push({ BatchNumber: BatchNumber!, ...(json as JsonObject) })
      texts.push(text)
      if (exitCode !== 0) bad++
    } catch (error) {
      // Files of a batch that are there already are refused here.
      if (!(error instanceof AdminFault || isRefusal(error)))
        throw error instanceof AdminUnreachable ? cutOff(error, done) : error
      bad++
      done.push({ BatchNumber: BatchNumber!, Refused: error.message })
      texts.push(`Batch ${BatchNumber} refused: ${error.message}\n`)
    }
  const sum =
    bad === 0
      ? ''
      : `${todo.length - bad} of ${counted(todo.length, 'batch', 'batches')} of wave "${found.name}" went well. Once what stands in the way of the others is mended, the same command takes them up.\n`
  return {
    json: { Wave: found.name, Batches: done, PassedOver: over.map(({ BatchNumber }) => BatchNumber!) },
    text: [...passed, ...texts, ...looks, sum].join(''),
    exitCode: bad === 0 ? 0 : 1,
  }
}

/** One of the two is named. */
export function requireOne(batch: string | undefined, wave: unknown): void {
  if (batch === undefined && wave === undefined)
    throw new UsageFault('Name a batch by its number, or all batches of a wave with --wave.')
  if (batch !== undefined && wave !== undefined)
    throw new UsageFault(`Batch ${batch} and --wave were both given. Name one of the two.`)
}

/** Told so that nobody thinks nothing was done. */
function cutOff(error: AdminUnreachable, done: readonly JsonObject[]): AdminUnreachable {
  if (done.length > 0)
    error.message += ` Done before that: batch ${done.map(({ BatchNumber }) => BatchNumber).join(', ')}. The same command goes on with the others.`
  return error
}

type FoundWave = { name: string; words: string; batches: readonly JsonObject[] }

/** A wave with its batches as they stand. */
export async function waveOf(session: Session, project: string, name: string): Promise<FoundWave> {
  const { Waves } = await session.callHere('ListMigrationWaves', { ProjectId: project, Wave: name })
  const [wave] = Waves as readonly JsonObject[]
  const numbers = wave!.BatchNumbers as readonly number[]
  if (numbers.length === 0)
    throw notThere(
      `Wave "${wave!.Wave}" has no batches. Name them: "landbridge migrate wave ${shellWord(project)} ${shellWord(String(wave!.Wave))} --batches 1-3".`,
    )
  const { Batches } = await session.callHere('DescribeMigration', { ProjectId: project })
  const batches = (Batches as readonly JsonObject[]).filter(({ BatchNumber }) =>
    numbers.includes(Number(BatchNumber)),
  )
  const which = `${numbers.length === 1 ? 'batch' : 'batches'} ${numberWords(numbers)}`
  const people = counted(Number(wave!.Mailboxes), 'mailbox', 'mailboxes')
  return { name: String(wave!.Wave), words: `wave "${wave!.Wave}" (${which}; ${people})`, batches }
}

/** Asks about a batch that is there; not about a step that it does not take: the service says why. */
async function confirmBatch(
  session: Session,
  project: string,
  batch: string,
  { question, takes = () => true }: BatchWork,
): Promise<void> {
  const no = batchNumber(batch)
  if (question === undefined) return
  const { Batches } = await session.callHere('DescribeMigration', { ProjectId: project })
  const found = (Batches as readonly JsonObject[]).find(({ BatchNumber }) => BatchNumber === no)
  if (found === undefined)
    throw notThere(
      `The project has no batch ${no}. "landbridge migrate status ${shellWord(project)}" shows its batches.`,
    )
  if (takes(found.State as BatchState)) await confirm(session, question(`batch ${batch}`, [found]))
}

/** `1-3, 5` */
export function numberWords(numbers: readonly number[]): string {
  const parts: [number, number][] = []
  for (const no of numbers) {
    const last = parts.at(-1)
    if (last !== undefined && last[1] === no - 1) last[1] = no
    else parts.push([no, no])
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

const MOST_NUMBERS = 10_000

/** Numbers as they are written: `1-3,5`; none of an empty text. */
export function parseNumbers(option: string, text: string): number[] {
  const numbers = new Set<number>()
  for (const part of text.split(',').map((each) => each.trim())) {
    if (part === '') continue
    const [, from, to = from] = /^(\d{1,7})(?:\s*-\s*(\d{1,7}))?$/.exec(part) ?? []
    if (from === undefined || Number(from) < 1 || Number(to) < Number(from) || Number(to) > 1_000_000)
      throw new UsageFault(`${option} are numbers of batches, as 1-3,5, not "${text}".`)
    for (let no = Number(from); no <= Number(to); no++) {
      if (numbers.size >= MOST_NUMBERS)
        throw new UsageFault(`${option} names more than ${MOST_NUMBERS.toLocaleString('en')} batches.`)
      numbers.add(no)
    }
  }
  return [...numbers].sort((a, b) => a - b)
}
