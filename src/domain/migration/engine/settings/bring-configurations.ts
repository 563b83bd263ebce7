import { createHash } from 'node:crypto'
import {
  requireHours,
  saidHours,
  setWorkingHours,
  type WorkingHours,
} from '../../../calendar/working-hours.ts'
import { type Configuration, LARGEST_CONFIGURATION_BYTES } from '../../../mailbox/configuration.ts'
import type { MailboxRef, MailboxWriter } from '../../../mailbox/store.ts'
import {
  classOfConfiguration,
  configurationOfClass,
  isFolderProperties,
} from '../../../mailbox/user-configuration.ts'
import { Refusal } from '../../../refusal.ts'
import type { Writer } from '../../../store.ts'
import { sameAs } from '../../inbox-rules.ts'
import { mergedCategories, toldCategories } from '../../merged-categories.ts'
import type { Loss, SourceConfiguration } from '../../source.ts'
import type { BroughtConfiguration, KeptSettings } from './kept-settings.ts'

type Content = Configuration['content']

/** Of one mailbox; each is noted beside it, and more are a mistake somewhere. */
const MOST = 2_000

type Told = {
  /** Which file they are of, where another one may take its place under the name of the source. */
  file?: string | undefined
  told: readonly SourceConfiguration[] | undefined
  untold: readonly string[]
  /** Undefined: whatever there is was listed. */
  asked?: readonly string[] | undefined
  workingHours: WorkingHours | undefined
  before: KeptSettings | undefined
}

/**
 * Gives the folders of a mailbox, within a transaction, what programs keep with them at the source: as it was told last, while nobody
 * has changed it here. What somebody here has set stays, and is named. `member`: the name of its source.
 */
export async function bringConfigurations(
  { mailboxes, migration }: Writer,
  at: MailboxRef,
  member: string,
  { file, told, untold, asked, workingHours, before }: Told,
): Promise<Pick<KeptSettings, 'brought' | 'workingHours' | 'losses'>> {
  const source = file === undefined ? member : `${member} ${file}`
  const losses = new Map<string, Loss>()
  const lose = (name: string, reason: string) => losses.set(`${name} ${reason}`, lost(name, reason))
  const known = before?.brought ?? []
  const hours = workingHours && (await takeHours(mailboxes, at, workingHours, before?.workingHours))
  if (hours !== undefined && 'why' in hours) lose(WORK_HOURS, hours.why)
  const kept = hours !== undefined && 'timeZone' in hours ? hours : before?.workingHours
  const came = (brought: readonly BroughtConfiguration[]) => ({
    ...(brought.length > 0 && { brought }),
    ...(kept && { workingHours: kept }),
    losses: [...losses.values()],
  })
  if (told === undefined || (told.length === 0 && known.length === 0)) return came(known)
  const folders = await mailboxes.listFolders(at)
  const ledger = await migration.listLedgerFolders(at, member)
  const here = new Set(folders.map(({ no }) => no))
  const targets = new Map(ledger.map(({ key, target }) => [key, target]))
  const roles = new Map(folders.map(({ distinguished, no }) => [distinguished, no]))
  const isTold = (each: BroughtConfiguration) =>
    each.source === source &&
    !untold.includes(each.name) &&
    (asked === undefined || asked.includes(each.name) || told.some(({ name }) => name === each.name))
  const brought = known.filter((each) => !isTold(each))
  const placed = new Set<string>()
  for (const { folder: there, name, content } of told) {
    const folder = 'key' in there ? targets.get(there.key) : roles.get(there.role)
    if (folder === undefined || !here.has(folder)) {
      lose(name, 'The folder that it belongs to did not come over.')
      continue
    }
    if (brought.length >= MOST) {
      lose(name, `A mailbox has more than ${MOST} of them: what is beyond stays there.`)
      continue
    }
    placed.add(placeOf({ folder, name }))
    const was = known.find((each) => each.source === source && placeOf(each) === placeOf({ folder, name }))
    const done = await bring(mailboxes, at, { folder, name, content }, was)
    if (done.why !== undefined) lose(name, done.why)
    // What is not kept here takes nothing from what came before: else that would go back as if somebody here had set it.
    const left = done.left ?? was
    if (left) brought.push({ ...left, source, at: there, folder, name })
  }
  for (const each of known)
    if (isTold(each) && !placed.has(placeOf(each)) && here.has(each.folder))
      await takeAway(mailboxes, at, each, before?.workingHours)
  return came(brought)
}

type Place = Pick<BroughtConfiguration, 'folder' | 'name'>
const placeOf = ({ folder, name }: Place): string => `${folder} ${name.toLowerCase()}`

/** `left`: as it came. `why` it is not, or not all, as it is there. */
type Came = { left?: Pick<BroughtConfiguration, 'digest' | 'keys' | 'categories'>; why?: string }
const WORK_HOURS = classOfConfiguration('WorkHours')
const SET_HERE = 'It was set here otherwise and stays as it is here.'

