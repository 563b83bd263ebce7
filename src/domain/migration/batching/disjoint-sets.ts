/** Union-find over 0 … count - 1 with halved paths; the smallest member names its set, so the order of unions does not show. */
export class DisjointSets {
  readonly #parent: Int32Array

  constructor(count: number) {
    this.#parent = new Int32Array(count)
    for (let at = 0; at < count; at++) this.#parent[at] = at
  }

  find(node: number): number {
    const parent = this.#parent
    let at = node
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!
      at = parent[at]!
    }
    return at
  }

  join(a: number, b: number): void {
    const rootA = this.find(a)
    const rootB = this.find(b)
    if (rootA < rootB) this.#parent[rootB] = rootA
    else this.#parent[rootA] = rootB
  }

  /** The set of each, named 0 … `count` - 1 in order of their first members. */
  labels(): { labels: Int32Array; count: number } {
    const labels = new Int32Array(this.#parent.length)
    let count = 0
    for (let node = 0; node < labels.length; node++) {
      const root = this.find(node)
      labels[node] = root === node ? count++ : labels[root]!
    }
    return { labels, count }
  }
}
