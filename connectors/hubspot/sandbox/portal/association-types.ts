/** HubSpot's own associations: type id → from, to, and the id of the way back. */
const TYPES: readonly (readonly [id: number, from: string, to: string, back: number])[] = [
  [1, 'contacts', 'companies', 2],
  [2, 'companies', 'contacts', 1],
  [279, 'contacts', 'companies', 280],
  [280, 'companies', 'contacts', 279],
  [578, 'leads', 'contacts', 577],
  [577, 'contacts', 'leads', 578],
  [610, 'leads', 'companies', 609],
  [609, 'companies', 'leads', 610],
  [192, 'tasks', 'companies', 191],
  [191, 'companies', 'tasks', 192],
  [204, 'tasks', 'contacts', 203],
  [203, 'contacts', 'tasks', 204],
  [190, 'notes', 'companies', 189],
  [189, 'companies', 'notes', 190],
  [202, 'notes', 'contacts', 201],
  [201, 'contacts', 'notes', 202],
]

export interface AssociationType {
  id: number
  from: string
  to: string
  back: number
}

const ALL: readonly AssociationType[] = TYPES.map(([id, from, to, back]) => ({ id, from, to, back }))

export function associationType(id: number): AssociationType | undefined {
  return ALL.find(type => type.id === id)
}

/** Those from one object to another, as the account lists them: the primary one has a name, the plain one none. */
export function labelsBetween(from: string, to: string) {
  return ALL.filter(type => type.from === from && type.to === to).map(({ id }) => ({
    category: 'HUBSPOT_DEFINED',
    typeId: id,
    label: PRIMARY.has(id) ? 'Primary' : null,
  }))
}

const PRIMARY: ReadonlySet<number> = new Set([1, 2, 577, 578])

/** The association without a label; undefined where two objects have none. */
export function defaultAssociation(from: string, to: string): AssociationType | undefined {
  return ALL.findLast(type => type.from === from && type.to === to)
}
