import type { IcalendarRest, RawComponent, RawProperty } from '../jscalendar/event.ts'
import type { Component } from './component.ts'
import type { ContentLine } from './content-line.ts'

type Parameters = Readonly<Record<string, readonly string[]>>

export const rawParameters = (line: ContentLine, without: readonly string[] = []): Parameters =>
  Object.fromEntries(
    line.params.filter(({ name }) => !without.includes(name)).map(({ name, values }) => [name, values]),
  )

export const rawProperty = (line: ContentLine): RawProperty => [line.name, rawParameters(line), line.value]

export const rawComponent = (component: Component): RawComponent => ({
  name: component.name,
  properties: component.properties.map(rawProperty),
  ...(component.components.length > 0 && { components: component.components.map(rawComponent) }),
})

export const lineOf = ([name, params, value]: RawProperty): ContentLine => ({
  name,
  params: Object.entries(params).map(([param, values]) => ({ name: param, values })),
  value,
})

export const componentOf = (raw: RawComponent): Component => ({
  name: raw.name,
  properties: raw.properties.map(lineOf),
  components: (raw.components ?? []).map(componentOf),
})

/** Undefined when there is nothing to keep. */
export function restOf(rest: IcalendarRest): IcalendarRest | undefined {
  const kept = Object.fromEntries(
    Object.entries(rest).filter(([, part]) => part !== undefined && Object.keys(part).length > 0),
  )
  return Object.keys(kept).length > 0 ? kept : undefined
}
