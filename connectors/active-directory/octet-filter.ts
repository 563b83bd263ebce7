import { AndFilter, EqualityFilter, type Filter, FilterParser, OrFilter, PresenceFilter } from 'ldapts'

/** Objects whose attribute is one of these octets, and that have `present` when it is given. */
export function anyOf(attribute: string, values: readonly Buffer[], present?: string): Filter {
  const any = new OrFilter({ filters: values.map((value) => new EqualityFilter({ attribute, value })) })
  return present === undefined
    ? any
    : new AndFilter({ filters: [new PresenceFilter({ attribute: present }), any] })
}

/** Objects one of whose attributes is one of these octets. */
export function eitherOf(attributes: readonly string[], values: readonly Buffer[]): Filter {
  return new OrFilter({ filters: attributes.map((attribute) => anyOf(attribute, values)) })
}

/** Objects that the filter finds and whose attribute is one of these octets. */
export function amongThose(filter: string, attribute: string, values: readonly Buffer[]): Filter {
  return new AndFilter({ filters: [FilterParser.parseString(filter), anyOf(attribute, values)] })
}

/** At most this many terms in one filter. */
export const MOST_TERMS = 250

export function* chunks<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size)
}
