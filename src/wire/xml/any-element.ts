/** An element that no schema describes, as a small tree; comments are gone, text is joined. */
export type AnyElement = {
  readonly name: string
  readonly namespace: string
  /** By local name, whatever their namespace. */
  readonly attributes: ReadonlyMap<string, string>
  readonly text: string
  readonly children: readonly AnyElement[]
}

export function anyElement(
  namespace: string,
  name: string,
  text = '',
  attributes: Record<string, string> = {},
): AnyElement {
  return { namespace, name, text, attributes: new Map(Object.entries(attributes)), children: [] }
}
