import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type ContentLine, contentLines, formatContentLine } from './content-line.ts'

/** `BEGIN:VEVENT … END:VEVENT`: properties and components, each in their order. */
export type Component = {
  /** In upper case. */
  name: string
  properties: readonly ContentLine[]
  components: readonly Component[]
}

type Open = { name: string; properties: ContentLine[]; components: Component[] }

const DEEPEST = 10

/**
 * Reads every calendar or card of a text. What is still open at its end is closed there. Throws `SyntaxFault` for a
 * text with none, for an END that ends something else, and for components within components without bound.
 */
export function parseComponents(text: string): Component[] {
  const done: Component[] = []
  const open: Open[] = []
  const close = (): void => {
    const ended = open.pop()!
    const parent = open.at(-1)
    if (parent === undefined) done.push(ended)
    else parent.components.push(ended)
  }
  for (const line of contentLines(text)) {
    if (line === null) continue
    if (line.name === 'BEGIN') {
      if (open.length === DEEPEST) throw new SyntaxFault(`Components within ${DEEPEST} others`)
      open.push({ name: line.value.trim().toUpperCase(), properties: [], components: [] })
    } else if (line.name === 'END') {
      const name = line.value.trim().toUpperCase()
      if (open.at(-1)?.name !== name)
        throw new SyntaxFault(`END:${name} where ${open.at(-1)?.name ?? 'nothing'} is open`)
      close()
    } else open.at(-1)?.properties.push(line)
  }
  while (open.length > 0) close()
  if (done.length === 0) throw new SyntaxFault('No BEGIN line')
  return done
}

/** Writes a component with everything in it. */
export function formatComponent({ name, properties, components }: Component): string {
  const inside = properties.map(formatContentLine).join('') + components.map(formatComponent).join('')
  return `BEGIN:${name}\r\n${inside}END:${name}\r\n`
}

/** The first property of that name, or undefined. */
export function propertyOf(component: Component, name: string): ContentLine | undefined {
  return component.properties.find((line) => line.name === name)
}
