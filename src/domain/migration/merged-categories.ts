import {
  type Category,
  formatCategoryList,
  parseCategoryList,
} from '#src/formats/category-list/category-list.ts'
import type { Configuration } from '../mailbox/configuration.ts'
import { classOfConfiguration, type UserConfiguration } from '../mailbox/user-configuration.ts'

const CATEGORY_LIST = classOfConfiguration('CategoryList').toLowerCase()

/** What each category of a list was when it came, by its name in small letters. */
export type ToldCategories = Readonly<Record<string, string>>

export type MergedCategories = {
  content: Configuration['content']
  /** Names of those that are otherwise here than at the source, as somebody here wants them. */
  otherwise: readonly string[]
}

const nameOf = ({ name }: Category): string => name.toLowerCase()

/** Undefined for what is no list of categories, or none that can be read. */
export function toldCategories(name: string, content: Configuration['content']): ToldCategories | undefined {
  const list = name.toLowerCase() === CATEGORY_LIST ? listOf(content) : undefined
  return list && Object.fromEntries(list.categories.map((each) => [nameOf(each), each.said]))
}

/**
 * Pure: the categories of the source put among those here. `before`: as the source told them last; what was changed, added or
 * taken away here since stays so, and what changed at the source alone is as it is there. Undefined where one of both cannot be read.
 */
export function mergedCategories(
  here: Configuration['content'],
  there: Configuration['content'],
  before: ToldCategories = {},
): MergedCategories | undefined {
  const [ours, theirs] = [listOf(here), listOf(there)]
  if (ours === undefined || theirs === undefined) return undefined
  const told = new Map(theirs.categories.map((each) => [nameOf(each), each]))
  const last = new Map(Object.entries(before))
  const isAsTold = (each: Category) => last.get(nameOf(each)) === each.said
  const otherwise: string[] = []
  const kept = ours.categories.flatMap((each): Category[] => {
    const now = told.get(nameOf(each))
    if (now === undefined) return isAsTold(each) ? [] : [each]
    if (isAsTold(each)) return [now.said === each.said ? each : now]
    // Who has had it under the same name in other letters has no other one.
    if (now.color !== each.color) otherwise.push(each.name)
    return [each]
  })
  const names = new Set(ours.categories.map(nameOf))
  const guids = new Set(kept.map(({ guid }) => guid.toLowerCase()).filter(Boolean))
  const missing = theirs.categories.filter((each) => !names.has(nameOf(each)) && !last.has(nameOf(each)))
  // It has another name there, and one of its own here.
  const fresh = missing.filter(({ guid }) => !guids.has(guid.toLowerCase()))
  otherwise.push(...missing.filter((each) => !fresh.includes(each)).map(({ name }) => name))
  const xmlData = Buffer.from(formatCategoryList({ ...ours, categories: [...kept, ...fresh] })).toString(
    'base64',
  )
  const same = kept.length === ours.categories.length && kept.every((each, n) => each === ours.categories[n])
  return { content: same && fresh.length === 0 ? here : { ...here, xmlData }, otherwise }
}

function listOf(content: Configuration['content']) {
  const { xmlData } = content as UserConfiguration
  return typeof xmlData === 'string' ? parseCategoryList(Buffer.from(xmlData, 'base64')) : undefined
}
