/** Judges imports by the tables of imports.test.ts; knows how to read a table and nothing of what stands in it. */
import { posix } from 'node:path'
import { type ImportKind, type ImportStatement, importStatements } from './import-statements.ts'

/** Path of a file relative to the root → its source. */
export type Sources = ReadonlyMap<string, string>

export type House = {
  /** Area, or folder of an area, → the areas its files may import besides their own. 'everything' means all. */
  readonly mayKnow: Readonly<Record<string, readonly string[] | 'everything'>>
  /** Areas whose folders are strangers to each other. Files directly in the area are common ground. */
  readonly strangersWithin: readonly string[]
  /** Folder → the folders in it, in an order in which each imports only those before it. */
  readonly inOrder: Readonly<Record<string, readonly string[]>>
  /** Areas that do no I/O, and what they therefore may not import. */
  readonly pure: { readonly areas: readonly string[]; readonly withoutModules: readonly string[] }
  /** Package → the only areas that may import it. */
  readonly packageHomes: Readonly<Record<string, readonly string[]>>
}

/** `src/domain/mailbox/item.ts` → `domain`; `src/main.ts` → `main`; `jobs/x.ts` → `jobs`. */
function areaOf(path: string): string {
  const [top, next] = path.split('/')
  return top === 'src' ? next!.replace(/\.ts$/, '') : top!
}

/** The folder inside the area, or undefined for a file that lies directly in it. */
function partOf(path: string): string | undefined {
  const parts = path.split('/')
  const depth = parts[0] === 'src' ? 2 : 1
  return parts.length > depth + 1 ? parts[depth] : undefined
}

/** The file a specifier names, relative to the root; undefined for a package or a module of Node. */
export function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier)
  return
}

/** One sentence per violation, beginning with `file:line`. */
export function violations(house: House, sources: Sources): string[] {
  const found: string[] = []
  for (const [from, source] of sources) {
    for (const statement of importStatements(source)) {
      for (const complaint of complaints(house, from, statement))
        found.push(`${from}:${statement.line} ${complaint}`)
    }
  }
  return found
}

function complaints(house: House, from: string, { kind, specifier }: ImportStatement): string[] {
  if (specifier === undefined)
    return ['import() of an expression: name the file, nobody can check a computed one']
  const target = targetOf(from, specifier)
  if (target === undefined) return packageComplaints(house, areaOf(from), specifier)
  // The URL of a thread cannot be written with #.
  const spelling = kind === 'thread' ? [] : spellingComplaints(from, target, specifier)
  return [...placeComplaints(house, from, target), ...spelling]
}

function placeComplaints(house: House, from: string, target: string): string[] {
  const area = areaOf(from)
  const other = areaOf(target)
  const allowed = house.mayKnow[`${area}/${partOf(from)}`] ?? house.mayKnow[area]
  if (allowed === undefined) return [`${area} is not in the table of who knows whom: add its row`]
  if (area === other) {
    const late = orderComplaint(house, from, target)
    if (late !== undefined) return [late]
    const strangers = house.strangersWithin.includes(area) && partOf(target) !== undefined
    return strangers && partOf(from) !== partOf(target)
      ? [`${area} do not know each other: ${partOf(from) ?? 'the common ground'} imports ${target}`]
      : []
  }
  if (allowed === 'everything' || allowed.includes(other)) return []
  return [`${area} may not know ${other}: imports ${target}; it may know ${allowed.join(', ') || 'nobody'}`]
}

function orderComplaint({ inOrder }: House, from: string, target: string): string | undefined {
  for (const [folder, order] of Object.entries(inOrder)) {
    if (!from.startsWith(`${folder}/`)) continue
    const [own, other] = [from, target].map((path) => posix.relative(folder, path).split('/')[0]!)
    if (!order.includes(own!)) return `${own} has no place in the order of ${folder}: give it one`
    if (order.indexOf(other!) > order.indexOf(own!))
      return `in ${folder}, ${own} comes before ${other} and may not know it: imports ${target}`
  }
  return undefined
}

function spellingComplaints(from: string, target: string, specifier: string): string[] {
  const sameArea = areaOf(from) === areaOf(target)
  if (!sameArea && specifier.startsWith('.')) return [`across areas write '#${target}', not '${specifier}'`]
  const neighbours = posix.dirname(from) === posix.dirname(target)
  if (neighbours && specifier.startsWith('#'))
    return [`a neighbour is './${posix.basename(target)}', not '${specifier}'`]
  return []
}

function packageComplaints(house: House, area: string, specifier: string): string[] {
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
  const homes = house.packageHomes[name]
  if (homes && !homes.includes(area)) return [`only ${homes.join(', ')} may import ${name}`]
  const module = name.replace(/^node:/, '')
  if (house.pure.areas.includes(area) && house.pure.withoutModules.includes(module)) {
    return [`${area} is pure and does no I/O: may not import node:${module}`]
  }
  return []
}

/**
 * Each cycle once, as the files on the way round, the first one repeated at the end. Only imports of the given kinds
 * count. A thread starts from its own entry, so a file may name the worker that imports it.
 */
export function cycles(sources: Sources, kinds: readonly ImportKind[]): string[][] {
  const edges = new Map<string, string[]>()
  for (const [from, source] of sources) {
    const targets = importStatements(source)
      .filter(({ kind, specifier }) => kinds.includes(kind) && specifier !== undefined)
      .map(({ specifier }) => targetOf(from, specifier!))
    edges.set(
      from,
      targets.filter((target) => target !== undefined && sources.has(target)).map((target) => target!),
    )
  }
  const found: string[][] = []
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (file: string): void => {
    const earlier = trail.indexOf(file)
    if (earlier >= 0) {
      found.push([...trail.slice(earlier), file])
      return
    }
    if (done.has(file)) return
    trail.push(file)
    for (const target of edges.get(file) ?? []) visit(target)
    trail.pop()
    done.add(file)
  }
  for (const file of edges.keys()) visit(file)
  return found
}