async function bring(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  { folder, name, content }: Place & { content: Content },
  was: BroughtConfiguration | undefined,
): Promise<Came> {
  const here = (await mailboxes.findConfiguration(at, folder, name))?.content
  const isOurs = was !== undefined && digestOf(here) === was.digest
  // It was taken away here, and goes back as that.
  if (here === undefined && was !== undefined && !isOurs)
    return { left: { digest: was.digest, ...(was.keys && { keys: was.keys }) } }
  const categories = toldCategories(name, content)
  const told = categories && { categories }
  const merged = here && categories && !isOurs && mergedCategories(here, content, was?.categories)
  if (merged) {
    const isAsHere = merged.content === here
    const why = isAsHere ? undefined : await put(mailboxes, at, { folder, name, content: merged.content })
    const left = { digest: digestOf(content), ...told }
    return why === undefined ? { left, ...otherwiseHere(merged.otherwise) } : { why }
  }
  const keys = isFolderProperties(name) ? { keys: Object.keys(content) } : {}
  const wanted = isFolderProperties(name) ? { ...without(here, isOurs ? was.keys : []), ...content } : content
  const left = { digest: digestOf(wanted), ...keys, ...told }
  if (here !== undefined && sameAs(here) === sameAs(wanted)) return { left }
  const isInTheWay = isFolderProperties(name)
    ? Object.keys(content).some(
        (key) => here?.[key] !== undefined && sameAs(here[key]) !== sameAs(content[key]),
      )
    : here !== undefined
  if (isInTheWay && !isOurs) return { why: SET_HERE }
  const why = await put(mailboxes, at, { folder, name, content: wanted })
  return why === undefined ? { left } : { why }
}

/** Undefined: it is kept; else why not. */
async function put(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  { folder, name, content }: Place & { content: Content },
): Promise<string | undefined> {
  const bytes = Buffer.byteLength(JSON.stringify({ name, content }))
  if (bytes > LARGEST_CONFIGURATION_BYTES)
    return `It has ${bytes} octets, and at most ${LARGEST_CONFIGURATION_BYTES} are kept.`
  try {
    await mailboxes.putConfiguration(at, folder, name, content)
    return undefined
  } catch (error) {
    // Nothing lay there that would be gone now.
    if (!(error instanceof Refusal) || error.reason !== 'limit-exceeded') throw error
    return error.message
  }
}

const MOST_NAMED = 5

function otherwiseHere(names: readonly string[]): { why?: string } {
  if (names.length === 0) return {}
  const some = names.slice(0, MOST_NAMED).map((name) => `"${name}"`)
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} others` : ''
  return { why: `Set here otherwise than there, and as they are here: ${some.join(', ')}${more}.` }
}

/** What the source has no more goes, unless it was changed here. */
async function takeAway(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  { folder, name, digest, keys }: BroughtConfiguration,
  hours: WorkingHours | undefined,
): Promise<void> {
  const here = (await mailboxes.findConfiguration(at, folder, name))?.content
  if (here === undefined || digestOf(here) !== digest) return
  const rest = keys === undefined ? {} : without(here, keys)
  await mailboxes.putConfiguration(at, folder, name, Object.keys(rest).length === 0 ? null : rest)
  if (name.toLowerCase() !== WORK_HOURS.toLowerCase() || hours === undefined) return
  if (sameAs(await saidHours(mailboxes, at)) === sameAs(hours)) await setWorkingHours(mailboxes, at, null)
}

const without = (content: Content | undefined, keys: readonly string[] = []): Content =>
  Object.fromEntries(Object.entries(content ?? {}).filter(([key]) => !keys.includes(key)))

/** As they are kept now, or why they are not those of the source. */
async function takeHours(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  told: WorkingHours,
  before: WorkingHours | undefined,
): Promise<WorkingHours | { why: string }> {
  try {
    const wanted = requireHours(told)
    const here = await saidHours(mailboxes, at)
    const isOurs = [wanted, before].some((each) => sameAs(each) === sameAs(here))
    if (here !== undefined && !isOurs) return { why: SET_HERE }
    await setWorkingHours(mailboxes, at, wanted)
    return wanted
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'invalid-parameter') throw error
    return { why: error.message }
  }
}

/** The same for two that say the same; null for none. */
export const digestOf = (content: Content | undefined): string | null =>
  content === undefined ? null : createHash('sha256').update(sameAs(content)).digest('base64url')

const words: Readonly<Record<string, string>> = {
  categorylist: 'category colours',
  workhours: 'working hours',
  'owa.useroptions': 'signature and options of Outlook on the web',
  'owa.autocompletecache': 'remembered addresses',
  autocomplete: 'remembered addresses',
  calendar: 'options of the calendar',
}

/** As people call it: `category colours`, `settings "Some.Program"`. */
export function wordOfConfiguration(name: string): string {
  if (isFolderProperties(name)) return 'properties of folders'
  const own = configurationOfClass(name) ?? name
  return words[own.toLowerCase()] ?? `settings "${own}"`
}

const lost = (name: string, reason: string): Loss => ({
  property: wordOfConfiguration(name),
  reason,
  weight: 'metadata',
})
