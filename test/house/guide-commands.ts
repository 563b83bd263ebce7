/** The commands that pages for people name, as the program would have to take them. */
import type { Command, Option } from 'commander'
import { read } from './tree.ts'

/** What a page says to type, and where. */
export type NamedCommand = { place: string; words: readonly string[]; whole: boolean }

const PROGRAM = /^(?:\S*\/)?landbridge$/

/** Every command in code blocks and code spans. A span may leave `landbridge` out and say only what it is about. */
export function namedCommands(page: string, isCommand: (word: string) => boolean): NamedCommand[] {
  const found: NamedCommand[] = []
  let fenced = false
  let pending = ''
  for (const [at, line] of read(page).split('\n').entries()) {
    const place = `${page}:${at + 1}`
    if (line.startsWith('```')) fenced = !fenced
    else if (fenced || line.startsWith('    ') || pending !== '') {
      pending += ` ${line.trim().replace(/\\$/, '')}`
      if (/[\\|]$|&&$/.test(line.trim())) continue
      found.push(...commandsOf(pending, place))
      pending = ''
    } else
      for (const [, span] of line.matchAll(/`([^`]+)`/g)) {
        const parts = partsOf(span!)
        found.push(...parts.flatMap((part) => commandIn(part, place, false)))
        const [first, second] = wordsOf(parts[0] ?? '')
        if (first !== undefined && second !== undefined && isCommand(first))
          found.push({ place, words: wordsOf(parts[0]!), whole: false })
      }
  }
  return found
}

/** The commands of a line that is typed as it stands. */
export const commandsOf = (line: string, place: string): NamedCommand[] =>
  partsOf(line).flatMap((part) => commandIn(part, place, true))

/** Commands of one line: comments gone, taken apart at `|`, `&&` and `;`. */
const partsOf = (line: string): string[] =>
  line
    .replace(/ #.*$/, '')
    .split(/&&|\|\||[|;]|\$\(/)
    .map((part) => part.trim())

function commandIn(part: string, place: string, whole: boolean): NamedCommand[] {
  const words = wordsOf(part)
  const at = words.findIndex((word) => PROGRAM.test(word))
  const isProgram = at === 0 || (at > 0 && /^(?:sudo|podman exec) /.test(part))
  return isProgram ? [{ place, words: words.slice(at + 1), whole }] : []
}

const wordsOf = (part: string): string[] =>
  [...part.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["')]/g, ''))

/** What is wrong with a command that a page names; undefined for one that the program takes. A span may leave arguments out. */
export function faultOf(root: Command, { words, whole }: NamedCommand): string | undefined {
  let command = root
  let at = 0
  const trail: Command[] = [root]
  for (; at < words.length; at++) {
    const next = command.commands.find(
      (each) => each.name() === words[at] || each.aliases().includes(words[at]!),
    )
    if (next === undefined) break
    command = next
    trail.push(next)
  }
  const path = words.slice(0, at).join(' ')
  const rest = words.slice(at)
  const first = rest[0]
  if (command.commands.length > 0 && first !== undefined && !/^[-…<>]/.test(first))
    return `there is no command "${path} ${first}"`
  let given = 0
  for (let no = 0; no < rest.length; no++) {
    const word = rest[no]!
    if (/^[<>&]|^\d>|^…$/.test(word)) {
      if (word !== '…') no++
      continue
    }
    if (!word.startsWith('--')) {
      given++
      continue
    }
    const name = word.split('=')[0]!
    const option = trail
      .flatMap((each) => each.options)
      .find(({ short, long }) => short === name || long === name)
    if (option === undefined) {
      if (name === '--help') continue
      return `"${path}" has no option ${name}`
    }
    no += valuesAfter(option, word, rest.slice(no + 1))
  }
  const takes = command.registeredArguments
  if (!takes.some(({ variadic }) => variadic) && given > takes.length)
    return `"${path}" takes ${takes.length} arguments, not ${given}`
  const required = takes.filter((argument) => argument.required).length
  if (whole && given < required) return `"${path}" needs ${required} arguments, not ${given}`
  return undefined
}

/** How many words behind an option belong to it. */
function valuesAfter(option: Option, word: string, after: readonly string[]): number {
  if (word.includes('=') || !(option.required || option.optional)) return 0
  if (!option.variadic) return 1
  const next = after.findIndex((each) => each.startsWith('--') || each === '<')
  return next < 0 ? after.length : next
}
